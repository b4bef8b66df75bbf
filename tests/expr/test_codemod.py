"""Renaming attributes and replacing constants in texts that others wrote."""

from __future__ import annotations

import copy
import json
from typing import Any, Literal

import pytest

from shared_material import shared
from taskrouter_kit import rename_attribute, replace_constant
from taskrouter_kit.errors import ExpressionError, ExpressionSyntaxError, InvalidDeclaration, InvalidName
from taskrouter_kit.expr._nodes import Scalar
from taskrouter_kit.expr._places import Place


@pytest.mark.parametrize(
    ("place", "of", "text", "renamed"),
    [
        ("target_workers", "worker", "( skill  has 'skill')AND skill=1", "( abilities  has 'skill')AND abilities=1"),
        ("target_workers", "worker", "worker.skill != 1", "worker.abilities != 1"),
        ("target_workers", "worker", "skill.level[0] == 1 or skills == 1", "abilities.level[0] == 1 or skills == 1"),
        ("target_workers", "task", "skill == 1", "skill == 1"),
        ("target", "worker", "task.skill IN worker.skill", "task.skill IN worker.abilities"),
        ("target", "task", "task.skill IN worker.skill", "task.abilities IN worker.skill"),
        ("filter", "task", "skill == 1 AND worker.skill == 1", "abilities == 1 AND worker.skill == 1"),
        ("order_by", "worker", "worker.skill  DESC,worker.b ASC", "worker.abilities  DESC,worker.b ASC"),
        ("known_worker_sid", "task", " task.skill", " task.abilities"),
    ],
)
def test_an_attribute_is_renamed_where_it_is_meant(
    place: Place, of: Literal["worker", "task"], text: str, renamed: str
) -> None:
    """Only the attribute of that document is renamed; every other character stays."""
    assert rename_attribute(text, "skill", "abilities", of=of, place=place) == renamed


def test_dotted_names_move_whole_branches() -> None:
    """A dotted name covers what lies below it, and may move to another branch."""
    text = "routing.skills HAS 'a' AND routing.skills[0] == 'b' AND routing.levels.skills > 1"
    assert rename_attribute(text, "routing.skills", "skills", of="worker", place="target_workers") == (
        "skills HAS 'a' AND skills[0] == 'b' AND routing.levels.skills > 1"
    )


@pytest.mark.parametrize("new", ["in", "and", "null", "undefined", "worker.x"])
def test_a_name_that_would_be_misread_is_refused(new: str) -> None:
    """The edited text must say what the edited tree says."""
    with pytest.raises(InvalidName, match="would be read as something else where 'a' stands"):
        rename_attribute("a == 1", "a", new, of="worker", place="target_workers")


def test_a_name_with_a_space_is_refused() -> None:
    """What can be no name at all is refused before anything is read."""
    with pytest.raises(InvalidName, match="unspeakable-name"):
        rename_attribute("a == 1", "a", "b c", of="worker", place="target_workers")


@pytest.mark.parametrize(
    ("text", "old", "new", "attribute", "replaced"),
    [
        ("a == 'x' OR 'x'  IN b", "x", "y", None, "a == 'y' OR 'y'  IN b"),
        ('a IN [ "x",\'x\', "xx"]', "x", "y", None, 'a IN [ "y",\'y\', "xx"]'),
        ("a == 'x' AND b == 'x'", "x", "y", "b", "a == 'x' AND b == 'y'"),
        (
            "a == 1 AND b == 1.0 AND c == '1' AND d == true",
            1,
            2,
            None,
            "a == 2 AND b == 1.0 AND c == '1' AND d == true",
        ),
        ("a == 'x'", "x", "it's", None, 'a == "it\'s"'),
        ("a == 0800", 800, None, None, "a == null"),
        ("a != 'y'", "x", "y", None, "a != 'y'"),
        ("", 1, 2, None, ""),
    ],
)
def test_a_constant_is_replaced(text: str, old: Scalar, new: Scalar, attribute: str | None, replaced: str) -> None:
    """Constants are replaced alone and in lists, in the author's quotes; kinds are told apart."""
    assert replace_constant(text, old, new, attribute=attribute, place="target_workers") == replaced


