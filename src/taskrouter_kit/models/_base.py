"""What all returned resources share: frozen, built from the payload, unknown fields kept, nothing about people shown.

A resource class is an attrs class whose field names are the service's. ``decode(cls, payload)`` builds it; how a field
is read follows from its annotation (see :data:`_READERS`), worked out once per class.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from enum import Enum
from typing import Any, ClassVar, TypeVar, cast

import attrs
from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import UnexpectedAnswer

R = TypeVar("R", bound="Resource")


class OpenEnum(str, Enum):
    """An enum of texts that also takes what the service adds later; members equal their texts."""

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value.upper()
        member._value_ = value
        return member

    def __str__(self) -> str:
        return str(self.value)


@frozen
class Meta:
    """What came with an answer: status, headers, and the version that ``If-Match`` takes."""

    status: int
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)

    @property
    def request_id(self) -> str | None:
        """What Twilio's support asks for."""
        return self._header("twilio-request-id")

    @property
    def etag(self) -> str | None:
        """The version of the resource, as ``If-Match`` takes it."""
        return self._header("etag")

    def _header(self, name: str) -> str | None:
        return next((value for key, value in self.headers.items() if key.lower() == name), None)


@frozen(kw_only=True)
class Resource:
    """Base of what the service returned. ``raw`` is the payload as it came, ``meta`` what came with it."""

    #: Fields of the payload that the class reads under another name.
    _renamed: ClassVar[Mapping[str, str]] = {}

    raw: Mapping[str, Json] = field(repr=False, eq=False)
    meta: Meta | None = field(default=None, repr=False, eq=False)

    @property
    def extra(self) -> dict[str, Json]:
        """What the service sent and this version of the library does not know."""
        known = {wire for _, wire, _ in _plan(type(self))}
        return {key: value for key, value in self.raw.items() if key not in known}


def read_datetime(text: str) -> datetime:
    """Return an ISO 8601 text as an aware datetime in UTC."""
    # Python 3.10 reads no Z: 2026-01-05T09:00:00Z -> 2026-01-05T09:00:00+00:00
    moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    return moment.astimezone(timezone.utc) if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


if sys.version_info >= (3, 11):
    read_datetime = datetime.fromisoformat  # it reads the Z, five times as fast


def write_datetime(moment: datetime) -> str:
    """Return *moment* in UTC as the service writes it; a naive one raises ``ValueError``: nobody knows when it is."""
    if moment.tzinfo is None:
        raise ValueError("A point in time needs a time zone: for example datetime(…, tzinfo=timezone.utc).")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


_Step = tuple[str, str, "Callable[[Any], Any] | None"]
_plans: dict[type, tuple[_Step, ...]] = {}


def _plan(cls: type[Resource]) -> tuple[_Step, ...]:
    """Return (field, name on the wire, reader) of every field of *cls* that the payload holds."""
    plan = _plans.get(cls)
    if plan is None:
        steps: list[_Step] = []
        hints = attrs.resolve_types(cls)
        for each in attrs.fields(hints):
            if each.name not in {"raw", "meta"} and each.metadata.get("wire", True):
                name = each.alias or each.name
                steps.append((name, cls._renamed.get(name, name), _reader(each.type, each.metadata)))
        plan = _plans[cls] = tuple(steps)
    return plan


def _reader(annotation: Any, metadata: Mapping[Any, Any]) -> Callable[[Any], Any] | None:
    if "read" in metadata:
        return cast("Callable[[Any], Any]", metadata["read"])
    arguments = getattr(annotation, "__args__", ())
    optional = type(None) in arguments
    inner = next((each for each in arguments if each is not type(None)), annotation) if optional else annotation
    if inner is datetime:
        return (lambda text: None if text is None else read_datetime(text)) if optional else read_datetime
    if isinstance(inner, type) and issubclass(inner, OpenEnum):
        return (lambda text: None if text is None else inner(text)) if optional else inner
    return None


def decode(cls: type[R], payload: Json, meta: Meta | None = None, **more: object) -> R:
    """Return *payload* as a *cls*; raises :class:`UnexpectedAnswer` when it is not one."""
    try:
        return cast(R, _maker(cls)(payload, meta, more))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnexpectedAnswer(_misshapen(cls, payload, error)) from error


_makers: dict[type, Callable[[Any, Meta | None, Mapping[str, object]], Any]] = {}


def _maker(cls: type[Resource]) -> Callable[[Any, Meta | None, Mapping[str, object]], Any]:
    """Return a function that builds a *cls* from a payload in one call, written from the class's own field names."""
    maker = _makers.get(cls)
    if maker is None:
        names: dict[str, object] = {"cls": cls}
        given: list[str] = []
        for number, (name, wire, read) in enumerate(_plan(cls)):
            value = f"payload[{wire!r}]"
            if read is not None:
                names[f"read{number}"] = read
                value = f"read{number}({value})"
            given.append(f"{name}={value}")
        source = f"lambda payload, meta, more: cls(raw=payload, meta=meta, {', '.join(given)}, **more)"
        maker = _makers[cls] = eval(source, names)  # no text from outside is in it
    return maker


def _misshapen(cls: type[Resource], payload: Json, error: Exception) -> Diagnostic:
    if not isinstance(payload, Mapping):
        what = f"expected an object, got a {type(payload).__name__}"
    else:
        missing = [wire for _, wire, _ in _plan(cls) if wire not in payload]
        what = f"it lacks {', '.join(missing)}" if missing else f"{type(error).__name__} while reading it"
    return Diagnostic("unexpected-answer", f"The answer is no {cls.__name__}: {what}.", where=Where(path=cls.__name__))
