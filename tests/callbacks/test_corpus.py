"""Callbacks that others wrote or recorded: every row is read, whole, and so are the shapes that they may come in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks_requests import TOKEN, form
from shared_material import shared
from taskrouter_kit.callbacks import (
    Assignment,
    Callbacks,
    Conference,
    Event,
    MissingField,
    ReservationCreated,
    TaskCreated,
    UnknownEvent,
    WorkerCapacityUpdate,
    event_types,
    parse_event,
    parse_instruction,
    parse_reservation_update,
)
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration
from taskrouter_kit.models._event_fields import MaybeSent, Sent

WA, CA, HOOK = "WA" + "0" * 32, "CA" + "1" * 32, "https://support.example/hook"


def rows(kind: str) -> list[dict[str, Any]]:
    lines = shared("corpus/callbacks.jsonl").read_text(encoding="utf-8").splitlines()
    found = [row for row in map(json.loads, lines) if row["kind"] == kind]
    assert found, kind
    return found


def filled(key: str, value: Any) -> Any:
    """Return what a template would have been filled with."""
    if not isinstance(value, str) or not ("{{" in value or "**" in value or value.startswith("/")):
        return value
    if key.endswith("activity_sid"):
        return WA
    if key.endswith("Attributes"):
        return "{}"
    return CA if key == "call_sid" else (HOOK if "url" in key else "+15555550100")


def test_every_kind_of_row_is_known() -> None:
    """No row of the corpus is of a kind that the tests below do not read."""
    lines = shared("corpus/callbacks.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert len(kinds) >= 66
    assert set(kinds) <= {
        "assignment_response",
        "assignment_response_invalid",
        "assignment_request",
        "reservation_update",
        "handler_fields",
        "event_payload",
    }


def test_answers_are_read_and_written_back() -> None:
    """Every answer is an instruction whose JSON says what it said."""
    for row in rows("assignment_response"):
        document = {key: filled(key, value) for key, value in row["payload"].items()}
        written = parse_instruction(document).to_dict()
        said = {
            key: ",".join(part.strip() for part in value.split(",")) if key.endswith(("_event", "_events")) else value
            for key, value in document.items()
        }
        # "30" and 30, "true" and true say the same
        assert {key: str(value).lower() for key, value in written.items()} == {
            key: str(value).lower() for key, value in said.items()
        }, row["id"]


def test_answers_that_are_none_are_refused() -> None:
    """An answer that the service would not take names the service's code."""
    for row in rows("assignment_response_invalid"):
        with pytest.raises(InvalidDeclaration, match=r"\(40001\)"):
            parse_instruction(row["payload"])


def test_a_reservation_update_is_read() -> None:
    """What an SDK sends over REST is read as its instruction; what belongs to no option of it is kept."""
    for row in rows("reservation_update"):
        payload = {key: filled(key, value) for key, value in row["payload"].items()}
        parsed = parse_reservation_update(payload)
        if isinstance(parsed, Conference):
            assert parsed.extra == {key: value for key, value in payload.items() if key.startswith("dequeue")}
        assert "Instruction" in parsed.to_form() or "ReservationStatus" in parsed.to_form()


def test_requests_reach_the_handler() -> None:
    """An assignment request with less than the documented fields reaches its handler, whole."""
    for row in rows("assignment_request"):
        callbacks = Callbacks(TOKEN)
        seen: list[Assignment[Any, Any]] = []

        @callbacks.assignment
        def assign(assignment: Assignment[Any, Any], seen: list[Any] = seen) -> None:
            seen.append(assignment)

        payload = row["payload"]
        assert callbacks.handle(*form(payload)).status == 200
        (assignment,) = seen
        assert assignment.payload == payload
        assert assignment.extra == {}
        assert assignment.problems == ()
        assert assignment.task == json.loads(payload["TaskAttributes"])
        assert assignment.worker == json.loads(payload["WorkerAttributes"])
        assert assignment.worker_name == payload["WorkerName"]
        with pytest.raises(MissingField, match="task_priority is not in the payload"):
            assignment.task_priority


def test_events_reach_the_handler() -> None:
    """Every recorded event is of a known type and reaches its handler through a signed form, or by replay."""
    for row in rows("event_payload"):
        payload = {key: filled(key, value) for key, value in row["payload"].items()}
        callbacks = Callbacks(TOKEN)
        seen: list[Event] = []
        callbacks.on(Event)(seen.append)
        if all(isinstance(value, str) for value in payload.values()):
            assert callbacks.handle(*form(payload)).status == 204
        assert callbacks.replay([payload]) == (1, 0)
        for event in seen:
            assert not isinstance(event, UnknownEvent)
            assert event.payload == payload
            read_all(event)
        assert len(seen) in {1, 2}


