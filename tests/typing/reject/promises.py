"""Each line is refused by both checkers, for one reason."""

# fmt: off
from typing import Literal

from taskrouter_kit import (
    Attr,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    TaskRouter,
    Worker,
    WorkerAttributes,
    clock,
    every_worker,
    worker,
    workers,
)


class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "technical"]]]
    languages: Attr[list[str]]
    department: Attr[str]
    experience: Attr[int]
    rate: Attr[float]
    team: Attr[Literal["a", "b"]]
    vip: Attr[bool]
    consents: Attr[dict[str, bool]]
    channels: Attr[dict[str, list[str]]]


class Call(TaskAttributes):
    department: Attr[str]
    level: Attr[int]


queue = TaskQueue("q", every_worker())

Agent.department.has("billing")  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
Agent.skills.has("biling")  # E: call-overload / reportArgumentType+reportCallIssue
Agent.languages.has(3)  # E: call-overload / reportArgumentType+reportCallIssue
Agent.skills < 3  # E: operator / reportOperatorIssue
Agent.experience >= "three"  # E: operator / reportOperatorIssue
Agent.department > 3  # E: operator / reportOperatorIssue
Agent.department.in_([1])  # E: list-item / reportArgumentType+reportCallIssue
Agent.vip.contains("x")  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
Agent.rate.desc()  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
Agent.nothing  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
TaskQueue("q", Call.department == "billing")  # E: arg-type / reportArgumentType
TaskQueue("q", Agent.team == "zzz")  # E: arg-type / reportArgumentType
TaskQueue("q", Agent.experience > Call.level)  # E: arg-type / reportArgumentType
Filter("f", Agent.languages.has("en"), [Target(queue)])  # E: arg-type / reportArgumentType
Filter("f", Call.department == 5, [Target(queue)])  # E: arg-type / reportArgumentType
Filter("f", not (Call.department == "x"), [Target(queue)])  # E: arg-type / reportArgumentType+reportGeneralTypeIssues
Target(queue, skip_if=Agent.experience > 3)  # E: arg-type / reportArgumentType
Target(queue, workers.available == 0)  # E: arg-type / reportArgumentType
Target(queue, order_by=Agent.department)  # E: arg-type / reportArgumentType
Target(queue, known_worker_sid=Agent.department)  # E: arg-type / reportArgumentType
TaskQueue("q", clock.day_of_week == "Mon")  # E: arg-type / reportArgumentType
TaskQueue("q", workers.available == 0)  # E: arg-type / reportArgumentType
Filter("f", workers.available == 0, [Target(queue)])  # E: arg-type / reportArgumentType
Target(queue, skip_if=Call.level > 3)  # E: arg-type / reportArgumentType
Target(queue, order_by=Call.level.desc())  # E: misc / reportAttributeAccessIssue+reportUnknownArgumentType+reportUnknownMemberType
workers.available.asc()  # E: misc / reportAttributeAccessIssue+reportUnknownMemberType
TaskQueue("q", Agent.consents["recording"] == "yes")  # E: arg-type / reportArgumentType
Agent.channels["voice"].has(3)  # E: call-overload / reportArgumentType+reportCallIssue
Target("Billing")  # E: arg-type / reportArgumentType
Agent(skills="billing", languages=[], department="", experience=1, rate=1, team="a", vip=True, consents={}, channels={})  # E: arg-type / reportArgumentType
Agent(skills=[], languages=[], department="", experience=1, rate=1, team="a", consents={}, channels={})  # E: call-arg / reportCallIssue
Agent(skills=[], languages=[], department="", experience=1, rate=1, team="a", vip=True, consents={}, channels={}, x=1)  # E: call-arg / reportCallIssue
Worker("Alice", Call(department="", level=1))  # E: arg-type / reportArgumentType
worker.text("department").has("x")  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
worker.array("skills") == "x"  # E: comparison-overlap / reportUnnecessaryComparison


# fmt: off
def use(taskrouter: TaskRouter) -> None:
    live = taskrouter.workspace("Center")
    live.tasks.create(Call(department="", level=1))  # E: call-overload / reportCallIssue
    live.workers.list(Agent, where=Call.department == "x")  # E: arg-type / reportArgumentType+reportCallIssue
    live.tasks.list(Call, where=Agent.vip == True)  # E: arg-type / reportArgumentType+reportCallIssue
    live.workers.fetch("Alice", Agent).attributes.nothing  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType
    live.tasks.create({}, workflow="w", timeout="1")  # E: call-overload / reportArgumentType+reportCallIssue
