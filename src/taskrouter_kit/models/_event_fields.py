"""How an event's fields are read: each is a descriptor over the payload, decoded when it is asked for.

Events come as form fields (``TaskSid``), as ``event_data`` of the REST resource (``task_sid``, all values texts) and as
CloudEvents (``tasksid`` or ``task_sid``, real numbers). :func:`normalised` brings all three to one spelling.
Nothing is lost: the payload stays as it came, and a field that is missing is an error only for whoever reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Generic, TypeVar, cast, overload

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import MissingField

V = TypeVar("V")

#: Every field name that some event has, without underscores -> with them.
_SPELLINGS: Final[dict[str, str]] = {}


class Sent(Generic[V]):
    """A field that the service always sends with this event; reading it where it is missing raises."""

    def __init__(self, read: Callable[[Json], V], *, name: str | None = None) -> None:
        self._read = read
        self._name = name or ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = self._name or name
        _SPELLINGS[self._name.replace("_", "")] = self._name

    @overload
    def __get__(self, instance: None, owner: type) -> Sent[V]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> V: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        fields: Mapping[str, Json] = instance.fields
        try:
            return self._read(fields[self._name])
        except KeyError:
            raise _missing(owner, self._name, "is not in the payload") from None
        except (TypeError, ValueError, OverflowError):
            raise _missing(owner, self._name, "is not what it should be") from None


class MaybeSent(Generic[V]):
    """A field that the service sends with some of these events; None where it is missing or empty."""

    def __init__(self, read: Callable[[Json], V]) -> None:
        self._read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        _SPELLINGS[name.replace("_", "")] = name

    @overload
    def __get__(self, instance: None, owner: type) -> MaybeSent[V]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> V | None: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        value: Json = instance.fields.get(self._name)
        if value is None or value == "":
            return None
        try:
            return self._read(value)
        except (TypeError, ValueError, OverflowError):
            raise _missing(owner, self._name, "is not what it should be") from None


def _missing(owner: type, name: str, what: str) -> MissingField:
    where = Where(path=f"{owner.__name__}.{name}")
    return MissingField(
        Diagnostic("missing-event-field", f"{name} {what}.", where=where, hint="what came is in .payload")
    )


def text(value: Json) -> str:
    """Return a text; a number is its digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError


def whole(value: Json) -> int:
    """Return a whole number, which forms and ``event_data`` write as text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def flag(value: Json) -> bool:
    """Return a flag, which forms write as ``true`` or ``false``."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise ValueError


def duration(value: Json) -> timedelta:
    """Return whole seconds as a duration."""
    return timedelta(seconds=whole(value))


def milliseconds(value: Json) -> timedelta:
    """Return milliseconds as a duration."""
    return timedelta(milliseconds=whole(value))


def moment(value: Json) -> datetime:
    """Return Unix seconds, Unix milliseconds or an ISO 8601 text as an aware datetime in UTC."""
    if isinstance(value, str) and not value.lstrip("-").isdigit():
        read = datetime.fromisoformat(re.sub(r"Z\Z", "+00:00", value))
        return read.replace(tzinfo=timezone.utc) if read.tzinfo is None else read.astimezone(timezone.utc)
    number = whole(value)
    # Seconds until the year 5138; milliseconds since March 1973
    return datetime.fromtimestamp(0, timezone.utc) + (
        timedelta(milliseconds=number) if abs(number) >= 100_000_000_000 else timedelta(seconds=number)
    )


def sid_of(kind: Callable[[str], V]) -> Callable[[Json], V]:
    """Return a reader of one kind of SID."""
    return lambda value: kind(text(value))


def document(value: Json) -> dict[str, Json]:
    """Return attributes as a JSON object, from JSON text or (in ``event_data`` of old) from the object itself."""
    decoded: object = json.loads(value) if isinstance(value, str) else value
    if not isinstance(decoded, Mapping):
        raise ValueError
    return dict(cast("Mapping[str, Json]", decoded))


_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def normalised(payload: Mapping[str, Json]) -> dict[str, Json]:
    """Return *payload* with one spelling of every name: ``TaskSid``, ``tasksid`` and ``task_sid`` -> ``task_sid``."""
    fields: dict[str, Json] = {}
    for name, value in payload.items():
        plain = name.replace("_", "").lower()
        fields[_SPELLINGS.get(plain) or _WORDS.sub("_", name).lower()] = value
    return fields


def known_names() -> frozenset[str]:
    """Return every field name that some event reads."""
    return frozenset(_SPELLINGS.values())
