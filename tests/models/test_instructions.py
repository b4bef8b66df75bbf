"""Instructions: spelled as the service wants them, and impossible to get wrong."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import attrs
import pytest

from shared_material import shared
from taskrouter_kit import Activity
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._instruction_base import AnyInstruction
from taskrouter_kit.models._instruction_conference import Conference
from taskrouter_kit.models._instruction_options import Option
from taskrouter_kit.models._instruction_parse import parse_instruction, parse_reservation_update
from taskrouter_kit.models._instructions import Accept, CallWorker, Dequeue, Redirect, Reject, Supervise

WA = "WA" + "0" * 32
CA = "CA" + "1" * 32
HOOK = "https://support.example/hook"


def test_dequeue_is_spelled_as_documented() -> None:
    """A dequeue instruction has snake_case keys, a SID for the activity, and a comma list of events."""
    instruction = Dequeue(
        to="client:alice",
        from_="+15555550100",
        post_work_activity=WA,
        record="record-from-answer",
        timeout=timedelta(seconds=20),
        status_callback_url=HOOK,
        status_callback_events=["initiated", "completed"],
    )
    assert instruction.to_dict() == {
        "instruction": "dequeue",
        "to": "client:alice",
        "from": "+15555550100",
        "post_work_activity_sid": WA,
        "record": "record-from-answer",
        "timeout": 20,
        "status_callback_url": HOOK,
        "status_callback_events": "initiated,completed",
    }
    assert instruction.to_form() == {
        "Instruction": "dequeue",
        "DequeueTo": "client:alice",
        "DequeueFrom": "+15555550100",
        "DequeuePostWorkActivitySid": WA,
        "DequeueRecord": "record-from-answer",
        "DequeueTimeout": "20",
        "DequeueStatusCallbackUrl": HOOK,
        "DequeueStatusCallbackEvent": ["initiated", "completed"],
    }


def test_accept_and_reject_are_statuses_over_rest() -> None:
    """Accepting and rejecting have no Instruction parameter in the REST form."""
    assert (Accept().to_dict(), Accept().to_form()) == ({"instruction": "accept"}, {"ReservationStatus": "accepted"})
    assert Reject().to_dict() == {"instruction": "reject"}
    assert Reject(activity=WA).to_dict() == {"instruction": "reject", "activity_sid": WA}
    assert Reject(activity=WA).to_form() == {"ReservationStatus": "rejected", "WorkerActivitySid": WA}


def test_call_and_redirect() -> None:
    """A call and a redirect carry their flags as JSON flags, and as text in a form."""
    call = CallWorker(from_="+15555550100", url=HOOK, accept=True, to="sip:a@b.example", timeout=600)
    assert call.to_dict() == {
        "instruction": "call",
        "from": "+15555550100",
        "url": HOOK,
        "to": "sip:a@b.example",
        "accept": True,
        "timeout": 600,
    }
    redirect = Redirect(call_sid=CA, url=HOOK, accept=False)
    assert redirect.to_dict() == {"instruction": "redirect", "call_sid": CA, "url": HOOK, "accept": False}
    assert redirect.to_form() == {
        "Instruction": "redirect",
        "RedirectCallSid": CA,
        "RedirectUrl": HOOK,
        "RedirectAccept": "false",
    }


def test_conference_events_and_recording() -> None:
    """Conference events are a comma text in an answer and repeated in a form; conference_record is text."""
    conference = Conference(
        conference_status_callback=HOOK,
        conference_status_callback_event=["start", "end"],
        conference_record="true",
        record="record-from-answer",
        muted=False,
    )
    assert conference.to_dict() == {
        "instruction": "conference",
        "record": "record-from-answer",
        "muted": False,
        "conference_status_callback": HOOK,
        "conference_status_callback_event": "start,end",
        "conference_record": "true",
    }
    form = conference.to_form()
    assert form["ConferenceStatusCallbackEvent"] == ["start", "end"]
    assert (form["Record"], form["Muted"], form["ConferenceRecord"]) == ("true", "false", "true")


def test_supervise_is_rest_only() -> None:
    """Supervising has a REST form and no place in a callback's answer."""
    assert Supervise(supervisor="WK" + "0" * 32, mode="whisper").to_form() == {
        "Instruction": "supervise",
        "Supervisor": "WK" + "0" * 32,
        "SupervisorMode": "whisper",
    }
    assert not hasattr(Supervise, "to_dict")


