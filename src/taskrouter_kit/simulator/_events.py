"""The parameters by which events tell of each resource.

What an engine does all the time is told in two steps: ``…_told`` notes what may change, ``…_data`` makes the parameters
of it when somebody reads the event.
"""

from __future__ import annotations

from typing import Any

from taskrouter_kit.simulator._rules import FilterRule, TargetRule
from taskrouter_kit.simulator._state import (
    ActivityState,
    TaskQueueState,
    WorkerChannelState,
    WorkerState,
    WorkflowState,
    WorkspaceState,
)
from taskrouter_kit.simulator._task_state import TaskState


def task_told(task: TaskState, workspace: WorkspaceState, now: int) -> tuple[Any, ...]:
    """Return of what :func:`task_data` is made: everything that may be another thing when somebody reads it."""
    queue = workspace.task_queues.get(task.task_queue_sid or "")
    workflow = workspace.workflows.get(task.workflow_sid or "")
    # Texts and numbers only: the garbage collector does not look at tuples of those again.
    return (
        task.sid,
        task.attributes_text,
        now - task.date_created,
        task.priority,
        task.assignment_status,
        task.task_channel_sid,
        workspace.task_channels[task.task_channel_sid].unique_name,
        task.version,
        task.date_created,
        task.virtual_start_time,
        task.task_queue_entered_date,
        task.reason,
        None if queue is None else queue.sid,
        None if queue is None else queue.friendly_name,
        None if queue is None else queue.target_workers,
        None if workflow is None else workflow.sid,
        None if workflow is None else workflow.friendly_name,
    )


