"""Operations on reservations, below tasks and below workers: two views of one object."""

from __future__ import annotations

from taskrouter_kit.emulator import _shapes_task as shapes
from taskrouter_kit.emulator._call import Call, versioned
from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._reservation_update import STATUSES, reservation_command
from taskrouter_kit.simulator import ReservationState, WorkspaceState
from taskrouter_kit.simulator._by_worker import reservations_of


def list_of_task(call: Call) -> Reply:
    """List the reservations of a task."""
    workspace = call.workspace()
    task = call.found(workspace.tasks.get(call.values[1]))
    worker_sid = call.query.sid("WorkerSid", "WK")
    own = [workspace.reservations[sid] for sid in task.reservations]
    found = [state for state in own if not worker_sid or state.worker_sid == worker_sid]
    return _page(call, workspace, found, "Tasks")


def list_of_worker(call: Call) -> Reply:
    """List the reservations of a worker."""
    workspace = call.workspace()
    worker = call.found(workspace.workers.get(call.values[1]))
    own = [workspace.reservations[sid] for sid in reservations_of(workspace, worker)]
    return _page(call, workspace, own, "Workers")


def _page(call: Call, workspace: WorkspaceState, found: list[ReservationState], seen_from: str) -> Reply:
    status = call.query.choice("ReservationStatus", STATUSES)
    return call.page(
        [state for state in found if status is None or state.reservation_status == status],
        key="reservations",
        shape=lambda state: shapes.reservation(state, workspace, call.base, seen_from=seen_from),
        sid_of=lambda state: state.sid,
        tagged=True,
    )


def fetch_of_task(call: Call) -> Reply:
    """Return one reservation of a task."""
    return _fetch(call, "Tasks")


def fetch_of_worker(call: Call) -> Reply:
    """Return one reservation of a worker."""
    return _fetch(call, "Workers")


def update_of_task(call: Call) -> Reply:
    """Accept, reject or instruct one reservation of a task."""
    return _update(call, "Tasks")


def update_of_worker(call: Call) -> Reply:
    """Accept, reject or instruct one reservation of a worker."""
    if (call.form.text("Instruction") or "").lower() == "supervise":
        # Documented: callbacks.md section 2.7; supervise is on the task path only
        raise invalid("Instruction supervise is not allowed on a Worker Reservation")
    return _update(call, "Workers")


def _find(call: Call, seen_from: str) -> tuple[WorkspaceState, ReservationState]:
    workspace = call.workspace()
    state = call.found(workspace.reservations.get(call.values[2]))
    parent = state.task_sid if seen_from == "Tasks" else state.worker_sid
    return workspace, call.found(state if parent == call.values[1] else None)


def _fetch(call: Call, seen_from: str) -> Reply:
    workspace, state = _find(call, seen_from)
    return versioned(shapes.reservation(state, workspace, call.base, seen_from=seen_from), state.version)


def _update(call: Call, seen_from: str) -> Reply:
    workspace, state = _find(call, seen_from)
    call.check_version(state.version)
    call.execute(reservation_command(call.form, workspace.sid, state.sid))
    return versioned(shapes.reservation(state, workspace, call.base, seen_from=seen_from), state.version)
