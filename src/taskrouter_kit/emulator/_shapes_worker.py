"""Workers and their channels as the service writes them."""

from __future__ import annotations

from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.simulator import WorkerChannelState, WorkerState, WorkspaceState


def worker(state: WorkerState, workspace: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of a worker; *base* is the workspace's address."""
    workers = f"{base}/Workers"
    own = f"{workers}/{state.sid}"
    activity = workspace.activities[state.activity_sid]
    # Documented: resources.md section 4; statistics, real_time_statistics and cumulative_statistics are of all workers
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "friendly_name": state.friendly_name,
        "attributes": state.attributes_text,
        "available": activity.available,
        "activity_sid": state.activity_sid,
        "activity_name": activity.friendly_name,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "date_status_changed": iso(state.date_status_changed),
        "url": own,
        "links": {
            "workspace": base,
            "activity": f"{base}/Activities/{state.activity_sid}",
            "channels": f"{own}/Channels",
            "worker_channels": f"{own}/Channels",
            "reservations": f"{own}/Reservations",
            "statistics": f"{workers}/Statistics",
            "real_time_statistics": f"{workers}/RealTimeStatistics",
            "cumulative_statistics": f"{workers}/CumulativeStatistics",
            "worker_statistics": f"{own}/Statistics",
        },
    }


def worker_channel(
    state: WorkerChannelState, worker: WorkerState, workspace: WorkspaceState, base: str
) -> dict[str, object]:
    """Return the body of a worker channel; *base* is the workspace's address."""
    channel = workspace.task_channels[state.task_channel_sid]
    # Documented: resources.md section 5; there are no links
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "worker_sid": worker.sid,
        "sid": state.sid,
        "task_channel_sid": channel.sid,
        "task_channel_unique_name": channel.unique_name,
        "configured_capacity": state.configured_capacity,
        "available": state.available,
        "assigned_tasks": state.assigned_tasks,
        "available_capacity_percentage": state.available_capacity_percentage,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "url": f"{base}/Workers/{worker.sid}/Channels/{state.sid}",
    }
