"""Statistics of workspaces, workflows and task queues: cumulative, real-time, both, and in bulk."""

from __future__ import annotations

from typing import Any, Final

from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.emulator import _counting as counting
from taskrouter_kit.emulator._call import Call, body
from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._handlers_task_channels import find_task_channel
from taskrouter_kit.emulator._json_text import decode
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._period import Period
from taskrouter_kit.simulator import EventState, TaskQueueState, WorkflowState, WorkspaceState
from taskrouter_kit.simulator._json_kinds import is_array, is_object

# Documented: resources.md section 12; 1 to 50 queues
_MOST_QUEUES: Final = 50
#: Keys that only the queue has.
_QUEUE_ONLY: Final = "wait_duration_in_queue_until_accepted"
_ENTERED_QUEUE: Final = ("task-queue.entered", "task-queue.moved")


def channel_of(call: Call, workspace: WorkspaceState) -> str | None:
    """Return the SID of the task channel that the query names; an unknown one counts nothing."""
    key = call.query.text("TaskChannel")
    if not key:
        return None
    state = find_task_channel(workspace, key)
    # Decided: nobody says what an unknown TaskChannel does; zeros, as for queues that are not there
    return "" if state is None else state.sid


def _thresholds(call: Call) -> list[int]:
    """Return the seconds of ``SplitByWaitTime``."""
    parts = call.query.many("SplitByWaitTime")
    if not all(part.isdecimal() for part in parts):
        raise invalid("SplitByWaitTime must be a comma list of seconds")
    return [int(part) for part in parts]


def _owner(workspace: WorkspaceState) -> dict[str, object]:
    return {"account_sid": workspace.account_sid, "workspace_sid": workspace.sid}


def _url(call: Call) -> str:
    return call.request.origin + call.request.path


def _period(call: Call) -> Period:
    return Period.read(call.query, call.now_ms, statistics=True)


def _workspace_cumulative(call: Call, workspace: WorkspaceState) -> dict[str, object]:
    period = _period(call)
    found = counting.cumulative(
        counting.within(workspace, period, channel_of(call, workspace)),
        period,
        _thresholds(call),
        entered=lambda event: event.event_type == "task.created",
        entered_name="tasks_created",
    )
    del found[_QUEUE_ONLY]
    return found


def _workspace_real_time(call: Call, workspace: WorkspaceState) -> dict[str, object]:
    workers = workspace.workers.values()
    return {
        **counting.task_statistics(counting.tasks_of(workspace, channel_of(call, workspace)), call.now_ms),
        "activity_statistics": counting.activity_statistics(workspace, workers),
        "total_workers": len(workers),
    }


def workspace_cumulative(call: Call) -> Reply:
    """Return what happened in a workspace."""
    workspace = call.workspace()
    return body({**_workspace_cumulative(call, workspace), **_owner(workspace), "url": _url(call)})


def workspace_real_time(call: Call) -> Reply:
    """Return what is in a workspace."""
    workspace = call.workspace()
    return body({**_workspace_real_time(call, workspace), **_owner(workspace), "url": _url(call)})


def workspace(call: Call) -> Reply:
    """Return both statistics of a workspace."""
    found = call.workspace()
    return body(
        {
            "cumulative": _workspace_cumulative(call, found),
            "realtime": _workspace_real_time(call, found),
            **_owner(found),
            "url": _url(call),
        }
    )


def _workflow(call: Call) -> tuple[WorkspaceState, WorkflowState]:
    found = call.workspace()
    return found, call.found(found.workflows.get(call.values[1]))


def _workflow_cumulative(call: Call, workspace: WorkspaceState, workflow: WorkflowState) -> dict[str, object]:
    period = _period(call)
    events = counting.within(workspace, period, channel_of(call, workspace))
    found = counting.cumulative(
        [event for event in events if event.data.get("WorkflowSid") == workflow.sid],
        period,
        _thresholds(call),
        entered=lambda event: event.event_type == "workflow.entered",
        entered_name="tasks_entered",
    )
    del found[_QUEUE_ONLY]
    return found


def _workflow_real_time(call: Call, workspace: WorkspaceState, workflow: WorkflowState) -> dict[str, object]:
    tasks = counting.tasks_of(workspace, channel_of(call, workspace), workflow_sid=workflow.sid)
    return counting.task_statistics(tasks, call.now_ms)


def workflow_cumulative(call: Call) -> Reply:
    """Return what happened in a workflow."""
    workspace, state = _workflow(call)
    found = _workflow_cumulative(call, workspace, state)
    return body({**found, **_owner(workspace), "workflow_sid": state.sid, "url": _url(call)})


def workflow_real_time(call: Call) -> Reply:
    """Return what is in a workflow."""
    workspace, state = _workflow(call)
    found = _workflow_real_time(call, workspace, state)
    return body({**found, **_owner(workspace), "workflow_sid": state.sid, "url": _url(call)})


