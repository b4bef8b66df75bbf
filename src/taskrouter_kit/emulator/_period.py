"""The time span of events and statistics: Minutes, or StartDate and EndDate."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from taskrouter_kit.emulator._faults import Fault, invalid
from taskrouter_kit.emulator._parameters import Parameters
from taskrouter_kit.simulator._event_log import EVENT_LIFE_MS

# Documented: resources.md section 12; the common query parameters of statistics
PERIOD: Final = ("Minutes", "StartDate", "EndDate", "TaskChannel")
SPLIT_PERIOD: Final = (*PERIOD, "SplitByWaitTime")

_MINUTE: Final = 60_000


@frozen
class Period:
    """From ``start`` (included) to ``end`` (included), in milliseconds since 1970."""

    start: int
    end: int

    @classmethod
    def read(cls, query: Parameters, now: int, *, statistics: bool) -> Period:
        """Return the span that *query* asks for, 30 days back at most; the last 15 minutes when it says nothing."""
        minutes = query.integer("Minutes", least=1)
        start, end = query.moment_ms("StartDate"), query.moment_ms("EndDate")
        end = now if end is None else end
        if start is None:
            # Documented: resources.md section 12; Minutes, default 15
            start = end - (15 if minutes is None else minutes) * _MINUTE
        if statistics and start < now - EVENT_LIFE_MS:
            # Documented: resources.md section 12; older than 30 days: 400 with code 14241
            raise Fault(400, 14241, "StartDate cannot be older than 30 days")
        if end < start:
            raise invalid("EndDate cannot be before StartDate")
        return cls(max(start, now - EVENT_LIFE_MS), end)

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, int) and self.start <= moment <= self.end
