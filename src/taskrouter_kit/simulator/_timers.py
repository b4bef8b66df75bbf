"""Timers in the order in which they fire, at a cost that does not grow with their number.

An engine arms the same few spans again and again (a reservation's 120 seconds, a removal's 5 minutes), and its time
only goes forward: timers of one kind and span are in order as they come. Each such lane is a queue, and only the first
timers of the lanes are compared with each other. A timer that is overtaken by a change stays until its time comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush, heapreplace
from typing import Final, NamedTuple


class Timer(NamedTuple):
    """Something that is due at ``at``; of equal moments the lower ``kind`` comes first, then the older timer."""

    at: int
    kind: int
    number: int
    workspace_sid: str
    sid: str


#: Kind and span; timers that were loaded have a lane without.
_Lane = tuple[int, int]
_LOADED: Final[_Lane] = (-1, 0)
#: Later than anything.
NEVER: Final = 1 << 80


class Timers:
    """The timers of an engine."""

    __slots__ = ("_heads", "_lanes", "soonest")

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        self._lanes: dict[_Lane, deque[Timer]] = {}
        #: The first timer of each lane, as a heap; no two timers have the same number, so lanes are never compared.
        self._heads: list[tuple[Timer, _Lane, deque[Timer]]] = []
        #: When the first timer is due, or :data:`NEVER`.
        self.soonest = NEVER
        loaded = deque(sorted(timers))
        if loaded:
            self._open(_LOADED, loaded)

    def add(self, timer: Timer, now: int) -> None:
        """Keep *timer*, which is armed *now*; no timer was armed later than that."""
        span = (timer[1], timer[0] - now)
        lane = self._lanes.get(span)
        if lane is None:
            self._open(span, deque((timer,)))
        else:
            lane.append(timer)

    def _open(self, span: _Lane, lane: deque[Timer]) -> None:
        self._lanes[span] = lane
        heappush(self._heads, (lane[0], span, lane))
        self.soonest = self._heads[0][0][0]

    @property
    def first(self) -> Timer:
        """The timer that is due first; there must be one."""
        return self._heads[0][0]

    def pop(self) -> Timer:
        """Take the timer that is due first; there must be one."""
        heads = self._heads
        timer, span, lane = heads[0]
        lane.popleft()
        if lane:
            heapreplace(heads, (lane[0], span, lane))
        else:
            heappop(heads)
            del self._lanes[span]
        self.soonest = heads[0][0][0] if heads else NEVER
        return timer

    def __bool__(self) -> bool:
        return bool(self._heads)

    def __iter__(self) -> Iterator[Timer]:
        for lane in self._lanes.values():
            yield from lane
