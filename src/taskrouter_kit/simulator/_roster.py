"""Who has room, and who has been idle longest: kept up to date by what changes, so that matching scans nobody.

Workers have positions, and sets of workers are whole numbers with one bit a position: whom a queue accepts, who has
room on a channel. One ``&`` says whether there is anybody for a task. Who has room also stands in a line, longest idle
first, one line for every channel that tasks came through. All of it follows from the workspace and is not saved.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import define, field

from taskrouter_kit.simulator._verdicts import Verdicts

if TYPE_CHECKING:
    from taskrouter_kit.simulator._state import WorkerState

#: Idle since when, the number that breaks ties by creation, and the worker's position.
Place = tuple[int, int, int]


@define(eq=False)
class IdleLine:
    """The workers with room on one channel."""

    #: Their positions, as bits.
    free: int = 0
    #: Longest idle first.
    places: list[Place] = field(factory=list[Place])
    #: Position -> place.
    place_of: dict[int, Place] = field(factory=dict[int, Place])

    def move(self, position: int, place: Place | None) -> None:
        """Put a worker at *place*, or out of the line."""
        before = self.place_of.get(position)
        if before == place:
            return
        if before is not None:
            del self.places[bisect_left(self.places, before)]
            del self.place_of[position]
            self.free ^= 1 << position
        if place is not None:
            insort(self.places, place)
            self.place_of[position] = place
            self.free ^= 1 << position

    def among(self, wanted: int) -> list[Place]:
        """Return the places of all workers in *wanted*, longest idle first; others may be among them."""
        if wanted.bit_count() ** 2 >= len(self.places):
            return self.places
        # So few that finding and sorting them is less work than going along the line.
        return sorted(self.place_of[position] for position in _positions(wanted))


@define(eq=False)
class Roster:
    """The workers of one workspace."""

    #: Worker by position; None where one was removed.
    workers: list[WorkerState | None] = field(factory=list["WorkerState | None"])
    #: Name without case -> worker.
    named: dict[str, WorkerState] = field(factory=dict[str, "WorkerState"])
    #: Channel SID -> its line.
    lines: dict[str, IdleLine] = field(factory=dict[str, IdleLine])
    #: Workers that changed since their places were last looked at.
    changed: dict[int, WorkerState] = field(factory=dict[int, "WorkerState"])
    #: What the expressions of targets said of them.
    verdicts: Verdicts = field(factory=Verdicts)
    _vacant: list[int] = field(factory=list[int])

    def add(self, worker: WorkerState) -> None:
        """Give *worker* a position."""
        if self._vacant:
            worker.position = self._vacant.pop()
            self.workers[worker.position] = worker
        else:
            worker.position = len(self.workers)
            self.workers.append(worker)
        self.named[worker.friendly_name.casefold()] = worker
        self.changed[worker.position] = worker

    def remove(self, worker: WorkerState) -> None:
        """Forget *worker*."""
        for line in self.lines.values():
            line.move(worker.position, None)
        self.changed.pop(worker.position, None)
        self.workers[worker.position] = None
        self._vacant.append(worker.position)
        del self.named[worker.friendly_name.casefold()]

    def rename(self, worker: WorkerState, name: str) -> None:
        """Give *worker* another name."""
        del self.named[worker.friendly_name.casefold()]
        worker.friendly_name = name
        self.named[name.casefold()] = worker

    def touch(self, worker: WorkerState) -> None:
        """Note that something changed that decides whether *worker* has room, or since when it is idle."""
        self.changed[worker.position] = worker

    def touch_all(self) -> None:
        """Note that everybody may have changed."""
        self.changed = {worker.position: worker for worker in self.workers if worker is not None}


def _positions(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
