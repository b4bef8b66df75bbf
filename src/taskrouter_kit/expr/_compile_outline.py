"""Condition -> outline: its shape, and apart from it the names and constants that a user wrote.

Two conditions of one shape differ in nothing but what stands in their slots, so they share generated source
(``_compile_source``). That sees the shape alone: no text of a user can get into it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from attrs import evolve

from taskrouter_kit.expr._evaluate import compare
from taskrouter_kit.expr._facts import is_built_in
from taskrouter_kit.expr._nodes import And, Comparison, Const, Items, Node, Operand, Path
from taskrouter_kit.expr._operators import ORDERINGS, TABLE, Operator
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

#: What stands beside an operator, as far as code depends on it.
#:
#: ``text`` never equals a number, ``numeral`` may (a text that spells a number, read leniently); ``number`` is any
#: number, ``clear`` one whose order with false and true is the same whether these count as 0 and 1 or not at all;
#: ``texts`` and ``numbers`` are lists of one kind, ``many`` a long list of texts; ``other`` has no shortcut.
OperandKind: TypeAlias = Literal[
    "path", "text", "numeral", "true", "false", "null", "number", "clear", "texts", "many", "numbers", "other"
]


class Leaf(NamedTuple):
    """A comparison: the number of an operand is that of its path, or that of its slot.

    A list of constants takes two slots: the array it is, and the container that Python looks into fastest.
    """

    operator: str
    left: OperandKind
    left_number: int
    right: OperandKind
    right_number: int


#: ``Leaf(*values)``, without the cost of naming them.
_leaf = Leaf._make


class Group(NamedTuple):
    """AND or OR of parts."""

    joint: Literal["and", "or"]
    parts: tuple[ShapeNode, ...]


class Settled(NamedTuple):
    """A part that is decided without looking at any document."""

    verdict: bool


ShapeNode: TypeAlias = "Leaf | Group | Settled"


_Owner: TypeAlias = Literal["worker", "field", "task", "workers", "taskrouter", ""]


class PathShape(NamedTuple):
    """A reference: whose, which segments ("k" a key, "i" an index), and the number of its first slot.

    The first slot holds all segments as a tuple, those behind it one segment each. ``absent`` says that the condition
    speaks about absence (``x != true``), so that a document without it is nothing unusual.
    """

    owner: _Owner
    segments: str
    slot: int
    absent: bool


_path_shape = PathShape._make


class Shape(NamedTuple):
    """What generated code depends on: the key of its cache."""

    root: ShapeNode
    paths: tuple[PathShape, ...]
    #: Whether the shortcuts of generated code hold; else every comparison asks the interpreter's rules.
    plain: bool
    #: Whether texts that spell numbers meet numbers.
    lenient: bool
    built_in_wins: bool


class TooLarge(Exception):
    """The tree is deeper or wider than generated code should be."""


#: Deeper groups are left to the interpreter: Python's own compiler counts parentheses.
MAX_DEPTH: Final = 30
#: So are wider ones: generating their code costs more than it saves.
MAX_PARTS: Final = 2_000
#: Longer names are left to the interpreter: code reads each segment inside the next, and Python bounds parentheses.
MAX_SEGMENTS: Final = 50
#: Longer lists of texts become sets.
_LONG: Final = 8

#: The slot that holds the semantics.
SEMANTICS_SLOT: Final = 0

_NUMERAL: Final = re.compile(r"-?[0-9]")
_MIRRORED: Final[dict[str, str]] = {
    operator.value: row.mirrored.value for operator, row in TABLE.items() if row.mirrored is not None
}
_SPEAKS_OF_ABSENCE: Final = frozenset({Operator.NE.value, Operator.NOT_IN.value})
#: The operators that order, as they are written.
ORDERS: Final = frozenset(operator.value for operator in ORDERINGS)


def outline(node: Node, semantics: Semantics) -> tuple[Shape, list[object]]:
    """Return the shape of *node* and the contents of its slots. Raises :class:`TooLarge`."""
    if not semantics.index_out_of_range_is_null:
        raise TooLarge  # the interpreter does it: code reads an index that leads nowhere as NULL
    outliner = _Outliner(semantics)
    root = outliner.visit(node, 0)
    absent = outliner.absent
    paths = tuple([_path_shape((*path, path[2] in absent)) for path in outliner.paths])
    plain = semantics is DEFAULT or _is_plain(semantics)
    return Shape(root, paths, plain, semantics.numeric_strings, semantics.built_in_wins), outliner.slots


@lru_cache(maxsize=64)
def _is_plain(semantics: Semantics) -> bool:
    """Tell whether *semantics* are the default, apart from the two options that shapes know about."""
    return evolve(semantics, numeric_strings=True, built_in_wins=True) == DEFAULT


class _Outliner:
    """One walk over a tree."""

    __slots__ = ("_numbers", "_parts", "absent", "lenient", "paths", "semantics", "slots")

    def __init__(self, semantics: Semantics) -> None:
        self.semantics = semantics
        self.lenient = semantics.numeric_strings
        self.slots: list[object] = [semantics]
        #: Owner, letters and first slot of each path, in the order of their numbers.
        self.paths: list[tuple[_Owner, str, int]] = []
        #: First slots of the paths whose absence the condition speaks about.
        self.absent: set[int] = set()
        self._numbers: dict[tuple[str, tuple[str | int, ...]], int] = {}
        self._parts = 0

    def visit(self, node: Node, depth: int) -> ShapeNode:
        if isinstance(node, Comparison):
            return self.leaf(node)
        self._parts += len(node.parts)
        if depth >= MAX_DEPTH or self._parts > MAX_PARTS:
            raise TooLarge
        parts = tuple([self.visit(part, depth + 1) for part in node.parts])
        if not parts:
            return Settled(isinstance(node, And))
        return Group("and" if isinstance(node, And) else "or", parts)

    def leaf(self, comparison: Comparison) -> ShapeNode:
        """Turn operands so that a path stands on the left where the operator allows it."""
        operator: str = comparison.operator._value_
        left, right = comparison.left, comparison.right
        if not isinstance(left, Path):
            if not isinstance(right, Path):
                return Settled(self._settled(comparison))
            if operator in _MIRRORED:
                operator, left, right = _MIRRORED[operator], right, left
        elif operator == "HAS" and isinstance(right, Path):
            operator, left, right = "IN", right, left
        left_kind, left_number = self.operand(left, operator)
        right_kind, right_number = self.operand(right, operator)
        if right_kind == "null" or operator in _SPEAKS_OF_ABSENCE:
            for kind, number in ((left_kind, left_number), (right_kind, right_number)):
                if kind == "path":
                    self.absent.add(self.paths[number][2])
        return _leaf((operator, left_kind, left_number, right_kind, right_number))

    def _settled(self, comparison: Comparison) -> bool:
        left, right = (
            list(operand.values) if isinstance(operand, Items) else operand.value
            for operand in (comparison.left, comparison.right)
            if not isinstance(operand, Path)
        )
        return compare(comparison.operator, left, right, self.semantics)

    def operand(self, operand: Operand, operator: str) -> tuple[OperandKind, int]:
        slots = self.slots
        if isinstance(operand, Path):
            segments = operand.segments
            if len(segments) > MAX_SEGMENTS:
                raise TooLarge
            scope: _Owner = operand.scope._value_
            key = (scope, segments)
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = len(self.paths)
                self.paths.append((*_owner_and_letters(scope, segments), len(slots)))
                slots += (segments, *segments)
            return "path", number
        number = len(slots)
        if isinstance(operand, Const):
            value = operand.value
            slots.append(value)
            return self.constant_kind(value, operator), number
        kind, container = self.items(operand.values)
        slots += (list(operand.values), container)
        return kind, number

    def constant_kind(self, value: object, operator: str) -> OperandKind:
        if isinstance(value, str):
            # Numerals sort before ":", which spares most texts the pattern.
            return "numeral" if self.lenient and value < ":" and _NUMERAL.match(value) else "text"
        if value is None:
            return "null"
        if value is True:
            return "true"
        if value is False:
            return "false"
        if isinstance(value, (int, float)):
            return "clear" if operator in ORDERS and _is_clear(value, operator) else "number"
        return "other"

    def items(self, values: tuple[object, ...]) -> tuple[OperandKind, object]:
        kinds = {self.constant_kind(value, "IN") for value in values}
        if kinds == {"text"}:
            return ("texts", values) if len(values) <= _LONG else ("many", frozenset(values))
        if kinds == {"number"}:
            return "numbers", values
        return "other", None


def _owner_and_letters(scope: _Owner, segments: tuple[str | int, ...]) -> tuple[_Owner, str]:
    """Return whose a path is, with the fields of a Worker told from attributes, and one letter a segment."""
    if scope == "worker" and is_built_in(segments):
        return "field", "k" * len(segments)
    if len(segments) == 1 and isinstance(segments[0], str):
        return scope, "k"
    return scope, "".join(["k" if isinstance(segment, str) else "i" for segment in segments])


def _is_clear(value: int | float, operator: str) -> bool:
    """Tell whether a flag, which has no order, compares falsely with *value* even where it counts as 0 or 1."""
    if operator == ">":
        return value >= 1
    if operator == ">=":
        return value > 1
    if operator == "<":
        return value <= 0
    return value < 0
