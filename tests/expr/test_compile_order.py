from __future__ import annotations

from typing import Any

from taskrouter_kit.expr._compile_order import order_key, sort_workers
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._order import OrderBy, OrderKey

LEVEL = OrderKey(Path(Scope.WORKER, ("level",)))
LEVEL_DOWN = OrderKey(Path(Scope.WORKER, ("level",)), descending=True)
SENIORITY = OrderKey(Path(Scope.WORKER, ("hr", "years")), descending=True)


def names(keys: list[OrderKey], workers: list[dict[str, Any]]) -> str:
    return "".join(worker["n"] for worker in sort_workers(keys, workers, attributes=lambda worker: worker))


def test_workers_without_the_attribute_come_last_in_both_directions() -> None:
    """An absent attribute, or null, ranks after every integer, ascending and descending."""
    assert order_key(OrderBy((LEVEL,)))({"level": 2}) == order_key([LEVEL])({"level": 2})
    workers = [{"n": "a"}, {"n": "b", "level": 2}, {"n": "c", "level": 5}, {"n": "d", "level": None}]
    assert names([LEVEL], workers) == "bcad"
    assert names([LEVEL_DOWN], workers) == "cbad"


def test_ties_go_to_the_next_clause_and_then_to_the_order_given() -> None:
    """The first clause counts most; equal workers keep the order in which they came."""
    workers = [
        {"n": "a", "level": 1, "hr": {"years": 1}},
        {"n": "b", "level": 1, "hr": {"years": 3}},
        {"n": "c", "level": 1, "hr": {"years": 3}},
        {"n": "d", "level": 0},
    ]
    assert names([LEVEL, SENIORITY], workers) == "dbca"


def test_one_value_that_is_no_integer_drops_the_whole_order() -> None:
    """A text, a decimal or a flag in one worker makes the service ignore order_by for all."""
    for odd in ("7", 7.0, True, [7]):
        workers = [{"n": "a", "level": 3}, {"n": "b", "level": odd}, {"n": "c", "level": 1}]
        assert names([LEVEL], workers) == "abc"
        assert order_key([LEVEL])({"level": odd}) is None


def test_fields_of_the_worker_can_be_sorted_by() -> None:
    """``worker.channel.voice.assigned_tasks`` is read from the facts."""
    key = order_key([OrderKey(Path(Scope.WORKER, ("channel", "voice", "assigned_tasks")))])
    assert key({}, Facts(worker={"channel": {"voice": {"assigned_tasks": 2}}})) == ((False, 2),)
