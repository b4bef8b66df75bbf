"""Condition: what users hold in their hands, a tree with the scope of its names in the static type.

The tree (``_nodes``) is for thinking, this front is for writing: it owns the Python operators ``& | ~`` and nothing
else. A condition is a value: hashable, equal by structure, picklable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeAlias, TypeVar, cast

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._nodes import And, Comparison, Node, Or, conjunction, disjunction

if TYPE_CHECKING:
    from taskrouter_kit.expr._places import Place


class WorkerScope:
    """Marks, in types, what is said about workers."""


class TaskScope:
    """Marks, in types, what is said about tasks."""


class QueueScope:
    """Marks, in types, what is said about the counters of a queue (``skip_if``)."""


AnyScope: TypeAlias = WorkerScope | TaskScope | QueueScope

S = TypeVar("S", bound=AnyScope, covariant=True)
S2 = TypeVar("S2", bound=AnyScope)


class Condition(Generic[S]):
    """A boolean condition of the expression language; combine with ``&``, ``|`` and ``~``.

    ``node`` is its tree. ``place`` says where it is stored (a queue's ``target_workers``, a workflow's ``filter``…)
    and decides the prefixes that ``str()`` prints; ``source`` is the author's text when it was parsed.
    """

    __slots__ = ("node", "place", "source")

    node: Node
    place: Place | None
    source: str | None

    def __init__(self, node: Node, *, place: Place | None = None, source: str | None = None) -> None:
        _set_node(self, node)
        _set_place(self, place)
        _set_source(self, source)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("A condition is a value and cannot be changed; build a new one with & | ~.")

    def __reduce__(self) -> tuple[Any, ...]:  # Any: the pickle protocol's own type
        return _restore, (self.node, self.place, self.source)

    def placed(self, place: Place) -> Condition[S]:
        """Return the same condition as it stands in *place* (its tree and its author's text are kept)."""
        return Condition(self.node, place=place, source=self.source)

    def __and__(self, other: Condition[S2]) -> Condition[S | S2]:
        if not isinstance(other, Condition):
            return NotImplemented
        return Condition(conjunction(self.node, other.node), place=_common(self, other))

    def __or__(self, other: Condition[S2]) -> Condition[S | S2]:
        if not isinstance(other, Condition):
            return NotImplemented
        return Condition(disjunction(self.node, other.node), place=_common(self, other))

    def __invert__(self) -> Condition[S]:
        """Return the negation, rewritten into operators that TaskRouter has (it has no NOT).

        Comparisons flip, AND and OR change places, IN becomes NOT IN. For a missing attribute the flip of an
        ordering is false as well, and the flips to ``!=`` and ``NOT IN […]`` are true. Raises :class:`NotNegatable`
        for HAS and CONTAINS, which have no negation.
        """
        from taskrouter_kit.expr._negate import negate

        return Condition(negate(self.node), place=self.place)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "A condition has no truth value here: it is evaluated by TaskRouter. "
            "Combine conditions with & | ~ instead of and, or, not."
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def __str__(self) -> str:
        from taskrouter_kit.expr._spelling import render_node

        if self.source is not None and not self.source.strip():
            return ""  # of target_workers, for nobody; as render() says
        return render_node(self.node, self.place)

    def __repr__(self) -> str:
        try:
            return f"<Condition {self}>"
        except InvalidDeclaration:
            return f"<Condition {self.node!r}>"


# The slots' own setters: what __init__ uses, at a third of the cost of object.__setattr__.
_set_node = Condition.__dict__["node"].__set__
_set_place = Condition.__dict__["place"].__set__
_set_source = Condition.__dict__["source"].__set__


def _common(left: Condition[Any], right: Condition[Any]) -> Place | None:
    """Return where both stand; the result of combining what stands in different places stands nowhere yet."""
    return left.place if left.place == right.place else None


def _restore(node: Node, place: Place | None, source: str | None) -> Condition[Any]:
    return Condition(node, place=place, source=source)


def tree_of(condition: Condition[Any] | Node) -> Node:  # Any: every scope
    """Return the tree of *condition*, which may be one; raises :class:`InvalidDeclaration` for what is neither."""
    if isinstance(condition, Condition):
        return condition.node
    if isinstance(cast(object, condition), Comparison | And | Or):
        return condition
    raise no_condition(condition)


def no_condition(got: object) -> InvalidDeclaration:
    """Say that a condition is wanted: somebody's text is none until it was parsed."""
    hint = "an existing text becomes a condition with parse(text, place=…)" if isinstance(got, str) else None
    message = f"Expected a condition; got a {type(got).__name__}."
    return InvalidDeclaration(Diagnostic("not-a-condition", message, hint=hint))
