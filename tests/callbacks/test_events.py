"""Events: each goes to its handlers in order, once, whether it comes alone, in a batch or from a replay."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from callbacks.answering import Agent, Call, both, made
from callbacks_requests import ASSIGNMENT, EVENT, form, signed_json
from taskrouter_kit import AsyncTaskRouter, TaskQueue, TaskRouter, Workflow, Workspace, every_worker
from taskrouter_kit.callbacks import (
    Accept,
    Event,
    MemorySeen,
    ReservationTimeout,
    SeenStore,
    SqliteSeen,
    TaskCreated,
    UnknownEvent,
)


def test_events_go_to_their_handlers_in_order() -> None:
    """Handlers run in the order of registration, by type and filter; the answer is 204."""
    callbacks = made()
    calls: list[str] = []

    @callbacks.on(Event)
    def every(event: Event) -> None:
        calls.append(f"every {event.event_type}")

    @callbacks.on(ReservationTimeout)
    async def missed(event: ReservationTimeout[Agent, Call]) -> None:
        calls.append(f"missed {event.worker.skills} {event.task.language}")

    @callbacks.on(ReservationTimeout[Agent, Call], lambda event: event.task.language == "de")
    def german(event: ReservationTimeout[Agent, Call]) -> None:
        calls.append("german")

    @callbacks.on(TaskCreated)
    def created(event: TaskCreated[Call]) -> None:
        calls.append("created")

    for reply in both(callbacks, form(EVENT)):
        assert (reply.status, reply.body) == (204, b"")
    assert calls == ["every reservation.timeout", "missed ['billing'] es"] * 2


def test_a_failing_event_handler_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    """An event handler that raises is logged, and the handlers after it run."""
    callbacks = made()
    calls: list[str] = []

    @callbacks.on(ReservationTimeout)
    def broken(event: ReservationTimeout[Agent, Call]) -> None:
        raise RuntimeError(event.task.language + " is a secret")

    @callbacks.on(ReservationTimeout)
    def sound(event: ReservationTimeout[Agent, Call]) -> None:
        calls.append("sound")

    assert [reply.status for reply in both(callbacks, form(EVENT))] == [204, 204]
    assert calls == ["sound", "sound"]
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_unknown_events_reach_their_handlers() -> None:
    """An event of a later version reaches the handlers of UnknownEvent, whole."""
    callbacks = made()
    seen: list[Any] = []

    @callbacks.on(UnknownEvent)
    def later(event: UnknownEvent) -> None:
        seen.append(event.payload)

    callbacks.handle(*form({"EventType": "task.teleported", "Somewhere": "else"}))
    assert seen == [{"EventType": "task.teleported", "Somewhere": "else"}]


def test_event_streams_are_taken_in_batches() -> None:
    """A signed JSON list of CloudEvents is given to the handlers one by one."""
    callbacks = made()
    seen: list[str] = []

    @callbacks.on(TaskCreated)
    def created(event: TaskCreated[Call]) -> None:
        seen.append(event.task_sid)

    batch = [
        {"specversion": "1.0", "type": "com.twilio.taskrouter.task.created", "data": {"payload": {"task_sid": sid}}}
        for sid in ("WT" + "1" * 32, "WT" + "2" * 32)
    ]
    for reply in both(callbacks, signed_json(batch)):
        assert reply.status == 204
    assert seen == ["WT" + "1" * 32, "WT" + "2" * 32] * 2


def cloud(sid: str, attributes: object) -> dict[str, Any]:
    payload = {"task_sid": sid, "task_attributes": attributes}
    return {"specversion": "1.0", "type": "com.twilio.taskrouter.task.created", "data": {"payload": payload}}


def test_one_bad_event_does_not_spoil_its_batch(caplog: pytest.LogCaptureFixture) -> None:
    """What is no event, or has attributes that are no object, is left out with a warning; the others are handled."""
    callbacks = made()
    seen: list[str] = []

    @callbacks.on(TaskCreated)
    def created(event: TaskCreated[Call]) -> None:
        seen.append(event.task_sid)

    batch = [cloud("WT1", ["Zoe"]), cloud("WT2", {"language": "es"}), {"a": "Zoe"}, cloud("WT3", '{"language": "de"}')]
    for reply in both(callbacks, signed_json(batch)):
        assert reply.status == 204
    assert seen == ["WT2", "WT3"] * 2
    assert [record.getMessage() for record in caplog.records] == [
        "Left out one of a batch of 4: TaskAttributes is no JSON object.",
        "Left out one of a batch of 4: This is neither an assignment nor an event.",
    ] * 2
    for reply in both(callbacks, signed_json(batch[:1])):
        assert (reply.status, reply.body) == (400, b"TaskAttributes is no JSON object.\n")
    assert "Zoe" not in caplog.text


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("store", [MemorySeen, lambda: SqliteSeen(":memory:")], ids=["memory", "sqlite"])
def test_an_event_that_comes_twice_is_handled_once(way: str, store: Callable[[], SeenStore]) -> None:
    """With a store, an event is known by its Sid; one whose handler failed is tried again when it comes again."""
    seen = store()
    callbacks = made(seen=seen)
    calls: list[str] = []

    @callbacks.on(ReservationTimeout)
    def once(event: ReservationTimeout[Agent, Call]) -> None:
        calls.append(str(event.sid))
        if len(calls) == 1:
            raise RuntimeError

    for _ in range(4):
        if way == "sync":
            callbacks.handle(*form(EVENT))
        else:
            asyncio.run(callbacks.ahandle(*form(EVENT)))
    if isinstance(seen, SqliteSeen):
        seen.close()
    assert calls == [EVENT["Sid"]] * 2


def test_a_store_that_waits_does_not_stop_the_loop() -> None:
    """A store may wait for a file that somebody locked: the event loop goes on, and answers assignments."""
    claiming, release = threading.Event(), threading.Event()

    class Waiting:
        def claim(self, sid: str) -> bool:
            claiming.set()
            return release.wait(10)

        def release(self, sid: str) -> None:
            raise AssertionError

    callbacks = made(seen=Waiting())
    seen: list[Event] = []
    callbacks.on(Event)(seen.append)
    callbacks.assignment(lambda assignment: Accept())

    async def run() -> list[int]:
        event = asyncio.ensure_future(callbacks.ahandle(*form(EVENT)))
        while not claiming.is_set():
            await asyncio.sleep(0)
        assignment = await callbacks.ahandle(*form(ASSIGNMENT))
        release.set()
        return [assignment.status, (await event).status]

    assert asyncio.run(run()) == [200, 204]
    assert len(seen) == 1


def test_a_store_that_fails_loses_no_event(caplog: pytest.LogCaptureFixture) -> None:
    """When the store of seen events fails, the event is handled all the same, and it is logged."""

    class Broken:
        def claim(self, sid: str) -> bool:
            raise OSError("disk full of secrets")

        def release(self, sid: str) -> None:
            raise OSError

    callbacks = made(seen=Broken())
    calls: list[str] = []

    @callbacks.on(ReservationTimeout)
    def note(event: ReservationTimeout[Agent, Call]) -> None:
        calls.append(event.event_type)

    assert [reply.status for reply in both(callbacks, form(EVENT))] == [204, 204]
    assert calls == ["reservation.timeout"] * 2
    assert "The store of seen events failed for EV" in caplog.text
    assert "disk full" not in caplog.text


def test_replay_gives_any_events_to_the_handlers() -> None:
    """Payloads, typed events and resources with a raw payload are replayed, and failures counted."""
    callbacks = made()
    seen: list[str] = []

    @callbacks.on(Event)
    def every(event: Event) -> None:
        seen.append(event.event_type)
        if event.event_type == "task.deleted":
            raise RuntimeError

    class Resource:
        raw = {"event_type": "task.deleted", "event_data": {}}

    from taskrouter_kit.callbacks import parse_event

    events = [EVENT, parse_event({"EventType": "task.created"}), Resource()]
    counts = callbacks.replay(events)
    assert (counts.handled, counts.failed) == (2, 1)
    assert seen == ["reservation.timeout", "task.created", "task.deleted"]

    async def page() -> AsyncIterator[Any]:
        for event in events:
            yield event

    async def run() -> list[tuple[int, int]]:
        return [await callbacks.areplay(iter(events)), await callbacks.areplay(page())]

    assert asyncio.run(run()) == [(2, 1), (2, 1)]
    assert seen == ["reservation.timeout", "task.created", "task.deleted"] * 3


def test_what_a_workspace_remembers_is_replayed() -> None:
    """events.list() of both clients goes into replay and areplay as it is."""
    everyone = TaskQueue("Everyone", every_worker())
    center = Workspace("Center", task_queues=[everyone], workflows=[Workflow("All", [], everyone)])
    callbacks = made()
    seen: list[str] = []
    callbacks.on(TaskCreated)(lambda event: seen.append(event.task["language"]))
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        live = taskrouter.workspace("Center")
        live.tasks.create({"language": "es"}, workflow="All")
        assert callbacks.replay(live.events.list()).failed == 0

    async def run() -> int:
        async with AsyncTaskRouter.local() as taskrouter:
            await taskrouter.apply(center)
            live = taskrouter.workspace("Center")
            await live.tasks.create({"language": "de"}, workflow="All")
            return (await callbacks.areplay(live.events.list())).failed

    assert asyncio.run(run()) == 0
    assert seen == ["es", "de"]
