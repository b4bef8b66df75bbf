"""A large centre: 200 queues and 1,000 workers cost as many requests as there are changes, and little to compare."""

from __future__ import annotations

import asyncio
from typing import Any

from twilio.rest import Client

from taskrouter_kit import AsyncTaskRouter, Filter, Target, TaskQueue, TaskRouter, Worker, Workflow, Workspace, worker
from taskrouter_kit import task as any_task
from taskrouter_kit.client import Limits, RetryPolicy
from taskrouter_kit.emulator import Backend, InProcessHttpClient

queues = [TaskQueue(f"Cola № {n}", worker.integer("level") > n) for n in range(200)]
filters = [Filter(f"Nivel {n}", any_task.integer("level") == n, [Target(queues[n])]) for n in range(200)]
large = Workspace(
    "Große Zentrale 大",
    task_queues=queues,
    workflows=[Workflow("Alles", filters, queues[0])],
    workers=[Worker(f"Ågent {n}", {"level": n, "name": "李"}) for n in range(1_000)],
)


class Counting(InProcessHttpClient):
    """Counts requests by method."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self.counts: dict[str, int] = {}

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        self.counts[method] = self.counts.get(method, 0) + 1
        return super().request(method, url, *rest, **more)


def test_requests_follow_from_changes() -> None:
    """One write for each change; comparing reads pages, not things."""
    backend = Backend()
    front = Counting(backend)
    account = Client("AC" + "0" * 32, "token", http_client=front, environment={"_": ""})
    taskrouter = TaskRouter(account, policy=RetryPolicy(limits=Limits.off()))
    plan = taskrouter.plan(large)
    assert (len(plan), front.counts) == (1_202, {"GET": 1})
    taskrouter.apply(plan)
    assert front.counts["POST"] == 1_202
    front.counts.clear()
    assert not taskrouter.plan(large)
    assert front.counts == {"GET": 6}  # workspaces, activities, channels, queues, workflows, workers: a page each


def test_the_asynchronous_twin_does_the_same() -> None:
    """Planned, applied, and planned again: no changes; what one face made the other finds."""

    async def run() -> None:
        small = Workspace("Klein", task_queues=queues[:2], workers=[Worker("Zoë", capacity={"voice": 2})])
        async with AsyncTaskRouter.local() as taskrouter:
            plan = await taskrouter.plan(small)
            assert [change.kind for change in plan] == [
                *("Workspace", "TaskQueue", "TaskQueue", "Worker", "WorkerChannel")
            ]
            assert len((await taskrouter.apply(plan)).done) == 5
            assert not await taskrouter.plan(small)

    asyncio.run(run())