def test_fields_that_handlers_read_have_a_name() -> None:
    """Every field that a handler of theirs reads is an attribute here: of some event, or of an assignment."""
    for row in rows("handler_fields"):
        every = parse_event(dict.fromkeys(row["payload"], "x"))
        for name in every.fields:
            owners = [*event_types().values(), Assignment]
            assert any(hasattr(owner, name) for owner in owners), (row["id"], name)
        if "EventType" not in row["payload"] and not any("Previous" in name for name in row["payload"]):
            missing = set(Assignment(dict.fromkeys(row["payload"], "{}")).extra)
            assert not missing, row["id"]


def read_all(event: Event) -> dict[str, Any]:
    """Read every field that the event's type has; what is missing or garbled may only say so."""
    found: dict[str, Any] = {}
    for name in dir(type(event)):
        if not name.startswith("_") and not callable(getattr(type(event), name, None)):
            try:
                found[name] = getattr(event, name)
            except (MissingField, InvalidAttributes):
                continue
    return found


# -- the shapes that they may come in --------------------------------------------------------------------------------

NINE = datetime(2026, 1, 5, 9, 0, 0, 250_000, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "moment",
    [
        "1767603600250", 1767603600250, 1767603600250.0, "1767603600.25", 1767603600.25,
        "2026-01-05T09:00:00.250Z", "2026-01-05T09:00:00.25Z", "2026-01-05T10:00:00.250000+01:00",
        "2026-01-05 09:00:00.250", "2026-01-05T09:00:00.2500000Z",
    ],
)  # fmt: skip
def test_moments_in_any_spelling(moment: Any) -> None:
    """Seconds, milliseconds, ISO 8601 with any fraction: one moment, aware, UTC."""
    event = parse_event({"EventType": "task.created", "TimestampMs": moment})
    assert event.occurred == NINE
    assert event.occurred.utcoffset() == timedelta(0)


def test_moments_of_the_old_api() -> None:
    """RFC 2822 is a moment, too."""
    event = parse_event({"EventType": "task.created", "EventDate": "Mon, 05 Jan 2026 10:00:00 +0100"})
    assert event.occurred == NINE.replace(microsecond=0)


@pytest.mark.parametrize("value", ["12", 12, 12.0, "12.0", " 12 "])
def test_numbers_in_any_spelling(value: Any) -> None:
    """Whole numbers as text or number, with and without a point."""
    event = parse_event({"EventType": "worker.capacity.update", "WorkerChannelTaskCount": value})
    assert isinstance(event, WorkerCapacityUpdate)
    assert event.worker_channel_task_count == 12


@pytest.mark.parametrize(("value", "read"), [("33.5", 33.5), (33.5, 33.5), ("2", 2), (2.0, 2)])
def test_capacities_may_be_parts(value: Any, read: float) -> None:
    """What is left of a capacity may be a part of it; garbage is none."""
    event = parse_event({"EventType": "worker.capacity.update", "WorkerChannelAvailableCapacity": value})
    assert isinstance(event, WorkerCapacityUpdate)
    assert event.worker_channel_available_capacity == read
    for garbage in ("much", "nan", [1], True):
        with pytest.raises(MissingField):
            type(event)({"WorkerChannelAvailableCapacity": garbage}).worker_channel_available_capacity


@pytest.mark.parametrize(("value", "read"), [("true", True), ("True", True), (True, True), (1, True), ("0", False)])
def test_flags_in_any_spelling(value: Any, read: bool) -> None:
    """Flags as text, flag or number; 2 is none."""
    event = parse_event({"EventType": "worker.capacity.update", "WorkerChannelAvailable": value})
    assert isinstance(event, WorkerCapacityUpdate)
    assert event.worker_channel_available is read
    with pytest.raises(MissingField):
        WorkerCapacityUpdate({"WorkerChannelAvailable": 2}).worker_channel_available


# Observed: callbacks.md section 5; an event of Event Streams has more fields than a callback
def test_a_transfer_by_event_streams() -> None:
    """Schema 4's payload: lower-case names, real numbers, and the fields of a transfer on its reservation."""
    payload = {
        "eventtype": "reservation.created",
        "task_sid": "WT1",
        "task_transfer_sid": "TT1",
        "transfer_mode": "WARM",
        "transfer_started": "2026-01-05T09:00:00.250Z",
        "transfer_initiating_worker_sid": "WK1",
        "transfer_initiating_reservation_sid": "WR1",
        "transfer_failed_reason": None,
        "reservation_reason_code": 3,
        "task_age_in_queue": 12,
        "previous_task_priority": 5,
        "task_re_evaluated_reason": "",
        "task_attributes": {"language": "es"},
    }
    cloud = {"specversion": "1.0", "type": "com.twilio.taskrouter.reservation.created", "data": {"payload": payload}}
    event = parse_event(cloud)
    assert isinstance(event, ReservationCreated)
    assert event.extra == {}
    assert (event.transfer_mode, event.transfer_started) == ("WARM", NINE)
    assert (event.transfer_initiating_worker_sid, event.transfer_initiating_reservation_sid) == ("WK1", "WR1")
    assert (event.task_transfer_sid, event.transfer_failed_reason) == ("TT1", None)
    assert (event.reservation_reason_code, event.previous_task_priority) == (3, 5)
    assert (event.task_age_in_queue, event.task_re_evaluated_reason) == (timedelta(seconds=12), None)
    assert event.task == {"language": "es"}


