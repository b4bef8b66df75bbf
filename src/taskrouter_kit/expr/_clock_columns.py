"""The service's clock in conditions: what time it is in UTC, and windows of the day.

``taskrouter.currentTime`` and its kind are UTC without daylight saving, evaluated when a task is (re-)evaluated, not
while it waits. Business hours of a local zone are a fact for the task's creator: put them into an attribute.
"""

# Documented: expressions.md section 7.1

from __future__ import annotations

from datetime import time, timedelta
from typing import Final, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._columns import Integer, Text
from taskrouter_kit.expr._condition import Condition, TaskScope
from taskrouter_kit.expr._facts import Day
from taskrouter_kit.expr._nodes import Path, Scope


class ClockRoot:
    """What time it is, in UTC. For filters and targets; a queue's ``target_workers`` has no clock."""

    @property
    def current_time(self) -> Integer[TaskScope]:
        """The time as a number: 08:05 is 805, 22:00 is 2200."""
        return Integer(Path(Scope.CLOCK, ("currentTime",)))

    @property
    def current_hour(self) -> Integer[TaskScope]:
        """The hour, 0 to 23. (The service holds it as text and compares it with numbers all the same.)"""
        return Integer(Path(Scope.CLOCK, ("currentHour",)))

    @property
    def current_min(self) -> Integer[TaskScope]:
        """The minute, 0 to 59."""
        return Integer(Path(Scope.CLOCK, ("currentMin",)))

    @property
    def day_of_week(self) -> Text[Day, TaskScope]:
        """The day: ``clock.day_of_week.in_(["Sat", "Sun"])``."""
        return Text(Path(Scope.CLOCK, ("dayOfWeek",)))

    def between(self, start: time, end: time) -> Condition[TaskScope]:
        """From *start* until before *end*, every day; over midnight when *end* is the earlier one.

        Both are whole minutes in UTC: ``time(22, tzinfo=timezone.utc)``. A naive time and any other zone are refused,
        since the service's clock knows neither zones nor daylight saving.
        """
        first, last = _number(start, "start"), _number(end, "end")
        if first == last:
            raise _wrong("empty-window", "A window needs two different times.", "between", None)
        after, before = self.current_time >= first, self.current_time < last
        if first == 0 or last == 0:  # midnight is where the day ends: one side says it all
            return before if first == 0 else after
        return after & before if first < last else after | before


def _number(moment: time, name: str) -> int:
    """Return *moment* as the service's HHMM number."""
    hint = "write time(9, 30, tzinfo=timezone.utc)"
    if not isinstance(cast(object, moment), time):
        raise _wrong("wrong-type", f"A window is between two times of day; got a {type(moment).__name__}.", name, hint)
    if moment.tzinfo is None:
        raise _wrong("naive-time", f"A time without a zone could be any: {moment}.", name, hint)
    if moment.utcoffset() != timedelta(0):
        message = f"TaskRouter's clock is UTC, without zones and daylight saving; got {moment.tzinfo}."
        drift = "a fixed UTC time would drift by an hour twice a year: decide business hours where the task is created"
        raise _wrong("not-utc", message, name, drift)
    if moment.second or moment.microsecond:
        raise _wrong("part-of-a-minute", f"TaskRouter's clock has whole minutes; got {moment}.", name, None)
    return moment.hour * 100 + moment.minute


def _wrong(rule: str, message: str, name: str, hint: str | None) -> InvalidDeclaration:
    return InvalidDeclaration(Diagnostic(rule, message, where=Where(path=f"clock.between.{name}"), hint=hint))


clock: Final = ClockRoot()
