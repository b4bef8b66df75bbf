"""What events the service sends, fact by fact: their fields, their filter, and that no answer changes anything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callback_center import ACCEPT, JSON, URL, Center
from callbacks_requests import TOKEN, signed_json
from taskrouter_kit.callbacks import Assignment, Callbacks, Event, parse_event
from taskrouter_kit.errors import ValidationRefused
from taskrouter_kit.testing import Answer

TASK = {"TaskSid", "TaskAttributes", "TaskAge", "TaskPriority", "TaskAssignmentStatus"}
WORKER = {"WorkerSid", "WorkerName", "WorkerAttributes", "WorkerActivitySid", "WorkerActivityName"}
COMMON = {
    "EventType", "AccountSid", "WorkspaceSid", "WorkspaceName", "EventDescription", "ResourceType", "ResourceSid",
    "Timestamp", "TimestampMs", "Sid",
}  # fmt: skip
OFFER = TASK | WORKER | {"TaskQueueSid", "ReservationSid", "WorkflowSid"}
IN_QUEUE = TASK | {"TaskQueueSid", "TaskQueueName", "WorkflowSid", "WorkflowFilterTargetExpression"}
IN_WORKFLOW = TASK | {"WorkflowSid", "WorkflowName", "WorkflowFilterName", "WorkflowFilterExpression"}
CHANNEL = {
    "WorkerChannelAvailable", "WorkerChannelAvailableCapacity", "WorkerChannelPreviousCapacity",
    "WorkerChannelTaskCount", "TaskChannelSid", "TaskChannelUniqueName",
}  # fmt: skip

# Documented: callbacks.md section 4.3; the parameters of each event type beside the common ones
FIELDS: dict[str, set[str]] = {
    **{
        f"activity.{each}": {"ActivitySid", "ActivityName", "ActivityAvailable"}
        for each in ("created", "updated", "deleted")
    },
    **{
        f"reservation.{each}": OFFER
        for each in ("created", "accepted", "rejected", "timeout", "canceled", "rescinded", "completed", "wrapup")
    },
    "task.created": TASK | {"WorkflowSid"},
    **{
        f"task.{each}": TASK | {"TaskQueueSid", "WorkflowSid"}
        for each in ("updated", "canceled", "wrapup", "completed", "deleted")
    },
    **{
        f"task-channel.{each}": {
            "TaskChannelSid", "TaskChannelName", "TaskChannelUniqueName", "TaskChannelOptimizedRouting",
        }
        for each in ("created", "updated", "deleted")
    },
    **{
        f"task-queue.{each}": {"TaskQueueSid", "TaskQueueName", "TaskQueueTargetExpression"}
        for each in ("created", "deleted", "expression.updated")
    },
    "task-queue.entered": IN_QUEUE,
    "task-queue.moved": IN_QUEUE,
    "task-queue.timeout": IN_QUEUE,
    "worker.created": WORKER,
    "worker.deleted": WORKER,
    "worker.attributes.update": WORKER,
    "worker.activity.update": WORKER
    | {
        "WorkerTimeInPreviousActivity", "WorkerTimeInPreviousActivityMs", "WorkerPreviousActivitySid",
        "WorkerPreviousActivityName",
    },
    "worker.capacity.update": WORKER | CHANNEL,
    "worker.channel.availability.update": WORKER | CHANNEL,
    **{f"workflow.{each}": {"WorkflowSid", "WorkflowName"} for each in ("created", "updated", "deleted")},
    "workflow.entered": IN_WORKFLOW,
    "workflow.target-matched": IN_WORKFLOW,
    "workflow.timeout": IN_WORKFLOW,
    "workspace.deleted": set(),
    "workspace.updated": set(),
}  # fmt: skip


@pytest.fixture(scope="module")
def week() -> list[dict[str, str]]:
    """Return every event of a centre in which a bit of everything happens."""
    answers = {"accept": ACCEPT, "reject": Answer(200, JSON, b'{"instruction": "reject"}'), "wait": Answer(200)}
    center = Center(lambda form: answers[Assignment[Any, Any](form).task_attributes.get("do", "wait")])  # type: ignore[index]
    center.serve("/events", lambda form: Answer(204))
    workspace = center.emulator.client.taskrouter.v1.workspaces(center.live.sid)
    workspace.update(event_callback_url=f"{URL}/events")
    live, emulator = center.live, center.emulator
    done = center.task(do="accept")
    live.tasks.wrap_up(done.sid)
    live.tasks.complete(done.sid, reason="done")
    rejected = center.task(do="reject")
    live.tasks.update(rejected.sid, priority=3)
    live.tasks.cancel(rejected.sid, reason="gone")
    vip = center.task(kind="vip")
    emulator.advance(46)
    center.task(kind="short")
    emulator.advance(6)
    live.workers.update("Alice", activity="On")
    live.tasks.delete(vip.sid)
    carol = live.workers.create("Carol", {}, activity="On")
    shared = center.task(kind="several", do="accept")
    live.tasks.complete(shared.sid)
    live.workers.delete(carol.sid)
    spare = workspace.activities.create(friendly_name="Spare", available=False)
    workspace.activities(spare.sid).update(friendly_name="Spare part")
    workspace.activities(spare.sid).delete()
    channel = workspace.task_channels.create(friendly_name="Fax", unique_name="fax")
    workspace.task_channels(channel.sid).update(friendly_name="Telefax")
    workspace.task_channels(channel.sid).delete()
    queue = workspace.task_queues.create(friendly_name="Spare")
    workspace.task_queues(queue.sid).update(target_workers="1==2")
    workspace.task_queues(queue.sid).delete()
    workflow = workspace.workflows.create(
        friendly_name="Spare",
        configuration=json.dumps({"task_routing": {"default_filter": {"queue": live.task_queues.fetch("Back").sid}}}),
    )
    workspace.workflows(workflow.sid).update(friendly_name="Spare part")
    workspace.workflows(workflow.sid).delete()
    bob = workspace.workers.create(friendly_name="Bob")
    workspace.workers(bob.sid).update(attributes='{"a": 1}')
    voice = next(each for each in workspace.workers(bob.sid).worker_channels.list())
    workspace.workers(bob.sid).worker_channels(voice.sid).update(capacity=3, available=False)
    workspace.workers(bob.sid).delete()
    workspace.update(friendly_name="Centre")
    workspace.delete()
    return center.forms("/events")


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_fields_of_each_event(kind: str, week: list[dict[str, str]]) -> None:
    """Each event has the common parameters and those of its row; our type reads every one of them."""
    found = [form for form in week if form["EventType"] == kind]
    assert found
    for form in found:
        # Documented: callbacks.md section 4.1; TimestampMs and Sid were seen
        missing = (COMMON | FIELDS[kind]) - set(form)
        assert not missing, missing
        event = parse_event(form)
        assert event.event_type == kind
        assert event.extra == {}
        assert event.timestamp is not None
        assert event.timestamp_ms is not None
        assert int(event.timestamp_ms.timestamp()) == int(event.timestamp.timestamp())


def test_the_week_has_only_documented_events(week: list[dict[str, str]]) -> None:
    """Nothing is sent that the table does not have."""
    assert {form["EventType"] for form in week} == set(FIELDS)


# Documented: callbacks.md section 4.2; the name of the activity before, and how long it lasted, whole seconds and ms
def test_the_activity_before(week: list[dict[str, str]]) -> None:
    """The timeout moved Alice from On to Off; she came back 22 seconds later."""
    changes = [form for form in week if form["EventType"] == "worker.activity.update" and form["WorkerName"] == "Alice"]
    assert [(form["WorkerPreviousActivityName"], form["WorkerActivityName"]) for form in changes] == [
        ("On", "Off"),
        ("Off", "On"),
    ]
    lasted = (changes[1]["WorkerTimeInPreviousActivity"], changes[1]["WorkerTimeInPreviousActivityMs"])
    assert lasted == ("22", "22000")


# Observed: callbacks.md section 4.3; where the task came from
def test_where_a_task_came_from(week: list[dict[str, str]]) -> None:
    """task-queue.moved says which queue was before."""
    (moved,) = [form for form in week if form["EventType"] == "task-queue.moved"]
    assert (moved["PreviousTaskQueueName"], moved["TaskQueueName"]) == ("Front", "Back")


# Documented: callbacks.md section 4; 204 (any 2xx is inferred), within 15 seconds, and no retries are documented
@pytest.mark.parametrize(
    "answer", [Answer(204), Answer(200), Answer(500), Answer(204, seconds=14), Answer(204, seconds=16), None]
)
def test_what_an_event_is_answered_changes_nothing(answer: Answer | None) -> None:
    """Each event is sent once, whatever is answered, and the task goes its way."""
    center = Center(lambda form: ACCEPT, event_url=f"{URL}/events")
    center.serve("/events", lambda form: answer)
    made = center.task()
    sids = [form["Sid"] for form in center.forms("/events")]
    assert len(sids) == len(set(sids)) >= 6
    assert center.statuses(made) == ["accepted"]


# Documented: callbacks.md section 4; within 15 seconds
@pytest.mark.parametrize(("seconds", "arrived"), [(15.0, True), (15.1, False)])
def test_fifteen_seconds(seconds: float, arrived: bool) -> None:
    """An event that is answered later than after 15 seconds counts as not delivered."""
    center = Center(event_url=f"{URL}/events")
    center.serve("/events", lambda form: Answer(204, seconds=seconds))
    before = len(center.emulator.deliveries)
    center.task()
    events = [each for each in center.emulator.deliveries[before:] if each.kind == "event"]
    assert {each.failure is None for each in events} == {arrived}


# Documented: callbacks.md section 4; connection overrides in the fragment are not sent
def test_the_fragment_stays_here() -> None:
    """What follows # configures the connection: the URL that is called and signed ends before it."""
    center = Center(event_url=f"{URL}/events#rc=2&rp=ct")
    callbacks = Callbacks(center.emulator.auth_token)
    seen: list[Event] = []
    callbacks.on(Event)(seen.append)
    center.emulator.serve(f"{URL}/events", callbacks.handle)
    center.task()
    assert len(seen) >= 5


