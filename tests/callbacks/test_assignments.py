"""Assignments: the handler sees typed attributes, and what it says is what is answered, or else the fallback."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from callbacks.answering import WA, Agent, Call, answered, both, made
from callbacks_requests import ASSIGNMENT, TOKEN, WR, WW, form
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Dequeue, Instruction
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration


def test_an_assignment_is_typed_and_answered() -> None:
    """The handler gets attributes as its schemas, and its instruction goes out as JSON."""
    callbacks = made(activities={"Available": WA})
    seen: list[Assignment[Agent, Call]] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        seen.append(assignment)
        return Dequeue(from_="+15555550100", post_work_activity="Available")

    for reply in both(callbacks, form(ASSIGNMENT)):
        expected = {"instruction": "dequeue", "from": "+15555550100", "post_work_activity_sid": WA}
        assert answered(reply) == expected
    assert [each.worker.skills for each in seen] == [["billing"]] * 2
    assert seen[0].task.language == "es"
    assert seen[0].task_priority == 10
    assert repr(seen[0]) == (
        f"Assignment(reservation_sid='{WR}', task_sid='WT{'1' * 32}', worker_sid='WK{'1' * 32}', workflow_sid='{WW}')"
    )


def test_async_handlers_work_both_ways() -> None:
    """An async handler answers through handle and through ahandle."""
    callbacks = made()

    @callbacks.assignment
    async def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        await asyncio.sleep(0)
        return Accept()

    assert [answered(reply) for reply in both(callbacks, form(ASSIGNMENT))] == [{"instruction": "accept"}] * 2


def test_none_leaves_the_reservation_pending() -> None:
    """A handler that returns None answers with an empty 200: the decision is made elsewhere."""
    callbacks = made()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> None:
        return None

    for reply in both(callbacks, form(ASSIGNMENT)):
        assert (reply.status, reply.body) == (200, b"")


def test_an_exception_gives_the_fallback(caplog: pytest.LogCaptureFixture) -> None:
    """A handler that raises costs no 500; the log names type, place and reservation, never the message."""
    reported: list[Exception] = []
    callbacks = made(on_error=reported.append)

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        raise ValueError(f"secret {assignment.task.language}")

    for reply in both(callbacks, form(ASSIGNMENT)):
        assert answered(reply) == {"instruction": "reject", "activity_sid": WA}
    assert [str(error) for error in reported] == ["secret es"] * 2
    assert "secret" not in caplog.text
    assert f"assign failed for reservation {WR}: ValueError at " in caplog.text


@pytest.mark.parametrize("result", ["accept", {"instruction": "accept"}, Dequeue(post_work_activity="Unknown")])
def test_what_is_no_instruction_gives_the_fallback(result: Any) -> None:
    """An answer of the wrong type, or one that cannot be rendered, gives the fallback."""
    callbacks = made()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return result  # type: ignore[no-any-return]

    for reply in both(callbacks, form(ASSIGNMENT)):
        assert answered(reply) == {"instruction": "reject", "activity_sid": WA}


def test_workflows_have_handlers_of_their_own() -> None:
    """One URL serves several workflows; the handler without a workflow takes the rest."""
    callbacks = made()

    @callbacks.assignment(workflow=WW)
    def one(assignment: Assignment[Agent, Call]) -> Instruction:
        return Accept()

    assert answered(callbacks.handle(*form({**ASSIGNMENT, "WorkflowSid": "WW" + "2" * 32}))) == {
        "instruction": "reject"
    }

    @callbacks.assignment
    def others(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue()

    assert answered(callbacks.handle(*form(ASSIGNMENT))) == {"instruction": "accept"}
    assert answered(callbacks.handle(*form({**ASSIGNMENT, "WorkflowSid": "WW" + "2" * 32}))) == {
        "instruction": "dequeue"
    }
    with pytest.raises(InvalidDeclaration) as caught:
        callbacks.assignment(others)
    assert [each.rule for each in caught.value.diagnostics] == ["duplicate-handler"]


def test_attributes_that_do_not_fit_are_the_handlers_to_judge() -> None:
    """By default the handler gets the JSON and the diagnostics; misfit="fallback" keeps it from the handler."""
    request = form({**ASSIGNMENT, "TaskAttributes": '{"language": 7}'})
    for misfit, expected in (("handler", "accept"), ("fallback", "reject")):
        callbacks = made(misfit=misfit)

        @callbacks.assignment
        def assign(assignment: Assignment[Agent, Call]) -> Instruction:
            assert [problem.where.path for problem in assignment.problems if problem.where.path]
            assert assignment.task_attributes == {"language": 7}
            with pytest.raises(InvalidAttributes):
                assignment.task
            return Accept()

        assert answered(callbacks.handle(*request))["instruction"] == expected


def test_quiet_when_nothing_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    """A request that is handled logs nothing."""
    caplog.set_level(logging.DEBUG)
    callbacks = made()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return Accept()

    callbacks.handle(*form(ASSIGNMENT))
    assert caplog.text == ""


def test_a_worker_without_attributes_is_no_failure() -> None:
    """Empty attributes are an empty object, and the instruction goes out."""
    callbacks = Callbacks(TOKEN, fallback=Accept())

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        assert (assignment.worker, assignment.worker_attributes) == ({}, {})
        return Dequeue(to="client:alice")

    for reply in both(callbacks, form({**ASSIGNMENT, "WorkerAttributes": ""})):
        assert json.loads(reply.body)["instruction"] == "dequeue"
