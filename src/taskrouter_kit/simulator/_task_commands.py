"""Creating, changing and deleting tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _lifecycle as lifecycle
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator import _routing as routing
from taskrouter_kit.simulator import _scene as timers
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._changes import arm, tell_task
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._lines import join_line, leave_line
from taskrouter_kit.simulator._refusals import no_such, refused
from taskrouter_kit.simulator._rules import TargetRule
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import TaskState, WorkspaceState


def create_task(scene: Scene, command: commands.CreateTask) -> TaskState:
    """Make a task and drive it through its workflow."""
    workspace, machine = scene.workspace, scene.machine
    target = command.routing_target or ""
    workflow_sid = _workflow(workspace, command, target)
    if target:
        _check_target(workspace, target)
    if command.task_queue_sid and command.task_queue_sid not in workspace.task_queues:
        raise no_such("TaskQueueSid", command.task_queue_sid, workspace.sid)
    attributes = read_attributes(command.attributes)
    direct = target.startswith(("WK", "WQ"))
    now = machine.now
    if scene.options.unwanted == "refuse" and not direct and not _wanted(workspace, workflow_sid, attributes, now):
        # Inferred: workflows.md section 6; the reading by which the Task is not created
        raise refused(f"The attributes match no filter of workflow {workflow_sid}, which has no default filter")
    # Documented: resources.md section 9; 86,400 s
    timeout = 86_400 if command.timeout is UNSET else command.timeout
    task = TaskState(
        sid=machine.sid("WT"),
        number=machine.number(),
        attributes_text=command.attributes,
        assignment_status="pending",
        priority=command.priority or 0,
        timeout=timeout,
        workflow_sid=workflow_sid,
        task_channel_sid=command.task_channel_sid or _default_channel(workspace),
        routing_target=command.routing_target or None,
        # Documented: resources.md section 9; true if RoutingTarget is a Worker
        ignore_capacity=target.startswith("WK") if command.ignore_capacity is UNSET else command.ignore_capacity,
        virtual_start_time=now if command.virtual_start_time is UNSET else command.virtual_start_time,
        date_created=now,
        date_updated=now,
        ttl_at=now + timeout * 1000,
    )
    task.attributes = attributes
    workspace.tasks[task.sid] = task
    if scene.traced:
        trace.task_moved(scene, task, None, "created")
    arm(scene, timers.TTL, now + timeout * 1000, task.sid)
    if direct:
        _route_directly(scene, task, command, target)
    else:
        routing.enter_workflow(scene, task)
    return task


def _default_channel(workspace: WorkspaceState) -> str:
    # Documented: resources.md section 9; the default channel is "default"
    for sid, channel in workspace.task_channels.items():
        if channel.unique_name == "default":
            return sid
    raise AssertionError("the default channel cannot be deleted")


def _wanted(workspace: WorkspaceState, workflow_sid: str, attributes: Mapping[str, Any], now: int) -> bool:  # Any: JSON
    return workspace.workflows[workflow_sid].rules.take(attributes, now)


def _workflow(workspace: WorkspaceState, command: commands.CreateTask, target: str) -> str:
    """Return the workflow of a new task: the one that was named, or the only one there is."""
    named = command.workflow_sid or (target if target.startswith("WW") else "")
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


def _route_directly(scene: Scene, task: TaskState, command: commands.CreateTask, target: str) -> None:
    """Route a task that names its worker or queue: the filters of the workflow are not asked."""
    workspace = scene.workspace
    # Inferred: routing.md section 12; placed in that queue, filters bypassed
    queue_sid = target if target.startswith("WQ") else (command.task_queue_sid or "")
    if not queue_sid:
        worker = workspace.workers[target]
        queue_sid = next((sid for sid in workspace.task_queues if sid in worker.queues), "") or next(
            iter(workspace.task_queues), ""
        )
    if not queue_sid:
        raise refused("RoutingTarget needs a task queue in the workspace")
    task.filter_index, task.filter_entered = -1, scene.now
    routing._enter_queue(scene, task, TargetRule(queue_sid))
    routing.announce(scene, task)
    if not offering.try_reserve(scene, task) and task.assignment_status == "pending":
        join_line(workspace, task, scene.options)


def update_task(scene: Scene, command: commands.UpdateTask) -> None:
    """Change a task; a pending one with new attributes goes through its workflow again."""
    workspace = scene.workspace
    task = workspace.tasks[command.task_sid]
    status = command.assignment_status
    if status:
        _check_status(scene, task, status, command.reason)
    attributes = task.attributes if command.attributes is UNSET else read_attributes(command.attributes)
    new_channel = bool(command.task_channel_sid) and command.task_channel_sid != task.task_channel_sid
    if new_channel and task.assignment_status != "pending":
        # Inferred: routing.md section 11; the channel of a reserved or assigned Task stays
        raise refused(f"TaskChannel of task {task.sid} can be changed while it is pending only")
    changed_line = new_channel or command.priority is not UNSET or command.virtual_start_time is not UNSET
    if changed_line:
        leave_line(task)
    re_enter = False
    if command.attributes is not UNSET:
        re_enter = command.attributes != task.attributes_text
        task.attributes, task.attributes_text = attributes, command.attributes
    if command.priority is not UNSET:
        task.priority = command.priority
    if command.virtual_start_time is not UNSET:
        task.virtual_start_time = command.virtual_start_time
    if command.task_channel_sid and command.task_channel_sid != task.task_channel_sid:
        task.task_channel_sid = command.task_channel_sid
        re_enter = True
    task.date_updated = scene.now
    if status:
        # Inferred: resources.md section 9; status and attributes of one request are both carried out
        _change_status(scene, task, status, command.reason or None)
    else:
        task.version += 1
        if task.assignment_status == "pending":
            if changed_line:
                join_line(workspace, task, scene.options)
            if re_enter and not task.routed_directly:
                # Documented: routing.md section 11; Attributes of a pending Task: the Workflow is driven again
                why = "its channel changed" if new_channel else "its attributes changed"
                routing.enter_workflow(scene, task, why)
        elif re_enter and task.assignment_status == "reserved" and not task.routed_directly:
            # Observed: routing.md section 11; stored, Reservation kept
            task.evaluate_again = "its attributes changed while it was reserved"
    # Documented: routing.md section 11; every update emits task.updated
    tell_task(scene, "task.updated", task)


def _check_status(scene: Scene, task: TaskState, status: str, reason: str | commands.Unset) -> None:
    """Refuse a change of state that the task does not allow."""
    now = task.assignment_status
    # Observed: resources.md section 9.1; the three texts
    if status == "completed" and now not in ("assigned", "wrapping"):
        raise refused(f"Cannot complete {_where(scene, task)} because it is not currently assigned.")
    if status == "canceled" and now not in ("pending", "reserved"):
        raise refused(f"Cannot cancel {_where(scene, task)} because it is not pending or reserved.")
    if status == "wrapping" and now != "assigned":
        raise refused(f"Cannot wrap up a {_where(scene, task)} because it's not currently assigned")
    if status in ("canceled", "completed") and scene.options.reason_required and not reason:
        raise refused(f"Reason is required when AssignmentStatus is {status}")
    if status in ("pending", "reserved", "assigned"):
        # Inferred: resources.md section 9.1; other status values
        raise refused(f"AssignmentStatus cannot be set to {status}")


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
