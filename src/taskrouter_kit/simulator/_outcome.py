"""What a command did, to whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from taskrouter_kit.simulator._event_log import Noted, unfold
from taskrouter_kit.simulator._event_state import EventState


class Outcome(tuple[Any, tuple[EventState, ...]]):  # Any: as below
    """What a command did: the object it made or changed, and the events that it set off, in order.

    To whoever reads it, it is the tuple of both; what it holds is events as they were noted.
    """

    __slots__ = ()

    def __new__(cls, result: Any, events: tuple[EventState, ...]) -> Outcome:
        """Return both as one."""
        return make_outcome(cls, (result, events))

    @property
    def result(self) -> Any:  # Any: the state of the object, whose kind the command decides
        """The object that was made or changed."""
        return _held(self, 0)

    @property
    def events(self) -> tuple[EventState, ...]:
        """What happened, in order."""
        return tuple(unfold(_held(self, 1)))

    def __iter__(self) -> Iterator[Any]:  # Any: both
        return iter((self.result, self.events))

    def __getitem__(self, place: Any) -> Any:  # Any: one of both, or a slice
        return (self.result, self.events)[place]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Outcome) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __getnewargs__(self) -> Any:  # Any: what a copy is made of; that of a tuple would be one argument
        return tuple(self)

    def __repr__(self) -> str:
        return f"Outcome(result={self.result!r}, events={self.events!r})"


#: Makes an outcome of what was noted, without the function that a class is called through.
make_outcome: Final[Callable[[type[Outcome], tuple[Any, tuple[Noted, ...]]], Outcome]] = tuple.__new__  # pyright: ignore
#: Returns one of both as it is held.
_held: Final[Callable[[Outcome, int], Any]] = tuple.__getitem__  # pyright: ignore