# Documented: callbacks.md section 4; an empty EventsFilter lets all pass
# Observed: callbacks.md section 4.4; the values that a widely used validator allows
@pytest.mark.parametrize(
    "chosen", [[], ["task.created"], ["reservation.created", "worker.channel.availability.update"]]
)
def test_the_filter(chosen: list[str]) -> None:
    """What the filter names is sent, and nothing else."""
    center = Center(event_url=f"{URL}/events")
    center.serve("/events", lambda form: Answer(204))
    workspace = center.emulator.client.taskrouter.v1.workspaces(center.live.sid)
    workspace.update(events_filter=",".join(chosen))
    center.posted.clear()
    center.task()
    kinds = {form["EventType"] for form in center.forms("/events")}
    assert kinds == (set(chosen) & {"task.created", "reservation.created"}) if chosen else len(kinds) >= 5


# Inferred: callbacks.md section 4.4; an unknown type is refused
def test_a_filter_of_what_is_not() -> None:
    """A misspelt event type in the filter is refused with 20001."""
    center = Center()
    with pytest.raises(ValidationRefused, match="20001"):
        center.emulator.taskrouter.workspaces.update("Center", events_filter=["task.made"])


# Documented: callbacks.md section 5; com.twilio.taskrouter.<type>, payload in snake_case, task_age as a number
def test_a_cloud_event() -> None:
    """An event of Event Streams is the same event, by webhook as by callback."""
    callbacks = Callbacks(TOKEN)
    seen: list[Event] = []
    callbacks.on(Event)(seen.append)
    sent = {
        "specversion": "1.0",
        "type": "com.twilio.taskrouter.reservation.accepted",
        "source": "/v1/x",
        "id": "EZ" + "1" * 32,
        "dataschema": "https://events-schemas.twilio.com/TaskRouter.WDSEvent/2",
        "datacontenttype": "application/json",
        "time": "2026-01-05T09:00:00.250Z",
        "data": {
            "sid": "EV" + "1" * 32,
            "name": "reservation.accepted",
            "account_sid": "AC" + "1" * 32,
            "timestamp": "2026-01-05T09:00:00.250Z",
            "level": "INFO",
            "group": "com.twilio.taskrouter.reservation",
            "product_name": "taskrouter",
            "publisher": "wds",
            "payload": {
                "eventtype": "reservation.accepted",
                "task_sid": "WT" + "1" * 32,
                "task_age": 31,
                "task_priority": 0,
                "task_attributes": '{"language": "es"}',
                "worker_sid": "WK" + "1" * 32,
                "worker_time_in_previous_activity": 151_000_000,
            },
        },
    }
    assert callbacks.handle(*signed_json(sent)).status == 204
    assert callbacks.handle(*signed_json([sent, sent])).status == 204
    assert len(seen) == 3
    event: Any = seen[0]
    assert (event.event_type, event.sid, event.account_sid) == (
        "reservation.accepted",
        "EV" + "1" * 32,
        "AC" + "1" * 32,
    )
    assert (event.task_age.total_seconds(), event.task_priority, event.task) == (31, 0, {"language": "es"})
    assert event.occurred.isoformat() == "2026-01-05T09:00:00.250000+00:00"
