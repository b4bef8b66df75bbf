"""Events in the order in which they happened, where the service delivered them in another."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import TypeAlias, cast

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._event_groups import Event

#: What goes first of what happened in the same millisecond: the order that was seen for one task, the rest between.
# Observed: callbacks.md section 4.5; the list. # Decided: ends of reservations behind their beginning
_FIRST = (
    "workflow.entered",
    "task-queue.entered",
    "task.created",
    "workflow.target-matched",
    "reservation.created",
    "reservation.accepted",
)
_LAST = (
    "task-queue.timeout",
    "task-queue.moved",
    "workflow.timeout",
    "task.wrapup",
    "reservation.wrapup",
    "task.canceled",
    "task.completed",
    "reservation.completed",
    "task.updated",
    "task.deleted",
    "task.system-deleted",
)
_BETWEEN = len(_FIRST)
_RANKS = {name: at for at, name in enumerate(_FIRST)} | {name: at for at, name in enumerate(_LAST, _BETWEEN + 1)}


#: Where an event belongs among others: when it happened, what goes first at that moment, its Sid.
Place: TypeAlias = tuple[datetime, int, str]


def place_of(event: Event) -> Place:
    """Return where *event* belongs. Raises :class:`MissingField` for one that does not say when it happened."""
    if not isinstance(cast(object, event), Event):
        message = f"Expected an event; got a {type(event).__name__}."
        raise InvalidDeclaration(Diagnostic("wrong-type", message, hint="parse_event(payload) makes one"))
    return event.occurred, _RANKS.get(event.name, _BETWEEN), str(event.fields.get("sid", ""))


def in_order(events: Iterable[Event], hold: timedelta | None = None) -> Iterator[Event]:
    """Yield *events* by the time they happened; within one millisecond as a task's life goes, then by Sid.

    Without *hold* all of them are read first. With it, an event is yielded once one that happened more than *hold*
    later was seen: for streams that do not end. One that comes later than that is yielded at once, out of order.
    """
    waiting: list[tuple[Place, int, Event]] = []
    serial = count()
    latest: datetime | None = None
    for event in events:
        place = place_of(event)
        moment = place[0]
        heapq.heappush(waiting, (place, next(serial), event))
        latest = moment if latest is None else max(latest, moment)
        while hold is not None and waiting and waiting[0][0][0] < latest - hold:
            yield heapq.heappop(waiting)[-1]
    while waiting:
        yield heapq.heappop(waiting)[-1]
