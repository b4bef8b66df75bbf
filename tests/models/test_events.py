"""Events: a type for each, read from forms, REST events and CloudEvents, and nothing lost."""

from __future__ import annotations

import json
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from shared_material import shared
from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes
from taskrouter_kit.errors import InvalidAttributes, MissingField
from taskrouter_kit.models._event_groups import UnknownEvent
from taskrouter_kit.models._events import event_types, parse_event
from taskrouter_kit.models._events_reservations import ReservationCanceled, ReservationTimeout
from taskrouter_kit.models._events_tasks import TaskCreated, TaskQueueMoved
from taskrouter_kit.models._events_workers import WorkerActivityUpdate

WT, WK, WR, WS = "WT" + "1" * 32, "WK" + "1" * 32, "WR" + "1" * 32, "WS" + "1" * 32

#: The types of the handbook's table.
DOCUMENTED = [
    "activity.created",
    "activity.updated",
    "activity.deleted",
    "reservation.created",
    "reservation.accepted",
    "reservation.rejected",
    "reservation.timeout",
    "reservation.canceled",
    "reservation.rescinded",
    "reservation.completed",
    "reservation.wrapup",
    "reservation.failed",
    "task.created",
    "task.updated",
    "task.canceled",
    "task.wrapup",
    "task.completed",
    "task.deleted",
    "task.system-deleted",
    "task.transfer-initiated",
    "task.transfer-attempt-failed",
    "task.transfer-failed",
    "task.transfer-canceled",
    "task.transfer-completed",
    "task-channel.created",
    "task-channel.updated",
    "task-channel.deleted",
    "task-queue.created",
    "task-queue.deleted",
    "task-queue.expression.updated",
    "task-queue.entered",
    "task-queue.moved",
    "task-queue.timeout",
    "worker.created",
    "worker.deleted",
    "worker.activity.update",
    "worker.attributes.update",
    "worker.capacity.update",
    "worker.channel.availability.update",
    "workflow.created",
    "workflow.updated",
    "workflow.deleted",
    "workflow.entered",
    "workflow.target-matched",
    "workflow.timeout",
    "workflow.skipped",
    "workspace.created",
    "workspace.updated",
    "workspace.deleted",
]


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


TIMEOUT: dict[str, Any] = {
    "EventType": "reservation.timeout",
    "Sid": "EV" + "1" * 32,
    "AccountSid": "AC" + "1" * 32,
    "WorkspaceSid": WS,
    "WorkspaceName": "Support",
    "Timestamp": "1767603600",
    "TimestampMs": "1767603600250",
    "TaskSid": WT,
    "TaskAttributes": '{"language": "es"}',
    "TaskAge": "31",
    "TaskPriority": "10",
    "TaskAssignmentStatus": "pending",
    "WorkerSid": WK,
    "WorkerName": "Alice",
    "WorkerAttributes": '{"skills": ["billing"], "contact_uri": "client:alice"}',
    "WorkerActivitySid": "WA" + "1" * 32,
    "WorkerActivityName": "Missed a call",
    "ReservationSid": WR,
    "SomethingNew": "42",
}


def test_there_is_a_type_for_every_documented_event() -> None:
    """The event types are exactly those of the handbook's table."""
    assert sorted(event_types()) == sorted(DOCUMENTED)


def test_a_callback_is_typed() -> None:
    """Form fields become SIDs, numbers, durations, aware datetimes and the schemas of attributes."""
    event = parse_event(TIMEOUT, worker=Agent, task=Call)
    assert isinstance(event, ReservationTimeout)
    assert event.worker.skills == ["billing"]
    assert event.task.language == "es"
    assert (event.task_sid, event.worker_sid, event.reservation_sid) == (WT, WK, WR)
    assert (event.task_priority, event.task_age) == (10, timedelta(seconds=31))
    assert event.occurred == datetime(2026, 1, 5, 9, 0, 0, 250_000, tzinfo=timezone.utc)
    assert event.timestamp == datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
    assert event.extra == {"something_new": "42"}
    assert event.payload["SomethingNew"] == "42"
    assert event.worker_attributes["contact_uri"] == "client:alice"


def test_without_schemas_attributes_are_json() -> None:
    """Without schemas an event's attributes are JSON mappings."""
    event = parse_event(TIMEOUT)
    assert isinstance(event, ReservationTimeout)
    assert event.task == {"language": "es"}


def test_nothing_about_people_is_printed() -> None:
    """A repr has identities, and neither attributes nor names of workers."""
    shown = repr(parse_event(TIMEOUT))
    assert shown == (
        f"ReservationTimeout(event_type='reservation.timeout', sid='EV{'1' * 32}', task_sid='{WT}', "
        f"reservation_sid='{WR}', worker_sid='{WK}')"
    )


def test_three_spellings_are_one_event() -> None:
    """The same event as a form, as a REST event and as a CloudEvent has the same fields."""
    rest = {
        "event_type": "task.created",
        "sid": "EV" + "2" * 32,
        "event_date": "2026-01-05T09:00:00Z",
        "event_date_ms": 1767603600250,
        "event_data": {"task_sid": WT, "task_age": "0", "task_attributes": "{}", "workspace_sid": WS},
    }
    cloud = {
        "specversion": "1.0",
        "type": "com.twilio.taskrouter.task.created",
        "id": "EV" + "2" * 32,
        "time": "2026-01-05T09:00:00.250Z",
        "data": {"payload": {"eventtype": "task.created", "task_sid": WT, "task_age": 0, "task_attributes": "{}"}},
    }
    form = {"EventType": "task.created", "TaskSid": WT, "TaskAge": "0", "TaskAttributes": "{}", "Sid": "EV" + "2" * 32,
            "TimestampMs": "1767603600250"}  # fmt: skip
    for payload in (rest, cloud, form):
        event = parse_event(payload)
        assert isinstance(event, TaskCreated)
        assert event.payload is payload, "what came is kept, the envelope of a CloudEvent included"
        assert (event.task_sid, event.task_age, event.sid) == (WT, timedelta(0), "EV" + "2" * 32)
        assert event.occurred == datetime(2026, 1, 5, 9, 0, 0, 250_000, tzinfo=timezone.utc)


