"""A caller hears TwiML: what its ``<Enqueue workflowSid>`` says, and the task that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from attrs import field, frozen

from taskrouter_kit.simulator import TaskState
from taskrouter_kit.simulator._call_commands import Enqueue
from taskrouter_kit.simulator._unset import given

if TYPE_CHECKING:
    from taskrouter_kit.emulator._backend import Backend

_WHOLE: Final = re.compile(r"[0-9]{1,10}\Z")


@frozen
class EnqueueVerb:
    """The verb: the workflow, the JSON text of the task, its priority and time to live where they are given."""

    workflow_sid: str
    attributes: str = field(repr=False)
    priority: int | None = None
    timeout: int | None = None


def read_enqueue(twiml: str) -> EnqueueVerb:
    """Return the first ``<Enqueue workflowSid>`` of *twiml*; ValueError where there is none, or it is no TwiML."""
    if "<!DOCTYPE" in twiml or "<!ENTITY" in twiml:
        raise ValueError("TwiML has no document type and no entities of its own")
    try:
        root = ElementTree.fromstring(twiml.encode())
    except ElementTree.ParseError as failure:
        raise ValueError(f"the document is no TwiML: {failure}") from failure
    found = next((each for each in root.iter("Enqueue") if each.get("workflowSid")), None)
    if found is None:
        raise ValueError("the document has no <Enqueue> with a workflowSid")
    # Documented: routing.md section 14; Task, and TaskAttributes is the legacy name
    noun = next((each for name in ("Task", "TaskAttributes") for each in found.iter(name)), None)
    if noun is None:
        return EnqueueVerb(found.get("workflowSid", ""), "{}")
    text = (noun.text or "").strip() or "{}"
    return EnqueueVerb(found.get("workflowSid", ""), text, _number(noun, "priority"), _number(noun, "timeout"))


def _number(noun: ElementTree.Element, name: str) -> int | None:
    text = noun.get(name)
    if text is None:
        return None
    if _WHOLE.match(text) is None:
        raise ValueError(f"the {name} of <Task> must be a whole number, found {text!r}")
    return int(text)


def enqueue_call(backend: Backend, twiml: str, parameters: Mapping[str, str]) -> str | None:
    """Let a caller hear *twiml*; return the SID of the task that comes of it, or None where none can be made.

    *parameters* are those of the call, in snake_case. ValueError for TwiML without the verb, LookupError without a
    workspace, in whose debugger an unknown workflow would be noted.
    """
    verb = read_enqueue(twiml)
    places = backend.workspaces()
    if not places:
        raise LookupError("there is no workspace")
    account, workspace = next((place for place in places if verb.workflow_sid in place[1].workflows), places[0])
    command = Enqueue(
        workspace_sid=workspace.sid,
        workflow_sid=verb.workflow_sid,
        attributes=verb.attributes,
        priority=given(verb.priority),
        timeout=given(verb.timeout),
        parameters=parameters,
    )
    made: TaskState | None = backend.carry_out(account, command).result
    return None if made is None else made.sid
