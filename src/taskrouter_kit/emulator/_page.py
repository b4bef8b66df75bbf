"""What the page at ``/`` shows, as one JSON object: workspaces with their queues, workers and tasks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.simulator import ReservationState, TaskQueueState, TaskState, WorkerState, WorkspaceState
from taskrouter_kit.simulator._task_state import OPEN

if TYPE_CHECKING:
    from taskrouter_kit.emulator._accounts import Account
    from taskrouter_kit.emulator._backend import Backend

#: Rows of each kind that the page is sent; of long lists it says how many there are.
_ROWS: Final = 200
#: Characters of a task's attributes.
_CHARACTERS: Final = 100
#: Callbacks, and entries of the debugger, that the page is sent.
_LATEST: Final = 20


def shown(backend: Backend) -> dict[str, object]:
    """Return what there is to see now."""
    now = backend.clock.now_ms()
    return {
        "now": iso(now),
        "virtual": backend.clock.virtual,
        "callbacks_waiting": backend.callbacks_waiting,
        "callbacks_dropped": backend.callbacks_dropped,
        "troubles": [{**each._asdict(), "at": iso(each.at)} for each in backend.troubles.latest],
        "workspaces": [
            {**_workspace(workspace, now), **_told(backend, account, workspace)}
            for account in backend.accounts
            for workspace in account.engine.world.workspaces.values()
        ],
    }


def _workspace(workspace: WorkspaceState, now: int) -> dict[str, object]:
    counts: dict[str, int] = {}
    for task in workspace.tasks.values():
        counts[task.assignment_status] = counts.get(task.assignment_status, 0) + 1
    return {
        "sid": workspace.sid,
        "account_sid": workspace.account_sid,
        "friendly_name": workspace.friendly_name,
        "counts": {
            "task_queues": len(workspace.task_queues),
            "workers": len(workspace.workers),
            "tasks": len(workspace.tasks),
            **counts,
        },
        "task_queues": [_queue(queue, workspace, now) for queue in list(workspace.task_queues.values())[:_ROWS]],
        "workers": [_worker(worker, workspace) for worker in list(workspace.workers.values())[:_ROWS]],
        "tasks": [_task(task, workspace, now) for task in list(workspace.tasks.values())[-_ROWS:]],
    }


def _told(backend: Backend, account: Account, workspace: WorkspaceState) -> dict[str, object]:
    """Return what went out to applications, and what the debugger says of this workspace, newest first."""
    about = workspace.tasks, workspace.reservations
    deliveries = reversed(backend.deliveries)
    callbacks = (each for each in deliveries if each.callback.value("WorkspaceSid") == workspace.sid)
    entries = (each for each in reversed(account.engine.machine.debugger) if any(each.sid in sids for sids in about))
    return {
        "callbacks": [
            {
                "at": iso(each.at),
                "kind": each.kind,
                "event_type": each.callback.value("EventType"),
                "url": each.callback.url,
                "status": each.status,
                "failure": each.failure,
            }
            for each in islice(callbacks, _LATEST)
        ],
        "debugger": [
            {"at": iso(each.at), "code": each.code, "message": each.message, "sid": each.sid}
            for each in islice(entries, _LATEST)
        ],
    }


def _queue(queue: TaskQueueState, workspace: WorkspaceState, now: int) -> dict[str, object]:
    waiting = queue.waiting
    members = [workspace.workers[sid] for sid in queue.members if sid in workspace.workers]
    return {
        "sid": queue.sid,
        "friendly_name": queue.friendly_name,
        "target_workers": queue.target_workers,
        "eligible": len(members),
        "available": sum(workspace.activities[worker.activity_sid].available for worker in members),
        "waiting_count": len(waiting),
        "longest_wait": max(((now - task.date_created) // 1000 for task in waiting), default=None),
        "waiting": [task.sid for task in waiting[:10]],
    }


def _worker(worker: WorkerState, workspace: WorkspaceState) -> dict[str, object]:
    activity = workspace.activities[worker.activity_sid]
    return {
        "sid": worker.sid,
        "friendly_name": worker.friendly_name,
        "activity_name": activity.friendly_name,
        "available": activity.available,
        "load": [
            {
                "channel": workspace.task_channels[sid].unique_name,
                "used": channel.open_reservations,
                "capacity": channel.configured_capacity,
            }
            for sid, channel in worker.channels.items()
            if channel.open_reservations
        ],
        "tasks": [{"sid": each.task_sid, "status": each.reservation_status} for each in _open(workspace, worker.open)],
    }


def _task(task: TaskState, workspace: WorkspaceState, now: int) -> dict[str, object]:
    queue = workspace.task_queues.get(task.task_queue_sid or "")
    channel = workspace.task_channels.get(task.task_channel_sid)
    text = task.attributes_text
    return {
        "sid": task.sid,
        "assignment_status": task.assignment_status,
        "task_queue": queue and queue.friendly_name,
        "task_channel": channel and channel.unique_name,
        "priority": task.priority,
        "age": max(0, now - task.date_created) // 1000,
        "attributes": text if len(text) <= _CHARACTERS else text[: _CHARACTERS - 1] + "…",
        "workers": [
            workspace.workers[each.worker_sid].friendly_name
            for each in _open(workspace, task.reservations[-50:])
            if each.worker_sid in workspace.workers
        ],
    }


def _open(workspace: WorkspaceState, sids: Iterable[str]) -> list[ReservationState]:
    """Return those of the reservations *sids* that have not ended."""
    found = (workspace.reservations.get(sid) for sid in sids)
    return [each for each in found if each is not None and each.reservation_status in OPEN]
