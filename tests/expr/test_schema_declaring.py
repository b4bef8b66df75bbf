"""What a class may declare: every form that people write works, or is one error where it is declared."""

from __future__ import annotations

import sys
import typing
from typing import Annotated, Any, ClassVar, Final, Literal, NewType

import pytest
from typing_extensions import TypeAliasType

from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes, attribute, evolve
from taskrouter_kit import Attr as Column
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration, InvalidName

#: The same, for types that no type checker can read.
ATTR: Any = Attr


class Skill(WorkerAttributes):
    name: Attr[str]
    level: Attr[int]


class Skilled(WorkerAttributes):
    skills: Attr[list[Skill]] = attribute(default=[])
    by_name: Attr[dict[str, Skill]] = attribute(default={})
    languages: Attr[list[str]] = attribute(default=["en"])


class Placed(WorkerAttributes):
    team: Attr[Literal["north", "south"]]


class Agent(Skilled, Placed):
    badge: Attr[str | int]
    home: Attr["Home | None"] = attribute(default=None)  # noqa: UP037
    deputy: "Attr[Agent | None]" = attribute(default=None)  # noqa: UP037
    desk: Column[Annotated[str, "where they sit"]] = attribute(default="")
    rooms: ClassVar[int] = 3
    floors: Final = 2


class Home(WorkerAttributes):
    city: Attr[str]


def declared(annotation: object, default: object = ...) -> type[WorkerAttributes]:
    body: dict[str, Any] = {"__annotations__": {"x": annotation}, "__module__": __name__}
    return type("Agent", (WorkerAttributes,), {**body, **({} if default is ... else {"x": attribute(default=default)})})


def problems(error: pytest.ExceptionInfo[InvalidDeclaration]) -> list[tuple[str, str | None]]:
    return [(each.rule, each.where.path) for each in error.value.diagnostics]


def test_attributes_of_every_base_are_there() -> None:
    """A schema put together from several has the attributes of all, as columns and as values."""
    agent = Agent(team="north", badge=7)
    assert (agent.team, agent.languages, agent.badge) == ("north", ["en"], 7)
    assert str((Agent.team == "north") & Agent.languages.has("en")) == 'team == "north" AND languages HAS "en"'


def test_the_nearer_declaration_counts() -> None:
    """As with every other name of a class, through diamonds too."""

    class Wider(Placed):
        team: Attr[Literal["north", "south", "west"]]  # type: ignore[assignment]

    class Both(Wider, Placed):
        pass

    assert Both(team="west").team == "west"


def test_annotations_may_be_quoted_aliased_and_annotated() -> None:
    """Whatever way of writing the type checkers take."""
    agent = Agent.from_dict(
        {"team": "south", "badge": "7a", "home": {"city": "Ulm"}, "deputy": {"team": "north", "badge": 1}}
    )
    assert agent.home is not None
    assert agent.home.city == "Ulm"
    assert str(Agent.deputy.home.city == "Ulm") == 'deputy.home.city == "Ulm"'
    assert str(Agent.desk.contains("window")) == 'desk CONTAINS "window"'


Team = TypeAliasType("Team", Literal["north", "south"])
BadgeNumber = NewType("BadgeNumber", str)


class Named(WorkerAttributes):
    team: Attr[Team]
    teams: Attr[list[Team] | None]
    badge: Attr[BadgeNumber]
    badges: Attr[dict[str, BadgeNumber]]


def test_named_types_are_what_they_name() -> None:
    """A type statement and a NewType say no more about the document than what they stand for."""
    named = Named.from_dict({"team": "north", "teams": ["south"], "badge": "7", "badges": {"a": "8"}})
    assert (named.team, named.teams, named.badge, named.badges) == ("north", ["south"], "7", {"a": "8"})
    assert str((Named.team == "south") & (Named.badges["a"] == "8")) == 'team == "south" AND badges.a == "8"'
    with pytest.raises(InvalidAttributes):
        evolve(named, team="west")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement came with Python 3.12")
def test_a_type_statement_names_a_type() -> None:
    """Also the one that Python itself reads."""
    names: dict[str, Any] = {"Literal": Literal}
    exec("type Team = Literal['a', 'b']; type Teams = list[Team]", names)
    assert declared(ATTR[names["Team"]])(x="a").to_dict() == {"x": "a"}
    assert declared(ATTR[names["Teams"]])(x=["b"]).to_dict() == {"x": ["b"]}
    with pytest.raises(InvalidAttributes):
        declared(ATTR[names["Teams"]])(x=["c"])


