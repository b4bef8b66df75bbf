"""What programs do when they set a contact centre up, in the manner of the published samples, run twice in a row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.conftest import client_of
from emulator.asking import Desk
from taskrouter_kit.emulator import Backend, InProcessHttpClient

NAME = "Sales Desk"


@pytest.fixture
def client() -> Any:
    return client_of(InProcessHttpClient(Backend()))


def a_script(client: Any) -> dict[str, str]:
    """Delete the workspace of this name, if there is one, and make it anew."""
    for old in client.taskrouter.v1.workspaces.list(friendly_name=NAME):
        assert client.taskrouter.v1.workspaces(old.sid).delete()
    made = client.taskrouter.v1.workspaces.create(
        friendly_name=NAME, event_callback_url="https://sales.example/events/", template=None
    )
    workspace = client.taskrouter.v1.workspaces(made.sid)
    activities = {each.friendly_name: each.sid for each in workspace.activities.list()}
    for name, product in (("Ann", "Phones"), ("Ben", "Messages")):
        workspace.workers.create(
            friendly_name=name, attributes=json.dumps({"products": [product], "contact_uri": "+15005550006"})
        )
    queues = {
        name: workspace.task_queues.create(
            friendly_name=name, assignment_activity_sid=activities["Unavailable"], target_workers=condition
        ).sid
        for name, condition in (
            ("Everybody", "1==1"),
            ("Messages", '"Messages" in products'),
            ("Phones", '"Phones" in products'),
        )
    }
    filters = [
        {
            "filter_friendly_name": name,
            "expression": f'selected=="{name}"',
            "targets": [
                {"queue": queues[name], "priority": 5, "timeout": 30},
                {"queue": queues["Messages"], "priority": 5, "timeout": 30},
            ],
        }
        for name in ("Phones", "Messages")
    ]
    # The key that the samples write with a capital letter means nothing, and is kept.
    last = {"filter_friendly_name": "Rest", "queue": queues["Everybody"], "Expression": "1==1", "priority": 1}
    workflow = workspace.workflows.create(
        friendly_name="Sales",
        assignment_callback_url="https://sales.example/assignment/",
        fallback_assignment_callback_url="https://sales.example/assignment/",
        task_reservation_timeout=15,
        configuration=json.dumps({"task_routing": {"filters": filters, "default_filter": {**last, "timeout": 30}}}),
    )
    return {"workspace": made.sid, "workflow": workflow.sid, "free": activities["Available"], **queues}


def test_a_script_runs_again_and_again(client: Any) -> None:
    """Deleting by name and making anew leaves one workspace, with new SIDs, however often it is done."""
    first, second = a_script(client), a_script(client)
    assert not set(first.values()) & set(second.values())
    assert [each.sid for each in client.taskrouter.v1.workspaces.list()] == [second["workspace"]]


def test_what_the_script_made_routes(client: Any) -> None:
    """A call for phones is offered to Ann once she is free, a message to Ben, anything else to either."""
    made = a_script(client)
    workspace = client.taskrouter.v1.workspaces(made["workspace"])
    for worker in workspace.workers.list():
        workspace.workers(worker.sid).update(activity_sid=made["free"])
        workspace.workers(worker.sid).worker_channels("default").update(capacity=2)
    found = []
    for selected in ("Phones", "Messages", "Nothing"):
        task = workspace.tasks.create(workflow_sid=made["workflow"], attributes=json.dumps({"selected": selected}))
        (reservation,) = workspace.tasks(task.sid).reservations.list()
        found.append((task.task_queue_friendly_name, task.priority, reservation.worker_name))
    assert found[:2] == [("Phones", 5, "Ann"), ("Messages", 5, "Ben")]
    assert found[2][:2] == ("Everybody", 1)


def test_a_workspace_with_the_activities_of_old() -> None:
    """A program that expects Idle, Busy and Reserved makes them, moves the workspace and its queues onto them."""
    desk = Desk()
    idle = desk.make("/Activities", FriendlyName="Idle", Available="true")["sid"]
    busy, reserved = (desk.make("/Activities", FriendlyName=name)["sid"] for name in ("Busy", "Reserved"))
    assert desk.post("", TimeoutActivitySid=idle).json["timeout_activity_name"] == "Idle"
    assert desk.post("", DefaultActivitySid=busy).json["default_activity_name"] == "Busy"
    assert desk.make("/Workers", FriendlyName="Ann", ActivitySid=idle)["available"] is True
    queue = desk.make("/TaskQueues", FriendlyName="Q", ReservationActivitySid=reserved, AssignmentActivitySid=busy)
    assert (queue["reservation_activity_name"], queue["assignment_activity_name"]) == ("Reserved", "Busy")
    assert desk.delete(f"/Activities/{desk.activity('Unavailable')}").status == 204
    assert desk.delete(f"/Activities/{desk.activity('Offline')}").status == 204
    names = [each["friendly_name"] for each in desk.list("/Activities", "activities")]
    assert names == ["Available", "Idle", "Busy", "Reserved"]


def test_adopting_what_is_there() -> None:
    """A program that looks for a workflow by name before making one finds it, and updates it in place."""
    desk = Desk().routed()
    (found,) = desk.list("/Workflows", "workflows", FriendlyName="All")
    assert found["sid"] == desk.workflow
    url = "https://sales.example/assignment"
    updated = desk.post(f"/Workflows/{desk.workflow}", AssignmentCallbackUrl=url, ReEvaluateTasks="true").json
    assert (updated["assignment_callback_url"], updated["configuration"]) == (url, found["configuration"])
