"""Creating and changing workspaces, and their activities."""

from __future__ import annotations

import json
from typing import Final

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _membership as membership
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._event_state import EVENT_TYPES
from taskrouter_kit.simulator._events import activity_data
from taskrouter_kit.simulator._queue_commands import create_task_queue, create_workflow
from taskrouter_kit.simulator._refusals import no_such, refused
from taskrouter_kit.simulator._scene import Machine, Scene
from taskrouter_kit.simulator._state import ActivityState, TaskChannelState, WorkspaceState, World, default_channel

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
# Documented: limits-errors-gotchas.md section 2
_MOST_ACTIVITIES = 100


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
    scene = Scene(machine, workspace, world)
    workspace.activities[offline.sid] = offline
    for name, available in _ACTIVITIES[1:]:
        activity = ActivityState(machine.sid("WA"), name, available, now, now)
        workspace.activities[activity.sid] = activity
    for unique_name, name in _CHANNELS:
        channel = TaskChannelState(machine.sid("TC"), unique_name, name, False, now, now, built_in=True)
        workspace.task_channels[channel.sid] = channel
    workspace.default_channel_sid = default_channel(workspace)
    scene.emit("workspace.created", workspace.sid, workspace.friendly_name, dict)
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
    if command.multi_task_enabled is False and workspace.multi_task_enabled and not _may_leave_multitasking(scene):
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
    switched = command.multi_task_enabled is not UNSET and command.multi_task_enabled != workspace.multi_task_enabled
    if command.multi_task_enabled is not UNSET:
        workspace.multi_task_enabled = command.multi_task_enabled
    workspace.date_updated = scene.now
    scene.emit("workspace.updated", workspace.sid, workspace.friendly_name, dict)
    if switched:
        # What room is, is another question now.
        workspace.roster.touch_all()
        _serve_all(scene)


def _serve_all(scene: Scene) -> None:
    for worker in list(scene.workspace.workers.values()):
        offering.serve(scene, worker)


def _may_leave_multitasking(scene: Scene) -> bool:
    others = (each for each in scene.world.workspaces.values() if each is not scene.workspace)
    return not scene.options.multitasking_is_final and any(not each.multi_task_enabled for each in others)


def create_activity(scene: Scene, command: commands.CreateActivity) -> ActivityState:
    """Make an activity."""
    workspace = scene.workspace
    if len(workspace.activities) >= _MOST_ACTIVITIES:
        raise refused(f"A workspace cannot have more than {_MOST_ACTIVITIES} activities")
    _unique_activity(scene, command.friendly_name, None)
    activity = ActivityState(scene.machine.sid("WA"), command.friendly_name, command.available, scene.now, scene.now)
    workspace.activities[activity.sid] = activity
    scene.emit("activity.created", activity.sid, activity.friendly_name, dict, (activity_data(activity),))
    return activity


def _unique_activity(scene: Scene, name: str, own: str | None) -> None:
    if not scene.options.unique_activity_names:
        return
    if any(each.friendly_name == name and each.sid != own for each in scene.workspace.activities.values()):
        # Inferred: resources.md section 3; names of activities are unique
        raise refused("Activity with the same friendly name already exists")


def update_activity(scene: Scene, command: commands.UpdateActivity) -> None:
    """Rename an activity, which may let the workers who are in it into other queues."""
    workspace = scene.workspace
    activity = workspace.activities[command.activity_sid]
    renamed = bool(command.friendly_name) and command.friendly_name != activity.friendly_name
    if command.friendly_name:
        _unique_activity(scene, command.friendly_name, activity.sid)
        activity.friendly_name = command.friendly_name
    activity.date_updated = scene.now
    scene.emit("activity.updated", activity.sid, activity.friendly_name, dict, (activity_data(activity),))
    if renamed:
        # Inferred: expressions.md section 7; queues and targets read the name that the activity has now
        inside = list(workspace.roster.each_of(workspace.roster.in_activity.get(activity.sid, 0)))
        for worker in inside:
            membership.recount_activity(workspace, worker)
        for worker in inside:
            offering.serve(scene, worker)


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
    if workspace.roster.in_activity.get(sid):
        used.append("the activity of a worker")
    if any(
        sid in (queue.reservation_activity_sid, queue.assignment_activity_sid)
        for queue in workspace.task_queues.values()
    ):
        used.append("an activity of a task queue")
    if used:
        raise refused(f"Activity {sid} cannot be deleted because it is {', '.join(used)}")
    del workspace.activities[sid]
    workspace.roster.in_activity.pop(sid, None)
    scene.emit("activity.deleted", sid, activity.friendly_name, dict, (activity_data(activity),))
