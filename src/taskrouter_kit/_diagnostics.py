"""What / where / hint: findings as data, and the one renderer of them.

A :class:`Diagnostic` is a value. Parser, checker, builders, deploy and callbacks make them; errors carry them;
only :func:`render` turns one into text, so that every problem of every part reads alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from attrs import evolve, frozen

#: Half-open range of offsets (in code points) into a text.
Span: TypeAlias = "tuple[int, int]"

Severity: TypeAlias = Literal["error", "warning", "info"]

#: Lines of source shown at most this wide around the caret.
_WINDOW = 100


@frozen
class Where:
    """The place of a finding: in a text, in a document, or at a declared object. Any part may be unknown.

    ``text`` and ``span`` point into an expression; ``file`` names a file; ``path`` is a JSON path
    (``$.task_routing.filters[2].queue``) or the name of a declared thing (``TaskQueue 'Billing'``).
    """

    text: str | None = None
    span: Span | None = None
    file: str | None = None
    path: str | None = None


@frozen
class Diagnostic:
    """One finding: a stable kebab-case rule id, a sentence, the place, and one thing to do about it."""

    rule: str
    message: str
    severity: Severity = "error"
    where: Where = Where()
    hint: str | None = None

    def at(self, path: str, *, file: str | None = None) -> Diagnostic:
        """Return the same finding, placed at *path* of a surrounding document (and *file*)."""
        inner = self.where.path
        joined = path if inner is None else f"{path} {inner}"
        return evolve(self, where=evolve(self.where, path=joined, file=file or self.where.file))

    def __str__(self) -> str:
        return render(self)


def render(diagnostic: Diagnostic) -> str:
    """Return *diagnostic* as the lines a person reads: the sentence, the place with a caret, the hint."""
    lines = [f"{diagnostic.message} [{diagnostic.rule}]"]
    where = diagnostic.where
    place = ": ".join(part for part in (where.file, where.path) if part)
    if where.text is not None and where.span is not None:
        row, column = line_and_column(where.text, where.span[0])
        lines.append(f"  at {place + ' ' if place else ''}{row}:{column}")
        lines.extend(_excerpt(where.text, where.span))
    elif place:
        lines.append(f"  at {place}")
    if diagnostic.hint:
        lines.append(f"  hint: {diagnostic.hint}")
    return "\n".join(lines)


def render_all(diagnostics: Iterable[Diagnostic]) -> str:
    """Return all *diagnostics*, one under the other, with an empty line between."""
    return "\n\n".join(render(diagnostic) for diagnostic in diagnostics)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of *offset* in *text*."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _excerpt(text: str, span: Span) -> list[str]:
    """Return the line that *span* starts in and a caret line under it, cut to a readable window."""
    start, end = span
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    left = max(line_start, start - _WINDOW // 2)
    right = min(line_end, max(left + _WINDOW, min(end, line_end)), left + 2 * _WINDOW)
    shown = text[left:right].replace("\t", " ").replace("\r", " ")
    width = max(1, min(end, right) - start)
    prefix, suffix = ("…" if left > line_start else ""), ("…" if right < line_end else "")
    return [f"    {prefix}{shown}{suffix}".rstrip(), "    " + " " * (len(prefix) + start - left) + "^" * width]
