"""Tasks are removed. Those that have ended are in one go, while nobody keeps a trace or events.

In a large simulation no other timer fires as often. It comes to what the engine does one step after the other
(``Engine._fire``, ``_lifecycle.remove_task``), where no more than that can happen.
"""

from __future__ import annotations

from taskrouter_kit.simulator import _by_worker as by_worker
from taskrouter_kit.simulator._state import WorkspaceState
from taskrouter_kit.simulator._task_state import LIVE, TaskState
from taskrouter_kit.simulator._timers import REMOVAL, Timers


def forget(workspace: WorkspaceState, task: TaskState) -> None:
    """Take *task* out of its workspace, with its reservations and its trace."""
    del workspace.tasks[task.sid]
    if workspace.by_worker is None:
        # Without the call that follows: of every life one reservation goes here.
        for sid in task.reservations:
            del workspace.reservations[sid]
    else:
        by_worker.forget(workspace, task.reservations)
    if workspace.traces:
        workspace.traces.pop(task.sid, None)


def remove_ended(timers: Timers, to: int) -> bool:
    """Remove the tasks that have ended and whose timers are the first ones of all, up to the moment *to*.

    Return whether the first timer is another one now: where it is that of a task that has not ended, it is left alone.
    """
    _, kind, _, lane = timers.heads[0]
    if kind != REMOVAL:
        return False
    take, before = lane.popleft, len(lane)
    while lane:
        at = lane[0]
        if at > to:
            break
        take()
        workspace, sid = timers.workspaces.get(take()), take()
        task = None if workspace is None else workspace.tasks.get(sid)
        if workspace is None or task is None or task.delete_at != at:
            continue
        if task.assignment_status in LIVE:
            lane.extendleft((sid, workspace.sid, at))
            break
        forget(workspace, task)
    taken = (before - len(lane)) // 3
    if not taken:
        return False
    timers.advanced(taken)
    return True
