"""Real HTTP and real signatures: the same handlers behind a WSGI and an ASGI server on the loopback interface."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from callback_servers import Serving, plain_asgi, plain_wsgi
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, form
from taskrouter_kit import Activity, TaskQueue, Worker, Workflow, Workspace, every_worker
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Dequeue, Event, Instruction, Redirect, Reject
from taskrouter_kit.testing import Emulator

pytestmark = pytest.mark.network

PUBLIC = "https://support.example"
CA = "CA" + "1" * 32


def post(base: str, request: tuple[str, dict[str, str], bytes]) -> tuple[int, bytes]:
    url, headers, body = request
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    made = urllib.request.Request(base + url.removeprefix(f"{PUBLIC}/taskrouter"), body, headers, method="POST")
    try:
        with opener.open(made, timeout=60) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


@pytest.fixture(params=[plain_wsgi, plain_asgi], ids=lambda each: each.__name__)
def serving(request: pytest.FixtureRequest) -> Serving:
    chosen: Serving = request.param
    return chosen


def test_200_concurrent_requests_over_http(serving: Serving) -> None:
    """Signed for the public URL and sent to the loopback one: 200 at once are answered by the handler, none lost."""
    callbacks = Callbacks(TOKEN, public_url=PUBLIC, deadline=4.9)
    events: list[str] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Dequeue(from_=assignment.reservation_sid)

    @callbacks.on(Event)
    def every(event: Event) -> None:
        events.append(str(event.sid))

    requests = [form({**ASSIGNMENT, "ReservationSid": f"WR{number:032x}"}) for number in range(200)]
    together = threading.Barrier(200)

    def post_with_the_others(request: tuple[str, dict[str, str], bytes]) -> tuple[int, bytes]:
        together.wait(60)
        return post(base, request)

    with serving(callbacks) as base:
        begun = time.monotonic()
        with ThreadPoolExecutor(200) as pool:
            answers = list(pool.map(post_with_the_others, requests))
        took = time.monotonic() - begun
        assert post(base, form(EVENT)) == (204, b"")
        assert post(base, form(ASSIGNMENT, token="forged"))[0] == 403
    assert [status for status, _ in answers] == [200] * 200
    # A machine that needs longer than the deadline for all of it is busy with other things
    late = [number for number, (_, body) in enumerate(answers) if body == b""]
    assert not late or took > 4.9
    answered = [(number, json.loads(body)["from"]) for number, (_, body) in enumerate(answers) if body]
    assert answered == [(number, f"WR{number:032x}") for number in range(200) if number not in late]
    assert events == [EVENT["Sid"]]


def instruction_of(answer: tuple[int, bytes]) -> str:
    status, body = answer
    assert status == 200
    return str(json.loads(body)["instruction"])


# Documented: callbacks.md section 1; 5 seconds, and one chance
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_handler_that_hangs_is_answered_for(serving: Serving, kind: str) -> None:
    """The default goes out while the handler still hangs: it is released only after the answer came."""
    callbacks = Callbacks(TOKEN, public_url=PUBLIC, default=Reject(), fallback=Accept(), deadline=0.1)
    release = threading.Event()
    if kind == "sync":

        @callbacks.assignment
        def hang(assignment: Assignment[Any, Any]) -> Instruction:
            release.wait(30)
            return Accept()
    else:

        @callbacks.assignment
        async def hang_async(assignment: Assignment[Any, Any]) -> Instruction:
            while not release.is_set():
                await asyncio.sleep(0.01)
            return Accept()

    with serving(callbacks) as base:
        assert instruction_of(post(base, form(ASSIGNMENT))) == "reject"
        assert not release.is_set()
        release.set()


def test_a_handler_that_fails_costs_the_fallback_only(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    """An exception is answered with the fallback, 200; the next request is served as before."""
    callbacks = Callbacks(TOKEN, public_url=PUBLIC, default=Reject(), fallback=Redirect(call_sid=CA, url=PUBLIC))

    @callbacks.assignment
    async def fail(assignment: Assignment[Any, Any]) -> Instruction:
        if assignment.task_priority == 10:
            raise KeyError(assignment.task["language"])
        return Accept()

    with serving(callbacks) as base:
        assert instruction_of(post(base, form(ASSIGNMENT))) == "redirect"
        assert instruction_of(post(base, form({**ASSIGNMENT, "TaskPriority": "1"}))) == "accept"
    assert "KeyError at" in caplog.text
    assert "'es'" not in caplog.text


@pytest.mark.parametrize("fields", [ASSIGNMENT, EVENT], ids=["assignment", "event"])
def test_a_handler_that_exits_leaves_the_server_running(serving: Serving, fields: dict[str, str]) -> None:
    """sys.exit() in an async handler, and the next requests are answered by the same server."""
    callbacks = Callbacks(TOKEN, public_url=PUBLIC, fallback=Reject())

    async def leave(_: Any) -> None:
        raise SystemExit(3)

    callbacks.assignment(leave)
    callbacks.on(Event)(leave)
    with serving(callbacks) as base:
        expected = (200, b'{"instruction":"reject"}') if fields is ASSIGNMENT else (204, b"")
        assert [post(base, form(fields)) for _ in range(3)] == [expected] * 3


def test_a_full_house_answers_at_once(serving: Serving) -> None:
    """While handlers hold every slot, a further assignment gets the default without waiting for them."""
    callbacks = Callbacks(TOKEN, public_url=PUBLIC, default=Reject(), deadline=4.9, workers=2)
    release, taken = threading.Event(), threading.Barrier(3)

    @callbacks.assignment
    def hold(assignment: Assignment[Any, Any]) -> Instruction:
        taken.wait(10)
        release.wait(10)
        return Accept()

    with serving(callbacks) as base, ThreadPoolExecutor(2) as pool:
        holding = [pool.submit(post, base, form(ASSIGNMENT)) for _ in range(2)]
        taken.wait(10)
        assert instruction_of(post(base, form(ASSIGNMENT))) == "reject"
        assert not any(each.done() for each in holding)
        release.set()
        assert [instruction_of(each.result()) for each in holding] == ["accept", "accept"]


def test_the_emulator_carries_the_default_out() -> None:
    """For a handler that hangs, the service does what the default says, in time and without its own fallback URL."""
    emulator = Emulator(over_http=True)
    callbacks = Callbacks(emulator.auth_token, default=Accept(), deadline=0.1)
    release = threading.Event()

    @callbacks.assignment
    def hang(assignment: Assignment[Any, Any]) -> Instruction:
        release.wait(30)
        return Reject()

    available = Activity("Available", available=True)
    everyone = TaskQueue("Everyone", every_worker())
    with plain_wsgi(callbacks) as url:
        center = Workspace(
            "Center",
            activities=[available],
            task_queues=[everyone],
            workflows=[Workflow("All", [], everyone, assignment_callback_url=url)],
            workers=[Worker("Alice", {}, activity=available)],
        )
        live = emulator.deploy(center)
        task = live.tasks.create({}, workflow="All")
        emulator.settle()
        assert live.tasks.fetch(task).assignment_status == "assigned"
        release.set()
    emulator.backend.close()
