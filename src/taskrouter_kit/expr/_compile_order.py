"""``order_by`` as a sort key.

A list of workers is sorted by all keys or by none of them: one attribute that holds something other than an integer
makes the service ignore the expression, so a key alone cannot decide and says ``None`` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias, TypeVar

from taskrouter_kit.expr._evaluate import NO_ELEMENT, operand_value
from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.expr._order import OrderBy, OrderKey
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

T = TypeVar("T")


#: One pair a clause: whether the attribute is absent (those come last), and its value, negated for DESC.
Rank: TypeAlias = "tuple[tuple[bool, int], ...]"

_ABSENT = (True, 0)


class RankOf(Protocol):
    """Where a worker stands in an ``order_by``."""

    def __call__(self, worker: Mapping[str, object], facts: Facts = ..., /) -> Rank | None:
        """Return the rank, or None where an attribute is there and is no integer."""
        ...


def order_key(order_by: OrderBy | Iterable[OrderKey], *, semantics: Semantics = DEFAULT) -> RankOf:
    """Return ``key(worker, facts=Facts()) -> rank``; sort ascending by it, stably, from the longest idle on.

    A worker without the attribute ranks after those that have it, for ASC and for DESC. ``None`` means that an
    attribute is there and is not an integer: the service then ignores the whole ``order_by`` (:func:`sort_workers`).
    """
    # Documented: expressions.md section 8
    clauses = tuple((key.path, key.descending) for key in order_by)

    def key(worker: Mapping[str, object], facts: Facts = NO_FACTS, /) -> Rank | None:
        rank: list[tuple[bool, int]] = []
        for path, descending in clauses:
            value = operand_value(path, worker, {}, facts, semantics)
            if value is None or value is NO_ELEMENT:
                rank.append(_ABSENT)
            elif isinstance(value, int) and not isinstance(value, bool):
                rank.append((False, -value if descending else value))
            else:
                return None
        return tuple(rank)

    return key


def sort_workers(
    order_by: OrderBy | Iterable[OrderKey],
    workers: Iterable[T],
    *,
    attributes: Callable[[T], Mapping[str, object]],
    facts: Callable[[T], Facts] = lambda worker: NO_FACTS,
    semantics: Semantics = DEFAULT,
) -> list[T]:
    """Return *workers* in the order in which they are asked; ties keep the order given (pass the longest idle first).

    If any of them has a value that is not an integer where ``order_by`` looks, all keep the order given.
    """
    # Inferred: expressions.md section 8; "the expression is ignored" drops the whole order_by for that evaluation
    key = order_key(order_by, semantics=semantics)
    given = list(workers)
    ranks = [key(attributes(worker), facts(worker)) for worker in given]
    known = [rank for rank in ranks if rank is not None]
    if len(known) < len(given):
        return given
    return [given[position] for position in sorted(range(len(given)), key=known.__getitem__)]