def test_fields_that_only_recordings_have() -> None:
    """Why a reservation was canceled and what add-ons said about a task have names, though no page lists them."""
    form = {
        "EventType": "reservation.canceled",
        "CanceledReasonCode": "45303",
        "TaskAddons": '{"caller": {"name": "x"}}',
    }
    event = parse_event(form)
    assert isinstance(event, ReservationCanceled)
    assert (event.canceled_reason_code, event.task_addons) == (45303, {"caller": {"name": "x"}})
    assert event.extra == {}
    bare = parse_event({"EventType": "reservation.canceled"})
    assert isinstance(bare, ReservationCanceled)
    assert (bare.canceled_reason_code, bare.task_addons) == (None, None)


def test_a_type_of_later_is_kept_whole() -> None:
    """An event type that is not known gives an UnknownEvent with everything in it."""
    event = parse_event({"EventType": "task.teleported", "TaskSid": WT})
    assert isinstance(event, UnknownEvent)
    assert (event.event_type, event.fields["task_sid"]) == ("task.teleported", WT)


def test_former_names_are_known() -> None:
    """Old data calls worker.activity.update worker.activity."""
    event = parse_event(
        {"event_type": "worker.activity", "event_data": {"worker_time_in_previous_activity_ms": "26123"}}
    )
    assert isinstance(event, WorkerActivityUpdate)
    assert event.worker_time_in_previous_activity_ms == timedelta(milliseconds=26123)


def test_reading_what_is_not_there_says_what() -> None:
    """Reading a field that was not sent, or that is garbled, names it and points at the payload."""
    event = parse_event({"EventType": "task.created", "TaskAge": "soon"})
    assert isinstance(event, TaskCreated)
    for name, what in (("task_sid", "is not in the payload"), ("task_age", "is not what it should be")):
        with pytest.raises(MissingField) as caught:
            getattr(event, name)
        assert str(caught.value) == (
            f"{name} {what}. [missing-event-field]\n  at TaskCreated.{name}\n  hint: what came is in .payload"
        )
    assert event.task_queue_sid is None


def test_attributes_that_do_not_fit_say_so() -> None:
    """Attributes that do not fit the schema raise when they are read; the JSON stays readable."""
    event = parse_event({**TIMEOUT, "TaskAttributes": "{}"}, task=Call)
    assert isinstance(event, ReservationTimeout)
    with pytest.raises(InvalidAttributes):
        event.task
    assert event.task_attributes == {}


def test_events_compare_and_pickle() -> None:
    """Events are equal by content, and survive pickling."""
    event = parse_event(TIMEOUT, worker=Agent, task=Call)
    again = pickle.loads(pickle.dumps(event))
    assert again == event
    assert hash(again) == hash(event)
    assert parse_event({**TIMEOUT, "TaskAge": "32"}) != event


def test_moved_tells_from_where() -> None:
    """task-queue.moved knows the queue before, where the service says it."""
    event = parse_event(
        {"EventType": "task-queue.moved", "PreviousTaskQueueName": "Billing", "TargetChangedReason": "x"}
    )
    assert isinstance(event, TaskQueueMoved)
    assert (event.previous_task_queue_name, event.target_changed_reason) == ("Billing", "x")


def test_the_events_that_others_recorded_are_read() -> None:
    """Events and the fields that handlers read, found in public code, are known."""
    rows = [json.loads(line) for line in shared("corpus/callbacks.jsonl").read_text(encoding="utf-8").splitlines()]
    events = [row["payload"] for row in rows if row["kind"] == "event_payload"]
    assert len(events) >= 8
    for payload in events:
        event = parse_event(payload)
        assert not isinstance(event, UnknownEvent)
        assert event.payload == payload
        for name, value in payload.items():
            assert value in event.fields.values(), name
    wanted = {name for row in rows if row["kind"] == "handler_fields" for name in row["payload"]}
    every = parse_event(dict.fromkeys(wanted, "x"))
    assert [name for name in every.fields if not any(hasattr(each, name) for each in event_types().values())] == []


def test_what_another_type_reads_is_extra_here() -> None:
    """Nothing is lost: a field that only other types read is in extra, and so is everything of an unknown type."""
    fields = {"EventType": "task.created", "TaskSid": WT, "WorkerSid": WK, "OperatingUnitSid": "OU1", "Later": "x"}
    assert parse_event(fields).extra == {"worker_sid": WK, "later": "x"}
    unknown = parse_event({**fields, "EventType": "task.teleported"})
    assert unknown.extra == {"task_sid": WT, "worker_sid": WK, "later": "x"}
    created = parse_event({**fields, "TaskQueueTargetExpression": "1==1"})
    assert isinstance(created, TaskCreated)
    assert (created.operating_unit_sid, created.task_queue_target_expression) == ("OU1", "1==1")


def test_the_documented_examples_are_read() -> None:
    """The Event examples of the service's own document are known types, and keep every field."""
    document = json.loads(shared("openapi/examples.json").read_text(encoding="utf-8"))
    found = [each["body"] for each in document["response_examples"] if each["operationId"] == "FetchEvent"]
    assert found
    for payload in found:
        event = parse_event(payload)
        assert not isinstance(event, UnknownEvent)
        assert event.payload == payload
