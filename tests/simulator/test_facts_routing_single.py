"""Single-tasking: a queue's activities for who is asked and who is at work, routing.md section 7."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.centre import Centre
from taskrouter_kit.simulator import _commands as commands


def single(seconds: int = 120, most: int = 1) -> Centre:
    """Return a single-tasking centre whose queue says Reserved and Busy."""
    centre = Centre(multi=False)
    queue = centre.queue(
        "All",
        reservation_activity_sid=centre.activity("Reserved"),
        assignment_activity_sid=centre.activity("Busy"),
        max_reserved_workers=most,
    )
    centre.workflow(default=queue, seconds=seconds)
    return centre


def test_single_tasking_moves_the_worker() -> None:
    """A reservation moves the worker into Reserved, an acceptance into Busy; the end leaves it there."""
    # Documented: routing.md section 7; ReservationActivity, AssignmentActivity, stays where it is
    centre = single()
    ann = centre.worker("Ann")
    task = centre.task()
    seen = [centre.activity_of(ann)]
    centre.accept(task)
    seen.append(centre.activity_of(ann))
    centre.end(task)
    seen.append(centre.activity_of(ann))
    assert seen == ["Reserved", "Busy", "Busy"]


def test_single_tasking_rejection() -> None:
    """Who rejects goes into the activity of the request, or back into the one before."""
    # Documented: routing.md section 7; WorkerActivitySid of the request, else its previous Activity
    for given in (None, "Break"):
        centre = single()
        centre.activity("Ready", available=True)
        ann = centre.worker("Ann", "Ready")
        task = centre.task()
        fields = {} if given is None else {"worker_activity_sid": centre.activity(given)}
        centre.reject(task, **fields)
        assert centre.activity_of(ann) == (given or "Ready")


def test_single_tasking_timeout() -> None:
    """Who does not answer goes into the timeout activity."""
    # Documented: routing.md section 7; Workspace TimeoutActivity
    centre = single(seconds=30)
    ann = centre.worker("Ann")
    centre.task()
    centre.wait(30)
    assert centre.activity_of(ann) == "Offline"


def of_one_queue(multi: bool) -> Centre:
    """Return a centre whose queue moves nobody into an activity."""
    centre = Centre(multi=multi)
    centre.workflow(default=centre.queue("All"))
    return centre


@pytest.mark.parametrize("completed", ["task", "reservation"])
@pytest.mark.parametrize(
    ("make", "after"),
    [(single, "Wrap up"), (lambda: of_one_queue(False), "Wrap up"), (lambda: of_one_queue(True), "Available")],
)
def test_single_tasking_post_work_activity(make: Callable[[], Centre], after: str, completed: str) -> None:
    """The post-work activity of a dequeue takes effect when the work is completed, in single-tasking only."""
    # Documented: routing.md section 7; post_work_activity_sid, which is not valid in multitasking
    centre = make()
    ann = centre.worker("Ann", contact_uri="client:ann")
    task = centre.task(call_sid="CA1")
    options = {"post_work_activity_sid": centre.activity("Wrap up")}
    sid = centre.reservation(task).sid
    centre.do(commands.Instruct, reservation_sid=sid, instruction="dequeue", options=options)
    assert centre.outcomes(task) == [("Ann", "accepted")]
    if completed == "task":
        centre.end(task)
    else:
        centre.answer(task, "completed")
    assert (task.assignment_status, centre.activity_of(ann)) == ("completed", after)


def test_single_tasking_back_after_rescinded_and_canceled() -> None:
    """Who lost the race, or whose task was canceled, is back where it was."""
    # Inferred: routing.md section 7; back to the previous Activity
    centre = single(most=2)
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    centre.accept(centre.task(), ann)
    assert [centre.activity_of(each) for each in (ann, bob)] == ["Busy", "Available"]
    task = centre.task()
    assert centre.activity_of(bob) == "Reserved"
    centre.end(task, "canceled")
    assert centre.activity_of(bob) == "Available"


@pytest.mark.parametrize("ending", ["canceled", "rejected"])
def test_single_tasking_does_not_call_anybody_back(ending: str) -> None:
    """Who was moved into another activity while the reservation was pending stays there when it ends."""
    # Inferred: routing.md section 7; back to the previous Activity, from that of the queue
    centre = single()
    ann = centre.worker("Ann")
    task = centre.task()
    centre.move(ann, "Offline")
    if ending == "canceled":
        centre.end(task, "canceled")
    else:
        centre.reject(task)
    assert (centre.activity_of(ann), centre.outcomes(task)) == ("Offline", [("Ann", ending)])


def test_multitasking_ignores_the_activities_of_a_queue() -> None:
    """In multitasking the two activities of a queue mean nothing."""
    # Documented: routing.md section 7; ignored and may be null
    centre = Centre()
    queue = centre.queue("All", reservation_activity_sid=centre.activity("Reserved"))
    centre.workflow(default=queue)
    ann = centre.worker("Ann")
    centre.accept(centre.task())
    assert centre.activity_of(ann) == "Available"
