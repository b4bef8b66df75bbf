"""Reservations: a task asks for workers, and a worker who has room is asked for tasks."""

from __future__ import annotations

from taskrouter_kit.simulator import _by_worker as by_worker
from taskrouter_kit.simulator import _matching as matching
from taskrouter_kit.simulator import _membership as membership
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._changes import arm, move_task, set_timer, tell_reservation
from taskrouter_kit.simulator._events import worker_data, worker_told
from taskrouter_kit.simulator._lines import leave_line, tasks_for
from taskrouter_kit.simulator._position import target_of
from taskrouter_kit.simulator._rules import TargetRule
from taskrouter_kit.simulator._scene import AssignmentCall, Scene
from taskrouter_kit.simulator._standing import refusal_of
from taskrouter_kit.simulator._state import TaskQueueState, WorkerState
from taskrouter_kit.simulator._task_state import ReservationState, TaskState
from taskrouter_kit.simulator._timers import REOFFER, RESERVATION


def try_reserve(scene: Scene, task: TaskState, rule: TargetRule | None = None) -> bool:
    """Reserve *task* for the workers whose turn it is; False when nobody can take it now. *rule* is its target."""
    workspace, options = scene.workspace, scene.options
    if rule is None:
        found = target_of(workspace, task)
        if found is None:
            return False
        rule = found[1]
    if task.assignment_status != "pending":
        return False
    queue = workspace.task_queues[rule.queue_sid]
    most = queue.max_reserved_workers
    if scene.traced and most < trace.MOST_WORKERS:
        # A trace names more than those who are asked.
        most = trace.MOST_WORKERS
    able = matching.candidates(task, rule, workspace, scene.machine.now, options, most)
    fresh = [worker for worker in able if worker.sid not in task.declined] if task.declined else able
    if not fresh:
        if able and task.reoffer_at is None:
            # Inferred: routing.md section 15; who declined is asked again after a second, when nobody else is left
            task.reoffer_at = scene.now + options.reoffer_after_ms
            arm(scene, REOFFER, task.reoffer_at, task.sid)
        trace.nobody(scene, task, rule)
        if options.routing_target == "cancel" and (task.routing_target or "").startswith("WK"):
            cancel(scene, task, f"RoutingTarget not available for Reservation acceptance: {task.routing_target}")
        return False
    if task.assignments >= options.most_assignments:
        # Documented: limits-errors-gotchas.md section 2; max assignments of one Task
        cancel(scene, task, f"Task canceled after {task.assignments} assignments")
        return True
    if task.waits_in is not None:
        leave_line(workspace, task)
    task.assignments += 1
    if scene.traced:
        trace.reserved_for(scene, task, rule, fresh, min(queue.max_reserved_workers, len(fresh)))
    move_task(scene, task, "reserved")
    # Documented: routing.md section 9; up to MaxReservedWorkers workers at once, one assignment for the cap
    for worker in fresh[: queue.max_reserved_workers] if len(fresh) > 1 else fresh:
        _reserve(scene, task, worker, queue)
    return True


def reoffer(scene: Scene, task: TaskState) -> None:
    """Ask those again who declined *task*."""
    task.reoffer_at = None
    task.declined = ()
    try_reserve(scene, task)


def _reserve(scene: Scene, task: TaskState, worker: WorkerState, queue: TaskQueueState) -> None:
    machine, workspace = scene.machine, scene.workspace
    workflow = workspace.workflows.get(task.workflow_sid or "")
    # Documented: workflows.md section 5; TaskReservationTimeout of the Workflow, default 120 s
    seconds = 120 if workflow is None else workflow.task_reservation_timeout
    now = machine.now
    sid, expires_at = machine.sid("WR"), now + seconds * 1000
    channel = worker.channels[task.task_channel_sid]
    # In the order of the fields: passing them by name costs more than all the rest of making the record.
    reservation = ReservationState(
        sid,
        task,
        worker,
        channel,
        queue.sid,
        "pending",
        now,
        now,
        expires_at,
        0,
        worker.activity_sid,
    )
    workspace.reservations[sid] = reservation
    by_worker.note(workspace, reservation)
    one = (sid,)
    task.reservations += one
    task.pending_reservations += one
    worker.open += one
    channel.open_reservations += 1
    workspace.roster.changed[worker.position] = worker
    if scene.traced:
        trace.reservation_moved(scene, task, reservation, None)
    set_timer(scene, RESERVATION, expires_at, reservation)
    if scene.traced:
        trace.timer_armed(scene, RESERVATION, expires_at, sid)
    machine.offered += (reservation,)
    if scene.told:
        tell_reservation(scene, "reservation.created", reservation, task, worker, reservation.sid)
    if not workspace.multi_task_enabled and queue.reservation_activity_sid:
        # Documented: routing.md section 7; single-tasking: the queue's reservation activity
        change_activity(scene, worker, queue.reservation_activity_sid)
    if workflow is not None and workflow.assignment_callback_url:
        form = assignment_form(scene, reservation, task, worker)
        machine.outbox.append(
            AssignmentCall(
                workspace.sid,
                reservation.sid,
                workflow.assignment_callback_url,
                workflow.fallback_assignment_callback_url,
                form,
            )
        )


