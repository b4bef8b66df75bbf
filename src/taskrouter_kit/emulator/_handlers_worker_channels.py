"""Operations on the channels of a worker: form in, command, JSON out."""

from __future__ import annotations

from taskrouter_kit.emulator import _shapes_worker as shapes
from taskrouter_kit.emulator._call import Call, body
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.simulator import WorkerChannelState, WorkerState, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given


def _place(call: Call) -> tuple[WorkspaceState, WorkerState]:
    workspace = call.workspace()
    return workspace, call.found(workspace.workers.get(call.values[1]))


def _channel(call: Call, workspace: WorkspaceState, worker: WorkerState) -> WorkerChannelState:
    """Return the channel that the path names by SID or by the task channel's unique name."""
    # Documented: resources.md section 5; instance key
    key = call.values[2]
    return call.found(
        next(
            (
                state
                for state in worker.channels.values()
                if key in (state.sid, workspace.task_channels[state.task_channel_sid].unique_name)
            ),
            None,
        )
    )


def list_all(call: Call) -> Reply:
    """List the channels of a worker: one for each task channel of the workspace."""
    workspace, worker = _place(call)
    # Documented: resources.md section 1.3; the list key is "channels"
    return call.page(
        list(worker.channels.values()),
        key="channels",
        shape=lambda state: shapes.worker_channel(state, worker, workspace, call.base),
        sid_of=lambda state: state.sid,
    )


def fetch(call: Call) -> Reply:
    """Return one channel of a worker."""
    workspace, worker = _place(call)
    return body(shapes.worker_channel(_channel(call, workspace, worker), worker, workspace, call.base))


def update(call: Call) -> Reply:
    """Change capacity and availability of one channel of a worker."""
    workspace, worker = _place(call)
    state, form = _channel(call, workspace, worker), call.form
    call.execute(
        commands.UpdateWorkerChannel(
            workspace_sid=workspace.sid,
            worker_sid=worker.sid,
            worker_channel_sid=state.sid,
            capacity=given(form.integer("Capacity", least=0)),
            available=given(form.flag("Available")),
        )
    )
    return body(shapes.worker_channel(state, worker, workspace, call.base))
