"""Tasks for one worker, one queue or one workflow, past the filters: routing.md section 12."""

from __future__ import annotations

import json

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import Engine
from taskrouter_kit.simulator import _commands as commands


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
    centre.accept(centre.task(kind="Ann is busy with it"))
    other = centre.task(kind="waits for Ann")
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
