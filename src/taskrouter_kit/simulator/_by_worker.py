"""The reservations of a worker, open or not: found again once somebody asks, and kept up to date from then on.

A simulation of millions never asks; the list of a worker's reservations, which clients poll, does.
"""

from __future__ import annotations

from collections.abc import Collection

from taskrouter_kit.simulator._state import WorkerState, WorkspaceState
from taskrouter_kit.simulator._task_state import ReservationState


def reservations_of(workspace: WorkspaceState, worker: WorkerState) -> Collection[str]:
    """Return the SIDs of the reservations of *worker*, as long as their tasks are there, oldest first."""
    if workspace.by_worker is None:
        workspace.by_worker = {}
        for reservation in workspace.reservations.values():
            note(workspace, reservation)
    return workspace.by_worker.get(worker.sid, ())


def note(workspace: WorkspaceState, reservation: ReservationState) -> None:
    """Note that *reservation* is there."""
    if workspace.by_worker is not None:
        workspace.by_worker.setdefault(reservation.worker_sid, {})[reservation.sid] = None


def forget(workspace: WorkspaceState, sids: Collection[str]) -> None:
    """Take the reservations *sids* out of the workspace."""
    for sid in sids:
        reservation = workspace.reservations.pop(sid)
        if workspace.by_worker is not None:
            of_worker = workspace.by_worker[reservation.worker_sid]
            del of_worker[sid]
            if not of_worker:
                del workspace.by_worker[reservation.worker_sid]
