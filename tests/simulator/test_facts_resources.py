"""What the engine decides about workspaces, activities, workers and their channels (resources.md sections 2 to 5)."""

from __future__ import annotations

import traceback
from typing import Any

import attrs
import pytest

from simulator.centre import Centre
from taskrouter_kit.simulator import Engine, EngineOptions, Refused
from taskrouter_kit.simulator import _commands as commands


def test_activities_of_a_new_workspace() -> None:
    """A workspace starts with three activities, and Offline is its default and its timeout activity."""
    # Observed: resources.md section 2.1; Offline, Available, Unavailable; Offline twice
    centre = Centre()
    activities = centre.workspace.activities
    assert [(each.friendly_name, each.available) for each in activities.values()] == [
        ("Offline", False),
        ("Available", True),
        ("Unavailable", False),
    ]
    for sid in (centre.workspace.default_activity_sid, centre.workspace.timeout_activity_sid):
        assert activities[sid].friendly_name == "Offline"


def test_channels_of_a_new_workspace() -> None:
    """A workspace starts with five task channels."""
    # Observed: resources.md section 2.1; default, voice, chat, sms, video
    channels = Centre().workspace.task_channels.values()
    assert [(each.unique_name, each.friendly_name) for each in channels] == [
        ("default", "Default"),
        ("voice", "Voice"),
        ("chat", "Programmable Chat"),
        ("sms", "SMS"),
        ("video", "Video"),
    ]


def test_defaults_of_a_new_workspace() -> None:
    """Multitasking, FIFO first, no callback and no filter, and nothing else in it."""
    # Documented: resources.md section 2; MultiTaskEnabled true, FIFO, NONE
    # Observed: resources.md section 2; "" when unset, null for no filter
    workspace = Engine().execute(commands.CreateWorkspace(friendly_name="W")).result
    assert (workspace.multi_task_enabled, workspace.prioritize_queue_order) == (True, "FIFO")
    assert (workspace.event_callback_url, workspace.events_filter) == ("", None)
    assert (workspace.task_queues, workspace.workflows, workspace.workers) == ({}, {}, {})


def test_template_fifo() -> None:
    """The template FIFO adds a queue for everybody and a workflow into it."""
    # Observed: resources.md section 2.1; Sample Queue, Default Fifo Workflow
    centre = Centre(template="FIFO")
    (queue,) = centre.workspace.task_queues.values()
    (workflow,) = centre.workspace.workflows.values()
    found = (queue.friendly_name, queue.target_workers, queue.task_order, queue.max_reserved_workers)
    assert found == ("Sample Queue", "1==1", "FIFO", 1)
    assert (workflow.friendly_name, workflow.task_reservation_timeout) == ("Default Fifo Workflow", 120)
    assert workflow.assignment_callback_url == ""
    assert centre.where(centre.task()) == "Sample Queue"


def test_multitasking_is_one_way() -> None:
    """A workspace becomes multitasking, and stays so; waiting tasks are offered at once."""
    # Documented: resources.md section 2; multi -> single refused
    centre = Centre(multi=False)
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann")
    centre.set_channel(ann, "default", capacity=2)
    tasks = [centre.task(), centre.task()]
    assert [centre.offered(task) for task in tasks] == [["Ann"], []]
    centre.do(commands.UpdateWorkspace, multi_task_enabled=True)
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Ann"]]
    assert centre.refusal(commands.UpdateWorkspace, multi_task_enabled=False)[:2] == (400, 20001)
    assert centre.workspace.multi_task_enabled


def test_the_events_filter_survives_its_url() -> None:
    """An empty event callback URL unsets it and leaves the filter; an empty filter lets everything through."""
    # Observed: resources.md section 2; the EventsFilter survives, sending "" yields null
    centre = Centre()
    centre.do(commands.UpdateWorkspace, event_callback_url="https://example.com/e", events_filter="task.created")
    centre.do(commands.UpdateWorkspace, event_callback_url="")
    assert (centre.workspace.event_callback_url, centre.workspace.events_filter) == ("", "task.created")
    centre.do(commands.UpdateWorkspace, events_filter="")
    assert centre.workspace.events_filter is None


