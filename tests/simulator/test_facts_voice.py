"""Calls without a telephone network: what becomes of them, and what hanging up does (routing.md section 14)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.centre import Centre
from taskrouter_kit.simulator import Engine, EngineOptions, TaskState, WorkerState, trace_of
from taskrouter_kit.simulator import _commands as commands

#: Instruction -> options that suffice, and the debugger's code when the call comes to nothing.
CALLS: dict[str, tuple[dict[str, str], int]] = {
    "dequeue": ({}, 40133),
    "conference": ({}, 40145),
    "call": ({"from": "+15550100", "url": "https://example.com/voice", "accept": "true"}, 40113),
    "redirect": ({"call_sid": "CA1", "url": "https://example.com/voice", "accept": "true"}, 40122),
}
OUTCOMES = ("busy", "no-answer", "failed")


def voice(*, multi: bool = True, seconds: int = 120, **options: Any) -> tuple[Centre, WorkerState, TaskState]:
    """Return a centre, Ann, and a call that is offered to her."""
    centre = Centre(multi=multi, engine=Engine(7, options=EngineOptions(**options)))
    centre.workflow(default=centre.queue("All"), seconds=seconds)
    ann = centre.worker("Ann", contact_uri="client:ann")
    return centre, ann, centre.task(channel="voice", call_sid="CA1", **{"to": "+15550199"})


def instruct(centre: Centre, task: TaskState, instruction: str, **more: str) -> None:
    """Carry *instruction* out on the open reservation of *task*."""
    options = {**CALLS[instruction][0], **more}
    sid = centre.reservation(task).sid
    centre.do(commands.Instruct, reservation_sid=sid, instruction=instruction, options=options)


@pytest.mark.parametrize("instruction", CALLS)
def test_answered_at_once(instruction: str) -> None:
    """Unless something else is planned the worker answers at once: the reservation is accepted."""
    # Documented: callbacks.md section 2.3; accepted when the Worker answers and is bridged
    # Documented: routing.md section 14; Worker bridged: Reservation accepted, Task assigned
    centre, _, task = voice()
    instruct(centre, task, instruction)
    assert (centre.outcomes(task), task.assignment_status) == ([("Ann", "accepted")], "assigned")
    (call,) = centre.engine.machine.calls
    assert (call.instruction, call.outcome, call.task_sid) == (instruction, "answered", task.sid)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("instruction", CALLS)
def test_a_call_that_comes_to_nothing(instruction: str, outcome: str) -> None:
    """A worker who cannot be reached: the reservation is canceled, with a debugger entry, and the task goes on."""
    # Documented: routing.md section 2; call setup failed: canceled, instead of timeout
    # Documented: callbacks.md section 2; the codes of a failed call
    # Observed: routing.md section 2; canceled_reason_code 13223 (invalid phone number)
    centre, ann, task = voice()
    centre.do(commands.PlanCall, outcome=outcome)
    bob = centre.worker("Bob", contact_uri="client:bob")
    first = centre.reservation(task)
    instruct(centre, task, instruction)
    centre.wait(60)
    assert centre.outcomes(task) == [("Ann", "canceled"), ("Bob", "pending")]
    assert centre.activity_of(ann) == "Available"
    assert [each.code for each in centre.engine.machine.debugger] == [CALLS[instruction][1]]
    assert first.canceled_reason_code == (13223 if outcome == "failed" else None)
    instruct(centre, task, instruction)
    assert centre.outcomes(task)[-1] == ("Bob", "accepted"), "one call was planned"
    assert bob.open


@pytest.mark.parametrize(("instruction", "timeout", "rings"), [("dequeue", "", 60), ("conference", "15", 15)])
def test_nobody_answers(instruction: str, timeout: str, rings: int) -> None:
    """A call rings for as long as its timeout; meanwhile the reservation's own clock stands still."""
    # Documented: callbacks.md section 2.3; timeout 60 s
    # Documented: routing.md section 2; while an accept with call set-up is in flight, the reservation clock is paused
    centre, _, task = voice(seconds=10)
    centre.do(commands.PlanCall, outcome="no-answer")
    instruct(centre, task, instruction, **({"timeout": timeout} if timeout else {}))
    assert centre.wait(rings - 0.001) == []
    assert centre.outcomes(task) == [("Ann", "pending")]
    centre.wait(0.001)
    assert centre.outcomes(task) == [("Ann", "canceled")]
    steps = [(step.what, step.why) for step in trace_of(centre.workspace, task.sid)]
    assert ("call", f"{instruction} to Ann: rings") in steps
    assert ("call", f"{instruction} to Ann: no-answer") in steps


