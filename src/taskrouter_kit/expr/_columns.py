"""Columns: typed references to attributes, with the Python operators that make conditions of them.

Each kind of column offers only what TaskRouter can do with it: a text has no ``has``, a list no ``==``. The type
parameters are what a value may be (``V``, ``TS``: the literals, where the schema has them) and whose attribute it is
(``S``). Columns are made by a schema's class access (``Agent.skills``) or by path (:mod:`expr._roots`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, overload

from taskrouter_kit.expr._column_base import Column as Column
from taskrouter_kit.expr._column_base import compare
from taskrouter_kit.expr._condition import S2, Condition, S, WorkerScope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._order import OrderKey, sort_key
from taskrouter_kit.expr._paths import element, member

V = TypeVar("V")
TS = TypeVar("TS", bound=str)


class Scalars(Column[S], Generic[V, S]):
    """What texts, numbers and flags share: equality and membership.

    ``!=`` and ``not_in`` are true for who lacks the attribute (``not_in`` with a list of constants); add
    ``& column.is_not_null()`` where that is not meant.
    """

    __slots__ = ()

    def in_(self, values: Any) -> Any:  # Any: each kind narrows it in its own overloads
        """The attribute equals one of *values* (constants, or a list column)."""
        return compare(self, Operator.IN, values)

    def not_in(self, values: Any) -> Any:  # Any: each kind narrows it in its own overloads
        """The attribute equals none of *values* (constants, or a list column).

        Against a list column whose attribute is missing or no list this is false.
        """
        return compare(self, Operator.NOT_IN, values)


class AnyText(Scalars[Any, S]):
    """A text of whatever values: what other columns are compared with."""

    __slots__ = ()

    holds = "text"


class AnyTexts(Column[S]):
    """A list of texts of whatever values: what other columns are looked up in."""

    __slots__ = ()

    holds = "text"
    is_list = True


class Text(AnyText[S], Generic[V, S]):
    """A text attribute; ``V`` is ``str`` or the literals that the schema allows."""

    __slots__ = ()

    @overload  # type: ignore[override]
    def __eq__(self, other: V | None) -> Condition[S]: ...
    @overload
    def __eq__(self, other: AnyText[S2]) -> Condition[S | S2]: ...
    def __eq__(self, other: Any) -> Any:
        return compare(self, Operator.EQ, other)

    @overload  # type: ignore[override]
    def __ne__(self, other: V | None) -> Condition[S]: ...
    @overload
    def __ne__(self, other: AnyText[S2]) -> Condition[S | S2]: ...
    def __ne__(self, other: Any) -> Any:
        return compare(self, Operator.NE, other)

    def __hash__(self) -> int:
        return super().__hash__()

    @overload
    def in_(self, values: Sequence[V]) -> Condition[S]: ...
    @overload
    def in_(self, values: AnyTexts[S2]) -> Condition[S | S2]: ...
    def in_(self, values: Any) -> Any:
        """The text is one of *values*: constants, or a list column."""
        return compare(self, Operator.IN, values)

    @overload
    def not_in(self, values: Sequence[V]) -> Condition[S]: ...
    @overload
    def not_in(self, values: AnyTexts[S2]) -> Condition[S | S2]: ...
    def not_in(self, values: Any) -> Any:
        """The text is none of *values*; against a list column that is missing this is false."""
        return compare(self, Operator.NOT_IN, values)

    @overload
    def contains(self, part: str) -> Condition[S]: ...
    @overload
    def contains(self, part: AnyText[S2]) -> Condition[S | S2]: ...
    def contains(self, part: Any) -> Any:
        """*part* is a substring of the text."""
        return compare(self, Operator.CONTAINS, part)


class Number(Scalars[float, S]):
    """A number attribute."""

    __slots__ = ()

    holds = "number"

    @overload  # type: ignore[override]
    def __eq__(self, other: float | None) -> Condition[S]: ...
    @overload
    def __eq__(self, other: Number[S2]) -> Condition[S | S2]: ...
    def __eq__(self, other: Any) -> Any:
        return compare(self, Operator.EQ, other)

    @overload  # type: ignore[override]
    def __ne__(self, other: float | None) -> Condition[S]: ...
    @overload
    def __ne__(self, other: Number[S2]) -> Condition[S | S2]: ...
    def __ne__(self, other: Any) -> Any:
        return compare(self, Operator.NE, other)

    def __hash__(self) -> int:
        return super().__hash__()

    @overload
    def __lt__(self, other: float) -> Condition[S]: ...
    @overload
    def __lt__(self, other: Number[S2]) -> Condition[S | S2]: ...
    def __lt__(self, other: Any) -> Any:
        return compare(self, Operator.LT, other)

    @overload
    def __le__(self, other: float) -> Condition[S]: ...
    @overload
    def __le__(self, other: Number[S2]) -> Condition[S | S2]: ...
    def __le__(self, other: Any) -> Any:
        return compare(self, Operator.LE, other)

    @overload
    def __gt__(self, other: float) -> Condition[S]: ...
    @overload
    def __gt__(self, other: Number[S2]) -> Condition[S | S2]: ...
    def __gt__(self, other: Any) -> Any:
        return compare(self, Operator.GT, other)

    @overload
    def __ge__(self, other: float) -> Condition[S]: ...
    @overload
    def __ge__(self, other: Number[S2]) -> Condition[S | S2]: ...
    def __ge__(self, other: Any) -> Any:
        return compare(self, Operator.GE, other)

    @overload
    def in_(self, values: Sequence[float]) -> Condition[S]: ...
    @overload
    def in_(self, values: Numbers[S2]) -> Condition[S | S2]: ...
    def in_(self, values: Any) -> Any:
        """The number is one of *values*: constants, or a list column."""
        return compare(self, Operator.IN, values)

    @overload
    def not_in(self, values: Sequence[float]) -> Condition[S]: ...
    @overload
    def not_in(self, values: Numbers[S2]) -> Condition[S | S2]: ...
    def not_in(self, values: Any) -> Any:
        """The number is none of *values*; against a list column that is missing this is false."""
        return compare(self, Operator.NOT_IN, values)


class Integer(Number[S]):
    """A whole-number attribute; a worker's is the only kind that workers can be ordered by."""

    # Documented: expressions.md section 8 (the attribute must hold an integer)

    __slots__ = ()

    def asc(self: Integer[WorkerScope]) -> OrderKey:
        """Smallest first; workers without the attribute last."""
        return sort_key(self.path, descending=False)

    def desc(self: Integer[WorkerScope]) -> OrderKey:
        """Largest first; workers without the attribute last."""
        return sort_key(self.path, descending=True)