def test_a_deleted_workspace_takes_everything_along() -> None:
    """Deleting a workspace removes all that is in it; its timers do nothing."""
    # Observed: resources.md section 2.1; cascades to all children
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    centre.task()
    centre.do(commands.DeleteWorkspace)
    assert centre.engine.world.workspaces == {}
    assert (centre.engine.next_timer(), centre.wait(90_000)) == (None, [])


@pytest.mark.parametrize("command", [commands.CreateTask, commands.UpdateWorkspace, commands.DeleteWorkspace])
def test_a_deleted_workspace_is_not_there(command: type[Any]) -> None:
    """Whatever is done to it afterwards is refused as that of one that never was; how that was found is not told."""
    # Observed: resources.md section 1.4; as for a request of that path
    centre = Centre()
    centre.do(commands.DeleteWorkspace)
    with pytest.raises(Refused, match=f"resource /Workspaces/{centre.workspace.sid} was not found") as refusal:
        centre.do(command)
    assert refusal.value.status == 404
    assert "KeyError" not in "".join(traceback.format_exception(refusal.type, refusal.value, refusal.tb))


def test_what_is_no_command() -> None:
    """Something that is none of the engine's commands is refused and takes nothing away."""

    class Rename(commands.UpdateWorkspace):
        pass

    centre = Centre()
    with pytest.raises(TypeError, match="Rename is none of the commands"):
        centre.engine.execute(Rename(workspace_sid=centre.workspace.sid, friendly_name="Other"))
    assert list(centre.engine.world.workspaces) == [centre.workspace.sid]


def test_an_activity_is_unavailable_unless_said() -> None:
    """available is false by default, and there is no way to change it."""
    # Documented: resources.md section 3; default false, fixed for life
    # Observed: resources.md section 3; sending it on update changes nothing
    centre = Centre()
    activity = centre.do(commands.CreateActivity, friendly_name="Break")
    assert activity.available is False
    assert "available" not in {each.name for each in attrs.fields(commands.UpdateActivity)}
    centre.do(commands.UpdateActivity, activity_sid=activity.sid, friendly_name="Pause")
    assert (activity.friendly_name, activity.available) == ("Pause", False)


def test_a_hundred_activities() -> None:
    """A workspace has at most a hundred activities."""
    # Observed: resources.md section 3; limit 100 per Workspace
    centre = Centre()
    for number in range(97):
        centre.do(commands.CreateActivity, friendly_name=f"A{number}")
    refusal = centre.refusal(commands.CreateActivity, friendly_name="One more")
    assert refusal == (400, 20001, "A workspace cannot have more than 100 activities")


def test_an_activity_in_use_stays() -> None:
    """The default and timeout activity, a worker's and a queue's cannot be deleted; an unused one can."""
    # Inferred: resources.md section 3; delete constraints
    centre = Centre()
    used = {name: centre.activity(name) for name in ("Default", "Timeout", "Worker", "Reserved", "Assigned")}
    centre.do(
        commands.UpdateWorkspace, default_activity_sid=used["Default"], timeout_activity_sid=used["Timeout"]
    )  # fmt: skip
    centre.worker("Ann", "Worker")
    centre.queue("All", reservation_activity_sid=used["Reserved"], assignment_activity_sid=used["Assigned"])
    for sid in used.values():
        assert centre.refusal(commands.DeleteActivity, activity_sid=sid)[:2] == (400, 20001)
    centre.do(commands.DeleteActivity, activity_sid=centre.activity("Offline"))
    assert "Offline" not in {each.friendly_name for each in centre.workspace.activities.values()}


# Workers and their channels


def test_a_new_worker() -> None:
    """A worker starts in the workspace's default activity, with attributes {} and a channel for each task channel."""
    # Documented: resources.md section 4; Workspace default, {}
    # Inferred: resources.md section 5; created with the Worker
    # Observed: resources.md section 5; configured_capacity 1
    centre = Centre()
    centre.do(commands.UpdateWorkspace, default_activity_sid=centre.activity("Break"))
    ann = centre.do(commands.CreateWorker, friendly_name="Ann")
    assert (centre.activity_of(ann), ann.attributes_text) == ("Break", "{}")
    assert list(ann.channels) == list(centre.workspace.task_channels)
    assert {(each.configured_capacity, each.available) for each in ann.channels.values()} == {(1, True)}


