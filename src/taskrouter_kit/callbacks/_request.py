"""Headers and body -> what was posted: a form or JSON. Everything else is refused with one sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator, Mapping
from typing import Final, Protocol, TypeAlias, cast
from urllib.parse import parse_qsl

from attrs import field, frozen

from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.callbacks._log import log
from taskrouter_kit.callbacks._recorded import is_event
from taskrouter_kit.callbacks._reply import Reply
from taskrouter_kit.models._event_fields import document
from taskrouter_kit.models._event_groups import Event
from taskrouter_kit.models._events import parse_event

#: Headers as a mapping or as pairs, in any case.
Headers: TypeAlias = Mapping[str, str] | Iterable["tuple[str, str]"]


class Answers(Protocol):
    """What an adapter hands a request to: ``Callbacks.handle``."""

    def __call__(self, url: str, headers: Headers, body: bytes, *, client: str | None = None) -> Reply:
        """Return the answer to one POST."""
        ...


class AnswersAsync(Protocol):
    """The same for a loop: ``Callbacks.ahandle``."""

    def __call__(self, url: str, headers: Headers, body: bytes, *, client: str | None = None) -> Awaitable[Reply]:
        """Return the answer to one POST."""
        ...


#: A callback holds two documents of 4,096 characters, at most nine bytes each once percent-encoded; rounded up.
# Documented: limits-errors-gotchas.md section 2; # Decided: 256 KiB
LARGEST_BODY: Final = 256 * 1024
_MOST_FIELDS = 500


class BadRequest(Exception):
    """A request that no handler may see: the status to answer, and why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)
        self.status = status
        self.sentence = sentence


class Form:
    """Form fields that may repeat; ``getlist`` is what the signature is computed over."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> list[str]:
        """Return every value of *name*."""
        return self._values[name]

    def single(self) -> dict[str, Json]:
        """Return one value per name. Raises :class:`BadRequest` where a field comes twice and says two things."""
        if any(len(set(values)) > 1 for values in self._values.values()):
            raise BadRequest(400, "A form field comes more than once, with different values.")
        return {name: values[0] for name, values in self._values.items()}


@frozen
class Request:
    """What was posted, not yet trusted."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Return a header; names are kept in lower case."""
        return self.headers.get(name.lower())


def request_of(url: str, headers: Headers, body: bytes) -> Request:
    """Return the request, or raise :class:`BadRequest` for one that is too large, cut off or compressed."""
    pairs: Iterable[tuple[str, str]] = (
        cast("Mapping[str, str]", headers).items() if isinstance(headers, Mapping) else headers
    )
    request = Request(url, {name.lower(): value for name, value in pairs}, body)
    if len(body) > LARGEST_BODY:
        raise BadRequest(413, f"The body has more than {LARGEST_BODY:,} bytes.")
    length = (request.header("content-length") or str(len(body))).strip()
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(400, "Content-Length is no number.")
    if length.lstrip("0") != str(len(body)).lstrip("0"):
        raise BadRequest(400, f"The body is cut off: Content-Length is {length[:20]}, it has {len(body)} bytes.")
    encoding = request.header("content-encoding")
    if encoding is not None and encoding.strip().lower() != "identity":
        raise BadRequest(415, "The body is compressed; TaskRouter sends it plain.")
    return request


def content_of(request: Request) -> Form | str:
    """Return the fields of a form, or the text of JSON. Raises :class:`BadRequest` for anything else."""
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest(400, "The body is not UTF-8.") from None
    if kind in {"application/json", "application/cloudevents+json", "application/cloudevents-batch+json"}:
        return text
    if kind != "application/x-www-form-urlencoded":
        raise BadRequest(415, "The body is neither a form nor JSON (Content-Type).")
    try:
        return Form(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS))
    except UnicodeDecodeError:
        raise BadRequest(400, "A form field is not UTF-8.") from None
    except ValueError:
        raise BadRequest(400, f"The form has more than {_MOST_FIELDS} fields.") from None


def payloads_of(content: Form | str) -> list[Mapping[str, Json]]:
    """Return what was posted as mappings: one of a form; one, or each of a list, of JSON."""
    if isinstance(content, Form):
        return [content.single()]
    try:
        value = decode_json(content, exact=True)
    except ValueError:
        raise BadRequest(400, "The body is no JSON.") from None
    items = cast("list[object]", value if isinstance(value, list) else [value])
    if not items or not all(isinstance(item, Mapping) for item in items):
        raise BadRequest(400, "The body is neither a JSON object nor a list of them.")
    return cast("list[Mapping[str, Json]]", items)


def posted_in(content: Form | str) -> Mapping[str, Json] | list[Event]:
    """Return what was posted: the payload of an assignment, or events. Raises :class:`BadRequest` for anything else.

    An assignment whose attributes are no JSON object has its fallback; an event with such attributes is refused.
    """
    payloads = payloads_of(content)
    if len(payloads) == 1 and "ReservationSid" in payloads[0] and not is_event(payloads[0]):
        return payloads[0]
    events: list[Event] = []
    refused: list[BadRequest] = []
    for payload in payloads:
        try:
            events.append(_event_in(payload))
        except BadRequest as bad:  # noqa: PERF203  # the others of a batch are none the worse
            refused.append(bad)
    if not events:
        raise refused[0]
    for each in refused:
        log.warning("Left out one of a batch of %d: %s", len(payloads), each.sentence)
    return events


def _event_in(payload: Mapping[str, Json]) -> Event:
    if not is_event(payload):
        raise BadRequest(400, "This is neither an assignment nor an event.")
    event = parse_event(payload)
    for name, spelled in (("task_attributes", "TaskAttributes"), ("worker_attributes", "WorkerAttributes")):
        attributes = event.fields.get(name)
        if attributes:
            try:
                document(attributes)
            except ValueError:
                raise BadRequest(400, f"{spelled} is no JSON object.") from None
    return event
