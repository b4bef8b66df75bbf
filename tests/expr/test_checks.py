"""The checker: each rule fires on its mistake, at its place, and is silent on what is right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.strategies import nodes, schemas
from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes, attribute, check, parse
from taskrouter_kit._diagnostics import render
from taskrouter_kit.errors import ExpressionError, ExpressionSyntaxError
from taskrouter_kit.expr import Condition
from taskrouter_kit.expr.checks import RULES

ROOT = Path(__file__).resolve().parents[2]


class Home(WorkerAttributes):
    street: Attr[str]


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    ranks: Attr[dict[str, int]]
    home: Attr[Home]
    desks: Attr[list[Home]]
    team: Attr[Literal["a", "b"]]
    dept: Attr[str]
    level: Attr[int]
    away: Attr[bool]
    nickname: Attr[str | None] = attribute(default=None)


class Call(TaskAttributes):
    language: Attr[str]
    level: Attr[int]
    tags: Attr[list[str]]


def rules(text: str, place: Any = "target_workers", schema: bool = True, **more: Any) -> list[str]:
    schemas = {"worker": Agent, "task": Call} if schema else {}
    return [finding.rule for finding in check(parse(text, place=place), **schemas, **more)]


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ('dept HAS "x"', "target_workers", ["array-operator-on-scalar"]),
        ("dept IN level", "target_workers", ["array-operator-on-scalar"]),
        ('skills == "x"', "target_workers", ["scalar-operator-on-array"]),
        ('skills IN ["x"]', "target_workers", ["scalar-operator-on-array"]),
        ('skils HAS "x"', "target_workers", ["unknown-attribute"]),
        ('skills HAS "x"', "target", ["missing-prefix"]),
        ('worker.skills HAS "x"', "target_workers", ["redundant-prefix"]),
        ('task.language == "x"', "target_workers", ["wrong-prefix"]),
        ('worker.level == "x"', "filter", ["wrong-prefix"]),
        ("TaskRouter.dayOfWeek == 'Mon'", "filter", ["wrong-prefix"]),
        ('level == "x"', "target_workers", ["type-mismatch"]),
        ('level > "x"', "target_workers", ["text-order", "type-mismatch"]),
        ("home HAS 1", "target_workers", ["array-operator-on-scalar"]),
        ("1 IN ranks", "target_workers", ["array-operator-on-scalar"]),
        ("1 != 1", "target_workers", []),
        ("1 < 1", "target_workers", ["constant-comparison"]),
        ("level > null", "target_workers", ["never-true"]),
        ("away < true", "target_workers", ["never-true", "type-mismatch"]),
        ("nickname CONTAINS 5", "target_workers", ["never-true", "numeric-string"]),
        ("600 > taskrouter.currentTime AND 2200 <= taskrouter.currentTime", "filter", ["midnight-window"]),
        ("dept == 3", "target_workers", ["numeric-string"]),
        ('level == "3"', "target_workers", ["numeric-string"]),
        ('away == "true"', "target_workers", ["type-mismatch"]),
        ("worker.dept == task.level", "target", ["type-mismatch"]),
        ('team == "z"', "target_workers", ["not-allowed-value"]),
        ('team IN ["a", "z"]', "target_workers", ["not-allowed-value"]),
        ("taskrouter.dayOfWeek == 'THU'", "filter", ["unknown-day"]),
        ("taskrouter.dayOfWeek CONTAINS 'T'", "filter", []),
        ("taskrouter.dayOfWeek CONTAINS 'day'", "filter", ["unknown-day"]),
        ("taskrouter.currentTiem > 800", "filter", ["unknown-clock-name"]),
        ("'language' == 'spanish'", "filter", ["constant-comparison"]),
        ("1==1", "target_workers", []),
        ("1 == 0", "target_workers", []),
        ("level > 5 AND level < 3", "target_workers", ["never-true"]),
        ("level > 5 OR level <= 5 OR level == null", "target_workers", []),
        ("level > 5 OR level <= 5", "target_workers", ["always-true"]),
        ("level != null AND level > 3", "target_workers", []),
        ("team != 'a' AND team != 'b'", "target_workers", ["never-true"]),
        ("team == 'a' OR team == 'b'", "target_workers", ["always-true"]),
        ("nickname == null OR nickname != null", "target_workers", []),
        ("activity_name == 'x'", "target_workers", ["worker-field-in-queue"]),
        ("channel.voice.assigned_tasks == 0", "target_workers", ["worker-field-in-queue"]),
        ("activity_name == 'x'", "target_workers_expression", []),
        ("taskrouter.currentTime > 2200 AND taskrouter.currentTime < 600", "filter", ["midnight-window"]),
        ("level > 1 AND away == true OR level > 9", "target_workers", ["mixed-and-or"]),
        ("(level > 1 AND away == true) OR level > 9", "target_workers", []),
        ('dept = "x"', "target_workers", ["single-equals"]),
        ('nickname != "x"', "target_workers", ["maybe-missing"]),
        ("nickname != null", "target_workers", []),
        ('dept != "x"', "target_workers", []),
        ("dept < 'm'", "target_workers", ["text-order"]),
        ("worker.channel.voice.assigned == 0", "target", ["unknown-built-in"]),
        ("worker.channel.voice.assigned_tasks == 0", "target", []),
        ("workers.busy == 0", "skip_if", ["unknown-built-in"]),
        ("workers.available == 0", "skip_if", []),
        ("dept == '${team}'", "target_workers", ["unfilled-placeholder"]),
        ("skills HAS 'a {{b}} c'", "target_workers", ["unfilled-placeholder"]),
        ("dept IN ['x', '<%= y %>', '#{z}']", "target_workers", ["unfilled-placeholder", "unfilled-placeholder"]),
        ("dept IN ['{x', '}{', '$', '%{', '<%']", "target_workers", []),
        ("worker.dept DESC", "order_by", ["not-an-integer"]),
        ("worker.level DESC", "order_by", []),
        ("worker.level DESC, worker.level ASC", "order_by", ["repeated-sort-key"]),
        ("worker.levels.1st DESC", "order_by", ["unknown-attribute"]),
        ("worker.levels.en-GB DESC", "order_by", ["unknown-attribute", "unusable-name"]),
        ("task.language IN worker.skills", "target", []),
        ("level == 3.5", "target_workers", ["type-mismatch"]),
        ("level > 3.5", "target_workers", []),
        ("away >= away", "target_workers", ["type-mismatch", "type-mismatch"]),
        ("level CONTAINS level", "target_workers", ["type-mismatch", "type-mismatch"]),
        ("team CONTAINS 'x'", "target_workers", ["not-allowed-value"]),
        ("dept CONTAINS ''", "target_workers", ["always-true"]),
        ("dept NOT IN []", "target_workers", ["always-true"]),
        ("skills HAS null", "target_workers", ["type-mismatch"]),
        ("task.language", "known_worker_sid", []),
        ("task.level", "known_worker_sid", ["known-worker-no-text"]),
        ("task.tags", "known_worker_friendly_name", ["known-worker-no-text"]),
        ("task.langauge", "known_worker_sid", ["unknown-attribute"]),
    ],
)
def test_each_rule_fires_on_its_mistake(text: str, place: Any, expected: list[str]) -> None:
    """The findings are exactly these."""
    assert sorted(rules(text, place)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("worker.sid NOT IN task.list", "target", ["not-in-maybe-no-list"]),
        ("task.a == worker.b", "target", ["null-equals-null"]),
        ("a != 'x'", "filter", ["maybe-missing"]),
        ("a <-5", "filter", ["ambiguous-arrow", "array-operator-on-scalar"]),
        ("a.has.b == 1", "filter", ["keyword-segment"]),
        ("task.priority > 3", "target", ["looks-built-in"]),
        ("worker.assigned_tasks == 0", "target", ["looks-built-in"]),
        ("worker.assigned_tasks.voice == 0 AND worker.priority == 1", "target", []),
        ("a == 1", "filter", []),
        ("taskrouter.dayOfWeek IN schedule.week", "filter", []),
        ("level > 5 AND level IN levels", "filter", []),
        (
            "taskrouter.currentTime > 800 AND taskrouter.currentTime < 1800 AND a == 1 AND a == 2",
            "filter",
            ["never-true"],
        ),
    ],
)
def test_what_needs_no_schema(text: str, place: Any, expected: list[str]) -> None:
    """Without schemas the checker says what it can know."""
    assert sorted(rules(text, place, schema=False)) == sorted(expected)


def test_a_finding_says_what_where_and_hint() -> None:
    """The whole text, caret included."""
    (finding,) = check(parse('skils HAS "support" AND level > 2', place="target_workers"), worker=Agent)
    assert render(finding) == (
        "Agent has no attribute 'skils'. [unknown-attribute]\n"
        "  at 1:1\n"
        '    skils HAS "support" AND level > 2\n'
        "    ^^^^^\n"
        "  hint: did you mean 'skills'? Known: skills, ranks, home, desks, team, dept, level, away, nickname."
    )


def test_findings_are_suppressed_one_by_one() -> None:
    """By rule, or by rule for one name."""
    text = 'nickname != "x" AND nickname != "y"'
    assert rules(text) == ["maybe-missing", "maybe-missing"]
    assert rules(text, suppress=["maybe-missing"]) == []
    assert rules(text, suppress=["maybe-missing:nickname"]) == []
    assert rules(text, suppress=["maybe-missing:name", "maybe-missing:nick"]) == ["maybe-missing", "maybe-missing"]
    assert rules(text, suppress=["maybe-missing:other"]) == ["maybe-missing", "maybe-missing"]


def test_every_rule_has_a_section_in_the_docs() -> None:
    """docs/errors.md explains each rule of the checker."""
    sections = set(re.findall(r"^### (\S+)$", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(RULES) <= sections


def test_long_expressions_are_checked_as_well() -> None:
    """A long list costs no explosion, many clauses no recursion."""
    listed = ", ".join(f"'x{i}'" for i in range(60))
    assert rules(f"a IN [{listed}]", "filter", schema=False) == []
    assert rules(" AND ".join(f"a{i} == 1" for i in range(2_000)), "filter", schema=False) == ["too-long"]


@given(st.data())
def test_checking_never_raises(data: st.DataObject) -> None:
    """Whatever the tree, the answer is a list of findings whose rules are known."""
    node = data.draw(nodes(data.draw(schemas())))
    assert {finding.rule for finding in check(Condition(node), worker=Agent, task=Call)} <= set(RULES)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('SKILS HAS "x"', "target_workers", "did you mean 'skills'?"),
        ('nickName == "x"', "target_workers", "did you mean 'nickname'?"),
        ('home.stret == "x"', "target_workers", "did you mean 'home.street'?"),
        ('desks[0].stret == "x"', "target_workers", "did you mean 'desks[0].street'?"),
        ('desks HAS "x"', "target_workers", "look inside one of them: desks[0]"),
        ('dept.name == "x"', "target_workers", "dept is a text: nothing of that name is below it"),
        ("ranks.billing.x > 1", "target_workers", "ranks.billing is an integer: nothing of that name is below it"),
        ('worker.friendlyName == "x"', "target", "did you mean 'friendly_name'?"),
        ('worker.activity_nam == "x"', "target", "did you mean 'activity_name'?"),
        ("dayOfWeek == 'Mon'", "filter", "did you mean 'taskrouter.dayOfWeek'?"),
        ("currentHour > 8", "target", "did you mean taskrouter.currentHour?"),
        ("taskrouter.currentDay == 'Mon'", "filter", "did you mean 'dayOfWeek'?"),
        ("TaskRouter.dayOfWeek == 'Mon'", "filter", "write taskrouter. in lower case"),
        ('Worker.skills HAS "x"', "target", "did you mean worker.skills?"),
        ('tasks.tags[0] == "x"', "target", "did you mean task.tags[0]?"),
        ('dept == "x"', "target", "write task. or worker. in front of it"),
        ('worker == "x"', "target", "write worker.<name>"),
        ("worker.available > 0", "skip_if", "did you mean workers.available?"),
        ("task.tags[0] == 'x'", "skip_if", "a skip_if expression reads the counters of workers. only"),
        ('dept IN "x"', "target_workers", 'write a list: IN ["x"]'),
        ('skills HAS ["x"]', "target_workers", "look for one value, and join such comparisons with OR"),
    ],
)
def test_the_hint_says_what_was_meant(text: str, place: Any, hint: str) -> None:
    """The nearest name is looked for where the path leaves what is known, among the service's own names too."""
    found = check(parse(text, place=place), worker=Agent, task=Call)
    assert (found[0].hint or "").startswith(hint)


