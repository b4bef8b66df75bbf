"""Events in the order in which they happened, where the service delivered them in another."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count

from taskrouter_kit.models._event_groups import Event


def in_order(events: Iterable[Event], hold: timedelta | None = None) -> Iterator[Event]:
    """Yield *events* by the time they happened, then by Sid.

    Without *hold* all of them are read first. With it, an event is yielded once one that happened *hold* later was
    seen: for streams that do not end. One that comes later than that is yielded at once, out of order.
    """
    waiting: list[tuple[datetime, str, int, Event]] = []
    serial = count()
    latest: datetime | None = None
    for event in events:
        moment = event.occurred
        heapq.heappush(waiting, (moment, str(event.fields.get("sid", "")), next(serial), event))
        latest = moment if latest is None else max(latest, moment)
        while hold is not None and waiting and waiting[0][0] <= latest - hold:
            yield heapq.heappop(waiting)[-1]
    while waiting:
        yield heapq.heappop(waiting)[-1]
