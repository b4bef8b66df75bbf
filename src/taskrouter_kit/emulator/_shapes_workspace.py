"""Workspaces, activities and task channels as the service writes them."""

from __future__ import annotations

from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.simulator import ActivityState, TaskChannelState, WorkspaceState


def workspace(state: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of a workspace; *base* is its address."""
    default = state.activities.get(state.default_activity_sid)
    timeout = state.activities.get(state.timeout_activity_sid)
    # Documented: resources.md section 2; response fields, event_callback_url "" and events_filter null when unset
    return {
        "account_sid": state.account_sid,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "default_activity_name": default and default.friendly_name,
        "default_activity_sid": state.default_activity_sid,
        "event_callback_url": state.event_callback_url or "",
        "events_filter": state.events_filter or None,
        "friendly_name": state.friendly_name,
        "multi_task_enabled": state.multi_task_enabled,
        "sid": state.sid,
        "timeout_activity_name": timeout and timeout.friendly_name,
        "timeout_activity_sid": state.timeout_activity_sid,
        "prioritize_queue_order": state.prioritize_queue_order,
        "url": base,
        "links": {
            "activities": f"{base}/Activities",
            "statistics": f"{base}/Statistics",
            "real_time_statistics": f"{base}/RealTimeStatistics",
            "cumulative_statistics": f"{base}/CumulativeStatistics",
            "task_queues": f"{base}/TaskQueues",
            "tasks": f"{base}/Tasks",
            "workers": f"{base}/Workers",
            "workflows": f"{base}/Workflows",
            "task_channels": f"{base}/TaskChannels",
            "events": f"{base}/Events",
        },
    }


def activity(state: ActivityState, workspace: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of an activity; *base* is the workspace's address."""
    # Documented: resources.md section 3
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "friendly_name": state.friendly_name,
        "available": state.available,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "url": f"{base}/Activities/{state.sid}",
        "links": {"workspace": base},
    }


def task_channel(state: TaskChannelState, workspace: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of a task channel; *base* is the workspace's address."""
    # Documented: resources.md section 6
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "unique_name": state.unique_name,
        "friendly_name": state.friendly_name,
        "channel_optimized_routing": state.channel_optimized_routing,
        "date_created": iso(state.date_created),
        "date_updated": iso(state.date_updated),
        "url": f"{base}/TaskChannels/{state.sid}",
        "links": {"workspace": base},
    }
