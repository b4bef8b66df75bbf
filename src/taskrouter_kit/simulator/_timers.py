"""Timers in the order in which they fire, at a cost that does not grow with their number.

An engine arms the same few spans again and again (a reservation's 120 seconds, a removal's 5 minutes), and its time
only goes forward: timers of one kind and span are in order as they come. Each such lane is a queue, and only the first
timers of the lanes are compared with each other. Nobody takes a timer back: one that no longer fits what it is about
is passed over when its lane comes to it, or let go before, when many have been passed over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush, heapreplace
from operator import itemgetter
from typing import Any, Final, TypeAlias

from taskrouter_kit.simulator._state import WorkspaceState
from taskrouter_kit.simulator._task_state import ReservationState, TaskState

#: Order of timers that are due in the same millisecond.
# Inferred: routing.md section 15; TTL, target timers, reservation timers, then what remains
TTL, TARGET, RESERVATION, REOFFER, REMOVAL, CALL = range(6)
#: What each of them is called in traces.
KINDS_OF_TIMERS: Final = ("time to live", "target timeout", "reservation timeout", "next offer", "removal", "call")
#: Kind of timer -> the field of a task that says when it is due.
_DUE: Final = {TTL: "ttl_at", TARGET: "target_deadline", REOFFER: "reoffer_at"}

#: When it is due, its kind, the SID of its workspace, and of what it is about.
Timer: TypeAlias = tuple[int, int, str, str]
#: What a timer of a reservation is about is the reservation, since most are answered by then and need not be looked
#: for; what other timers are about has its SID here: it may be gone long before.
About: TypeAlias = "str | ReservationState"
#: Timers of one kind and one span, in order: of each when it is due, the SID of its workspace, and what it is about,
#: one after the other. They may be many, and the garbage collector would look at as many tuples.
Lane: TypeAlias = "deque[Any]"  # Any: int, str, About
#: So many timers are taken before those that wait for hours are looked through: looking costs as much as taking.
_MANY: Final = 100_000
#: Later than anything.
NEVER: Final = 1 << 80


class Timers:
    """The timers of an engine. *workspaces* are those that they are about."""

    __slots__ = ("_patience", "heads", "lanes", "soonest", "workspaces")

    def __init__(self, workspaces: Mapping[str, WorkspaceState], timers: Iterable[Timer] = ()) -> None:
        self.workspaces = workspaces
        #: By kind, then by span. Whoever arms a timer looks for its lane here, and opens one where there is none.
        #: Loaded timers, whose spans nobody knows, have a lane that no other timer joins.
        self.lanes: tuple[dict[int, Lane], ...] = tuple({} for _ in KINDS_OF_TIMERS)
        #: When the first timer of each lane is due, its kind, its span as a negative number, and the lane, as a heap:
        #: of equal moments the lower kind comes first, then the longer span, whose timer is older. No two lanes
        #: have the same kind and span.
        self.heads: list[tuple[int, int, int, Lane]] = []
        #: When the first timer is due, or :data:`NEVER`.
        self.soonest = NEVER
        #: How many more timers may be taken before those of whole days are looked through.
        self._patience = _MANY
        # Those of one moment and kind keep the order that they come in, which is by age.
        for at, kind, workspace_sid, sid in sorted(timers, key=itemgetter(0, 1)):
            about = self._named(kind, workspace_sid, sid)
            lane = self.lanes[kind].get(NEVER)
            if about is None:
                continue
            if lane is None:
                self.open(kind, NEVER, at, workspace_sid, about)
            else:
                lane.extend((at, workspace_sid, about))

    def _named(self, kind: int, workspace_sid: str, sid: str) -> About | None:
        """Return what a timer of *kind* holds that is about *sid*; None where that is gone."""
        if kind != RESERVATION:
            return sid
        workspace = self.workspaces.get(workspace_sid)
        return None if workspace is None else workspace.reservations.get(sid)

    def open(self, kind: int, span: int, at: int, workspace_sid: str, about: About) -> None:
        """Open a lane for timers of *kind* that are due after *span* milliseconds; the rest is its first timer."""
        lane = self.lanes[kind][span] = deque((at, workspace_sid, about))
        heappush(self.heads, (at, kind, -span, lane))
        self.soonest = self.heads[0][0]

    def pop(self) -> tuple[int, int, str, TaskState | ReservationState | None]:
        """Take the timer that is due first; there must be one.

        Return when it was due, its kind, the SID of its workspace, and what it is about: None where it does not fit.
        """
        at, kind, _, lane = self.heads[0]
        take = lane.popleft
        take()
        workspace_sid = take()
        about = self._fits(kind, at, workspace_sid, take())
        self.advanced(1 if about is not None else 1 + self._pass_over(kind, lane))
        return at, kind, workspace_sid, about

    def advanced(self, taken: int) -> None:
        """Put the lane whose first timer was due first where it belongs, now that *taken* of its timers are gone."""
        heads = self.heads
        _, kind, span, lane = heads[0]
        if lane:
            heapreplace(heads, (lane[0], kind, span, lane))
        else:
            heappop(heads)
            del self.lanes[kind][-span]
        self.soonest = heads[0][0] if heads else NEVER
        self._patience = patience = self._patience - taken
        if patience < 0:
            self._let_go()

    def _pass_over(self, kind: int, lane: Lane) -> int:
        """Take those first timers of *lane* that do not fit: most reservations were answered long ago. Say how many."""
        take, before = lane.popleft, len(lane)
        of_offers = kind == RESERVATION
        while lane:
            at, workspace_sid, about = take(), take(), take()
            if of_offers and about.reservation_status != "pending":
                continue
            if self._fits(kind, at, workspace_sid, about) is not None:
                lane.extendleft((about, workspace_sid, at))
                break
        return (before - len(lane)) // 3

    def _let_go(self) -> None:
        """Drop the timers that no longer fit from the lanes of hours and days, but for the first of each.

        A task that was accepted and completed leaves two there, and one of its reservation, whose workflow may give an
        answer as much time. Lanes are compared by their first timers.
        """
        left = 0
        for kind in (TTL, RESERVATION, REMOVAL):
            for lane in self.lanes[kind].values():
                take = lane.popleft
                for place in range(len(lane) // 3):
                    timer = at, workspace_sid, about = take(), take(), take()
                    if place == 0 or self._fits(kind, at, workspace_sid, about) is not None:
                        lane.extend(timer)
                left += len(lane) // 3
        self._patience = max(left, _MANY)

    def next(self) -> int | None:
        """Return when the first timer that fits what it is about is due; None where there is none."""
        heads = self.heads
        while heads:
            at, kind, _, lane = heads[0]
            if self._fits(kind, lane[0], lane[1], lane[2]) is not None:
                return at
            self.pop()
        return None

    def _fits(self, kind: int, at: int, workspace_sid: str, about: Any) -> TaskState | ReservationState | None:
        """Return what a timer is about; None where it no longer fits it and is disarmed."""
        # Any: the kind decides what a timer holds
        workspace = self.workspaces.get(workspace_sid)
        if workspace is None:
            return None
        if kind == RESERVATION:
            offer: ReservationState = about
            return offer if offer.reservation_status == "pending" and not offer.on_hold else None
        if kind == REMOVAL:
            ended = workspace.tasks.get(about)
            return ended if ended is not None and ended.delete_at == at else None
        if kind == CALL:
            called = workspace.reservations.get(about)
            call = None if called is None or called.reservation_status != "pending" else called.call
            return called if call is not None and call.ends_at == at else None
        task = workspace.tasks.get(about)
        return task if task is not None and getattr(task, _DUE[kind]) == at else None

    def armed(self) -> Iterator[Timer]:
        """Yield the timers that fit what they are about, in the order in which they fire.

        One that was armed twice for the same moment, because it was disarmed between, is one timer.
        """
        fit = [
            (at, kind, -span, place, workspace_sid, found.sid)
            for kind, lanes in enumerate(self.lanes)
            for span, lane in lanes.items()
            for place, (at, workspace_sid, about) in enumerate(zip(*[iter(lane)] * 3, strict=True))
            if (found := self._fits(kind, at, workspace_sid, about)) is not None
        ]
        yield from dict.fromkeys((at, kind, workspace_sid, sid) for at, kind, _, _, workspace_sid, sid in sorted(fit))
