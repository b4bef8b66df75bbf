"""Creating, changing and deleting tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _lifecycle as lifecycle
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator import _routing as routing
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._changes import arm, tell_task
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._lines import join_line, leave_line
from taskrouter_kit.simulator._refusals import no_such, refused
from taskrouter_kit.simulator._rules import TargetRule
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import WorkspaceState
from taskrouter_kit.simulator._task_state import ROUTED, TaskState
from taskrouter_kit.simulator._timers import TTL

#: Seconds until a task is canceled that says nothing about it.
# Documented: resources.md section 9; 86,400 s
USUAL_TIMEOUT: Final = 86_400


def create_task(scene: Scene, command: commands.CreateTask) -> TaskState:
    """Make a task and drive it through its workflow."""
    workspace, machine = scene.workspace, scene.machine
    # Parameters are compared with UNSET, not asked whether they are true, which costs more than all the rest of this.
    target = "" if command.routing_target is UNSET else command.routing_target
    workflow_sid = command.workflow_sid
    if workflow_sid is UNSET or workflow_sid not in workspace.workflows:
        workflow_sid = _workflow(workspace, command, target)
    if target:
        _check_target(workspace, target)
        if target.startswith("WW"):
            # Documented: routing.md section 12; Task handed to that Workflow, whichever WorkflowSid names
            workflow_sid = target
    queue_sid = command.task_queue_sid
    if queue_sid is not UNSET and queue_sid and queue_sid not in workspace.task_queues:
        raise no_such("TaskQueueSid", queue_sid, workspace.sid)
    channel_sid = command.task_channel_sid
    if channel_sid is UNSET or not channel_sid:
        channel_sid = workspace.default_channel_sid
    elif channel_sid not in workspace.task_channels:
        raise no_such("TaskChannel", channel_sid, workspace.sid)
    attributes = read_attributes(command.attributes)
    direct = target.startswith(("WK", "WQ")) if target else False
    now = machine.now
    if scene.options.unwanted == "refuse" and not direct and not _wanted(workspace, workflow_sid, attributes, now):
        # Inferred: workflows.md section 6; the reading by which the Task is not created
        raise refused(f"The attributes match no filter of workflow {workflow_sid}, which has no default filter")
    direct_queue = _queue_of_target(workspace, command, target) if direct else ""
    task = new_task(scene, command, workflow_sid, channel_sid, attributes, target)
    if scene.traced:
        channel = workspace.task_channels[task.task_channel_sid]
        trace.task_moved(scene, task, None, f"created on the channel {channel.unique_name}")
    arm(scene, TTL, task.lives_until, task.sid)
    if direct:
        _route_directly(scene, task, direct_queue)
    else:
        routing.enter_workflow(scene, task)
    return task


def new_task(
    scene: Scene,
    command: commands.CreateTask,
    workflow_sid: str,
    channel_sid: str,
    attributes: Mapping[str, Any],  # Any: JSON
    target: str = "",
) -> TaskState:
    """Make the task of *command*, which is for *target* if it is for one; its time to live is not armed yet."""
    machine = scene.machine
    now = machine.now
    timeout = USUAL_TIMEOUT if command.timeout is UNSET else command.timeout
    sid = machine.sid("WT")
    # In the order of the fields: passing them by name costs as much as all the rest of making the record.
    task = TaskState(
        sid,
        machine.sids,
        command.attributes,
        "pending",
        0 if command.priority is UNSET else command.priority,
        timeout,
        workflow_sid,
        channel_sid,
        target or None,
        # Documented: resources.md section 9; true if RoutingTarget is a Worker
        target.startswith("WK") if command.ignore_capacity is UNSET else command.ignore_capacity,
        now if command.virtual_start_time is UNSET else command.virtual_start_time,
        now,
        now,
        attributes,
    )
    scene.workspace.tasks[sid] = task
    return task


def _wanted(workspace: WorkspaceState, workflow_sid: str, attributes: Mapping[str, Any], now: int) -> bool:  # Any: JSON
    return workspace.workflows[workflow_sid].rules.take(attributes, now)


def _workflow(workspace: WorkspaceState, command: commands.CreateTask, target: str) -> str:
    """Return the workflow of a new task: the one that was named, or the only one there is."""
    named = command.workflow_sid
    if named is UNSET or not named:
        named = target if target.startswith("WW") else ""
    if named:
        if named not in workspace.workflows:
            raise no_such("WorkflowSid", named, workspace.sid)
        return named
    if len(workspace.workflows) != 1:
        # Observed: resources.md section 9; optional only if exactly one Workflow exists
        raise refused("WorkflowSid field is required")
    return next(iter(workspace.workflows))


def _check_target(workspace: WorkspaceState, target: str) -> None:
    known: dict[str, dict[str, Any]] = {
        "WK": workspace.workers,
        "WQ": workspace.task_queues,
        "WW": workspace.workflows,
    }
    if target not in known[target[:2]]:
        raise no_such("RoutingTarget", target, workspace.sid)


def _queue_of_target(workspace: WorkspaceState, command: commands.CreateTask, target: str) -> str:
    """Return the queue of a task that names its worker or queue."""
    # Inferred: routing.md section 12; placed in that queue
    queue_sid = target if target.startswith("WQ") else (command.task_queue_sid or "")
    if not queue_sid:
        # Decided: without TaskQueueSid the first queue that accepts the worker, else the first there is
        worker = workspace.workers[target]
        queue_sid = next((sid for sid in workspace.task_queues if sid in worker.queues), "") or next(
            iter(workspace.task_queues), ""
        )
    if not queue_sid:
        raise refused("RoutingTarget needs a task queue in the workspace")
    return queue_sid


def _route_directly(scene: Scene, task: TaskState, queue_sid: str) -> None:
    """Route a task that names its worker or queue: the filters of the workflow are not asked."""
    workspace, target = scene.workspace, task.routing_target or ""
    if scene.traced:
        named = workspace.workers.get(target) or workspace.task_queues[target]
        trace.routed_directly(scene, task, named.friendly_name)
    # Inferred: routing.md section 12; filters bypassed
    task.filter_index, task.filter_entered = -1, scene.now
    routing._enter_queue(scene, task, TargetRule(queue_sid))
    routing.announce(scene, task)
    if not offering.try_reserve(scene, task) and task.assignment_status == "pending":
        join_line(workspace, task, scene.options)


def update_task(scene: Scene, command: commands.UpdateTask) -> None:
    """Change a task; a pending one with new attributes goes through its workflow again."""
    task = scene.workspace.tasks[command.task_sid]
    status = command.assignment_status
    if status is not UNSET and status:
        _check_status(scene, task, status, command.reason)
    described = (
        command.attributes is not UNSET
        or command.priority is not UNSET
        or command.virtual_start_time is not UNSET
        or command.task_channel_sid is not UNSET
    )
    again = _describe(scene, task, command) if described else ""
    task.date_updated = scene.machine.now
    if status is not UNSET and status:
        # Inferred: resources.md section 9; status and attributes of one request are both carried out
        _change_status(scene, task, status, None if command.reason is UNSET else command.reason or None)
    else:
        task.version += 1
        if described and task.assignment_status == "pending":
            join_line(scene.workspace, task, scene.options)
            if task.routed_directly:
                if command.task_channel_sid is not UNSET:
                    # Another channel may be one that somebody has room on.
                    offering.try_reserve(scene, task)
            elif again:
                # Documented: routing.md section 11; Attributes of a pending Task: the Workflow is driven again
                routing.enter_workflow(scene, task, again)
        elif again and task.assignment_status == "reserved" and not task.routed_directly:
            # Observed: routing.md section 11; stored, Reservation kept
            task.evaluate_again = f"{again} while it was reserved"
    if scene.told:
        # Documented: routing.md section 11; every update emits task.updated
        tell_task(scene, "task.updated", task)


def _describe(scene: Scene, task: TaskState, command: commands.UpdateTask) -> str:
    """Change what *task* is, which may take it out of its line; return why its workflow decides about it again."""
    attributes = task.attributes if command.attributes is UNSET else read_attributes(command.attributes)
    new_channel = bool(command.task_channel_sid) and command.task_channel_sid != task.task_channel_sid
    if new_channel and command.task_channel_sid not in scene.workspace.task_channels:
        raise no_such("TaskChannel", str(command.task_channel_sid), scene.workspace.sid)
    if new_channel and task.assignment_status != "pending":
        # Inferred: routing.md section 11; the channel of a reserved or assigned Task stays
        raise refused(f"TaskChannel of task {task.sid} can be changed while it is pending only")
    if new_channel or command.priority is not UNSET or command.virtual_start_time is not UNSET:
        leave_line(scene.workspace, task)
    again = ""
    if command.attributes is not UNSET:
        again = "its attributes changed" if command.attributes != task.attributes_text else ""
        task.attributes, task.attributes_text = attributes, command.attributes
    if command.priority is not UNSET:
        task.priority = command.priority
    if command.virtual_start_time is not UNSET:
        task.virtual_start_time = command.virtual_start_time
    if command.task_channel_sid and new_channel:
        task.task_channel_sid = command.task_channel_sid
        again = "its channel changed"
    return again


def _check_status(scene: Scene, task: TaskState, status: str, reason: str | commands.Unset) -> None:
    """Refuse a change of state that the task does not allow."""
    now = task.assignment_status
    # Observed: resources.md section 9.1; the three texts
    if status == "completed":
        if now not in ("assigned", "wrapping"):
            raise refused(f"Cannot complete {_where(scene, task)} because it is not currently assigned.")
    elif status == "canceled":
        if now not in ROUTED:
            raise refused(f"Cannot cancel {_where(scene, task)} because it is not pending or reserved.")
    elif status == "wrapping":
        if now != "assigned":
            raise refused(f"Cannot wrap up a {_where(scene, task)} because it's not currently assigned")
    elif status in ("pending", "reserved", "assigned"):
        # Inferred: resources.md section 9.1; other status values
        raise refused(f"AssignmentStatus cannot be set to {status}")
    if scene.options.reason_required and not reason and status in ("canceled", "completed"):
        raise refused(f"Reason is required when AssignmentStatus is {status}")


def _where(scene: Scene, task: TaskState) -> str:
    return f"task {task.sid} in workspace {scene.workspace.sid} for account {scene.workspace.account_sid}"


def _change_status(scene: Scene, task: TaskState, status: str, reason: str | None) -> None:
    if status == "canceled":
        # Inferred: resources.md section 9; Reason is optional
        lifecycle.cancel_task(scene, task, reason or "")
        task.reason = reason
    elif status == "completed":
        lifecycle.complete_task(scene, task, reason)
    else:
        lifecycle.wrap_task(scene, task)


def delete_task(scene: Scene, command: commands.DeleteTask) -> None:
    """Remove a task in any state."""
    lifecycle.remove_task(scene, scene.workspace.tasks[command.task_sid], "task.deleted")
