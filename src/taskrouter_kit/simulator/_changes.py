"""Changes of a task's state and its timers: made here only, so that the trace has each of them once."""

from __future__ import annotations

from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import TaskState


def move_task(scene: Scene, task: TaskState, status: str, why: str = "") -> None:
    """Give *task* another status; its version and its date of change follow."""
    before = task.assignment_status
    task.assignment_status = status
    task.version += 1
    task.date_updated = scene.now
    trace.task_moved(scene, task, before, why)


def arm(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Let the timer *kind* of the object *sid* fire at *at*; a timer that no longer fits its object is ignored."""
    scene.arm(kind, at, sid)
    trace.timer_armed(scene, kind, at, sid)
