"""Every option of every instruction: its key and value in an answer, its parameter and value in a REST form."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import attrs
import pytest

from shared_material import shared
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._instruction_base import AnyInstruction, Instruction
from taskrouter_kit.models._instruction_conference import Conference
from taskrouter_kit.models._instruction_parse import parse_instruction, parse_reservation_update
from taskrouter_kit.models._instructions import Accept, CallWorker, Dequeue, Redirect, Reject, Supervise

WA, CA, WK = "WA" + "0" * 32, "CA" + "1" * 32, "WK" + "1" * 32
HOOK, TWIML = "https://support.example/hook", "http://support.example/twiml?a=b"
ALICE, NUMBER = "client:alice", "+15555550100"

UPDATES = "Update(Task|Worker)Reservation"
CALL = {"from_": NUMBER, "url": TWIML}
REDIRECT = {"call_sid": CA, "url": TWIML}
SUPERVISE = {"supervisor": WK, "mode": "monitor"}
WITH_HOOK = {"status_callback": HOOK}
WITH_CONFERENCE_HOOK = {"conference_status_callback": HOOK}

#: Instruction, option, value; key and value of the answer; parameter and value of the form; what else must be given.
Row = tuple[type[AnyInstruction], str, Any, str, Any, str, Any, dict[str, Any]]


def row(
    cls: type[AnyInstruction],
    option: str,
    value: Any,
    key: str,
    answered: Any,
    parameter: str,
    posted: Any,
    **more: Any,
) -> Row:
    return cls, option, value, key, answered, parameter, posted, more


# Documented: callbacks.md section 2; the options of each instruction
TABLE: list[Row] = [
    row(Reject, "activity", WA, "activity_sid", WA, "WorkerActivitySid", WA),
    row(Dequeue, "to", ALICE, "to", ALICE, "DequeueTo", ALICE),
    row(Dequeue, "from_", NUMBER, "from", NUMBER, "DequeueFrom", NUMBER),
    row(Dequeue, "post_work_activity", WA, "post_work_activity_sid", WA, "DequeuePostWorkActivitySid", WA),
    row(Dequeue, "record", "record-from-answer", "record", "record-from-answer", "DequeueRecord", "record-from-answer"),
    row(Dequeue, "timeout", 20, "timeout", 20, "DequeueTimeout", "20"),
    row(Dequeue, "timeout", timedelta(minutes=1), "timeout", 60, "DequeueTimeout", "60"),
    row(Dequeue, "status_callback_url", HOOK, "status_callback_url", HOOK, "DequeueStatusCallbackUrl", HOOK),
    row(
        Dequeue, "status_callback_events", ["initiated", "ringing", "answered", "completed"], "status_callback_events",
        "initiated,ringing,answered,completed", "DequeueStatusCallbackEvent",
        ["initiated", "ringing", "answered", "completed"], status_callback_url=HOOK,
    ),
    row(CallWorker, "to", NUMBER, "to", NUMBER, "CallTo", NUMBER, **CALL),
    row(CallWorker, "from_", "bob", "from", "bob", "CallFrom", "bob", url=TWIML),
    row(CallWorker, "url", TWIML, "url", TWIML, "CallUrl", TWIML, from_=NUMBER),
    row(CallWorker, "accept", True, "accept", True, "CallAccept", "true", **CALL),
    row(CallWorker, "record", "do-not-record", "record", "do-not-record", "CallRecord", "do-not-record", **CALL),
    row(CallWorker, "timeout", 999, "timeout", 999, "CallTimeout", "999", **CALL),
    row(CallWorker, "status_callback_url", HOOK, "status_callback_url", HOOK, "CallStatusCallbackUrl", HOOK, **CALL),
    row(Redirect, "call_sid", CA, "call_sid", CA, "RedirectCallSid", CA, url=TWIML),
    row(Redirect, "url", TWIML, "url", TWIML, "RedirectUrl", TWIML, call_sid=CA),
    row(Redirect, "accept", False, "accept", False, "RedirectAccept", "false", **REDIRECT),
    # Documented: callbacks.md section 3; names without a prefix, defaults and values of the Participants API
    row(Conference, "to", "sip:a@b.example", "to", "sip:a@b.example", "To", "sip:a@b.example"),
    row(Conference, "from_", NUMBER, "from", NUMBER, "From", NUMBER),
    row(Conference, "timeout", 1, "timeout", 1, "Timeout", "1"),
    row(Conference, "post_work_activity", WA, "post_work_activity_sid", WA, "PostWorkActivitySid", WA),
    row(Conference, "record", True, "record", True, "Record", "true"),
    row(Conference, "record", "record-from-answer", "record", "record-from-answer", "Record", "true"),
    row(Conference, "record", "do-not-record", "record", "do-not-record", "Record", "false"),
    row(Conference, "muted", True, "muted", True, "Muted", "true"),
    *(row(Conference, "beep", each, "beep", each, "Beep", each) for each in ("true", "false", "onEnter", "onExit")),
    row(Conference, "start_conference_on_enter", False, "start_conference_on_enter", False, "StartConferenceOnEnter",
        "false"),
    row(Conference, "end_conference_on_exit", True, "end_conference_on_exit", True, "EndConferenceOnExit", "true"),
    row(Conference, "end_conference_on_customer_exit", True, "end_conference_on_customer_exit", True,
        "EndConferenceOnCustomerExit", "true"),
    row(Conference, "beep_on_customer_entrance", False, "beep_on_customer_entrance", False, "BeepOnCustomerEntrance",
        "false"),
    row(Conference, "wait_url", TWIML, "wait_url", TWIML, "WaitUrl", TWIML),
    row(Conference, "wait_method", "GET", "wait_method", "GET", "WaitMethod", "GET"),
    row(Conference, "early_media", False, "early_media", False, "EarlyMedia", "false"),
    row(Conference, "max_participants", 250, "max_participants", 250, "MaxParticipants", "250"),
    row(Conference, "status_callback", HOOK, "status_callback", HOOK, "StatusCallback", HOOK),
    row(Conference, "status_callback_method", "POST", "status_callback_method", "POST", "StatusCallbackMethod",
        "POST", **WITH_HOOK),
    row(Conference, "status_callback_event", ["ringing"], "status_callback_event", "ringing", "StatusCallbackEvent",
        ["ringing"], **WITH_HOOK),
    row(Conference, "conference_status_callback", HOOK, "conference_status_callback", HOOK,
        "ConferenceStatusCallback", HOOK),
    row(Conference, "conference_status_callback_method", "GET", "conference_status_callback_method", "GET",
        "ConferenceStatusCallbackMethod", "GET", **WITH_CONFERENCE_HOOK),
    row(Conference, "conference_status_callback_event", ["start", "end", "join", "leave", "mute", "hold", "speaker"],
        "conference_status_callback_event", "start,end,join,leave,mute,hold,speaker", "ConferenceStatusCallbackEvent",
        ["start", "end", "join", "leave", "mute", "hold", "speaker"], **WITH_CONFERENCE_HOOK),
    # Observed: callbacks.md section 2.6; conference_record is a text
    *(
        row(Conference, "conference_record", each, "conference_record", each, "ConferenceRecord", each)
        for each in ("true", "false", "record-from-start", "do-not-record")
    ),
    *(
        row(Conference, "conference_trim", each, "conference_trim", each, "ConferenceTrim", each)
        for each in ("trim-silence", "do-not-trim")
    ),
    *(
        row(Conference, "recording_channels", each, "recording_channels", each, "RecordingChannels", each)
        for each in ("mono", "dual")
    ),
    row(Conference, "recording_status_callback", HOOK, "recording_status_callback", HOOK, "RecordingStatusCallback",
        HOOK),
    row(Conference, "recording_status_callback_method", "GET", "recording_status_callback_method", "GET",
        "RecordingStatusCallbackMethod", "GET", recording_status_callback=HOOK),
    row(Conference, "conference_recording_status_callback", HOOK, "conference_recording_status_callback", HOOK,
        "ConferenceRecordingStatusCallback", HOOK),
    row(Conference, "conference_recording_status_callback_method", "POST",
        "conference_recording_status_callback_method", "POST", "ConferenceRecordingStatusCallbackMethod", "POST",
        conference_recording_status_callback=HOOK),
    *(
        row(Conference, "region", each, "region", each, "Region", each)
        for each in ("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1")
    ),
    row(Conference, "sip_auth_username", "a", "sip_auth_username", "a", "SipAuthUsername", "a", sip_auth_password="b"),
    row(Conference, "sip_auth_password", "b", "sip_auth_password", "b", "SipAuthPassword", "b", sip_auth_username="a"),
    *(
        row(Conference, "jitter_buffer_size", each, "jitter_buffer_size", each, "JitterBufferSize", each)
        for each in ("small", "medium", "large", "off")
    ),
    *(
        row(Supervise, "mode", each, "supervisor_mode", None, "SupervisorMode", each, supervisor=WK)
        for each in ("monitor", "whisper", "barge")
    ),
    row(Supervise, "supervisor", "client:boss", "supervisor", None, "Supervisor", "client:boss", mode="barge"),
    row(Supervise, "from_", NUMBER, "from", None, "From", NUMBER, **SUPERVISE),
]  # fmt: skip


def test_every_option_is_in_the_table() -> None:
    """No option of any instruction is missing above."""
    for cls in (Accept, Reject, Dequeue, CallWorker, Redirect, Conference, Supervise):
        ours = {each.name for each in attrs.fields(cls)} - {"extra"}
        assert ours == {option for of, option, *_ in TABLE if of is cls}, cls


@pytest.mark.parametrize(
    ("cls", "option", "value", "key", "answered", "parameter", "posted", "more"),
    TABLE,
    ids=[f"{each[0].__name__}-{each[1]}-{each[4]}" for each in TABLE],
)
def test_one_option(
    cls: type[AnyInstruction],
    option: str,
    value: Any,
    key: str,
    answered: Any,
    parameter: str,
    posted: Any,
    more: dict[str, Any],
) -> None:
    """An option that is given is in the JSON and in the form as documented, and one that is not is in neither."""
    instruction = cls(**{**more, option: value})
    assert instruction.to_form()[parameter] == posted
    form = instruction.to_form()
    if not (cls is Conference and option == "record" and isinstance(value, str)):  # the form has a flag only
        camel = {name[:1].lower() + name[1:]: given for name, given in form.items()}
        snake = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): given for name, given in form.items()}
        for spelled in (form, camel, snake):
            assert parse_reservation_update(spelled) == instruction
    optional = attrs.fields_dict(cls)[option].default is not attrs.NOTHING
    if isinstance(instruction, Instruction):
        document = json.loads(json.dumps(instruction.to_dict()))
        assert document[key] == answered
        assert type(document[key]) is type(answered)
        assert document["instruction"] == cls.word
        assert parse_instruction(document) == instruction
    if optional and not (option.startswith("sip_auth")):
        without = cls(**{name: given for name, given in more.items() if name != option})
        assert parameter not in without.to_form()
        if isinstance(without, Instruction):
            assert key not in without.to_dict()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "There is neither instruction nor decision. (40005)"),
        ({"ReservationStatus": "wrapping"}, "There is neither instruction nor decision. (40005)"),
        ({"Instruction": "teleport"}, "There is no such instruction. (55555)"),
        ({"Instruction": "Call", "CallUrl": TWIML}, "Expected a text that is not blank, on one line. (40111)"),
        ({"instruction": "conference", "timeout": "soon"}, "Conference.timeout"),
    ],
)
def test_updates_that_are_none(form: dict[str, Any], said: str) -> None:
    """A form without an instruction or decision, or with a wrong option, says so."""
    with pytest.raises(InvalidDeclaration, match=re.escape(said)):
        parse_reservation_update(form)


def test_decisions_are_read() -> None:
    """Statuses are Accept and Reject; what is not known is kept."""
    assert parse_reservation_update({"ReservationStatus": "accepted"}) == Accept()
    rejected = parse_reservation_update({"reservation_status": "rejected", "worker_activity_sid": WA})
    assert rejected == Reject(activity=WA)
    assert parse_reservation_update({"instruction": "conference", "dequeueFrom": "x"}) == Conference(
        extra={"dequeueFrom": "x"}
    )


# Documented: callbacks.md section 2.6; parameters of the Participants API that the instruction does not take
@pytest.mark.parametrize(
    "option",
    [
        "caller_id", "byoc", "recording_track", "label", "recording_status_callback_event",
        "conference_recording_status_callback_event", "coaching", "call_sid_to_coach", "call_reason", "speaker",
    ],
)  # fmt: skip
def test_what_a_conference_does_not_take(option: str) -> None:
    """An excepted parameter is no option; whoever insists has extra."""
    with pytest.raises(TypeError, match=option):
        Conference(**{option: "x"})
    assert Conference(extra={option: "x"}).to_dict() == {"instruction": "conference", option: "x"}


def test_the_documented_examples_mean_the_same() -> None:
    """The examples in the texts of the error catalogue are instructions that write exactly what the example says."""
    lines = shared("corpus/callbacks.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    examples = [each for each in rows if each["kind"] == "assignment_response" and "error 4" in each["note"]]
    assert len(examples) >= 10
    for each in examples:
        assert parse_instruction(each["payload"]).to_dict() == each["payload"], each["id"]


@pytest.mark.parametrize("operation", ["UpdateTaskReservation", "UpdateWorkerReservation"])
def test_every_documented_parameter_is_an_option(operation: str) -> None:
    """The service's own document and the table have the same parameters; a worker's reservation is not supervised."""
    document = json.loads(shared("openapi/examples.json").read_text(encoding="utf-8"))
    (body,) = [each["body"] for each in document["operations"] if each["operationId"] == operation]
    documented = {parameter["name"] for parameter in body["application/x-www-form-urlencoded"]}
    supervising = {"Supervisor", "SupervisorMode"} if operation == "UpdateWorkerReservation" else set[str]()
    assert documented == {each[5] for each in TABLE} - supervising | {"Instruction", "ReservationStatus"}


def test_every_documented_value_is_accepted() -> None:
    """Every value that the service's own document lists for a parameter can be given."""
    document = json.loads(shared("openapi/examples.json").read_text(encoding="utf-8"))
    operations = [each for each in document["operations"] if re.fullmatch(UPDATES, each["operationId"])]
    checked = 0
    for operation in operations:
        for parameter in operation["body"]["application/x-www-form-urlencoded"]:
            name = parameter["name"]
            if name == "ReservationStatus":
                continue
            for value in parameter.get("enum") or parameter.get("items", {}).get("enum") or ():
                cls, option, example, _, _, _, _, more = next(each for each in TABLE if each[5] == name)
                given = [value] if isinstance(example, list) else value
                assert cls(**{**more, option: given}).to_form()[name] == given
                checked += 1
    assert checked >= 40
