"""Statistics counted from what happened (events) and from what is (state); no second book is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._period import Period
from taskrouter_kit.simulator import EventState, TaskQueueState, TaskState, WorkerState, WorkspaceState
from taskrouter_kit.simulator._task_state import LIVE, ROUTED

#: Reservation events -> the counters of cumulative statistics.
# Documented: resources.md section 12
_RESERVATIONS: Final = {
    "reservation.created": "reservations_created",
    "reservation.accepted": "reservations_accepted",
    "reservation.rejected": "reservations_rejected",
    "reservation.timeout": "reservations_timed_out",
    "reservation.canceled": "reservations_canceled",
    "reservation.rescinded": "reservations_rescinded",
}
_TASKS: Final = {
    "task.canceled": "tasks_canceled",
    "task.completed": "tasks_completed",
    "task.deleted": "tasks_deleted",
    "task.system-deleted": "tasks_deleted",
    "task-queue.moved": "tasks_moved",
    "workflow.timeout": "tasks_timed_out_in_workflow",
}
# Observed: resources.md section 12; a live call returned all statuses
_STATUSES: Final = ("pending", "reserved", "assigned", "wrapping", "canceled", "completed")

Fits = Callable[[EventState], bool]


def within(workspace: WorkspaceState, period: Period, channel_sid: str | None) -> list[EventState]:
    """Return the events of the period, of one task channel when one is given."""
    return [
        event
        for event in workspace.events
        if event.event_date_ms in period and (channel_sid is None or event.data.get("TaskChannelSid") == channel_sid)
    ]


def reservation_counts(events: Iterable[EventState]) -> dict[str, int]:
    """Return how many reservations were created and how they went."""
    counts = dict.fromkeys(_RESERVATIONS.values(), 0)
    for event in events:
        name = _RESERVATIONS.get(event.event_type)
        if name is not None:
            counts[name] += 1
    return counts


def cumulative(
    events: Sequence[EventState],
    period: Period,
    thresholds: Sequence[int],
    *,
    entered: Fits,
    entered_name: str,
    moved: Fits | None = None,
) -> dict[str, object]:
    """Return the cumulative statistics over *events*; ``entered`` tells which of them are entries."""
    counts = {**reservation_counts(events), **dict.fromkeys(_TASKS.values(), 0), entered_name: 0}
    accepted, canceled, in_queue = list[int](), list[int](), list[int]()
    for event in events:
        if event.event_type == "task-queue.moved":
            counts["tasks_moved"] += moved is None or moved(event)
        elif event.event_type in _TASKS:
            counts[_TASKS[event.event_type]] += 1
        counts[entered_name] += entered(event)
        if event.event_type == "reservation.accepted":
            accepted.append(int(event.data.get("TaskAge", "0")))
            since = int(event.data.get("TaskQueueEnteredDate", event.event_date_ms // 1000))
            in_queue.append(max(0, event.event_date_ms // 1000 - since))
        elif event.event_type == "task.canceled":
            canceled.append(int(event.data.get("TaskAge", "0")))
    return {
        **counts,
        "avg_task_acceptance_time": round(sum(accepted) / len(accepted)) if accepted else 0,
        "start_time": iso(period.start),
        "end_time": iso(period.end),
        "split_by_wait_time": {str(limit): _split(limit, accepted, canceled) for limit in thresholds},
        "wait_duration_until_accepted": durations(accepted),
        "wait_duration_until_canceled": durations(canceled),
        "wait_duration_in_queue_until_accepted": durations(in_queue),
    }


def _split(limit: int, accepted: Sequence[int], canceled: Sequence[int]) -> dict[str, dict[str, int]]:
    # Documented: resources.md section 12; above and below a wait time in seconds
    below = (sum(wait <= limit for wait in canceled), sum(wait <= limit for wait in accepted))
    return {
        "above": {"tasks_canceled": len(canceled) - below[0], "reservations_accepted": len(accepted) - below[1]},
        "below": {"tasks_canceled": below[0], "reservations_accepted": below[1]},
    }


def durations(seconds: Sequence[int]) -> dict[str, int]:
    """Return average, least, most and sum of *seconds*; zeros when there are none."""
    if not seconds:
        return {"avg": 0, "min": 0, "max": 0, "total": 0}
    return {
        "avg": round(sum(seconds) / len(seconds)),
        "min": min(seconds),
        "max": max(seconds),
        "total": sum(seconds),
    }


def activity_statistics(workspace: WorkspaceState, workers: Iterable[WorkerState]) -> list[dict[str, object]]:
    """Return how many of *workers* are in each activity, zeros included."""
    counts = dict.fromkeys(workspace.activities, 0)
    for worker in workers:
        counts[worker.activity_sid] += 1
    return [
        {"sid": sid, "friendly_name": workspace.activities[sid].friendly_name, "workers": number}
        for sid, number in counts.items()
    ]


def task_statistics(tasks: Sequence[TaskState], now: int) -> dict[str, object]:
    """Return how many of *tasks* there are by status and priority, and which waits longest."""
    by_status: dict[str, int] = dict.fromkeys(_STATUSES, 0)
    by_priority: dict[str, int] = {}
    for task in tasks:
        by_status[task.assignment_status] += 1
        if task.assignment_status in LIVE:
            by_priority[str(task.priority)] = by_priority.get(str(task.priority), 0) + 1
    # Inferred: resources.md section 12; waiting is what nobody has accepted; none waiting: age 0 and no SID
    waiting = [task for task in tasks if task.assignment_status in ROUTED]
    longest = min(waiting, key=lambda task: (task.date_created, task.number), default=None)
    return {
        "longest_task_waiting_age": 0 if longest is None else (now - longest.date_created) // 1000,
        "longest_task_waiting_sid": None if longest is None else longest.sid,
        "tasks_by_priority": by_priority,
        "tasks_by_status": by_status,
        "total_tasks": sum(by_status[status] for status in LIVE),
    }


def queue_statistics(
    workspace: WorkspaceState, queue: TaskQueueState, channel_sid: str | None, now: int
) -> dict[str, object]:
    """Return the real-time statistics of one queue."""
    tasks = tasks_of(workspace, channel_sid, queue_sid=queue.sid)
    members = queue.members.values()
    waiting = [task for task in tasks if task.assignment_status in ROUTED]
    relative = min(
        waiting, key=lambda task: (task.task_queue_entered_date or task.date_created, task.number), default=None
    )
    since = None if relative is None else relative.task_queue_entered_date or relative.date_created
    return {
        **task_statistics(tasks, now),
        "activity_statistics": activity_statistics(workspace, members),
        "longest_relative_task_age_in_queue": 0 if since is None else (now - since) // 1000,
        "longest_relative_task_sid_in_queue": None if relative is None else relative.sid,
        # Documented: resources.md section 12; matching workers in any activity, and those in an available one
        "total_available_workers": sum(workspace.activities[each.activity_sid].available for each in members),
        "total_eligible_workers": len(members),
    }


def tasks_of(
    workspace: WorkspaceState,
    channel_sid: str | None,
    *,
    queue_sid: str | None = None,
    workflow_sid: str | None = None,
) -> list[TaskState]:
    """Return the tasks of one queue or workflow (or of the workspace), of one channel when one is given."""
    return [
        task
        for task in workspace.tasks.values()
        if (channel_sid is None or task.task_channel_sid == channel_sid)
        and (queue_sid is None or task.task_queue_sid == queue_sid)
        and (workflow_sid is None or task.workflow_sid == workflow_sid)
    ]


def activity_durations(
    workspace: WorkspaceState, workers: Collection[WorkerState], period: Period
) -> list[dict[str, object]]:
    """Return how long *workers* stayed in each activity during the period, in seconds, a stay at a time."""
    wanted = {worker.sid for worker in workers}
    stays: dict[str, list[int]] = {sid: [] for sid in workspace.activities}
    for event in workspace.events:
        if event.event_type != "worker.activity.update" or event.data.get("WorkerSid") not in wanted:
            continue
        spent = int(event.data.get("WorkerTimeInPreviousActivityMs", "0"))
        ended, before = event.event_date_ms, event.data.get("WorkerPreviousActivitySid")
        _stay(stays, before, ended - spent, ended, period)
    for worker in workers:
        _stay(stays, worker.activity_sid, worker.date_status_changed, period.end, period)
    return [
        {"sid": sid, "friendly_name": workspace.activities[sid].friendly_name, **durations(seconds)}
        for sid, seconds in stays.items()
    ]


def _stay(stays: dict[str, list[int]], sid: str | None, begun: int, ended: int, period: Period) -> None:
    """Add the part of a stay that lies in the period."""
    begun, ended = max(begun, period.start), min(ended, period.end)
    if sid in stays and ended > begun:
        stays[sid].append((ended - begun) // 1000)
