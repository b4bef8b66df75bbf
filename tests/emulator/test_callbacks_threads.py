"""Callback functions, and who uses the emulator while one of them runs."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from emulator.asking import basic
from emulator.center import URL, Center, instruct
from taskrouter_kit import TaskAttributes, WorkerAttributes
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, TaskCreated
from taskrouter_kit.emulator import Answer, Backend, Request, ServerThread, _dispatch
from taskrouter_kit.emulator._admin import Admin
from taskrouter_kit.testing import Emulator

#: Seconds after which a test says that something hangs.
_LONG = 20.0
FORM = "application/x-www-form-urlencoded"


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do *work* in another thread and wait for it, as an application with threads of its own does."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()
    thread.join(_LONG)
    assert results, "the other thread did not get its answer while the callback function waited for it"
    return results[0]


def test_a_function_may_wait_for_a_thread_that_uses_the_client() -> None:
    """While a callback function runs, other threads are answered: the function may wait for one of them."""
    center = Center()
    found: list[str] = []

    def answer(form: dict[str, str]) -> Answer:
        task = elsewhere(lambda: center.workspace.tasks(form["TaskSid"]).fetch())
        found.append(task.assignment_status)
        return instruct(instruction="accept")

    center.serve("/assignment", answer)
    task = center.task()
    assert found == ["reserved"]
    assert center.workspace.tasks(task.sid).fetch().assignment_status == "assigned"


def test_handlers_on_threads_of_their_own() -> None:
    """Handlers of a `Callbacks`, which run on its threads, use the emulator that asks them."""
    emulator = Emulator()
    center = Center(backend=emulator.backend)
    callbacks = Callbacks(emulator.auth_token)
    seen: list[object] = []

    @callbacks.assignment
    def assign(assignment: Assignment[WorkerAttributes, TaskAttributes]) -> Accept:
        seen.append(center.workspace.tasks(assignment.task_sid).fetch().priority)
        return Accept()

    @callbacks.on(TaskCreated)
    def created(event: TaskCreated) -> None:
        center.workspace.tasks(event.task_sid).update(priority=7)

    emulator.serve(URL, callbacks)
    center.workspace.update(event_callback_url=f"{URL}/events")
    task = center.task()
    assert seen == [7]
    assert center.workspace.tasks(task.sid).fetch().assignment_status == "assigned"
    assert {each.failure for each in emulator.deliveries} == {None}


@pytest.mark.parametrize(
    "returned",
    [7, "accept", (200, b""), SimpleNamespace(status="200 OK", headers={}, body=b""), SimpleNamespace(status=200)],
)
@pytest.mark.parametrize("background", [False, True])
def test_what_is_no_answer(returned: object, background: bool) -> None:
    """A function that returns what is no answer has not answered: the reservation is canceled, the reason kept."""
    center = Center(backend=Backend(deliver_in_background=background))
    center.backend.functions.serve(URL, lambda url, headers, body: returned)
    task = center.task()
    assert center.backend.settle(_LONG)
    assert center.reservation(task).reservation_status == "canceled"
    (delivery,) = center.backend.deliveries
    assert delivery.failure == f"the callback function returned a {type(returned).__name__}, which is no answer"


def test_an_async_function_is_no_callback_function() -> None:
    """Nobody would await it: that is said."""
    center = Center()

    async def answer(url: str, headers: object, body: bytes) -> None:
        """Never run."""

    center.backend.functions.serve(URL, answer)
    center.task()
    (delivery,) = center.backend.deliveries
    assert delivery.failure == "the callback function is async: it returned a coroutine, which nobody awaits"


def test_an_assertion_in_a_function_goes_through() -> None:
    """What is no ordinary exception (`pytest.fail`) comes out of the request; the next one is answered as ever."""
    center = Center()
    turns = iter(range(10))

    def answer(form: dict[str, str]) -> Answer:
        if next(turns) == 0:
            pytest.fail("this should not have been asked")
        return instruct(instruction="accept")

    center.serve("/assignment", answer)
    with pytest.raises(pytest.fail.Exception, match="should not have been asked"):
        center.task()
    (first,) = center.workspace.tasks.list()
    assert center.workspace.tasks(first.sid).update(assignment_status="canceled").assignment_status == "canceled"
    assert center.workspace.tasks(center.task().sid).fetch().assignment_status == "assigned"


def test_what_another_thread_sets_off_has_gone_out_when_its_request_returns() -> None:
    """The callbacks of a request are answered when it returns, also while a function of another request runs."""
    center = Center()
    order: list[str] = []
    changed: list[Any] = []

    def events(form: dict[str, str]) -> None:
        order.append(form["EventType"])
        if form["EventType"] == "task.created":
            elsewhere(lambda: center.workspace.workers(worker.sid).update(attributes='{"a":1}'))
            changed.append(order[-1])

    (worker,) = center.workspace.workers.list()
    center.serve("/events", events)
    wanted = "task.created,reservation.created,worker.attributes.update"
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter=wanted)
    center.task()
    assert changed == ["worker.attributes.update"]
    assert order == ["task.created", "worker.attributes.update", "reservation.created"]


def test_the_clock_moves_while_a_function_runs() -> None:
    """A function may wait for a thread that moves the time; timers that fire meanwhile are told in their order."""
    center = Center()
    seen: list[str] = []

    def events(form: dict[str, str]) -> None:
        seen.append(form["EventType"])
        if form["EventType"] == "reservation.created" and len(seen) == 1:
            elsewhere(lambda: center.backend.advance(121))

    center.serve("/events", events)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="reservation.created,reservation.timeout")
    center.task()
    assert seen[:2] == ["reservation.created", "reservation.timeout"]


def test_a_person_at_the_machine_moves_the_time() -> None:
    """Callbacks that the admin surface sets off go out without the lock, too."""
    center = Center()
    seen: list[str] = []

    def events(form: dict[str, str]) -> None:
        seen.append(elsewhere(lambda: center.workspace.tasks(form["TaskSid"]).fetch()).assignment_status)

    center.serve("/events", events)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="reservation.timeout")
    center.task()
    answer = Admin(center.backend).handle(Request("POST", "/_admin/clock/advance", form=[("seconds", "121")]))
    assert (answer.status, seen) == (200, ["pending"])


def test_callbacks_set_off_by_callbacks_wait_their_turn() -> None:
    """A function that uses the client in its own thread is not called again before it has returned."""
    center = Center()
    depth = deepest = 0
    seen: list[str] = []

    def events(form: dict[str, str]) -> None:
        nonlocal depth, deepest
        depth, deepest = depth + 1, max(deepest, depth + 1)
        seen.append(form["EventType"])
        if form["EventType"] == "task.created" and seen.count("task.created") < 3_000:
            center.task()
        depth -= 1

    center.serve("/events", events)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="task.created,reservation.created")
    center.task()
    assert deepest == 1
    assert seen[:3] == ["task.created", "reservation.created", "task.created"]
    assert seen.count("task.created") == 3_000


def test_callbacks_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions that set each other off for ever end the request that began it, with the reason."""
    monkeypatch.setattr(_dispatch, "_MOST_SET_OFF", 50)
    center = Center()
    seen = center.serve("/events", lambda form: center.task() and None)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="task.created")
    with pytest.raises(RuntimeError, match="callbacks set each other off without end: 50 went out in one turn"):
        center.task()
    known = len(seen)
    assert 40 < known <= 52
    center.workspace.update(event_callback_url="")
    center.task()
    assert len(seen) == known


