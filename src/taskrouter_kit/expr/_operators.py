"""The one table of the language's operators. Everybody else reads it.

A row has the canonical symbol, other spellings, what kinds of operand stand on either side, and how it is negated.
A new operator is one row, its meaning in ``_evaluate`` and ``_compile``, and two corpus cases.
"""

# Documented: expressions.md section 4 (operators, synonyms); # Inferred: expressions.md section 5 (precedence)

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, TypeAlias

from attrs import frozen

Side: TypeAlias = Literal["scalar", "array"]


class Operator(str, Enum):
    """A comparison operator; its value is the canonical spelling."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CONTAINS = "CONTAINS"
    HAS = "HAS"
    IN = "IN"
    NOT_IN = "NOT IN"

    def __str__(self) -> str:
        return self.value


@frozen
class Row:
    """What there is to know about one operator."""

    operator: Operator
    synonyms: tuple[str, ...]
    left: Side
    right: Side
    #: The operator that is true exactly where this one is false (for operands of the right kinds), if there is one.
    negation: Operator | None
    #: The operator that means the same with its operands exchanged, if there is one.
    mirrored: Operator | None


_O = Operator

TABLE: Final[dict[Operator, Row]] = {
    row.operator: row
    for row in (
        Row(_O.EQ, ("=",), "scalar", "scalar", negation=_O.NE, mirrored=_O.EQ),
        Row(_O.NE, (), "scalar", "scalar", negation=_O.EQ, mirrored=_O.NE),
        Row(_O.LT, (), "scalar", "scalar", negation=_O.GE, mirrored=_O.GT),
        Row(_O.LE, (), "scalar", "scalar", negation=_O.GT, mirrored=_O.GE),
        Row(_O.GT, (), "scalar", "scalar", negation=_O.LE, mirrored=_O.LT),
        Row(_O.GE, (), "scalar", "scalar", negation=_O.LT, mirrored=_O.LE),
        Row(_O.CONTAINS, (), "scalar", "scalar", negation=None, mirrored=None),
        Row(_O.HAS, (">-",), "array", "scalar", negation=None, mirrored=_O.IN),
        Row(_O.IN, ("<-",), "scalar", "array", negation=_O.NOT_IN, mirrored=_O.HAS),
        Row(_O.NOT_IN, (), "scalar", "array", negation=_O.IN, mirrored=None),
    )
}

#: The operators that order.
ORDERINGS: Final = frozenset({_O.LT, _O.LE, _O.GT, _O.GE})

#: Words that the lexer takes for itself, in any case; a name that equals one cannot be referred to safely.
KEYWORDS: Final[frozenset[str]] = frozenset(
    {"and", "or", "not", "in", "has", "contains", "true", "false", "null", "asc", "desc"}
)
