"""One step of a task's way. What it says is said when somebody reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

#: A sentence, and the same as data.
Said: TypeAlias = "tuple[str, dict[str, Any]]"  # Any: JSON


#: A step as it is kept: when, what, the name of the function that says it, and what that is told.
Step: TypeAlias = "tuple[Any, ...]"  # Any: each kind of step has its own
_SAYERS: Final[dict[str, Callable[..., Said]]] = {}
F = TypeVar("F", bound=Callable[..., Said])
#: The same for steps that always come together and are kept as one.
_TOGETHER: Final[dict[str, Callable[[Step], Iterable[Step]]]] = {}


def says(function: F) -> F:
    """Let steps name *function*."""
    _SAYERS[function.__name__] = function
    return function


def stands_for(name: str) -> Callable[[Callable[[Step], Iterable[Step]]], Callable[[Step], Iterable[Step]]]:
    """Let one step of that *name* stand for several, which the function makes of it."""

    def register(function: Callable[[Step], Iterable[Step]]) -> Callable[[Step], Iterable[Step]]:
        _TOGETHER[name] = function
        return function

    return register


def unfold(steps: Iterable[Step]) -> Iterator[TraceEntry]:
    """Yield the steps that were kept."""
    for step in steps:
        together = _TOGETHER.get(step[2])
        if together is None:
            yield TraceEntry(step)
        else:
            yield from map(TraceEntry, together(step))


@says
def as_it_is(why: str, data: dict[str, Any]) -> Said:  # Any: JSON
    """Say what was said before."""
    return why, data


class TraceEntry(tuple[Any, ...]):  # Any: each kind of step has its own
    """One step: when (``at``, milliseconds since 1970), ``what``, ``why`` as sentences, and the same as ``data``.

    An engine makes several for each step of each task, and few are ever read. What is kept is a plain tuple: when,
    what, the name of the function that says it, and what that is told, in which nothing changes any more. A name,
    because the garbage collector soon leaves tuples of texts and numbers alone, and no others.
    """

    __slots__ = ()

    @property
    def at(self) -> int:
        """When, in milliseconds since 1970."""
        return int(self[0])

    @property
    def what(self) -> str:
        """The kind of step."""
        return str(self[1])

    def _say(self) -> Said:
        return _SAYERS[self[2]](*self[3:])

    @property
    def why(self) -> str:
        """Why, in sentences; several reasons are several lines."""
        return self._say()[0]

    @property
    def data(self) -> dict[str, Any]:  # Any: JSON
        """The same for programs. A change of state has ``from`` and ``to``."""
        return self._say()[1]

    def to_dict(self) -> dict[str, Any]:  # Any: JSON
        """Return plain JSON data."""
        why, data = self._say()
        return {"at": self.at, "what": self.what, "why": why, "data": data}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> TraceEntry:  # Any: JSON
        """Return the step that :meth:`to_dict` wrote."""
        return cls((document["at"], document["what"], as_it_is.__name__, document["why"], document["data"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TraceEntry) and self.to_dict() == other.to_dict()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.at, self.what))

    def __repr__(self) -> str:
        return f"TraceEntry(at={self.at}, what={self.what!r})"