CONFIGURATION: dict[str, Any] = {
    "task_routing": {
        "filters": [
            {
                "filter_friendly_name": "skill == 'x'",
                "expression": "skill=='x'",
                "targets": [
                    {
                        "queue": "WQ1",
                        "expression": "task.skill  IN worker.skill",
                        "order_by": "worker.skill DESC",
                        "known_worker_sid": "task.skill",
                        "skip_if": "1==1",
                        "timeout": 5,
                    }
                ],
            }
        ],
        "default_filter": {"queue": "WQ2", "expression": "task.skill == 'x' OR skill == 'x'"},
        "expression": "skill == 'x'",
    }
}


def test_a_whole_configuration_is_renamed() -> None:
    """Every expression of filters, targets and the default is edited; other texts and the given document stay."""
    before = copy.deepcopy(CONFIGURATION)
    after = rename_attribute(CONFIGURATION, "skill", "ability", of="task")
    assert before == CONFIGURATION
    found = after["task_routing"]["filters"][0]
    assert found["expression"] == "ability=='x'"
    assert found["filter_friendly_name"] == "skill == 'x'"
    target = found["targets"][0]
    assert target["expression"] == "task.ability  IN worker.skill"
    assert (target["order_by"], target["known_worker_sid"]) == ("worker.skill DESC", "task.ability")
    assert after["task_routing"]["default_filter"]["expression"] == "task.ability == 'x' OR skill == 'x'"
    assert after["task_routing"]["expression"] == "skill == 'x'"


@pytest.mark.parametrize("indent", [None, 2])
def test_json_text_keeps_every_other_byte(indent: int | None) -> None:
    """The text of a configuration is edited inside its strings, escapes and layout included."""
    text = json.dumps(CONFIGURATION, indent=indent).replace("skill=='x'", "skill==\\u0027\\ud83d\\ude00\\/\\u0027")
    renamed = rename_attribute(text, "skill", "ability", of="task")
    assert json.loads(renamed) == rename_attribute(json.loads(text), "skill", "ability", of="task")
    assert renamed.count("ability") == 4
    assert renamed.replace("ability", "skill") == text
    replaced = replace_constant(text, "\U0001f600/", 'say "hi"')
    assert json.loads(replaced)["task_routing"]["filters"][0]["expression"] == "skill=='say \"hi\"'"


def test_all_unreadable_expressions_are_reported_and_nothing_is_changed() -> None:
    """A configuration with two damaged texts names both, in a mapping as in JSON text."""
    broken = copy.deepcopy(CONFIGURATION)
    broken["task_routing"]["filters"][0]["expression"] = "skill = 'x"
    broken["task_routing"]["filters"][0]["targets"][0]["order_by"] = "worker.skill"
    for subject in (broken, json.dumps(broken)):
        with pytest.raises(ExpressionSyntaxError) as caught:
            rename_attribute(subject, "skill", "ability", of="task")
        assert [(found.rule, found.where.path) for found in caught.value.diagnostics] == [
            ("unclosed-string", "$.task_routing.filters[0].expression"),
            ("missing-direction", "$.task_routing.filters[0].targets[0].order_by"),
        ]


@pytest.mark.parametrize("text", ["skill == 1", '{"a": ', "[" * 100_000])
def test_text_that_is_no_configuration_is_refused(text: str) -> None:
    """Without a place a text is taken for JSON."""
    with pytest.raises(ExpressionError, match="not-a-configuration"):
        rename_attribute(text, "skill", "ability", of="task")


def test_configurations_that_others_wrote_survive_renaming_there_and_back() -> None:
    """Renaming an attribute to a fresh name and back gives the very same JSON text."""
    for line in shared("corpus/workflows.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.dumps(json.loads(line)["config"], indent=1)
        try:
            there = rename_attribute(text, "channelType", "kind_of_channel", of="task")
        except ExpressionSyntaxError:
            continue
        assert rename_attribute(there, "kind_of_channel", "channelType", of="task") == text
        assert json.loads(there) == rename_attribute(json.loads(text), "channelType", "kind_of_channel", of="task")


def test_impossible_arguments_are_one_clear_error() -> None:
    """Whose attribute, and what constant: nothing else is taken."""
    with pytest.raises(InvalidDeclaration, match="of a 'worker' or a 'task'; got 'queue'"):
        rename_attribute("a == 1", "a", "b", of="queue", place="filter")  # type: ignore[call-overload]
    for old, new in (([], 1), (1, []), (float("nan"), 1), (1, object())):
        with pytest.raises(InvalidDeclaration, match="not-a-constant"):
            replace_constant("a == 1", old, new, place="filter")  # type: ignore[call-overload]