def task_data(
    sid: str,
    attributes: str,
    age: int,
    priority: int,
    status: str,
    channel_sid: str,
    channel_name: str,
    version: int,
    created: int,
    virtual_start_time: int,
    queue_entered: int | None,
    reason: str | None,
    queue_sid: str | None,
    queue_name: str,
    queue_expression: str,
    workflow_sid: str | None,
    workflow_name: str,
) -> dict[str, str]:
    """Return the parameters that tell of a task, with its queue and workflow."""
    # Documented: callbacks.md section 4.2; the Task group; all values are text
    data: dict[str, str] = {
        "TaskSid": sid,
        "TaskAttributes": attributes,
        "TaskAge": str(max(0, age) // 1000),
        "TaskPriority": str(priority),
        "TaskAssignmentStatus": status,
        "TaskChannelSid": channel_sid,
        "TaskChannelUniqueName": channel_name,
        "TaskVersion": str(version),
        "TaskDateCreated": str(created // 1000),
        "TaskVirtualStartTime": str(virtual_start_time // 1000),
    }
    if queue_entered is not None:
        data["TaskQueueEnteredDate"] = str(queue_entered // 1000)
    if reason is not None:
        data["Reason"] = reason
        if status == "canceled":
            data["TaskCanceledReason"] = reason
        elif status == "completed":
            data["TaskCompletedReason"] = reason
    if queue_sid is not None:
        data["TaskQueueSid"] = queue_sid
        data["TaskQueueName"] = queue_name
        data["TaskQueueTargetExpression"] = queue_expression
    if workflow_sid is not None:
        data["WorkflowSid"] = workflow_sid
        data["WorkflowName"] = workflow_name
    return data


def filter_data(rule: FilterRule | None, target: TargetRule | None, task: tuple[Any, ...]) -> dict[str, str]:
    """Return the parameters that tell of a task, its filter, and the target of that which it is in, or has left."""
    # Documented: callbacks.md section 4.3; filter fields in all four events of a task in a workflow
    # Observed: callbacks.md section 4.2; filter fields of the Workflow group
    # Inferred: callbacks.md section 4.3; empty where no filter took the task, or it is in no target
    return {
        **task_data(*task),
        "WorkflowFilterName": "" if rule is None else rule.name,
        "WorkflowFilterExpression": "" if rule is None else rule.expression,
        "WorkflowFilterTargetExpression": "" if target is None else target.expression or "",
    }


def matched_data(rule: FilterRule, target: TargetRule, known: str | None, task: tuple[Any, ...]) -> dict[str, str]:
    """Return the parameters that tell of a task in a target, and of its known worker."""
    return {
        **filter_data(rule, target, task),
        # Documented: workflows.md section 9; matching Task events carry known_worker_sid
        **({} if known is None else {"KnownWorkerSid": known}),
    }


def target_data(expression: str | None, previous: tuple[str, str] | None, task: tuple[Any, ...]) -> dict[str, str]:
    """Return the parameters that tell of a task in a target of its queue, and of the queue that it was in before."""
    # Documented: callbacks.md section 4.3; task-queue.entered, .moved and .timeout have target fields
    data = {**task_data(*task), "WorkflowFilterTargetExpression": expression or ""}
    if previous is not None:
        # Observed: callbacks.md section 4.3; previous queue in task-queue.moved
        data["PreviousTaskQueueSid"], data["PreviousTaskQueueName"] = previous
    return data


def worker_told(worker: WorkerState, workspace: WorkspaceState) -> tuple[str, str, str, str, str, int]:
    """Return of what :func:`worker_data` is made."""
    activity = workspace.activities[worker.activity_sid]
    return (
        worker.sid,
        worker.friendly_name,
        worker.attributes_text,
        activity.sid,
        activity.friendly_name,
        worker.version,
    )


def worker_data(
    sid: str, name: str, attributes: str, activity_sid: str, activity_name: str, version: int
) -> dict[str, str]:
    """Return the parameters that tell of a worker."""
    # Documented: callbacks.md section 4.2; the Worker group
    return {
        "WorkerSid": sid,
        "WorkerName": name,
        "WorkerAttributes": attributes,
        "WorkerActivitySid": activity_sid,
        "WorkerActivityName": activity_name,
        "WorkerVersion": str(version),
    }


def reservation_data(
    sid: str, version: int, task: tuple[Any, ...], worker: tuple[str, str, str, str, str, int]
) -> dict[str, str]:
    """Return the parameters that tell of a reservation, its task and its worker."""
    return {
        "ReservationSid": sid,
        "ReservationVersion": str(version),
        **task_data(*task),
        **worker_data(*worker),
    }


def channel_data(
    channel: WorkerChannelState, worker: WorkerState, workspace: WorkspaceState, previous: int
) -> dict[str, str]:
    """Return the parameters that tell of a worker's channel."""
    task_channel = workspace.task_channels[channel.task_channel_sid]
    # Documented: callbacks.md section 4.2; the Worker channel group
    return {
        **worker_data(*worker_told(worker, workspace)),
        "WorkerChannelAvailable": "true" if channel.available else "false",
        "WorkerChannelAvailableCapacity": str(channel.configured_capacity),
        "WorkerChannelPreviousCapacity": str(previous),
        "WorkerChannelTaskCount": str(channel.open_reservations),
        "TaskChannelSid": task_channel.sid,
        "TaskChannelUniqueName": task_channel.unique_name,
    }


def activity_data(activity: ActivityState) -> dict[str, str]:
    """Return the parameters that tell of an activity."""
    return {
        "ActivitySid": activity.sid,
        "ActivityName": activity.friendly_name,
        "ActivityAvailable": "true" if activity.available else "false",
    }


def queue_data(queue: TaskQueueState) -> dict[str, str]:
    """Return the parameters that tell of a queue."""
    return {
        "TaskQueueSid": queue.sid,
        "TaskQueueName": queue.friendly_name,
        "TaskQueueTargetExpression": queue.target_workers,
    }


def workflow_data(workflow: WorkflowState) -> dict[str, str]:
    """Return the parameters that tell of a workflow."""
    return {"WorkflowSid": workflow.sid, "WorkflowName": workflow.friendly_name}
