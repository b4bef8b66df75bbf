"""What changes while a task is reserved shows when its reservation ends without being accepted."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.centre import Centre, centre_with, configuration, to, when
from taskrouter_kit.simulator import TaskQueueState, TaskState, WorkerState, trace_of
from taskrouter_kit.simulator import _commands as commands


def reserved(centre: Centre, **fields: Any) -> tuple[TaskState, WorkerState, TaskQueueState]:
    """Return a task of kind 1 that waits for Ann's answer in First, Ann, and the queue Second for other kinds."""
    first, second = centre.queue("First"), centre.queue("Second", "team == 2")
    centre.workflow(when("kind == 1", to(first)), default=second, seconds=30)
    ann = centre.worker("Ann", team=1)
    task = centre.task(kind=1, **fields)
    assert centre.offered(task) == ["Ann"]
    return task, ann, second


@pytest.mark.parametrize("how", ["reject", "time out", "fail"])
def test_new_attributes(how: str) -> None:
    """The workflow runs again when the reservation ends, and sees the attributes that the task was given meanwhile."""
    # Documented: workflows.md section 3; runs again when its Reservation times out, is canceled or rejected
    # Observed: workflows.md section 7; Reservation kept until then
    centre = Centre()
    task, *_ = reserved(centre)
    centre.update(task, attributes={"kind": 2})
    assert (centre.where(task), centre.offered(task)) == ("First", ["Ann"])
    if how == "reject":
        centre.reject(task)
    elif how == "time out":
        centre.wait(30)
    else:
        centre.do(commands.FailCallback, reservation_sid=centre.reservation(task).sid)
    assert (centre.where(task), task.assignment_status) == ("Second", "pending")
    whys = [step.why for step in trace_of(centre.workspace, task.sid) if step.what == "workflow.entered"]
    assert whys == ["Main", "Main, because its attributes changed while it was reserved"]
    centre.worker("Bob", team=2)
    centre.reject(task)
    assert len([each for each in trace_of(centre.workspace, task.sid) if each.what == "workflow.entered"]) == 2


def test_the_same_attributes() -> None:
    """Attributes that are what they were change nothing, and the workflow is not gone through again."""
    # Inferred: workflows.md section 5; the other Workers of the same step are tried
    centre = Centre()
    task, *_ = reserved(centre)
    centre.update(task, attributes={"kind": 1})
    centre.reject(task)
    assert centre.count("workflow.entered", task) == 1


def test_several_reservations() -> None:
    """With several reservations the workflow runs again when the last of them has ended."""
    # Documented: routing.md section 1; with several Reservations only when all have ended
    centre = Centre()
    first, second = centre.queue("First", max_reserved_workers=2), centre.queue("Second", "1==2")
    centre.workflow(when("kind == 1", to(first)), default=second)
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    task = centre.task(kind=1)
    centre.update(task, attributes={"kind": 2})
    centre.reject(task, ann)
    assert (centre.where(task), centre.offered(task)) == ("First", ["Bob"])
    centre.reject(task, bob)
    assert centre.where(task) == "Second"


def test_who_declined_is_asked_last() -> None:
    """A task that comes to the same target again does not ask at once whoever has just let it go."""
    # Inferred: routing.md section 15; exclude Workers who rejected until no other is left
    centre = Centre()
    task, ann, _ = reserved(centre)
    centre.update(task, attributes={"kind": 1, "note": "angry"})
    centre.reject(task, ann)
    assert (centre.where(task), centre.offered(task)) == ("First", [])
    centre.wait(1)
    assert centre.offered(task) == ["Ann"]


def test_time_goes_on() -> None:
    """A target whose time passed meanwhile is passed, in the same filter; another filter begins anew."""
    # Documented: workflows.md section 7; age keeps counting, early targets may already be expired
    centre = Centre()
    queues = [centre.queue(name, "team == 1") for name in ("One", "Two", "Three")]
    centre.workflow(
        when("kind == 1", to(queues[0], timeout=20), to(queues[1], timeout=20)), when("kind == 2", to(queues[2])),
        seconds=30,
    )  # fmt: skip
    for kind, queue in ((1, "Two"), (2, "Three")):
        ann = centre.worker(f"Ann {kind}", team=1)
        task = centre.task(kind=1)
        centre.update(task, attributes={"kind": kind, "more": 1})
        centre.wait(30)
        assert (centre.where(task), task.assignment_status) == (queue, "pending")
        centre.end(task, "canceled")
        centre.do(commands.DeleteWorker, worker_sid=ann.sid)


def test_re_evaluate_tasks() -> None:
    """A reserved task goes by the new configuration when its reservation has ended, if it is to be re-evaluated."""
    # Inferred: workflows.md section 7; reserved Tasks keep their Reservation
    for asked in (True, False):
        centre = Centre()
        task, _, second = reserved(centre)
        centre.do(
            commands.UpdateWorkflow,
            workflow_sid=task.workflow_sid,
            configuration=configuration(default=second),
            re_evaluate_tasks=asked,
        )
        assert centre.offered(task) == ["Ann"]
        centre.reject(task)
        assert centre.where(task) == ("Second" if asked else "First")
        if not asked:
            # Documented: workflows.md section 7; Tasks already in the Workflow keep going with what they had
            centre.worker("Bob", team=1)
            assert centre.offered(task) == ["Bob"]


def test_tasks_for_a_worker_or_a_queue_have_no_filters() -> None:
    """A task that was made for a queue or a worker stays where it is, whatever its workflow becomes."""
    # Inferred: routing.md section 12; Workflow filters bypassed
    for state in ("pending", "reserved"):
        centre = Centre()
        queue, other = centre.queue("All", "team == 1"), centre.queue("Other")
        workflow = centre.workflow(when("1==1", to(other)))
        if state == "reserved":
            centre.worker("Ann", team=1)
        task = centre.task(routing_target=queue.sid)
        text = configuration(when("1==2", to(other)))
        fields = {"configuration": text, "re_evaluate_tasks": True}
        centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, **fields)
        centre.update(task, attributes={"kind": 1})
        if state == "reserved":
            centre.reject(task)
        assert (task.assignment_status, centre.where(task)) == ("pending", "All")
        assert centre.count("workflow.entered", task) == 0


def test_the_next_target_still_wins() -> None:
    """In the reading in which an unanswered task goes on to the next target, new attributes come first."""
    # Documented: workflows.md section 5; the worked example re-evaluates
    centre = centre_with(unanswered="next-target")
    task, *_ = reserved(centre)
    centre.update(task, attributes={"kind": 2})
    centre.reject(task)
    assert centre.where(task) == "Second"


def test_a_new_name_of_the_worker() -> None:
    """A reservation has the name that its worker has now."""
    # Decided: no document says whose name it has whose worker was renamed
    centre = Centre()
    task, ann, _ = reserved(centre)
    centre.do(commands.UpdateWorker, worker_sid=ann.sid, friendly_name="Anne")
    assert centre.reservation(task).worker_name == "Anne"
