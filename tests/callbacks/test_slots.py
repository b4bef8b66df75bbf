"""Slots: handlers run on a limited number of threads; assignments never wait for one, events do."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import ContextVar
from typing import Any

import pytest

from callbacks.answering import Agent, Call, answered, made
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, form
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Dequeue, Event, Instruction, Reply
from taskrouter_kit.callbacks import _deadline as deadline


def test_a_full_house_gives_the_default_at_once() -> None:
    """When every slot is taken by handlers that hang, the next assignment is answered without waiting."""
    callbacks = made(deadline=4.9, workers=1)
    release, started = threading.Event(), threading.Event()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        started.set()
        release.wait(10)
        return Accept()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(callbacks.handle, *form(ASSIGNMENT))
        assert started.wait(4)
        second = callbacks.handle(*form(ASSIGNMENT))
        assert not first.done()
        release.set()
        assert answered(first.result()) == {"instruction": "accept"}
    assert answered(second) == {"instruction": "reject"}


def test_events_wait_for_a_slot() -> None:
    """An event has 15 seconds: it waits for a free slot and is handled, both ways; the event loop is not blocked."""
    for way in ("sync", "async"):
        callbacks = made(workers=1)
        release, started = threading.Event(), threading.Event()
        events: list[Event] = []

        @callbacks.assignment
        def hold(
            assignment: Assignment[Agent, Call],
            release: threading.Event = release,
            started: threading.Event = started,
        ) -> Instruction:
            started.set()
            release.wait(10)
            return Accept()

        callbacks.on(Event)(events.append)
        with ThreadPoolExecutor(2) as pool:
            holding = pool.submit(callbacks.handle, *form(ASSIGNMENT))
            assert started.wait(10)
            if way == "sync":
                waiting = pool.submit(callbacks.handle, *form(EVENT))
                assert not wait([waiting], timeout=0.05).done
                release.set()
                reply = waiting.result()
            else:

                async def both_at_once(callbacks: Callbacks = callbacks, release: threading.Event = release) -> Reply:
                    event = asyncio.ensure_future(callbacks.ahandle(*form(EVENT)))
                    await asyncio.sleep(0.05)
                    assert not event.done()
                    release.set()
                    return await event

                reply = asyncio.run(both_at_once())
            assert answered(holding.result()) == {"instruction": "accept"}
        assert (reply.status, len(events)) == (204, 1)


def test_200_at_once_are_all_answered_by_the_handler() -> None:
    """Of 200 concurrent assignments none is late and none lost."""
    callbacks = made()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(from_=str(assignment.reservation_sid))

    requests = [form({**ASSIGNMENT, "ReservationSid": f"WR{number:032x}"}) for number in range(200)]
    with ThreadPoolExecutor(200) as pool:
        replies = list(pool.map(lambda request: callbacks.handle(*request), requests))
    assert [answered(reply)["from"] for reply in replies] == [f"WR{number:032x}" for number in range(200)]

    async def all_at_once() -> list[Reply]:
        return list(await asyncio.gather(*(callbacks.ahandle(*request) for request in requests)))

    assert {answered(reply)["from"] for reply in asyncio.run(all_at_once())} == {f"WR{n:032x}" for n in range(200)}


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
