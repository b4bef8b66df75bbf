"""Handlers that end badly end nobody but themselves: not the server, not the next handler, not the next request."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import pytest

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
    Reply,
)
from taskrouter_kit.callbacks import _deadline as deadline


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


def both(callbacks: Callbacks, fields: dict[str, str]) -> list[Reply]:
    """Return what the sync and the async way answer, the latter in a loop that goes on afterwards."""

    async def in_a_loop() -> Reply:
        reply = await callbacks.ahandle(*form(fields))
        await asyncio.sleep(0)
        return reply

    return [callbacks.handle(*form(fields)), asyncio.run(in_a_loop())]


@pytest.mark.parametrize("end", ENDS, ids=lambda each: each.__name__)
def test_an_assignment_gets_its_fallback_however_the_handler_ends(
    end: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Exceptions that are none, sync and async: the fallback goes out, the loop goes on, the log names what it was."""
    callbacks = Callbacks(TOKEN, fallback=Reject())
    callbacks.assignment(end)
    assert [(reply.status, json.loads(reply.body)) for reply in both(callbacks, ASSIGNMENT)] == [
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
        callbacks.on(Event, end)(lambda event: None)  # type: ignore[arg-type]
    seen: list[Event] = []
    callbacks.on(Event)(seen.append)
    assert [reply.status for reply in both(callbacks, EVENT)] == [204, 204]
    assert (len(seen), len(errors)) == (2, 2)


def test_on_error_may_fail_in_any_way() -> None:
    """An on_error that exits costs nothing."""

    def fail(assignment: Assignment[Any, Any]) -> Instruction:
        raise ValueError

    callbacks = Callbacks(TOKEN, fallback=Accept(), on_error=leaves)
    callbacks.assignment(fail)
    assert [reply.status for reply in both(callbacks, ASSIGNMENT)] == [200, 200]


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_slow_on_error_does_not_cost_the_answer(way: str, caplog: pytest.LogCaptureFixture) -> None:
    """The fallback goes out before the deadline while on_error still hangs; the event loop goes on meanwhile."""
    release, told = threading.Event(), threading.Event()

    def hang(error: Exception) -> None:
        release.wait(10)
        told.set()

    callbacks = Callbacks(TOKEN, fallback=Reject(), deadline=0.1, on_error=hang)
    callbacks.assignment(leaves if way == "sync" else leaves_async)

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


def test_a_late_handler_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """on_error hears of what handlers raise; that one is late, or finds no slot, is in the log."""
    errors: list[Exception] = []
    release = threading.Event()
    callbacks = Callbacks(TOKEN, deadline=0.05, workers=1, on_error=errors.append)

    @callbacks.assignment
    def hang(assignment: Assignment[Any, Any]) -> None:
        release.wait(10)

    for _ in range(2):
        both(callbacks, ASSIGNMENT)
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


def test_an_async_on_error_is_awaited() -> None:
    """It hears of failures of assignments and of events, both ways."""
    errors: list[Exception] = []

    async def note(error: Exception) -> None:
        await asyncio.sleep(0)
        errors.append(error)

    callbacks = Callbacks(TOKEN, on_error=note)
    callbacks.assignment(is_cut)
    callbacks.on(Event)(is_cut)
    both(callbacks, ASSIGNMENT)
    both(callbacks, EVENT)
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


def test_a_slot_is_free_when_its_answer_is_there() -> None:
    """Whoever is told the answer finds the slot free: with one slot, request after request is answered."""
    slots = deadline.Slots(1)
    begin, done = threading.Event(), threading.Event()
    after: list[object] = []

    def told(_: object) -> None:
        try:
            after.append(slots.start(lambda: "next").result(5))
        except deadline.Exhausted as error:
            after.append(error)
        done.set()

    first = slots.start(lambda: begin.wait(5))
    first.add_done_callback(told)
    begin.set()
    assert done.wait(5)
    assert after == ["next"]


def test_threads_are_used_again_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that comes one after the other needs few threads; one that has nothing to do ends."""
    slots = deadline.Slots(8)
    threads = {slots.start(threading.current_thread).result(5) for _ in range(100)}
    assert len(threads) < 20
    monkeypatch.setattr(deadline, "_IDLE", 0.0)
    last = slots.start(threading.current_thread).result(5)
    last.join(5)
    assert not last.is_alive()
    assert slots.start(lambda: "works").result(5) == "works"


def test_a_handler_sees_the_context_of_its_request() -> None:
    """What a middleware put into a context variable is there on the handler's thread, and nothing of other requests."""
    request_number: ContextVar[int] = ContextVar("request_number", default=0)
    callbacks = Callbacks(TOKEN)
    seen: list[int] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        seen.append(request_number.get())
        request_number.set(-1)
        return Accept()

    for number in (1, 2):
        request_number.set(number)
        callbacks.handle(*form(ASSIGNMENT))
        asyncio.run(callbacks.ahandle(*form(ASSIGNMENT)))
    assert seen == [1, 1, 2, 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    """Servers fork after the application was loaded; an idle thread of the parent does not work in the child."""
    slots = deadline.Slots(4)
    slots.start(lambda: None).result(5)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if slots.start(lambda: "works").result(5) == "works" else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_timeout_of_the_handlers_own_is_its_failure() -> None:
    """A handler that raises TimeoutError failed; it was not late."""

    def times_out(assignment: Assignment[Any, Any]) -> Instruction:
        raise TimeoutError

    callbacks = Callbacks(TOKEN, default=Reject(), fallback=Accept())
    callbacks.assignment(times_out)
    assert [json.loads(reply.body) for reply in both(callbacks, ASSIGNMENT)] == [{"instruction": "accept"}] * 2


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


def test_a_worker_without_attributes_is_no_failure() -> None:
    """Empty attributes are an empty object, and the instruction goes out."""
    callbacks = Callbacks(TOKEN, fallback=Accept())

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        assert (assignment.worker, assignment.worker_attributes) == ({}, {})
        return Dequeue(to="client:alice")

    for reply in both(callbacks, {**ASSIGNMENT, "WorkerAttributes": ""}):
        assert json.loads(reply.body)["instruction"] == "dequeue"


def test_an_event_without_a_slot_is_no_error_of_its_handler(caplog: pytest.LogCaptureFixture) -> None:
    """The log says that there was no slot, and on_error, which would have to wait for one too, is not asked."""
    told: list[Exception] = []
    over = threading.Event()
    callbacks = Callbacks(TOKEN, workers=1, event_deadline=0.01, on_error=told.append)

    @callbacks.on(Event)
    def handler(_: Event) -> None:
        over.wait(10)

    async def two() -> list[bool]:
        first = asyncio.ensure_future(callbacks.adispatch(EVENT))
        await asyncio.sleep(0)
        second = await callbacks.adispatch(EVENT)
        over.set()
        return [await first, second]

    assert asyncio.run(two()) == [True, False]
    assert "it was not handled" in caplog.text
    assert told == []
