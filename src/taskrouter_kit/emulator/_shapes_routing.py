"""Task queues and workflows as the service writes them."""

from __future__ import annotations

from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.simulator import TaskQueueState, WorkflowState, WorkspaceState


def task_queue(state: TaskQueueState, workspace: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of a task queue; *base* is the workspace's address."""
    queues = f"{base}/TaskQueues"
    own = f"{queues}/{state.sid}"
    reservation = workspace.activities.get(state.reservation_activity_sid or "")
    assignment = workspace.activities.get(state.assignment_activity_sid or "")
    # Documented: resources.md section 7
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "friendly_name": state.friendly_name,
        # Documented: resources.md section 7; an empty expression reads as null
        "target_workers": state.target_workers or None,
        "max_reserved_workers": state.max_reserved_workers,
        "task_order": state.task_order,
        "reservation_activity_sid": state.reservation_activity_sid or None,
        "reservation_activity_name": reservation and reservation.friendly_name,
        "assignment_activity_sid": state.assignment_activity_sid or None,
        "assignment_activity_name": assignment and assignment.friendly_name,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "url": own,
        "links": {
            "workspace": base,
            # Observed: sdk.md section 4; the link is there even when no activity is set
            # Decided: an address, as Twilio's document says of every link, where that recording of 2019 has null
            "reservation_activity": f"{base}/Activities/{state.reservation_activity_sid or ''}".rstrip("/"),
            "assignment_activity": f"{base}/Activities/{state.assignment_activity_sid or ''}".rstrip("/"),
            "statistics": f"{own}/Statistics",
            "real_time_statistics": f"{own}/RealTimeStatistics",
            "cumulative_statistics": f"{own}/CumulativeStatistics",
            "list_statistics": f"{queues}/Statistics",
            "bulk_real_time_statistics": f"{queues}/RealTimeStatistics",
        },
    }


def workflow(state: WorkflowState, workspace: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of a workflow; *base* is the workspace's address."""
    own = f"{base}/Workflows/{state.sid}"
    # Documented: resources.md section 8; document_content_type is null in practice
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "friendly_name": state.friendly_name,
        "configuration": state.configuration,
        "assignment_callback_url": state.assignment_callback_url or None,
        "fallback_assignment_callback_url": state.fallback_assignment_callback_url or None,
        "task_reservation_timeout": state.task_reservation_timeout,
        "document_content_type": None,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "url": own,
        "links": {
            "statistics": f"{own}/Statistics",
            "real_time_statistics": f"{own}/RealTimeStatistics",
            "cumulative_statistics": f"{own}/CumulativeStatistics",
        },
    }
