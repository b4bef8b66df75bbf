"""Statistics of workers: all of them, some of them, one of them."""

from __future__ import annotations

from collections.abc import Collection

from taskrouter_kit.emulator import _counting as counting
from taskrouter_kit.emulator._call import Call, body
from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._handlers_statistics import channel_of
from taskrouter_kit.emulator._handlers_workers import queues_meant
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._period import Period
from taskrouter_kit.simulator import WorkerState, WorkspaceState


def _workspace(call: Call) -> WorkspaceState:
    """Return the workspace, which must not have more workers than have statistics."""
    workspace, most = call.workspace(), call.options.most_workers_with_statistics
    if len(workspace.workers) > most:
        # Documented: resources.md section 12; not available to Workspaces with more than 100 Workers
        # Inferred: limits-errors-gotchas.md section 3.1; 400 with code 20001
        raise invalid(f"Worker statistics are not available in a workspace with more than {most} workers")
    return workspace


def _cumulative(
    call: Call, workspace: WorkspaceState, workers: Collection[WorkerState], since: int = 0
) -> dict[str, object]:
    period = Period.read(call.query, call.now_ms, statistics=True)
    if since > period.start:
        period = Period(min(since, period.end), period.end)
    wanted = {worker.sid for worker in workers}
    events = counting.within(workspace, period, channel_of(call, workspace))
    return {
        **counting.reservation_counts(event for event in events if event.data.get("WorkerSid") in wanted),
        "activity_durations": counting.activity_durations(workspace, workers, period),
        "start_time": iso(period.start),
        "end_time": iso(period.end),
    }


def _real_time(workspace: WorkspaceState, workers: Collection[WorkerState]) -> dict[str, object]:
    return {
        "activity_statistics": counting.activity_statistics(workspace, workers),
        "total_workers": len(workers),
    }


def _frame(call: Call, workspace: WorkspaceState) -> dict[str, object]:
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "url": call.request.origin + call.request.path,
    }


def workers_cumulative(call: Call) -> Reply:
    """Return what all workers did."""
    workspace = _workspace(call)
    return body({**_cumulative(call, workspace, workspace.workers.values()), **_frame(call, workspace)})


def workers_real_time(call: Call) -> Reply:
    """Return where all workers are."""
    workspace = _workspace(call)
    return body({**_real_time(workspace, workspace.workers.values()), **_frame(call, workspace)})


def worker(call: Call) -> Reply:
    """Return both statistics of the workers that the query lets through."""
    workspace, query = _workspace(call), call.query
    found = list(workspace.workers.values())
    name, queues = query.text("FriendlyName"), queues_meant(workspace, query)
    # Documented: resources.md section 12; filters TaskQueueSid/Name, FriendlyName
    since = 0
    if queues is not None:
        found = [each for each in found if queues & each.queues]
        since = _changed(workspace, queues)
    if name is not None:
        found = [each for each in found if each.friendly_name.casefold() == name.casefold()]
    return body(
        {
            "cumulative": _cumulative(call, workspace, found, since),
            "realtime": _real_time(workspace, found),
            **_frame(call, workspace),
        }
    )


def _changed(workspace: WorkspaceState, queues: Collection[str]) -> int:
    """Return when the expression of one of *queues* last changed; 0 when none did."""
    # Documented: resources.md section 7; updating TargetWorkers resets the queue's Worker statistics
    changes = (event for event in reversed(workspace.events) if event.event_type == "task-queue.expression.updated")
    return next((event.event_date_ms for event in changes if event.resource_sid in queues), 0)


def worker_instance(call: Call) -> Reply:
    """Return what one worker did."""
    workspace = _workspace(call)
    state = call.found(workspace.workers.get(call.values[1]))
    cumulative = _cumulative(call, workspace, (state,))
    return body({"cumulative": cumulative, "worker_sid": state.sid, **_frame(call, workspace)})
