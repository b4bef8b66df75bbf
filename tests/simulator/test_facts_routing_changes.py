"""Single-tasking, changes while routing, routing targets: routing.md sections 7 and 10 to 12."""

from __future__ import annotations

import json

import pytest

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import Engine, TaskState, WorkerState
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


def test_single_tasking_post_work_activity() -> None:
    """The post-work activity of a dequeue takes effect when the task is completed, in single-tasking only."""
    # Documented: routing.md section 7; post_work_activity_sid
    for multi, after in ((False, "Wrap up"), (True, "Available")):
        centre = single() if not multi else Centre()
        if multi:
            centre.workflow(default=centre.queue("All"))
        ann = centre.worker("Ann", contact_uri="client:ann")
        task = centre.task(call_sid="CA1")
        options = {"post_work_activity_sid": centre.activity("Wrap up")}
        sid = centre.reservation(task).sid
        centre.do(commands.Instruct, reservation_sid=sid, instruction="dequeue", options=options)
        assert centre.outcomes(task) == [("Ann", "accepted")]
        centre.end(task)
        assert centre.activity_of(ann) == after


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


# Worker changes while reservations exist


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


# Routing targets


def test_a_task_for_one_worker() -> None:
    """A task whose routing target is a worker goes to that worker, whatever its activity and load."""
    # Documented: routing.md section 12; that Worker only, ignore_capacity defaults to true
    centre = Centre()
    centre.workflow(when("1==2", to(centre.queue("All"))))
    centre.worker("Ann")
    bob = centre.worker("Bob", "Offline")
    task = centre.task(routing_target=bob.sid)
    assert (centre.offered(task), task.ignore_capacity) == (["Bob"], True)
    centre.reject(task)
    centre.wait(1)
    assert centre.outcomes(task) == [("Bob", "rejected"), ("Bob", "pending")], "nobody else is asked"


def test_a_task_for_one_worker_that_minds_capacity() -> None:
    """With IgnoreCapacity false it waits until that worker can take it."""
    # Documented: routing.md section 12; Activity and capacity are not considered only when ignored
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    bob = centre.worker("Bob", "Offline")
    task = centre.task(routing_target=bob.sid, ignore_capacity=False)
    assert centre.offered(task) == []
    centre.move(bob, "Available")
    assert centre.offered(task) == ["Bob"]


def test_a_task_for_one_worker_outside_its_queue() -> None:
    """A waiting task for one worker is offered to it when it has room, also where its queue does not accept it."""
    # Documented: routing.md section 12; Task goes to that Worker only
    centre = Centre()
    queue = centre.queue("Ones", "team == 1")
    centre.workflow(default=queue)
    bob, ann = centre.worker("Bob", "Offline", team=2), centre.worker("Ann", team=1)
    other = centre.accept(centre.task(kind="other")) and centre.task(kind="waits for Ann, who is busy")
    low, high = (
        centre.task(routing_target=bob.sid, ignore_capacity=False, task_queue_sid=queue.sid, priority=priority)
        for priority in (0, 5)
    )
    assert centre.offered(low) == centre.offered(high) == []
    loaded = Engine.load(json.loads(json.dumps(centre.engine.save())))
    centre.move(bob, "Available")
    assert [centre.offered(each) for each in (low, high, other)] == [[], ["Bob"], []]
    centre.end(high, "canceled")
    assert centre.offered(low) == ["Bob"]
    move = commands.UpdateWorker(
        workspace_sid=centre.workspace.sid, worker_sid=bob.sid, activity_sid=centre.activity("Available")
    )
    loaded.execute(move)
    assert [each.task_sid for each in loaded.offered] == [high.sid]
    assert ann.open


def test_a_task_for_one_queue() -> None:
    """A task whose routing target is a queue is placed in it; the filters are not asked."""
    # Documented: routing.md section 12; placed in that queue
    # Inferred: routing.md section 12; Workflow filters bypassed
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(default=first)
    assert centre.where(centre.task(routing_target=second.sid)) == "Second"


def test_a_target_without_a_queue() -> None:
    """A task for a worker of a workspace without any queue is refused, and not made."""
    # Inferred: routing.md section 12; a Task is always in a queue
    centre = Centre()
    centre.do(commands.CreateWorkflow, friendly_name="Empty", configuration='{"task_routing": {}}')
    ann = centre.worker("Ann")
    assert centre.refusal(commands.CreateTask, routing_target=ann.sid)[:2] == (400, 20001)
    assert centre.workspace.tasks == {}
    assert centre.engine.next_timer() is None


def test_the_queue_of_a_task_for_one_worker() -> None:
    """It is in the queue that the request names, else in the first one that accepts the worker, else in the first."""
    # Inferred: resources.md section 9; TaskQueueSid only with RoutingTarget, sets the queue
    centre = Centre()
    first, second = centre.queue("First", "level > 1"), centre.queue("Second", "level < 9")
    centre.workflow(default=first)
    ann, bob = centre.worker("Ann", level=1), centre.worker("Bob", level=10)
    none = centre.worker("Cid")
    assert centre.where(centre.task(routing_target=ann.sid)) == "Second"
    assert centre.where(centre.task(routing_target=bob.sid)) == "First"
    assert centre.where(centre.task(routing_target=none.sid)) == "First"
    assert centre.where(centre.task(routing_target=bob.sid, task_queue_sid=second.sid)) == "Second"


def test_a_task_for_one_workflow() -> None:
    """A task whose routing target is a workflow goes through it, be another one named too."""
    # Documented: routing.md section 12; handed to that Workflow
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    named = centre.workflow(default=first)
    other = centre.workflow(default=second, name="Other")
    for at in (None, named):
        task = centre.task(routing_target=other.sid, at=at)
        assert (centre.where(task), task.workflow_sid) == ("Second", other.sid)


def test_several_workflows_need_a_name() -> None:
    """With several workflows a task has to name its own, also with a worker or queue as routing target."""
    # Inferred: routing.md section 12; needs WorkflowSid when several Workflows exist
    # Observed: resources.md section 9; WorkflowSid field is required
    centre = Centre()
    queue = centre.queue("All")
    workflow = centre.workflow(default=queue)
    centre.workflow(default=queue, name="Other")
    for target in ({}, {"routing_target": queue.sid}):
        assert centre.refusal(commands.CreateTask, **target) == (400, 20001, "WorkflowSid field is required")
        assert centre.task(at=workflow, **target).workflow_sid == workflow.sid
