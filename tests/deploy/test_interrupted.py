"""A deployment that is interrupted anywhere, before or after a request, is finished by the next one."""

from __future__ import annotations

from typing import Any

import pytest
from support_center import center
from twilio.rest import Client

from taskrouter_kit import TaskRouter
from taskrouter_kit.emulator import Backend, InProcessHttpClient
from taskrouter_kit.errors import ApplyStopped
from taskrouter_kit.testing import Emulator, FaultRule


class Interrupted(InProcessHttpClient):
    """Ctrl-C at the *at*-th write: before it is sent, or when it was carried out and nobody knows."""

    def __init__(self, backend: Backend, at: int, *, after: bool) -> None:
        super().__init__(backend)
        self.left = at
        self.after = after

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        if method == "POST":
            self.left -= 1
            if self.left == 0:
                if self.after:
                    super().request(method, url, *rest, **more)
                raise KeyboardInterrupt
        return super().request(method, url, *rest, **more)


def client(front: InProcessHttpClient) -> TaskRouter:
    return TaskRouter(Client("AC" + "0" * 32, "token", http_client=front, environment={"_": ""}))


def contents(backend: Backend) -> dict[str, list[str]]:
    live = client(InProcessHttpClient(backend)).workspace("Support Center")
    return {
        "activities": sorted(each.friendly_name for each in live.activities.list()),
        "queues": [each.friendly_name for each in live.task_queues.list()],
        "workflows": [each.friendly_name for each in live.workflows.list()],
        "workers": [each.friendly_name for each in live.workers.list()],
    }


@pytest.fixture(scope="module")
def whole() -> dict[str, list[str]]:
    """What is there after a deployment that nobody interrupted."""
    backend = Backend()
    client(InProcessHttpClient(backend)).apply(center)
    return contents(backend)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_every_interruption_is_made_good(after: bool, whole: dict[str, list[str]]) -> None:
    """Whatever was done is found again by its name: nothing is left out, nothing is there twice."""
    at = 0
    while True:
        at += 1
        backend = Backend()
        try:
            client(Interrupted(backend, at, after=after)).apply(center)
        except KeyboardInterrupt:
            pass
        else:
            break
        again = client(InProcessHttpClient(backend))
        again.apply(center)
        assert not again.plan(center), at
        assert contents(backend) == whole, at
    assert at == 10  # nine writes, and a run that nobody interrupted


def test_a_stop_by_the_service_says_what_was_done_and_the_next_plan_goes_on() -> None:
    """The workflow does not get through: what came before it is there, a new plan has the rest."""
    emulator = Emulator()
    emulator.fault(FaultRule("503", operation="CreateWorkflow", count=1))
    plan = emulator.taskrouter.plan(center)
    with pytest.raises(ApplyStopped) as stopped:
        emulator.taskrouter.apply(plan)
    assert stopped.value.done[-1] == "created TaskQueue 'Default'"
    assert "The plan stopped at Workflow 'Support Routing'. Done before it: created Workspace" in str(stopped.value)
    rest = emulator.taskrouter.plan(center)
    assert [change.name for change in rest] == ["Support Routing", "Alice", "Alice/voice"]
    emulator.taskrouter.apply(rest)
    assert not emulator.taskrouter.plan(center)
    emulator.backend.close()
