"""Statistics of workers: all of them, some of them, one of them."""

from __future__ import annotations

from collections.abc import Collection

from taskrouter_kit.emulator import _counting as counting
from taskrouter_kit.emulator._call import Call, body
from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._handlers_statistics import channel_of
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._period import Period
from taskrouter_kit.simulator import WorkerState, WorkspaceState


def _cumulative(call: Call, workspace: WorkspaceState, workers: Collection[WorkerState]) -> dict[str, object]:
    period = Period.read(call.query, call.now_ms, statistics=True)
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
    workspace = call.workspace()
    return body({**_cumulative(call, workspace, workspace.workers.values()), **_frame(call, workspace)})


def workers_real_time(call: Call) -> Reply:
    """Return where all workers are."""
    workspace = call.workspace()
    return body({**_real_time(workspace, workspace.workers.values()), **_frame(call, workspace)})


def worker(call: Call) -> Reply:
    """Return both statistics of the workers that the query lets through."""
    workspace, query = call.workspace(), call.query
    found = list(workspace.workers.values())
    queue_sid, queue_name = query.sid("TaskQueueSid", "WQ"), query.text("TaskQueueName")
    name = query.text("FriendlyName")
    # Documented: resources.md section 12; filters TaskQueueSid/Name, FriendlyName
    if queue_sid:
        found = [each for each in found if queue_sid in each.queues]
    if queue_name is not None:
        named = {queue.sid for queue in workspace.task_queues.values() if queue.friendly_name == queue_name}
        found = [each for each in found if named & each.queues]
    if name is not None:
        found = [each for each in found if each.friendly_name.casefold() == name.casefold()]
    return body(
        {
            "cumulative": _cumulative(call, workspace, found),
            "realtime": _real_time(workspace, found),
            **_frame(call, workspace),
        }
    )


def worker_instance(call: Call) -> Reply:
    """Return what one worker did."""
    workspace = call.workspace()
    state = call.found(workspace.workers.get(call.values[1]))
    cumulative = _cumulative(call, workspace, (state,))
    return body({"cumulative": cumulative, "worker_sid": state.sid, **_frame(call, workspace)})