REFUSED: list[tuple[type[AnyInstruction], dict[str, Any], str, str]] = [
    (Reject, {"activity": "WK" + "0" * 32}, "wrong-sid", "40100"),
    (CallWorker, {"from_": "a", "url": HOOK, "to": "alice"}, "invalid-contact", "40110"),
    (CallWorker, {"from_": " ", "url": HOOK}, "invalid-option", "40111"),
    (CallWorker, {"from_": "a", "url": "/twiml"}, "invalid-url", "40112"),
    (Redirect, {"call_sid": CA, "url": "ftp://a.example"}, "invalid-url", "40120"),
    (Redirect, {"call_sid": CA, "url": "https://[::1"}, "invalid-url", "40120"),
    (Redirect, {"call_sid": CA, "url": "https://a.example:99999"}, "invalid-url", "40120"),
    (Redirect, {"call_sid": "CA1", "url": HOOK}, "wrong-sid", "40121"),
    (Dequeue, {"post_work_activity": "WQ" + "0" * 32}, "wrong-sid", "40130"),
    (Dequeue, {"to": "alice"}, "invalid-contact", "40131"),
    (Dequeue, {"from_": ""}, "invalid-option", "40132"),
    (Dequeue, {"status_callback_url": HOOK, "status_callback_events": ["join"]}, "invalid-choice", "40134"),
    (Conference, {"to": "nobody at all"}, "invalid-contact", "40137"),
    (Conference, {"from_": "\n"}, "invalid-option", "40138"),
    (Conference, {"post_work_activity": "WT" + "0" * 32}, "wrong-sid", "40139"),
    (Dequeue, {"status_callback_url": "status"}, "invalid-url", "40157"),
    (CallWorker, {"from_": "a", "url": HOOK, "status_callback_url": "status"}, "invalid-url", "40158"),
    (Conference, {"status_callback": "status"}, "invalid-url", "40159"),
    (Conference, {"conference_record": True}, "invalid-choice", "'true'"),
    (Conference, {"status_callback_method": "POST"}, "incomplete-option", "status_callback"),
    (Conference, {"sip_auth_username": "a"}, "incomplete-option", "sip_auth_password"),
    (Dequeue, {"timeout": 0}, "invalid-number", "from 1 to 999 seconds"),
    (Dequeue, {"timeout": 1000}, "invalid-number", "from 1 to 999 seconds"),
    (Dequeue, {"to": "sip:a@b", "timeout": 601}, "invalid-number", "600"),
    (Dequeue, {"status_callback_events": ["ringing"]}, "incomplete-option", "status_callback_url"),
    (Conference, {"max_participants": 251}, "invalid-number", "250"),
    (Redirect, {"call_sid": CA, "url": HOOK, "accept": "true"}, "invalid-option", "True or False"),
    (Supervise, {"supervisor": "WT" + "0" * 32, "mode": "barge"}, "wrong-sid", "worker"),
]


@pytest.mark.parametrize(("cls", "options", "rule", "said"), REFUSED)
def test_what_the_service_would_refuse_cannot_be_built(
    cls: type[AnyInstruction], options: dict[str, Any], rule: str, said: str
) -> None:
    """Every error 40100 … 40159 that an answer itself can cause is refused when the instruction is built."""
    with pytest.raises(InvalidDeclaration) as caught:
        cls(**options)
    assert [each.rule for each in caught.value.diagnostics] == [rule]
    assert said in str(caught.value)


def test_all_problems_come_at_once() -> None:
    """An instruction with three mistakes reports three, and never prints whom it would have called."""
    with pytest.raises(InvalidDeclaration) as caught:
        CallWorker(from_="", url="x", to="secret number")
    assert str(caught.value) == (
        "Expected a text that is not blank, on one line. (40111) [invalid-option]\n"
        "  at CallWorker.from_\n\n"
        "Expected an absolute URL (https://…); got 'x'. (40112) [invalid-url]\n"
        "  at CallWorker.url\n"
        "  hint: Twilio calls it from outside: give the public address\n\n"
        "Expected a phone number, client:… or sip:…. (40110) [invalid-contact]\n"
        "  at CallWorker.to\n"
        "  hint: write numbers in E.164: +15555550100"
    )


def test_an_activity_is_named_or_declared() -> None:
    """A declared activity and a name become the SID that the caller's table gives; an unknown one is an error."""
    table = {"Available": WA}
    assert Dequeue(post_work_activity=Activity("Available", available=True)).to_dict(table) == {
        "instruction": "dequeue",
        "post_work_activity_sid": WA,
    }
    with pytest.raises(InvalidDeclaration) as caught:
        Reject(activity="Lunch").to_dict(table.__getitem__)
    assert str(caught.value) == (
        "The SID of activity 'Lunch' is not known here. [unknown-activity-sid]\n"
        "  at Reject.activity\n"
        "  hint: give the SID, or the returned ActivityResource; or Callbacks(workspace=…, or activities={…})"
    )


