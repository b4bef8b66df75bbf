"""Events as the service writes them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.simulator import EventState, WorkspaceState

#: Where the resource of an event is found, below the workspace.
_COLLECTIONS: Final = {
    "activity": "Activities",
    "task": "Tasks",
    "task-channel": "TaskChannels",
    "task-queue": "TaskQueues",
    "worker": "Workers",
    "workflow": "Workflows",
}


def event(state: EventState, workspace: WorkspaceState, base: str) -> dict[str, object]:
    """Return the body of an event; *base* is the workspace's address."""
    # Documented: resources.md section 11
    return {
        "account_sid": workspace.account_sid,
        "workspace_sid": workspace.sid,
        "sid": state.sid,
        "event_type": state.event_type,
        "description": state.description,
        "event_date": iso(state.event_date_ms),
        "event_date_ms": state.event_date_ms,
        # Documented: resources.md section 11; snake_case keys, all values are strings
        "event_data": {
            "workspace_sid": workspace.sid,
            "workspace_name": workspace.friendly_name,
            **{_snake(name): value for name, value in state.data.items()},
        },
        "actor_type": "workspace",
        "actor_sid": workspace.sid,
        "actor_url": base,
        "resource_type": state.resource_type,
        "resource_sid": state.resource_sid,
        "resource_url": _resource_url(state, base),
        "source": "twilio",
        "source_ip_address": "127.0.0.1",
        "url": f"{base}/Events/{state.sid}",
    }


def _resource_url(state: EventState, base: str) -> str:
    if state.resource_type == "workspace":
        return base
    if state.resource_type == "reservation":
        return f"{base}/Tasks/{state.data.get('TaskSid', '')}/Reservations/{state.resource_sid}"
    return f"{base}/{_COLLECTIONS[state.resource_type]}/{state.resource_sid}"


@lru_cache(maxsize=256)
def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
