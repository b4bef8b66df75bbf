"""The form of a reservation update -> a command: a status, or an instruction with its prefixed options."""

from __future__ import annotations

import re
from typing import Final

from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._parameters import Parameters
from taskrouter_kit.emulator._reservation_parameters import CALL, CONFERENCE, DEQUEUE, REDIRECT
from taskrouter_kit.simulator._commands import Command, Instruct, UpdateReservation, given

#: Every state of a reservation.
STATUSES: Final = ("pending", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapping", "completed")

#: Instruction -> the prefix of its parameters and their names.
# Documented: callbacks.md section 3; conference has unprefixed names
_OPTIONS: Final = {
    "dequeue": ("Dequeue", DEQUEUE),
    "call": ("Call", CALL),
    "redirect": ("Redirect", REDIRECT),
    "conference": ("", CONFERENCE),
    "supervise": ("", ("Supervisor", "SupervisorMode", *CONFERENCE)),
}
#: Parameters that repeat in REST and are a comma list in a callback's answer, and what they are called there.
_LISTS: Final = {
    "DequeueStatusCallbackEvent": "status_callback_events",
    "StatusCallbackEvent": "status_callback_event",
    "ConferenceStatusCallbackEvent": "conference_status_callback_event",
}


def reservation_command(form: Parameters, workspace_sid: str, reservation_sid: str) -> Command:
    """Return the command that *form* asks for: an instruction wins over a status."""
    instruction = form.text("Instruction")
    activity = form.sid("WorkerActivitySid", "WA") or None
    if instruction:
        options = instruction_options(instruction.lower(), form)
        if activity is not None:
            options["activity_sid"] = activity
        return Instruct(
            workspace_sid=workspace_sid, reservation_sid=reservation_sid, instruction=instruction, options=options
        )
    status = form.choice("ReservationStatus", STATUSES)
    if activity is not None and status != "rejected":
        # Documented: resources.md section 10; WorkerActivitySid belongs to rejected
        raise invalid("WorkerActivitySid is allowed with ReservationStatus rejected only")
    return UpdateReservation(
        workspace_sid=workspace_sid,
        reservation_sid=reservation_sid,
        reservation_status=given(status),
        worker_activity_sid=given(activity),
    )


def instruction_options(instruction: str, form: Parameters) -> dict[str, str]:
    """Return the options of *instruction* by the names that a callback's answer gives them."""
    prefix, names = _OPTIONS.get(instruction, ("", ()))
    found: dict[str, str] = {}
    for name in names:
        if name in _LISTS:
            values = form.many(name)
            if values:
                found[_LISTS[name]] = ",".join(values)
            continue
        value = form.text(name)
        if value is not None:
            found[_snake(name.removeprefix(prefix))] = value
    return found


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
