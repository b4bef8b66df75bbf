"""What class and instance access are, and which conditions come out."""

from enum import Enum
from typing import Literal

from taskrouter_kit import (
    Attr,
    TaskAttributes,
    WorkerAttributes,
    attribute,
    clock,
    evolve,
    parse,
    task,
    worker,
    workers,
)
from taskrouter_kit.expr import Condition, OrderBy, OrderKey, QueueScope, TaskScope, WorkerScope
from taskrouter_kit.expr import (
    Flag,
    FlagMap,
    Integer,
    IntegerMap,
    Number,
    NumberMap,
    Numbers,
    Text,
    TextMap,
    Texts,
    TextsMap,
)
from typing_extensions import assert_type


class Tier(str, Enum):
    GOLD = "gold"


class Routing(WorkerAttributes):
    skills: Attr[list[str]]
    levels: Attr[dict[str, int]]


class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "technical"]]]
    languages: Attr[list[str]]
    department: Attr[str]
    experience: Attr[int]
    rate: Attr[float]
    vip: Attr[bool]
    ports: Attr[list[int]]
    team: Attr[Literal["a", "b"]]
    tier: Attr[Tier]
    consents: Attr[dict[str, bool]]
    channels: Attr[dict[str, list[str]]]
    nickname: Attr[str | None] = attribute(default=None)
    routing: Attr[Routing | None] = attribute(default=None)


class Call(TaskAttributes):
    department: Attr[str]
    language: Attr[str]
    skill: Attr[Literal["billing", "technical"]]
    level: Attr[int]


assert_type(Agent.skills, Texts[Literal["billing", "technical"], WorkerScope])
assert_type(Agent.languages, Texts[str, WorkerScope])
assert_type(Agent.nickname, Text[str | None, WorkerScope])
assert_type(Agent.team, Text[Literal["a", "b"], WorkerScope])
assert_type(Agent.tier, Text[Tier, WorkerScope])
assert_type(Agent.experience, Integer[WorkerScope])
assert_type(Agent.rate, Number[WorkerScope])
assert_type(Agent.vip, Flag[WorkerScope])
assert_type(Agent.ports, Numbers[WorkerScope])
assert_type(Agent.consents, FlagMap[WorkerScope])
assert_type(Agent.consents["recording"] == True, Condition[WorkerScope])  # noqa: E712
assert_type(Agent.channels, TextsMap[WorkerScope])
assert_type(Agent.channels["voice"].has("billing"), Condition[WorkerScope])
assert_type(Agent.routing.skills, Texts[str, WorkerScope])
assert_type(Agent.routing.levels, IntegerMap[WorkerScope])
assert_type(Agent.routing.levels["billing"] > 3, Condition[WorkerScope])

assert_type(Agent.skills.has("billing"), Condition[WorkerScope])
assert_type(Agent.skills.has(Call.skill), Condition[WorkerScope | TaskScope])
assert_type(Agent.skills.has(Call.department), Condition[WorkerScope | TaskScope])
assert_type(Call.language.in_(Agent.languages), Condition[TaskScope | WorkerScope])
assert_type(Agent.experience >= 3, Condition[WorkerScope])
assert_type(Agent.experience >= Call.level, Condition[WorkerScope | TaskScope])
assert_type(Agent.vip == True, Condition[WorkerScope])  # noqa: E712
assert_type(Agent.nickname == None, Condition[WorkerScope])  # noqa: E711
assert_type(Agent.nickname.is_null(), Condition[WorkerScope])
assert_type(Agent.team.in_(["a"]), Condition[WorkerScope])
assert_type(Agent.tier == Tier.GOLD, Condition[WorkerScope])
assert_type(~(Agent.experience > 3), Condition[WorkerScope])
assert_type((Agent.experience > 3) & (Call.level > 3), Condition[WorkerScope | TaskScope])
assert_type((Agent.experience > 3) | Agent.skills.has("billing"), Condition[WorkerScope])
assert_type(Agent.experience.desc(), OrderKey)

assert_type(worker.array("skills").has("billing"), Condition[WorkerScope])
assert_type(task.text("department") == "billing", Condition[TaskScope])
assert_type(worker.channel("voice").assigned_tasks == 0, Condition[WorkerScope])
assert_type(workers.available == 0, Condition[QueueScope])
assert_type(clock.day_of_week.in_(["Mon", "Tue"]), Condition[TaskScope])

assert_type(parse('skills HAS "x"', place="target_workers"), Condition[WorkerScope])
assert_type(parse("a == 1", place="filter"), Condition[TaskScope])
assert_type(parse("workers.available == 0", place="skip_if"), Condition[QueueScope])
assert_type(parse("worker.level DESC", place="order_by"), OrderBy)

alice = Agent(
    skills=["billing"],
    languages=["en"],
    department="support",
    experience=5,
    rate=1.5,
    vip=True,
    ports=[80],
    team="a",
    tier=Tier.GOLD,
    consents={},
    channels={},
)
assert_type(alice.skills, list[Literal["billing", "technical"]])
assert_type(alice.experience, int)
assert_type(alice.nickname, str | None)
assert_type(evolve(alice, experience=6), Agent)


class Maps(WorkerAttributes):
    tiers: Attr[dict[str, Tier]]
    teams: Attr[dict[str, Literal["a", "b"]] | None]
    abilities: Attr[dict[str, list[Tier]]]
    words: Attr[dict[str, list[str]] | None]
    flags: Attr[dict[str, bool] | None]
    rates: Attr[dict[str, float] | None]
    levels: Attr[dict[str, int] | None]
    desks: Attr[list[Routing]]
    badge: Attr[str | int]


assert_type(Maps.tiers, TextMap[WorkerScope])
assert_type(Maps.teams, TextMap[WorkerScope])
assert_type(Maps.abilities, TextsMap[WorkerScope])
assert_type(Maps.words, TextsMap[WorkerScope])
assert_type(Maps.flags, FlagMap[WorkerScope])
assert_type(Maps.rates, NumberMap[WorkerScope])
assert_type(Maps.levels, IntegerMap[WorkerScope])
maps = Maps(tiers={}, teams=None, abilities={}, words=None, flags={}, rates={}, levels={}, desks=[], badge=7)
assert_type(maps.tiers, dict[str, Tier])
assert_type(maps.desks, list[Routing])
assert_type(maps.badge, str | int)


class Both(Agent, Maps):
    pass


assert_type(Both.team, Text[Literal["a", "b"], WorkerScope])
assert_type(Both.flags["on"], Flag[WorkerScope])
