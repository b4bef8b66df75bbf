"""Callbacks out: signed, with the documented fields, and what their answers do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from emulator.center import URL, Center, instruct
from taskrouter_kit.emulator import Answer, Backend, FaultRule, InProcessHttpClient, Store, VirtualClock


def test_the_documented_fields() -> None:
    """The assignment callback carries the documented parameters (callbacks.md section 1)."""
    center = Center()
    seen = center.serve("/assignment", lambda form: Answer(200))
    task = center.task()
    (form,) = seen
    assert set(form) == {
        "Timestamp", "AccountSid", "WorkspaceSid", "WorkflowSid", "TaskQueueSid", "WorkerSid", "WorkerAttributes",
        "TaskSid", "TaskAttributes", "TaskAge", "TaskPriority", "ReservationSid",
    }  # fmt: skip
    assert form["TaskSid"] == task.sid
    assert form["WorkerAttributes"] == '{"contact_uri":"client:alice"}'


def test_the_validator_of_the_sdk_accepts_the_signature() -> None:
    """X-Twilio-Signature is what the SDK's validator expects (callbacks.md section 6)."""
    center = Center()
    checked = []

    def check(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        checked.append(RequestValidator("token").validate(url, form, headers["X-Twilio-Signature"]))
        checked.append(RequestValidator("other").validate(url, form, headers["X-Twilio-Signature"]))
        return Answer(200)

    center.backend.functions.serve(URL, check)
    center.workspace.update(event_callback_url=f"{URL}/events?a=b#rc=2")
    center.task()
    assert checked[::2] == [True] * (len(checked) // 2)
    assert not any(checked[1::2])
    assert len(checked) > 4


def test_an_instruction_is_carried_out() -> None:
    """`accept` accepts the reservation (callbacks.md section 2.1)."""
    center = Center()
    center.serve("/assignment", lambda form: instruct(instruction="accept"))
    task = center.task()
    assert task.assignment_status == "pending"  # the answer tells of the task as it was made
    assert center.workspace.tasks(task.sid).fetch().assignment_status == "assigned"
    assert center.debugger == []


@pytest.mark.parametrize("name", ["dequeue", "conference"])
def test_telephony_is_imitated_and_recorded(name: str) -> None:
    """dequeue and conference accept the reservation; the call itself is recorded (callbacks.md sections 2.3, 2.6)."""
    center = Center()
    center.serve("/assignment", lambda form: instruct(**{"instruction": name, "from": "+15555550100"}))
    task = center.task()
    assert center.reservation(task).reservation_status == "accepted"
    (account,) = center.backend.accounts
    (call,) = account.engine.machine.calls
    assert (call.instruction, call.task_sid, dict(call.options)) == (name, task.sid, {"from": "+15555550100"})


@pytest.mark.parametrize(
    ("attributes", "answer", "code"),
    [
        ("{}", Answer(200, {"Content-Type": "text/plain"}, b"accept"), 40000),
        ("{}", Answer(200, {"Content-Type": "application/json"}, b'"{}"'), 40001),
        ("{}", Answer(200, {"Content-Type": "application/json"}, b"accept"), 40001),
        ("{}", instruct(instructions="accept"), 40005),
        ("{}", instruct(instruction="hold"), 55555),
        ("{}", instruct(instruction="reject", activity_sid="WA" + "0" * 32), 40100),
        ("{}", instruct(instruction="dequeue"), 40140),
        ("{}", instruct(instruction="conference"), 40142),
        ("{}", instruct(instruction="call", url="https://x.example"), 40111),
        ("{}", instruct(instruction="call", **{"from": "+1"}), 40112),
        ("{}", instruct(instruction="redirect", url="https://x.example"), 40121),
        ("{}", instruct(instruction="redirect", call_sid="CA1"), 40120),
    ],
)
def test_documented_errors_reach_the_debugger(attributes: str, answer: Answer, code: int) -> None:
    """What is wrong with an answer is a debugger entry; the reservation stays pending (callbacks.md section 2)."""
    center = Center()
    center.serve("/assignment", lambda form: answer)
    task = center.task(attributes)
    assert center.debugger == [code]
    assert center.reservation(task).reservation_status == "pending"


@pytest.mark.parametrize("answer", [Answer(200), instruct()])
def test_an_empty_answer_means_handled_elsewhere(answer: Answer) -> None:
    """An empty 200 and {} leave the reservation pending, without an error (callbacks.md section 1)."""
    center = Center()
    center.serve("/assignment", lambda form: answer)
    task = center.task()
    assert center.reservation(task).reservation_status == "pending"
    assert center.debugger == []


@pytest.mark.parametrize("bad", [Answer(500), Answer(200, seconds=5.5), Answer(204), None])
def test_the_fallback_is_asked(bad: Answer | None) -> None:
    """Not 200, or not within 5 seconds: the fallback gets the same request (callbacks.md section 1)."""
    center = Center(fallback=True)
    first = center.serve("/assignment", lambda form: bad)
    second = center.serve("/fallback", lambda form: instruct(instruction="accept"))
    task = center.task()
    assert [{key: form[key] for key in form.keys() - {"ErrorCode", "ErrorUrl"}} for form in second] == first
    assert center.reservation(task).reservation_status == "accepted"


def test_both_failing_cancels_the_reservation() -> None:
    """Callback and fallback fail: the reservation is canceled, the worker stays (callbacks.md section 1)."""
    center = Center(fallback=True)
    center.serve("", lambda form: Answer(503))
    task = center.task()
    assert center.reservation(task).reservation_status == "canceled"
    (worker,) = center.workspace.workers.list()
    assert worker.activity_name == "Available"


def test_nothing_calls_the_network() -> None:
    """An address that no function serves is left alone: the reservation waits, nothing is sent."""
    center = Center()
    center.workspace.update(event_callback_url="https://other.example/events")
    task = center.task()
    assert center.reservation(task).reservation_status == "pending"
    assert {each.status for each in center.backend.deliveries} == {None}


def test_the_events_filter() -> None:
    """Only events of the filter are sent; an unknown type is refused (callbacks.md section 4.4)."""
    center = Center()
    seen = center.serve("/events", lambda form: None)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="task.created, reservation.created")
    center.task()
    assert [form["EventType"] for form in seen] == ["task.created", "reservation.created"]
    assert seen[0]["ResourceType"] == "task"
    assert int(seen[0]["TimestampMs"]) // 1000 == int(seen[0]["Timestamp"])


def test_a_handler_may_use_the_client() -> None:
    """A function that answers a callback may call the emulator itself."""
    center = Center()

    def back_to_work(form: dict[str, str]) -> None:
        on = next(each.sid for each in center.workspace.activities.list() if each.available)
        center.workspace.workers(form["WorkerSid"]).update(activity_sid=on)

    center.serve("/events", back_to_work)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="reservation.timeout")
    center.task()
    center.backend.advance(121)
    (worker,) = center.workspace.workers.list()
    assert worker.activity_name == "Available"


