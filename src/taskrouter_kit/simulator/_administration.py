"""What configures a workspace: creating, changing and deleting everything but tasks and reservations."""

from __future__ import annotations

import json
import re
from typing import Final

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _membership as membership
from taskrouter_kit.simulator import _routing as routing
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._events import (
    EVENT_TYPES,
    activity_data,
    channel_data,
    queue_data,
    worker_data,
    workflow_data,
)
from taskrouter_kit.simulator._lifecycle import reject
from taskrouter_kit.simulator._refusals import no_such, refused
from taskrouter_kit.simulator._rules import compile_configuration, compile_target_workers
from taskrouter_kit.simulator._scene import Machine, Scene
from taskrouter_kit.simulator._state import (
    LIVE,
    ActivityState,
    TaskChannelState,
    TaskQueueState,
    WorkerChannelState,
    WorkerState,
    WorkflowState,
    WorkspaceState,
    World,
)

# Observed: resources.md section 2.1; the activities of a workspace made today, in this order
_ACTIVITIES: Final = (("Offline", False), ("Available", True), ("Unavailable", False))
# Observed: resources.md section 2.1; the task channels of a new workspace
_CHANNELS: Final = (
    ("default", "Default"),
    ("voice", "Voice"),
    ("chat", "Programmable Chat"),
    ("sms", "SMS"),
    ("video", "Video"),
)
# Documented: resources.md section 6; letters, digits, _ and $, not starting with a digit
# Observed: resources.md section 6; a hyphen was accepted in 2018, and is here
_UNIQUE_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*\Z")
# Documented: limits-errors-gotchas.md section 2
_MOST_ACTIVITIES, _MOST_QUEUES, _MOST_WORKERS = 100, 5_000, 15_000


def create_workspace(machine: Machine, world: World, command: commands.CreateWorkspace) -> WorkspaceState:
    """Make a workspace with the activities and channels that the service puts into a new one."""
    now = machine.now
    events_filter = _events_filter(command.events_filter)
    offline = ActivityState(machine.sid("WA"), "Offline", False, now, now)
    workspace = WorkspaceState(
        sid=machine.sid("WS"),
        account_sid=machine.account_sid,
        friendly_name=command.friendly_name,
        event_callback_url=command.event_callback_url or "",
        events_filter=events_filter,
        # Documented: resources.md section 2; true on create
        multi_task_enabled=True if command.multi_task_enabled is UNSET else command.multi_task_enabled,
        prioritize_queue_order=command.prioritize_queue_order or "FIFO",
        default_activity_sid=offline.sid,
        timeout_activity_sid=offline.sid,
        date_created=now,
        date_updated=now,
    )
    world.workspaces[workspace.sid] = workspace
    scene = Scene(machine, workspace)
    workspace.activities[offline.sid] = offline
    for name, available in _ACTIVITIES[1:]:
        activity = ActivityState(machine.sid("WA"), name, available, now, now)
        workspace.activities[activity.sid] = activity
    for unique_name, name in _CHANNELS:
        channel = TaskChannelState(machine.sid("TC"), unique_name, name, False, now, now, built_in=True)
        workspace.task_channels[channel.sid] = channel
    scene.emit("workspace.created", workspace.sid, {}, workspace.friendly_name)
    if command.template == "FIFO":
        _fifo_template(scene)
    return workspace


