"""Planning what becomes of calls, and hanging up: in a test, and over the admin surface."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.test_admin import Browser
from taskrouter_kit import Activity, Attr, TaskQueue, Worker, WorkerAttributes, Workflow, Workspace, every_worker
from taskrouter_kit.emulator import Backend, EmulatorApp
from taskrouter_kit.testing import Emulator


class Agent(WorkerAttributes):
    contact_uri: Attr[str]


def centre() -> tuple[Emulator, Any]:
    """Return an emulator, and the client of a centre with two agents."""
    available = Activity("Available", available=True)
    everyone = TaskQueue("Everyone", every_worker())
    emulator = Emulator()
    live = emulator.deploy(
        Workspace(
            "Centre",
            activities=[available, Activity("Offline", available=False)],
            task_queues=[everyone],
            workflows=[Workflow("Main", default=everyone, task_reservation_timeout=30)],
            workers=[Worker(name, Agent(contact_uri=f"client:{name}"), activity=available) for name in ("Ann", "Bob")],
        )
    )
    return emulator, live


def dequeue(emulator: Emulator, task: Any) -> None:
    """Dequeue the call of *task* to the worker who is asked, through the official client."""
    workspaces = emulator.client.taskrouter.v1.workspaces
    found = workspaces(workspaces.list()[0].sid).tasks(task.sid).reservations
    (pending,) = found.list(reservation_status="pending")
    found(pending.sid).update(instruction="dequeue", dequeue_from="+15550100")


def test_planned_for_one_worker() -> None:
    """A worker who is busy: the reservation is canceled, and the next worker takes the call."""
    emulator, live = centre()
    emulator.plan_call("busy", worker="ann")
    task = live.tasks.create({"call_sid": "CA1"}, workflow="Main")
    dequeue(emulator, task)
    assert emulator.route(task).workers == ("Bob",)
    dequeue(emulator, task)
    assert (emulator.route(task).status, [call.outcome for call in emulator.calls]) == (
        "assigned",
        ["busy", "answered"],
    )
    emulator.hang_up(task)
    assert emulator.route(task).status == "completed"


def test_nobody_answers() -> None:
    """A telephone that nobody answers rings for its timeout, or as long as the plan says."""
    emulator, live = centre()
    emulator.plan_call("no-answer", seconds=20)
    task = live.tasks.create({"call_sid": "CA1"}, workflow="Main")
    dequeue(emulator, task)
    emulator.advance(19)
    assert emulator.route(task).workers == ("Ann",)
    emulator.advance(1)
    assert emulator.route(task).workers == ("Bob",)
    assert [entry.code for entry in emulator.debugger] == [40133]


def test_whom_nobody_knows() -> None:
    """A worker or task that is not there is a LookupError."""
    emulator, _ = centre()
    with pytest.raises(LookupError, match="there is no worker Zoe"):
        emulator.plan_call("busy", worker="Zoe")
    with pytest.raises(LookupError, match="there is no task WT0"):
        emulator.hang_up("WT0")
    with pytest.raises(LookupError, match="there is no workspace"):
        Emulator().plan_call("busy")


def test_over_the_admin_surface() -> None:
    """Calls are planned, listed and ended over HTTP."""
    browser = Browser(EmulatorApp(Backend()))
    workspace = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x", "Template": "FIFO"}).json()["sid"]
    root = f"/v1/Workspaces/{workspace}"
    on = next(each for each in browser.send("GET", f"{root}/Activities").json()["activities"] if each["available"])
    form = {"FriendlyName": "Ann", "ActivitySid": on["sid"], "Attributes": '{"contact_uri": "client:ann"}'}
    ann = browser.send("POST", f"{root}/Workers", form=form).json()["sid"]
    task = browser.send("POST", f"{root}/Tasks", form={"Attributes": '{"call_sid": "CA1"}'}).json()["sid"]
    planned = browser.send("POST", "/_admin/calls", body={"outcome": "busy", "seconds": 0, "worker_sid": ann})
    assert planned.json() == {"planned": 1}
    reservation = browser.send("GET", f"{root}/Tasks/{task}/Reservations").json()["reservations"][0]
    path = f"{root}/Tasks/{task}/Reservations/{reservation['sid']}"
    browser.send("POST", path, form={"Instruction": "dequeue", "DequeueFrom": "+15550100"})
    assert browser.send("GET", path).json()["reservation_status"] == "canceled"
    (call,) = browser.send("GET", "/_admin/calls").json()["calls"]
    assert (call["instruction"], call["outcome"], call["worker_sid"]) == ("dequeue", "busy", ann)
    assert browser.send("POST", "/_admin/hang-up", body={"task_sid": task}).json() == {"hung_up": task}
    assert browser.send("GET", f"{root}/Tasks/{task}").json()["assignment_status"] == "canceled"
    for path, body in (
        ("calls", {"outcome": "engaged"}),
        ("calls", {"outcome": "busy", "times": "x"}),
        ("hang-up", {"task_sid": "WT0"}),
        ("hang-up", {"task_sid": task}),
    ):
        assert browser.send("POST", f"/_admin/{path}", body=body).status == 400
