"""Columns: what each kind offers, what it prints in each place, and what is refused when it is built."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from taskrouter_kit import (
    Attr,
    Facts,
    TaskAttributes,
    WorkerAttributes,
    attribute,
    check,
    clock,
    clock_facts,
    evaluate,
    every_worker,
    no_worker,
    parse,
    task,
    worker,
    workers,
)
from taskrouter_kit.errors import InvalidDeclaration, InvalidName, NotNegatable
from taskrouter_kit.expr._condition import Condition


class Tier(str, Enum):
    GOLD = "gold"
    BASIC = "basic"


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    level: Attr[int]
    rate: Attr[float]
    team: Attr[Literal["a", "b"]]
    tier: Attr[Tier]
    away: Attr[bool]
    levels: Attr[dict[str, int]]
    ports: Attr[list[int]]
    consents: Attr[dict[str, bool]]
    channels: Attr[dict[str, list[str]]]
    rosters: Attr[list[dict[str, str]]]


class Call(TaskAttributes):
    language: Attr[str]
    level: Attr[int]
    tags: Attr[list[str]]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Agent.skills.has("es"), 'skills HAS "es"'),
        (Agent.skills[0] == "es", 'skills[0] == "es"'),
        (Agent.level >= 3, "level >= 3"),
        (Agent.rate < 2.5, "rate < 2.5"),
        (Agent.team == "a", 'team == "a"'),
        (Agent.tier == Tier.GOLD, 'tier == "gold"'),
        (Agent.away != True, "away != true"),  # noqa: E712
        (Agent.team.in_(["a", "b"]), 'team IN ["a", "b"]'),
        (Agent.team.not_in([]), "team NOT IN []"),
        (Agent.levels["billing"] > 3, "levels.billing > 3"),
        (Agent.ports.has(8080), "ports HAS 8080"),
        (Agent.consents["recording"] == True, "consents.recording == true"),  # noqa: E712
        (Agent.channels["voice"].has("billing"), 'channels.voice HAS "billing"'),
        (Agent.team.is_null(), "team == null"),
        (Agent.team == None, "team == null"),  # noqa: E711
        (Agent.team.is_not_null(), "team != null"),
        (Call.language.contains("en"), 'language CONTAINS "en"'),
        (Agent.skills.has(Call.language), "worker.skills HAS task.language"),
        (Agent.level > Call.level, "worker.level > task.level"),
        (Call.language.not_in(Agent.skills), "task.language NOT IN worker.skills"),
        (worker.array("routing.skills").has("x") & (worker.number("routing.levels.x") >= 3),
         'routing.skills HAS "x" AND routing.levels.x >= 3'),
        (task.text("department") == "billing", 'department == "billing"'),
        (worker.channel("voice").assigned_tasks == 0, "channel.voice.assigned_tasks == 0"),
        (worker.sid.not_in(task.array("left_out")), "worker.sid NOT IN task.left_out"),
        (workers.available == 0, "workers.available == 0"),
        (workers.activity("WA" + "0" * 32) > 1, f"workers.WA{'0' * 32} > 1"),
        (every_worker(), "1==1"),
        (no_worker(), "1==0"),
    ],
)  # fmt: skip
def test_what_is_written_in_python_is_what_twilio_reads(condition: Condition, text: str) -> None:
    """Each operator in its canonical form; prefixes only where two scopes meet."""
    assert str(condition) == text


def test_the_place_decides_the_prefix() -> None:
    """The same condition prints as its place needs it."""
    condition = Agent.level > 5
    assert str(condition.placed("target_workers")) == "level > 5"
    assert str(condition.placed("target")) == "worker.level > 5"


def test_conditions_are_values() -> None:
    """Equal by structure, hashable, picklable, unchangeable, and without a truth value."""
    one, other = Agent.level > 5, worker.number("level") > 5
    assert one == other
    assert len({one, other}) == 1
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(TypeError, match=r"& \| ~"):
        bool(one)
    with pytest.raises(AttributeError):
        one.node = other.node  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "proposal"),
    [("skill-level", "skill_level"), ("1st", "_1st"), ("has", "has_"), ("größe", "gr_e"), ("a b", "a_b")],
)
def test_names_are_checked_when_built(name: str, proposal: str) -> None:
    """A name that expressions cannot refer to is refused, with one that they can."""
    with pytest.raises(InvalidName) as refused:
        worker.text(name)
    assert f"hint: call the attribute '{proposal}'" in str(refused.value)


def test_an_index_beyond_all_lists_is_no_name() -> None:
    """Thousands of digits end in the same error."""
    with pytest.raises(InvalidName):
        worker.text(f"phones[{'9' * 5000}]")


def test_the_hyphen_has_its_own_sentence() -> None:
    """The commonest of all mistakes is named."""
    with pytest.raises(InvalidName) as refused:
        worker.array("routing.skill-level")
    assert str(refused.value) == (
        "TaskRouter's expressions cannot refer to a name with a hyphen: 'skill-level'. [invalid-name]\n"
        "  at routing.skill-level\n"
        "  hint: call the attribute 'skill_level'"
    )


def test_has_is_not_on_a_text() -> None:
    """HAS looks inside lists; a text column does not offer it."""
    with pytest.raises(AttributeError, match="has"):
        worker.text("department").has("billing")  # type: ignore[attr-defined]


def test_in_needs_a_list() -> None:
    """A text is not a list of its letters."""
    with pytest.raises(InvalidDeclaration, match="IN looks inside a list; got 'ab'"):
        Agent.team.in_("ab")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (lambda: Agent.level >= "three", "worker.level is a number; >= does not compare it with 'three'."),
        (lambda: Agent.level == True, "worker.level is a number; == does not compare it with True."),  # noqa: E712
        (lambda: Agent.level > None, "worker.level is a number; > does not compare it with None."),
        (lambda: Agent.team == 1, "worker.team is a text; == does not compare it with 1."),
        (lambda: Agent.team.in_(["a", 1]), "worker.team is a text; IN does not compare it with ['a', 1]."),
        (
            lambda: Agent.tier == Agent.level,
            "worker.tier is a text; == does not compare it with <Integer worker.level>.",
        ),
        (
            lambda: Agent.team == Agent.skills,
            "worker.team is a text; == does not compare it with <Texts worker.skills>.",
        ),
        (lambda: Agent.away == 1, "worker.away is a flag; == does not compare it with 1."),
        (lambda: Agent.skills.has(3), "worker.skills is a list of texts; HAS does not compare it with 3."),
        (lambda: Agent.ports.has("http"), "worker.ports is a list of numbers; HAS does not compare it with 'http'."),
        (
            lambda: worker.number("level") == float("nan"),
            "A constant is a text, a finite number, a flag or null; got the number nan.",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_when_built(written: Callable[[], object], message: str) -> None:
    """What the type checkers refuse is refused without one, too."""
    with pytest.raises(InvalidDeclaration) as refused:
        written()
    assert refused.value.diagnostics[0].message == message


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (lambda: Agent.skills == "es", "<Texts worker.skills> has no == and no !="),
        (lambda: Agent.levels != 3, "<IntegerMap worker.levels> has no == and no !="),
        (lambda: Agent.skills["es"], r"The elements of a list have numbers; worker.skills\['es'\] is none."),
        (lambda: Agent.levels[0], r"The members of an object have names; worker.levels\[0\] is none."),
    ],
)
def test_lists_and_maps_are_looked_into(written: Callable[[], object], message: str) -> None:
    """A comparison with a whole list is no condition, and not a silent False either."""
    with pytest.raises(TypeError, match=message):
        written()


def test_workers_are_ordered_by_workers() -> None:
    """An attribute of the task is no sort key."""
    with pytest.raises(InvalidDeclaration, match=r"Workers are ordered by attributes of workers; task.level is none."):
        Call.level.desc()  # type: ignore[misc]


def test_what_no_expression_can_look_at_has_no_column() -> None:
    """A list of objects can be stored, and not asked about."""
    with pytest.raises(InvalidDeclaration, match=r"cannot look at 'rosters'"):
        Agent.rosters


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (~(Agent.level > 3), "level <= 3"),
        (~(Agent.level == 3), "level != 3"),
        (~Agent.team.in_(["a"]), 'team NOT IN ["a"]'),
        (~((Agent.level > 3) & (Agent.team == "a")), 'level <= 3 OR team != "a"'),
        (~((Agent.level > 3) | (Agent.team == "a")), 'level <= 3 AND team != "a"'),
        (~~(Agent.level > 3), "level > 3"),
    ],
)
def test_negation_is_rewritten(condition: Condition, text: str) -> None:
    """TaskRouter has no NOT: comparisons flip, AND and OR change places."""
    assert str(condition) == text


def test_what_has_no_negation_says_so() -> None:
    """HAS and CONTAINS cannot be negated; both are reported at once."""
    with pytest.raises(NotNegatable) as refused:
        ~(Agent.skills.has("es") | Call.language.contains("en"))
    assert [finding.rule for finding in refused.value.diagnostics] == ["not-negatable", "not-negatable"]
    assert 'TaskRouter has no negation of HAS: skills HAS "es".' in str(refused.value)


UTC = timezone.utc


def test_a_window_of_the_day() -> None:
    """From start until before end; over midnight with OR."""
    assert str(clock.between(time(9, 30, tzinfo=UTC), time(17, tzinfo=UTC))) == (
        "taskrouter.currentTime >= 930 AND taskrouter.currentTime < 1700"
    )
    assert str(clock.between(time(22, tzinfo=UTC), time(6, tzinfo=UTC))) == (
        "taskrouter.currentTime >= 2200 OR taskrouter.currentTime < 600"
    )
    assert str(clock.between(time(22, tzinfo=UTC), time(0, tzinfo=UTC))) == "taskrouter.currentTime >= 2200"
    assert str(clock.between(time(0, tzinfo=UTC), time(6, tzinfo=UTC))) == "taskrouter.currentTime < 600"
    assert str(clock.day_of_week.in_(["Sat", "Sun"])) == 'taskrouter.dayOfWeek IN ["Sat", "Sun"]'
    assert str(clock.current_time >= 2200) == "taskrouter.currentTime >= 2200"
    assert str(clock.current_hour == 8) == "taskrouter.currentHour == 8"
    assert str(clock.current_min < 30) == "taskrouter.currentMin < 30"


@given(st.times(), st.times(), st.times())
def test_a_window_holds_its_start_and_not_its_end(start: time, end: time, now: time) -> None:
    """A moment is inside where it lies between start and end, over midnight too; the checker has nothing to say."""
    start, end, now = (each.replace(second=0, microsecond=0, tzinfo=UTC) for each in (start, end, now))
    assume(start != end)
    window = clock.between(start, end)
    inside = start <= now < end if start < end else now >= start or now < end
    facts = Facts(clock=clock_facts(datetime.combine(date(2024, 6, 3), now)))
    assert evaluate(window, facts=facts) is inside
    assert check(window, place="filter") == []


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [
        (time(9), time(17, tzinfo=UTC), "naive-time"),
        (time(9, tzinfo=timezone(timedelta(hours=1))), time(17, tzinfo=UTC), "not-utc"),
        (time(9, 0, 30, tzinfo=UTC), time(17, tzinfo=UTC), "part-of-a-minute"),
        (time(9, tzinfo=UTC), time(9, tzinfo=UTC), "empty-window"),
        ("09:00", time(17, tzinfo=UTC), "wrong-type"),
        (time(9, tzinfo=UTC), datetime(2024, 6, 3, 17, tzinfo=UTC), "wrong-type"),
    ],
)
def test_times_that_the_service_does_not_have(start: Any, end: Any, rule: str) -> None:
    """A naive or zoned time, a part of a minute, an empty window, no time at all: each one clear error."""
    with pytest.raises(InvalidDeclaration) as refused:
        clock.between(start, end)
    assert [finding.rule for finding in refused.value.diagnostics] == [rule]


@pytest.mark.parametrize(
    "text", ['x == ["a"]', "x != []", 'x IN "a"', "x NOT IN null", '["a"] IN x', "x < null", "true >= x", "[1] < x"]
)
def test_what_is_false_in_either_form_is_not_negated(text: str) -> None:
    """A flip that is never true either would be a negation in name only."""
    condition = parse(text, place="filter")
    with pytest.raises(NotNegatable, match="is never true, and"):
        ~condition
    for value in (None, 1, "a", True, [], ["a"], {}):
        assert not evaluate(condition, task={"x": value})


def test_a_set_is_written_in_one_order() -> None:
    """Its own order is another one in every process, and would be a change at each deployment."""
    assert str(worker.text("x").in_({"c", "a", "b"})) == 'x IN ["a", "b", "c"]'  # type: ignore[call-overload]
    assert str(worker.text("x").in_(dict.fromkeys("cab").keys())) == 'x IN ["c", "a", "b"]'  # type: ignore[call-overload]


def _declared(name: Any) -> type:
    return type("Agent", (WorkerAttributes,), {"__annotations__": {"x": Attr[str]}, "x": attribute(name=name)})


@pytest.mark.parametrize("make", [worker.text, worker.channel, _declared])
@pytest.mark.parametrize("name", [5, b"skills", ["skills"]])
def test_a_name_is_a_text(make: Callable[[Any], object], name: Any) -> None:
    """Of a path, a channel and an attribute."""
    with pytest.raises(InvalidName, match="An attribute's name is a text; got a "):
        make(name)
