"""The tree of an expression: a closed union of frozen values.

``Node`` is a condition, ``Operand`` what stands beside an operator. Equality is structural and ignores spans (and
whether the author wrote a prefix); ``And`` and ``Or`` are n-ary and never directly contain their own kind (build them
with :func:`conjunction` and :func:`disjunction`). A ``Path`` says *whose* attribute it is (``scope``), not how that
is written: the place decides the prefix when the tree is rendered.

A tree is at most :data:`MAX_DEPTH` levels of alternating AND and OR deep, which its constructors see to: every pass,
``==``, ``hash``, ``repr`` and pickle may therefore recurse over levels (never over parts).

The parser makes nodes by the thousand and a frozen constructor costs as much as all its other work, so it builds them
through the ``*_at`` functions: a plain twin with the same slots is filled and then becomes the frozen class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from itertools import chain
from operator import attrgetter
from typing import Any, ClassVar, Final, TypeAlias, cast

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Span
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._operators import Operator

#: Levels of alternating AND and OR in one tree. The deepest expression known from practice has six.
# Decided: expressions.md section 10 sets no limit; ours keeps every pass safe from the recursion limit
MAX_DEPTH: Final = 64

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


@frozen(eq=False, weakref_slot=False)
class Const:
    """A constant: text, number, flag or null. ``1``, ``1.0`` and ``true`` are three different constants."""

    value: Scalar
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and _typed(self.value) == _typed(other.value)

    def __hash__(self) -> int:
        return hash(_typed(self.value))


@frozen(eq=False, weakref_slot=False)
class Items:
    """A list of constants, possibly empty."""

    values: tuple[Scalar, ...]
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Items) and list(map(_typed, self.values)) == list(map(_typed, other.values))

    def __hash__(self) -> int:
        return hash(tuple(map(_typed, self.values)))


@frozen(weakref_slot=False)
class Path:
    """A reference: ``Path(Scope.WORKER, ("routing", "skills", 0))``; an ``int`` segment is an array index."""

    scope: Scope
    segments: tuple[str | int, ...]
    span: Span | None = field(default=None, eq=False)
    #: Whether the author wrote the prefix.
    explicit: bool = field(default=False, eq=False)


@frozen(weakref_slot=False)
class Comparison:
    """``left operator right``."""

    operator: Operator
    left: Operand
    right: Operand
    span: Span | None = field(default=None, eq=False)
    depth: ClassVar[int] = 0


@frozen(weakref_slot=False)
class And:
    """All of two or more parts, none of them an ``And``."""

    parts: tuple[Node, ...]
    span: Span | None = field(default=None, eq=False)
    depth: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "depth", _depth_of(self))


@frozen(weakref_slot=False)
class Or:
    """Any of two or more parts, none of them an ``Or``."""

    parts: tuple[Node, ...]
    span: Span | None = field(default=None, eq=False)
    depth: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "depth", _depth_of(self))


Operand: TypeAlias = Const | Items | Path
Node: TypeAlias = Comparison | And | Or

#: ``1==1`` and ``1==0``, the idioms for everybody and nobody.
ALWAYS: Final = Comparison(Operator.EQ, Const(1), Const(1))
NEVER: Final = Comparison(Operator.EQ, Const(1), Const(0))


def conjunction(*nodes: Node) -> Node:
    """Return the AND of *nodes*, flattened; one node is itself, none is :data:`ALWAYS`."""
    return _joined(And, nodes) if len(nodes) > 1 else nodes[0] if nodes else ALWAYS


def disjunction(*nodes: Node) -> Node:
    """Return the OR of *nodes*, flattened; one node is itself, none is :data:`NEVER`."""
    return _joined(Or, nodes) if len(nodes) > 1 else nodes[0] if nodes else NEVER


def _joined(kind: type[And] | type[Or], nodes: tuple[Node, ...]) -> And | Or:
    """Return *nodes* as one group, looking at the nodes and not at their parts: chains of `&` stay affordable."""
    parts = tuple(chain.from_iterable([node.parts if isinstance(node, kind) else (node,) for node in nodes]))
    depth = max(node.depth if isinstance(node, kind) else node.depth + 1 for node in nodes)
    return many_at(kind, parts, None, depth) if depth <= MAX_DEPTH else kind(parts)


def deepest(parts: Iterable[Node]) -> int:
    """Return the greatest depth among *parts*."""
    return max(map(_get_depth, parts))


_get_depth: Callable[[Node], int] = attrgetter("depth")


def _depth_of(node: And | Or) -> int:
    """Return the depth of *node*; raise where it is no node of a tree."""
    kind = type(node)
    if len(node.parts) < 2 or kind in map(type, node.parts):
        message = f"{kind.__name__} joins two or more parts, none of them {kind.__name__} again."
        hint = "build it with & and | or with conjunction() and disjunction()"
        raise InvalidDeclaration(Diagnostic("malformed-tree", message, hint=hint))
    depth = 1 + deepest(node.parts)
    if depth > MAX_DEPTH:
        message = f"AND and OR alternate {depth} levels deep; {MAX_DEPTH} is the limit of this library."
        raise InvalidDeclaration(Diagnostic("too-deep", message, hint="split the condition into smaller ones"))
    return depth


# --- construction for the parser -------------------------------------------------------------------------------------


class RawConst:
    """A :class:`Const` in the making; like the other raw classes it becomes one by assigning ``__class__``."""

    __slots__ = ("span", "value")


class RawItems:
    """An :class:`Items` in the making."""

    __slots__ = ("span", "values")


class RawPath:
    """A :class:`Path` in the making."""

    __slots__ = ("explicit", "scope", "segments", "span")


class RawComparison:
    """A :class:`Comparison` in the making."""

    __slots__ = ("left", "operator", "right", "span")


class RawMany:
    """An :class:`And` or :class:`Or` in the making."""

    __slots__ = ("depth", "parts", "span")


def const_at(value: Scalar, span: Span) -> Const:
    """Return ``Const(value, span)``, faster."""
    node: Any = RawConst()  # Any: it changes its class below
    node.value = value
    node.span = span
    node.__class__ = Const
    return cast("Const", node)


def items_at(values: tuple[Scalar, ...], span: Span) -> Items:
    """Return ``Items(values, span)``, faster."""
    node: Any = RawItems()  # Any: it changes its class below
    node.values = values
    node.span = span
    node.__class__ = Items
    return cast("Items", node)


def path_at(scope: Scope, segments: tuple[str | int, ...], span: Span, explicit: bool) -> Path:
    """Return ``Path(scope, segments, span, explicit)``, faster."""
    node: Any = RawPath()  # Any: it changes its class below
    node.scope = scope
    node.segments = segments
    node.span = span
    node.explicit = explicit
    node.__class__ = Path
    return cast("Path", node)


def comparison_at(operator: Operator, left: Operand, right: Operand, span: Span) -> Comparison:
    """Return ``Comparison(operator, left, right, span)``, faster."""
    node: Any = RawComparison()  # Any: it changes its class below
    node.operator = operator
    node.left = left
    node.right = right
    node.span = span
    node.__class__ = Comparison
    return cast("Comparison", node)


def many_at(kind: type[And] | type[Or], parts: tuple[Node, ...], span: Span | None, depth: int) -> And | Or:
    """Return ``kind(parts, span)`` of flat parts whose depth is known to be allowed, faster."""
    node: Any = RawMany()  # Any: it changes its class below
    node.parts = parts
    node.span = span
    node.depth = depth
    node.__class__ = kind
    return cast("And | Or", node)
