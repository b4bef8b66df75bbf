"""Reasoning against brute force: what is proved holds for every value of a pool, what is shown is so.

The pool holds the values on which proofs fail when a region is forgotten: texts that spell numbers, right behind and in
between the constants, lists of them, flags beside 0 and 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from property.strategies import semantics
from taskrouter_kit import always_true, equivalent, evaluate, implies, overlaps, satisfiable
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Node, Path, Scope, conjunction, disjunction
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.expr._walk import paths as paths_in

ABSENT = object()
POOL: list[Any] = [
    *(ABSENT, True, False, 0, 1, 2, 5, 6, -1, 0.5, 1.0, 5.5, 10**20, {}),
    *("", "a", "b", "ab", "ba", "aab", "A", "5", "05", "5.0", "1", "0", "-1", "true", "zz", "a\x00", "10", "9"),
    *([], ["a"], ["a", "b"], [5], ["5"], ["5.0"], [1], [True], [None], ["", "a"], [5, "a"], ["x"], [["a"]]),
]
CONSTANTS = [True, False, None, 0, 1, 5, 5.0, 0.5, -1, "", "a", "b", "ab", "5", "05", "5.0", "1", "true", "10"]
PATHS = [Path(Scope.TASK, ("a",)), Path(Scope.TASK, ("b",))]

_constant = st.builds(Const, st.sampled_from(CONSTANTS))
_items = st.builds(Items, st.lists(st.sampled_from(CONSTANTS), max_size=3).map(tuple))


def _trees(paths: list[Path]) -> st.SearchStrategy[Node]:
    path = st.sampled_from(paths)
    leaves: st.SearchStrategy[Node] = st.one_of(
        st.builds(Comparison, st.sampled_from(Operator), path, _constant),
        st.builds(Comparison, st.sampled_from(Operator), path, _constant),
        st.builds(Comparison, st.sampled_from([Operator.IN, Operator.NOT_IN]), path, _items),
        st.builds(Comparison, st.sampled_from(Operator), st.one_of(path, _constant), path),
    )
    some = st.lists(leaves, min_size=2, max_size=4)
    every, any_ = some.map(lambda parts: conjunction(*parts)), some.map(lambda parts: disjunction(*parts))
    return st.one_of(every, every, any_, leaves, st.lists(any_, min_size=2, max_size=2).map(lambda x: conjunction(*x)))


#: Two trees over one attribute, where regions meet, or over two that are compared with each other.
_pairs = st.sampled_from([PATHS[:1], PATHS[:1], PATHS]).flatmap(lambda paths: st.tuples(_trees(paths), _trees(paths)))


def _verdicts(one: Node, other: Node, meaning: Semantics) -> Iterator[tuple[bool, bool]]:
    both = any(path == PATHS[1] for node in (one, other) for path in paths_in(node))
    for values in itertools.product(POOL, POOL if both else [ABSENT]):
        task = {"ab"[at]: value for at, value in enumerate(values) if value is not ABSENT}
        yield evaluate(one, task=task, semantics=meaning), evaluate(other, task=task, semantics=meaning)


@given(_pairs, semantics())
def test_answers_agree_with_brute_force(pair: tuple[Node, Node], meaning: Semantics) -> None:
    """A proof is refuted by no value of the pool, and a case that is shown is what it is shown for."""
    one, other = pair
    limits: Any = {"semantics": meaning, "bound": 100_000}
    seen = set(_verdicts(one, other, meaning))
    answers = [
        (satisfiable(one, **limits), False, {(True, True), (True, False)}),
        (always_true(one, **limits), True, {(False, True), (False, False)}),
        (implies(one, other, **limits), True, {(True, False)}),
        (equivalent(one, other, **limits), True, {(True, False), (False, True)}),
        (overlaps(one, other, **limits), False, {(True, True)}),
    ]
    for answer, proved, cases in answers:
        if answer.verdict is proved:
            assert not seen & cases
        if answer.witness is not None:
            found = answer.witness
            shown = [
                evaluate(node, worker=found.worker, task=found.task, facts=found.facts, semantics=meaning)
                for node in (one, other)
            ]
            assert (shown[0], shown[1]) in cases