def test_duplicated_and_late_events() -> None:
    """A rule duplicates an event, another delivers it later, at its virtual moment."""
    center = Center()
    seen = center.serve("/events", lambda form: None)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="task.created,reservation.created")
    center.backend.disturbances.add(
        FaultRule("duplicate-event", "task.created"), FaultRule("late-event", "reservation.created", seconds=7)
    )
    center.task()
    assert [form["EventType"] for form in seen] == ["task.created", "task.created"]
    center.backend.advance(6.9)
    assert len(seen) == 2
    center.backend.advance(0.2)
    assert [form["EventType"] for form in seen[2:]] == ["reservation.created"]


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("again", [False, True])
def test_an_answer_that_comes_after_a_reset(tmp_path: Path, again: bool, status: int) -> None:
    """What an application answers about a world that is gone changes nothing, and nothing of it is kept."""
    backend = Backend(store=Store(tmp_path / "store"))
    center = Center(backend=backend)
    empty = {**backend.save(), "accounts": {}}

    def answer(form: dict[str, str]) -> Answer:
        if again:
            backend.load(empty)
        else:
            backend.reset()
        return Answer(status, {"Content-Type": "application/json"}, b'{"instruction": "accept"}')

    center.serve("/assignment", answer)
    center.task()
    backend.close()
    after = Backend(store=Store(tmp_path / "store"))
    assert after.save()["accounts"] == {}
    after.close()


def test_late_events_of_a_world_that_is_gone() -> None:
    """An event that was to go out late does not when another world was loaded meanwhile."""
    center = Center()
    center.workspace.update(event_callback_url=f"{URL}/events")
    seen = center.serve("/events", lambda form: None)
    saved = center.backend.save()
    center.backend.disturbances.add(FaultRule("late-event", "task.created", seconds=10))
    center.task()
    before = [form["EventType"] for form in seen]
    center.backend.load(saved)
    center.backend.advance(60)
    assert "task.created" not in before
    assert [form["EventType"] for form in seen] == before


def test_the_token_that_came_last_signs() -> None:
    """Without configured credentials the token of the last request signs, also one that was used before another."""
    backend = Backend()
    accounts = [
        Client("AC" + "0" * 32, token, http_client=InProcessHttpClient(backend), environment={"_": ""})
        for token in ("first", "second")
    ]
    for client, token in [(accounts[0], "first"), (accounts[1], "second"), (accounts[0], "first")]:
        client.taskrouter.v1.workspaces.list()
        assert [each.auth_token for each in backend.accounts] == [token]


@pytest.mark.parametrize("again", ["store", "snapshot"])
def test_the_configured_token_signs_after_a_restart(tmp_path: Path, again: str) -> None:
    """With configured credentials the account's own token signs, also what timers set off before any request."""
    credentials = {"AC" + "0" * 32: "secret", "SK" + "1" * 32: "other"}
    backend = Backend(store=Store(tmp_path / "store"), credentials=credentials)
    center = Center(backend=backend, token="secret")
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="reservation.timeout")
    center.task()
    saved = backend.save()
    backend.close()
    if again == "store":
        later = Backend(store=Store(tmp_path / "store"), credentials=credentials)
    else:
        later = Backend(credentials=credentials)
        later.load(saved)
    checked: list[bool] = []

    def check(url: str, headers: Mapping[str, str], body: bytes) -> None:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        checked.append(RequestValidator("secret").validate(url, form, headers["X-Twilio-Signature"]))

    later.functions.serve(URL, check)
    later.advance(121)
    assert checked == [True]
    later.close()


class Restless(VirtualClock):
    """A clock that goes on by a millisecond whenever somebody looks at it."""

    step = 0

    def now_ms(self) -> int:
        self._now_ms += self.step
        return self._now_ms


def test_a_request_has_one_moment() -> None:
    """What a request found is still there when it is carried out, also when it is about to be removed."""
    clock = Restless()
    center = Center(backend=Backend(clock=clock))
    task = center.task()
    center.reservation(task).update(reservation_status="accepted")
    center.workspace.tasks(task.sid).update(assignment_status="completed")
    center.backend.advance(299.99)
    clock.step = 1
    with pytest.raises(TwilioRestException, match="not found"):
        [center.workspace.tasks(task.sid).update(priority=each) for each in range(100)]
