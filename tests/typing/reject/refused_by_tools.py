"""What the tools of the language refuse."""

# fmt: off
from enum import Enum
from typing import Literal

from taskrouter_kit import (
    Attr,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    WorkerAttributes,
    check,
    compile_condition,
    evaluate,
    every_worker,
    parse,
    worker,
)
from taskrouter_kit.expr import sort_workers


class Tier(str, Enum):
    GOLD = "gold"


class Routing(WorkerAttributes):
    levels: Attr[dict[str, int]]


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    level: Attr[int]
    tier: Attr[Tier]
    team: Attr[Literal["a", "b"]]
    nickname: Attr[str | None]
    routing: Attr[Routing]


class Call(TaskAttributes):
    language: Attr[str]
    number: Attr[int]


queue = TaskQueue("q", every_worker())
skilled = Agent.skills.has("billing")

parse("a == 1", place="somewhere")  # E: call-overload / reportArgumentType+reportCallIssue
parse(5, place="filter")  # E: call-overload / reportArgumentType+reportCallIssue
check(skilled, worker=Call)  # E: arg-type / reportArgumentType
check("skills HAS 1")  # E: arg-type / reportArgumentType
evaluate(skilled, worker="Alice")  # E: arg-type / reportArgumentType
compile_condition("level > 3")  # E: arg-type / reportArgumentType
compile_condition(skilled)("Alice")  # E: arg-type / reportArgumentType
sort_workers([Agent.skills], ["a"], attributes=lambda name: {})  # E: list-item / reportArgumentType
Agent.routing.levels[3]  # E: index / reportArgumentType
Agent.routing.nothing  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
Agent.routing.levels["a"].has(1)  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
TaskQueue("q", Agent.tier == "silver")  # E: arg-type / reportArgumentType
Agent.team.in_(["c"])  # E: list-item / reportArgumentType+reportCallIssue
Agent.nickname > 3  # E: operator / reportOperatorIssue
TaskQueue("q", parse("a == 1", place="filter"))  # E: arg-type / reportArgumentType
Filter("f", parse("a == 1", place="target_workers"), [Target(queue)])  # E: arg-type / reportArgumentType
Target(queue, skip_if=parse("a == 1", place="filter"))  # E: arg-type / reportArgumentType
Target(queue, order_by="worker.level DESC")  # E: arg-type / reportArgumentType
Target(queue, known_worker_sid=Call.number)  # E: arg-type / reportArgumentType
worker.number("level").desc()  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
