"""What is answered: status, headers, body. Nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from taskrouter_kit._wire import encode_json
from taskrouter_kit.models._instruction_base import Instruction
from taskrouter_kit.models._instruction_options import ActivitySids


@frozen
class Reply:
    """An HTTP answer, for any framework."""

    status: int
    headers: Mapping[str, str] = field(factory=dict[str, str])
    body: bytes = b""


def answer(instruction: Instruction | None, activities: ActivitySids | None = None) -> Reply:
    """Return 200 with *instruction* as JSON; None is an empty 200: the reservation stays pending, decided elsewhere."""
    # Documented: callbacks.md section 1; a body needs application/json, or the service logs error 40000
    body = b"" if instruction is None else encode_json(instruction.to_dict(activities)).encode()
    return Reply(200, {"Content-Type": "application/json", "Content-Length": str(len(body))}, body)


def noted() -> Reply:
    """Return 204, what the service expects for an event."""
    # Documented: callbacks.md section 4; the service's page asks for the type, too
    return Reply(204, {"Content-Type": "application/json"})


def refused(status: int, sentence: str) -> Reply:
    """Return *status* with one sentence of plain text."""
    body = f"{sentence}\n".encode("utf-8", "replace")
    return Reply(status, {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}, body)


def only_posts() -> Reply:
    """Return 405: callbacks are POSTed."""
    reply = refused(405, "Callbacks are POSTed.")
    return Reply(reply.status, {**reply.headers, "Allow": "POST"}, reply.body)
