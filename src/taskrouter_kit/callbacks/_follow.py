"""Events as they happen, by asking again and again: for where no callback can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from taskrouter_kit._wire import Json
from taskrouter_kit.callbacks._order import in_order
from taskrouter_kit.models._event_groups import Event
from taskrouter_kit.models._events import parse_event

#: Each question reaches back this far behind the newest event, since events may become visible late.
# Inferred: resources.md section 11; how late is not documented
OVERLAP = timedelta(seconds=60)


class HasRaw(Protocol):
    """An event resource."""

    @property
    def raw(self) -> Mapping[str, Json]:
        """The payload as it came."""
        ...


def follow(
    ask: Callable[[datetime], Iterable[HasRaw]],
    start: datetime,
    *,
    sleep: Callable[[float], None],
    interval: float = 5.0,
) -> Iterator[Event]:
    """Yield every event since *start* once, those of one answer in order; ask again after *interval* seconds.

    *ask* returns the events since a moment (``lambda since: workspace.events.list(start_date=since)``). Does not end.
    """
    newest = start
    seen: dict[str, datetime] = {}
    while True:
        # The service refuses a start that lies ahead of its own clock; so the first question reaches back, too
        found = [parse_event(each.raw) for each in ask(newest - OVERLAP)]
        for event in in_order(found):
            sid = str(event.fields.get("sid"))
            if sid not in seen and event.occurred >= start:
                seen[sid] = event.occurred
                newest = max(newest, event.occurred)
                yield event
        seen = {sid: moment for sid, moment in seen.items() if moment >= newest - 2 * OVERLAP}
        sleep(interval)
