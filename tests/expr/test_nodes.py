"""The tree: values, bounded in depth, and the walk over it."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from taskrouter_kit import parse
from taskrouter_kit.errors import ExpressionSyntaxError, InvalidDeclaration
from taskrouter_kit.expr._nodes import (
    ALWAYS,
    MAX_DEPTH,
    NEVER,
    And,
    Comparison,
    Const,
    Items,
    Node,
    Or,
    Path,
    Scope,
    conjunction,
    disjunction,
)
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._walk import Part, children, comparisons, constants, paths, rewrite, walk


def level(value: int) -> Node:
    return Comparison(Operator.GE, Path(Scope.WORKER, ("level",)), Const(value))


def alternating(levels: int) -> str:
    """`a == 1 AND (a == 1 OR (a == 1 AND …` with that many levels of groups."""
    text = "a == 1 OR a == 1"
    for depth in range(1, levels):
        text = f"a == 1 {'AND' if depth % 2 else 'OR'} ({text})"
    return text


def deep() -> Node:
    return parse(alternating(MAX_DEPTH), place="filter").node


PARSED = parse("worker.a == 'x' AND (b IN [1, null] OR c HAS true)", place="target_workers").node


def test_parsed_nodes_are_like_constructed_ones() -> None:
    """The parser's short way to a node gives the very value that the constructor gives."""
    built = And(
        (
            Comparison(Operator.EQ, Path(Scope.WORKER, ("a",)), Const("x")),
            Or(
                (
                    Comparison(Operator.IN, Path(Scope.WORKER, ("b",)), Items((1, None))),
                    Comparison(Operator.HAS, Path(Scope.WORKER, ("c",)), Const(True)),
                )
            ),
        )
    )
    assert built == PARSED
    assert hash(built) == hash(PARSED)
    assert built.depth == PARSED.depth == 2
    for part in walk(PARSED):
        names = [field.name for field in attrs.fields(type(part))]
        assert [hasattr(part, name) for name in names] == [True] * len(names)


def test_nodes_are_frozen_values() -> None:
    """Nothing of a parsed tree can be changed; it copies and pickles."""
    for part in walk(PARSED):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            part.span = None  # type: ignore[misc]
        assert pickle.loads(pickle.dumps(part)) == part
        assert copy.deepcopy(part) == part


def test_a_tree_of_full_depth_passes_everywhere() -> None:
    """Equality, hash, repr, pickle, walk and text work at the limit."""
    node = deep()
    assert node.depth == MAX_DEPTH
    assert deep() == node
    assert hash(deep()) == hash(node)
    assert pickle.loads(pickle.dumps(node)) == node
    assert repr(deep()) == repr(node)
    assert len(list(comparisons(node))) == MAX_DEPTH + 1
    assert str(parse(alternating(MAX_DEPTH), place="filter")) == alternating(MAX_DEPTH)


def test_beyond_the_limit_there_is_one_clear_error() -> None:
    """Text and constructors refuse a level more; the error points at the group."""
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse(alternating(MAX_DEPTH + 1), place="filter")
    assert str(caught.value).startswith("AND and OR alternate more than 64 levels deep here. [too-deep]\n  at 1:1\n")
    for levels in (1_000, 10_000):
        with pytest.raises(ExpressionSyntaxError, match="too-deep"):
            parse(alternating(levels), place="filter")
    with pytest.raises(InvalidDeclaration) as refused:
        Or((deep(), level(1)))
    assert str(refused.value) == (
        "AND and OR alternate 65 levels deep; 64 is the limit of this library. [too-deep]\n"
        "  hint: split the condition into smaller ones"
    )


@pytest.mark.parametrize("parts", [(), (level(1),), (level(1), And((level(2), level(3))))])
def test_groups_join_two_or_more_of_another_kind(parts: tuple[Node, ...]) -> None:
    """And and Or cannot be built empty, of one part, or around their own kind."""
    with pytest.raises(InvalidDeclaration, match="malformed-tree"):
        And(parts)


def test_joining_flattens() -> None:
    """conjunction() and disjunction() take any number of nodes."""
    a, b, c = level(1), level(2), level(3)
    assert conjunction(a, conjunction(b, c)) == And((a, b, c))
    assert disjunction(disjunction(a, b), c) == Or((a, b, c))
    assert conjunction(a) is a
    assert (conjunction(), disjunction()) == (ALWAYS, NEVER)


def test_ten_thousand_clauses_are_joined_one_by_one() -> None:
    """A chain of & and | grows one flat group; its depth is that of the constructor."""
    joined = level(0)
    for value in range(1, 10_000):
        joined = conjunction(joined, level(value))
    assert isinstance(joined, And)
    assert len(joined.parts) == 10_000
    either = disjunction(joined, level(1), disjunction(level(2), joined))
    assert either == Or((joined, level(1), level(2), joined))
    assert (joined.depth, either.depth) == (1, 2)
    with pytest.raises(InvalidDeclaration, match="too-deep"):
        disjunction(deep(), level(1)) if isinstance(deep(), And) else conjunction(deep(), level(1))


def test_the_walk_goes_in_the_order_of_the_text() -> None:
    """Parents come before children, left before right."""
    assert [path.segments for path in paths(PARSED)] == [("a",), ("b",), ("c",)]
    assert list(constants(PARSED)) == [Const("x"), Items((1, None)), Const(True)]
    assert next(iter(walk(PARSED))) is PARSED
    assert children(Const(1)) == ()


def test_rewriting_keeps_what_is_not_touched() -> None:
    """The same object comes back where nothing changed, and groups are flattened where something did."""
    assert rewrite(PARSED, lambda part: part) is PARSED

    def renamed(part: Part) -> Part:
        return Path(part.scope, ("z",)) if isinstance(part, Path) and part.segments == ("b",) else part

    again = rewrite(PARSED, renamed)
    assert [path.segments for path in paths(again)] == [("a",), ("z",), ("c",)]

    def without_or(part: Part) -> Part:
        return conjunction(*part.parts) if isinstance(part, Or) else part

    assert rewrite(PARSED, without_or) == And(tuple(comparisons(PARSED)))


def test_rewriting_refuses_the_wrong_kind() -> None:
    """An operand cannot become a condition, nor a condition an operand."""
    with pytest.raises(TypeError, match="operand for an operand"):
        rewrite(PARSED, lambda _: level(1))
    with pytest.raises(TypeError, match="condition for a condition"):
        rewrite(PARSED, lambda part: part if not isinstance(part, Comparison) else Const(1))
