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
#: Kind and span; timers that were loaded have a lane without.
Lane: TypeAlias = tuple[int, int]
_LOADED: Final[Lane] = (-1, 0)
#: Later than anything.
NEVER: Final = 1 << 80


class Timers:
    """The timers of an engine."""

    __slots__ = ("_heads", "_lanes", "soonest")

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        self._lanes: dict[Lane, deque[Timer]] = {}
        #: When the first timer of each lane is due, that timer, and its lane, as a heap: moments alone decide most
        #: comparisons, and no two timers have the same number, so that lanes are never compared.
        self._heads: list[tuple[int, Timer, Lane, deque[Timer]]] = []
        #: When the first timer is due, or :data:`NEVER`.
        self.soonest = NEVER
        loaded = deque(sorted(timers))
        if loaded:
            self._open(_LOADED, loaded)

    def add(self, span: Lane, timer: Timer) -> None:
        """Keep *timer*, whose kind and time from now are *span*; no timer was armed later than now."""
        lane = self._lanes.get(span)
        if lane is None:
            self._open(span, deque((timer,)))
        else:
            lane.append(timer)

    def _open(self, span: Lane, lane: deque[Timer]) -> None:
        self._lanes[span] = lane
        heappush(self._heads, (lane[0][0], lane[0], span, lane))
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
            del self._lanes[span]
            self.soonest = heads[0][0] if heads else NEVER
        return timer

    def __bool__(self) -> bool:
        return bool(self._heads)

    def __iter__(self) -> Iterator[Timer]:
        for lane in self._lanes.values():
            yield from lane
