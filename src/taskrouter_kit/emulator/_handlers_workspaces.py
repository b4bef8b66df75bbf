"""Operations on workspaces: form in, command, JSON out."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from taskrouter_kit.emulator import _shapes_workspace as shapes
from taskrouter_kit.emulator._call import Call, body, deleted
from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._parameters import Parameters
from taskrouter_kit.simulator import WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given

ORDERS: Final = ("FIFO", "LIFO")


def _shape(call: Call, state: WorkspaceState) -> dict[str, object]:
    return shapes.workspace(state, f"{call.request.origin}/v1/Workspaces/{state.sid}")


def list_all(call: Call) -> Reply:
    """List the workspaces of the account."""
    name = call.query.text("FriendlyName")
    # Observed: resources.md section 1.4; the filter is an exact match
    found = [
        state for state in call.account.engine.world.workspaces.values() if name is None or state.friendly_name == name
    ]
    return call.page(found, key="workspaces", shape=lambda state: _shape(call, state), sid_of=lambda state: state.sid)


def create(call: Call) -> Reply:
    """Create a workspace with what the service puts into a new one."""
    form = call.form
    # Documented: resources.md section 2; Template is NONE or FIFO, create only
    # Inferred: resources.md section 2; another Template (EMPTY, say) is refused: every account of it names these two
    template = form.choice("Template", ("NONE", "FIFO"), any_case=True) or "NONE"
    outcome = call.execute(
        commands.CreateWorkspace(
            friendly_name=form.name("FriendlyName", required=True) or "",
            event_callback_url=given(url(form, "EventCallbackUrl")),
            events_filter=given(form.text("EventsFilter")),
            multi_task_enabled=given(form.flag("MultiTaskEnabled")),
            template=template,
            prioritize_queue_order=given(form.choice("PrioritizeQueueOrder", ORDERS)),
        )
    )
    return body(_shape(call, outcome.result), 201)


def fetch(call: Call) -> Reply:
    """Return one workspace."""
    return body(_shape(call, call.workspace()))


def update(call: Call) -> Reply:
    """Change one workspace; absent parameters stay as they are."""
    state, form = call.workspace(), call.form
    call.execute(
        commands.UpdateWorkspace(
            workspace_sid=state.sid,
            friendly_name=given(form.name("FriendlyName")),
            event_callback_url=given(url(form, "EventCallbackUrl")),
            events_filter=given(form.text("EventsFilter")),
            multi_task_enabled=given(form.flag("MultiTaskEnabled")),
            default_activity_sid=given(form.sid("DefaultActivitySid", "WA") or None),
            timeout_activity_sid=given(form.sid("TimeoutActivitySid", "WA") or None),
            prioritize_queue_order=given(form.choice("PrioritizeQueueOrder", ORDERS)),
        )
    )
    return body(_shape(call, state))


def delete(call: Call) -> Reply:
    """Delete one workspace and everything in it."""
    # Observed: resources.md section 2.1; 204, cascades to all children
    call.execute(commands.DeleteWorkspace(workspace_sid=call.workspace().sid))
    return deleted()


def url(form: Parameters, name: str) -> str | None:
    """Return an address of a callback: http or https, or empty, which clears."""
    value = form.text(name)
    if value:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.netloc)
        except ValueError:  # half an address of IPv6
            good = False
        if not good:
            # Inferred: resources.md section 2; what is no address is refused
            raise invalid(f"{name} {value!r} is not a valid URL")
    return value