def test_a_reset_while_a_function_runs() -> None:
    """What still waits to go out about a world that is gone does not, whoever reset it."""
    center = Center()
    seen: list[str] = []

    def events(form: dict[str, str]) -> None:
        seen.append(form["EventType"])
        if form["EventType"] == "task.created":
            elsewhere(center.backend.reset)

    center.serve("/events", events)
    center.workspace.update(event_callback_url=f"{URL}/events", events_filter="task.created,reservation.created")
    center.task()
    assert seen == ["task.created"]
    assert center.backend.deliveries == ()


def test_many_threads_at_once() -> None:
    """Each of many threads finds its own task accepted by the callback when its request returns."""
    center = Center()
    (worker,) = center.workspace.workers.list()
    (channel,) = [
        each
        for each in center.workspace.workers(worker.sid).worker_channels.list()
        if each.task_channel_unique_name == "default"
    ]
    center.workspace.workers(worker.sid).worker_channels(channel.sid).update(capacity=50)
    seen = center.serve("/assignment", lambda form: instruct(instruction="accept"))
    found: list[str] = []

    def work() -> None:
        found.extend(center.workspace.tasks(center.task().sid).fetch().assignment_status for _ in range(5))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LONG)
    assert found == ["assigned"] * 40
    assert len({form["ReservationSid"] for form in seen}) == len(seen) == 40


def test_two_event_loops() -> None:
    """Asynchronous clients in two event loops, each in a thread: every task is accepted when its creation returns."""
    emulator = Emulator()
    center = Center(backend=emulator.backend)
    (worker,) = center.workspace.workers.list()
    channels = center.workspace.workers(worker.sid).worker_channels
    channels(next(each.sid for each in channels.list() if each.task_channel_unique_name == "default")).update(50)
    center.serve("/assignment", lambda form: instruct(instruction="accept"))
    found: list[str] = []

    async def work() -> None:
        tasks = emulator.async_client.taskrouter.v1.workspaces(center.sid).tasks
        made = await asyncio.gather(*(tasks.create_async(attributes="{}") for _ in range(10)))
        again = [
            await emulator.async_client.taskrouter.v1.workspaces(center.sid).tasks(each.sid).fetch_async()
            for each in made
        ]
        found.extend(each.assignment_status for each in again)

    threads = [threading.Thread(target=lambda: asyncio.run(work()), daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LONG)
    assert found == ["assigned"] * 20


@pytest.mark.network
def test_a_function_behind_http_asks_over_http() -> None:
    """A callback function of a backend behind HTTP may ask it over HTTP: the server goes on while it runs."""
    backend = Backend()
    center = Center(backend=backend)
    seen: list[str] = []
    with ServerThread(backend) as server:

        def events(form: dict[str, str]) -> None:
            seen.append(fetch(server.url, form["TaskSid"]))

        def fetch(url: str, task: str) -> str:
            address = urlsplit(url)
            connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_LONG)
            connection.request("GET", f"/v1/Workspaces/{center.sid}/Tasks/{task}", headers={"Authorization": basic()})
            found = json.loads(connection.getresponse().read())
            connection.close()
            return str(found["assignment_status"])

        center.serve("/events", events)
        center.workspace.update(event_callback_url=f"{URL}/events", events_filter="task.created,reservation.timeout")
        http_client = TwilioHttpClient(timeout=_LONG)
        client = Client("AC" + "0" * 32, "token", http_client=http_client, environment={"_": ""})
        client.taskrouter.base_url = server.url
        task = client.taskrouter.v1.workspaces(center.sid).tasks.create(attributes="{}")
        assert seen == ["reserved"]
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_LONG)
        connection.request("POST", "/_admin/clock/advance", "seconds=121", {"Content-Type": FORM})
        assert connection.getresponse().status == 200
        connection.close()
        http_client.session.close()
        assert seen == ["reserved", "pending"]
        assert task.assignment_status == "pending"
