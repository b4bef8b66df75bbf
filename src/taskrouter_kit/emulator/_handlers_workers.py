"""Operations on workers: form in, command, JSON out."""

from __future__ import annotations

from taskrouter_kit.emulator import _shapes_worker as shapes
from taskrouter_kit.emulator._call import Call, deleted, ordered, versioned
from taskrouter_kit.emulator._evaluate import matching_workers
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._paging import items_after
from taskrouter_kit.emulator._parameters import Parameters
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.simulator import WorkerState, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given


def list_all(call: Call) -> Reply:
    """List the workers of a workspace."""
    workspace, query = call.workspace(), call.query
    found = ordered(
        _wanted(workspace, query, call.options.semantics),
        query.text("Ordering"),
        {
            "DateStatusChanged": lambda state: state.date_status_changed,
            "DateCreated": lambda state: state.date_created,
        },
        default="DateCreated:asc",
    )
    return call.page(
        found,
        key="workers",
        shape=lambda state: call.listed(shapes.worker(state, workspace, call.base)),
        sid_of=lambda state: state.sid,
        tagged=True,
    )


def _wanted(workspace: WorkspaceState, query: Parameters, semantics: Semantics) -> list[WorkerState]:
    """Return the workers that every filter of *query* lets through."""
    found = items_after(workspace.workers, query, "WK")
    name, activity_name = query.text("FriendlyName"), query.text("ActivityName")
    activity_sid, available = query.sid("ActivitySid", "WA"), query.flag("Available")
    if name is not None:
        # Inferred: resources.md section 1.4; the filter ignores case for workers
        found = [state for state in found if state.friendly_name.casefold() == name.casefold()]
    if activity_name is not None:
        found = [state for state in found if workspace.activities[state.activity_sid].friendly_name == activity_name]
    if activity_sid:
        found = [state for state in found if state.activity_sid == activity_sid]
    if available is not None:
        # Documented: limits-errors-gotchas.md section 4; every word but true, 1 and yes lists the unavailable ones
        found = [state for state in found if workspace.activities[state.activity_sid].available == available]
    queues = queues_meant(workspace, query)
    if queues is not None:
        # Documented: resources.md section 4; eligible workers in any activity
        found = [state for state in found if queues & state.queues]
    expression = query.text("TargetWorkersExpression")
    return found if expression is None else matching_workers(workspace, expression, found, semantics)


def queues_meant(workspace: WorkspaceState, query: Parameters) -> set[str] | None:
    """Return the SIDs of the queues whose workers *query* asks for; None when it asks for those of all."""
    sid, name = query.sid("TaskQueueSid", "WQ"), query.text("TaskQueueName")
    if not sid and name is None:
        return None
    return {
        queue.sid
        for queue in workspace.task_queues.values()
        if (not sid or queue.sid == sid) and (name is None or queue.friendly_name == name)
    }


def create(call: Call) -> Reply:
    """Create a worker."""
    workspace, form = call.workspace(), call.form
    outcome = call.execute(
        commands.CreateWorker(
            workspace_sid=workspace.sid,
            friendly_name=form.name("FriendlyName", required=True) or "",
            attributes=form.json_object("Attributes", as_posted=call.as_posted) or "{}",
            activity_sid=given(form.sid("ActivitySid", "WA") or None),
        )
    )
    state: WorkerState = outcome.result
    return versioned(shapes.worker(state, workspace, call.base), state.version, 201)


def fetch(call: Call) -> Reply:
    """Return one worker."""
    workspace = call.workspace()
    state = call.found(workspace.workers.get(call.values[1]))
    return versioned(shapes.worker(state, workspace, call.base), state.version)


def update(call: Call) -> Reply:
    """Change one worker; attributes are replaced as a whole."""
    workspace, form = call.workspace(), call.form
    state = call.found(workspace.workers.get(call.values[1]))
    call.check_version(state.version)
    call.execute(
        commands.UpdateWorker(
            workspace_sid=workspace.sid,
            worker_sid=state.sid,
            friendly_name=given(form.name("FriendlyName")),
            attributes=given(form.json_object("Attributes", as_posted=call.as_posted)),
            activity_sid=given(form.sid("ActivitySid", "WA") or None),
            reject_pending_reservations=form.flag("RejectPendingReservations") or False,
        )
    )
    return versioned(shapes.worker(state, workspace, call.base), state.version)


def delete(call: Call) -> Reply:
    """Delete one worker without open reservations."""
    workspace = call.workspace()
    state = call.found(workspace.workers.get(call.values[1]))
    call.check_version(state.version)
    call.execute(commands.DeleteWorker(workspace_sid=workspace.sid, worker_sid=state.sid))
    return deleted()
