"""An assignment on its way to its handler and back: what the handler gets, and what its answer becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskrouter_kit._wire import Json
from taskrouter_kit.callbacks._assignment import Assignment
from taskrouter_kit.callbacks._directory import Directory
from taskrouter_kit.callbacks._log import log, shown_sid
from taskrouter_kit.callbacks._registry import AssignmentHandler
from taskrouter_kit.callbacks._reply import Reply, answer
from taskrouter_kit.models._instruction_base import Instruction


def assignment_for(
    handler: AssignmentHandler, payload: Mapping[str, Json], *, misfits: bool
) -> Assignment[Any, Any] | None:
    """Return what *handler* gets; None where it may not see attributes like these (with *misfits* it may)."""
    made: Assignment[Any, Any] = Assignment(payload, worker=handler.schemas.worker, task=handler.schemas.task)
    rules = {problem.rule for problem in made.problems}
    if rules and (not misfits or rules & {"not-json", "not-an-object"}):
        reservation = shown_sid(payload.get("ReservationSid"))
        log.error("Attributes of reservation %s cannot be used (%s).", reservation, ", ".join(sorted(rules)))
        return None
    return made


def rendered(result: object, assignment: Assignment[Any, Any], directory: Directory) -> Reply:
    """Return the reply that says what a handler returned; finding the SID of an activity may take a request."""
    if result is not None and not isinstance(result, Instruction):
        raise TypeError(f"a handler answers with an Instruction, not with a {type(result).__name__}")
    fields = assignment.fields
    reply = answer(result, directory.activities(fields.get("account_sid"), fields.get("workspace_sid")))
    if result is not None:
        _warn(result, assignment)
    return reply


def _warn(instruction: Instruction, assignment: Assignment[Any, Any]) -> None:
    """Log what the service will complain about, where only its debugger would say so."""
    if not {"worker_attributes", "task_attributes"} <= set(assignment.fields):
        return
    foreseen = instruction.foreseen(assignment.worker_attributes, assignment.task_attributes)
    if foreseen:
        reservation = shown_sid(assignment.payload.get("ReservationSid"))
        why = "; ".join(f"{reason} ({code})" for code, reason in foreseen.items())
        log.warning("%s will not be carried out for reservation %s: %s.", instruction.word, reservation, why)
