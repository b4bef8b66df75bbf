"""Callbacks: every assignment gets its answer in time, and every event its handlers."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest

from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, WR, WW, form, signed_json
from taskrouter_kit import (
    AsyncTaskRouter,
    Attr,
    TaskAttributes,
    TaskQueue,
    TaskRouter,
    WorkerAttributes,
    Workflow,
    Workspace,
    every_worker,
)
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    Dequeue,
    Event,
    Instruction,
    MemorySeen,
    Reject,
    Reply,
    ReservationTimeout,
    SeenStore,
    SqliteSeen,
    Supervise,
    TaskCreated,
    UnknownEvent,
)
from taskrouter_kit.errors import InvalidAttributes, InvalidDeclaration


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


WA = "WA" + "0" * 32
DEFAULT = Reject()
FALLBACK = Reject(activity=WA)


def made(**options: Any) -> Callbacks:
    return Callbacks(TOKEN, **{"default": DEFAULT, "fallback": FALLBACK, "activities": {}, **options})


def answered(reply: Reply) -> Any:
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    return json.loads(reply.body)


def both(callbacks: Callbacks, request: tuple[str, dict[str, str], bytes]) -> list[Reply]:
    """Return what the sync and the async way answer."""
    return [callbacks.handle(*request), asyncio.run(callbacks.ahandle(*request))]


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


@pytest.mark.parametrize("attributes", ["[]", "7", "{", '"text"'])
def test_attributes_that_are_no_object_reach_no_handler(attributes: str, caplog: pytest.LogCaptureFixture) -> None:
    """Attributes that are no JSON object give the fallback; no handler runs, and they are not logged."""
    callbacks = made()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        raise AssertionError("no handler may see it")

    for reply in both(callbacks, form({**ASSIGNMENT, "WorkerAttributes": attributes})):
        assert answered(reply) == {"instruction": "reject", "activity_sid": WA}
    assert "AssertionError" not in caplog.text
    assert f"Attributes of reservation {WR} cannot be used" in caplog.text


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


def test_schemas_can_be_stated() -> None:
    """Where annotations cannot be read at run time, worker= and task= say the schemas; else it is an error."""
    callbacks = made()

    def unreadable(assignment: Assignment[Hidden, Hidden]) -> Instruction:  # type: ignore[name-defined] # noqa: F821
        assert assignment.task.language == "es"
        return Accept()

    with pytest.raises(InvalidDeclaration) as caught:
        callbacks.assignment(unreadable)
    assert [each.rule for each in caught.value.diagnostics] == ["unreadable-annotation"]
    callbacks.assignment(worker=Agent, task=Call)(unreadable)
    assert answered(callbacks.handle(*form(ASSIGNMENT))) == {"instruction": "accept"}


@pytest.mark.parametrize("deadline", [0, 5, -1, 60])
def test_a_deadline_beyond_the_services_is_refused(deadline: float) -> None:
    """A deadline the service would not wait for cannot be configured."""
    with pytest.raises(InvalidDeclaration) as caught:
        made(deadline=deadline)
    assert str(caught.value) == (
        "deadline is more than 0 and less than 5 seconds, when the service gives up; "
        f"got {deadline:g}. [invalid-deadline]"
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """What the environment did not have, numbers of the wrong kind and misspelt choices: one error, at the start."""
    wrong: dict[str, Any] = {
        "auth_token": None,
        "deadline": "4",
        "event_deadline": True,
        "workers": 0,
        "misfit": "ignore",
        "default": "reject",
        "fallback": Supervise(supervisor="WK" + "1" * 32, mode="barge"),
    }
    with pytest.raises(InvalidDeclaration) as caught:
        Callbacks(**wrong)
    assert [each.rule for each in caught.value.diagnostics] == [
        "no-auth-token",
        "invalid-deadline",
        "invalid-deadline",
        "invalid-number",
        "invalid-choice",
        "wrong-type",
        "wrong-type",
    ]
    assert "Expected an instruction that answers a callback; got str." in str(caught.value)


@pytest.mark.parametrize("token", [b"bytes", 7, ["good", None], [" "], []])
def test_a_token_is_a_text(token: Any) -> None:
    """A token that could check nothing is refused when it is given."""
    with pytest.raises(InvalidDeclaration, match="no-auth-token"):
        Callbacks(token)


def test_a_deadline_may_be_a_timedelta() -> None:
    """Deadlines are seconds or timedeltas, each below the service's own."""
    made(deadline=timedelta(seconds=4.5), event_deadline=timedelta(seconds=14))
    with pytest.raises(InvalidDeclaration, match="event_deadline is more than 0 and less than 15 seconds"):
        made(event_deadline=timedelta(minutes=1))


def test_a_default_that_cannot_be_sent_is_refused_when_it_is_stated() -> None:
    """A default with an activity nobody knows the SID of fails at start, not at the first late handler."""
    with pytest.raises(InvalidDeclaration, match="unknown-activity-sid"):
        Callbacks(TOKEN, default=Reject(activity="Lunch"))


def test_quiet_when_nothing_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    """A request that is handled logs nothing."""
    caplog.set_level(logging.DEBUG)
    callbacks = made()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return Accept()

    callbacks.handle(*form(ASSIGNMENT))
    assert caplog.text == ""


def test_a_handler_that_exits_ends_only_itself() -> None:
    """sys.exit() in a handler, and a cancellation of its own, give the fallback; whoever waits goes on."""
    callbacks = made()

    @callbacks.assignment
    def leave(assignment: Assignment[Agent, Call]) -> Instruction:
        raise SystemExit(3)

    for reply in both(callbacks, form(ASSIGNMENT)):
        assert answered(reply) == {"instruction": "reject", "activity_sid": WA}
    cancelling = made()

    @cancelling.assignment
    async def cancel(assignment: Assignment[Agent, Call]) -> Instruction:
        raise asyncio.CancelledError

    for reply in both(cancelling, form(ASSIGNMENT)):
        assert answered(reply) == {"instruction": "reject", "activity_sid": WA}


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


@pytest.mark.parametrize("attributes", ["[]", "{", "[" * 50_000])
def test_events_with_attributes_that_are_no_object_are_refused(attributes: str) -> None:
    """An event whose attributes are no JSON object gets 400 and one sentence; no handler runs."""
    callbacks = made()
    calls: list[Event] = []

    @callbacks.on(Event)
    def every(event: Event) -> None:
        calls.append(event)

    for reply in both(callbacks, form({**EVENT, "TaskAttributes": attributes})):
        assert (reply.status, reply.body) == (400, b"TaskAttributes is no JSON object.\n")
    assert calls == []
