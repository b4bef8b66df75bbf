"""The tree of an expression: a closed union of frozen values.

``Node`` is a condition, ``Operand`` what stands beside an operator. Equality is structural and ignores spans (and
whether the author wrote a prefix); ``And`` and ``Or`` are n-ary and never directly contain their own kind (build them
with :func:`conjunction` and :func:`disjunction`). A ``Path`` says *whose* attribute it is (``scope``), not how that
is written: the place decides the prefix when the tree is rendered.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

from attrs import field, frozen

from taskrouter_kit._diagnostics import Span
from taskrouter_kit.expr._operators import Operator

#: A constant of the language.
Scalar: TypeAlias = str | int | float | bool | None


class Scope(str, Enum):
    """Whose value a path reads; the value is the prefix that marks it."""

    WORKER = "worker"
    TASK = "task"
    #: Counters of the target's queue: ``workers.available`` (skip_if only).
    QUEUE = "workers"
    #: The service's clock: ``taskrouter.currentTime``.
    CLOCK = "taskrouter"
    #: A name without a prefix where one is needed: it reads nothing (NULL).
    NONE = ""


def _typed(value: Scalar) -> tuple[type, Scalar]:
    return (value.__class__, value)


@frozen(eq=False)
class Const:
    """A constant: text, number, flag or null. ``1``, ``1.0`` and ``true`` are three different constants."""

    value: Scalar
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and _typed(self.value) == _typed(other.value)

    def __hash__(self) -> int:
        return hash(_typed(self.value))


@frozen(eq=False)
class Items:
    """A list of constants, possibly empty."""

    values: tuple[Scalar, ...]
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Items) and list(map(_typed, self.values)) == list(map(_typed, other.values))

    def __hash__(self) -> int:
        return hash(tuple(map(_typed, self.values)))


@frozen
class Path:
    """A reference: ``Path(Scope.WORKER, ("routing", "skills", 0))``; an ``int`` segment is an array index."""

    scope: Scope
    segments: tuple[str | int, ...]
    span: Span | None = field(default=None, eq=False)
    #: Whether the author wrote the prefix.
    explicit: bool = field(default=False, eq=False)


@frozen
class Comparison:
    """``left operator right``."""

    operator: Operator
    left: Operand
    right: Operand
    span: Span | None = field(default=None, eq=False)


@frozen
class And:
    """All of two or more parts."""

    parts: tuple[Node, ...]
    span: Span | None = field(default=None, eq=False)


@frozen
class Or:
    """Any of two or more parts."""

    parts: tuple[Node, ...]
    span: Span | None = field(default=None, eq=False)


Operand: TypeAlias = Const | Items | Path
Node: TypeAlias = Comparison | And | Or

#: ``1==1`` and ``1==0``, the idioms for everybody and nobody.
ALWAYS: Final = Comparison(Operator.EQ, Const(1), Const(1))
NEVER: Final = Comparison(Operator.EQ, Const(1), Const(0))


def conjunction(*nodes: Node) -> Node:
    """Return the AND of *nodes*, flattened; one node is itself."""
    parts = tuple(part for node in nodes for part in (node.parts if isinstance(node, And) else (node,)))
    return parts[0] if len(parts) == 1 else And(parts)


def disjunction(*nodes: Node) -> Node:
    """Return the OR of *nodes*, flattened; one node is itself."""
    parts = tuple(part for node in nodes for part in (node.parts if isinstance(node, Or) else (node,)))
    return parts[0] if len(parts) == 1 else Or(parts)
