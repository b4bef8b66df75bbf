"""One step of a task's way. What is dear to say is said when somebody reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

#: A sentence, and the same as data.
Said: TypeAlias = "tuple[str, dict[str, Any]]"  # Any: JSON


class TraceEntry:
    """One step: when (``at``, milliseconds since 1970), ``what``, ``why`` as sentences, and the same as ``data``.

    ``later`` says why, from what it holds on to, which nobody may change any more.
    """

    __slots__ = ("_later", "_said", "at", "what")

    def __init__(
        self,
        at: int,
        what: str,
        why: str = "",
        data: dict[str, Any] | None = None,  # Any: JSON
        later: Callable[[], Said] | None = None,
    ) -> None:
        self.at = at
        self.what = what
        self._said: Said = (why, {} if data is None else data)
        self._later = later

    def _say(self) -> Said:
        if self._later is not None:
            self._said, self._later = self._later(), None
        return self._said

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
        return {"at": self.at, "what": self.what, "why": self.why, "data": self.data}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TraceEntry) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # equal by content that holds JSON

    def __repr__(self) -> str:
        return f"TraceEntry(at={self.at}, what={self.what!r})"
