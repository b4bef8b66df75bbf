"""What an answer does, fact by fact: each instruction, its errors, and the same over REST."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from callback_center import Center, instruct
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    CallWorker,
    Conference,
    Dequeue,
    Instruction,
    Redirect,
    Reject,
    Supervise,
)
from taskrouter_kit.testing import Answer

CA, TWIML = "CA" + "1" * 32, "https://support.example/twiml"
VOICE = {"call_sid": CA, "to": "+15551234567", "from": "+15558675310"}
NO_ACTIVITY = "WA" + "0" * 32


def answered(instruction: dict[str, object], contact: str | None = "client:alice", **attributes: object) -> Any:
    """Return status of the reservation, debugger codes and calls after an answer."""
    center = Center(lambda form: instruct(**instruction), contact=contact)
    made = center.task(**attributes)
    return center.statuses(made)[0], center.debugger, [call.instruction for call in center.emulator.calls]


# Documented: callbacks.md section 2.1
def test_accept() -> None:
    """The reservation is accepted and the task assigned; nothing is connected."""
    center = Center(lambda form: instruct(instruction="accept"))
    made = center.task()
    assert center.only_reservation(made).reservation_status == "accepted"
    assert center.live.tasks.fetch(made).assignment_status == "assigned"
    assert center.emulator.calls == ()


# Documented: callbacks.md section 2.2; the prose: optional
# Inferred: callbacks.md section 2.2; present and invalid: 40100, and the Reservation stays pending
def test_reject() -> None:
    """The worker goes to the activity, where one is given; an invalid one is 40100."""
    off = {"instruction": "reject", "activity_sid": ""}
    answers = [off]
    center = Center(lambda form: instruct(**answers[0]))
    answers[0] = {**off, "activity_sid": center.live.activities.fetch("Off").sid}
    made = center.task()
    assert center.statuses(made) == ["rejected"]
    assert center.live.workers.fetch("Alice").activity_name == "Off"
    assert answered({"instruction": "reject", "activity_sid": NO_ACTIVITY}) == ("pending", [40100], [])


# Documented: callbacks.md section 2.3; call_sid (40140), to (40131), post_work_activity_sid (40130), events (40134),
#   status_callback_url (40157)
@pytest.mark.parametrize(
    ("options", "contact", "attributes", "outcome"),
    [
        ({}, "client:alice", VOICE, ("accepted", [], ["dequeue"])),
        ({"to": "client:bob"}, None, VOICE, ("accepted", [], ["dequeue"])),
        ({}, None, VOICE, ("pending", [40131], [])),
        ({}, "client:alice", {}, ("pending", [40140], [])),
        ({"post_work_activity_sid": NO_ACTIVITY}, "client:alice", VOICE, ("pending", [40130], [])),
        ({"status_callback_events": "join"}, "client:alice", VOICE, ("pending", [40134], [])),
        ({"status_callback_url": "hook"}, "client:alice", VOICE, ("pending", [40157], [])),
    ],
)
def test_dequeue(options: dict[str, Any], contact: str | None, attributes: dict[str, Any], outcome: Any) -> None:
    """Only a task of a call is dequeued, to somebody who can be called."""
    assert answered({"instruction": "dequeue", **options}, contact, **attributes) == outcome


# Documented: callbacks.md section 2.4; to (40110), from (40111), url (40112), status callback (40158), accept: false
@pytest.mark.parametrize(
    ("options", "contact", "outcome"),
    [
        ({"from": "+1", "url": TWIML}, "client:alice", ("pending", [], ["call"])),
        ({"from": "+1", "url": TWIML, "accept": True}, "client:alice", ("accepted", [], ["call"])),
        ({"from": "+1", "url": TWIML}, None, ("pending", [40110], [])),
        ({"url": TWIML}, "client:alice", ("pending", [40111], [])),
        ({"from": "+1"}, "client:alice", ("pending", [40112], [])),
        ({"from": "+1", "url": TWIML, "status_callback_url": "x"}, "client:alice", ("pending", [40158], [])),
    ],
)
def test_call(options: dict[str, Any], contact: str | None, outcome: Any) -> None:
    """The worker is called; the task need not be a call, and somebody accepts later unless accept is true."""
    assert answered({"instruction": "call", **options}, contact) == outcome


# Documented: callbacks.md section 2.5; call_sid (40121), url (40120); # Inferred: accept: false
@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ({"call_sid": CA, "url": TWIML}, ("pending", [], ["redirect"])),
        ({"call_sid": CA, "url": TWIML, "accept": True}, ("accepted", [], ["redirect"])),
        ({"url": TWIML}, ("pending", [40121], [])),
        ({"call_sid": CA}, ("pending", [40120], [])),
    ],
)
def test_redirect(options: dict[str, Any], outcome: Any) -> None:
    """The waiting call goes elsewhere."""
    assert answered({"instruction": "redirect", **options}, **VOICE) == outcome


# Documented: callbacks.md section 2.6; to (40137), activity (40139), attributes (40142), status callback (40159)
@pytest.mark.parametrize(
    ("options", "contact", "attributes", "outcome"),
    [
        ({}, "client:alice", VOICE, ("accepted", [], ["conference"])),
        ({}, "client:alice", {"outbound_to": "+1"}, ("accepted", [], ["conference"])),
        ({}, "client:alice", {"call_sid": CA}, ("pending", [40142], [])),
        ({}, None, VOICE, ("pending", [40137], [])),
        ({"post_work_activity_sid": NO_ACTIVITY}, "client:alice", VOICE, ("pending", [40139], [])),
        ({"status_callback": "x"}, "client:alice", VOICE, ("pending", [40159], [])),
    ],
)
def test_conference(options: dict[str, Any], contact: str | None, attributes: dict[str, Any], outcome: Any) -> None:
    """Both go into a conference; a task made by hand says whom to call."""
    assert answered({"instruction": "conference", **options}, contact, **attributes) == outcome


# Documented: callbacks.md section 2; no longer pending: 40114, 40123, 40135, 40136
@pytest.mark.parametrize(
    ("instruction", "code"),
    [
        (CallWorker(from_="+1", url=TWIML), 40114),
        (Redirect(call_sid=CA, url=TWIML), 40123),
        (Dequeue(), 40135),
        (Conference(), 40136),
    ],
    ids=repr,
)
def test_no_longer_pending(instruction: Instruction, code: int) -> None:
    """An answer that comes when the reservation was accepted already is an entry of the debugger."""
    center = Center()

    def late(form: dict[str, str]) -> Answer:
        center.live.workers.reservations("Alice").accept(form["ReservationSid"])
        return instruct(**{f"{key}_": value for key, value in instruction.to_dict().items()})

    center.serve("/assignment", late)
    made = center.task(**VOICE)
    assert center.statuses(made) == ["accepted"]
    assert center.debugger == [code]


# Documented: callbacks.md section 2.7; accepted (40146), contact_uri (40147), from (40148); over REST only
def test_supervise() -> None:
    """Somebody listens in to a reservation that was accepted."""
    center = Center()
    made = center.task(**VOICE)
    reservation = center.only_reservation(made)
    own = center.live.tasks.reservations(made.sid)
    boss = center.live.workers.create("Boss", {}, activity="Off")
    listening = Supervise(supervisor="client:boss", mode="monitor")
    for prepare, instruction, code in (
        (lambda: None, listening, 40146),
        (lambda: own.accept(reservation.sid), Supervise(supervisor=boss.sid, mode="whisper"), 40147),
        (lambda: None, listening, 40148),
    ):
        prepare()
        with pytest.raises(Exception, match=str(code)):
            own.update(reservation.sid, instruction)


# -- section 3: the same over REST -----------------------------------------------------------------------------------


# Documented: callbacks.md section 3; Instruction= and prefixed names, unprefixed ones for conference
# Inferred: callbacks.md section 3; an instruction in any case
@pytest.mark.parametrize(
    ("form", "instruction", "options"),
    [
        ({"instruction": "Dequeue", "dequeue_from": "+1"}, "dequeue", {"from": "+1"}),
        ({"instruction": "dequeue", "dequeue_to": "client:bob"}, "dequeue", {"to": "client:bob"}),
        ({"instruction": "call", "call_from": "+1", "call_url": TWIML}, "call", {"from": "+1", "url": TWIML}),
        ({"instruction": "redirect", "redirect_call_sid": CA, "redirect_url": TWIML}, "redirect",
         {"call_sid": CA, "url": TWIML}),
        ({"instruction": "Conference", "from_": "+1", "timeout": 20}, "conference", {"from": "+1", "timeout": "20"}),
    ],
)  # fmt: skip
def test_rest_spells_it_otherwise(form: dict[str, Any], instruction: str, options: dict[str, str]) -> None:
    """The form of the SDK does what the answer of a callback does."""
    center = Center()
    made = center.task(**VOICE)
    reservation = center.only_reservation(made)
    workspace = center.emulator.client.taskrouter.v1.workspaces(center.live.sid)
    workspace.tasks(made.sid).reservations(reservation.sid).update(**form)
    (call,) = center.emulator.calls
    assert (call.instruction, dict(call.options)) == (instruction, options)


@pytest.mark.parametrize(
    "instruction",
    [
        Accept(),
        Reject(),
        Dequeue(from_="+15555550100", timeout=20, status_callback_url=TWIML, status_callback_events=["ringing"]),
        CallWorker(from_="+15555550100", url=TWIML, accept=True),
        Redirect(call_sid=CA, url=TWIML),
        Conference(from_="+15555550100", beep="onEnter", record=True, conference_record="true"),
    ],
    ids=repr,
)
def test_both_ways_do_the_same(instruction: Instruction) -> None:
    """An instruction as the answer of a callback and over REST leaves reservation and calls alike."""
    # Documented: callbacks.md section 3; REST spelling of the same instructions
    answering = Callbacks("token", workers=None)
    answering.assignment(worker=None, task=None)(lambda assignment: instruction)
    by_answer = Center()
    by_answer.emulator.serve("https://support.example/taskrouter/assignment", answering.handle)
    first = by_answer.task(**VOICE)
    by_rest = Center()
    second = by_rest.task(**VOICE)
    by_rest.live.tasks.reservations(second.sid).update(by_rest.only_reservation(second).sid, instruction)
    assert by_answer.statuses(first)[0] == by_rest.statuses(second)[0]
    assert [(each.instruction, dict(each.options)) for each in by_answer.emulator.calls] == [
        (each.instruction, dict(each.options)) for each in by_rest.emulator.calls
    ]


# Inferred: callbacks.md section 3; errors of the REST form are 400 with the same code
@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"instruction": "teleport"}, 55555),
        ({"instruction": "call", "call_url": TWIML}, 40111),
        ({"instruction": "redirect", "redirect_url": TWIML}, 40121),
        ({"instruction": "dequeue", "dequeue_status_callback_event": ["join"]}, 40134),
    ],
)
def test_rest_errors(form: dict[str, Any], code: int) -> None:
    """What is a debugger entry for an answer is an answer over REST."""
    center = Center()
    made = center.task(**VOICE)
    workspace = center.emulator.client.taskrouter.v1.workspaces(center.live.sid)
    with pytest.raises(TwilioRestException) as caught:
        workspace.tasks(made.sid).reservations(center.only_reservation(made).sid).update(**form)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert center.debugger == []


def test_a_typed_handler_gives_what_the_facts_want() -> None:
    """The instructions of this library cause none of the debugger's entries where the attributes are right."""
    # Documented: callbacks.md section 2; the table of errors
    for instruction in (Accept(), Reject(), Dequeue(), CallWorker(from_="+1", url=TWIML), Conference()):
        callbacks = Callbacks("token", workers=None)

        @callbacks.assignment
        def assign(assignment: Assignment[Any, Any], chosen: Instruction = instruction) -> Instruction:
            return chosen

        center = Center()
        center.emulator.serve("https://support.example/taskrouter/assignment", callbacks.handle)
        center.task(**VOICE)
        assert center.debugger == []
