"""Operations on activities: form in, command, JSON out."""

from __future__ import annotations

from taskrouter_kit.emulator import _shapes_workspace as shapes
from taskrouter_kit.emulator._call import Call, body, deleted
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given


def list_all(call: Call) -> Reply:
    """List the activities of a workspace."""
    workspace, query = call.workspace(), call.query
    name, available = query.text("FriendlyName"), query.flag("Available")
    found = [
        state
        for state in workspace.activities.values()
        if (name is None or state.friendly_name == name) and (available is None or state.available == available)
    ]
    return call.page(
        found,
        key="activities",
        shape=lambda state: shapes.activity(state, workspace, call.base),
        sid_of=lambda state: state.sid,
    )


def create(call: Call) -> Reply:
    """Create an activity."""
    workspace, form = call.workspace(), call.form
    outcome = call.execute(
        commands.CreateActivity(
            workspace_sid=workspace.sid,
            friendly_name=form.name("FriendlyName", required=True) or "",
            # Observed: resources.md section 3; the default is false
            available=form.flag("Available") or False,
        )
    )
    return body(shapes.activity(outcome.result, workspace, call.base), 201)


def fetch(call: Call) -> Reply:
    """Return one activity."""
    workspace = call.workspace()
    state = call.found(workspace.activities.get(call.values[1]))
    return body(shapes.activity(state, workspace, call.base))


def update(call: Call) -> Reply:
    """Rename one activity."""
    workspace = call.workspace()
    state = call.found(workspace.activities.get(call.values[1]))
    # Observed: resources.md section 3; sending Available answers 200 and changes nothing
    call.execute(
        commands.UpdateActivity(
            workspace_sid=workspace.sid,
            activity_sid=state.sid,
            friendly_name=given(call.form.name("FriendlyName")),
        )
    )
    return body(shapes.activity(state, workspace, call.base))


def delete(call: Call) -> Reply:
    """Delete one activity that nothing uses."""
    workspace = call.workspace()
    state = call.found(workspace.activities.get(call.values[1]))
    call.execute(commands.DeleteActivity(workspace_sid=workspace.sid, activity_sid=state.sid))
    return deleted()
