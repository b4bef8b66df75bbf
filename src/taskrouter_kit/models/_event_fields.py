"""How an event's fields are read: each is a descriptor over the payload, decoded when it is asked for.

Events come as form fields (``TaskSid``), as ``event_data`` of the REST resource (``task_sid``, all values texts) and as
CloudEvents (``tasksid`` or ``task_sid``, real numbers). :func:`normalised` brings all three to one spelling.
Nothing is lost: the payload stays as it came, and a field that is missing is an error only for whoever reads it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Final, Generic, TypeVar, cast, overload

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.errors import MissingField
from taskrouter_kit.models._values import read_datetime

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
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    if isinstance(value, str) and "." not in value:
        return int(value)
    number = float(value)
    if not number.is_integer():
        raise ValueError
    return int(number)


def number(value: Json) -> int | float:
    """Return a number: a whole one as such, also where it is written as text or with a point."""
    try:
        return whole(value)
    except ValueError:
        read = float(cast("int | float | str", value))
        if not math.isfinite(read):
            raise
        return read


def flag(value: Json) -> bool:
    """Return a flag, which forms write as ``true`` or ``false``, and Event Streams as 1 or 0, too."""
    known = {"true": True, "false": False, "1": True, "0": False}
    if isinstance(value, bool | int | str):
        found = known.get(str(value).lower())
        if found is not None:
            return found
    raise ValueError


def duration(value: Json) -> timedelta:
    """Return whole seconds as a duration."""
    return timedelta(seconds=whole(value))


def milliseconds(value: Json) -> timedelta:
    """Return milliseconds as a duration."""
    return timedelta(milliseconds=whole(value))


def moment(value: Json) -> datetime:
    """Return Unix seconds, Unix milliseconds or an ISO 8601 text as an aware datetime in UTC."""
    if isinstance(value, str) and not _NUMBER.match(value):
        read = _spelled_moment(value)
        return read.replace(tzinfo=timezone.utc) if read.tzinfo is None else read.astimezone(timezone.utc)
    if isinstance(value, str) or (isinstance(value, float) and not value.is_integer()):
        value = round(float(value) * 1000) if "." in str(value) else value
    number = whole(value)
    # Seconds until the year 5138; milliseconds since March 1973
    return datetime.fromtimestamp(0, timezone.utc) + (
        timedelta(milliseconds=number) if abs(number) >= 100_000_000_000 else timedelta(seconds=number)
    )


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_FRACTION = re.compile(r"\.([0-9]+)")


def _spelled_moment(value: str) -> datetime:
    """Return the moment in ISO 8601 or RFC 2822 text."""
    if "," in value:
        return parsedate_to_datetime(value)
    # Python 3.10 reads three or six digits of a fraction
    return read_datetime(_FRACTION.sub(lambda found: f".{found[1][:6]:0<6}", value))


def as_sid(value: Json) -> Any:  # Any: SIDs are texts; the field that it reads says of which kind
    """Return a SID, as it came."""
    return text(value)


def document(value: Json) -> dict[str, Json]:
    """Return attributes as a JSON object: from JSON text ("" is an empty one), or from the object itself."""
    decoded: object = decode_json(value or "{}") if isinstance(value, str) else value
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


_TYPE = re.compile(r"[a-z]+([.-][a-z]+)*\Z")


def shown(fields: Mapping[str, Json], names: Iterable[str]) -> str:
    """Return those of *names* that are SIDs (or the name of an event type) for a repr; other values are nobody's."""
    values = {name: value for name in names if isinstance(value := fields.get(name), str)}
    known = (
        f"{name}={value!r}"
        for name, value in values.items()
        if looks_like_sid(value) or (name == "event_type" and _TYPE.match(value))
    )
    return ", ".join(known)