class Flag(Scalars[bool, S]):
    """A true/false attribute. ``column != True`` is true for who lacks the attribute."""

    __slots__ = ()

    holds = "flag"

    @overload  # type: ignore[override]
    def __eq__(self, other: bool | None) -> Condition[S]: ...
    @overload
    def __eq__(self, other: Flag[S2]) -> Condition[S | S2]: ...
    def __eq__(self, other: Any) -> Any:
        return compare(self, Operator.EQ, other)

    @overload  # type: ignore[override]
    def __ne__(self, other: bool | None) -> Condition[S]: ...
    @overload
    def __ne__(self, other: Flag[S2]) -> Condition[S | S2]: ...
    def __ne__(self, other: Any) -> Any:
        return compare(self, Operator.NE, other)

    def __hash__(self) -> int:
        return super().__hash__()


class Texts(AnyTexts[S], Generic[TS, S]):
    """A list-of-text attribute; ``TS`` is ``str`` or the literals that the schema allows."""

    __slots__ = ()

    @overload
    def has(self, element: TS) -> Condition[S]: ...
    @overload
    def has(self, element: AnyText[S2]) -> Condition[S | S2]: ...
    def has(self, element: Any) -> Any:
        """The list has an element equal to *element* (a constant, or a text column)."""
        return compare(self, Operator.HAS, element)

    def __getitem__(self, index: int) -> Text[TS, S]:
        return Text(element(self.path, index))


class Numbers(Column[S]):
    """A list-of-numbers attribute."""

    __slots__ = ()

    holds = "number"
    is_list = True

    @overload
    def has(self, element: float) -> Condition[S]: ...
    @overload
    def has(self, element: Number[S2]) -> Condition[S | S2]: ...
    def has(self, element: Any) -> Any:
        """The list has an element equal to *element* (a constant, or a number column)."""
        return compare(self, Operator.HAS, element)

    def __getitem__(self, index: int) -> Number[S]:
        return Number(element(self.path, index))


class NumberMap(Column[S]):
    """An object whose values are numbers: ``Agent.levels["billing"] >= 3``."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Number[S]:
        return Number(member(self.path, key))


class IntegerMap(Column[S]):
    """An object whose values are whole numbers; its entries can order workers."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Integer[S]:
        return Integer(member(self.path, key))


class TextMap(Column[S]):
    """An object whose values are texts."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Text[str, S]:
        return Text(member(self.path, key))


class FlagMap(Column[S]):
    """An object whose values are flags."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Flag[S]:
        return Flag(member(self.path, key))


class TextsMap(Column[S]):
    """An object whose values are lists of texts: ``Agent.skills["voice"].has("billing")``."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Texts[str, S]:
        return Texts(member(self.path, key))
