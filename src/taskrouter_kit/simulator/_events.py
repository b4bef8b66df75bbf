"""Event types, their resources, and the parameters that tell of each resource."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.simulator._state import (
    ActivityState,
    ReservationState,
    TaskQueueState,
    TaskState,
    WorkerChannelState,
    WorkerState,
    WorkflowState,
    WorkspaceState,
)

#: Every event type that a filter may name.
# Documented: callbacks.md section 4.3
EVENT_TYPES: Final = frozenset(
    f"{resource}.{change}"
    for resource, changes in {
        "activity": "created updated deleted",
        "reservation": "created accepted rejected timeout canceled rescinded completed failed wrapup",
        "task": "created updated canceled wrapup completed deleted system-deleted transfer-initiated "
        "transfer-attempt-failed transfer-failed transfer-canceled transfer-completed",
        "task-channel": "created updated deleted",
        "task-queue": "created deleted expression.updated entered moved timeout",
        "worker": "created deleted activity.update attributes.update capacity.update channel.availability.update",
        "workflow": "created updated deleted entered target-matched timeout skipped",
        "workspace": "created updated deleted",
    }.items()
    for change in changes.split()
)

_NOUNS: Final = {
    "activity": "Activity",
    "reservation": "Reservation",
    "task": "Task",
    "task-channel": "TaskChannel",
    "task-queue": "TaskQueue",
    "worker": "Worker",
    "workflow": "Workflow",
    "workspace": "Workspace",
}
#: Event type -> its noun, and what happened.
_SENTENCES: Final = {
    each: (_NOUNS[each.partition(".")[0]], each.partition(".")[2].replace("-", " ").replace(".", " "))
    for each in EVENT_TYPES
}
#: Events named after a queue or workflow that are about a task.
_ABOUT_TASKS: Final = frozenset(
    {
        "task-queue.entered",
        "task-queue.moved",
        "task-queue.timeout",
        "workflow.entered",
        "workflow.target-matched",
        "workflow.timeout",
        "workflow.skipped",
    }
)


def resource_of(event_type: str) -> str:
    """Return the resource type of an event."""
    # Inferred: callbacks.md section 4.1; from the names of the event types
    return "task" if event_type in _ABOUT_TASKS else event_type.partition(".")[0]


def describe(event_type: str, subject: str) -> str:
    """Return the sentence of an event."""
    # Inferred: resources.md section 11; the one recorded sentence is "Worker … updated to … Activity"
    if event_type == "worker.activity.update":
        return subject
    noun, change = _SENTENCES[event_type]
    return f"{noun} {subject} {change}" if subject else f"{noun} {change}"


def task_data(task: TaskState, workspace: WorkspaceState, now: int) -> dict[str, str]:
    """Return the parameters that tell of a task, with its queue and workflow."""
    channel = workspace.task_channels[task.task_channel_sid]
    # Documented: callbacks.md section 4.2; the Task group; all values are text
    data: dict[str, str] = {
        "TaskSid": task.sid,
        "TaskAttributes": task.attributes_text,
        "TaskAge": str(max(0, now - task.date_created) // 1000),
        "TaskPriority": str(task.priority),
        "TaskAssignmentStatus": task.assignment_status,
        "TaskChannelSid": channel.sid,
        "TaskChannelUniqueName": channel.unique_name,
        "TaskVersion": str(task.version),
        "TaskDateCreated": str(task.date_created // 1000),
        "TaskVirtualStartTime": str(task.virtual_start_time // 1000),
    }
    if task.task_queue_entered_date is not None:
        data["TaskQueueEnteredDate"] = str(task.task_queue_entered_date // 1000)
    if task.reason is not None:
        data["Reason"] = task.reason
        if task.assignment_status == "canceled":
            data["TaskCanceledReason"] = task.reason
        elif task.assignment_status == "completed":
            data["TaskCompletedReason"] = task.reason
    queue = workspace.task_queues.get(task.task_queue_sid or "")
    if queue is not None:
        data["TaskQueueSid"] = queue.sid
        data["TaskQueueName"] = queue.friendly_name
        data["TaskQueueTargetExpression"] = queue.target_workers
    workflow = workspace.workflows.get(task.workflow_sid or "")
    if workflow is not None:
        data["WorkflowSid"] = workflow.sid
        data["WorkflowName"] = workflow.friendly_name
    return data


def worker_data(worker: WorkerState, workspace: WorkspaceState) -> dict[str, str]:
    """Return the parameters that tell of a worker."""
    activity = workspace.activities[worker.activity_sid]
    # Documented: callbacks.md section 4.2; the Worker group
    return {
        "WorkerSid": worker.sid,
        "WorkerName": worker.friendly_name,
        "WorkerAttributes": worker.attributes_text,
        "WorkerActivitySid": activity.sid,
        "WorkerActivityName": activity.friendly_name,
        "WorkerVersion": str(worker.version),
    }


def reservation_data(
    reservation: ReservationState, task: TaskState, worker: WorkerState, workspace: WorkspaceState, now: int
) -> dict[str, str]:
    """Return the parameters that tell of a reservation, its task and its worker."""
    return {
        "ReservationSid": reservation.sid,
        "ReservationVersion": str(reservation.version),
        **task_data(task, workspace, now),
        **worker_data(worker, workspace),
    }


def channel_data(
    channel: WorkerChannelState, worker: WorkerState, workspace: WorkspaceState, previous: int
) -> dict[str, str]:
    """Return the parameters that tell of a worker's channel."""
    task_channel = workspace.task_channels[channel.task_channel_sid]
    # Documented: callbacks.md section 4.2; the Worker channel group
    return {
        **worker_data(worker, workspace),
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
