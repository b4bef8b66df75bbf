"""A caller in a queue: the task that ``<Enqueue workflowSid>`` makes of a call, without the call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._call_commands import Enqueue
from taskrouter_kit.simulator._refusals import Refused
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._task_commands import create_task
from taskrouter_kit.simulator._task_state import TaskState

#: Where the parties of a call are, unless it is said.
# Documented: routing.md section 14; from_, to_, caller_ and called_ with city, state, zip and country
_PLACES: Final = tuple(
    f"{party}_{place}" for party in ("from", "to", "caller", "called") for place in ("city", "state", "zip", "country")
)


def enqueue(scene: Scene, command: Enqueue) -> TaskState | None:
    """Make the task of a call; None, and an entry in the debugger, where none can be made."""
    workspace = scene.workspace
    workflow = workspace.workflows.get(command.workflow_sid)
    if workflow is None:
        # Documented: limits-errors-gotchas.md section 3.2; 14220: WorkflowSid invalid
        scene.debug(14220, "The WorkflowSid of Enqueue is invalid", command.workflow_sid)
        return None
    try:
        own = read_attributes(command.attributes)
    except Refused:
        # Documented: limits-errors-gotchas.md section 3.2; 14221: attributes not JSON
        scene.debug(14221, "The attributes of Enqueue are not a JSON object", workflow.sid)
        return None
    # Documented: routing.md section 14; the standard parameters of the call merged with the JSON in Task
    # Decided: where both have a name, the JSON is what the author wrote on purpose, and wins
    attributes = {**_call_parameters(scene, command.parameters), **own}
    if not workflow.rules.take(attributes, scene.now):
        # Documented: workflows.md section 6; 14222: no target of the Workflow matches, no Task is made
        scene.debug(14222, "Could not create Task: no target of the workflow matches", workflow.sid)
        return None
    voice = next(each.sid for each in workspace.task_channels.values() if each.unique_name == "voice")
    text = json.dumps(attributes, separators=(",", ":"), ensure_ascii=False)
    return create_task(
        scene,
        commands.CreateTask(
            workspace_sid=workspace.sid,
            attributes=text,
            workflow_sid=workflow.sid,
            timeout=command.timeout,
            priority=command.priority,
            # Documented: routing.md section 14; TaskChannel voice
            task_channel_sid=voice,
        ),
    )


def _call_parameters(scene: Scene, said: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that every call has; *said* has what is known of this one."""
    # Documented: routing.md section 14; call_sid, from, to, caller, called, direction, call_status and the rest
    given = {**dict.fromkeys(_PLACES, ""), **said}
    caller, called = given.get("from", ""), given.get("to", "")
    return {
        "call_sid": scene.machine.sid("CA"),
        "account_sid": scene.workspace.account_sid,
        "from": caller,
        "to": called,
        "caller": caller,
        "called": called,
        # Decided: somebody has called, and hears music
        "direction": "inbound",
        "call_status": "in-progress",
        "api_version": "2010-04-01",
        **given,
    }
