"""Hypothesis strategies for trees, schemas and documents.

Names and values come from small pools, so that expressions and documents meet; the pools hold the values on which
implementations disagree (0 and false, 1 and 1.0 and true, texts that spell numbers, NaN, numbers without end).
A *schema* here is a plain mapping of attribute name -> kind; ``clean_documents`` fit it, ``dirty_documents`` lack
attributes and hold wrong kinds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from hypothesis import strategies as st

from taskrouter_kit.expr._facts import DAYS, Facts
from taskrouter_kit.expr._nodes import (
    Comparison,
    Const,
    Items,
    Node,
    Operand,
    Path,
    Scalar,
    Scope,
    conjunction,
    disjunction,
)
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import Semantics

AttributeKind: TypeAlias = Literal["text", "number", "flag", "texts", "numbers", "nested"]
AttributeTable: TypeAlias = Mapping[str, AttributeKind]

NAMES = ("a", "b", "c", "lang", "sid", "channel", "available")
TEXTS = ("", "a", "b", "ab", "A", "5", "05", "5.0", "-1", "1", "0", "true", "false", "null", "en-CA", "9" * 30)
INTEGERS = (0, 1, -1, 2, 5, 7, 800, 10**20)
DECIMALS = (0.0, 1.0, -1.0, 0.5, 5.0, 7.25)

texts = st.sampled_from(TEXTS)
numbers: st.SearchStrategy[int | float] = st.sampled_from([*INTEGERS, *DECIMALS])
flags = st.booleans()


def scalars() -> st.SearchStrategy[Scalar]:
    """Constants of the language, NULL included."""
    return st.one_of(texts, numbers, flags, st.none())


# Documents


def json_values(max_leaves: int = 6) -> st.SearchStrategy[Any]:
    """Any JSON value, the odd ones included (NaN, infinity, very long numbers, deep arrays)."""
    odd = st.sampled_from([math.nan, math.inf, -math.inf, 10**400, [[[[]]]], "\ud800"])
    return st.recursive(
        st.one_of(scalars(), scalars(), odd),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
        ),
        max_leaves=max_leaves,
    )


def schemas() -> st.SearchStrategy[AttributeTable]:
    """Attribute name -> kind."""
    kinds: list[AttributeKind] = ["text", "number", "flag", "texts", "numbers", "nested"]
    return st.dictionaries(st.sampled_from(NAMES), st.sampled_from(kinds), min_size=1, max_size=5)


_VALUES: dict[AttributeKind, st.SearchStrategy[Any]] = {
    "text": texts,
    "number": numbers,
    "flag": flags,
    "texts": st.lists(texts, max_size=3),
    "numbers": st.lists(numbers, max_size=3),
    "nested": st.fixed_dictionaries({"a": st.lists(texts, max_size=2), "b": numbers, "c": texts}),
}


def clean_documents(schema: AttributeTable) -> st.SearchStrategy[dict[str, Any]]:
    """Documents that hold every attribute of *schema*, of its kind."""
    return st.fixed_dictionaries({name: _VALUES[kind] for name, kind in schema.items()})


@st.composite
def dirty_documents(draw: st.DrawFn, schema: AttributeTable) -> dict[str, Any]:
    """Documents in which attributes of *schema* are absent, or hold something else, or something nobody asked for."""
    document: dict[str, Any] = draw(clean_documents(schema))
    for name in draw(st.lists(st.sampled_from(sorted(schema)), max_size=3)):
        document.pop(name, None)
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=2)):
        document[name] = draw(json_values())
    return document


def documents(schema: AttributeTable) -> st.SearchStrategy[dict[str, Any]]:
    """Clean and dirty documents."""
    return st.one_of(clean_documents(schema), dirty_documents(schema))


# Trees


def names_of(schema: AttributeTable) -> list[tuple[str | int, ...]]:
    """What can be read of a document that fits *schema*, and a little beside it."""
    found: list[tuple[str | int, ...]] = [("absent",), ("absent", "deeper"), ("absent", 0)]
    for name, kind in schema.items():
        found.append((name,))
        if kind in ("texts", "numbers", "text"):
            found += [(name, 0), (name, 2)]
        if kind == "nested":
            found += [(name, "a"), (name, "b"), (name, "a", 0), (name, "absent")]
    return found


def paths(scope: Scope, schema: AttributeTable) -> st.SearchStrategy[Path]:
    """References of one scope."""
    if scope is Scope.WORKER:
        built_in: list[tuple[str | int, ...]] = [("sid",), ("available",), ("channel", "voice", "assigned_tasks")]
        return st.builds(Path, st.just(scope), st.sampled_from(names_of(schema) + built_in))
    if scope is Scope.QUEUE:
        return st.builds(Path, st.just(scope), st.sampled_from([("available",), ("unavailable",), ("WA1",)]))
    if scope is Scope.CLOCK:
        clock = [("currentTime",), ("currentHour",), ("currentMin",), ("dayOfWeek",)]
        return st.builds(Path, st.just(scope), st.sampled_from(clock))
    return st.builds(Path, st.just(scope), st.sampled_from(names_of(schema)))


def comparisons(
    schema: AttributeTable, scopes: tuple[Scope, ...] = (Scope.WORKER, Scope.TASK)
) -> st.SearchStrategy[Comparison]:
    """Comparisons of paths, constants and lists; sensible and senseless ones."""
    path = st.one_of([paths(scope, schema) for scope in scopes])
    constant = st.builds(Const, scalars())
    items = st.builds(Items, st.lists(scalars(), max_size=3).map(tuple))
    any_operand: st.SearchStrategy[Operand] = st.one_of(path, path, path, constant, items)
    return st.one_of(
        st.builds(Comparison, st.sampled_from(Operator), path, constant),
        st.builds(Comparison, st.sampled_from([Operator.IN, Operator.NOT_IN]), path, items),
        st.builds(Comparison, st.sampled_from(Operator), any_operand, any_operand),
    )


def nodes(
    schema: AttributeTable, scopes: tuple[Scope, ...] = (Scope.WORKER, Scope.TASK), max_leaves: int = 6
) -> st.SearchStrategy[Node]:
    """Trees over the attributes of *schema*."""

    def group(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        parts = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(parts.map(lambda some: conjunction(*some)), parts.map(lambda some: disjunction(*some)))

    return st.recursive(comparisons(schema, scopes), group, max_leaves=max_leaves)


# What else an expression reads


def semantics() -> st.SearchStrategy[Semantics]:
    """Every combination of the options; the default most often."""
    options = [
        "null_equals_null",
        "numeric_strings",
        "boolean_strings",
        "integers_equal_decimals",
        "not_in_non_array",
        "string_ordering",
        "case_sensitive",
        "object_differs",
        "null_orders_as_zero",
        "built_in_wins",
        "index_out_of_range_is_null",
        "has_part_of_text",
    ]
    return st.one_of(
        st.just(Semantics()), st.fixed_dictionaries({}, optional=dict.fromkeys(options, flags)).map(_semantics)
    )


def _semantics(options: dict[str, bool]) -> Semantics:
    return Semantics(**options)


def facts() -> st.SearchStrategy[Facts]:
    """Fields of a worker, counters and a clock; any of them may be unknown."""
    counters = st.fixed_dictionaries({"assigned_tasks": st.integers(0, 3)})
    worker = st.fixed_dictionaries(
        {},
        optional={
            "sid": st.sampled_from(["WK1", "a"]),
            "available": flags,
            "channel": st.just({}) | counters_of(counters),
        },
    )
    queue = st.fixed_dictionaries({}, optional={"available": st.integers(0, 2), "unavailable": st.integers(0, 2)})
    clock = st.fixed_dictionaries(
        {},
        optional={
            "currentTime": st.sampled_from([0, 800, 2359]),
            "currentHour": st.sampled_from(["00", "08", "23"]),
            "currentMin": st.sampled_from(["00", "59"]),
            "dayOfWeek": st.sampled_from(DAYS),
        },
    )
    return st.builds(Facts, worker=worker, queue=queue, clock=clock)


def counters_of(counters: st.SearchStrategy[dict[str, int]]) -> st.SearchStrategy[dict[str, Any]]:
    """Counters of the channel ``voice``."""
    return st.fixed_dictionaries({"voice": counters})
