"""Deadlines: a handler that is late is answered for, and what it does afterwards harms nobody."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from typing import Any

import pytest

from callbacks.answering import Agent, Call, answered, both, made
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, form
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Event, Instruction, Reject, Reply


def test_a_late_handler_gives_the_default() -> None:
    """A handler that hangs is answered for before the deadline, sync or async."""
    for kind in ("sync", "async"):
        callbacks = made(deadline=0.05)
        release = threading.Event()
        if kind == "sync":

            @callbacks.assignment
            def assign(assignment: Assignment[Agent, Call], release: threading.Event = release) -> Instruction:
                release.wait(10)
                return Accept()
        else:

            @callbacks.assignment
            async def assign_async(assignment: Assignment[Agent, Call]) -> Instruction:
                await asyncio.sleep(10)
                return Accept()

        try:
            if kind == "sync":
                replies = both(callbacks, form(ASSIGNMENT))
            else:
                replies = [asyncio.run(callbacks.ahandle(*form(ASSIGNMENT)))]
            assert [answered(reply) for reply in replies] == [{"instruction": "reject"}] * len(replies)
        finally:
            release.set()


def test_a_late_async_handler_is_cancelled() -> None:
    """Nobody waits for its answer any more: it is told so, and what it does then changes nothing."""
    callbacks = made(deadline=0.05)
    told: list[str] = []

    @callbacks.assignment
    async def hang(assignment: Assignment[Agent, Call]) -> Instruction:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            told.append("cancelled")
            raise
        return Accept()

    async def run() -> Reply:
        reply = await callbacks.ahandle(*form(ASSIGNMENT))
        await asyncio.sleep(0)
        return reply

    assert answered(asyncio.run(run())) == {"instruction": "reject"}
    assert told == ["cancelled"]


def test_a_late_handler_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """on_error hears of what handlers raise; that one is late, or finds no slot, is in the log."""
    errors: list[Exception] = []
    release = threading.Event()
    callbacks = Callbacks(TOKEN, deadline=0.05, workers=1, on_error=errors.append)

    @callbacks.assignment
    def hang(assignment: Assignment[Any, Any]) -> None:
        release.wait(10)

    for _ in range(2):
        both(callbacks, form(ASSIGNMENT))
    release.set()
    assert ("was late" in caplog.text, "No slot for" in caplog.text, errors) == (True, True, [])


def test_an_event_handler_that_is_late_goes_on() -> None:
    """Its answer went out; it is not collected as garbage while it waits for something that only it knows."""
    gone: list[Any] = []
    callbacks = Callbacks(TOKEN, event_deadline=0.05)

    @callbacks.on(Event)
    async def wait_for_ever(event: Event) -> None:
        await asyncio.get_running_loop().create_future()

    async def run() -> int:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: gone.append(context["message"]))
        reply = await callbacks.ahandle(*form(EVENT))
        gc.collect()
        await asyncio.sleep(0)
        return reply.status

    assert (asyncio.run(run()), gone) == (204, [])


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_slow_on_error_does_not_cost_the_answer(way: str, caplog: pytest.LogCaptureFixture) -> None:
    """The fallback goes out before the deadline while on_error still hangs; the event loop goes on meanwhile."""
    release, told = threading.Event(), threading.Event()

    def hang(error: Exception) -> None:
        release.wait(10)
        told.set()

    def leave(assignment: Assignment[Any, Any]) -> None:
        raise SystemExit(3)

    async def leave_async(assignment: Assignment[Any, Any]) -> None:
        raise SystemExit(3)

    callbacks = Callbacks(TOKEN, fallback=Reject(), deadline=0.1, on_error=hang)
    callbacks.assignment(leave if way == "sync" else leave_async)

    async def in_a_loop() -> tuple[Reply, Reply]:
        failing = asyncio.ensure_future(callbacks.ahandle(*form(ASSIGNMENT)))
        await asyncio.sleep(0)
        return await callbacks.ahandle("http://x/", {}, b""), await failing

    if way == "sync":
        reply = callbacks.handle(*form(ASSIGNMENT))
    else:
        refused, reply = asyncio.run(in_a_loop())
        assert refused.status == 403
    assert (reply.body, told.is_set()) == (b'{"instruction":"reject"}', False)
    assert "on_error has not ended when the answer had to go out." in caplog.text
    release.set()
    assert told.wait(5)


def test_a_timeout_of_the_handlers_own_is_its_failure() -> None:
    """A handler that raises TimeoutError failed; it was not late."""

    def times_out(assignment: Assignment[Any, Any]) -> Instruction:
        raise TimeoutError

    callbacks = Callbacks(TOKEN, default=Reject(), fallback=Accept())
    callbacks.assignment(times_out)
    assert [json.loads(reply.body) for reply in both(callbacks, form(ASSIGNMENT))] == [{"instruction": "accept"}] * 2
