"""Timers in the order in which they fire, at a cost that does not grow with their number.

An engine arms the same few spans again and again (a reservation's 120 seconds, a removal's 5 minutes), and its time
only goes forward: timers of one kind and span are in order as they come. Each such lane is a queue, and only the first
timers of the lanes are compared with each other. A timer that is overtaken by a change stays until its time comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush, heapreplace
from typing import Final, TypeAlias

#: When it is due, its kind, its number, the SID of the workspace, and of what it is about: of equal moments the lower
#: kind comes first, then the older timer. A plain tuple, because the garbage collector soon leaves those of numbers and
#: texts alone, and a centre keeps two for each task of the last 24 hours.
Timer: TypeAlias = tuple[int, int, int, str, str]
#: Timers of one kind and one span, in order.
Lane: TypeAlias = "deque[Timer]"
#: Later than anything.
NEVER: Final = 1 << 80
#: So many kinds of timers there are.
_KINDS: Final = 6


class Timers:
    """The timers of an engine."""

    __slots__ = ("_heads", "lanes", "soonest")

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        #: By kind, then by span. Whoever arms a timer looks for its lane here, and opens one where there is none.
        #: Loaded timers, whose spans nobody knows, have a lane that no other timer joins.
        self.lanes: tuple[dict[int, Lane], ...] = tuple({} for _ in range(_KINDS))
        #: When the first timer of each lane is due, that timer, its span, and its lane, as a heap: moments alone decide
        #: most comparisons, and no two timers have the same number, so that lanes are never compared.
        self._heads: list[tuple[int, Timer, int, Lane]] = []
        #: When the first timer is due, or :data:`NEVER`.
        self.soonest = NEVER
        for each in sorted(timers):
            found = self.lanes[each[1]].get(NEVER)
            if found is None:
                self.open(NEVER, each)
            else:
                found.append(each)

    def open(self, span: int, timer: Timer) -> None:
        """Open a lane for timers of this kind that are due after *span*; *timer* is the first."""
        lane = self.lanes[timer[1]][span] = deque((timer,))
        heappush(self._heads, (timer[0], timer, span, lane))
        self.soonest = self._heads[0][0]

    @property
    def first(self) -> Timer:
        """The timer that is due first; there must be one."""
        return self._heads[0][1]

    def pop(self) -> Timer:
        """Take the timer that is due first; there must be one."""
        heads = self._heads
        _, timer, span, lane = heads[0]
        lane.popleft()
        if lane:
            following = lane[0]
            heapreplace(heads, (following[0], following, span, lane))
            self.soonest = heads[0][0]
        else:
            heappop(heads)
            del self.lanes[timer[1]][span]
            self.soonest = heads[0][0] if heads else NEVER
        return timer

    def __bool__(self) -> bool:
        return bool(self._heads)

    def __iter__(self) -> Iterator[Timer]:
        for lanes in self.lanes:
            for lane in lanes.values():
                yield from lane
