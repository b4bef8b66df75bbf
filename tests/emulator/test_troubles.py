"""When the emulator itself fails: timers that break stop no other, and everybody is told what broke."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from emulator.asking import Desk, basic
from taskrouter_kit.emulator import Answer, Backend, EmulatorApp, RunningClock
from taskrouter_kit.emulator import _asgi as asgi
from taskrouter_kit.simulator import Engine


class Hand:
    """A monotonic clock that is moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def running(backend: Backend, turns: Any) -> None:
    """Run the ASGI face of *backend* while *turns*, a coroutine function, lasts."""
    app = EmulatorApp(backend)

    async def whole() -> None:
        said: asyncio.Queue[Any] = asyncio.Queue()
        told: asyncio.Queue[Any] = asyncio.Queue()
        life = asyncio.create_task(app({"type": "lifespan"}, said.get, told.put))
        await said.put({"type": "lifespan.startup"})
        assert (await told.get())["type"] == "lifespan.startup.complete"
        await asyncio.wait_for(turns(), 20)
        await said.put({"type": "lifespan.shutdown"})
        await asyncio.wait_for(life, 20)

    asyncio.run(whole())


def breaking(monkeypatch: pytest.MonkeyPatch, account_sid: str, times: int) -> list[int]:
    """Let the timers of an account break so many times; the list returned grows with the moments."""
    seen: list[int] = []
    advance = Engine.advance

    def broken(engine: Engine, to: int) -> Any:
        if engine.machine.account_sid == account_sid and len(seen) < times:
            seen.append(to)
            raise RuntimeError("this timer is broken")
        return advance(engine, to)

    monkeypatch.setattr(Engine, "advance", broken)
    return seen


def test_a_broken_timer_stops_no_other(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """When a timer breaks, the emulator says so in log and admin state, and goes on firing timers."""
    hand = Hand()
    backend = Backend(clock=RunningClock(0, monotonic=hand))
    desk = Desk(backend=backend).routed()
    task = desk.make("/Tasks")["sid"]
    seen = breaking(monkeypatch, "AC" + "0" * 32, 3)
    monkeypatch.setattr(asgi, "_REST_AFTER_TROUBLE", 0.0)
    monkeypatch.setattr(asgi, "_IDLE_LOOK", 0.001)

    async def turns() -> None:
        hand.seconds = 121
        while desk.status(task) != "pending":
            await asyncio.sleep(0)

    running(backend, turns)
    assert len(seen) == 3
    assert [each.failure for each in backend.troubles.latest] == ["RuntimeError: this timer is broken"] * 3
    assert "timers could not be fired" in caplog.text
    assert "this timer is broken" in caplog.text
    assert [each["doing"] for each in desk.ask("GET", "/_admin/state").json["troubles"]] == [
        "timers could not be fired"
    ] * 3


def test_a_broken_timer_does_not_spin(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure the emulator rests before it tries again, however often it is woken."""
    hand = Hand()
    backend = Backend(clock=RunningClock(0, monotonic=hand))
    Desk(backend=backend).routed().make("/Tasks")
    seen = breaking(monkeypatch, "AC" + "0" * 32, 1_000_000)
    monkeypatch.setattr(asgi, "_REST_AFTER_TROUBLE", 30.0)
    monkeypatch.setattr(asgi, "_IDLE_LOOK", 0.001)
    hand.seconds = 121

    async def turns() -> None:
        while not seen:
            await asyncio.sleep(0.001)
        for _ in range(200):
            await asyncio.sleep(0)

    running(backend, turns)
    assert len(seen) == 1


def test_an_answer_arms_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer that an answer arms, on another thread, is fired when it is due: whoever fires timers is woken."""
    monkeypatch.setattr(asgi, "_IDLE_LOOK", 3_600.0)
    hand, gate = Hand(), threading.Event()
    backend = Backend(clock=RunningClock(0, speed=1_000, monotonic=hand), deliver_in_background=True)
    desk = Desk(backend=backend).routed()
    answers = iter([b'{"instruction": "reject"}'])

    def answer(url: str, headers: Any, body: bytes) -> Answer:
        gate.wait(20)
        return Answer(200, {"Content-Type": "application/json"}, next(answers, b""))

    backend.functions.serve("https://app.example", answer)
    address = {"AssignmentCallbackUrl": "https://app.example/", "TaskReservationTimeout": 86_400}
    assert desk.post(f"/Workflows/{desk.workflow}", **address).status == 200
    task = desk.make("/Tasks")["sid"]

    async def turns() -> None:
        for _ in range(50):
            await asyncio.sleep(0)
        gate.set()
        assert await asyncio.to_thread(backend.settle, 20)
        hand.seconds = 0.002  # two seconds there
        while len(backend.workspaces()[0][1].tasks[task].reservations) < 2:
            await asyncio.sleep(0)

    running(backend, turns)


def test_a_broken_timer_of_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timers of an account fire although those of another one break; whoever moved the time is told."""
    backend = Backend()
    first, second = Desk(backend=backend).routed(), Desk(backend=backend, authorization=basic("AC" + "1" * 32)).routed()
    _, task = first.make("/Tasks"), second.make("/Tasks")["sid"]
    breaking(monkeypatch, "AC" + "0" * 32, 1)
    with pytest.raises(RuntimeError, match="this timer is broken"):
        backend.advance(121)
    assert second.status(task) == "pending"


def test_a_failure_nobody_expected(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Over HTTP a failure of the emulator is a 500 in the shape of all errors, and in log and admin state."""
    desk = Desk().routed()

    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("the engine is broken")

    monkeypatch.setattr(Engine, "execute", broken)
    assert desk.post("/Tasks").refusal[:2] == (500, 20500)
    assert "the engine is broken" in caplog.text
    assert desk.backend.troubles.latest[0].failure == "RuntimeError: the engine is broken"