def assignment_form(
    scene: Scene, reservation: ReservationState, task: TaskState, worker: WorkerState
) -> tuple[tuple[str, str], ...]:
    """Return the parameters of the assignment callback."""
    # Documented: callbacks.md section 1; the parameters
    return (
        ("Timestamp", str(scene.now // 1000)),
        ("AccountSid", scene.workspace.account_sid),
        ("WorkspaceSid", scene.workspace.sid),
        ("WorkflowSid", task.workflow_sid or ""),
        ("TaskQueueSid", task.task_queue_sid or ""),
        ("WorkerSid", worker.sid),
        ("WorkerAttributes", worker.attributes_text),
        ("TaskSid", task.sid),
        ("TaskAttributes", task.attributes_text),
        ("TaskAge", str(max(0, scene.now - task.date_created) // 1000)),
        ("TaskPriority", str(task.priority)),
        ("ReservationSid", reservation.sid),
    )


def change_activity(scene: Scene, worker: WorkerState, activity_sid: str) -> None:
    """Move *worker* into an activity; whoever becomes available is offered work by the caller (:func:`serve`)."""
    workspace = scene.workspace
    before = workspace.activities.get(worker.activity_sid)
    after = workspace.activities[activity_sid]
    if before is after:
        return
    spent = scene.now - worker.date_status_changed
    workspace.roster.move(worker, activity_sid)
    worker.activity_sid, worker.on_duty = activity_sid, after.available
    worker.date_status_changed = worker.date_updated = scene.now
    worker.version += 1
    if after.available and scene.options.idle_restarts_when_available:
        # Inferred: routing.md section 5; a change into an available activity starts the idle clock again
        worker.idle_since = scene.now
    membership.recount_activity(workspace, worker)

    if scene.told:
        sentence = f"Worker {worker.friendly_name} updated to {after.friendly_name} Activity"
        previous = None if before is None else (before.sid, before.friendly_name)
        told = worker_told(worker, workspace)
        scene.emit("worker.activity.update", worker.sid, sentence, _changed_activity, (spent, previous, told))


def _changed_activity(
    spent: int, previous: tuple[str, str] | None, worker: tuple[str, str, str, str, str, int]
) -> dict[str, str]:
    # Documented: callbacks.md section 4.2; the activity change group
    data = worker_data(*worker)
    data["WorkerTimeInPreviousActivity"] = str(spent // 1000)
    data["WorkerTimeInPreviousActivityMs"] = str(spent)
    if previous is not None:
        data["WorkerPreviousActivitySid"], data["WorkerPreviousActivityName"] = previous
    return data


def serve(scene: Scene, worker: WorkerState) -> None:
    """Offer *worker* the waiting tasks of its queues, in the order of their lines, while it has room."""
    workspace, options = scene.workspace, scene.options
    if options.top_up and worker.sid in workspace.workers:
        _top_up(scene, worker)
    waited_in = workspace.waited_in
    if not waited_in or worker.sid not in workspace.workers:
        return
    # Documented: routing.md section 12; a task for one worker goes to it, be it in the task's queue or not
    meant = workspace.meant_for.get(worker.sid, {}).values() if workspace.meant_for else ()
    elsewhere = {task.task_queue_sid or "" for task in meant} - worker.queues
    if not elsewhere and waited_in.isdisjoint(worker.queues):
        return
    for task in tasks_for(workspace, worker, lambda sid: matching.has_room(worker, sid, workspace, options), elsewhere):
        if elsewhere and task.task_queue_sid in elsewhere and task.routing_target != worker.sid:
            continue
        if worker.sid in task.declined and task.reoffer_at is not None:
            continue  # asked again after the pause, whoever else there is
        if matching.fits(worker, task, target_of(workspace, task), workspace, scene.now):
            try_reserve(scene, task)
        # Inferred: routing.md section 6; a task whose target excludes this worker is passed over


def _top_up(scene: Scene, worker: WorkerState) -> None:
    """Ask *worker*, too, for the reserved tasks of its queues that may be offered to more workers."""
    workspace, options = scene.workspace, scene.options
    for task in workspace.tasks.values():
        found = target_of(workspace, task) if task.assignment_status == "reserved" else None
        queue = None if found is None else workspace.task_queues[found[1].queue_sid]
        if found is None or queue is None or len(task.pending_reservations) >= queue.max_reserved_workers:
            continue
        if refusal_of(worker, task, found[1], workspace, options, scene.now) is None:
            # Inferred: routing.md section 9; later Workers may top up while fewer than N are pending
            _reserve(scene, task, worker, queue)


def cancel(scene: Scene, task: TaskState, reason: str) -> None:
    """Cancel *task*, which is pending or reserved, and its pending reservations."""
    from taskrouter_kit.simulator._lifecycle import cancel_task

    cancel_task(scene, task, reason)