def workflow(call: Call) -> Reply:
    """Return both statistics of a workflow."""
    workspace, state = _workflow(call)
    return body(
        {
            "cumulative": _workflow_cumulative(call, workspace, state),
            "realtime": _workflow_real_time(call, workspace, state),
            **_owner(workspace),
            "workflow_sid": state.sid,
            "url": _url(call),
        }
    )


def _queue(call: Call) -> tuple[WorkspaceState, TaskQueueState]:
    found = call.workspace()
    return found, call.found(found.task_queues.get(call.values[1]))


def _queue_cumulative(call: Call, workspace: WorkspaceState, queue: TaskQueueState) -> dict[str, object]:
    period = _period(call)

    def left(event: EventState) -> bool:
        return event.data.get("PreviousTaskQueueSid") == queue.sid

    events = [
        event
        for event in counting.within(workspace, period, channel_of(call, workspace))
        if event.data.get("TaskQueueSid") == queue.sid or left(event)
    ]
    found = counting.cumulative(
        events,
        period,
        _thresholds(call),
        entered=lambda event: event.event_type in _ENTERED_QUEUE and not left(event),
        entered_name="tasks_entered",
        moved=left,
    )
    del found["tasks_timed_out_in_workflow"]
    return found


def task_queue_cumulative(call: Call) -> Reply:
    """Return what happened in a task queue."""
    workspace, queue = _queue(call)
    found = _queue_cumulative(call, workspace, queue)
    return body({**found, **_owner(workspace), "task_queue_sid": queue.sid, "url": _url(call)})


def task_queue_real_time(call: Call) -> Reply:
    """Return what is in a task queue, and who could take it."""
    workspace, queue = _queue(call)
    found = counting.queue_statistics(workspace, queue, channel_of(call, workspace), call.now_ms)
    return body({**found, **_owner(workspace), "task_queue_sid": queue.sid, "url": _url(call)})


def task_queue(call: Call) -> Reply:
    """Return both statistics of a task queue."""
    workspace, queue = _queue(call)
    return body({**_both(call, workspace, queue), "url": _url(call)})


def _both(call: Call, workspace: WorkspaceState, queue: TaskQueueState) -> dict[str, object]:
    return {
        "cumulative": _queue_cumulative(call, workspace, queue),
        "realtime": counting.queue_statistics(workspace, queue, channel_of(call, workspace), call.now_ms),
        **_owner(workspace),
        "task_queue_sid": queue.sid,
    }


def task_queues(call: Call) -> Reply:
    """List both statistics of the task queues."""
    workspace, name = call.workspace(), call.query.text("FriendlyName")
    found = [each for each in workspace.task_queues.values() if name is None or each.friendly_name == name]
    # Documented: resources.md section 12; a paged list, without url
    return call.page(
        found,
        key="task_queues_statistics",
        shape=lambda queue: _both(call, workspace, queue),
        sid_of=lambda queue: queue.sid,
    )


def task_queue_bulk_real_time(call: Call) -> Reply:
    """Return the real-time statistics of up to 50 task queues; unknown ones count zero."""
    workspace = call.workspace()
    rows = [_bulk_row(call, workspace, sid) for sid in _queue_sids(call)]
    return body(
        {
            **_owner(workspace),
            "task_queue_data": rows,
            "task_queue_response_count": len(rows),
            "url": _url(call),
        }
    )


def _queue_sids(call: Call) -> list[str]:
    """Return the SIDs in the JSON body, spelt ``queueSids`` or ``QueueSids``."""
    try:
        document = decode(call.request.body)
    except ValueError:
        raise invalid("The body is not valid JSON") from None
    sids: Any = None  # Any: JSON
    if is_object(document):
        # Documented: resources.md section 12; both spellings occur in the docs
        # Inferred: resources.md section 12; TaskQueueSids, as the response spells it, is read too
        sids = next((document[name] for name in ("queueSids", "QueueSids", "TaskQueueSids") if name in document), None)
    if not is_array(sids) or not 1 <= len(sids) <= _MOST_QUEUES:
        raise invalid(f"queueSids must be a list of 1 to {_MOST_QUEUES} TaskQueue SIDs")
    wrong = [sid for sid in sids if not (isinstance(sid, str) and looks_like_sid(sid, "WQ"))]
    if wrong:
        # Documented: resources.md section 12; a malformed SID is 400
        raise invalid(f"queueSids contains an invalid TaskQueue SID: {wrong[0]!r}")
    return sids


def _bulk_row(call: Call, workspace: WorkspaceState, sid: str) -> dict[str, object]:
    queue = workspace.task_queues.get(sid)
    if queue is None:
        # Documented: resources.md section 12; well-formed SIDs of nobody are included with zeros
        empty = counting.task_statistics([], call.now_ms)
        workers = {"total_available_workers": 0, "total_eligible_workers": 0}
        activities = counting.activity_statistics(workspace, ())
        return {"task_queue_sid": sid, **empty, **workers, "activity_statistics": activities}
    found = counting.queue_statistics(workspace, queue, None, call.now_ms)
    del found["longest_relative_task_age_in_queue"], found["longest_relative_task_sid_in_queue"]
    return {"task_queue_sid": sid, **found}
