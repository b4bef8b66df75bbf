"""Changes of a task's state and its timers: made here only, so that the trace has each of them once; their events."""

from __future__ import annotations

from typing import Any

from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._events import reservation_data, task_data, task_told, worker_told
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import WorkerState
from taskrouter_kit.simulator._task_state import ReservationState, TaskState
from taskrouter_kit.simulator._timers import About


def move_task(scene: Scene, task: TaskState, status: str, why: str = "") -> None:
    """Give *task* another status; its version and its date of change follow."""
    before = task.assignment_status
    task.assignment_status = status
    task.version += 1
    task.date_updated = scene.machine.now
    if scene.traced:
        trace.task_moved(scene, task, before, why)


def tell_task(
    scene: Scene, event_type: str, task: TaskState, subject: str = "", told: tuple[Any, ...] | None = None
) -> None:  # Any: texts and numbers
    """Let an event tell of *task*, where events are kept; its sentence is about *subject*, or the task.

    *told* is what another event of this moment has noted of the task, if one has.
    """
    if scene.told:
        if told is None:
            told = task_told(task, scene.workspace, scene.machine.now)
        scene.emit(event_type, task.sid, subject or task.sid, task_data, told)


def tell_reservation(
    scene: Scene, event_type: str, reservation: ReservationState, task: TaskState, worker: WorkerState, subject: str
) -> None:
    """Let an event tell of *reservation*, where events are kept; its sentence is about *subject*."""
    if scene.told:
        workspace = scene.workspace
        about_task, about_worker = task_told(task, workspace, scene.machine.now), worker_told(worker, workspace)
        told = (reservation.sid, reservation.version, about_task, about_worker)
        scene.emit(event_type, reservation.sid, subject, reservation_data, told)


def arm(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Let the timer *kind* of the object *sid* fire at *at*, and let a trace tell of it."""
    set_timer(scene, kind, at, sid)
    if scene.traced:
        trace.timer_armed(scene, kind, at, sid)


def set_timer(scene: Scene, kind: int, at: int, about: About) -> None:
    """Let the timer *kind* of *about* fire at *at*; a timer that no longer fits its object is ignored."""
    machine = scene.machine
    try:
        scene.lanes[kind][at - machine.now].extend((at, scene.sid, about))
    except KeyError:
        machine.timers.open(kind, at - machine.now, at, scene.sid, about)