def test_names_of_workers() -> None:
    """Two workers may not have the same name, whatever its case; neither by creation nor by renaming."""
    # Documented: resources.md section 4; case-insensitively unique
    # Observed: resources.md section 4; the recorded text
    centre = Centre()
    centre.worker("Alice")
    bob = centre.worker("Bob")
    text = "Worker with the same friendly name already exists"
    assert centre.refusal(commands.CreateWorker, friendly_name="aLICE") == (400, 20001, text)
    fields = {"worker_sid": bob.sid, "friendly_name": "ALICE"}
    assert centre.refusal(commands.UpdateWorker, **fields) == (400, 20001, text)
    centre.do(commands.UpdateWorker, worker_sid=bob.sid, friendly_name="BOB")
    assert bob.friendly_name == "BOB"


def test_an_activity_of_another_workspace() -> None:
    """A worker cannot be in an activity of another workspace."""
    # Documented: resources.md section 4; must be of the same Workspace
    # Observed: resources.md section 1.4; "ActivitySid WA… was not found for"
    first = Centre()
    second = Centre(engine=first.engine)
    foreign = first.activity("Available")
    status, code, message = second.refusal(commands.CreateWorker, friendly_name="Ann", activity_sid=foreign)
    assert (status, code) == (400, 20001)
    assert message.startswith(f"ActivitySid {foreign} was not found for")


ABOUT_SOMETHING = [
    (commands.UpdateActivity, "Activities/{}", {"activity_sid": "WA1"}),
    (commands.DeleteActivity, "Activities/{}", {"activity_sid": "WA1"}),
    (commands.UpdateTaskChannel, "TaskChannels/{}", {"task_channel_sid": "TC1"}),
    (commands.DeleteTaskChannel, "TaskChannels/{}", {"task_channel_sid": "TC1"}),
    (commands.UpdateTaskQueue, "TaskQueues/{}", {"task_queue_sid": "WQ1"}),
    (commands.DeleteTaskQueue, "TaskQueues/{}", {"task_queue_sid": "WQ1"}),
    (commands.UpdateWorkflow, "Workflows/{}", {"workflow_sid": "WW1"}),
    (commands.DeleteWorkflow, "Workflows/{}", {"workflow_sid": "WW1"}),
    (commands.UpdateWorker, "Workers/{}", {"worker_sid": "WK1"}),
    (commands.DeleteWorker, "Workers/{}", {"worker_sid": "WK1"}),
    (commands.UpdateWorkerChannel, "Workers/{}", {"worker_sid": "WK1", "worker_channel_sid": "WC1"}),
    (commands.UpdateWorkerChannel, "Workers/{}/Channels/{}", {"worker_sid": "ann", "worker_channel_sid": "WC1"}),
    (commands.UpdateTask, "Tasks/{}", {"task_sid": "WT1"}),
    (commands.DeleteTask, "Tasks/{}", {"task_sid": "WT1"}),
    (commands.HangUp, "Tasks/{}", {"task_sid": "WT1"}),
    (commands.UpdateReservation, "Reservations/{}", {"reservation_sid": "WR1", "reservation_status": "accepted"}),
    (commands.Instruct, "Reservations/{}", {"reservation_sid": "WR1", "instruction": "accept"}),
]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(("command", "path", "fields"), ABOUT_SOMETHING)
def test_what_is_not_there(command: type[Any], path: str, fields: dict[str, str], told: bool) -> None:
    """A command about something that is not there is refused like the request, and changes nothing."""
    # Observed: resources.md section 1.4
    centre = Centre(engine=Engine(7, options=EngineOptions(trace=told, events=told)))
    ann = centre.worker("Ann")
    fields = {name: ann.sid if sid == "ann" else sid for name, sid in fields.items()}
    where = f"/Workspaces/{centre.workspace.sid}/" + path.format(*fields.values())
    before = centre.engine.save()
    assert centre.refusal(command, **fields) == (404, 20404, f"The requested resource {where} was not found")
    assert centre.engine.save() == before


