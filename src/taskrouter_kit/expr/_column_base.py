"""What every column has, and how a column, an operator and a value become a condition.

A value of the wrong kind is refused here as the type checkers refuse it, for programs that ask none.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, NoReturn, TypeAlias, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._condition import Condition, S
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path, Scalar
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._paths import dotted

#: What a column, or each element of a list column, holds; maps hold nothing to compare.
Holds: TypeAlias = Literal["text", "number", "flag", "nothing"]

_TYPES: Final[dict[Holds, tuple[type, ...]]] = {"text": (str,), "number": (int, float), "flag": (bool,), "nothing": ()}
_MEMBERSHIP: Final = frozenset({Operator.IN, Operator.NOT_IN})
#: The operators that ask for null, too.
_WITH_NULL: Final = frozenset({Operator.EQ, Operator.NE, *_MEMBERSHIP})


class Column(Generic[S]):
    """A reference to one attribute (or built-in). ``path`` is its node."""

    __slots__ = ("path",)

    path: Path
    #: What it holds, or what each element holds where it is a list.
    holds: ClassVar[Holds] = "nothing"
    is_list: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_null(self) -> Condition[S]:
        """The attribute is missing or JSON null."""
        # Documented: expressions.md section 6
        return compare(self, Operator.EQ, None)

    def is_not_null(self) -> Condition[S]:
        """The attribute is there and not JSON null."""
        return compare(self, Operator.NE, None)

    if not TYPE_CHECKING:  # the checkers know that a list or a map equals no text

        def __eq__(self, other: object) -> NoReturn:
            raise TypeError(f"{self!r} has no == and no !=: look inside it with has(…), [index] or [name].")

    def __hash__(self) -> int:
        return hash((type(self), self.path))

    def __bool__(self) -> NoReturn:
        raise TypeError("A column has no truth value: compare it (== True for a flag), and combine with & | ~.")

    def __iter__(self) -> NoReturn:
        raise TypeError("A column cannot be walked: it is a reference; use has(…) or in_(…).")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {dotted(self.path)}>"


def compare(column: Column[Any], operator: Operator, other: object) -> Condition[Any]:
    """Return ``column operator other``; raise where *other* is no constant or column of the right kind."""
    found = operand(other, operator)
    fits = _fits_column(other, column.holds, operator) if isinstance(found, Path) else _fits(found, column, operator)
    if not fits:
        raise _mismatch(column, operator, other)
    return Condition(Comparison(operator, column.path, found))


def _fits_column(other: Any, holds: Holds, operator: Operator) -> bool:  # Any: a column of whatever scope
    return bool(other.holds == holds and other.is_list is (operator in _MEMBERSHIP))


def _fits(given: Const | Items, column: Column[Any], operator: Operator) -> bool:
    values = given.values if isinstance(given, Items) else (given.value,)
    return all(_fits_constant(value, column.holds, operator) for value in values)


def _fits_constant(value: Scalar, holds: Holds, operator: Operator) -> bool:
    if value is None:
        return operator in _WITH_NULL
    return isinstance(value, _TYPES[holds]) and isinstance(value, bool) is (holds == "flag")


def _mismatch(column: Column[Any], operator: Operator, other: object) -> InvalidDeclaration:
    name = dotted(column.path)
    what = f"a list of {column.holds}s" if column.is_list else f"a {column.holds}"
    shown = other.value if isinstance(other, Enum) else other
    message = f"{name} is {what}; {operator} does not compare it with {shown!r}."
    hint = "compare it with a constant or a column of its kind, or declare another kind"
    return InvalidDeclaration(Diagnostic("type-mismatch", message, where=Where(path=name), hint=hint))


def operand(value: object, operator: Operator) -> Operand:
    """Return what *value* is as an operand: a column's path, a constant, or a list of constants."""
    if isinstance(value, Column):
        return value.path
    if operator in _MEMBERSHIP:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise InvalidDeclaration(
                Diagnostic(
                    "not-a-list",
                    f"{operator} looks inside a list; got {value!r}.",
                    where=Where(path=operator.value),
                    hint="write a list of constants, or a list column",
                )
            )
        items = tuple(scalar(item) for item in cast("Iterable[object]", value))
        # A set has another order in every process, and the text of a condition is compared and deployed.
        return Items(tuple(sorted(items, key=repr)) if isinstance(value, set | frozenset) else items)
    return Const(scalar(value))


def scalar(value: object) -> Scalar:
    """Return *value* as a constant of the language; an enum member stands for its value."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    got = f"the number {value}" if isinstance(value, float) else f"a {type(value).__name__}"
    raise InvalidDeclaration(
        Diagnostic(
            "not-a-constant",
            f"A constant is a text, a finite number, a flag or null; got {got}.",
            where=Where(path="constant"),
        )
    )
