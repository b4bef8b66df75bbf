"""Operations on task channels: form in, command, JSON out."""

from __future__ import annotations

from taskrouter_kit.emulator import _shapes_workspace as shapes
from taskrouter_kit.emulator._call import Call, body, deleted
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.simulator import TaskChannelState, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given


def find_task_channel(workspace: WorkspaceState, key: str) -> TaskChannelState | None:
    """Return the task channel with *key* as SID or unique name, or None."""
    # Documented: resources.md section 6; instance key
    found = workspace.task_channels.get(key)
    if found is not None:
        return found
    return next((state for state in workspace.task_channels.values() if state.unique_name == key), None)


def list_all(call: Call) -> Reply:
    """List the task channels of a workspace."""
    workspace = call.workspace()
    # Documented: resources.md section 1.3; the list key is "channels"
    return call.page(
        list(workspace.task_channels.values()),
        key="channels",
        shape=lambda state: shapes.task_channel(state, workspace, call.base),
        sid_of=lambda state: state.sid,
    )


def create(call: Call) -> Reply:
    """Create a task channel; every worker gets a channel of it."""
    workspace, form = call.workspace(), call.form
    outcome = call.execute(
        commands.CreateTaskChannel(
            workspace_sid=workspace.sid,
            friendly_name=form.name("FriendlyName", required=True) or "",
            unique_name=form.required("UniqueName"),
            channel_optimized_routing=form.flag("ChannelOptimizedRouting") or False,
        )
    )
    return body(shapes.task_channel(outcome.result, workspace, call.base), 201)


def fetch(call: Call) -> Reply:
    """Return one task channel, by SID or unique name."""
    workspace = call.workspace()
    state = call.found(find_task_channel(workspace, call.values[1]))
    return body(shapes.task_channel(state, workspace, call.base))


def update(call: Call) -> Reply:
    """Change one task channel; its unique name is for life."""
    workspace, form = call.workspace(), call.form
    state = call.found(find_task_channel(workspace, call.values[1]))
    call.execute(
        commands.UpdateTaskChannel(
            workspace_sid=workspace.sid,
            task_channel_sid=state.sid,
            friendly_name=given(form.name("FriendlyName")),
            channel_optimized_routing=given(form.flag("ChannelOptimizedRouting")),
        )
    )
    return body(shapes.task_channel(state, workspace, call.base))


def delete(call: Call) -> Reply:
    """Delete one task channel."""
    workspace = call.workspace()
    state = call.found(find_task_channel(workspace, call.values[1]))
    call.execute(commands.DeleteTaskChannel(workspace_sid=workspace.sid, task_channel_sid=state.sid))
    return deleted()
