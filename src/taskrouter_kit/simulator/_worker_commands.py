"""Creating, changing and deleting workers, their channels, and the task channels that these belong to."""

from __future__ import annotations

import re

from taskrouter_kit.simulator import _by_worker as by_worker
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _membership as membership
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._events import channel_data, worker_data, worker_told
from taskrouter_kit.simulator._lifecycle import reject
from taskrouter_kit.simulator._refusals import no_such, not_found, refused
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import TaskChannelState, WorkerChannelState, WorkerState, WorkspaceState

# Documented: resources.md section 6; letters, digits, _ and $, not starting with a digit
# Observed: resources.md section 6; a hyphen was accepted in 2018, and is here
_UNIQUE_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*\Z")
# Documented: limits-errors-gotchas.md section 2
_MOST_WORKERS = 15_000


def create_worker(scene: Scene, command: commands.CreateWorker) -> WorkerState:
    """Make a worker, with a channel for every task channel."""
    workspace = scene.workspace
    _unique_worker(workspace, command.friendly_name, None)
    activity_sid = command.activity_sid or workspace.default_activity_sid
    if activity_sid not in workspace.activities:
        raise no_such("ActivitySid", activity_sid, workspace.sid)
    if len(workspace.workers) >= _MOST_WORKERS:
        raise refused(f"A workspace cannot have more than {_MOST_WORKERS} workers")
    attributes = read_attributes(command.attributes)
    worker = WorkerState(
        sid=scene.machine.sid("WK"),
        number=scene.machine.sids,
        friendly_name=command.friendly_name,
        attributes_text=command.attributes,
        activity_sid=activity_sid,
        date_created=scene.now,
        date_updated=scene.now,
        date_status_changed=scene.now,
        idle_since=scene.now,
    )
    worker.attributes = attributes
    worker.on_duty = workspace.activities[activity_sid].available
    workspace.workers[worker.sid] = worker
    workspace.roster.add(worker)
    for channel in workspace.task_channels.values():
        _add_channel(scene, worker, channel)
    membership.recount_worker(workspace, worker)
    scene.emit("worker.created", worker.sid, worker.friendly_name, worker_data, worker_told(worker, workspace))
    offering.serve(scene, worker)
    return worker


def _unique_worker(workspace: WorkspaceState, name: str, own: str | None) -> None:
    other = workspace.roster.named.get(name.casefold())
    if other is not None and other.sid != own:
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
    attributes = worker.attributes if command.attributes is UNSET else read_attributes(command.attributes)
    changed = command.attributes is not UNSET and command.attributes != worker.attributes_text
    renamed = bool(command.friendly_name) and command.friendly_name != worker.friendly_name
    if renamed and command.friendly_name:
        workspace.roster.rename(worker, command.friendly_name)
    if changed and command.attributes is not UNSET:
        worker.attributes, worker.attributes_text = attributes, command.attributes
    if changed or renamed:
        worker.version += 1
    worker.date_updated = scene.now
    if changed:
        told = worker_told(worker, workspace)
        scene.emit("worker.attributes.update", worker.sid, worker.friendly_name, worker_data, told)
    offering.change_activity(scene, worker, after.sid)
    if changed or renamed:
        membership.recount_worker(workspace, worker)
    if command.reject_pending_reservations:
        # Documented: routing.md section 10; all pending become rejected
        for sid in worker.open:
            reservation = workspace.reservations.get(sid)
            if reservation is not None and reservation.reservation_status == "pending":
                reject(scene, reservation, worker.activity_sid)
    offering.serve(scene, worker)


def delete_worker(scene: Scene, command: commands.DeleteWorker) -> None:
    """Remove a worker without open reservations."""
    workspace = scene.workspace
    worker = workspace.workers[command.worker_sid]
    if worker.open:
        # Inferred: resources.md section 4; refused while it has pending or accepted Reservations
        raise refused(f"Worker {worker.sid} cannot be deleted because it has open reservations")
    data = worker_data(*worker_told(worker, workspace))
    membership.forget_worker(workspace, worker)
    del workspace.workers[worker.sid]
    ended = tuple(by_worker.reservations_of(workspace, worker))
    for sid in ended:
        task = workspace.reservations[sid].task
        task.reservations = tuple(each for each in task.reservations if each != sid)
    by_worker.forget(workspace, ended)
    scene.emit("worker.deleted", worker.sid, worker.friendly_name, dict, (data,))


def update_worker_channel(scene: Scene, command: commands.UpdateWorkerChannel) -> None:
    """Change capacity and availability of one channel of a worker."""
    workspace = scene.workspace
    worker = workspace.workers[command.worker_sid]
    channel = next((each for each in worker.channels.values() if each.sid == command.worker_channel_sid), None)
    if channel is None:
        raise not_found(f"/Workspaces/{workspace.sid}/Workers/{worker.sid}/Channels/{command.worker_channel_sid}")
    previous = channel.configured_capacity

    if command.capacity is not UNSET and command.capacity != previous:
        # Documented: routing.md section 4; 0: no new Reservations, existing ones stay
        channel.configured_capacity = command.capacity
        _tell_channel(scene, "worker.capacity.update", channel, worker, previous)
    if command.available is not UNSET and command.available != channel.available:
        channel.available = command.available
        _tell_channel(scene, "worker.channel.availability.update", channel, worker, previous)
    channel.date_updated = scene.now
    workspace.roster.touch(worker)
    offering.serve(scene, worker)


def _tell_channel(
    scene: Scene, event_type: str, channel: WorkerChannelState, worker: WorkerState, previous: int
) -> None:
    data = channel_data(channel, worker, scene.workspace, previous)
    scene.emit(event_type, worker.sid, worker.friendly_name, dict, (data,))


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
    name = command.unique_name
    if _UNIQUE_NAME.match(name) is None or ("-" in name and not scene.options.hyphens_in_channel_names):
        raise refused(f"UniqueName {name!r} may hold letters, digits, _ and $ only")
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
    scene.emit("task-channel.created", channel.sid, channel.friendly_name, dict, (_task_channel_data(channel),))
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
        scene.workspace.roster.touch_all()
    channel.date_updated = scene.now
    scene.emit("task-channel.updated", channel.sid, channel.friendly_name, dict, (_task_channel_data(channel),))


def delete_task_channel(scene: Scene, command: commands.DeleteTaskChannel) -> None:
    """Remove a task channel that the workspace was not born with and that no task uses."""
    workspace, sid = scene.workspace, command.task_channel_sid
    channel = workspace.task_channels[sid]
    if channel.built_in:
        # Inferred: resources.md section 6; built-in channels stay
        raise refused(f"TaskChannel {channel.unique_name} is built in and cannot be deleted")
    if any(task.task_channel_sid == sid for task in workspace.tasks.values()) or any(
        offer.task_channel_sid == sid for offer in workspace.reservations.values()
    ):
        # Decided: no document says what becomes of the tasks of a channel that is deleted, and of their reservations
        raise refused(f"TaskChannel {sid} cannot be deleted because it has tasks")
    del workspace.task_channels[sid]
    for worker in workspace.workers.values():
        worker.channels.pop(sid, None)
    workspace.roster.lines.pop(sid, None)
    scene.emit("task-channel.deleted", sid, channel.friendly_name, dict, (_task_channel_data(channel),))
