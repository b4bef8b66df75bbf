"""The events of a workspace, oldest first. What always happens together is noted as one, until somebody reads it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias, overload

from taskrouter_kit.simulator._event_state import WHEN, EventState

#: Several events of one moment, and perhaps several steps of a trace, as one plain tuple. It begins as an event does:
#: how many SIDs came before that of the first event, of those that begin at the second; the name under which a function
#: :func:`tells` of it; when; the SID of the resource. The rest is for that function.
Together: TypeAlias = "tuple[Any, ...]"
#: What is kept of what happened.
Noted: TypeAlias = "EventState | Together"
_Teller: TypeAlias = "Callable[[Together], Iterable[EventState]]"
_TELLERS: Final[dict[str, _Teller]] = {}

#: How long events are kept.
# Documented: limits-errors-gotchas.md section 2; events and statistics reach back 30 days
EVENT_LIFE_MS: Final = 30 * 86_400_000


def tells(name: str) -> Callable[[_Teller], _Teller]:
    """Let records of that *name* be told by the function."""

    def register(function: _Teller) -> _Teller:
        _TELLERS[name] = function
        return function

    return register


def unfold(noted: Iterable[Noted]) -> Iterator[EventState]:
    """Yield the events that were noted."""
    for each in noted:
        if isinstance(each, EventState):
            yield each
        else:
            yield from _TELLERS[each[2]](each)


class EventLog(Sequence[EventState]):
    """The events of a workspace."""

    __slots__ = ("_noted", "_told")

    def __init__(self, events: Iterable[EventState] = ()) -> None:
        self._told = deque(events)
        #: What happened since somebody read.
        self._noted = deque[Noted]()

    def note(self, noted: Noted, now: int) -> None:
        """Remember what happened *now*, and forget what is older than events are kept."""
        self._noted.append(noted)
        first, oldest = self._told[0] if self._told else self._noted[0], now - EVENT_LIFE_MS
        if first[WHEN] < oldest:
            for part in (self._told, self._noted):
                while part and part[0][WHEN] < oldest:
                    part.popleft()

    def _read(self) -> deque[EventState]:
        """Tell apart what happened together: who reads again finds the same events."""
        if self._noted:
            self._told.extend(unfold(self._noted))
            self._noted.clear()
        return self._told

    def __iter__(self) -> Iterator[EventState]:
        return iter(self._read())

    def __reversed__(self) -> Iterator[EventState]:
        return reversed(self._read())

    def __len__(self) -> int:
        return len(self._read())

    @overload
    def __getitem__(self, place: int) -> EventState: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[EventState, ...]: ...
    def __getitem__(self, place: int | slice) -> EventState | tuple[EventState, ...]:
        """Return one event, or several."""
        return self._read()[place] if isinstance(place, int) else tuple(self._read())[place]

    def __repr__(self) -> str:
        return f"EventLog({len(self)} events)"
