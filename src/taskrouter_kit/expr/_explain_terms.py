"""What an explanation is made of: terms, the values that their names stood for, and notes. Plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from attrs import field, frozen

from taskrouter_kit.expr._evaluate import ValueKind

Joint: TypeAlias = Literal["AND", "OR"]


@frozen
class Seen:
    """What a name stood for: its value and kind; ``absent`` where the document does not have it (it reads as NULL)."""

    name: str
    value: object = field(repr=False)
    kind: ValueKind
    absent: bool

    def to_data(self) -> dict[str, object]:
        """Return plain JSON data."""
        return {"name": self.name, "value": self.value, "kind": self.kind, "absent": self.absent}


@frozen
class Note:
    """Something to know about a term: ``topic`` is stable, ``message`` a sentence.

    A topic is ``absent-attribute``, ``unsuitable-kind``, ``no-prefix``, or the name of the option of
    :class:`~taskrouter_kit.expr.Semantics` that would change the verdict.
    """

    topic: str
    message: str

    def to_data(self) -> dict[str, object]:
        """Return plain JSON data."""
        return {"topic": self.topic, "message": self.message}


@frozen
class Term:
    """A comparison (``seen`` has the values of its names) or a group (``joint`` and ``parts``).

    ``decides`` says that the verdict of the whole rests on this term: the false parts of a false AND, the true parts
    of a true OR, else all parts.
    """

    text: str
    verdict: bool
    decides: bool
    joint: Joint | None = None
    parts: tuple[Term, ...] = ()
    seen: tuple[Seen, ...] = ()
    notes: tuple[Note, ...] = ()

    def to_data(self) -> dict[str, object]:
        """Return plain JSON data."""
        data: dict[str, object] = {"text": self.text, "verdict": self.verdict, "decides": self.decides}
        if self.joint is not None:
            return {**data, "joint": self.joint, "parts": [part.to_data() for part in self.parts]}
        return {
            **data,
            "seen": [seen.to_data() for seen in self.seen],
            "notes": [note.to_data() for note in self.notes],
        }

    def comparisons(self) -> Iterator[Term]:
        """Yield the comparisons of this term, from left to right."""
        if self.joint is None:
            yield self
        for part in self.parts:
            yield from part.comparisons()
