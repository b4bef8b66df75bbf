"""Tasks and reservations as the service writes them."""

from __future__ import annotations

from taskrouter_kit.emulator._dates import iso, iso_or_none
from taskrouter_kit.simulator import ReservationState, TaskState, WorkspaceState


def task(state: TaskState, workspace: WorkspaceState, base: str, now_ms: int) -> dict[str, object]:
    """Return the body of a task at *now_ms*; *base* is the workspace's address."""
    own = f"{base}/Tasks/{state.sid}"
    # A new task has one moment four times.
    first = state.date_created
    date_created = iso(first)
    workflow_sid, queue_sid = state.workflow_sid, state.task_queue_sid
    workflow = workspace.workflows.get(workflow_sid or "")
    queue = workspace.task_queues.get(queue_sid or "")
    channel = workspace.task_channels[state.task_channel_sid]
    # Documented: resources.md section 9; addons "{}", reason null, age in seconds at the time of the request
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "age": max(0, now_ms - state.date_created) // 1000,
        "assignment_status": state.assignment_status,
        "attributes": state.attributes_text,
        "addons": "{}",
        "priority": state.priority,
        "reason": state.reason,
        "timeout": state.timeout,
        "date_created": date_created,
        "date_updated": date_created if state.date_updated == first else iso(state.date_updated),
        "virtual_start_time": date_created if state.virtual_start_time == first else iso(state.virtual_start_time),
        "task_queue_entered_date": iso_or_none(state.task_queue_entered_date),
        "task_queue_sid": queue_sid,
        "task_queue_friendly_name": queue and queue.friendly_name,
        "task_channel_sid": channel.sid,
        "task_channel_unique_name": channel.unique_name,
        "workflow_sid": workflow_sid,
        "workflow_friendly_name": workflow and workflow.friendly_name,
        "routing_target": state.routing_target,
        "ignore_capacity": state.ignore_capacity,
        "url": own,
        "links": {
            "task_queue": f"{base}/TaskQueues/{queue_sid}" if queue_sid else f"{base}/TaskQueues",
            "workflow": f"{base}/Workflows/{workflow_sid}" if workflow_sid else f"{base}/Workflows",
            "workspace": base,
            "reservations": f"{own}/Reservations",
        },
    }


def reservation(state: ReservationState, workspace: WorkspaceState, base: str, *, seen_from: str) -> dict[str, object]:
    """Return the body of a reservation as seen below ``Tasks`` or ``Workers``; *base* is the workspace's address."""
    parent = state.task_sid if seen_from == "Tasks" else state.worker_sid
    # Documented: resources.md section 10; two views of one object, only url differs
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "reservation_status": state.reservation_status,
        "task_sid": state.task_sid,
        "worker_sid": state.worker_sid,
        "worker_name": state.worker_name,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "url": f"{base}/{seen_from}/{parent}/Reservations/{state.sid}",
        "links": {
            "task": f"{base}/Tasks/{state.task_sid}",
            "worker": f"{base}/Workers/{state.worker_sid}",
            "workspace": base,
        },
    }