def test_schemas_may_stand_in_lists_and_maps() -> None:
    """They are read, checked and written back; a misfit is named by its path."""
    document: dict[str, Any] = {
        "skills": [{"name": "billing", "level": 3}],
        "by_name": {"a": {"name": "a", "level": 1}},
    }
    agent = Agent.from_dict({**document, "team": "north", "badge": "x"})
    assert agent.skills[0].level == 3
    assert agent.by_name["a"].name == "a"
    assert {key: agent.to_dict()[key] for key in document} == document
    with pytest.raises(InvalidAttributes) as caught:
        Agent.from_dict({"skills": [{"name": "billing"}], "team": "north", "badge": 2.5})
    assert [(each.where.path, each.message) for each in caught.value.diagnostics] == [
        ("$.skills[0].level", "'skills' does not fit: Skill needs 'level'."),
        ("$.badge", "'badge' does not fit: expected a text or a whole number, got a number."),
    ]


def test_a_default_is_nobody_elses() -> None:
    """Changing a list that one instance got as a default changes no other one."""
    one = Skilled()
    one.languages.append("de")
    read = Skilled.from_dict({})
    read.languages.append("fr")
    assert Skilled().languages == Skilled.from_json("{}").languages == ["en"]


@pytest.mark.parametrize(
    ("annotation", "default"),
    [(Attr[int], "3"), (Attr[str], None), (Attr[list[str]], "en"), (Attr[Literal["a"]], "b"), (Attr[Skill], {})],
)
def test_a_default_is_of_its_kind(annotation: object, default: object) -> None:
    """What no document may hold stands in no schema as a default either."""
    with pytest.raises(InvalidDeclaration) as caught:
        declared(annotation, default)()
    assert set(problems(caught)) == {("default-misfit", "Agent.x")}


def test_bare_lists_and_objects_hold_anything() -> None:
    """Also as the typing module spells them."""
    lists, objects = (list, vars(typing)["List"]), (dict, vars(typing)["Dict"])
    kind: Any
    for kind in lists:
        assert declared(ATTR[kind])(x=[1, "a"]).to_dict() == {"x": [1, "a"]}
    for kind in objects:
        assert declared(ATTR[kind])(x={"a": []}).to_dict() == {"x": {"a": []}}


@pytest.mark.parametrize("annotation", [Attr[set[str]], Attr[dict[int, str]], Attr[bytes], Attr[list[object]]])
def test_what_json_cannot_hold_is_refused(annotation: object) -> None:
    """Once, where it is declared; not with every value."""
    with pytest.raises(InvalidDeclaration) as caught:
        declared(annotation)()
    assert problems(caught) == [("unusable-annotation", "Agent.x")]


@pytest.mark.parametrize("annotation", [list[str], "list[str]", "Attr", Attr, Attr[str] | None])
def test_a_forgotten_attr_is_named(annotation: object) -> None:
    """The type checkers take it for an attribute, so it is not left out in silence."""
    with pytest.raises(InvalidDeclaration) as caught:
        declared(annotation)
    assert problems(caught) == [("plain-annotation", "Agent.x")]


def test_names_that_every_schema_has_are_refused() -> None:
    """They would take the place of methods; the document may well use them."""
    with pytest.raises(InvalidDeclaration) as caught:

        class Wrong(TaskAttributes):
            extra: Attr[str]  # type: ignore[assignment]
            to_dict: Attr[str]  # type: ignore[assignment]

    assert problems(caught) == [("taken-name", "Wrong.extra"), ("taken-name", "Wrong.to_dict")]

    class Right(TaskAttributes):
        extra_: Attr[str] = attribute(name="extra")

    assert Right(extra_="x").to_dict() == {"extra": "x"}


def test_names_in_the_document_are_there_once() -> None:
    """Two attributes of one name would overwrite each other; a name cannot be empty."""
    with pytest.raises(InvalidDeclaration) as caught:

        class Twice(TaskAttributes):
            one: Attr[str] = attribute(name="x")
            other: Attr[str] = attribute(name="x")

    assert problems(caught) == [("attribute-twice", "Twice.one"), ("attribute-twice", "Twice.other")]
    with pytest.raises(InvalidName):

        class Nameless(TaskAttributes):
            one: Attr[str] = attribute(name="")
