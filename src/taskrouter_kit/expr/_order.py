"""``order_by``: by which worker attributes the candidates of a target are sorted."""

# Documented: expressions.md section 8

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Span, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._paths import dotted
from taskrouter_kit.expr._places import Place


@frozen
class OrderKey:
    """One key: a whole-number attribute of the worker, smallest first unless ``descending``.

    Workers without the attribute sort behind those that have it, in both directions.
    """

    path: Path
    descending: bool = False
    span: Span | None = field(default=None, eq=False)

    def __str__(self) -> str:
        from taskrouter_kit.expr._spelling import render_sort_key

        return render_sort_key(self.path, self.descending)


def sort_key(path: Path, *, descending: bool) -> OrderKey:
    """Return the key for *path*; raise where it reads no worker."""
    if path.scope is not Scope.WORKER:
        message = f"Workers are ordered by attributes of workers; {dotted(path)} is none."
        raise InvalidDeclaration(Diagnostic("wrong-scope", message, where=Where(path=dotted(path))))
    return OrderKey(path, descending)


@frozen
class OrderBy:
    """The keys of an ``order_by``, the most significant first; ties go to the worker idle for longest.

    ``source`` is the author's text when it was parsed. Equality is by keys.
    """

    keys: tuple[OrderKey, ...]
    source: str | None = field(default=None, eq=False)

    def __iter__(self) -> Iterator[OrderKey]:
        return iter(self.keys)

    def __len__(self) -> int:
        return len(self.keys)

    def __str__(self) -> str:
        return ", ".join(map(str, self.keys))


@frozen
class KnownWorkerPath:
    """What ``known_worker_sid`` and ``known_worker_friendly_name`` hold: a task attribute, not an expression.

    The attribute of the task holds the SID or name of the worker to ask first. Equality is by path.
    """

    path: Path
    place: Place | None = field(default=None, eq=False)
    source: str | None = field(default=None, eq=False)

    @property
    def segments(self) -> tuple[str | int, ...]:
        """The names below the document: ``("agent", "sid")`` for ``task.agent.sid``."""
        return self.path.segments

    @property
    def scope(self) -> Scope:
        """Whose document is read: ``Scope.TASK`` where the text is right."""
        return self.path.scope

    def __str__(self) -> str:
        from taskrouter_kit.expr._spelling import render_operand

        return render_operand(self.path, self.place or "known_worker_sid")
