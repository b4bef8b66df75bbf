"""Tasks that ``<Enqueue workflowSid>`` makes of calls (routing.md section 14)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.test_admin import Browser
from simulator.centre import Centre, to, when
from taskrouter_kit.callbacks import enqueue
from taskrouter_kit.emulator import Backend, EmulatorApp
from taskrouter_kit.emulator._twiml import EnqueueVerb, read_enqueue
from taskrouter_kit.simulator import TaskState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.testing import Emulator

STANDARD = {"call_sid", "account_sid", "from", "to", "caller", "called", "direction", "call_status", "api_version"}
PLACES = {f"{who}_{what}" for who in ("from", "to", "caller", "called") for what in ("city", "state", "zip", "country")}
WW = "WW" + "1" * 32


def calls(centre: Centre, **fields: Any) -> TaskState | None:
    """Let a caller into the queue of the only workflow."""
    (workflow,) = centre.workspace.workflows
    made: TaskState | None = centre.do(commands.Enqueue, **{"workflow_sid": workflow, **fields})
    return made


def test_the_attributes_of_a_call() -> None:
    """They are the standard parameters of the call, in snake_case, merged with the JSON of the task."""
    # Documented: routing.md section 14; standard call parameters merged with the JSON in Task
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    task = calls(
        centre, attributes='{"language":"es"}', parameters={"from": "+1555", "to": "+1666", "from_country": "US"}
    )
    assert task is not None
    attributes = dict(task.attributes)
    assert set(attributes) == STANDARD | PLACES | {"language"}
    assert (attributes["from"], attributes["caller"], attributes["to"], attributes["called"]) == (
        "+1555",
        "+1555",
        "+1666",
        "+1666",
    )
    assert (attributes["from_country"], attributes["to_country"], attributes["language"]) == ("US", "", "es")
    assert attributes["call_sid"].startswith("CA")
    assert json.loads(task.attributes_text) == attributes


def test_channel_priority_and_time() -> None:
    """The task is on the channel voice, and has the priority and the time to live that the noun says."""
    # Documented: routing.md section 14; TaskChannel voice, Task priority and timeout
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    task, plain = calls(centre, priority=5, timeout=200), calls(centre)
    assert task is not None
    assert plain is not None
    assert (task.task_channel_sid, task.priority, task.timeout) == (centre.channel("voice"), 5, 200)
    assert (plain.priority, plain.timeout) == (0, 86_400)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"workflow_sid": "WW" + "0" * 32}, 14220),
        ({"attributes": "language=es"}, 14221),
        ({"attributes": '["es"]'}, 14221),
        ({"attributes": '{"language":"fr"}'}, 14222),
    ],
)
def test_calls_that_make_no_task(fields: dict[str, str], code: int) -> None:
    """A foreign workflow, attributes that are no object, a workflow that takes it nowhere: an error, and no task."""
    # Documented: workflows.md section 6; error 14222, Could not create Task
    # Documented: limits-errors-gotchas.md section 3.2; 14220, 14221
    centre = Centre()
    centre.workflow(when("language == 'es'", to(centre.queue("All"))))
    assert calls(centre, **fields) is None
    assert [each.code for each in centre.engine.machine.debugger] == [code]
    assert centre.workspace.tasks == {}
    assert calls(centre, attributes='{"language":"es"}') is not None


def test_the_author_wins() -> None:
    """What the JSON of the task says stands, also where the call has a parameter of that name."""
    # Decided: it was written on purpose
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    task = calls(centre, attributes='{"to":"sales"}', parameters={"to": "+1666"})
    assert task is not None
    assert (task.attributes["to"], task.attributes["called"]) == ("sales", "+1666")


def test_a_call_from_the_beginning_to_its_end() -> None:
    """TwiML makes a task, dequeue connects its caller with an agent, hanging up completes it."""
    # Documented: routing.md section 14; Worker bridged: Task assigned; disconnect: Task completed
    centre = Emulator()
    client = centre.client.taskrouter.v1
    workspace = client.workspaces(client.workspaces.create(friendly_name="Centre", template="FIFO").sid)
    (workflow,) = workspace.workflows.list()
    on = next(each.sid for each in workspace.activities.list() if each.available)
    workspace.workers.create(friendly_name="Ann", attributes='{"contact_uri":"client:ann"}', activity_sid=on)
    twiml = enqueue({"language": "es"}, workflow=workflow.sid, priority=3)
    task = centre.enqueue(twiml, from_="+15550100", to="+15550199")
    assert task is not None
    (reservation,) = workspace.tasks(task).reservations.list()
    workspace.tasks(task).reservations(reservation.sid).update(instruction="dequeue", dequeue_from="+15550199")
    found = workspace.tasks(task).fetch()
    assert (found.assignment_status, found.priority, found.task_channel_unique_name) == ("assigned", 3, "voice")
    assert json.loads(found.attributes)["caller"] == "+15550100"
    centre.hang_up(task)
    assert workspace.tasks(task).fetch().assignment_status == "completed"


def test_a_caller_whom_nobody_wants() -> None:
    """Where no task can be made there is none, and the debugger says why; without a workspace there is no telephone."""
    centre = Emulator()
    with pytest.raises(LookupError, match="no workspace"):
        centre.enqueue(enqueue({}, workflow=WW))
    centre.client.taskrouter.v1.workspaces.create(friendly_name="Centre")
    assert centre.enqueue(enqueue({}, workflow=WW)) is None
    assert [each.code for each in centre.debugger] == [14220]


@pytest.mark.parametrize(
    ("inside", "verb"),
    [
        ("<Task>{}</Task>", EnqueueVerb(WW, "{}")),
        ('<Task priority="5" timeout="200"> {"a": "&lt;b&gt;"} </Task>', EnqueueVerb(WW, '{"a": "<b>"}', 5, 200)),
        ('<TaskAttributes priority="2">{"a":1}</TaskAttributes>', EnqueueVerb(WW, '{"a":1}', 2)),
        ("<Task/>", EnqueueVerb(WW, "{}")),
        ("", EnqueueVerb(WW, "{}")),
    ],
)
def test_what_the_verb_says(inside: str, verb: EnqueueVerb) -> None:
    """The noun Task, or TaskAttributes as it was called, holds the JSON; priority and timeout are its attributes."""
    # Documented: routing.md section 14; TaskAttributes is the legacy name
    assert read_enqueue(f'<Response><Say>Hi</Say><Enqueue workflowSid="{WW}">{inside}</Enqueue></Response>') == verb


@pytest.mark.parametrize(
    "twiml",
    [
        "Hello",
        "<Response/>",
        "<Response><Enqueue>support</Enqueue></Response>",
        f'<Response><Enqueue workflowSid="{WW}"><Task priority="high">{{}}</Task></Enqueue></Response>',
        f'<!DOCTYPE x [<!ENTITY a "b">]><Response><Enqueue workflowSid="{WW}">&a;</Enqueue></Response>',
    ],
)
def test_documents_without_the_verb(twiml: str) -> None:
    """What puts nobody into the queue of a workflow is said to do so."""
    with pytest.raises(ValueError, match=r"TwiML|Enqueue|whole number"):
        read_enqueue(twiml)


def test_the_command_as_json() -> None:
    """A journal of commands makes the same task again."""
    command = commands.Enqueue(workspace_sid="WS1", workflow_sid=WW, parameters={"from": "+1"}, priority=4)
    again = commands.command_from_json(json.loads(json.dumps(commands.command_to_json(command))))
    assert isinstance(again, commands.Enqueue)
    assert (again.parameters, again.priority, again.timeout) == ({"from": "+1"}, 4, commands.UNSET)


def test_over_the_admin_surface() -> None:
    """Programs of any language let a caller hear TwiML by a request."""
    browser = Browser(EmulatorApp(Backend()))
    said = {"twiml": enqueue({}, workflow=WW), "call": {"from": "+1555"}}
    assert browser.send("POST", "/_admin/enqueue", body=said).json() == {"error": "there is no workspace"}
    sid = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x", "Template": "FIFO"}).json()["sid"]
    assert browser.send("POST", "/_admin/enqueue", body=said).json() == {"task_sid": None}
    (workflow,) = browser.send("GET", f"/v1/Workspaces/{sid}/Workflows").json()["workflows"]
    said["twiml"] = enqueue({}, workflow=workflow["sid"])
    task = browser.send("POST", "/_admin/enqueue", body=said).json()["task_sid"]
    found = browser.send("GET", f"/v1/Workspaces/{sid}/Tasks/{task}").json()
    assert json.loads(found["attributes"])["from"] == "+1555"
    for wrong in ({}, {"twiml": "<Response/>"}, {"twiml": said["twiml"], "call": {"from": 1}}):
        assert browser.send("POST", "/_admin/enqueue", body=wrong).status == 400
