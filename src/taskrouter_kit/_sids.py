"""SIDs: identity types with their prefixes, and the one check of their form.

A SID is two letters and 32 hexadecimal digits. ``NewType`` keeps a ``WorkerSid`` from being passed where a
``TaskSid`` is meant; at run time they are plain strings.
"""

# Documented: resources.md section 1 (SID form) and 1.1 (prefixes)

from __future__ import annotations

import re
from typing import Final, NewType

AccountSid = NewType("AccountSid", str)
WorkspaceSid = NewType("WorkspaceSid", str)
ActivitySid = NewType("ActivitySid", str)
WorkerSid = NewType("WorkerSid", str)
WorkerChannelSid = NewType("WorkerChannelSid", str)
TaskChannelSid = NewType("TaskChannelSid", str)
TaskQueueSid = NewType("TaskQueueSid", str)
WorkflowSid = NewType("WorkflowSid", str)
TaskSid = NewType("TaskSid", str)
ReservationSid = NewType("ReservationSid", str)
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