ATTRIBUTES = {"name": "Zoë", "kana": "日本", "emoji": "🎧", "nested": {"a": [1, 2.5, None, True]}}


@pytest.mark.parametrize(
    "spelled", [json.dumps(ATTRIBUTES), json.dumps(ATTRIBUTES, ensure_ascii=False, indent=2), ATTRIBUTES]
)
def test_attributes_in_any_spelling(spelled: Any) -> None:
    """Attributes as JSON text, escaped or not, or as the object itself; beside and inside event_data."""
    for payload in (
        {"EventType": "task.created", "TaskAttributes": spelled},
        {"event_type": "task.created", "event_data": {"task_attributes": spelled}},
        {"event_type": "task.created", "event_data": json.dumps({"task_attributes": spelled})},
    ):
        event = parse_event(payload)
        assert isinstance(event, TaskCreated)
        assert event.task_attributes == event.task == ATTRIBUTES


def test_a_form_in_another_alphabet() -> None:
    """Percent-encoded and raw UTF-8 bodies hold the same attributes."""
    callbacks = Callbacks(TOKEN)
    seen: list[Any] = []
    callbacks.on(TaskCreated)(lambda event: seen.append(event.task))
    url, headers, body = form({"EventType": "task.created", "TaskAttributes": json.dumps(ATTRIBUTES)})
    assert callbacks.handle(url, headers, body).status == 204
    url, headers, _ = form({"EventType": "task.created", "TaskAttributes": '{"name":"Zoë"}'})
    raw = 'EventType=task.created&TaskAttributes={"name":"Zoë"}'.encode()
    assert callbacks.handle(url, {**headers, "Content-Length": str(len(raw))}, raw).status == 204
    assert seen == [ATTRIBUTES, {"name": "Zoë"}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
READ = {
    name for each in event_types().values() for name in dir(each) if isinstance(getattr(each, name), Sent | MaybeSent)
}
field_names = st.sampled_from(sorted({"EventType", *READ, "event_data", "data", "specversion"}))


@given(st.dictionaries(field_names | st.text(max_size=8), json_values), st.sampled_from(sorted(event_types())))
def test_any_payload_is_an_event(payload: Mapping[str, Any], kind: str) -> None:
    """Law: any JSON object is an event, kept as it came; reading a field answers or says which one and why."""
    for given_ in (payload, {**payload, "EventType": kind}):
        event = parse_event(given_)
        assert event.payload == given_
        read_all(event)
        assert set(event.extra) <= set(event.fields)
        assert event == parse_event(given_)
        assert repr(event).isprintable()


OPTIONS = (
    "to", "from", "url", "timeout", "call_sid", "post_work_activity_sid", "activity_sid", "record", "accept", "extra",
    "status_callback_url", "status_callback_events", "status_callback", "status_callback_event", "conference_record",
    "max_participants", "beep", "muted", "sip_auth_username", "wait_url", "word",
)  # fmt: skip
plausible = st.sampled_from(["client:alice", "+15555550100", HOOK, CA, WA, 20, True, "true", "start, end", "ringing"])
WORDS = ["accept", "Reject", "dequeue", "call", "redirect", "CONFERENCE", "nothing", None, 7]


@given(st.dictionaries(st.sampled_from(OPTIONS) | st.text(max_size=8), plausible | json_values), st.sampled_from(WORDS))
def test_any_answer_is_an_instruction_or_refused(document: Mapping[str, Any], word: Any) -> None:
    """Law: a JSON object is an instruction that writes back what it read, or it is refused; nothing else is raised."""
    try:
        parsed = parse_instruction({**document, "instruction": word})
    except InvalidDeclaration:
        return
    written = parsed.to_dict(lambda name: WA)  # a name where a SID belongs is for the caller to find
    assert parse_instruction(written).to_dict() == written
    for key, value in document.items():
        assert key in written or value is None
        assert written.get(key) in (value, WA) or isinstance(value, str | list)
