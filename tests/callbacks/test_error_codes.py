"""The service's errors about answers: each is impossible here, refused when built, or foreseen and logged.

What only circumstances decide (a call that failed, a reservation that ended meanwhile) is named with its reason.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callbacks_requests import ASSIGNMENT, TOKEN, form
from shared_material import shared
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    CallWorker,
    Conference,
    Dequeue,
    Instruction,
    Redirect,
    Reject,
    Supervise,
    parse_instruction,
)
from taskrouter_kit.errors import InvalidDeclaration

CA, URL, NO = "CA" + "1" * 32, "https://support.example/twiml", "WQ" + "1" * 32

#: Error -> an attempt to cause it with the body of an answer.
REFUSED: dict[int, Callable[[], object]] = {
    40001: lambda: parse_instruction('{"instruction": "accept"}'),
    40005: lambda: parse_instruction({"to": "client:alice"}),
    40100: lambda: Reject(activity=NO),
    40110: lambda: CallWorker(from_="a", url=URL, to="nobody at all"),
    40111: lambda: CallWorker(from_="", url=URL),
    40112: lambda: CallWorker(from_="a", url="twiml"),
    40120: lambda: Redirect(call_sid=CA, url="ftp://support.example"),
    40121: lambda: Redirect(call_sid=NO, url=URL),
    40130: lambda: Dequeue(post_work_activity=NO),
    40131: lambda: Dequeue(to="alice"),
    40132: lambda: Dequeue(from_=" "),
    40134: lambda: Dequeue(status_callback_url=URL, status_callback_events=["join"]),  # type: ignore[list-item]
    40137: lambda: Conference(to="alice"),
    40138: lambda: Conference(from_=""),
    40139: lambda: Conference(post_work_activity=NO),
    40157: lambda: Dequeue(status_callback_url="status"),
    40158: lambda: CallWorker(from_="a", url=URL, status_callback_url="//support.example"),
    40159: lambda: Conference(conference_status_callback="status"),
    55555: lambda: parse_instruction({"instruction": "teleport"}),
}

#: Error -> an instruction that is right by itself, and attributes of worker and task with which it is not.
FORESEEN: dict[int, tuple[Instruction, dict[str, Any], dict[str, Any]]] = {
    40110: (CallWorker(from_="a", url=URL), {}, {}),
    40131: (Dequeue(), {"contact_uri": ""}, {"call_sid": CA}),
    40137: (Conference(), {}, {"outbound_to": "+1"}),
    40140: (Dequeue(), {"contact_uri": "client:alice"}, {"callSid": CA}),
    40142: (Conference(), {"contact_uri": "client:alice"}, {"call_sid": CA}),
}

#: Error -> why the body has no part in it.
CIRCUMSTANCES: dict[int, str] = {
    40000: "answers have their content type (below)",
    40113: "the call failed",
    40114: "no longer pending",
    40122: "the redirect failed",
    40123: "no longer pending",
    40133: "the call failed",
    40135: "no longer pending",
    40136: "no longer pending",
    40141: "whether a number is the account's own is known to the account only",
    40143: "an activity that was deleted meanwhile",
    40144: "no longer pending",
    40145: "the call failed",
    40146: "supervise is no answer of a callback",
    40147: "supervise is no answer of a callback",
    40148: "supervise is no answer of a callback",
    40149: "supervise is no answer of a callback; no option of ours is called so",
    40151: "a task in transfer",
}

#: Errors that have nothing to do with answers: workflows with known workers, paging.
OTHERS = {40152, 40153, 40154, 40155}


def documented() -> set[int]:
    """Return the codes of the handbook's pages, ranges included."""
    text = "".join(
        shared(f"reference/{page}").read_text(encoding="utf-8") for page in ("callbacks.md", "limits-errors-gotchas.md")
    )
    found = {int(code) for code in re.findall(r"\b(40[01]\d\d|55555)\b", text)}
    for first, last in re.findall(r"\b(401\d\d)–(401\d\d)\b", text):
        if int(last) - int(first) < 10:
            found |= set(range(int(first), int(last) + 1))
    return found


