"""Operations on events: read only."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from taskrouter_kit.emulator import _shapes_event as shapes
from taskrouter_kit.emulator._call import Call, body
from taskrouter_kit.emulator._handlers_task_channels import find_task_channel
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._period import Period
from taskrouter_kit.simulator import EventState
from taskrouter_kit.simulator._event_log import EVENT_LIFE_MS

#: Query parameter -> prefix of its SID; the events carry the SID under the same name.
_SIDS: Final = {
    "TaskSid": "WT",
    "WorkerSid": "WK",
    "ReservationSid": "WR",
    "TaskQueueSid": "WQ",
    "WorkflowSid": "WW",
}


def list_all(call: Call) -> Reply:
    """List the events of a workspace, newest first."""
    workspace, query = call.workspace(), call.query
    period = Period.read(query, call.now_ms, statistics=False)
    wanted: dict[str, str] = {}
    for name, prefix in _SIDS.items():
        sid = query.sid(name, prefix)
        if sid:
            wanted[name] = sid
    event_type, own_sid, channel_key = query.text("EventType"), query.sid("Sid", "EV"), query.text("TaskChannel")
    if channel_key:
        channel = find_task_channel(workspace, channel_key)
        wanted["TaskChannelSid"] = "" if channel is None else channel.sid

    def fits(state: EventState) -> bool:
        return (
            state.event_date_ms <= period.end
            and (not event_type or state.event_type == event_type)
            and (not own_sid or state.sid == own_sid)
            and all(state.data.get(name) == sid for name, sid in wanted.items())
        )

    # Inferred: resources.md section 11; newest first
    recent = takewhile(lambda state: state.event_date_ms >= period.start, reversed(workspace.events))
    found = [state for state in recent if fits(state)]
    return call.page(
        found,
        key="events",
        shape=lambda state: shapes.event(state, workspace, call.base),
        sid_of=lambda state: state.sid,
    )


def fetch(call: Call) -> Reply:
    """Return one event."""
    workspace = call.workspace()
    # The oldest are let go when another event happens.
    kept = call.now_ms - EVENT_LIFE_MS
    found = (each for each in workspace.events if each.sid == call.values[1] and each.event_date_ms >= kept)
    state = call.found(next(found, None))
    return body(shapes.event(state, workspace, call.base))
