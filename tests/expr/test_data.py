"""Conditions as plain JSON data."""

from __future__ import annotations

import json

import pytest

from taskrouter_kit import parse
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr import KnownWorkerPath, from_data, to_data
from taskrouter_kit.expr._condition import Condition


def test_the_form() -> None:
    """The data says what the tree says, in JSON's own types."""
    condition = parse("task.lang IN worker.langs[0] AND (worker.level > 5 OR x IN ['a', null])", place="target")
    assert to_data(condition) == {
        "condition": {
            "and": [
                {"compare": "IN", "left": {"task": ["lang"]}, "right": {"worker": ["langs", 0]}},
                {
                    "or": [
                        {"compare": ">", "left": {"worker": ["level"]}, "right": {"constant": 5}},
                        {"compare": "IN", "left": {"none": ["x"]}, "right": {"list": ["a", None]}},
                    ]
                },
            ]
        },
        "place": "target",
    }


@pytest.mark.parametrize(
    "text", ["1==1", "a == 1.0 OR b == true OR workers.x == ''", "a HAS 'x' AND (b == 1 OR c == 2)"]
)
def test_data_becomes_the_same_condition(text: str) -> None:
    """Through JSON text and back the condition is equal, its place included."""
    condition = parse(text, place="skip_if")
    again = from_data(json.loads(json.dumps(to_data(condition))))
    assert isinstance(again, Condition)
    assert (again, again.place) == (condition, "skip_if")
    assert from_data(to_data(Condition(condition.node))) == condition


def test_sort_keys_become_data() -> None:
    """An order_by has a form of its own."""
    order = parse("worker.a.b DESC, worker.c ASC", place="order_by")
    data = to_data(order)
    assert data == {
        "order_by": [
            {"path": {"worker": ["a", "b"]}, "descending": True},
            {"path": {"worker": ["c"]}, "descending": False},
        ]
    }
    assert from_data(data) == order


def test_known_workers_become_data() -> None:
    """The path of a known worker keeps its place, too; a constant is no path."""
    known = parse("task.agent.sid", place="known_worker_sid")
    assert to_data(known) == {"known_worker": {"task": ["agent", "sid"]}, "place": "known_worker_sid"}
    again = from_data(json.loads(json.dumps(to_data(known))))
    assert again == known
    assert isinstance(again, KnownWorkerPath)
    assert again.place == "known_worker_sid"
    with pytest.raises(InvalidDeclaration, match="Expected an attribute of the task"):
        from_data({"known_worker": {"constant": "WK1"}})


def test_every_problem_is_reported_with_its_path() -> None:
    """One error names all parts that are not of the form."""
    with pytest.raises(InvalidDeclaration) as caught:
        from_data(
            {
                "condition": {
                    "and": [
                        {"compare": "LIKE", "left": {"task": []}, "right": {"constant": [1]}},
                        {"compare": "==", "left": 5, "right": {"list": ["a", {}]}},
                        {"nor": []},
                        {"or": []},
                    ]
                },
                "place": "order_by",
            }
        )
    assert [(found.where.path, found.message) for found in caught.value.diagnostics] == [
        (
            "$.place",
            "Expected one of the places target_workers, target_workers_expression, filter, evaluate_task_attributes, "
            "target, skip_if, got 'order_by'.",
        ),
        (
            "$.condition.and[0].compare",
            "Expected one of ==, !=, <, <=, >, >=, CONTAINS, HAS, IN, NOT IN, got 'LIKE'.",
        ),
        ("$.condition.and[0].left.task", "Expected names and indexes, a name first, got []."),
        ("$.condition.and[0].right.constant", "Expected a text, number, flag or null, got list."),
        (
            "$.condition.and[1].left",
            "Expected an object of one of the forms {constant}, {list}, {worker}, {task}, {workers}, {taskrouter}, "
            "{none}, got int.",
        ),
        ("$.condition.and[1].right.list[1]", "Expected a text, number, flag or null, got dict."),
        (
            "$.condition.and[2]",
            "Expected an object of one of the forms {and}, {or}, {compare, left, right}, got {nor}.",
        ),
        ("$.condition.and[3].or", "Expected two conditions or more to join, got 0."),
    ]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"order_by": []},
        {"order_by": [{}]},
        {"condition": {}},
        {"order_by": 1},
        {"condition": {"and": []}, "place": []},
    ],
)
def test_other_shapes_are_refused(data: object) -> None:
    """Whatever it is, the answer is the library's own error."""
    with pytest.raises(InvalidDeclaration, match="malformed-data"):
        from_data(data)


def test_data_cannot_be_deeper_than_a_tree() -> None:
    """Nesting in data has the limit of the tree."""
    data: object = {"compare": "==", "left": {"constant": 1}, "right": {"constant": 1}}
    leaf = data
    for _ in range(500):
        data = {"and": [leaf, {"or": [leaf, data]}]}
    with pytest.raises(InvalidDeclaration, match="malformed-data"):
        from_data({"condition": data})


def test_what_is_no_condition_has_no_data() -> None:
    """Somebody's text is none until it was parsed; the error says so."""
    for given in ("a == 1", None, 5):
        with pytest.raises(InvalidDeclaration, match="Expected a condition; got a"):
            to_data(given)  # type: ignore[arg-type]
