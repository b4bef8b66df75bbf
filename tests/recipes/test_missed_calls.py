"""The recipe for missed calls, against the emulator: who comes back when, and who rests."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from taskrouter_kit import (
    Activity,
    Attr,
    TaskAttributes,
    TaskQueue,
    Worker,
    WorkerAttributes,
    Workflow,
    Workspace,
    every_worker,
)
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    Instruction,
    ReservationAccepted,
    ReservationTimeout,
    WorkerActivityUpdate,
)
from taskrouter_kit.errors import InvalidDeclaration, NotFound
from taskrouter_kit.recipes import MissedCalls
from taskrouter_kit.testing import Emulator, FaultRule

URL = "https://support.example/taskrouter"


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


available = Activity("On", available=True)
offline = Activity("Off", available=False)
missed = Activity("Missed a call", available=False)
resting = Activity("Resting", available=False)
everyone = TaskQueue("Everyone", every_worker())
center = Workspace(
    "Center",
    activities=[available, offline, missed, resting],
    default_activity=offline,
    timeout_activity=missed,
    task_queues=[everyone],
    workflows=[
        Workflow(
            "All",
            filters=[],
            default=everyone,
            assignment_callback_url=f"{URL}/assignment",
            task_reservation_timeout=30,
        )
    ],
    workers=[Worker("Alice", Agent(skills=["billing"]), activity=available)],
    event_callback_url=f"{URL}/events",
)


class Clock:
    """A ``later`` that remembers, for a test to let time pass."""

    def __init__(self) -> None:
        self.pending: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, action: Callable[[], None]) -> None:
        self.pending.append((seconds, action))

    def fire(self) -> float:
        seconds, action = self.pending.pop(0)
        action()
        return seconds


def test_a_worker_comes_back_later_each_time_and_then_rests() -> None:
    """Misses bring the worker back after each back-off; one too many, and it rests: no endless re-offer."""
    emulator = Emulator()
    callbacks = Callbacks(Emulator.auth_token, workers=None)
    clock = Clock()

    @callbacks.assignment
    def ring(assignment: Assignment[Agent, Call]) -> None:
        return None

    emulator.serve(URL, callbacks.handle)
    live = emulator.deploy(center)
    recipe = MissedCalls(
        live, missed="Missed a call", available="On", resting="Resting", back_off=[10, 60], later=clock
    )
    recipe.install(callbacks)
    alice = live.workers.fetch("Alice").sid
    task = live.tasks.create(Call(language="es"), workflow="All")
    for back_off in (10.0, 60.0):
        emulator.advance(31)
        assert live.workers.fetch("Alice").activity_name == "Missed a call"
        emulator.advance(back_off)
        assert clock.fire() == back_off
        assert live.workers.fetch("Alice").activity_name == "On"
    emulator.advance(31)
    assert live.workers.fetch("Alice").activity_name == "Resting"
    assert recipe.misses(alice) == 3
    assert clock.pending == []
    assert len(list(live.tasks.reservations(task.sid).list())) == 3


def test_whoever_changed_activity_is_left_alone() -> None:
    """A worker who went offline before the back-off was over stays offline; acceptance starts the count again."""
    emulator = Emulator()
    callbacks = Callbacks(Emulator.auth_token, workers=None)
    clock = Clock()
    answers: list[Instruction | None] = [None, Accept()]

    @callbacks.assignment
    def ring(assignment: Assignment[Agent, Call]) -> Instruction | None:
        return answers.pop(0)

    @callbacks.on(WorkerActivityUpdate)
    def note(event: WorkerActivityUpdate[Agent]) -> None:
        assert event.worker.skills == ["billing"]

    emulator.serve(URL, callbacks.handle)
    live = emulator.deploy(center)
    recipe = MissedCalls(live, missed=missed, available=available, later=clock)
    recipe.install(callbacks)
    alice = live.workers.fetch("Alice").sid
    live.tasks.create(Call(language="es"), workflow="All")
    emulator.advance(31)
    live.workers.update("Alice", activity="Off")
    clock.fire()
    assert live.workers.fetch("Alice").activity_name == "Off"
    assert recipe.misses(alice) == 1
    live.workers.update("Alice", activity="On")
    assert recipe.misses(alice) == 0


def test_a_person_who_is_faster_by_a_moment_has_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes the worker's activity between the recipe's look and its move keeps what they chose."""
    live = Emulator().deploy(center)
    clock = Clock()
    recipe = MissedCalls(live, missed=missed, available=available, back_off=[10], later=clock)
    live.workers.update("Alice", activity=missed)
    assert recipe.recover() == 1
    fetch = live.workers.fetch

    def fetch_and_go_offline(worker: Any, *schema: Any) -> Any:
        found = fetch(worker, *schema)
        live.workers.update(worker, activity=offline)
        return found

    monkeypatch.setattr(live.workers, "fetch", fetch_and_go_offline)
    clock.fire()
    assert fetch("Alice").activity_name == "Off"
    assert clock.pending == []


def test_a_back_off_of_nothing_is_refused() -> None:
    """A wait of nothing would be the endless re-offer that the recipe is against."""
    with pytest.raises(InvalidDeclaration, match="invalid-back-off"):
        MissedCalls(Emulator().deploy(center), missed=missed, available=available, back_off=[0])


