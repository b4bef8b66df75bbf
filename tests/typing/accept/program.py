"""A whole program: credentials, walks, pages, statistics, the asynchronous twin, adapters of callbacks, and a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import assert_type

from taskrouter_kit import (
    AsyncTaskRouter,
    Attr,
    Diagnostic,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    TaskRouter,
    WorkerAttributes,
    Workflow,
    Workspace,
    every_worker,
    evolve,
    parse,
    task,
    worker,
)
from taskrouter_kit.callbacks import Callbacks, Reply
from taskrouter_kit.client import AsyncLiveWorkspace, AsyncPager, LiveWorkspace, Page, Pager
from taskrouter_kit.deploy import Applied, Change, Plan
from taskrouter_kit.errors import Conflict, NotFound, OutcomeUnknown, RateLimited, ServiceError, StaleVersion
from taskrouter_kit.models import ActivitySid, TaskResource, TaskSid, WorkerResource, WorkerSid
from taskrouter_kit.testing import Emulator, Routed


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    level: Attr[int]


class Call(TaskAttributes):
    language: Attr[str]


pool = TaskQueue("Pool", every_worker())
spanish = Filter("Spanish", Call.language == "es", [Target(pool, Agent.level >= 2, timeout=timedelta(minutes=1))])
main = Workflow("Main", [spanish], pool, task_reservation_timeout=30)
center = Workspace("Center", task_queues=[pool], workflows=[main])

assert_type(main.configuration(), str)
assert_type(Workflow.from_configuration(main.configuration(), queues=[pool]), Workflow)
TaskQueue("By path", worker.array("skills").has("billing") & (worker.number("levels.billing") >= 3))
TaskQueue("From text", parse('skills HAS "billing"', place="target_workers"))
Filter("Null", task.text("department").is_null(), [Target(pool)])


def deploy(taskrouter: TaskRouter) -> None:
    plan = taskrouter.plan(center)
    assert_type(plan, Plan)
    for change in plan:
        assert_type(change, Change)
    for note in plan.notes:
        assert_type(note, Diagnostic)
    assert_type(taskrouter.apply(plan), Applied)


def run() -> None:
    with TaskRouter.from_env() as taskrouter:
        live = taskrouter.workspace("Center")
        assert_type(live, LiveWorkspace)
        made = live.tasks.create(Call(language="es"), workflow="Main", priority=10, timeout=timedelta(hours=1))
        assert_type(made.sid, TaskSid)
        assert_type(made, TaskResource[Call])
        agents = live.workers.list(Agent, where=Agent.skills.has("billing"))
        assert_type(agents, Pager[WorkerResource[Agent]])
        for agent in agents:
            assert_type(agent.sid, WorkerSid)
            assert_type(agent.activity_sid, ActivitySid)
            assert_type(agent.attributes.skills, list[str])
        for page in live.workers.list(Agent).pages():
            assert_type(page, Page[WorkerResource[Agent]])
            assert_type(page.next_token, "str | None")
            live.workers.list(Agent, after=page.next_token)
        live.workers.patch_attributes("Alice", Agent, lambda agent: evolve(agent, level=agent.level + 1))
        assert_type(live.task_queues.statistics("Pool").realtime.tasks_by_status.pending, int)
        assert_type(live.tasks.update(made, priority=3), TaskResource[Call])
        assert_type(live.tasks.update("WT" + "0" * 32, attributes=Call(language="de")), TaskResource[Call])
        assert_type(live.tasks.update("WT" + "0" * 32, priority=3), TaskResource[Any])
        assert_type(
            live.workers.update(live.workers.fetch("Alice", Agent), activity="Available"), WorkerResource[Agent]
        )
        assert_type(live.workers.update("Alice", activity="Available"), WorkerResource[Any])
        ended = live.tasks.finish(made)
        assert_type(ended, "TaskResource[Call] | None")
        assert_type(live.tasks.complete("WT" + "0" * 32), "TaskResource[Any] | None")
        assert_type(live.tasks.list(Call, where=Call.language == "es", locally=True), Pager[TaskResource[Call]])
        assert_type(live.tasks.list(), Pager[TaskResource[Mapping[str, Any]]])
        try:
            live.tasks.fetch(made)
        except (NotFound, Conflict, StaleVersion, RateLimited, OutcomeUnknown) as error:
            tell(error)


def tell(error: ServiceError) -> None:
    assert_type(error.status, "int | None")
    assert_type(error.code, "int | None")


async def arun() -> None:
    async with AsyncTaskRouter.from_env() as taskrouter:
        live = taskrouter.workspace("Center")
        assert_type(live, AsyncLiveWorkspace)
        assert_type(await taskrouter.plan(center), Plan)
        made = await live.tasks.create(Call(language="es"), workflow="Main")
        assert_type(made, TaskResource[Call])
        assert_type(await live.tasks.wait_until(made, "assigned", deadline=9), "TaskResource[Call] | None")
        assert_type(live.tasks.list(Call), AsyncPager[TaskResource[Call]])
        assert_type(live.workers.list(Agent), AsyncPager[WorkerResource[Agent]])
        async for agent in live.workers.list(Agent):
            assert_type(agent.attributes.level, int)
            assert_type(agent.date_created, datetime)
        async for page in live.workers.list(Agent).pages():
            assert_type(page.items[0].attributes.level, int)


def adapters(callbacks: Callbacks, headers: dict[str, str], body: bytes) -> None:
    callbacks.asgi()
    callbacks.wsgi()
    assert_type(callbacks.handle("https://support.example/taskrouter", headers, body), Reply)


def test_it(taskrouter_emulator: Emulator) -> None:
    live = taskrouter_emulator.deploy(center)
    assert_type(live, LiveWorkspace)
    made = live.tasks.create(Call(language="es"), workflow="Main")
    routed = taskrouter_emulator.route(made)
    assert_type(routed, Routed)
    assert_type(routed.worker, "str | None")
    taskrouter_emulator.advance(seconds=31)
