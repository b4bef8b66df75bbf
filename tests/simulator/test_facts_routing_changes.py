"""Changes of workers and tasks while tasks are offered or assigned: routing.md sections 10 and 11."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import TaskState, WorkerState
from taskrouter_kit.simulator import _commands as commands


def offered(seconds: int = 120) -> tuple[Centre, WorkerState, TaskState]:
    """Return a centre, Ann, and a task that is offered to her."""
    centre = Centre()
    centre.workflow(default=centre.queue("All", "team == 1"), seconds=seconds)
    ann = centre.worker("Ann", team=1)
    return centre, ann, centre.task()


@pytest.mark.parametrize("available", [True, False])
def test_another_activity_leaves_reservations(available: bool) -> None:
    """A worker who changes its activity keeps its pending reservations and can accept them."""
    # Documented: routing.md section 10; they stay pending and can still be accepted
    centre, ann, task = offered()
    centre.activity("Elsewhere", available=available)
    centre.move(ann, "Elsewhere")
    assert centre.offered(task) == ["Ann"]
    centre.accept(task)
    assert task.assignment_status == "assigned"


def test_reject_pending_reservations() -> None:
    """With RejectPendingReservations all of them are rejected."""
    # Documented: routing.md section 10; all become rejected
    centre, ann, task = offered()
    centre.set_channel(ann, "chat", capacity=2)
    tasks = [task, centre.task(channel="chat"), centre.task(channel="chat")]
    centre.move(ann, "Offline", reject_pending_reservations=True)
    assert [centre.outcomes(each) for each in tasks] == [[("Ann", "rejected")]] * 3
    assert centre.activity_of(ann) == "Offline"


def test_reject_pending_reservations_on_the_way_to_an_available_activity() -> None:
    """The flag is refused together with an available activity; nothing changes."""
    # Documented: routing.md section 10; 400
    # Observed: routing.md section 10; a recorded text
    centre, ann, task = offered()
    ready = centre.activity("Ready", available=True)
    refusal = centre.refusal(
        commands.UpdateWorker, worker_sid=ann.sid, activity_sid=ready, reject_pending_reservations=True
    )
    text = "Unable to reject pending reservations when updating to an Available activity state."
    assert refusal == (400, 20001, text)
    assert (centre.activity_of(ann), centre.offered(task)) == ("Available", ["Ann"])


def test_a_worker_who_leaves_the_queue() -> None:
    """A worker whose attributes no longer match keeps what it has and gets nothing new."""
    # Inferred: routing.md section 10; none for existing, no new ones
    centre, ann, task = offered()
    centre.set_channel(ann, "default", capacity=5)
    centre.describe(ann, team=2)
    assert (centre.offered(task), centre.offered(centre.task())) == (["Ann"], [])
    centre.accept(task)
    assert task.assignment_status == "assigned"


def test_a_closed_channel_leaves_reservations() -> None:
    """A channel that is closed, or has no capacity, keeps its reservations."""
    # Documented: routing.md section 10; none for existing
    for fields in ({"available": False}, {"capacity": 0}):
        centre, ann, task = offered()
        centre.set_channel(ann, "default", **fields)
        centre.accept(task)
        assert task.assignment_status == "assigned"


def test_a_worker_with_reservations_stays() -> None:
    """A worker with open reservations cannot be deleted; one without can."""
    # Inferred: routing.md section 10; refuse
    centre, ann, task = offered()
    assert centre.refusal(commands.DeleteWorker, worker_sid=ann.sid)[:2] == (400, 20001)
    centre.accept(task)
    assert centre.refusal(commands.DeleteWorker, worker_sid=ann.sid)[:2] == (400, 20001)
    centre.end(task)
    centre.do(commands.DeleteWorker, worker_sid=ann.sid)
    assert centre.workspace.workers == {}


# Task updates


def test_a_new_priority_reorders() -> None:
    """A pending task with a new priority has a new place; a target's priority still wins on entering it."""
    # Documented: routing.md section 11; reorders, a target priority still wins
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, timeout=10), to(priority=4)))
    first, second = centre.task(), centre.task()
    centre.update(second, priority=9)
    assert [task.sid for task in queue.waiting] == [second.sid, first.sid]
    centre.wait(10)
    assert second.priority == 4


def test_a_new_virtual_start_time_reorders() -> None:
    """A pending task with an earlier virtual start time moves forward."""
    # Documented: routing.md section 11; VirtualStartTime reorders
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(default=queue)
    centre.wait(100)
    first = centre.task()
    centre.wait(1)
    second = centre.task()
    centre.update(second, virtual_start_time=5_000)
    assert [task.sid for task in queue.waiting] == [second.sid, first.sid]


@pytest.mark.parametrize("state", ["reserved", "assigned", "wrapping", "completed"])
def test_later_updates_are_stored(state: str) -> None:
    """From its reservation on a task's new attributes and priority are stored, and change nothing else."""
    # Documented: routing.md section 11; stored
    # Observed: routing.md section 11; Reservation kept
    centre, _, task = offered()
    if state != "reserved":
        centre.accept(task)
    if state in ("wrapping", "completed"):
        centre.end(task, state)
    reservations = centre.outcomes(task)
    centre.update(task, attributes={"new": 1}, priority=7, virtual_start_time=0)
    assert (task.attributes, task.priority, task.virtual_start_time) == ({"new": 1}, 7, 0)
    assert (task.assignment_status, centre.outcomes(task)) == (state, reservations)


def test_the_channel_of_a_task() -> None:
    """A pending task may change its channel and is routed again; a reserved one may not."""
    # Inferred: routing.md section 11; re-evaluate, refuse
    centre, ann, reserved = offered()
    waiting = centre.task()
    assert centre.offered(waiting) == []
    centre.update(waiting, task_channel_sid=centre.channel("chat"))
    assert centre.offered(waiting) == ["Ann"]
    fields = {"task_sid": reserved.sid, "task_channel_sid": centre.channel("chat")}
    assert centre.refusal(commands.UpdateTask, **fields)[:2] == (400, 20001)
    assert ann.open == (*reserved.reservations, *waiting.reservations)


def test_the_channel_of_a_task_for_a_queue() -> None:
    """A task that asks no filter is offered anew, too, when its channel changes."""
    # Inferred: routing.md section 11; re-evaluate
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(default=queue)
    ann = centre.worker("Ann")
    centre.set_channel(ann, "default", capacity=0)
    tasks = [centre.task(routing_target=queue.sid), centre.task(routing_target=ann.sid, ignore_capacity=False)]
    assert [centre.offered(task) for task in tasks] == [[], []]
    for task, channel in zip(tasks, ("chat", "voice"), strict=True):
        centre.update(task, task_channel_sid=centre.channel(channel))
        assert centre.offered(task) == ["Ann"]


def test_every_update_is_an_event_and_a_version() -> None:
    """Every update emits task.updated and makes the version larger."""
    # Documented: routing.md section 11; every update emits task.updated and bumps the version
    centre, _, task = offered()
    for number, fields in enumerate(({"attributes": {"a": 1}}, {"priority": 3}, {"virtual_start_time": 0}, {}), 1):
        before = task.version
        centre.update(task, **fields)
        assert (centre.count("task.updated", task), task.version) == (number, before + 1)
