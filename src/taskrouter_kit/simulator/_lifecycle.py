"""How reservations and tasks end: accepted, rejected, timed out, canceled, rescinded, completed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator import _routing as routing
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._changes import arm, move_task, tell_reservation, tell_task
from taskrouter_kit.simulator._lines import join_line, leave_line
from taskrouter_kit.simulator._refusals import gone, refused
from taskrouter_kit.simulator._removal import forget
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import WorkerState
from taskrouter_kit.simulator._task_state import LIVE, ReservationState, TaskState
from taskrouter_kit.simulator._timers import REMOVAL

# Documented: limits-errors-gotchas.md section 2; an assigned Task is system-deleted after 24 h
ASSIGNED_MS = 86_400_000

_EVENT_OF = {
    "accepted": "reservation.accepted",
    "rejected": "reservation.rejected",
    "timeout": "reservation.timeout",
    "canceled": "reservation.canceled",
    "rescinded": "reservation.rescinded",
    "completed": "reservation.completed",
    "wrapping": "reservation.wrapup",
}


#: What becomes of the reservations of a task: status -> status.
_COMPLETED: Final = {"accepted": "completed", "wrapping": "completed"}
_CANCELED: Final = {"pending": "canceled", "accepted": "canceled", "wrapping": "canceled"}
_OFFERED: Final = {"pending": "canceled"}
_WRAPPING: Final = {"accepted": "wrapping"}


def accept(scene: Scene, reservation: ReservationState) -> None:
    """Accept a pending reservation: the task is assigned, its other reservations are rescinded."""
    workspace, now = scene.workspace, scene.machine.now
    require_pending(reservation)
    task, worker = reservation.task, reservation.worker
    pending = task.pending_reservations
    siblings = [workspace.reservations[sid] for sid in pending if sid != reservation.sid] if len(pending) > 1 else ()
    worker.idle_since = reservation.channel.idle_since = now
    task.pending_reservations = ()
    move_task(scene, task, "assigned", f"accepted by {worker.friendly_name}" if scene.traced else "")
    task.target_deadline = task.reoffer_at = None
    task.delete_at = removed_at = now + ASSIGNED_MS
    arm(scene, REMOVAL, removed_at, task.sid)
    _move(scene, reservation, "accepted", task, worker)
    if not workspace.multi_task_enabled:
        queue = workspace.task_queues.get(reservation.task_queue_sid or "")
        if queue is not None and queue.assignment_activity_sid:
            # Documented: routing.md section 7; single-tasking: the queue's assignment activity
            offering.change_activity(scene, worker, queue.assignment_activity_sid)
    for sibling in siblings:
        # Documented: routing.md section 9; first accept wins, the rest are rescinded
        why = f"because {worker.friendly_name} was first" if scene.traced else ""
        _move(scene, sibling, "rescinded", task, sibling.worker, why)
        _back_to_previous(scene, sibling)
    for sibling in siblings:
        offering.serve(scene, sibling.worker)


def require_pending(reservation: ReservationState) -> None:
    """Refuse what only a pending reservation allows."""
    status = reservation.reservation_status
    if status == "pending":
        return
    if status == "rescinded":
        raise gone(f"Reservation {reservation.sid} has been rescinded")
    # Inferred: resources.md section 10; accepting one that ended is 400 with code 20001
    raise refused(f"Reservation {reservation.sid} is not pending, it is {status}")


def reject(scene: Scene, reservation: ReservationState, activity_sid: str | None) -> None:
    """Reject a pending reservation; the task is offered to the next worker."""
    require_pending(reservation)
    worker = reservation.worker
    _end(scene, reservation, "rejected", _goes_to(scene, activity_sid))
    if activity_sid:
        # Documented: routing.md section 8; the worker moves only when an activity is given
        offering.change_activity(scene, worker, activity_sid)
    else:
        _back_to_previous(scene, reservation)
    _offer_on(scene, reservation, worker)


def time_out(scene: Scene, reservation: ReservationState) -> None:
    """End a reservation that nobody answered; the worker moves into the workspace's timeout activity."""
    worker = reservation.worker
    _end(scene, reservation, "timeout", _goes_to(scene, scene.workspace.timeout_activity_sid))
    # Documented: routing.md section 8; the Workspace's TimeoutActivity, in single- and multitasking
    offering.change_activity(scene, worker, scene.workspace.timeout_activity_sid)
    task = reservation.task
    if not scene.workspace.activities[worker.activity_sid].available and worker.sid in task.declined:
        # Inferred: routing.md section 3; it may be offered the same task again as soon as somebody makes it available
        task.declined = tuple(sid for sid in task.declined if sid != worker.sid)
    _offer_on(scene, reservation, worker)


