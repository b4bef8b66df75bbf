"""The plain way of a task: made and offered at once, accepted, completed, while nobody keeps a trace or events.

Nearly all tasks of a large simulation go it. Each function here does in one go what a command does one step after the
other (``_task_commands.py``, ``_instructions.py``), where no more than that can happen, and leaves everything else to
it: the rules and their sources stand there. An engine that keeps a trace never comes here, and its world must be the
same; a test compares the two, whatever is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskrouter_kit.simulator import _arrival as arrival
from taskrouter_kit.simulator import _by_worker as by_worker
from taskrouter_kit.simulator import _instructions as instructions
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator import _task_commands as task_commands
from taskrouter_kit.simulator._commands import UNSET, CreateTask, UpdateReservation, UpdateTask
from taskrouter_kit.simulator._invented import sids_of_offer
from taskrouter_kit.simulator._lifecycle import ASSIGNED_MS
from taskrouter_kit.simulator._matching import idle_line
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._roster import Place
from taskrouter_kit.simulator._rules import TargetRule
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import WorkflowState
from taskrouter_kit.simulator._task_state import ReservationState, TaskState
from taskrouter_kit.simulator._timers import REMOVAL, RESERVATION, TTL


def is_plain(options: EngineOptions) -> bool:
    """Return whether an engine with *options* may go the plain way at all."""
    return (
        not (options.trace or options.events or options.top_up)
        and options.pending_uses_capacity
        and options.idle_restarts_when_work_ends
    )


def create_task(scene: Scene, command: CreateTask) -> TaskState:
    """Make a task, and offer it to the worker of its queue who has been idle longest, if somebody has room."""
    workspace = scene.workspace
    named: Any = command.workflow_sid  # Any: no workflow has UNSET for its SID
    workflow = workspace.workflows.get(named)
    if (
        workflow is None
        or workflow.assignment_callback_url
        or not workspace.multi_task_enabled
        or command.routing_target is not UNSET
        or command.task_queue_sid is not UNSET
    ):
        return task_commands.create_task(scene, command)
    rules = workflow.rules
    try:
        attributes, index, target = rules.remembered[command.attributes]
    except KeyError:
        attributes, index, target = rules.beginning(command.attributes)
    if target is None:
        return task_commands.create_task(scene, command)
    queue = workspace.task_queues[target.queue_sid]
    channel_sid = command.task_channel_sid
    if channel_sid is UNSET or not channel_sid:
        channel_sid = workspace.default_channel_sid
    elif channel_sid not in workspace.task_channels:
        return task_commands.create_task(scene, command)
    roster = workspace.roster
    line = roster.lines.get(channel_sid)
    if line is None or roster.changed:
        line = idle_line(workspace, channel_sid, scene.options)
    place = None
    # Where others wait there is hardly anybody: one look at the bits then, instead of going along the line.
    if queue.sid not in workspace.waited_in or queue.bits & line.free:
        place = line.longest_idle(queue.by_position, queue.bits)
    if place is None:
        if index is None or target.skip_if is not None:
            return task_commands.create_task(scene, command)
        return arrival.wait(scene, command, workflow, index, target, attributes, channel_sid)
    if queue.max_reserved_workers != 1:
        return task_commands.create_task(scene, command)
    task = _offered(scene, command, workflow, index, target, attributes, place)
    if place[3].open_reservations >= place[3].configured_capacity:
        line.take_first(place[1])
    return task


def _offered(
    scene: Scene,
    command: CreateTask,
    workflow: WorkflowState,
    index: int | None,
    target: TargetRule,
    attributes: Mapping[str, Any],  # Any: JSON
    place: Place,
) -> TaskState:
    """Make the task of *command*, which is in *target* of filter *index*, and its reservation for who is at *place*."""
    workspace, machine = scene.workspace, scene.machine
    _, _, worker, channel = place
    channel_sid = channel.task_channel_sid
    now = machine.now
    timeout = task_commands.USUAL_TIMEOUT if command.timeout is UNSET else command.timeout
    number = machine.sids + 1
    machine.sids = number + 1
    sid, offer_sid = sids_of_offer(number, machine.offset)
    workflow_sid, queue_sid = workflow.sid, target.queue_sid
    ttl_at = now + timeout * 1000
    offers = (offer_sid,)
    priority = target.priority
    if priority is None:
        priority = 0 if command.priority is UNSET else command.priority
    workspace.tasks[sid] = task = TaskState(
        sid,
        number,
        command.attributes,
        "reserved",
        priority,
        timeout,
        workflow_sid,
        channel_sid,
        None,
        False if command.ignore_capacity is UNSET else command.ignore_capacity,
        now if command.virtual_start_time is UNSET else command.virtual_start_time,
        now,
        now,
        attributes,
        1,
        None,
        queue_sid,
        now,
        index,
        0,
        now,
        None,
        None,
        None,
        1,
        offers,
        offers,
    )
    lanes = scene.lanes
    try:
        lanes[TTL][timeout * 1000].extend((ttl_at, scene.sid, sid))
    except KeyError:
        machine.timers.open(TTL, timeout * 1000, ttl_at, scene.sid, sid)
    span = workflow.task_reservation_timeout * 1000
    expires_at = now + span
    workspace.reservations[offer_sid] = reservation = ReservationState(
        offer_sid,
        task,
        worker,
        channel,
        queue_sid,
        "pending",
        now,
        now,
        expires_at,
        0,
        worker.activity_sid,
    )
    worker.open += offers
    if workspace.by_worker is not None:
        by_worker.note(workspace, reservation)
    channel.open_reservations += 1
    try:
        lanes[RESERVATION][span].extend((expires_at, scene.sid, reservation))
    except KeyError:
        machine.timers.open(RESERVATION, span, expires_at, scene.sid, reservation)
    machine.offered += (reservation,)
    return task


def update_reservation(scene: Scene, command: UpdateReservation) -> ReservationState:
    """Accept the only reservation of a task."""
    workspace, machine = scene.workspace, scene.machine
    reservation = workspace.reservations[command.reservation_sid]
    task = reservation.task
    if (
        command.reservation_status != "accepted"
        or reservation.reservation_status != "pending"
        or command.worker_activity_sid is not UNSET
        or not workspace.multi_task_enabled
        or len(task.pending_reservations) != 1
    ):
        return instructions.update_reservation(scene, command)
    worker = reservation.worker
    now = machine.now
    channel = reservation.channel
    worker.idle_since = channel.idle_since = now
    channel.assigned_tasks += 1
    reservation.reservation_status = "accepted"
    reservation.version += 1
    reservation.date_updated = task.date_updated = now
    task.pending_reservations = ()
    task.assignment_status = "assigned"
    task.version += 1
    task.target_deadline = task.reoffer_at = None
    task.delete_at = removed_at = now + ASSIGNED_MS
    try:
        scene.lanes[REMOVAL][ASSIGNED_MS].extend((removed_at, scene.sid, task.sid))
    except KeyError:
        machine.timers.open(REMOVAL, ASSIGNED_MS, removed_at, scene.sid, task.sid)
    lines = workspace.roster.lines
    if (
        channel.open_reservations < channel.configured_capacity
        or len(lines) > 1
        or channel.task_channel_sid not in lines
    ):
        # Who has no room left stands in no line of this channel, but may stand in those of others.
        workspace.roster.changed[worker.position] = worker
    return reservation


def update_task(scene: Scene, command: UpdateTask) -> None:
    """Complete a task that one worker has accepted."""
    workspace, machine = scene.workspace, scene.machine
    task = workspace.tasks[command.task_sid]
    reason = command.reason
    if (
        command.assignment_status != "completed"
        or task.assignment_status != "assigned"
        or not reason
        or command.attributes is not UNSET
        or command.priority is not UNSET
        or command.virtual_start_time is not UNSET
        or command.task_channel_sid is not UNSET
        or not workspace.multi_task_enabled
        or len(task.reservations) != 1
    ):
        return task_commands.update_task(scene, command)
    reservation = workspace.reservations[task.reservations[0]]
    worker = reservation.worker
    now = machine.now
    task.assignment_status = "completed"
    task.reason = reason
    task.version += 1
    span = scene.options.removal_after_ms
    task.delete_at = removed_at = now + span
    try:
        scene.lanes[REMOVAL][span].extend((removed_at, scene.sid, task.sid))
    except KeyError:
        machine.timers.open(REMOVAL, span, removed_at, scene.sid, task.sid)
    reservation.reservation_status = "completed"
    reservation.version += 1
    reservation.date_updated = task.date_updated = now
    channel = reservation.channel
    channel.assigned_tasks -= 1
    channel.open_reservations -= 1
    offered = worker.open
    worker.open = () if len(offered) == 1 else tuple(sid for sid in offered if sid != reservation.sid)
    worker.idle_since = channel.idle_since = now
    lines = workspace.roster.lines
    line = lines.get(channel.task_channel_sid)
    if (
        line is not None
        and len(lines) == 1
        and worker.on_duty
        and channel.available
        and channel.open_reservations < channel.configured_capacity
    ):
        line.put((now, worker.position, worker, channel))
    else:
        workspace.roster.changed[worker.position] = worker
    if workspace.waited_in:
        offering.serve(scene, worker)
    return None
