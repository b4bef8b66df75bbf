"""Handlers that end badly end nobody but themselves: not the server, not the next handler, not the next request."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from callbacks.answering import both
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, WR, form
from taskrouter_kit import Activity
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    Dequeue,
    Event,
    Instruction,
    Redirect,
    Reject,
    Reordered,
)


class Own(BaseException):
    """Something that no ``except Exception`` catches."""


def leaves(_: Any) -> None:
    raise SystemExit(3)


def raises_its_own(_: Any) -> None:
    raise Own


def cancels(_: Any) -> None:
    raise asyncio.CancelledError


def is_cut(_: Any) -> None:
    raise MemoryError


async def leaves_async(_: Any) -> None:
    raise SystemExit(3)


async def raises_its_own_async(_: Any) -> None:
    raise Own


async def cancels_async(_: Any) -> None:
    raise asyncio.CancelledError


ENDS = [leaves, raises_its_own, cancels, is_cut, leaves_async, raises_its_own_async, cancels_async]


@pytest.mark.parametrize("end", ENDS, ids=lambda each: each.__name__)
def test_an_assignment_gets_its_fallback_however_the_handler_ends(
    end: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Exceptions that are none, sync and async: the fallback goes out, the loop goes on, the log names what it was."""
    callbacks = Callbacks(TOKEN, fallback=Reject())
    callbacks.assignment(end)
    assert [(reply.status, json.loads(reply.body)) for reply in both(callbacks, form(ASSIGNMENT))] == [
        (200, {"instruction": "reject"})
    ] * 2
    named = {"leaves": "SystemExit", "raises": "Own", "cancels": "CancelledError", "is": "MemoryError"}
    lines = [record.getMessage() for record in caplog.records]
    expected = f"{end.__qualname__} failed for reservation {WR}: {named[end.__name__.partition('_')[0]]}"
    assert [line.partition(" at ")[0].rstrip(".") for line in lines] == [expected] * 2
    assert "concurrent" not in caplog.text


@pytest.mark.parametrize(
    ("where", "end"),
    [
        *(("handler", end) for end in ENDS),
        *(("condition", end) for end in ENDS if not asyncio.iscoroutinefunction(end)),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_an_event_reaches_the_next_handler_however_one_ends(where: str, end: Callable[[Any], Any]) -> None:
    """Both ways answer 204, the handlers behind the one that ended have their turn, and on_error hears of it."""
    errors: list[Exception] = []
    callbacks = Callbacks(TOKEN, on_error=errors.append)
    if where == "handler":
        callbacks.on(Event)(end)
    else:
        callbacks.on(Event, end)(lambda event: None)
    seen: list[Event] = []
    callbacks.on(Event)(seen.append)
    assert [reply.status for reply in both(callbacks, form(EVENT))] == [204, 204]
    assert (len(seen), len(errors)) == (2, 2)


def test_on_error_may_fail_in_any_way() -> None:
    """An on_error that exits costs nothing."""

    def fail(assignment: Assignment[Any, Any]) -> Instruction:
        raise ValueError

    callbacks = Callbacks(TOKEN, fallback=Accept(), on_error=leaves)
    callbacks.assignment(fail)
    assert [reply.status for reply in both(callbacks, form(ASSIGNMENT))] == [200, 200]


def test_an_async_on_error_is_awaited() -> None:
    """It hears of failures of assignments and of events, both ways."""
    errors: list[Exception] = []

    async def note(error: Exception) -> None:
        await asyncio.sleep(0)
        errors.append(error)

    callbacks = Callbacks(TOKEN, on_error=note)
    callbacks.assignment(is_cut)
    callbacks.on(Event)(is_cut)
    both(callbacks, form(ASSIGNMENT))
    both(callbacks, form(EVENT))
    assert [type(error) for error in errors] == [MemoryError] * 4


def test_a_handler_of_reordered_events_may_exit() -> None:
    """The events behind the one on which it exited are handed over; an async handler is run."""
    releases: list[Callable[[], None]] = []
    seen: list[str] = []

    async def handle(event: Event) -> None:
        if event.sid == "EV1":
            raise SystemExit
        seen.append(str(event.sid))

    callbacks = Callbacks(TOKEN)
    callbacks.on(Event)(Reordered(handle, timedelta(seconds=1), later=lambda _, action: releases.append(action)))
    for number in (1, 2):
        callbacks.dispatch({**EVENT, "Sid": f"EV{number}"})
    releases.pop()()
    callbacks.dispatch({**EVENT, "Sid": "EV3"})
    while releases:
        releases.pop()()
    assert seen == ["EV2", "EV3"]


def test_ctrl_c_reaches_whoever_waits() -> None:
    """In the caller's own thread (replay, tests) an interruption is the caller's, and is not swallowed."""

    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    callbacks = Callbacks(TOKEN, workers=None)
    callbacks.on(Event)(interrupt)
    with pytest.raises(KeyboardInterrupt):
        callbacks.replay([EVENT])


def test_the_log_says_which_activity_has_no_sid(caplog: pytest.LogCaptureFixture) -> None:
    """The name of a declared activity is no secret: the log has it, with the rule, and why it could not be asked."""
    available = Activity("Available", available=True)
    callbacks = Callbacks(TOKEN)

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Dequeue(post_work_activity=available)

    callbacks.directory.look_up = lambda account, workspace: {"Lunch": "WA" + "1" * 32}
    assert callbacks.handle(*form(ASSIGNMENT)).body == b""
    assert "InvalidDeclaration The SID of activity 'Available' is not known here. [unknown-activity-sid]" in caplog.text


def test_the_log_names_the_rule_and_the_line_of_the_handler(caplog: pytest.LogCaptureFixture) -> None:
    """What an instruction was refused for is a rule, and the place is the handler's; the value stays out of it."""
    callbacks = Callbacks(TOKEN)

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Redirect(call_sid="CA" + "1" * 32, url=assignment.task["language"])

    callbacks.handle(*form(ASSIGNMENT))
    assert "InvalidDeclaration [invalid-url] at " in caplog.text
    assert f"{os.path.basename(__file__)}:" in caplog.text
    assert "'es'" not in caplog.text


def test_the_log_names_the_status_of_an_answer_and_no_other_number(caplog: pytest.LogCaptureFixture) -> None:
    """Numbers that are no status of HTTP may be known of people."""

    class Refused(Exception):
        def __init__(self, status: object, code: object) -> None:
            self.status, self.code = status, code

    for status, code, said in ((401, 20003, " (401, 20003)"), (404, "x", " (404)"), (15551234, 1, ""), ("401", 1, "")):
        caplog.clear()
        callbacks = Callbacks(TOKEN)

        @callbacks.on(Event)
        def fail(event: Event, status: object = status, code: object = code) -> None:
            raise Refused(status, code)

        callbacks.dispatch(EVENT)
        assert f"Refused{said} at " in caplog.text