def cancel_reservation(scene: Scene, reservation: ReservationState, why: str) -> None:
    """Cancel a pending reservation that nobody answers any more, *why*; the task is offered on."""
    require_pending(reservation)
    worker = reservation.worker
    _end(scene, reservation, "canceled", f"because {why}" if scene.traced else "")
    _back_to_previous(scene, reservation)
    _offer_on(scene, reservation, worker)


def _goes_to(scene: Scene, activity_sid: str | None) -> str:
    """Return what a trace says of a worker who moves into an activity, if it does."""
    activity = scene.workspace.activities.get(activity_sid or "") if scene.traced else None
    return "" if activity is None else f"who goes to {activity.friendly_name}"


def _end(scene: Scene, reservation: ReservationState, status: str, why: str) -> None:
    """Take a pending reservation off its task; a task without pending reservations is pending again."""
    workspace = scene.workspace
    task = reservation.task
    task.pending_reservations = tuple(sid for sid in task.pending_reservations if sid != reservation.sid)
    if reservation.worker_sid not in task.declined:
        task.declined += (reservation.worker_sid,)
    _move(scene, reservation, status, task, reservation.worker, why)
    if not task.pending_reservations:
        # Documented: routing.md section 9; only after all reservations have ended
        move_task(scene, task, "pending", "no reservation is left")
        join_line(workspace, task, scene.options)


def _offer_on(scene: Scene, reservation: ReservationState, worker: WorkerState) -> None:
    """Offer the task to the next worker, and the worker the next task."""
    task = scene.workspace.tasks.get(reservation.task_sid)
    if task is not None and task.assignment_status == "pending":
        if task.evaluate_again is not None:
            # Documented: workflows.md section 3; the Workflow runs again when a Reservation ends without acceptance
            # Inferred: workflows.md section 7; which shows where the Task or the Workflow changed meanwhile
            routing.enter_workflow(scene, task, task.evaluate_again)
            task.evaluate_again = None
        elif task.target_over:
            # Inferred: workflows.md section 5; the target's time passed while the reservation was pending
            routing.target_timed_out(scene, task)
        elif scene.options.unanswered == "same-target" or not routing.goes_on(scene, task):
            # Documented: workflows.md section 5; the other workers of the same step are tried
            offering.try_reserve(scene, task)
    if worker.sid in scene.workspace.workers:
        offering.serve(scene, worker)


def _back_to_previous(scene: Scene, reservation: ReservationState) -> None:
    """Give a single-tasking worker its activity back."""
    workspace, worker = scene.workspace, reservation.worker
    queue = workspace.task_queues.get(reservation.task_queue_sid or "")
    if workspace.multi_task_enabled or queue is None:
        return
    previous = reservation.previous_activity_sid
    # Documented: routing.md section 7; back to the previous activity
    # Inferred: routing.md section 7; from that of the queue only: who was moved elsewhere meanwhile stays there
    moved_by_us = worker.activity_sid in (queue.reservation_activity_sid, queue.assignment_activity_sid)
    if moved_by_us and previous in workspace.activities:
        offering.change_activity(scene, worker, previous)


def _move(
    scene: Scene, reservation: ReservationState, status: str, task: TaskState, worker: WorkerState, why: str = ""
) -> None:
    """Give *reservation*, of *task* and *worker*, a status, keep the counters of the worker, and tell of it."""
    now, channel = scene.machine.now, reservation.channel
    before = reservation.reservation_status
    reservation.reservation_status = status
    reservation.version += 1
    reservation.date_updated = now
    if status == "accepted":
        channel.assigned_tasks += 1
    else:
        if before == "accepted":
            channel.assigned_tasks -= 1
        if status != "wrapping":
            channel.open_reservations -= 1
            worker.open = tuple(sid for sid in worker.open if sid != reservation.sid)
            if scene.options.idle_restarts_when_work_ends:
                # Inferred: routing.md section 5; the end of a reservation starts the idle clock again
                worker.idle_since = channel.idle_since = now
    scene.workspace.roster.changed[worker.position] = worker
    if scene.told:
        tell_reservation(scene, _EVENT_OF[status], reservation, task, worker, task.sid)
    if scene.traced:
        trace.reservation_moved(scene, task, reservation, before, why)


