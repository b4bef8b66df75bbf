"""Operations on tasks: form in, command, JSON out."""

from __future__ import annotations

from typing import Final

from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.emulator import _shapes_task as shapes
from taskrouter_kit.emulator._call import Call, deleted, ordered, versioned
from taskrouter_kit.emulator._evaluate import matching_tasks
from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._handlers_task_channels import find_task_channel
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._parameters import Parameters
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.simulator import TaskState, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import UNSET, given

# Documented: limits-errors-gotchas.md section 2; TTL in seconds and the largest priority
_LONGEST_TIMEOUT: Final = 1_209_600
_LARGEST_PRIORITY: Final = 2**31 - 1
#: 1900-01-01T00:00:00Z in milliseconds.
# Documented: resources.md section 9; VirtualStartTime is not before 1900
_EARLIEST_START: Final = -2_208_988_800_000
#: What most new tasks say of themselves, and no more.
_USUAL: Final = frozenset({"Attributes", "WorkflowSid"})
_STATUSES: Final = ("pending", "reserved", "assigned", "canceled", "completed", "wrapping")


def list_all(call: Call) -> Reply:
    """List the tasks of a workspace."""
    workspace, query = call.workspace(), call.query
    ordering = query.text("Ordering")
    if ordering is not None and "DateCreated" in ordering and "VirtualStartTime" in ordering:
        # Documented: resources.md section 9; the two are not allowed together
        raise invalid("Ordering cannot combine DateCreated and VirtualStartTime")
    found = ordered(
        _wanted(workspace, query, call.options.semantics),
        ordering,
        {
            "DateCreated": lambda state: state.date_created,
            "Priority": lambda state: state.priority,
            "VirtualStartTime": lambda state: state.virtual_start_time,
        },
        default="DateCreated:asc",
    )
    return call.page(
        found,
        key="tasks",
        shape=lambda state: call.listed(shapes.task(state, workspace, call.base, call.now_ms)),
        sid_of=lambda state: state.sid,
        tagged=True,
    )


def _wanted(workspace: WorkspaceState, query: Parameters, semantics: Semantics) -> list[TaskState]:
    """Return the tasks that every filter of *query* lets through."""
    found = list(workspace.tasks.values())
    priority, statuses = query.integer("Priority"), query.many("AssignmentStatus")
    if priority is not None:
        found = [state for state in found if state.priority == priority]
    if statuses:
        unknown = [status for status in statuses if status not in _STATUSES]
        if unknown:
            raise invalid(f"AssignmentStatus must be one of {', '.join(_STATUSES)}, found {', '.join(unknown)}")
        found = [state for state in found if state.assignment_status in statuses]
    for name, prefix, field in (("WorkflowSid", "WW", "workflow_sid"), ("TaskQueueSid", "WQ", "task_queue_sid")):
        sid = query.sid(name, prefix)
        if sid:
            found = [state for state in found if getattr(state, field) == sid]
    workflow_name, queue_name = query.text("WorkflowName"), query.text("TaskQueueName")
    if workflow_name is not None:
        named = {state.sid for state in workspace.workflows.values() if state.friendly_name == workflow_name}
        found = [state for state in found if state.workflow_sid in named]
    if queue_name is not None:
        named = {state.sid for state in workspace.task_queues.values() if state.friendly_name == queue_name}
        found = [state for state in found if state.task_queue_sid in named]
    target, has_addons = query.text("RoutingTarget"), query.flag("HasAddons")
    if target:
        found = [state for state in found if state.routing_target == target]
    if has_addons:
        # Inferred: resources.md section 9; addons are always {} here, so no task has any
        found = []
    expression = query.text("EvaluateTaskAttributes")
    return found if expression is None else matching_tasks(expression, found, semantics)