@pytest.mark.parametrize(
    ("document", "code"),
    [("text", "40001"), ({}, "40005"), ({"instruction": "explode"}, "55555"), ({"instruction": 3}, "55555")],
)
def test_what_is_no_instruction(document: Any, code: str) -> None:
    """A document that is no instruction names the service's code."""
    with pytest.raises(InvalidDeclaration, match=code):
        parse_instruction(document)


@pytest.mark.parametrize(
    ("document", "means"),
    [
        ({"instruction": "dequeue", "timeout": "30"}, Dequeue(timeout=30)),
        (
            {"instruction": "call", "url": HOOK, "from": "+15555550100", "accept": "true", "timeout": "05"},
            CallWorker(url=HOOK, from_="+15555550100", accept=True, timeout=5),
        ),
        (
            {"instruction": "Conference", "record": "true", "muted": "false", "max_participants": "3", "beep": "true"},
            Conference(record=True, muted=False, max_participants=3, beep="true"),
        ),
        (
            {"instruction": "conference", "status_callback": HOOK, "status_callback_event": "initiated answered"},
            Conference(status_callback=HOOK, status_callback_event=["initiated", "answered"]),
        ),
        (
            {"instruction": "conference", "status_callback": HOOK, "status_callback_event": " initiated,answered , "},
            Conference(status_callback=HOOK, status_callback_event=["initiated", "answered"]),
        ),
    ],
)
def test_what_stands_in_quotes_is_read(document: Any, means: Any) -> None:
    """A number, a flag or a list of events may be written as a text; what is no number is refused as ever."""
    assert parse_instruction(document) == means


@pytest.mark.parametrize("written", ["soon", "-1", "1.5", "٣", "9" * 5000, ""])
def test_a_text_that_spells_no_number_is_refused(written: str) -> None:
    """Digits of other alphabets and endless ones are a finding, not another error."""
    with pytest.raises(InvalidDeclaration, match="Expected a whole number"):
        parse_instruction({"instruction": "dequeue", "timeout": written})
    with pytest.raises(InvalidDeclaration, match="Expected a whole number"):
        parse_reservation_update({"Instruction": "dequeue", "DequeueTimeout": written})


def test_unknown_options_are_kept() -> None:
    """An option that the library does not know survives parsing and is sent on."""
    document = {"instruction": "conference", "room_name": "abc", "from": "+15555550100"}
    parsed = parse_instruction(document)
    assert parsed.extra == {"room_name": "abc"}
    assert parsed.to_dict() == document
    assert "+1555" not in repr(Dequeue(to="+15555550100"))


def test_every_documented_parameter_has_an_option() -> None:
    """The parameters of both reservation updates are exactly those that the instructions can write."""
    document = json.loads(shared("openapi/examples.json").read_text(encoding="utf-8"))
    updates = [
        each for each in document["operations"] if re.fullmatch("Update(Task|Worker)Reservation", each["operationId"])
    ]
    assert len(updates) == 2
    named = {each["name"] for update in updates for each in update["body"]["application/x-www-form-urlencoded"]}
    ours = {"ReservationStatus", "Instruction"}
    for cls in (Reject, Dequeue, CallWorker, Redirect, Conference, Supervise):
        declared: list[Option] = [each.metadata["option"] for each in attrs.fields(cls) if "option" in each.metadata]
        ours |= {each.parameter for each in declared}
    assert ours == named


def test_the_answers_that_others_wrote_are_read() -> None:
    """Assignment answers found in public code parse, and write back what they held."""
    rows = [json.loads(line) for line in shared("corpus/callbacks.jsonl").read_text(encoding="utf-8").splitlines()]
    answers = [row for row in rows if row["kind"] == "assignment_response"]
    assert len(answers) >= 28
    for row in answers:
        document = {key: _plausible(key, value) for key, value in row["payload"].items()}
        written = parse_instruction(document).to_dict()
        said = {key: _compact(value) for key, value in document.items()}
        assert {key: str(value).lower() for key, value in said.items()} == {
            key: str(value).lower() for key, value in written.items()
        }, row["id"]
    invalid = next(row for row in rows if row["kind"] == "assignment_response_invalid")
    with pytest.raises(InvalidDeclaration, match="40001"):
        parse_instruction(invalid["payload"])


def _plausible(key: str, value: Any) -> Any:
    """Fill in what a template left open, and what only works inside a Twilio Function (a relative URL)."""
    if isinstance(value, str) and ("{{" in value or "**" in value or value.startswith("/")):
        if key.endswith("activity_sid"):
            return WA
        return CA if key == "call_sid" else (HOOK if "url" in key else "+15555550100")
    return value


def _compact(value: Any) -> Any:
    return value.replace(", ", ",") if isinstance(value, str) else value
