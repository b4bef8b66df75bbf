"""Text -> tree: what each form means, in each place."""

from __future__ import annotations

import pytest

from taskrouter_kit import parse
from taskrouter_kit.expr._nodes import NEVER, And, Comparison, Const, Items, Node, Or, Path, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._walk import children, paths


def worker(*segments: str | int) -> Path:
    return Path(Scope.WORKER, segments)


def tree(text: str, place: Place = "target_workers") -> Node:
    condition = parse(text, place=place)
    assert not isinstance(condition, (OrderBy, KnownWorkerPath))
    return condition.node


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("a == 1", Operator.EQ),
        ("a=1", Operator.EQ),
        ("a != 1", Operator.NE),
        ("a>=1", Operator.GE),
        ("a <= 1", Operator.LE),
        ("a>1", Operator.GT),
        ("a<1", Operator.LT),
        ("a HAS 1", Operator.HAS),
        ("a has 1", Operator.HAS),
        ("a >- 1", Operator.HAS),
        ("a IN 1", Operator.IN),
        ("a In 1", Operator.IN),
        ("a <- 1", Operator.IN),
        ("a NOT IN 1", Operator.NOT_IN),
        ("a not \n\t in 1", Operator.NOT_IN),
        ("a CONTAINS 1", Operator.CONTAINS),
        ("a Contains 1", Operator.CONTAINS),
    ],
)
def test_every_spelling_of_an_operator_is_read(text: str, operator: Operator) -> None:
    """Synonyms and keywords in any case mean the one operator."""
    assert tree(text) == Comparison(operator, worker("a"), Const(1))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it is \"so\"'", 'it is "so"'),
        ('"it\'s"', "it's"),
        (r"'it\'s'", "it's"),
        (r'"\\\""', '\\"'),
        ("''", ""),
        ("'two\nlines'", "two\nlines"),
        ("'en-CA: + @'", "en-CA: + @"),
        ("1", 1),
        ("0800", 800),
        ("-5", -5),
        ("1.0", 1.0),
        ("-0.5", -0.5),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("Null", None),
    ],
)
def test_constants_are_read_on_either_side(text: str, value: str | int | float | bool | None) -> None:
    """A constant means the same on the left and on the right."""
    assert tree(f"a == {text}") == Comparison(Operator.EQ, worker("a"), Const(value))
    assert tree(f"{text} == a") == Comparison(Operator.EQ, Const(value), worker("a"))


def test_one_and_one_point_zero_and_true_are_three_constants() -> None:
    """Equality of trees tells numbers and flags apart that Python takes for equal."""
    assert len({tree("a == 1"), tree("a == 1.0"), tree("a == true")}) == 3


@pytest.mark.parametrize(
    ("text", "values"),
    [("[]", ()), ("[ ]", ()), ("['a',\"b\"]", ("a", "b")), ("[1, -2.5, true, null]", (1, -2.5, True, None))],
)
def test_lists_hold_constants(text: str, values: tuple[str | int | float | bool | None, ...]) -> None:
    """A list may be empty and may mix kinds and quotes."""
    assert tree(f"a IN {text}") == Comparison(Operator.IN, worker("a"), Items(values))


def test_a_list_right_behind_in_is_no_index() -> None:
    """`IN[1]` is IN and a list, as `skills[1]` is a name and an index."""
    assert tree("a IN[1]") == Comparison(Operator.IN, worker("a"), Items((1,)))
    assert tree("skills[1] == 'a'") == Comparison(Operator.EQ, worker("skills", 1), Const("a"))


@pytest.mark.parametrize(
    ("place", "text", "path"),
    [
        ("target_workers", "x", Path(Scope.WORKER, ("x",))),
        ("target_workers", "worker.x", Path(Scope.WORKER, ("x",))),
        ("target_workers", "task.x", Path(Scope.WORKER, ("task", "x"))),
        ("target_workers_expression", "activity_name", Path(Scope.WORKER, ("activity_name",))),
        ("filter", "x.y", Path(Scope.TASK, ("x", "y"))),
        ("filter", "task.x", Path(Scope.TASK, ("task", "x"))),
        ("filter", "worker.x", Path(Scope.TASK, ("worker", "x"))),
        ("filter", "taskrouter.currentTime", Path(Scope.CLOCK, ("currentTime",))),
        ("evaluate_task_attributes", "x", Path(Scope.TASK, ("x",))),
        ("target", "task.x", Path(Scope.TASK, ("x",))),
        ("target", "worker.a.b[2].c", Path(Scope.WORKER, ("a", "b", 2, "c"))),
        ("target", "taskrouter.dayOfWeek", Path(Scope.CLOCK, ("dayOfWeek",))),
        ("target", "x", Path(Scope.NONE, ("x",))),
        ("target", "worker", Path(Scope.NONE, ("worker",))),
        ("target", "worker[0].x", Path(Scope.NONE, ("worker", 0, "x"))),
        ("skip_if", "workers.available", Path(Scope.QUEUE, ("available",))),
        ("skip_if", "task.x", Path(Scope.TASK, ("x",))),
    ],
)
def test_the_place_decides_whose_attribute_a_name_is(place: Place, text: str, path: Path) -> None:
    """The same name reads another document in another place; foreign prefixes are parsed, not refused."""
    assert tree(f"{text} == 1", place) == Comparison(Operator.EQ, path, Const(1))


