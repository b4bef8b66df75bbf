"""Remembering which filter took a task: the same answer as asking the filters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.simulator._configuration import compile_configuration
from taskrouter_kit.simulator._rules import WorkflowRules

#: Values that equal each other in Python, or are absent, or cannot be remembered.
VALUES = st.sampled_from([0, 0.0, -0.0, False, 1, 1.0, True, "1", "", None, "es", ["es"], [], {"en": 1}, {}])
TASKS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), VALUES | st.fixed_dictionaries({}, optional={"d": VALUES}), max_size=3
)
EXPRESSIONS = (
    "a == 1",
    'a == "1"',
    "b == true",
    "a == null AND b == 0",
    'c.d == "es"',
    'c HAS "es"',
    "b[0] == 1",
    "c.d.e == 1",
    "a IN [0, 1] OR b == false",
    "a != b",
)


def rules(*expressions: str, default: bool = True) -> WorkflowRules:
    filters = [{"expression": each, "targets": [{"queue": "WQ1"}]} for each in expressions]
    last: dict[str, Any] = {"default_filter": {"queue": "WQ1"}} if default else {}
    return compile_configuration(json.dumps({"task_routing": {"filters": filters, **last}}), {"WQ1"})


def asked(found: WorkflowRules, task: dict[str, Any]) -> int | None:
    matching = [index for index, each in enumerate(found.filters) if each.matches({}, task, NO_FACTS)]
    return matching[0] if matching else None if found.default is None else -1


@given(st.permutations(EXPRESSIONS), st.integers(4, len(EXPRESSIONS)), st.booleans(), st.lists(TASKS, max_size=30))
def test_remembering_answers_as_asking_does(
    expressions: list[str], count: int, default: bool, tasks: list[dict[str, Any]]
) -> None:
    """Whatever was asked before, equal values of other types among it, the first true filter is found."""
    found = rules(*expressions[:count], default=default)
    for task in [*tasks, *tasks]:
        assert found.first(task, NO_FACTS) == asked(found, task)


def test_tasks_of_a_kind_are_asked_about_once() -> None:
    """What the filters do not read is not part of what is remembered."""
    found = rules("a == 1", "a == 2", "a == 3", "b == 4")
    for number in range(10):
        assert found.first({"a": 3, "call": number}, NO_FACTS) == 2
    assert [found.memo.key({"a": 3, "call": number}) for number in (1, 2)] == [found.memo.key({"a": 3})] * 2


@pytest.mark.parametrize("hour", ["08", "17"])
def test_a_filter_that_reads_the_clock_is_asked_every_time(hour: str) -> None:
    """Nothing is remembered where the answer depends on the moment."""
    found = rules("taskrouter.currentHour > 12", "a == 2", "a == 3", "a == 4")
    assert (found.reads_clock, found.memo.usable) == (True, False)
    assert found.first({}, Facts(clock={"currentHour": int(hour)})) == (0 if hour == "17" else -1)