def test_a_workspace_that_would_leave_workers_where_they_are_stops_the_start() -> None:
    """Another timeout activity, activities of the wrong kind, a filter that keeps events back: all said at once."""
    live = Emulator().deploy(attrs.evolve(center, timeout_activity=resting, events_filter=["task.created"]))
    with pytest.raises(InvalidDeclaration) as caught:
        MissedCalls(live, missed=missed, available=offline, resting=available).install(Callbacks("token"))
    assert {each.rule for each in caught.value.diagnostics} == {"recipe-misfit"}
    assert [each.message for each in caught.value.diagnostics] == [
        "A reservation that times out puts its worker into 'Resting', not into 'Missed a call'.",
        "A worker in 'Off' is not available.",
        "A worker in 'On' is available, and is offered tasks.",
        "The workspace's events filter keeps back reservation.timeout and reservation.accepted.",
    ]


def test_a_misspelt_activity_stops_the_start() -> None:
    """A worker who would stay away for ever because of a name is found before the first miss."""
    live = Emulator().deploy(center)
    for names in ({"missed": "Missed a cal"}, {"available": "Onn"}, {"resting": "Restin"}):
        with pytest.raises(NotFound, match="did you mean"):
            MissedCalls(live, **{"missed": missed, "available": available, **names}).install(Callbacks("token"))


def test_activities_may_be_renamed() -> None:
    """What was found at the start is known by SID: a renaming keeps nobody from coming back."""
    emulator = Emulator()
    live = emulator.deploy(center)
    clock = Clock()
    recipe = MissedCalls(live, missed=missed, available=available, back_off=[10], later=clock)
    recipe.install(Callbacks("token"))
    live.activities.update(missed, friendly_name="Did not answer")
    live.activities.update(available, friendly_name="Here")
    live.workers.update("Alice", activity="Did not answer")
    assert recipe.recover() == 1
    clock.fire()
    assert live.workers.fetch("Alice").activity_name == "Here"


def told(kind: str, second: int, reservation: int) -> Mapping[str, str]:
    """Return an event of Alice's, *second* seconds after nine."""
    return {
        "EventType": f"reservation.{kind}",
        "TimestampMs": str(1_767_603_600_000 + second * 1000),
        "WorkerSid": "WK" + "1" * 32,
        "ReservationSid": f"WR{reservation:032x}",
    }


def recipe_alone(clock: Clock) -> tuple[MissedCalls, Callbacks]:
    """Return the recipe and callbacks that feed it, without any service behind."""
    nowhere: Any = None
    recipe = MissedCalls(nowhere, missed=missed, available=available, back_off=[10, 60, 300], later=clock)
    callbacks = Callbacks("token")
    callbacks.on(ReservationTimeout)(recipe.on_timeout)
    callbacks.on(ReservationAccepted)(recipe.on_accepted)
    return recipe, callbacks


@pytest.mark.parametrize("seed", range(10))
def test_the_count_does_not_depend_on_delivery(seed: int) -> None:
    """Events that come twice and in another order count as they happened: two misses since the last acceptance."""
    happened = [
        told("timeout", 1, 1),
        told("timeout", 5, 2),
        told("accepted", 10, 3),
        told("timeout", 20, 4),
        told("timeout", 30, 5),
    ]
    clock = Clock()
    recipe, callbacks = recipe_alone(clock)
    delivered = happened * 2
    random.Random(seed).shuffle(delivered)
    assert callbacks.replay(delivered) == (10, 0)
    assert recipe.misses("WK" + "1" * 32) == 2
    assert recipe.misses("WK" + "2" * 32) == 0
    assert len(clock.pending) <= 4


def test_a_service_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """A worker that could not be brought back is tried again, and the log says so without a traceback."""
    emulator = Emulator()
    live = emulator.deploy(center)
    clock = Clock()
    recipe = MissedCalls(live, missed=missed, available=available, back_off=[10], later=clock)
    live.workers.update("Alice", activity=missed)
    assert recipe.recover() == 1
    emulator.fault(FaultRule("503", "UpdateWorker", count=1), FaultRule("429", "FetchWorker", count=1))
    assert [clock.fire() for _ in range(3)] == [10.0, 30.0, 30.0]
    assert live.workers.fetch("Alice").activity_name == "On"
    assert clock.pending == []
    assert [record.levelname for record in caplog.records if record.name == "taskrouter_kit.recipes"] == ["ERROR"] * 2
    assert "was not moved (attempt 1)" in caplog.text


def test_a_service_that_is_gone_is_not_asked_for_ever() -> None:
    """After five attempts nothing is pending."""
    emulator = Emulator()
    live = emulator.deploy(center)
    clock = Clock()
    recipe = MissedCalls(live, missed=missed, available=available, back_off=[10], later=clock)
    live.workers.update("Alice", activity=missed)
    recipe.recover()
    emulator.fault(FaultRule("503"))
    assert [clock.fire() for _ in range(5)] == [10.0, 30.0, 30.0, 30.0, 30.0]
    assert clock.pending == []


def test_workers_that_a_process_left_are_recovered() -> None:
    """Whoever is in the missed activity at the start comes back after the first wait, others stay."""
    emulator = Emulator()
    live = emulator.deploy(center)
    clock = Clock()
    recipe = MissedCalls(live, missed=missed, available=available, later=clock)
    assert recipe.recover() == 0
    live.workers.create("Bob", {}, activity=missed)
    live.workers.create("Carol", {}, activity=offline)
    assert recipe.recover() == 1
    assert clock.fire() == 10.0
    assert {each.friendly_name: each.activity_name for each in live.workers.list()} == {
        "Alice": "On",
        "Bob": "On",
        "Carol": "Off",
    }
