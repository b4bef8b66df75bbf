"""What the checker passes is neither dead nor idle: a clean comparison can be true and can be false.

TaskRouter says nothing about a comparison that no value of the attribute's kind can make true. Here every comparison
of a schema's attributes with constants of all kinds, and with each other, is built; one without findings must be true
for some documents that fit the schema, and false for some.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from taskrouter_kit import Attr, Condition, TaskAttributes, WorkerAttributes, attribute, check, evaluate, parse
from taskrouter_kit.errors import ExpressionError


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    teams: Attr[list[Literal["a", "b"]]]
    ports: Attr[list[int]]
    name: Attr[str]
    team: Attr[Literal["a", "b"]]
    level: Attr[int]
    rate: Attr[float]
    vip: Attr[bool]
    levels: Attr[dict[str, int]]
    nickname: Attr[str | None] = attribute(default=None)


class Call(TaskAttributes):
    language: Attr[str]
    number: Attr[int]
    tags: Attr[list[str]]
    urgent: Attr[bool]


#: Attribute -> values that fit it, next to those that a comparison mentions.
TEXTS = ["", "a", "b", "c", "x", "5", "3", "zz", "xyz"]
NUMBERS = [-2, -1, 2, 3, 4, 5, 6]
LISTS = [[], ["x"], ["5", "a"], ["c", ""], ["a", "b", "c", "x", "5", "3"]]
VALUES: dict[str, list[Any]] = {
    "worker.skills": LISTS,
    "worker.teams": [[], ["a"], ["b"], ["a", "b"]],
    "worker.ports": [[], [3], [4, 5], [-1, 3, 5, 6]],
    "worker.name": TEXTS,
    "worker.team": ["a", "b"],
    "worker.level": NUMBERS,
    "worker.rate": [*NUMBERS, 3.5],
    "worker.vip": [True, False],
    "worker.levels.en": NUMBERS,
    "worker.nickname": [None, *TEXTS],
    "task.language": TEXTS,
    "task.number": NUMBERS,
    "task.tags": LISTS,
    "task.urgent": [True, False],
}
CONSTANTS = ["'x'", "'5'", "'a'", "'c'", "''", "3", "3.5", "-1", "true", "false", "null", "['a', 'x']", "[3, 5]", "[]"]
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "HAS", "IN", "NOT IN", "CONTAINS"]

COMPARISONS = [
    f"{left} {operator} {right}"
    for left, operator, right in itertools.product(VALUES, OPERATORS, [*CONSTANTS, *VALUES])
    # Asking whether an attribute is there is a guard against documents that do not fit the schema.
    if left != right and (right != "null" or operator not in ("==", "!="))
]


def documents(text: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield workers and tasks that hold every combination of values of the attributes in *text*."""
    names = [name for name in VALUES if name in text.split()]
    for values in itertools.product(*(VALUES[name] for name in names)):
        found: dict[str, dict[str, Any]] = {"worker": {}, "task": {}}
        for name, value in zip(names, values, strict=True):
            owner, *path = name.split(".")
            document = found[owner]
            for segment in path[:-1]:
                document = document.setdefault(segment, {})
            document[path[-1]] = value
        yield found["worker"], found["task"]


def clean(text: str) -> Condition[Any] | None:
    """Return the condition where neither parser nor checker has anything to say against it."""
    try:
        condition = parse(text, place="target")
    except ExpressionError:
        return None
    found = [each for each in check(condition, worker=Agent, task=Call) if each.severity != "info"]
    return None if found else condition


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_clean_comparison_can_be_true_and_can_be_false(operator: str) -> None:
    """No comparison without a warning is decided by the kinds of its operands alone."""
    mine = [text for text in COMPARISONS if text.split(" ", 1)[1].startswith(f"{operator} ")]
    passed = {text: condition for text in mine if (condition := clean(text)) is not None}
    assert passed, "the checker finds fault with everything"
    stuck = []
    for text, condition in passed.items():
        verdicts = {evaluate(condition, worker=worker, task=task) for worker, task in documents(text)}
        if verdicts != {True, False}:
            stuck.append((text, verdicts))
    assert stuck == []


#: Attributes whose few values tell apart whatever the constants beside them can.
FEW = {
    "worker.team": ["'a'", "'b'"],
    "worker.vip": ["true", "false"],
    "worker.level": ["3", "5", "[3, 5]"],
    "worker.teams": ["'a'", "'b'"],
    "task.urgent": ["true", "false"],
}
#: Comparisons of those, each clean by itself.
SINGLES = [
    text
    for name, constants in FEW.items()
    for operator, constant in itertools.product(OPERATORS, constants)
    if clean(text := f"{name} {operator} {constant}") is not None
]


@pytest.mark.parametrize("word", ["AND", "OR"])
def test_two_clean_comparisons_joined_are_clean_unless_decided(word: str) -> None:
    """Joined by AND or OR, they are reported exactly where all documents that fit the schemas say the same."""
    wrong = []
    for one, other in itertools.combinations(SINGLES, 2):
        text = f"{one} {word} {other}"
        condition = parse(text, place="target")
        verdicts = {evaluate(condition, worker=worker, task=task) for worker, task in documents(text)}
        if (verdicts == {True, False}) is not (clean(text) is not None):
            wrong.append((text, verdicts))
    assert len(SINGLES) > 20
    assert wrong == []