def test_a_call_without_accept_leaves_the_reservation() -> None:
    """A call that is not to accept leaves the reservation pending, answered or not, and its clock runs."""
    # Documented: callbacks.md section 2.4; false: you must accept later
    for outcome in ("answered", "busy"):
        centre, _, task = voice(seconds=30)
        centre.do(commands.PlanCall, outcome=outcome)
        instruct(centre, task, "call", accept="false")
        assert centre.outcomes(task) == [("Ann", "pending")]
        centre.wait(30)
        assert centre.outcomes(task) == [("Ann", "timeout")]


def test_call_outcome() -> None:
    """An engine may let every call come to nothing; a plan for one worker is kept for that worker."""
    # Decided: for tests of what an application does then
    centre, ann, task = voice(call_outcome="busy")
    bob = centre.worker("Bob", contact_uri="client:bob")
    centre.do(commands.PlanCall, outcome="answered", worker_sid=bob.sid)
    instruct(centre, task, "dequeue")
    assert centre.outcomes(task) == [("Ann", "canceled"), ("Bob", "pending")]
    instruct(centre, task, "dequeue")
    assert (centre.outcomes(task)[-1], ann.open) == (("Bob", "accepted"), ())


def test_call_takes_ms() -> None:
    """A call may take its time until it is answered, for all calls or for a planned one."""
    # Decided: the time until a call is answered
    for options, plan in (({"call_takes_ms": 4_000}, None), ({}, {"outcome": "answered", "after_ms": 4_000})):
        centre, _, task = voice(seconds=3, **options)
        if plan is not None:
            centre.do(commands.PlanCall, **plan)
        instruct(centre, task, "conference")
        centre.wait(3.999)
        assert centre.outcomes(task) == [("Ann", "pending")]
        loaded = Engine.load(json.loads(json.dumps(centre.engine.save())))
        centre.wait(0.001)
        loaded.advance(4_000)
        assert centre.outcomes(task) == [("Ann", "accepted")]
        assert loaded.save() == centre.engine.save()


def test_one_call_at_a_time() -> None:
    """While a worker is being called, no other instruction calls it for the same reservation."""
    # Decided: one call at a time
    centre, _, task = voice(call_takes_ms=5_000)
    instruct(centre, task, "dequeue")
    sid = centre.reservation(task).sid
    refusal = centre.refusal(commands.Instruct, reservation_sid=sid, instruction="conference")
    assert refusal == (400, 40136, f"Reservation {sid} is on hold: its worker is being called")
    centre.wait(5)
    assert (centre.outcomes(task), len(centre.engine.machine.calls)) == ([("Ann", "accepted")], 1)


def test_a_task_that_ends_while_it_rings() -> None:
    """A task whose time to live is over while a worker's telephone rings is canceled; the call changes nothing more."""
    # Documented: routing.md section 1; TTL applies while pending or reserved
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann", contact_uri="client:ann")
    task = centre.task(channel="voice", call_sid="CA1", timeout=10)
    centre.do(commands.PlanCall, outcome="answered", after_ms=20_000)
    instruct(centre, task, "dequeue")
    centre.wait(20)
    assert (task.reason, centre.outcomes(task)) == ("Task TTL Exceeded", [("Ann", "canceled")])