# Documented: callbacks.md section 2; the errors of each instruction
def test_every_documented_error_is_here() -> None:
    """The tables above and the handbook's hold the same codes."""
    known = {*REFUSED, *FORESEEN, *CIRCUMSTANCES, *OTHERS}
    assert known == documented()


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_the_body_cannot_cause_it(code: int) -> None:
    """The attempt is refused with the code that the service would have given."""
    with pytest.raises(InvalidDeclaration, match=rf"\({code}\)"):
        REFUSED[code]()


@pytest.mark.parametrize("code", sorted(set(REFUSED) | {40001, 40005, 55555}))
def test_types_refuse_it_too(code: int) -> None:
    """Checkers refuse a way to cause it: a marked line in the reject tests names the code."""
    lines = (Path(__file__).parents[1] / "typing/reject/refused_instructions.py").read_text(encoding="utf-8")
    assert re.search(rf"# E: \S+ / \S+  \({code}\)$", lines, re.MULTILINE)


def answer(instruction: object, worker: dict[str, Any], task: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    callbacks = Callbacks(TOKEN, fallback=Accept())

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return instruction  # type: ignore[return-value]

    attributes = {"WorkerAttributes": json.dumps(worker), "TaskAttributes": json.dumps(task)}
    reply = callbacks.handle(*form({**ASSIGNMENT, **attributes}))
    assert reply.status == 200
    return json.loads(reply.body), dict(reply.headers)


@pytest.mark.parametrize("code", sorted(FORESEEN))
def test_what_attributes_will_cause_is_logged(code: int, caplog: pytest.LogCaptureFixture) -> None:
    """The answer goes out as it is, and the log says what else only the service's debugger would say."""
    instruction, worker, task = FORESEEN[code]
    document, _ = answer(instruction, worker, task)
    assert document == instruction.to_dict()
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    said = rf"{instruction.word} will not be carried out for reservation WR1{{32}}: .* \({code}\)\."
    assert re.fullmatch(said, record.getMessage())


# Documented: callbacks.md sections 2.3 and 2.6
@pytest.mark.parametrize(
    ("instruction", "worker", "task"),
    [
        (Dequeue(to="client:bob"), {}, {"call_sid": CA}),
        (Dequeue(), {"contact_uri": "client:alice"}, {"call_sid": CA}),
        (Conference(), {"contact_uri": "client:alice"}, {"call_sid": CA, "to": "+1"}),
        (Conference(to="+15555550100"), {}, {"outbound_to": "+1"}),
        (CallWorker(from_="a", url=URL, to="sip:a@b"), {}, {}),
        (Redirect(call_sid=CA, url=URL), {}, {}),
        (Accept(), {}, {}),
        (Reject(), {}, {}),
    ],
)
def test_nothing_is_logged_without_reason(
    instruction: Instruction, worker: dict[str, Any], task: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Where attributes have what the instruction needs, nothing is said."""
    assert answer(instruction, worker, task)[0] == instruction.to_dict()
    assert caplog.records == []


# Documented: callbacks.md section 1; errors 40000, 40001 and 40005
@pytest.mark.parametrize("result", [None, Accept(), "accept", {"instruction": "accept"}, {}, 7, Supervise, object()])
def test_every_answer_is_one(result: object) -> None:
    """Whatever a handler returns, what goes out is empty or an instruction, as application/json."""
    callbacks = Callbacks(TOKEN)

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return result  # type: ignore[return-value]

    reply = callbacks.handle(*form(ASSIGNMENT))
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.body == b"" or isinstance(parse_instruction(json.loads(reply.body)), Instruction)


def test_supervise_is_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    """Supervise goes over REST only: as the answer of a callback it costs the fallback."""
    document, _ = answer(Supervise(supervisor="client:boss", mode="barge"), {}, {})
    assert document == {"instruction": "accept"}
    assert "TypeError" in caplog.text