@pytest.mark.parametrize("told", [True, False])
def test_a_task_channel_of_another_workspace(told: bool) -> None:
    """A task cannot be on a channel of another workspace, whether or not anybody has room; the next one is made."""
    # Observed: resources.md section 1.4; "… was not found for"
    centre = Centre(engine=Engine(7, options=EngineOptions(trace=told, events=told)))
    flow = centre.workflow(default=centre.queue("All"))
    foreign = next(iter(Centre(engine=centre.engine).workspace.task_channels))
    refusal = (400, 20001, f"TaskChannel {foreign} was not found for workspace {centre.workspace.sid}")
    new = {"workflow_sid": flow.sid, "task_channel_sid": foreign}
    assert centre.refusal(commands.CreateTask, **new) == refusal
    waiting = centre.task()
    assert centre.refusal(commands.UpdateTask, task_sid=waiting.sid, task_channel_sid=foreign) == refusal
    centre.worker("Ann")
    assert centre.refusal(commands.CreateTask, **new) == refusal
    assert (list(centre.workspace.tasks.values()), waiting.assignment_status) == ([waiting], "reserved")
    assert centre.task().assignment_status == "pending"


def test_attributes_are_replaced_as_a_whole() -> None:
    """New attributes replace the old ones; nothing is merged."""
    # Documented: resources.md section 4; replaced as a whole, never merged
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    ann, task = centre.worker("Ann", a=1), centre.task(a=1)
    centre.describe(ann, b=2)
    centre.update(task, attributes={"b": 2})
    assert (ann.attributes, task.attributes) == ({"b": 2}, {"b": 2})


def test_every_value_may_be_an_attribute() -> None:
    """Attributes hold texts, numbers, booleans, arrays and objects, and expressions reach into them."""
    # Documented: resources.md section 4; string, number, boolean, array, nested object
    centre = Centre()
    rule = 'a == "x" AND b == 1.5 AND c == true AND d HAS 2 AND e.f.g == null AND e.h == 3'
    queue = centre.queue("All", rule)
    centre.worker("Ann", a="x", b=1.5, c=True, d=[1, 2], e={"f": {"g": None}, "h": 3})
    assert centre.members(queue) == ["Ann"]


def test_changed_attributes_move_between_queues() -> None:
    """Changing attributes moves a worker in and out of queues at once."""
    # Documented: resources.md section 4; may move the Worker in or out of queues at once
    centre = Centre()
    first, second = centre.queue("A", "team == 1"), centre.queue("B", "team == 2")
    ann = centre.worker("Ann", team=1)
    centre.describe(ann, team=2)
    assert (centre.members(first), centre.members(second)) == ([], ["Ann"])


def test_a_new_task_channel_reaches_every_worker() -> None:
    """A new task channel is a channel of every worker; with its deletion it is gone again."""
    # Inferred: resources.md section 5; created with the TaskChannel
    centre = Centre()
    ann = centre.worker("Ann")
    made = centre.do(commands.CreateTaskChannel, friendly_name="Letters", unique_name="letters")
    assert (made.channel_optimized_routing, ann.channels[made.sid].configured_capacity) == (False, 1)
    centre.do(commands.DeleteTaskChannel, task_channel_sid=made.sid)
    assert made.sid not in ann.channels


def test_events_of_a_worker_channel() -> None:
    """A new capacity and a new availability are events, each when it changes only."""
    # Documented: resources.md section 5; worker.capacity.update, worker.channel.availability.update
    centre = Centre()
    ann = centre.worker("Ann")
    for _ in range(2):
        centre.set_channel(ann, "chat", capacity=3)
        centre.set_channel(ann, "chat", available=False)
    assert (centre.count("worker.capacity.update"), centre.count("worker.channel.availability.update")) == (1, 1)


def test_worker_channels_count_in_multitasking_only() -> None:
    """In a single-tasking workspace channels change nothing."""
    # Documented: resources.md section 5; only effective in multitasking Workspaces
    centre = Centre(multi=False)
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann")
    centre.set_channel(ann, "default", capacity=0, available=False)
    assert centre.offered(centre.task()) == ["Ann"]
