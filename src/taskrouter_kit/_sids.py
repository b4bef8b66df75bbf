"""SIDs: identity types with their prefixes, and the one check of their form.

A SID is two letters and 32 hexadecimal digits. ``NewType`` keeps a ``WorkerSid`` from being passed where a
``TaskSid`` is meant; at run time they are plain strings.
"""

# Documented: resources.md section 1 (SID form) and 1.1 (prefixes)

from __future__ import annotations

import re
from typing import Final, NewType

#: The SID of an account, AC….
AccountSid = NewType("AccountSid", str)
#: The SID of a workspace, WS….
WorkspaceSid = NewType("WorkspaceSid", str)
#: The SID of an activity, WA….
ActivitySid = NewType("ActivitySid", str)
#: The SID of a worker, WK….
WorkerSid = NewType("WorkerSid", str)
#: The SID of a worker's channel, WC….
WorkerChannelSid = NewType("WorkerChannelSid", str)
#: The SID of a task channel, TC….
TaskChannelSid = NewType("TaskChannelSid", str)
#: The SID of a task queue, WQ….
TaskQueueSid = NewType("TaskQueueSid", str)
#: The SID of a workflow, WW….
WorkflowSid = NewType("WorkflowSid", str)
#: The SID of a task, WT….
TaskSid = NewType("TaskSid", str)
#: The SID of a reservation, WR….
ReservationSid = NewType("ReservationSid", str)
#: The SID of an event, EV….
EventSid = NewType("EventSid", str)

#: Prefix of each kind of SID, by the resource's name.
PREFIXES: Final[dict[str, str]] = {
    "Account": "AC",
    "Workspace": "WS",
    "Activity": "WA",
    "Worker": "WK",
    "WorkerChannel": "WC",
    "TaskChannel": "TC",
    "TaskQueue": "WQ",
    "Workflow": "WW",
    "Task": "WT",
    "Reservation": "WR",
    "Event": "EV",
}

_FORM = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}\Z")


def looks_like_sid(text: str, prefix: str | None = None) -> bool:
    """Return whether *text* has the form of a SID (of the kind with *prefix*, when given)."""
    return _FORM.match(text) is not None and (prefix is None or text.startswith(prefix))
