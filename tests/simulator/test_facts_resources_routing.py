"""What the engine decides about task channels, queues, workflows and tasks (resources.md sections 6 to 9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.centre import Centre, configuration
from taskrouter_kit.simulator import Engine
from taskrouter_kit.simulator import _commands as commands


@pytest.mark.parametrize(
    ("name", "fine"), [("a_1$", True), ("_", True), ("my-channel", True), ("1a", False), ("ä", False)]
)
def test_unique_names(name: str, fine: bool) -> None:
    """Unique names are made of letters, digits, _ and $; a hyphen was seen to be accepted."""
    # Documented: resources.md section 6; not starting with a digit
    # Observed: resources.md section 6; a 2018 capture shows my-channel created
    centre = Centre()
    if fine:
        centre.do(commands.CreateTaskChannel, friendly_name="x", unique_name=name)
    else:
        assert centre.refusal(commands.CreateTaskChannel, friendly_name="x", unique_name=name)[:2] == (400, 20001)


def test_task_channels_that_stay() -> None:
    """Built-in task channels, and those with tasks, cannot be deleted; a unique name is given once."""
    # Inferred: resources.md section 6; built-ins and duplicates 400/20001
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    assert centre.refusal(commands.DeleteTaskChannel, task_channel_sid=centre.channel("voice"))[:2] == (400, 20001)
    made = centre.do(commands.CreateTaskChannel, friendly_name="Letters", unique_name="letters")
    fields = {"friendly_name": "Letters", "unique_name": "letters"}
    assert centre.refusal(commands.CreateTaskChannel, **fields)[:2] == (400, 20001)
    centre.task(channel="letters")
    assert centre.refusal(commands.DeleteTaskChannel, task_channel_sid=made.sid)[:2] == (400, 20001)


def test_a_task_channel_of_a_reservation_that_is_over_stays() -> None:
    """A task that was offered on a channel and then moved to another one keeps the first, until it is removed."""
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    made = centre.do(commands.CreateTaskChannel, friendly_name="Letters", unique_name="letters")
    centre.worker("Ann")
    task = centre.task(channel="letters")
    centre.reject(task)
    centre.update(task, task_channel_sid=centre.channel("voice"))
    assert centre.refusal(commands.DeleteTaskChannel, task_channel_sid=made.sid)[:2] == (400, 20001)
    assert Engine.load(centre.engine.save()).save() == centre.engine.save()
    centre.do(commands.DeleteTask, task_sid=task.sid)
    centre.do(commands.DeleteTaskChannel, task_channel_sid=made.sid)
    assert Engine.load(centre.engine.save()).save() == centre.engine.save()


def test_defaults_of_a_queue() -> None:
    """A queue takes everybody, one at a time, first in first out, and names no activities."""
    # Documented: resources.md section 7; 1==1, 1, FIFO, null
    queue = Centre().do(commands.CreateTaskQueue, friendly_name="All")
    assert (queue.target_workers, queue.max_reserved_workers, queue.task_order) == ("1==1", 1, "FIFO")
    assert (queue.reservation_activity_sid, queue.assignment_activity_sid) == (None, None)


def test_a_queue_without_an_expression() -> None:
    """An empty expression is accepted: nobody is in the queue, and its tasks wait."""
    # Documented: resources.md section 7; empty string accepted: Tasks just wait
    centre = Centre()
    queue = centre.queue("Nobody", "")
    centre.workflow(default=queue)
    centre.worker("Ann")
    assert (centre.members(queue), centre.offered(centre.task())) == ([], [])


def test_a_broken_expression() -> None:
    """A queue whose expression has a syntax error is refused, and on update stays as it was."""
    # Observed: resources.md section 7; syntax error 400/20001
    centre = Centre()
    assert centre.refusal(commands.CreateTaskQueue, friendly_name="Q", target_workers="a-level > 1")[:2] == (400, 20001)
    queue = centre.queue("All")
    fields: dict[str, Any] = {"task_queue_sid": queue.sid, "target_workers": "==", "friendly_name": "New"}
    assert centre.refusal(commands.UpdateTaskQueue, **fields)[:2] == (400, 20001)
    assert (queue.target_workers, queue.friendly_name) == ("1==1", "All")


def test_an_empty_activity_of_a_queue_clears() -> None:
    """An empty string takes the activities off a queue."""
    # Observed: resources.md section 7; empty string clears
    centre = Centre()
    sid = centre.activity("Busy")
    queue = centre.queue("All", reservation_activity_sid=sid, assignment_activity_sid=sid)
    centre.do(
        commands.UpdateTaskQueue, task_queue_sid=queue.sid, reservation_activity_sid="", assignment_activity_sid=""
    )
    assert (queue.reservation_activity_sid, queue.assignment_activity_sid) == (None, None)


def test_queues_and_workflows_with_tasks_stay() -> None:
    """A queue and a workflow with live tasks cannot be deleted; after the last one ended they can."""
    # Inferred: resources.md section 7; delete with Tasks inside
    # Inferred: resources.md section 8; delete with live Tasks
    centre = Centre()
    queue = centre.queue("All")
    workflow = centre.workflow(default=queue)
    task = centre.task()
    assert centre.refusal(commands.DeleteWorkflow, workflow_sid=workflow.sid)[:2] == (400, 20001)
    centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, configuration=configuration())
    assert centre.refusal(commands.DeleteTaskQueue, task_queue_sid=queue.sid)[:2] == (400, 20001)
    centre.end(task, "canceled")
    centre.do(commands.DeleteTaskQueue, task_queue_sid=queue.sid)
    centre.do(commands.DeleteWorkflow, workflow_sid=workflow.sid)
    assert (centre.workspace.task_queues, centre.workspace.workflows) == ({}, {})
    assert Engine.load(json.loads(json.dumps(centre.engine.save()))).save() == centre.engine.save()


# Tasks


def test_defaults_of_a_task() -> None:
    """A task has no attributes, the channel default, a day to live, priority 0, and starts when it is made."""
    # Documented: resources.md section 9; 86,400, default, 0, date_created
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.wait(5)
    task = centre.do(commands.CreateTask)
    channel = centre.workspace.task_channels[task.task_channel_sid].unique_name
    assert (task.attributes, channel, task.timeout, task.priority) == ({}, "default", 86_400, 0)
    assert (task.virtual_start_time, task.routing_target, task.ignore_capacity) == (5_000, None, False)


def test_the_only_workflow_is_the_default() -> None:
    """With one workflow a task need not name it; with none or several it must."""
    # Documented: resources.md section 9; optional if exactly one Workflow exists
    # Observed: resources.md section 9; WorkflowSid field is required
    centre = Centre()
    refusal = (400, 20001, "WorkflowSid field is required")
    assert centre.refusal(commands.CreateTask) == refusal
    queue = centre.queue("All")
    workflow = centre.workflow(default=queue)
    assert centre.task().workflow_sid == workflow.sid
    centre.workflow(default=queue, name="Other")
    assert centre.refusal(commands.CreateTask) == refusal


def test_status_and_attributes_together() -> None:
    """One request may complete a task and give it attributes: both are done."""
    # Inferred: resources.md section 9; process both
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task(a=1)
    centre.accept(task)
    centre.update(task, assignment_status="completed", reason="done", attributes={"b": 2})
    assert (task.assignment_status, task.attributes) == ("completed", {"b": 2})


def test_versions_count_changes() -> None:
    """Versions start at 0 and grow with every change, also with those that routing makes."""
    # Observed: resources.md section 1.2; starts at 0, background changes bump a Task's version
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    task = centre.task()
    assert task.version == 0
    ann = centre.worker("Ann")
    assert (task.version, ann.version, centre.reservation(task).version) == (1, 0, 0)
    centre.accept(task)
    assert (task.version, centre.reservation(task).version) == (2, 1)
    centre.move(ann, "Offline")
    centre.describe(ann, a=1)
    assert ann.version == 2
