from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._evaluate import evaluate
from taskrouter_kit.expr._facts import Facts, clock_facts
from taskrouter_kit.expr._nodes import ALWAYS, MAX_DEPTH, NEVER, And, Comparison, Const, Items, Node, Or, Path, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import STRICT, Semantics

O = Operator  # noqa: E741


def worker(*segments: str | int) -> Path:
    return Path(Scope.WORKER, segments)


def task(*segments: str | int) -> Path:
    return Path(Scope.TASK, segments)


SPECIALIST = {
    "skills": ["support", "sales"],
    "level": 3,
    "department": "billing",
    "routing": {"skills": ["Phone"], "levels": {"Phone": 5}},
    "flag": True,
    "count": "6",
    "nothing": None,
}


@pytest.mark.parametrize(
    ("left", "operator", "right", "expected"),
    [
        (worker("level"), O.EQ, Const(3), True),
        (worker("level"), O.EQ, Const(3.0), True),
        (worker("flag"), O.EQ, Const(1), False),
        (worker("flag"), O.EQ, Const("true"), False),
        (worker("missing"), O.NE, Const(True), True),
        (worker("missing"), O.EQ, Const(None), True),
        (worker("nothing"), O.NE, Const(None), False),
        (worker("missing"), O.GT, Const(1), False),
        (worker("missing"), O.LE, Const(1), False),
        (worker("skills"), O.EQ, Const("support"), False),
        (worker("skills"), O.NE, Const("support"), False),
        (worker("routing"), O.NE, Const("support"), False),
        (worker("skills"), O.CONTAINS, Const("support"), False),
        (worker("department"), O.CONTAINS, Const("bill"), True),
        (worker("skills"), O.HAS, Const("supp"), False),
        (worker("department"), O.HAS, Const("billing"), False),
        (Const("support"), O.IN, worker("skills"), True),
        (worker("department"), O.IN, Items(()), False),
        (worker("department"), O.NOT_IN, Items(()), True),
        (worker("missing"), O.NOT_IN, Items(("a",)), True),
        (worker("skills"), O.NOT_IN, Items(("a",)), False),
        (worker("department"), O.NOT_IN, worker("missing"), False),
        (worker("routing", "levels", "Phone"), O.GT, Const(4), True),
        (worker("routing", "skills", 0), O.EQ, Const("Phone"), True),
        (worker("routing", "skills", 1), O.EQ, Const(None), True),
        (worker("department", 0), O.EQ, Const("b"), False),
        (worker("count"), O.GT, Const(5), True),
        (Const("a"), O.LT, Const("b"), True),
        (Path(Scope.NONE, ("level",)), O.EQ, Const(None), True),
    ],
)
def test_one_comparison(left: Path, operator: Operator, right: Path, expected: bool) -> None:
    """A comparison means what section 6 of the handbook says."""
    assert evaluate(Comparison(operator, left, right), worker=SPECIALIST) is expected


@pytest.mark.parametrize(
    ("left", "operator", "right", "semantics", "expected"),
    [
        (task("a"), O.EQ, worker("b"), Semantics(null_equals_null=False), False),
        (task("a"), O.NE, worker("b"), Semantics(null_equals_null=False), True),
        (task("a"), O.EQ, Const(None), Semantics(null_equals_null=False), True),
        (worker("count"), O.GT, Const(5), STRICT, False),
        (worker("count"), O.EQ, Const(6), STRICT, False),
        (worker("flag"), O.EQ, Const("true"), Semantics(boolean_strings=True), True),
        (worker("level"), O.EQ, Const(3.0), Semantics(integers_equal_decimals=False), False),
        (worker("department"), O.NOT_IN, worker("x"), Semantics(not_in_non_array=True), True),
        (worker("department"), O.GT, Const("a"), Semantics(string_ordering=False), False),
        (worker("department"), O.EQ, Const("Billing"), Semantics(case_sensitive=False), True),
        (worker("routing"), O.NE, Const("x"), Semantics(object_differs=True), True),
        (worker("missing"), O.LT, Const(1), Semantics(null_orders_as_zero=True), True),
        (worker("skills", 9), O.EQ, Const(None), Semantics(index_out_of_range_is_null=False), False),
        (worker("skills", 9), O.NE, Const("x"), Semantics(index_out_of_range_is_null=False), False),
        (worker("level", 0), O.NOT_IN, Items(("x",)), Semantics(index_out_of_range_is_null=False), False),
        (worker("skills"), O.HAS, Const("suppor"), Semantics(has_part_of_text=True), True),
    ],
)
def test_each_undocumented_choice_is_an_option(
    left: Path, operator: Operator, right: Path, semantics: Semantics, expected: bool
) -> None:
    """An option changes the meaning of its case, and only away from the default."""
    comparison = Comparison(operator, left, right)
    assert evaluate(comparison, worker=SPECIALIST, semantics=semantics) is expected
    assert evaluate(comparison, worker=SPECIALIST) is not expected or semantics == Semantics(null_equals_null=False)


