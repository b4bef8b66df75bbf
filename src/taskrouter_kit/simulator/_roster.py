"""Who has room, and who has been idle longest: kept up to date by what changes, so that matching scans nobody.

Workers have positions, and sets of workers are whole numbers with one bit a position: whom a queue accepts, who has
room on a channel. One ``&`` says whether there is anybody for a task. Who has room also stands in a line, longest idle
first, one line for every channel that tasks came through. All of it follows from the workspace and is not saved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from struct import unpack
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import define, field

from taskrouter_kit.simulator._verdicts import Verdicts

if TYPE_CHECKING:
    from taskrouter_kit.simulator._state import WorkerChannelState, WorkerState

#: Idle since when, the position, which breaks ties by creation, the worker, and its share of the channel: no two have
#: the same position, so that workers are never compared.
Place: TypeAlias = "tuple[int, int, WorkerState, WorkerChannelState]"


#: A line that is gone along in any case.
_SHORT: Final = 64
#: So many at the front of a line are looked at before anybody asks the sets.
_NEAR: Final = 256
#: So many of those who came to a line or left it are noted, at most.
_NOTED: Final = 1_024
_ONE: Final = ord("1")


@define(eq=False)
class IdleLine:
    """The workers with room on one channel."""

    #: Their positions, longest idle first.
    positions: list[int] = field(factory=list[int])
    #: Position -> place.
    place_of: dict[int, Place] = field(factory=dict[int, "Place"])
    #: Nobody who stands here is idle since later.
    _latest: int = -1
    #: Their positions as bits, but for those that came or left since somebody asked: the latest of these, oldest first.
    _free: int = 0
    _moved: deque[int] = field(factory=lambda: deque[int](maxlen=_NOTED))

    @property
    def free(self) -> int:
        """Their positions, as bits."""
        moved = self._moved
        if not moved:
            return self._free
        if len(moved) < _SHORT or len(moved) < min(_NOTED, len(self.positions) // 4):
            for position in moved:
                self._free ^= 1 << position
        else:
            # More may have come and left than were noted, or they are so many that going along the line is less work.
            digits = bytearray(b"0") * (max(self.positions, default=0) + 1)
            for position in self.positions:
                digits[~position] = _ONE
            self._free = int(digits, 2)
        moved.clear()
        return self._free

    def put(self, place: Place) -> None:
        """Let a worker stand at *place*."""
        since, position, _, _ = place
        place_of = self.place_of
        if position in place_of:
            if place_of[position] == place:
                return
            self.take_out(position)
        self._moved.append(position)
        if since > self._latest:
            # Whoever has just become idle stands behind all others.
            self._latest = since
            self.positions.append(position)
        else:
            index = bisect_left(self.positions, place, key=place_of.__getitem__)
            self.positions.insert(index, position)
        place_of[position] = place

    def take_out(self, position: int) -> None:
        """Let the worker at *position*, who stands there, stand there no longer."""
        index = bisect_left(self.positions, self.place_of[position], key=self.place_of.__getitem__)
        del self.positions[index], self.place_of[position]
        self._moved.append(position)

    def longest_idle(self, accepted: bytearray, bits: int) -> Place | None:
        """Return the place of who has been idle longest of those *accepted*, whom *bits* are too; None for nobody."""
        positions = self.positions
        for position in positions if len(positions) <= _NEAR else islice(positions, _NEAR):
            if accepted[position]:
                return self.place_of[position]
        if len(positions) > _NEAR:
            for place in self.among(bits & self.free):
                if accepted[place[1]]:
                    return place
        return None

    def take_first(self, position: int) -> None:
        """Let the worker at *position*, who stands near the front, stand there no longer."""
        self.positions.remove(position)
        del self.place_of[position]
        self._moved.append(position)

    def first(self, accepted: bytearray, wanted: int, most: int) -> list[WorkerState]:
        """Return up to *most* workers of *wanted*, those of them whose positions are *accepted*, longest idle first."""
        found: list[WorkerState] = []
        for _, position, worker, _ in self.among(wanted):
            # One byte is looked at sooner than a bit among thousands.
            if accepted[position]:
                found.append(worker)
                if len(found) >= most:
                    break
        return found

    def first_of(
        self, wanted: int, matches: Callable[[WorkerState], bool] | None, most: int | None, declined: Collection[str]
    ) -> list[WorkerState]:
        """Return the workers of *wanted* who match, longest idle first, up to so many who have not *declined*."""
        found: list[WorkerState] = []
        fresh = 0
        for _, _, worker, _ in self.among(wanted):
            if wanted >> worker.position & 1 and (matches is None or matches(worker)):
                found.append(worker)
                fresh += worker.sid not in declined
                if fresh == most:
                    break
        return found

    def among(self, wanted: int) -> Iterable[Place]:
        """Return the places of all workers in *wanted*, longest idle first; others may be among them."""
        positions, place = self.positions, self.place_of.__getitem__
        if len(positions) <= _SHORT or wanted.bit_count() ** 2 >= len(positions):
            return map(place, positions)
        # So few that finding and sorting them is less work than going along the line.
        return sorted(map(place, _positions(wanted)))


@define(eq=False)
class Roster:
    """The workers of one workspace. The later somebody was hired, the higher the position."""

    #: Worker by position; None where one was removed.
    workers: list[WorkerState | None] = field(factory=list["WorkerState | None"])
    #: All of them, as bits.
    everybody: int = 0
    #: Activity SID -> who is in it, as bits.
    in_activity: dict[str, int] = field(factory=dict[str, int])
    #: Name without case -> worker.
    named: dict[str, WorkerState] = field(factory=dict[str, "WorkerState"])
    #: Channel SID -> its line.
    lines: dict[str, IdleLine] = field(factory=dict[str, IdleLine])
    #: Workers that changed since their places were last looked at.
    changed: dict[int, WorkerState] = field(factory=dict[int, "WorkerState"])
    #: What the expressions of targets said of them.
    verdicts: Verdicts = field(factory=Verdicts)

    def add(self, worker: WorkerState) -> None:
        """Give *worker*, who is newer than all others, a position."""
        position = worker.position = len(self.workers)
        self.workers.append(worker)
        self.everybody |= 1 << position
        self.in_activity[worker.activity_sid] = self.in_activity.get(worker.activity_sid, 0) | 1 << position
        self.named[worker.friendly_name.casefold()] = worker
        self.changed[position] = worker

    def remove(self, worker: WorkerState) -> None:
        """Forget *worker*; the others keep their positions, until :attr:`sparse` says that there are many holes."""
        for line in self.lines.values():
            if worker.position in line.place_of:
                line.take_out(worker.position)
        self.changed.pop(worker.position, None)
        self.workers[worker.position] = None
        self.everybody ^= 1 << worker.position
        self.in_activity[worker.activity_sid] ^= 1 << worker.position
        del self.named[worker.friendly_name.casefold()]

    @property
    def sparse(self) -> bool:
        """Whether there are more holes than workers."""
        return len(self.workers) > 2 * len(self.named) + _SHORT

    def close_ranks(self) -> None:
        """Give everybody a new position, in the same order and without holes; sets that others keep are void."""
        present = [worker for worker in self.workers if worker is not None]
        self.workers.clear()
        self.named.clear()
        self.in_activity.clear()
        self.changed.clear()
        self.everybody = 0
        self.lines = {sid: IdleLine() for sid in self.lines}
        self.verdicts = Verdicts()
        for worker in present:
            self.add(worker)

    def move(self, worker: WorkerState, activity_sid: str) -> None:
        """Note that *worker* leaves its activity for another one."""
        bit = 1 << worker.position
        self.in_activity[worker.activity_sid] ^= bit
        self.in_activity[activity_sid] = self.in_activity.get(activity_sid, 0) | bit
        self.changed[worker.position] = worker

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

    def each_of(self, bits: int) -> Iterator[WorkerState]:
        """Yield the workers of a set in the order in which they were hired."""
        for position in _positions(bits):
            worker = self.workers[position]
            assert worker is not None, "a worker who was removed is in no set"
            yield worker


def _positions(bits: int) -> Iterator[int]:
    """Yield the positions of a set, lowest first."""
    # In words: each step on the whole number would cost as much as there are workers.
    count = (bits.bit_length() + 63) // 64
    for index, word in enumerate(unpack(f"<{count}Q", bits.to_bytes(count * 8, "little"))):
        while word:
            lowest = word & -word
            yield index * 64 + lowest.bit_length() - 1
            word ^= lowest
