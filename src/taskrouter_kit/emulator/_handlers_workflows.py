"""Operations on workflows: form in, command, JSON out."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.emulator import _shapes_routing as shapes
from taskrouter_kit.emulator._call import Call, body, deleted
from taskrouter_kit.emulator._faults import invalid, missing
from taskrouter_kit.emulator._handlers_workspaces import url
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._parameters import Parameters
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given

# Documented: limits-errors-gotchas.md section 2; workflow configuration, in bytes
_LONGEST_CONFIGURATION: Final = 1_038_576
# Documented: limits-errors-gotchas.md section 2; TaskReservationTimeout, in seconds
_LONGEST_RESERVATION: Final = 86_400


def list_all(call: Call) -> Reply:
    """List the workflows of a workspace."""
    workspace, name = call.workspace(), call.query.text("FriendlyName")
    found = [state for state in workspace.workflows.values() if name is None or state.friendly_name == name]
    return call.page(
        found,
        key="workflows",
        shape=lambda state: shapes.workflow(state, workspace, call.base),
        sid_of=lambda state: state.sid,
    )


def create(call: Call) -> Reply:
    """Create a workflow."""
    workspace, form = call.workspace(), call.form
    name = form.name("FriendlyName", required=True, longest=255) or ""
    configuration = _configuration(form, as_posted=call.as_posted)
    if configuration is None:
        raise missing("Configuration")
    outcome = call.execute(
        commands.CreateWorkflow(
            workspace_sid=workspace.sid,
            friendly_name=name,
            configuration=configuration,
            assignment_callback_url=given(url(form, "AssignmentCallbackUrl")),
            fallback_assignment_callback_url=given(url(form, "FallbackAssignmentCallbackUrl")),
            task_reservation_timeout=given(form.integer("TaskReservationTimeout", least=1, most=_LONGEST_RESERVATION)),
        )
    )
    return body(shapes.workflow(outcome.result, workspace, call.base), 201)


def fetch(call: Call) -> Reply:
    """Return one workflow."""
    workspace = call.workspace()
    state = call.found(workspace.workflows.get(call.values[1]))
    return body(shapes.workflow(state, workspace, call.base))


def update(call: Call) -> Reply:
    """Change one workflow; ReEvaluateTasks drives its waiting tasks through it again."""
    workspace, form = call.workspace(), call.form
    state = call.found(workspace.workflows.get(call.values[1]))
    call.execute(
        commands.UpdateWorkflow(
            workspace_sid=workspace.sid,
            workflow_sid=state.sid,
            friendly_name=given(form.name("FriendlyName", longest=255)),
            configuration=given(_configuration(form, as_posted=call.as_posted)),
            assignment_callback_url=given(url(form, "AssignmentCallbackUrl")),
            fallback_assignment_callback_url=given(url(form, "FallbackAssignmentCallbackUrl")),
            task_reservation_timeout=given(form.integer("TaskReservationTimeout", least=1, most=_LONGEST_RESERVATION)),
            re_evaluate_tasks=form.flag("ReEvaluateTasks") or False,
        )
    )
    return body(shapes.workflow(state, workspace, call.base))


def delete(call: Call) -> Reply:
    """Delete one workflow without live tasks."""
    workspace = call.workspace()
    state = call.found(workspace.workflows.get(call.values[1]))
    call.execute(commands.DeleteWorkflow(workspace_sid=workspace.sid, workflow_sid=state.sid))
    return deleted()


def _configuration(form: Parameters, *, as_posted: bool) -> str | None:
    text = form.text("Configuration")
    if text is not None and len(text.encode()) > _LONGEST_CONFIGURATION:
        raise invalid(f"Configuration must not be longer than {_LONGEST_CONFIGURATION} bytes")
    return form.json_object("Configuration", longest=None, as_posted=as_posted)