def create(call: Call) -> Reply:
    """Create a task; it goes through its workflow before the answer leaves, which tells of it as it was made."""
    workspace, form = call.workspace(), call.form
    attributes = form.json_object("Attributes", as_posted=call.as_posted) or "{}"
    named = form.get("WorkflowSid")
    workflow = named if named in workspace.workflows else form.sid("WorkflowSid", "WW")
    if form.keys() <= _USUAL:
        command = commands.CreateTask(workspace.sid, attributes, workflow or UNSET)
    else:
        command = commands.CreateTask(
            workspace.sid,
            attributes,
            workflow or UNSET,
            timeout=given(form.integer("Timeout", least=1, most=_LONGEST_TIMEOUT)),
            priority=given(form.integer("Priority", least=0, most=_LARGEST_PRIORITY)),
            task_channel_sid=given(_task_channel(workspace, form)),
            virtual_start_time=given(_virtual_start_time(form, call.now_ms)),
            routing_target=given(_routing_target(form)),
            ignore_capacity=given(form.flag("IgnoreCapacity")),
            task_queue_sid=form.sid("TaskQueueSid", "WQ") or UNSET,
        )
    state: TaskState = call.execute(command).result
    made = shapes.task(state, workspace, call.base, call.now_ms)
    if state.assignment_status == "reserved":
        # Documented: routing.md section 1; POST Tasks: pending
        # Observed: sdk.md section 4; reservation.created comes half a second after task.created
        made["assignment_status"] = "pending"
    # Documented: resources.md section 9; task_queue_entered_date is null at creation
    made["task_queue_entered_date"] = None
    # Observed: resources.md section 1.2; a version starts at 0
    return versioned(made, 0, 201)


def fetch(call: Call) -> Reply:
    """Return one task."""
    workspace = call.workspace()
    state = call.found(workspace.tasks.get(call.values[1]))
    return versioned(shapes.task(state, workspace, call.base, call.now_ms), state.version)


def update(call: Call) -> Reply:
    """Change one task; attributes are replaced as a whole."""
    workspace, form = call.workspace(), call.form
    state = call.found(workspace.tasks.get(call.values[1]))
    call.check_version(state.version)
    call.execute(
        commands.UpdateTask(
            workspace_sid=workspace.sid,
            task_sid=state.sid,
            attributes=given(form.json_object("Attributes", as_posted=call.as_posted)),
            assignment_status=given(form.choice("AssignmentStatus", _STATUSES)),
            reason=given(form.text("Reason")),
            priority=given(form.integer("Priority", least=0, most=_LARGEST_PRIORITY)),
            task_channel_sid=given(_task_channel(workspace, form)),
            virtual_start_time=given(_virtual_start_time(form, call.now_ms)),
        )
    )
    return versioned(shapes.task(state, workspace, call.base, call.now_ms), state.version)


def delete(call: Call) -> Reply:
    """Delete one task in any state, and its pending reservations."""
    workspace = call.workspace()
    state = call.found(workspace.tasks.get(call.values[1]))
    call.check_version(state.version)
    call.execute(commands.DeleteTask(workspace_sid=workspace.sid, task_sid=state.sid))
    return deleted()


def _task_channel(workspace: WorkspaceState, form: Parameters) -> str | None:
    """Return the SID of the task channel that the form names by SID or unique name."""
    key = form.text("TaskChannel")
    if not key:
        return None
    state = find_task_channel(workspace, key)
    if state is None:
        raise invalid(f"TaskChannel {key} was not found for workspace {workspace.sid}")
    return state.sid


def _virtual_start_time(form: Parameters, now_ms: int) -> int | None:
    moment = form.moment_ms("VirtualStartTime")
    if moment is not None and moment > now_ms:
        # Observed: resources.md section 9; the text contains "future"
        raise invalid("VirtualStartTime cannot be in the future")
    if moment is not None and moment < _EARLIEST_START:
        raise invalid("VirtualStartTime cannot be before 1900")
    return moment


def _routing_target(form: Parameters) -> str | None:
    target = form.text("RoutingTarget")
    if target and not any(looks_like_sid(target, prefix) for prefix in ("WK", "WQ", "WW")):
        # Documented: resources.md section 9; RoutingTarget is a WK, WQ or WW SID
        raise invalid(f"RoutingTarget {target!r} must be the SID of a Worker, TaskQueue or Workflow")
    return target or None