def test_names_of_the_service_are_known_without_a_schema() -> None:
    """Spelled otherwise, or without their prefix, they read attributes that nobody has: one is told so."""
    for text, place in (("worker.friendlyName == 'x'", "target"), ("dayOfWeek == 'Mon'", "filter")):
        assert rules(text, place, schema=False) == ["looks-built-in"]
    assert rules("dayOfWeek == 'Mon'", "evaluate_task_attributes", schema=False) == []


def test_a_rule_that_is_not_there_cannot_be_suppressed() -> None:
    """A rule with a slip of the pen suppresses nothing: all of them are named at once, with what may be meant."""
    condition = parse("a == 1", place="filter")
    with pytest.raises(ExpressionError) as refused:
        check(condition, suppress=["maybe-mising:a", "single-equals", "nonsense", "nonsense:b"])
    assert [(each.rule, each.message, each.hint) for each in refused.value.diagnostics] == [
        ("unknown-rule", "There is no rule 'maybe-mising'.", "did you mean 'maybe-missing'?"),
        ("unknown-rule", "There is no rule 'nonsense'.", "RULES of taskrouter_kit.expr.checks has all of them"),
    ]


def test_a_single_rule_may_be_suppressed_as_a_text() -> None:
    """One text is one rule, not its letters; a place that does not exist is named."""
    assert check(parse("a = 'x'", place="filter"), suppress="single-equals") == []
    assert check(parse("a != 'x'", place="filter"), suppress="maybe-missing:a") == []
    with pytest.raises(ExpressionSyntaxError, match="unknown-place"):
        check(parse("a == 1", place="filter"), place="filters")  # type: ignore[arg-type]
