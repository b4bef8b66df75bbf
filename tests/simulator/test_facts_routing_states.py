"""The states of tasks and reservations: routing.md sections 1 and 2."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, to, types, when
from taskrouter_kit.simulator import _commands as commands


def plain(*workers: str, seconds: int = 120) -> Centre:
    """Return a centre with one queue for all, and *workers*."""
    centre = Centre()
    centre.workflow(default=centre.queue("All"), seconds=seconds)
    for name in workers:
        centre.worker(name)
    return centre


def test_a_new_task_is_pending() -> None:
    """A task that nobody can take is pending."""
    # Documented: routing.md section 1; POST Tasks: pending
    assert plain().task().assignment_status == "pending"


def test_reserved_with_the_first_reservation() -> None:
    """A task is reserved as soon as it has a reservation."""
    # Documented: routing.md section 1; at least one Reservation created
    centre = plain()
    task = centre.task()
    centre.worker("Ann")
    assert (task.assignment_status, centre.outcomes(task)) == ("reserved", [("Ann", "pending")])


@pytest.mark.parametrize("end", ["rejected", "timeout", "canceled"])
def test_pending_again(end: str) -> None:
    """A task whose reservation was rejected, timed out or was canceled is pending again."""
    # Documented: routing.md section 1; the Reservation is rejected, times out or is canceled
    centre = plain("Ann", seconds=30)
    task = centre.task()
    if end == "rejected":
        centre.reject(task)
    elif end == "timeout":
        centre.wait(30)
    else:
        centre.do(commands.FailCallback, reservation_sid=centre.reservation(task).sid)
    assert (task.assignment_status, centre.outcomes(task)) == ("pending", [("Ann", end)])


def test_assigned_by_acceptance() -> None:
    """A task one of whose reservations is accepted is assigned."""
    # Documented: routing.md section 1; a Reservation is accepted
    centre = plain("Ann")
    task = centre.task()
    centre.accept(task)
    assert (task.assignment_status, centre.outcomes(task)) == ("assigned", [("Ann", "accepted")])


def test_wrapping_and_completed() -> None:
    """An assigned task may be wrapped and then completed; its reservation follows."""
    # Documented: routing.md section 1; AssignmentStatus=wrapping, AssignmentStatus=completed
    # Documented: routing.md section 2; Task wraps: wrapping, Task completed: completed
    centre = plain("Ann")
    task = centre.task()
    centre.accept(task)
    centre.end(task, "wrapping")
    assert (task.assignment_status, centre.outcomes(task)) == ("wrapping", [("Ann", "wrapping")])
    centre.end(task)
    assert (task.assignment_status, centre.outcomes(task)) == ("completed", [("Ann", "completed")])


def test_completed_without_wrapping() -> None:
    """An assigned task may be completed at once."""
    # Documented: routing.md section 1; assigned, wrapping -> completed
    centre = plain("Ann")
    task = centre.task()
    centre.accept(task)
    centre.end(task)
    assert (task.assignment_status, task.reason) == ("completed", "done")


def test_the_last_completed_reservation_completes_the_task() -> None:
    """A task all of whose reservations are completed is completed, with the recorded reason."""
    # Observed: routing.md section 1; All reservations were completed
    centre = plain("Ann")
    task = centre.task()
    centre.accept(task)
    centre.answer(task, "wrapping")
    assert task.assignment_status == "wrapping"
    centre.answer(task, "completed")
    assert (task.assignment_status, task.reason) == ("completed", "All reservations were completed")


@pytest.mark.parametrize("reserved", [False, True])
def test_canceled_by_the_api(reserved: bool) -> None:
    """A pending or reserved task may be canceled with a reason; its reservation is canceled and its worker free."""
    # Documented: routing.md section 1; API with Reason
    # Documented: routing.md section 2; Task canceled while reserved: Reservation canceled, Worker freed
    centre = plain(*(["Ann"] if reserved else []))
    task = centre.task()
    centre.end(task, "canceled")
    assert (task.assignment_status, task.reason) == ("canceled", "done")
    if reserved:
        assert centre.outcomes(task) == [("Ann", "canceled")]
        assert centre.offered(centre.task()) == ["Ann"]


def test_canceled_by_its_time_and_by_the_workflow() -> None:
    """A task is canceled by its time to live, also while it is reserved, and by the end of the workflow."""
    # Observed: routing.md section 1; Task TTL Exceeded, Task canceled on Workflow timeout
    centre = plain("Ann", seconds=60)
    task = centre.task(timeout=30)
    centre.wait(30)
    assert (task.reason, centre.outcomes(task)) == ("Task TTL Exceeded", [("Ann", "canceled")])
    other = Centre()
    other.workflow(when("1==1", to(other.queue("All"), timeout=10)))
    task = other.task()
    other.wait(10)
    assert task.reason == "Task canceled on Workflow timeout"


def test_canceled_by_the_thousandth_assignment() -> None:
    """A task goes from pending to reserved a thousand times at most; then it is canceled."""
    # Documented: routing.md section 1; 1,000 moves pending -> reserved, then canceled
    centre = plain("Ann")
    task = centre.task()
    for _ in range(1_000):
        assert task.assignment_status == "reserved"
        centre.reject(task)
        centre.wait(1)
    assert (task.assignment_status, len(task.reservations)) == ("canceled", 1_000)


def test_an_assigned_task_cannot_be_canceled() -> None:
    """Canceling an assigned or wrapping task is refused."""
    # Documented: routing.md section 1; impossible (400/20001)
    # Observed: routing.md section 1; a recorded refusal
    centre = plain("Ann")
    task = centre.task()
    centre.accept(task)
    for _ in range(2):
        status, code, message = centre.refusal(commands.UpdateTask, task_sid=task.sid, assignment_status="canceled")
        assert (status, code) == (400, 20001)
        assert message.endswith("because it is not pending or reserved.")
        if task.assignment_status == "assigned":
            centre.end(task, "wrapping")


def test_a_task_that_is_not_assigned_cannot_be_completed() -> None:
    """Completing or wrapping a task that nobody accepted is refused; so is a second end."""
    # Documented: routing.md section 14; code 20001 if done the wrong way round
    centre = plain()
    task = centre.task()
    for status, words in (("completed", "is not currently assigned."), ("wrapping", "not currently assigned")):
        refusal = centre.refusal(commands.UpdateTask, task_sid=task.sid, assignment_status=status)
        assert refusal[:2] == (400, 20001)
        assert refusal[2].endswith(words)
    centre.end(task, "canceled")
    assert centre.refusal(commands.UpdateTask, task_sid=task.sid, assignment_status="canceled")[:2] == (400, 20001)


@pytest.mark.parametrize("status", ["pending", "reserved", "assigned"])
def test_other_states_cannot_be_set(status: str) -> None:
    """A task is not moved into pending, reserved or assigned by hand."""
    # Inferred: routing.md section 1; other status values are refused
    centre = plain()
    refusal = centre.refusal(commands.UpdateTask, task_sid=centre.task().sid, assignment_status=status)
    assert refusal == (400, 20001, f"AssignmentStatus cannot be set to {status}")


def test_assigned_for_a_day() -> None:
    """A task that stays assigned for 24 hours is deleted by the system."""
    # Documented: routing.md section 1; 24 h after assignment: task.system-deleted
    centre = plain("Ann")
    task = centre.task()
    centre.wait(100)
    centre.accept(task)
    assert centre.wait(86_399) == []
    assert centre.wait(1)[-1] == "task.system-deleted"
    assert centre.workspace.tasks == {}
    assert centre.offered(centre.task()) == ["Ann"], "her slot is free again"


@pytest.mark.parametrize("end", ["completed", "canceled"])
def test_removed_five_minutes_after_the_end(end: str) -> None:
    """A task that ended stays for five minutes, and is removed with an event."""
    # Documented: routing.md section 1; removed after 5 minutes, event task.deleted
    centre = plain("Ann")
    task = centre.task()
    if end == "completed":
        centre.accept(task)
    centre.end(task, end)
    assert centre.wait(299.999) == []
    assert task.sid in centre.workspace.tasks
    assert centre.wait(0.001) == ["task.deleted"]
    assert (centre.workspace.tasks, centre.workspace.reservations) == ({}, {})


@pytest.mark.parametrize("state", ["pending", "reserved", "assigned", "wrapping", "completed", "canceled"])
def test_deleted_in_any_state(state: str) -> None:
    """A task can be deleted whatever its state; its pending reservations end, and its worker is free."""
    # Documented: routing.md section 1; any: DELETE
    # Documented: routing.md section 2; Task deleted: Reservation canceled
    centre = plain(*([] if state == "pending" else ["Ann"]))
    task = centre.task()
    if state in ("assigned", "wrapping", "completed"):
        centre.accept(task)
    if state in ("wrapping", "completed", "canceled"):
        centre.end(task, state)
    assert task.assignment_status == state
    centre.do(commands.DeleteTask, task_sid=task.sid)
    assert (centre.workspace.tasks, centre.workspace.reservations) == ({}, {})
    assert centre.count("reservation.canceled", task) == (state in ("reserved", "assigned", "wrapping", "canceled"))
    if state != "pending":
        assert centre.offered(centre.task()) == ["Ann"]
    centre.wait(90_000)


def test_time_to_live_ends_with_acceptance() -> None:
    """The time to live applies only until somebody accepts."""
    # Documented: routing.md section 1; only while pending or reserved
    centre = plain("Ann")
    task = centre.task(timeout=10)
    centre.accept(task)
    centre.wait(1_000)
    assert task.assignment_status == "assigned"


# Reservations


def test_accepted_leads_to_completed_or_wrapping() -> None:
    """An accepted reservation can be wrapped and completed, and neither before it was accepted."""
    # Documented: routing.md section 2; accepted -> wrapping, completed
    for status in ("wrapping", "completed"):
        centre = plain("Ann")
        task = centre.task()
        sid = centre.reservation(task).sid
        fields = {"reservation_sid": sid, "reservation_status": status}
        assert centre.refusal(commands.UpdateReservation, **fields)[:2] == (400, 20001)
        centre.accept(task)
        centre.answer(task, status)
        assert centre.outcomes(task) == [("Ann", status)]


@pytest.mark.parametrize("end", ["rejected", "timeout", "canceled"])
def test_an_ended_reservation_cannot_be_accepted(end: str) -> None:
    """rejected, timeout and canceled are ends."""
    # Documented: routing.md section 2; end
    # Inferred: resources.md section 10; 400 with code 20001
    centre = plain("Ann", seconds=30)
    task = centre.task()
    reservation = centre.reservation(task)
    if end == "rejected":
        centre.reject(task)
    elif end == "timeout":
        centre.wait(30)
    else:
        centre.end(task, "canceled")
    for status in ("accepted", "rejected", "completed"):
        refusal = centre.refusal(commands.UpdateReservation, reservation_sid=reservation.sid, reservation_status=status)
        assert refusal[:2] == (400, 20001)
    assert reservation.reservation_status == end


def test_a_rescinded_reservation_is_gone() -> None:
    """Who accepts after somebody else did gets 410."""
    # Documented: routing.md section 2; a late accept gets HTTP 410
    centre = Centre()
    centre.workflow(default=centre.queue("All", max_reserved_workers=2))
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    centre.accept(task, ann)
    late = centre.reservation(task, bob)
    refusal = centre.refusal(commands.UpdateReservation, reservation_sid=late.sid, reservation_status="accepted")
    assert refusal == (410, 20410, f"Reservation {late.sid} has been rescinded")


def test_both_callbacks_failed() -> None:
    """A reservation whose callback and fallback could not be reached is canceled, and its worker stays available."""
    # Documented: routing.md section 2; callback and fallback both failed
    # Inferred: routing.md section 8; the Worker's Activity does not change
    centre = plain("Ann")
    task = centre.task()
    centre.do(commands.FailCallback, reservation_sid=centre.reservation(task).sid)
    (ann,) = centre.workspace.workers.values()
    assert (centre.outcomes(task), centre.activity_of(ann)) == ([("Ann", "canceled")], "Available")


def test_the_order_of_completion() -> None:
    """The events of a completion come in the recorded order."""
    # Observed: routing.md section 2; task.completed, reservation.completed, task.updated
    centre = plain("Ann")
    task = centre.task()
    centre.accept(task)
    before = len(centre.events(task))
    centre.end(task)
    assert types(centre.events(task))[before:] == ["task.completed", "reservation.completed", "task.updated"]
