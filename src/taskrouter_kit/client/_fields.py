"""Values -> form and query fields: the one place that knows how the service writes things.

``UNSET`` is left out; ``None`` is sent as the empty text, which clears what can be cleared. Nothing else is dropped.
"""

# Documented: resources.md section 1 (partial update, booleans, dates, lists)

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._exchange import Field
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._condition import Condition, no_condition
from taskrouter_kit.expr._places import Place
from taskrouter_kit.models._values import write_datetime


def fields(**values: object) -> dict[str, Field]:
    """Return *values* by their names on the wire: ``task_reservation_timeout=30`` -> ``TaskReservationTimeout=30``."""
    return {pascal(name): value_of(name, value) for name, value in values.items() if value is not UNSET}


@cache
def pascal(name: str) -> str:
    """Return the service's spelling of a parameter: ``from_`` -> ``From``, ``task_queue_sid`` -> ``TaskQueueSid``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def value_of(name: str, value: object) -> Field:
    """Return *value* as text (or texts) on the wire."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case str():
            return value
        case int() | float():
            return str(value)
        case datetime():
            return _moment(name, value)
        case timedelta():
            return str(_whole_seconds(name, value))
        case Condition():
            return str(value)
        case _ if isinstance(value, Iterable):
            return [cast(str, value_of(name, item)) for item in cast("Iterable[object]", value)]
        case _:
            raise _unsendable(name, f"a {type(value).__name__} cannot be sent")


def asked(where: Condition[Any] | Unset, place: Place) -> str | Unset:
    """Return the text of the condition that the service is asked to evaluate in *place*.

    Raises :class:`InvalidDeclaration` for what is no condition: leaving it out would select everything.
    """
    if where is UNSET:
        return UNSET
    if not isinstance(cast(object, where), Condition):
        raise no_condition(where)
    return str(where.placed(place))


def _moment(name: str, value: datetime) -> str:
    try:
        return write_datetime(value)
    except ValueError as error:
        raise _unsendable(name, str(error)) from None


def _whole_seconds(name: str, value: timedelta) -> int:
    if value.microseconds:
        raise _unsendable(name, f"the service counts whole seconds; got {value.total_seconds()} s")
    return int(value.total_seconds())


def _unsendable(name: str, why: str) -> InvalidDeclaration:
    return InvalidDeclaration(Diagnostic("unsendable-value", f"{name}: {why}", where=Where(path=name)))
