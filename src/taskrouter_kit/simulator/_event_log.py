"""The events of a workspace, oldest first. What always happens together is noted as one, until somebody reads it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias, overload

from taskrouter_kit.simulator._event_state import EventState

#: How long events are kept.
# Documented: limits-errors-gotchas.md section 2; events and statistics reach back 30 days
EVENT_LIFE_MS: Final = 30 * 86_400_000


class Together(tuple[Any, ...]):  # Any: what happens together decides
    """Several events of one moment, and perhaps several steps of a trace, as one record.

    It begins as an event does: how many SIDs came before that of the first event, of those that begin at the second;
    the name under which a function :func:`tells` of it; when; the SID of the resource. The rest is for that function.
    """

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    @cached_property
    def events(self) -> tuple[EventState, ...]:
        """The events, in their order; who asks twice gets the same ones."""
        return _TELLERS[self[2]](self)


_TELLERS: Final[dict[str, Callable[[Together], tuple[EventState, ...]]]] = {}


def tells(name: str) -> Callable[[Teller], Teller]:
    """Let records of that *name* be told by the function."""

    def register(function: Teller) -> Teller:
        _TELLERS[name] = function
        return function

    return register


Teller: TypeAlias = "Callable[[Together], tuple[EventState, ...]]"
#: What is kept of what happened.
Noted: TypeAlias = "EventState | Together"


def unfold(noted: Iterable[Noted]) -> Iterator[EventState]:
    """Yield the events that were noted."""
    for each in noted:
        if isinstance(each, Together):
            yield from each.events
        else:
            yield each


class EventLog(Sequence[EventState]):
    """The events of a workspace."""

    __slots__ = ("noted",)

    def __init__(self, events: Iterable[Noted] = ()) -> None:
        self.noted = deque(events)

    def __iter__(self) -> Iterator[EventState]:
        return unfold(self.noted)

    def __reversed__(self) -> Iterator[EventState]:
        for each in reversed(self.noted):
            yield from reversed(tuple(unfold((each,))))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, place: int) -> EventState: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[EventState, ...]: ...
    def __getitem__(self, place: int | slice) -> EventState | tuple[EventState, ...]:
        """Return one event, or several; all of them are gone through for that."""
        return tuple(self)[place]

    def __repr__(self) -> str:
        return f"EventLog({len(self.noted)} noted)"