def test_the_written_prefix_is_remembered_but_not_compared() -> None:
    """`worker.x` and `x` are the same attribute of a queue's workers; `explicit` tells them apart for the checker."""
    bare, written = tree("x == 1"), tree("worker.x == 1")
    assert bare == written
    assert [path.explicit for path in (*paths(bare), *paths(written))] == [False, True]


def test_and_binds_tighter_than_or() -> None:
    """`a OR b AND c` is `a OR (b AND c)`."""
    a, b, c = tree("a == 1"), tree("b == 1"), tree("c == 1")
    assert tree("a == 1 OR b == 1 AND c == 1") == Or((a, And((b, c))))
    assert tree("(a == 1 or b == 1) and c == 1") == And((Or((a, b)), c))


def test_redundant_parentheses_leave_no_trace() -> None:
    """Groups of one, and groups of the kind that surrounds them, disappear."""
    a, b, c = tree("a == 1"), tree("b == 1"), tree("c == 1")
    assert tree("((a == 1))") == a
    assert tree("((a == 1 AND b == 1) AND (c == 1))") == And((a, b, c))
    assert tree("a == 1 AND (b == 1 AND c == 1)") == And((a, b, c))
    assert tree("a == 1 OR ((b == 1 OR c == 1))") == Or((a, b, c))


def test_line_breaks_are_white_space() -> None:
    """An expression may go over several lines."""
    assert tree("a == 1\r\n\t AND\n b == 1") == tree("a==1 AND b==1")


def test_the_longest_operator_wins() -> None:
    """`x <-5` is IN and `x < -5` is less-than: the blank decides."""
    assert tree("x <-5") == Comparison(Operator.IN, worker("x"), Const(5))
    assert tree("x < -5") == Comparison(Operator.LT, worker("x"), Const(-5))


def test_spans_point_at_the_words() -> None:
    """Operands span their token, comparisons both operands, groups what stands between their own parentheses."""
    text = "(worker.a == 'x' AND (2 < b)) OR c IN [1, 2]"
    found = tree(text)
    assert isinstance(found, Or)
    left, right = found.parts
    assert isinstance(left, And)
    assert isinstance(right, Comparison)
    shown = [text[slice(*span)] for span in (found.span, left.span, left.parts[1].span, right.right.span) if span]
    assert shown == [text, "worker.a == 'x' AND (2 < b)", "2 < b", "[1, 2]"]
    assert [part.span for part in children(left.parts[0])] == [(1, 9), (13, 16)]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_target_workers_is_nobody(text: str) -> None:
    """The service accepts an empty TargetWorkers and the tasks just wait; it stays empty when it is written back."""
    condition = parse(text, place="target_workers")
    assert condition.node == NEVER
    assert str(condition) == ""


def test_order_by_has_its_own_grammar() -> None:
    """Keys in order of significance; segments may start with a digit or hold a hyphen."""
    text = "worker.routing.levels.988EN-sk desc , worker.age ASC"
    order = parse(text, place="order_by")
    assert order == OrderBy(
        (
            OrderKey(worker("routing", "levels", "988EN-sk"), descending=True),
            OrderKey(worker("age"), descending=False),
        )
    )
    assert str(order) == "worker.routing.levels.988EN-sk DESC, worker.age ASC"
    assert order.source == text


def test_a_known_worker_is_a_path() -> None:
    """`known_worker_sid` holds the name of a task attribute."""
    known = parse(" task.agent.sid ", place="known_worker_sid")
    assert (known.scope, known.segments, str(known)) == (Scope.TASK, ("agent", "sid"), "task.agent.sid")
