"""Laws of text and tree: what is written is read back, and no text brings the parser down."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskrouter_kit import Diagnostic, parse, render
from taskrouter_kit.errors import ExpressionSyntaxError, InvalidDeclaration
from taskrouter_kit.expr import _parse_clauses, _parse_condition
from taskrouter_kit.expr._condition import Condition
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
from taskrouter_kit.expr._order import OrderBy, OrderKey
from taskrouter_kit.expr._places import PLACES, Place

CONDITION_PLACES = [row.place for row in PLACES.values() if row.condition]

_names = st.one_of(
    st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$]{0,8}", fullmatch=True),
    st.sampled_from(
        ["in", "HAS", "Not", "and", "true", "null", "None", "worker", "task", "workers", "taskrouter", "$"]
    ),
)
_segments = st.builds(
    lambda first, rest: (first, *rest), _names, st.lists(st.one_of(_names, st.integers(0, 99)), max_size=3)
)
_scalars: st.SearchStrategy[Scalar] = st.one_of(
    st.text(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)


def _operands(place: Place) -> st.SearchStrategy[Operand]:
    scopes = sorted({*PLACES[place].scopes, PLACES[place].bare})
    return st.one_of(
        st.builds(Path, st.sampled_from(scopes), _segments),
        st.builds(Const, _scalars),
        st.builds(lambda values: Items(tuple(values)), st.lists(_scalars, max_size=4)),
    )


def _nodes(place: Place) -> st.SearchStrategy[Node]:
    leaves: st.SearchStrategy[Node] = st.builds(
        Comparison, st.sampled_from(Operator), _operands(place), _operands(place)
    )
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda join, parts: join(*parts),
            st.sampled_from([conjunction, disjunction]),
            st.lists(inner, min_size=1, max_size=4),
        ),
        max_leaves=12,
    )


@given(st.data(), st.sampled_from(CONDITION_PLACES))
def test_what_is_rendered_is_read_back(data: st.DataObject, place: Place) -> None:
    """parse(render(x)) == x, or render refuses x; rendering what was read changes nothing more."""
    node = data.draw(_nodes(place))
    try:
        text = render(Condition(node), place=place)
    except InvalidDeclaration as error:
        refused = {diagnostic.rule for diagnostic in error.diagnostics}
    else:
        refused = set()
    if refused:
        assert refused == {"unspeakable-here"}
        return
    condition = parse(text, place=place)
    assert isinstance(condition, Condition)
    assert condition.node == node
    assert hash(condition.node) == hash(node)
    assert str(condition) == text


_sort_segments = st.from_regex(r"[A-Za-z0-9_$][A-Za-z0-9_$-]{0,8}", fullmatch=True)


@given(st.lists(st.tuples(st.lists(_sort_segments, min_size=1, max_size=4), st.booleans()), min_size=1, max_size=5))
def test_sort_keys_are_read_back(keys: list[tuple[list[str], bool]]) -> None:
    """An order_by of any keys survives being written and read."""
    order = OrderBy(tuple(OrderKey(Path(Scope.WORKER, tuple(names)), descending) for names, descending in keys))
    assert parse(str(order), place="order_by") == order


# Pieces of expressions, so that random texts reach far into the grammar.
_pieces = st.sampled_from(
    [
        *"()[],.-!='\"\\<>&|*{}$ \n",
        *("a", "worker.x", "task.y[2]", "IN", "has", "NOT", "not in", "AND", "or", "CONTAINS", "true", "null"),
        *("==", "!=", ">-", "<-", ">=", "1", "0800", "-5", "1.5", "'x'", '"y"', "['a', 2]", "[]", "\u00a0", "é", "“"),
        *("a == 1", "(a == 'x'", "b HAS 2)", "DESC", "asc", "worker.level DESC", "taskrouter.dayOfWeek"),
    ]
)
_texts = st.one_of(st.text(), st.lists(_pieces, max_size=20).map(" ".join), st.lists(_pieces, max_size=20).map("".join))


@given(_texts, st.sampled_from(list(PLACES)))
@example("'\\", "filter")
@example("a.b.", "target")
@example("\ud800", "order_by")
def test_any_text_is_read_or_refused(text: str, place: Place) -> None:
    """Nothing but the library's own error; what is read survives being written and read again."""
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        found = parse(text, place=place)
    except ExpressionSyntaxError as error:
        diagnostics = error.diagnostics
    for diagnostic in diagnostics:
        assert diagnostic.hint
        assert diagnostic.where.span is not None
        start, end = diagnostic.where.span
        assert 0 <= start <= end <= len(text)
    if diagnostics:
        return
    assert parse(render(found), place=place) == found
    assert render(found, lossless=True) == text


@given(_texts, st.sampled_from(CONDITION_PLACES))
def test_the_short_cut_reads_the_same_tree(text: str, place: Place) -> None:
    """The match of a whole clause is a matter of speed: token by token gives the same tree, spans and errors."""

    def outcome() -> str:
        try:
            return repr(_parse_condition.parse_node(text, PLACES[place]))
        except ExpressionSyntaxError as error:
            return repr(error.diagnostics)

    short = outcome()
    with mock.patch.object(_parse_clauses, "CLAUSE", re.compile("(?!)")):
        assert outcome() == short


@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize(
    "alphabet",
    ["".join(map(chr, range(256))), " \t\n()'\"\\[],.=<>!-+aAnN0dDoOrR&|", "()", "'\"\\", "a.[0] ", " "],
    ids=["bytes", "grammar", "parentheses", "quotes", "names", "blanks"],
)
def test_noise_is_refused(place: Place, alphabet: str) -> None:
    """Megabytes of noise end in the library's error (over all parameters of this test about 3 MB)."""
    text = "".join(random.Random(7).choices(alphabet, k=60_000))
    if place == "target_workers" and not text.strip():
        assert parse(text, place=place).source == text
        return
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse(text, place=place)
    assert len(str(caught.value)) < 2_000


_CLAUSES: dict[str, Callable[[int], str]] = {
    "clauses": lambda n: " AND ".join(["level >= 3"] * n),
    "alternatives": lambda n: " OR ".join(["a == 1 AND b IN ['x']"] * n),
    "groups": lambda n: " AND ".join(["(a == 1 OR b == 2)"] * n),
    "nested": lambda n: "(" * n + "a == 1" + ")" * n,
    "left-nested": lambda n: "(" * n + "a == 1" + " AND b == 2)" * n,
    "right-nested": lambda n: "a == 1 AND (" * n + "b == 2" + ")" * n,
    "list": lambda n: "a IN [" + ", ".join(["'x'"] * n) + "]",
    "string": lambda n: f"a == '{'x' * n}'",
}


@pytest.mark.parametrize("shape", _CLAUSES)
def test_ten_thousand_of_anything(shape: str) -> None:
    """10,000 clauses, parentheses or items are read, written, compared and hashed."""
    text = _CLAUSES[shape](10_000)
    condition = parse(text, place="target_workers")
    again = parse(str(condition), place="target_workers")
    assert again == condition
    assert hash(again) == hash(condition)
    assert condition.node.depth <= 2