def cancel_task(scene: Scene, task: TaskState, reason: str) -> None:
    """Cancel a pending or reserved task and its pending reservations."""
    leave_line(scene.workspace, task)
    task.reason = reason
    move_task(scene, task, "canceled", reason)
    _finish(scene, task)
    freed = _end_reservations(scene, task, _OFFERED)
    tell_task(scene, "task.canceled", task)
    for worker in freed:
        offering.serve(scene, worker)


def complete_task(scene: Scene, task: TaskState, reason: str | None) -> None:
    """Complete an assigned or wrapping task and its reservations."""
    task.reason = reason
    move_task(scene, task, "completed", reason or "")
    _finish(scene, task)
    if scene.told:
        # Observed: callbacks.md section 4.5; task.completed, reservation.completed, task.updated
        tell_task(scene, "task.completed", task)
    freed = _end_reservations(scene, task, _COMPLETED)
    for worker in freed:
        offering.serve(scene, worker)


def wrap_task(scene: Scene, task: TaskState) -> None:
    """Move an assigned task, and its reservations, into wrapping."""
    move_task(scene, task, "wrapping")
    tell_task(scene, "task.wrapup", task)
    for worker in _end_reservations(scene, task, _WRAPPING):
        # Inferred: routing.md section 4; assigned_tasks counts accepted ones only, and targets read it
        offering.serve(scene, worker)


def wrap_reservation(scene: Scene, reservation: ReservationState) -> None:
    """Move an accepted reservation into wrapping; the task follows."""
    if reservation.reservation_status != "accepted":
        # Decided: what wraps up was accepted, and what is completed was accepted or wraps up
        raise refused(f"Reservation {reservation.sid} cannot wrap up because it is not accepted")
    task, worker = reservation.task, reservation.worker
    _move(scene, reservation, "wrapping", task, worker)
    if task.assignment_status == "assigned":
        move_task(scene, task, "wrapping")
        tell_task(scene, "task.wrapup", task)
    offering.serve(scene, worker)


def complete_reservation(scene: Scene, reservation: ReservationState) -> None:
    """Complete an accepted or wrapping reservation, and with it the task."""
    if reservation.reservation_status not in ("accepted", "wrapping"):
        raise refused(f"Reservation {reservation.sid} cannot be completed because it is not accepted")
    task, worker = reservation.task, reservation.worker
    _move(scene, reservation, "completed", task, worker)
    _after_work(scene, reservation)
    # Observed: routing.md section 1; "All reservations were completed"; of those of a task one at most was accepted
    complete_task(scene, task, "All reservations were completed")
    offering.serve(scene, worker)


def _end_reservations(scene: Scene, task: TaskState, change: Mapping[str, str]) -> list[WorkerState]:
    """Move the reservations of *task* as *change* says (status -> status); return their workers."""
    workspace = scene.workspace
    workers: list[WorkerState] = []
    task.pending_reservations = ()
    for sid in task.reservations:
        reservation = workspace.reservations[sid]
        status = change.get(reservation.reservation_status)
        if status is None:
            continue
        worker = reservation.worker
        _move(scene, reservation, status, task, worker)
        if not workspace.multi_task_enabled:
            if status == "canceled":
                _back_to_previous(scene, reservation)
            elif status == "completed":
                _after_work(scene, reservation)
        workers.append(worker)
    return workers


def _after_work(scene: Scene, reservation: ReservationState) -> None:
    after = None if reservation.call is None else reservation.call.post_work_activity_sid
    # Documented: routing.md section 7; post-work activity, single-tasking only
    if after in scene.workspace.activities and not scene.workspace.multi_task_enabled:
        offering.change_activity(scene, reservation.worker, after)


def _finish(scene: Scene, task: TaskState) -> None:
    """Disarm the timers of a task that ended, and arm its removal."""
    task.target_deadline = task.reoffer_at = None
    # Documented: limits-errors-gotchas.md section 2; a Task is removed 5 minutes after its end
    task.delete_at = removed_at = scene.machine.now + scene.options.removal_after_ms
    arm(scene, REMOVAL, removed_at, task.sid)


def remove_task(scene: Scene, task: TaskState, event_type: str) -> None:
    """Remove *task* in whatever state, and its reservations; *event_type* says how."""
    workspace = scene.workspace
    if task.waits_in is not None:
        leave_line(scene.workspace, task)
    # A task that ended has no open reservation.
    freed = _end_reservations(scene, task, _CANCELED) if task.assignment_status in LIVE else []
    if scene.told:
        tell_task(scene, event_type, task)
    forget(workspace, task)
    for worker in freed:
        offering.serve(scene, worker)
