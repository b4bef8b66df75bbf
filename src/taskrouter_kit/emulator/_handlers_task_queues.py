"""Operations on task queues: form in, command, JSON out."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.emulator import _shapes_routing as shapes
from taskrouter_kit.emulator._call import Call, body, deleted, ordered
from taskrouter_kit.emulator._evaluate import queue_accepts_attributes
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._paging import items_after
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given

ORDERS: Final = ("FIFO", "LIFO")


def list_all(call: Call) -> Reply:
    """List the task queues of a workspace."""
    workspace, query = call.workspace(), call.query
    name, worker_sid = query.text("FriendlyName"), query.sid("WorkerSid", "WK")
    found = items_after(workspace.task_queues, query, "WQ")
    if name is not None:
        # Observed: resources.md section 1.4; the filter is an exact match
        found = [state for state in found if state.friendly_name == name]
    if worker_sid:
        worker = workspace.workers.get(worker_sid)
        found = [] if worker is None else [state for state in found if state.sid in worker.queues]
    attributes = query.json_object("EvaluateWorkerAttributes", longest=None)
    if attributes is not None:
        found = [state for state in found if queue_accepts_attributes(state, attributes)]
    return call.page(
        ordered(
            found,
            query.text("Ordering"),
            {"DateUpdated": lambda state: state.date_updated, "DateCreated": lambda state: state.date_created},
            default="DateCreated:asc",
        ),
        key="task_queues",
        shape=lambda state: shapes.task_queue(state, workspace, call.base),
        sid_of=lambda state: state.sid,
    )


def create(call: Call) -> Reply:
    """Create a task queue."""
    workspace, form = call.workspace(), call.form
    outcome = call.execute(
        commands.CreateTaskQueue(
            workspace_sid=workspace.sid,
            friendly_name=form.name("FriendlyName", required=True, longest=255) or "",
            target_workers=given(form.text("TargetWorkers")),
            max_reserved_workers=given(form.integer("MaxReservedWorkers", least=1, most=50)),
            task_order=given(form.choice("TaskOrder", ORDERS)),
            reservation_activity_sid=given(form.sid("ReservationActivitySid", "WA")),
            assignment_activity_sid=given(form.sid("AssignmentActivitySid", "WA")),
        )
    )
    return body(shapes.task_queue(outcome.result, workspace, call.base), 201)


def fetch(call: Call) -> Reply:
    """Return one task queue."""
    workspace = call.workspace()
    state = call.found(workspace.task_queues.get(call.values[1]))
    return body(shapes.task_queue(state, workspace, call.base))


def update(call: Call) -> Reply:
    """Change one task queue; absent parameters stay as they are, an empty activity clears."""
    workspace, form = call.workspace(), call.form
    state = call.found(workspace.task_queues.get(call.values[1]))
    call.execute(
        commands.UpdateTaskQueue(
            workspace_sid=workspace.sid,
            task_queue_sid=state.sid,
            friendly_name=given(form.name("FriendlyName", longest=255)),
            target_workers=given(form.text("TargetWorkers")),
            max_reserved_workers=given(form.integer("MaxReservedWorkers", least=1, most=50)),
            task_order=given(form.choice("TaskOrder", ORDERS)),
            reservation_activity_sid=given(form.sid("ReservationActivitySid", "WA")),
            assignment_activity_sid=given(form.sid("AssignmentActivitySid", "WA")),
        )
    )
    return body(shapes.task_queue(state, workspace, call.base))


def delete(call: Call) -> Reply:
    """Delete one task queue that no workflow mentions."""
    workspace = call.workspace()
    state = call.found(workspace.task_queues.get(call.values[1]))
    call.execute(commands.DeleteTaskQueue(workspace_sid=workspace.sid, task_queue_sid=state.sid))
    return deleted()
