"""Schemas: class access is a column, instance access a value, and bad values are all reported at once."""

from __future__ import annotations

import pickle
from typing import Literal

import pytest

from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes, attribute, evolve
from taskrouter_kit.errors import InvalidAttributes, InvalidName
from taskrouter_kit.expr._schema import schema_fields


class Routing(WorkerAttributes):
    skills: Attr[list[str]]
    levels: Attr[dict[str, int]]


class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "technical"]]]
    experience: Attr[int]
    nickname: Attr[str | None] = attribute(default=None)
    routing: Attr[Routing | None] = attribute(default=None)


class Call(TaskAttributes):
    language: Attr[str]


def agent() -> Agent:
    return Agent(skills=["billing"], experience=6)


def test_class_access_is_a_column() -> None:
    """A column knows whose attribute it is and where it lies."""
    assert str(Agent.skills.has("billing")) == 'skills HAS "billing"'
    assert str(Agent.routing.levels["billing"] > 3) == "routing.levels.billing > 3"
    assert str(Call.language.in_(Agent.routing.skills)) == "task.language IN worker.routing.skills"


def test_instance_access_is_the_value() -> None:
    """What was given comes back, and defaults stand where nothing was."""
    assert agent().skills == ["billing"]
    assert agent().nickname is None


def test_a_document_comes_back_whole() -> None:
    """Keys that the schema does not know are kept and written back."""
    document = {"skills": ["technical"], "experience": 1, "nickname": None, "routing": None, "team": {"id": 7}}
    assert Agent.from_dict(document).to_dict() == document


def test_all_problems_at_once() -> None:
    """Every attribute that is missing, unknown or does not fit is in one error."""
    with pytest.raises(InvalidAttributes) as caught:
        Agent(skills="billing", nick="Al")  # type: ignore[call-arg, arg-type]
    assert str(caught.value) == (
        "Agent has no attribute 'nick'. [unknown-attribute]\n"
        "  at $.nick\n"
        "  hint: known: skills, experience, nickname, routing\n"
        "\n"
        "'skills' does not fit: expected a list. [attribute-misfit]\n"
        "  at $.skills\n"
        "\n"
        "Agent needs 'experience'. [missing-attribute]\n"
        "  at $.experience"
    )


def test_numbers_are_not_texts() -> None:
    """Conversion is strict: "3" is no number, and the value is not repeated in the message."""
    with pytest.raises(InvalidAttributes, match="expected a whole number, got a text"):
        Agent.from_dict({"skills": [], "experience": "3"})


def test_the_limit_says_how_long() -> None:
    """More than 4,096 characters of JSON are refused, with the count."""
    with pytest.raises(InvalidAttributes, match=r"at most 4,096 characters as JSON; these have 5,0"):
        evolve(agent(), nickname="x" * 5000).to_json()


def test_instances_are_values() -> None:
    """Equal by content, not changeable, picklable, and silent about people."""
    assert pickle.loads(pickle.dumps(agent())) == agent()
    assert hash(agent()) == hash(agent())
    assert evolve(agent(), experience=7).experience == 7
    assert repr(agent()) == "Agent(skills=…, experience=…, nickname=…, routing=…)"
    with pytest.raises(AttributeError, match="evolve"):
        agent().experience = 3  # type: ignore[misc]


def test_a_hyphen_is_refused_with_a_name() -> None:
    """An attribute that expressions cannot refer to is refused where it is declared."""
    with pytest.raises(InvalidName) as caught:

        class Wrong(WorkerAttributes):
            level: Attr[int] = attribute(name="skill-level")

    assert str(caught.value) == (
        "TaskRouter's expressions cannot refer to a name with a hyphen: 'skill-level'. [invalid-name]\n"
        "  at Wrong.level\n"
        "  hint: call the attribute 'skill_level'"
    )


def test_fields_tell_kinds() -> None:
    """The checker reads kinds, literals and nesting off the schema."""
    fields = schema_fields(Agent)
    assert fields["skills"].kind.name == "list"
    assert fields["skills"].literals == ("billing", "technical")
    assert fields["experience"].required
    assert fields["routing"].nested is Routing
    assert fields["nickname"].optional


def test_attributes_are_not_nested_without_end() -> None:
    """What no reader of JSON takes is one clear error, not one of Python's recursion."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    attributes = Agent.from_dict({"skills": [], "experience": 1, "notes": deep})  # type: ignore[dict-item]
    with pytest.raises(InvalidAttributes, match="nested too deeply"):
        attributes.to_json()


@pytest.mark.parametrize("given", [None, [1], "{}", 5])
def test_what_is_no_object_is_refused(given: object) -> None:
    """Whatever was given for the document."""
    with pytest.raises(InvalidAttributes, match="Attributes are a JSON object; got "):
        Agent.from_dict(given)  # type: ignore[arg-type]