def test_a_field_of_the_worker_wins_over_an_attribute_of_its_name() -> None:
    """``worker.sid`` is the Worker's own SID unless the option says otherwise."""
    is_ours = Comparison(O.EQ, worker("sid"), Const("WK2"))
    facts = Facts(worker={"sid": "WK2"})
    assert evaluate(is_ours, worker={"sid": "copied"}, facts=facts)
    assert not evaluate(is_ours, worker={"sid": "copied"}, facts=facts, semantics=Semantics(built_in_wins=False))
    assert evaluate(is_ours, worker={}, facts=facts, semantics=Semantics(built_in_wins=False))


def test_channel_capacities_are_read_from_the_facts() -> None:
    """``worker.channel.voice.assigned_tasks`` reads the Worker's channel, ``worker.channel`` an attribute."""
    facts = Facts(worker={"channel": {"voice": {"assigned_tasks": 2}}})
    busy = Comparison(O.EQ, worker("channel", "voice", "assigned_tasks"), Const(2))
    own = Comparison(O.EQ, worker("channel"), Const("sms"))
    assert evaluate(busy, worker={"channel": "sms"}, facts=facts)
    assert evaluate(own, worker={"channel": "sms"}, facts=facts)


def test_the_clock_is_utc() -> None:
    """A moment in another zone is read in UTC; hours and minutes are two digits of text, the time is a number."""
    berlin = timezone(timedelta(hours=2))
    assert clock_facts(datetime(2024, 6, 3, 1, 5, tzinfo=berlin)) == {
        "currentTime": 2305,
        "currentHour": "23",
        "currentMin": "05",
        "dayOfWeek": "Sun",
    }


def test_a_naive_moment_is_refused() -> None:
    """A datetime without a zone is refused rather than guessed."""
    with pytest.raises(InvalidDeclaration) as caught:
        clock_facts(datetime(2024, 6, 3, 1, 5))
    assert str(caught.value) == (
        "The clock of expressions is UTC, and 2024-06-03T01:05:00 does not say its time zone. [naive-datetime]\n"
        "  hint: pass an aware datetime, such as datetime(…, tzinfo=timezone.utc)."
    )


def test_hours_as_text_compare_with_numbers() -> None:
    """``taskrouter.currentHour > 8`` works although the hour is a text."""
    facts = Facts(clock=clock_facts(datetime(2024, 6, 3, 9, 0, tzinfo=timezone.utc)))
    assert evaluate(Comparison(O.GT, Path(Scope.CLOCK, ("currentHour",)), Const(8)), facts=facts)


def test_counters_are_read_from_the_facts() -> None:
    """``workers.available`` reads the counters of the queue."""
    nobody = Comparison(O.EQ, Path(Scope.QUEUE, ("available",)), Const(0))
    assert evaluate(nobody, facts=Facts(queue={"available": 0}))
    assert not evaluate(nobody, facts=Facts(queue={"available": 1}))


def test_groups_stop_at_the_part_that_decides() -> None:
    """AND and OR join n parts, at any depth."""
    assert evaluate(And((ALWAYS, Or((NEVER, ALWAYS)), ALWAYS)))
    assert not evaluate(And((ALWAYS, Or((NEVER, NEVER)), ALWAYS)))
    assert evaluate(Or((NEVER, And((ALWAYS, NEVER)), ALWAYS)))
    assert not evaluate(Or((NEVER, And((ALWAYS, NEVER)))))


def test_ten_thousand_clauses_and_the_deepest_tree() -> None:
    """Neither a wide nor a deep tree exhausts the interpreter."""
    assert evaluate(And((ALWAYS,) * 10_000))
    node: Node = ALWAYS
    for level in range(MAX_DEPTH):
        node = Or((NEVER, node)) if level % 2 else And((ALWAYS, node))
    assert evaluate(node)


@pytest.mark.parametrize(
    "document",
    [
        '{"x": NaN}',
        '{"x": Infinity}',
        '{"x": ' + "9" * 4000 + "}",
        '{"x": "' + "9" * 5000 + '"}',
        '{"x": "\\ud800"}',
        '{"x": ' + "[" * 900 + "]" * 900 + "}",
        '{"x": {"x": {}}}',
        "[]",
        '"x"',
        "null",
        "3",
    ],
)
def test_no_document_is_too_odd(document: str) -> None:
    """Every operator gives an answer on every JSON document, and none of these equals 5."""
    value = json.loads(document)
    for operator in Operator:
        for other in (Const(5), Const("a"), Items((1, "a", None)), worker("x"), task("x")):
            comparison = Comparison(operator, worker("x"), other)
            assert evaluate(comparison, worker=value, task=value) in (True, False)
    assert not evaluate(Comparison(O.EQ, worker("x"), Const(5)), worker=value)


def test_facts_are_values() -> None:
    """Facts are copied and pickled, read-only views and defaults among them."""
    for facts in (Facts(), Facts(worker={"sid": "WK1"}, clock=MappingProxyType({"currentTime": 900}))):
        assert pickle.loads(pickle.dumps(facts)) == facts
        assert copy.deepcopy(facts) == facts
