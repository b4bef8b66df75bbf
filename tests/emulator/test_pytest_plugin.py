"""The pytest plugin, and the emulator object that it hands out."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import (
    Activity,
    Attr,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    Worker,
    WorkerAttributes,
    Workflow,
    Workspace,
    every_worker,
)
from taskrouter_kit.testing import Emulator

ROOT = Path(__file__).resolve().parents[2]


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    department: Attr[str]


available, missed = Activity("Available", available=True), Activity("Missed a call", available=False)
billing, everyone = TaskQueue("Billing", Agent.skills.has("billing")), TaskQueue("Default", every_worker())
CENTER = Workspace(
    "Support Center",
    activities=[available, Activity("Offline", available=False), missed],
    timeout_activity=missed,
    task_queues=[billing, everyone],
    workflows=[
        Workflow(
            "Support Routing",
            filters=[Filter("Billing", Call.department == "billing", [Target(billing, timeout=60), Target(everyone)])],
            default=everyone,
            task_reservation_timeout=30,
        )
    ],
    workers=[Worker("Alice", Agent(skills=["billing"]), activity=available)],
)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


def test_the_promised_test(emulator: Emulator) -> None:
    """A deployed workspace routes a typed task to Alice; unanswered, she is `Missed a call`."""
    live = emulator.deploy(CENTER)
    task = live.tasks.create(Call(department="billing"), workflow="Support Routing")
    routed = emulator.route(task)
    assert (routed.worker, routed.queue, routed.filter, routed.status) == ("Alice", "Billing", "Billing", "reserved")
    assert "reservation.created     Alice" in routed.why
    emulator.advance(seconds=31)
    assert emulator.route(task).worker is None
    assert emulator.client.taskrouter.v1.workspaces.list()[0].friendly_name == "Support Center"
    (alice,) = emulator.client.taskrouter.v1.workspaces(live.sid).workers.list()
    assert alice.activity_name == "Missed a call"


def test_why_a_task_waits(emulator: Emulator) -> None:
    """The way of a waiting task names what keeps each worker from it."""
    live = emulator.deploy(CENTER)
    first = live.tasks.create(Call(department="billing"), workflow="Support Routing")
    second = live.tasks.create(Call(department="other"), workflow="Support Routing")
    assert emulator.route(first).worker == "Alice"
    routed = emulator.route(second)
    assert (routed.worker, routed.queue, routed.filter) == (None, "Default", None)
    assert "Alice has no capacity left on the channel default (1 of 1 in use)" in routed.why


def test_planning_again_finds_nothing(emulator: Emulator) -> None:
    """What was deployed needs no change."""
    emulator.deploy(CENTER)
    assert not emulator.taskrouter.plan(CENTER).changes


def test_save_and_load(emulator: Emulator) -> None:
    """A loaded emulator goes on where the saved one was, timers included."""
    live = emulator.deploy(CENTER)
    task = live.tasks.create(Call(department="billing"), workflow="Support Routing")
    other = Emulator()
    other.load(emulator.save())
    for each in (emulator, other):
        each.advance(31)
    assert other.route(task.sid) == emulator.route(task.sid)
    assert other.save() == emulator.save()


def test_a_task_that_is_gone(emulator: Emulator) -> None:
    """A task that does not exist is a LookupError that names it."""
    with pytest.raises(LookupError, match="there is no task WT0"):
        emulator.route("WT0")


def test_asynchronous_client(emulator: Emulator) -> None:
    """The SDK's asynchronous methods work in any event loop, on the same state."""

    async def names() -> list[str]:
        workspaces = emulator.async_client.taskrouter.v1.workspaces
        await workspaces.create_async(friendly_name="A")
        return [each.friendly_name for each in await workspaces.list_async()]

    assert asyncio.run(names()) == ["A"]
    assert asyncio.run(names()) == ["A", "A"]
    assert len(emulator.client.taskrouter.v1.workspaces.list()) == 2


def test_a_boolean_in_an_asynchronous_query_fails_as_on_the_wire(emulator: Emulator) -> None:
    """What the SDK's asynchronous client cannot send fails here too (sdk.md section 1)."""
    emulator.client.taskrouter.v1.workspaces.create(friendly_name="A")

    async def ask() -> Any:
        (workspace,) = await emulator.async_client.taskrouter.v1.workspaces.list_async()
        return await emulator.async_client.taskrouter.v1.workspaces(workspace.sid).activities.list_async(available=True)

    with pytest.raises(TypeError, match="Available must be str, int or float, got True"):
        asyncio.run(ask())


PLUGIN_TEST = """
import asyncio

import pytest


@pytest.fixture(scope="session")
def taskrouter_emulator_options():
    return {"seed": 7, "strict": True}


@pytest.mark.parametrize("turn", range(4))
def test_reset(taskrouter_emulator, taskrouter_client, virtual_clock, turn):
    assert virtual_clock.now_ms() == 1767603600000
    taskrouter_client.taskrouter.v1.workspaces.create(friendly_name="x")
    assert len(taskrouter_client.taskrouter.v1.workspaces.list()) == 1
    taskrouter_emulator.advance(seconds=10)
    assert virtual_clock.now_ms() == 1767603610000
    assert taskrouter_emulator.backend.strict
"""


def _plugin_options() -> list[str]:
    """Return what loads the plugin: nothing where the package is installed, as users have it."""
    installed = any(found.name == "taskrouter_kit" for found in entry_points(group="pytest11"))
    return [] if installed else ["-p", "taskrouter_kit.pytest_plugin"]


@pytest.mark.parametrize("extra", [[], ["-n2"]], ids=["alone", "xdist"])
def test_plugin_in_a_project(tmp_path: Path, extra: list[str]) -> None:
    """In a project of its own the fixtures are configured by overriding, and empty for every test."""
    (tmp_path / "test_it.py").write_text(PLUGIN_TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", *_plugin_options(), *extra]
    done = subprocess.run(command, cwd=tmp_path, env=_environment(), capture_output=True, text=True, check=False)
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_loading_the_plugin_is_light() -> None:
    """Loading the plugin imports neither the SDK nor the emulator."""
    code = """
import sys, taskrouter_kit.pytest_plugin
print(sorted(name for name in sys.modules if "twilio" in name or name.startswith("taskrouter_kit.")))
"""
    done = subprocess.run([sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=True)
    loaded = "['taskrouter_kit._lazy', 'taskrouter_kit._version', 'taskrouter_kit.pytest_plugin']"
    assert done.stdout.strip() == loaded


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}