def test_dequeue_adds_the_worker_call() -> None:
    """A dequeue that is answered adds the SID of the worker's call to the attributes."""
    # Documented: routing.md section 14; dequeue adds worker_call_sid to the attributes
    centre, _, task = voice()
    instruct(centre, task, "dequeue")
    assert json.loads(task.attributes_text) == task.attributes
    assert task.attributes["call_sid"] == "CA1"
    assert task.attributes["worker_call_sid"].startswith("CA")
    assert len(task.attributes["worker_call_sid"]) == 34


# Hanging up


@pytest.mark.parametrize("offered", [False, True])
def test_the_caller_hangs_up_while_waiting(offered: bool) -> None:
    """A caller who hangs up before anybody accepted: the task is canceled, and a reservation with it."""
    # Documented: routing.md section 14; before assignment: Task canceled
    # Documented: routing.md section 2; caller hung up: canceled
    centre, ann, task = voice()
    if not offered:
        centre.move(ann, "Offline", reject_pending_reservations=True)
    centre.do(commands.HangUp, task_sid=task.sid)
    assert task.assignment_status == "canceled"
    assert centre.outcomes(task) == [("Ann", "canceled" if offered else "rejected")]


@pytest.mark.parametrize(("multi", "after"), [(True, "Available"), (False, "Wrap up")])
def test_the_end_of_a_dequeued_call(multi: bool, after: str) -> None:
    """The end of a dequeued call completes the task; a single-tasking worker goes into its post-work activity."""
    # Documented: routing.md section 14; disconnect: Task completed, Worker to post-work Activity
    # Documented: routing.md section 1; completed automatically for dequeue calls
    centre, ann, task = voice(multi=multi)
    instruct(centre, task, "dequeue", post_work_activity_sid=centre.activity("Wrap up"))
    centre.do(commands.HangUp, task_sid=task.sid)
    assert (task.assignment_status, centre.outcomes(task)) == ("completed", [("Ann", "completed")])
    assert centre.activity_of(ann) == after


@pytest.mark.parametrize(("multi", "status"), [(True, "wrapping"), (False, "completed")])
def test_the_end_of_a_conference(multi: bool, status: str) -> None:
    """The end of a conference moves the task of a multitasking workspace into wrapping."""
    # Documented: routing.md section 1; wrapping automatically when a voice conference ends in multitasking
    centre, _, task = voice(multi=multi)
    instruct(centre, task, "conference")
    centre.do(commands.HangUp, task_sid=task.sid)
    assert (task.assignment_status, centre.outcomes(task)) == (status, [("Ann", status)])


def test_a_stuck_call() -> None:
    """A call that nobody of the engine's knowledge talks on ends nothing: complete the task by hand."""
    # Documented: routing.md section 14; stuck voice Task: complete if assigned
    centre, _, task = voice()
    centre.accept(task)
    message = f"No worker talks to the caller of task {task.sid}"
    assert centre.refusal(commands.HangUp, task_sid=task.sid) == (400, 20001, message)
    centre.end(task)
    assert task.assignment_status == "completed"


@pytest.mark.parametrize("fields", [{"outcome": "engaged"}, {"outcome": "busy", "times": 0}])
def test_a_plan_that_makes_no_sense(fields: dict[str, Any]) -> None:
    """Outcomes that do not exist are refused."""
    with pytest.raises(ValueError, match="outcome" if "times" not in fields else "times"):
        commands.PlanCall(workspace_sid="WS1", **fields)


def test_a_long_life() -> None:
    """An engine remembers the latest ten thousand entries of its debugger and calls, and saves so many."""
    centre = Centre(engine=Engine(7, options=EngineOptions(trace=False)))
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann", contact_uri="client:ann")
    made = centre.accept(centre.task())
    options = {"supervisor": "client:boss", "from": "+15550100"}
    for number in range(10_010):
        centre.do(commands.Enqueue, workflow_sid=f"WW{number}")
        centre.do(commands.Instruct, reservation_sid=made.sid, instruction="supervise", options=options)
    for machine in (centre.engine.machine, Engine.load(centre.engine.save()).machine):
        assert [each.sid for each in machine.debugger] == [f"WW{number}" for number in range(10, 10_010)]
        assert len(machine.calls) == 10_000
