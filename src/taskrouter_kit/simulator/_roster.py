"""Who has room, and who has been idle longest: kept up to date by what changes, so that matching scans nobody.

Workers have positions, and sets of workers are whole numbers with one bit a position: whom a queue accepts, who has
room on a channel. One ``&`` says whether there is anybody for a task. Who has room also stands in a line, longest idle
first, one line for every channel that tasks came through. All of it follows from the workspace and is not saved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
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


@define(eq=False)
class IdleLine:
    """The workers with room on one channel."""

    #: Their positions, as bits.
    free: int = 0
    #: Longest idle first; and the same by their positions alone.
    places: list[Place] = field(factory=list["Place"])
    positions: list[int] = field(factory=list[int])
    #: Position -> place.
    place_of: dict[int, Place] = field(factory=dict[int, "Place"])

    def put(self, place: Place) -> None:
        """Let a worker stand at *place*."""
        position, places = place[1], self.places
        before = self.place_of.get(position)
        if before is not None:
            if before == place:
                return
            self._leave(before)
        else:
            self.free |= 1 << position
        self.place_of[position] = place
        # Whoever has just become idle stands behind all others.
        if not places or places[-1] < place:
            places.append(place)
            self.positions.append(position)
        else:
            index = bisect_left(places, place)
            places.insert(index, place)
            self.positions.insert(index, position)

    def take_out(self, position: int) -> None:
        """Let the worker at *position*, who stands there, stand there no longer."""
        self.free ^= 1 << position
        self._leave(self.place_of.pop(position))

    def _leave(self, place: Place) -> None:
        places = self.places
        # Whoever is asked mostly is the first.
        index = 0 if places[0] is place else bisect_left(places, place)
        del places[index], self.positions[index]

    def longest_idle(self, accepted: bytearray) -> Place:
        """Return the place of who has been idle longest of those in *accepted*; there must be somebody."""
        for position in self.positions:
            if accepted[position]:
                return self.place_of[position]
        raise LookupError("nobody of those accepted has room")

    def take_first(self, position: int) -> None:
        """Let the worker at *position*, who stands near the front, stand there no longer."""
        self.free ^= 1 << position
        del self.place_of[position]
        index = self.positions.index(position)
        del self.places[index], self.positions[index]

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

    def among(self, wanted: int) -> list[Place]:
        """Return the places of all workers in *wanted*, longest idle first; others may be among them."""
        places = self.places
        if len(places) <= _SHORT or wanted.bit_count() ** 2 >= len(places):
            return places
        # So few that finding and sorting them is less work than going along the line.
        return sorted(self.place_of[position] for position in _positions(wanted))


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