def _fifo_template(scene: Scene) -> None:
    # Observed: resources.md section 2.1; Template FIFO adds Sample Queue and Default Fifo Workflow
    sid = scene.workspace.sid
    queue = create_task_queue(scene, commands.CreateTaskQueue(workspace_sid=sid, friendly_name="Sample Queue"))
    # Inferred: resources.md section 2.1; the exact text of the configuration is not recorded
    configuration = json.dumps(
        {"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}, separators=(",", ":")
    )
    create_workflow(
        scene,
        commands.CreateWorkflow(workspace_sid=sid, friendly_name="Default Fifo Workflow", configuration=configuration),
    )


def _events_filter(text: str | commands.Unset) -> str | None:
    """Return the filter as it is stored; empty means everything."""
    if not text:
        return None
    types = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [each for each in types if each not in EVENT_TYPES]
    if unknown:
        # Inferred: callbacks.md section 4.4; unknown event types are refused
        raise refused(f"EventsFilter contains unknown event types: {', '.join(unknown)}")
    return text


def update_workspace(scene: Scene, command: commands.UpdateWorkspace) -> None:
    """Change a workspace."""
    workspace = scene.workspace
    if command.multi_task_enabled is False and workspace.multi_task_enabled:
        # Documented: resources.md section 2; multi -> single is refused
        # Inferred: limits-errors-gotchas.md section 4; the form of the refusal is 400 with code 20001
        raise refused("MultiTaskEnabled cannot be set to false once multitasking is enabled")
    for name, sid in (
        ("DefaultActivitySid", command.default_activity_sid),
        ("TimeoutActivitySid", command.timeout_activity_sid),
    ):
        if sid and sid not in workspace.activities:
            raise no_such(name, sid, workspace.sid)
    if command.events_filter is not UNSET:
        workspace.events_filter = _events_filter(command.events_filter)
    if command.event_callback_url is not UNSET:
        # Documented: resources.md section 2; empty unsets, the EventsFilter survives
        workspace.event_callback_url = command.event_callback_url
    workspace.friendly_name = command.friendly_name or workspace.friendly_name
    workspace.default_activity_sid = command.default_activity_sid or workspace.default_activity_sid
    workspace.timeout_activity_sid = command.timeout_activity_sid or workspace.timeout_activity_sid
    workspace.prioritize_queue_order = command.prioritize_queue_order or workspace.prioritize_queue_order
    became_multi = bool(command.multi_task_enabled) and not workspace.multi_task_enabled
    workspace.multi_task_enabled = bool(command.multi_task_enabled) or workspace.multi_task_enabled
    workspace.date_updated = scene.now
    scene.emit("workspace.updated", workspace.sid, {}, workspace.friendly_name)
    if became_multi:
        _serve_all(scene)


def create_activity(scene: Scene, command: commands.CreateActivity) -> ActivityState:
    """Make an activity."""
    workspace = scene.workspace
    if len(workspace.activities) >= _MOST_ACTIVITIES:
        raise refused(f"A workspace cannot have more than {_MOST_ACTIVITIES} activities")
    _unique_activity(workspace, command.friendly_name, None)
    activity = ActivityState(scene.machine.sid("WA"), command.friendly_name, command.available, scene.now, scene.now)
    workspace.activities[activity.sid] = activity
    scene.emit("activity.created", activity.sid, activity_data(activity), activity.friendly_name)
    return activity


def _unique_activity(workspace: WorkspaceState, name: str, own: str | None) -> None:
    if any(each.friendly_name == name and each.sid != own for each in workspace.activities.values()):
        # Inferred: resources.md section 3; names of activities are unique
        raise refused("Activity with the same friendly name already exists")


def update_activity(scene: Scene, command: commands.UpdateActivity) -> None:
    """Rename an activity."""
    activity = scene.workspace.activities[command.activity_sid]
    if command.friendly_name:
        _unique_activity(scene.workspace, command.friendly_name, activity.sid)
        activity.friendly_name = command.friendly_name
    activity.date_updated = scene.now
    scene.emit("activity.updated", activity.sid, activity_data(activity), activity.friendly_name)


def delete_activity(scene: Scene, command: commands.DeleteActivity) -> None:
    """Remove an activity that nothing uses."""
    workspace, sid = scene.workspace, command.activity_sid
    activity = workspace.activities[sid]
    # Inferred: resources.md section 3; delete constraints
    used: list[str] = []
    if sid == workspace.default_activity_sid:
        used.append("the default activity of the workspace")
    if sid == workspace.timeout_activity_sid:
        used.append("the timeout activity of the workspace")
    if any(worker.activity_sid == sid for worker in workspace.workers.values()):
        used.append("the activity of a worker")
    if any(
        sid in (queue.reservation_activity_sid, queue.assignment_activity_sid)
        for queue in workspace.task_queues.values()
    ):
        used.append("an activity of a task queue")
    if used:
        raise refused(f"Activity {sid} cannot be deleted because it is {', '.join(used)}")
    del workspace.activities[sid]
    scene.emit("activity.deleted", sid, activity_data(activity), activity.friendly_name)


def _task_channel_data(channel: TaskChannelState) -> dict[str, str]:
    return {
        "TaskChannelSid": channel.sid,
        "TaskChannelName": channel.friendly_name,
        "TaskChannelUniqueName": channel.unique_name,
        "TaskChannelOptimizedRouting": "true" if channel.channel_optimized_routing else "false",
    }


def create_task_channel(scene: Scene, command: commands.CreateTaskChannel) -> TaskChannelState:
    """Make a task channel, and a channel of it for every worker."""
    workspace = scene.workspace
    if _UNIQUE_NAME.match(command.unique_name) is None:
        raise refused(f"UniqueName {command.unique_name!r} may hold letters, digits, _ and $ only")
    if any(each.unique_name == command.unique_name for each in workspace.task_channels.values()):
        # Inferred: resources.md section 6; duplicates of unique_name
        raise refused("TaskChannel with the same unique name already exists")
    channel = TaskChannelState(
        scene.machine.sid("TC"),
        command.unique_name,
        command.friendly_name,
        command.channel_optimized_routing,
        scene.now,
        scene.now,
    )
    workspace.task_channels[channel.sid] = channel
    for worker in workspace.workers.values():
        _add_channel(scene, worker, channel)
    scene.emit("task-channel.created", channel.sid, _task_channel_data(channel), channel.friendly_name)
    return channel


def _add_channel(scene: Scene, worker: WorkerState, channel: TaskChannelState) -> None:
    # Inferred: resources.md section 5; made with the worker and with the task channel
    # Observed: resources.md section 5; the default capacity is 1
    worker.channels[channel.sid] = WorkerChannelState(
        scene.machine.sid("WC"), channel.sid, 1, True, scene.now, scene.now, idle_since=scene.now
    )


def update_task_channel(scene: Scene, command: commands.UpdateTaskChannel) -> None:
    """Change a task channel."""
    channel = scene.workspace.task_channels[command.task_channel_sid]
    channel.friendly_name = command.friendly_name or channel.friendly_name
    if command.channel_optimized_routing is not UNSET:
        channel.channel_optimized_routing = command.channel_optimized_routing
    channel.date_updated = scene.now
    scene.emit("task-channel.updated", channel.sid, _task_channel_data(channel), channel.friendly_name)


def delete_task_channel(scene: Scene, command: commands.DeleteTaskChannel) -> None:
    """Remove a task channel that the workspace was not born with and that no task uses."""
    workspace, sid = scene.workspace, command.task_channel_sid
    channel = workspace.task_channels[sid]
    if channel.built_in:
        # Inferred: resources.md section 6; built-in channels stay
        raise refused(f"TaskChannel {channel.unique_name} is built in and cannot be deleted")
    if any(task.task_channel_sid == sid for task in workspace.tasks.values()):
        raise refused(f"TaskChannel {sid} cannot be deleted because it has tasks")
    del workspace.task_channels[sid]
    for worker in workspace.workers.values():
        worker.channels.pop(sid, None)
    scene.emit("task-channel.deleted", sid, _task_channel_data(channel), channel.friendly_name)


def create_task_queue(scene: Scene, command: commands.CreateTaskQueue) -> TaskQueueState:
    """Make a task queue."""
    workspace = scene.workspace
    if len(workspace.task_queues) >= _MOST_QUEUES:
        raise refused(f"A workspace cannot have more than {_MOST_QUEUES} task queues")
    # Documented: resources.md section 7; defaults 1==1, 1 and FIFO
    target_workers = "1==1" if command.target_workers is UNSET else command.target_workers
    rule = compile_target_workers(target_workers)
    _check_queue_activities(scene, command)
    queue = TaskQueueState(
        sid=scene.machine.sid("WQ"),
        friendly_name=command.friendly_name,
        target_workers=target_workers,
        max_reserved_workers=command.max_reserved_workers or 1,
        task_order=command.task_order or "FIFO",
        reservation_activity_sid=command.reservation_activity_sid or None,
        assignment_activity_sid=command.assignment_activity_sid or None,
        date_created=scene.now,
        date_updated=scene.now,
    )
    queue.rule = rule
    workspace.task_queues[queue.sid] = queue
    membership.recount_queue(workspace, queue)
    scene.emit("task-queue.created", queue.sid, queue_data(queue), queue.friendly_name)
    return queue


def _check_queue_activities(scene: Scene, command: commands.CreateTaskQueue | commands.UpdateTaskQueue) -> None:
    for name, sid in (
        ("ReservationActivitySid", command.reservation_activity_sid),
        ("AssignmentActivitySid", command.assignment_activity_sid),
    ):
        if sid and sid not in scene.workspace.activities:
            raise no_such(name, sid, scene.workspace.sid)


def update_task_queue(scene: Scene, command: commands.UpdateTaskQueue) -> None:
    """Change a task queue; a new expression may let waiting tasks go at once."""
    workspace = scene.workspace
    queue = workspace.task_queues[command.task_queue_sid]
    _check_queue_activities(scene, command)
    changed = command.target_workers is not UNSET and command.target_workers != queue.target_workers
    if changed and command.target_workers is not UNSET:
        queue.rule = compile_target_workers(command.target_workers)
        queue.target_workers = command.target_workers
    queue.friendly_name = command.friendly_name or queue.friendly_name
    queue.max_reserved_workers = command.max_reserved_workers or queue.max_reserved_workers
    if command.reservation_activity_sid is not UNSET:
        # Observed: resources.md section 7; an empty string clears
        queue.reservation_activity_sid = command.reservation_activity_sid or None
    if command.assignment_activity_sid is not UNSET:
        queue.assignment_activity_sid = command.assignment_activity_sid or None
    if command.task_order and command.task_order != queue.task_order:
        waiting = list(queue.waiting)
        for task in waiting:
            routing.leave_line(task)
        queue.task_order = command.task_order
        for task in waiting:
            routing.join_line(scene, task)
    queue.date_updated = scene.now
    if changed:
        # Documented: resources.md section 7; event task-queue.expression.updated
        membership.recount_queue(workspace, queue)
        scene.emit("task-queue.expression.updated", queue.sid, queue_data(queue), queue.friendly_name)
        for worker in list(queue.members.values()):
            routing.serve(scene, worker)


def delete_task_queue(scene: Scene, command: commands.DeleteTaskQueue) -> None:
    """Remove a task queue that no workflow mentions and no live task is in."""
    workspace, sid = scene.workspace, command.task_queue_sid
    queue = workspace.task_queues[sid]
    users = [flow.friendly_name for flow in workspace.workflows.values() if sid in flow.rules.queue_sids]
    if users:
        # Observed: resources.md section 7; refused with code 20001 while a Workflow refers to it
        raise refused(f"TaskQueue {sid} cannot be deleted because it is used by the workflow {', '.join(users)}")
    if any(task.task_queue_sid == sid and task.assignment_status in LIVE for task in workspace.tasks.values()):
        # Inferred: resources.md section 7; with tasks inside
        raise refused(f"TaskQueue {sid} cannot be deleted because it has tasks")
    del workspace.task_queues[sid]
    for worker in workspace.workers.values():
        worker.queues.discard(sid)
    scene.emit("task-queue.deleted", sid, queue_data(queue), queue.friendly_name)


def create_workflow(scene: Scene, command: commands.CreateWorkflow) -> WorkflowState:
    """Make a workflow."""
    workspace = scene.workspace
    rules = compile_configuration(command.configuration, workspace.task_queues)
    workflow = WorkflowState(
        sid=scene.machine.sid("WW"),
        friendly_name=command.friendly_name,
        configuration=command.configuration,
        assignment_callback_url=command.assignment_callback_url or "",
        fallback_assignment_callback_url=command.fallback_assignment_callback_url or "",
        # Documented: resources.md section 8; default 120 s
        task_reservation_timeout=command.task_reservation_timeout or 120,
        date_created=scene.now,
        date_updated=scene.now,
    )
    workflow.rules = rules
    workspace.workflows[workflow.sid] = workflow
    scene.emit("workflow.created", workflow.sid, workflow_data(workflow), workflow.friendly_name)
    return workflow


def update_workflow(scene: Scene, command: commands.UpdateWorkflow) -> None:
    """Change a workflow; waiting tasks go through it again only when asked to."""
    workspace = scene.workspace
    workflow = workspace.workflows[command.workflow_sid]
    if command.configuration is not UNSET:
        workflow.rules = compile_configuration(command.configuration, workspace.task_queues)
        workflow.configuration = command.configuration
    workflow.friendly_name = command.friendly_name or workflow.friendly_name
    if command.assignment_callback_url is not UNSET:
        workflow.assignment_callback_url = command.assignment_callback_url
    if command.fallback_assignment_callback_url is not UNSET:
        workflow.fallback_assignment_callback_url = command.fallback_assignment_callback_url
    workflow.task_reservation_timeout = command.task_reservation_timeout or workflow.task_reservation_timeout
    workflow.date_updated = scene.now
    scene.emit("workflow.updated", workflow.sid, workflow_data(workflow), workflow.friendly_name)
    if command.re_evaluate_tasks:
        # Documented: workflows.md section 7; pending Tasks go through the assignment loop again
        for task in [each for each in workspace.tasks.values() if each.workflow_sid == workflow.sid]:
            if task.assignment_status == "pending":
                routing.enter_workflow(scene, task)


def delete_workflow(scene: Scene, command: commands.DeleteWorkflow) -> None:
    """Remove a workflow without live tasks."""
    workspace, sid = scene.workspace, command.workflow_sid
    workflow = workspace.workflows[sid]
    if any(task.workflow_sid == sid and task.assignment_status in LIVE for task in workspace.tasks.values()):
        # Inferred: resources.md section 8; with live Tasks
        raise refused(f"Workflow {sid} cannot be deleted because it has tasks")
    del workspace.workflows[sid]
    scene.emit("workflow.deleted", sid, workflow_data(workflow), workflow.friendly_name)


def create_worker(scene: Scene, command: commands.CreateWorker) -> WorkerState:
    """Make a worker, with a channel for every task channel."""
    workspace = scene.workspace
    _unique_worker(workspace, command.friendly_name, None)
    activity_sid = command.activity_sid or workspace.default_activity_sid
    if activity_sid not in workspace.activities:
        raise no_such("ActivitySid", activity_sid, workspace.sid)
    if len(workspace.workers) >= _MOST_WORKERS:
        raise refused(f"A workspace cannot have more than {_MOST_WORKERS} workers")
    worker = WorkerState(
        sid=scene.machine.sid("WK"),
        number=scene.machine.number(),
        friendly_name=command.friendly_name,
        attributes_text=command.attributes,
        activity_sid=activity_sid,
        date_created=scene.now,
        date_updated=scene.now,
        date_status_changed=scene.now,
        idle_since=scene.now,
    )
    worker.attributes = json.loads(command.attributes)
    workspace.workers[worker.sid] = worker
    for channel in workspace.task_channels.values():
        _add_channel(scene, worker, channel)
    membership.recount_worker(workspace, worker)
    scene.emit("worker.created", worker.sid, worker_data(worker, workspace), worker.friendly_name)
    routing.serve(scene, worker)
    return worker


def _unique_worker(workspace: WorkspaceState, name: str, own: str | None) -> None:
    folded = name.casefold()
    if any(each.friendly_name.casefold() == folded and each.sid != own for each in workspace.workers.values()):
        # Observed: resources.md section 4; unique ignoring case
        raise refused("Worker with the same friendly name already exists")


def update_worker(scene: Scene, command: commands.UpdateWorker) -> None:
    """Change a worker."""
    workspace = scene.workspace
    worker = workspace.workers[command.worker_sid]
    if command.activity_sid and command.activity_sid not in workspace.activities:
        raise no_such("ActivitySid", command.activity_sid, workspace.sid)
    after = workspace.activities[command.activity_sid or worker.activity_sid]
    if command.reject_pending_reservations and after.available:
        # Observed: limits-errors-gotchas.md section 3.1; recorded text
        raise refused("Unable to reject pending reservations when updating to an Available activity state.")
    if command.friendly_name:
        _unique_worker(workspace, command.friendly_name, worker.sid)
    changed = command.attributes is not UNSET and command.attributes != worker.attributes_text
    renamed = bool(command.friendly_name) and command.friendly_name != worker.friendly_name
    worker.friendly_name = command.friendly_name or worker.friendly_name
    if changed and command.attributes is not UNSET:
        worker.attributes_text = command.attributes
        worker.attributes = json.loads(command.attributes)
    if changed or renamed:
        worker.version += 1
    worker.date_updated = scene.now
    if changed:
        scene.emit("worker.attributes.update", worker.sid, worker_data(worker, workspace), worker.friendly_name)
    routing.change_activity(scene, worker, after.sid)
    membership.recount_worker(workspace, worker)
    if command.reject_pending_reservations:
        # Documented: routing.md section 10; all pending become rejected
        for sid in list(worker.open):
            reservation = workspace.reservations.get(sid)
            if reservation is not None and reservation.reservation_status == "pending":
                reject(scene, reservation, worker.activity_sid)
    routing.serve(scene, worker)


def delete_worker(scene: Scene, command: commands.DeleteWorker) -> None:
    """Remove a worker without open reservations."""
    workspace = scene.workspace
    worker = workspace.workers[command.worker_sid]
    if worker.open:
        # Inferred: resources.md section 4; refused while it has pending or accepted Reservations
        raise refused(f"Worker {worker.sid} cannot be deleted because it has open reservations")
    data = worker_data(worker, workspace)
    membership.forget_worker(workspace, worker)
    del workspace.workers[worker.sid]
    ended = [sid for sid, each in workspace.reservations.items() if each.worker_sid == worker.sid]
    for sid in ended:
        task = workspace.tasks.get(workspace.reservations[sid].task_sid)
        if task is not None:
            task.reservations.remove(sid)
        del workspace.reservations[sid]
    scene.emit("worker.deleted", worker.sid, data, worker.friendly_name)


def update_worker_channel(scene: Scene, command: commands.UpdateWorkerChannel) -> None:
    """Change capacity and availability of one channel of a worker."""
    workspace = scene.workspace
    worker = workspace.workers[command.worker_sid]
    channel = next(each for each in worker.channels.values() if each.sid == command.worker_channel_sid)
    previous = channel.configured_capacity
    if command.capacity is not UNSET and command.capacity != previous:
        # Documented: routing.md section 4; 0: no new Reservations, existing ones stay
        channel.configured_capacity = command.capacity
        data = channel_data(channel, worker, workspace, previous)
        scene.emit("worker.capacity.update", worker.sid, data, worker.friendly_name)
    if command.available is not UNSET and command.available != channel.available:
        channel.available = command.available
        data = channel_data(channel, worker, workspace, previous)
        scene.emit("worker.channel.availability.update", worker.sid, data, worker.friendly_name)
    channel.date_updated = scene.now
    routing.serve(scene, worker)


def _serve_all(scene: Scene) -> None:
    for worker in list(scene.workspace.workers.values()):
        routing.serve(scene, worker)
