"""What the answer of an assignment callback says."""

from __future__ import annotations

from collections.abc import Mapping

from taskrouter_kit.emulator._delivery import Answer
from taskrouter_kit.emulator._json_text import decode
from taskrouter_kit.simulator import Refused
from taskrouter_kit.simulator._commands import Instruct
from taskrouter_kit.simulator._json_kinds import is_array, is_object


def command_of(answer: Answer, workspace_sid: str, reservation_sid: str) -> Instruct | None:
    """Return what *answer* tells the reservation, None for nothing; :class:`Refused` with the debugger's code."""
    document = _instruction(answer)
    if document is None:
        return None
    return Instruct(
        workspace_sid=workspace_sid,
        reservation_sid=reservation_sid,
        instruction=str(document["instruction"]),
        options={name: _text(value) for name, value in document.items() if name != "instruction"},
    )


def _instruction(answer: Answer) -> Mapping[str, object] | None:
    if not answer.body.strip():
        # Documented: callbacks.md section 1; empty 200: handled elsewhere
        return None
    if answer.content_type != "application/json":
        raise Refused(400, 40000, "The answer of the assignment callback is not application/json")
    try:
        document = decode(answer.body)
    except ValueError:
        raise Refused(400, 40001, "The answer of the assignment callback is not JSON") from None
    if not is_object(document):
        raise Refused(400, 40001, "The answer of the assignment callback is not a JSON object")
    if not document:
        # Documented: callbacks.md section 1; {} is tolerated like empty
        return None
    if not isinstance(document.get("instruction"), str):
        raise Refused(400, 40005, "The answer of the assignment callback has no instruction")
    return document


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_array(value):
        return ",".join(str(each) for each in value)
    return "" if value is None else str(value)
