"""The declared contact centre, and a program that uses it."""

from datetime import timedelta
from typing import Literal

from taskrouter_kit import (
    Activity,
    Attr,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    TaskRouter,
    Worker,
    WorkerAttributes,
    Workflow,
    Workspace,
    evolve,
    every_worker,
    task,
    worker,
    workers,
)
from taskrouter_kit.deploy import Plan
from taskrouter_kit.models import TaskResource, WorkerResource
from typing_extensions import assert_type


class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "technical"]]]
    languages: Attr[list[str]]
    experience: Attr[int]


class Call(TaskAttributes):
    department: Attr[str]
    language: Attr[str]
    agent_sid: Attr[str]


available = Activity("Available", available=True)
billing = TaskQueue("Billing", Agent.skills.has("billing") & (Agent.experience > 5))
untyped = TaskQueue("Untyped", worker.array("skills").has("billing"))
everyone = TaskQueue("Default", every_worker())
routing = Workflow(
    "Routing",
    [
        Filter(
            "Billing",
            Call.department == "billing",
            [
                Target(billing, known_worker_sid=Call.agent_sid, timeout=timedelta(seconds=5)),
                Target(billing, Call.language.in_(Agent.languages), timeout=60, order_by=Agent.experience.desc()),
                Target(billing, skip_if=workers.available == 0, order_by=[Agent.experience.desc()], timeout=60),
                Target(everyone),
            ],
        ),
        Filter(None, task.text("department") == "x", [Target(untyped)]),
    ],
    everyone,
    task_reservation_timeout=timedelta(seconds=30),
)
center = Workspace(
    "Center",
    activities=[available],
    default_activity=available,
    task_queues=[billing, untyped, everyone],
    workflows=[routing],
    workers=[
        Worker("Alice", Agent(skills=["billing"], languages=["es"], experience=6), activity=available),
        Worker("Bob", {"skills": ["technical"]}, capacity={"voice": 1}),
    ],
)


def use(taskrouter: TaskRouter) -> None:
    assert_type(taskrouter.plan(center), Plan)
    taskrouter.apply(center)
    live = taskrouter.workspace("Center")
    call = live.tasks.create(Call(department="b", language="es", agent_sid="WK"), workflow="Routing")
    assert_type(call, TaskResource[Call])
    assert_type(call.attributes.language, str)
    for agent in live.workers.list(Agent, where=Agent.skills.has("billing")):
        assert_type(agent, WorkerResource[Agent])
        assert_type(agent.friendly_name, str)
        assert_type(agent.attributes.skills, list[Literal["billing", "technical"]])
    live.workers.patch_attributes("Alice", Agent, lambda a: evolve(a, experience=a.experience + 1))
    live.workers.update("Alice", activity=available)
