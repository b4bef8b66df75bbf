"""The whole way over real HTTP with real signatures: the emulator posts to an application under each adapter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from callback_servers import ADAPTERS, Serving, plain_asgi
from callbacks.answering import watched
from taskrouter_kit import (
    Activity,
    Attr,
    Filter,
    Target,
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
    CallWorker,
    Conference,
    Dequeue,
    Event,
    Instruction,
    MemorySeen,
    Redirect,
    Reject,
    ReservationCanceled,
    ReservationTimeout,
    TaskCreated,
    in_order,
    timelines,
)
from taskrouter_kit.recipes import MissedCalls
from taskrouter_kit.testing import Emulator

pytestmark = pytest.mark.network

CA = "CA" + "1" * 32
TWIML = "https://support.example/twiml"


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    contact_uri: Attr[str]


class Call(TaskAttributes):
    department: Attr[str]
    caller: Attr[str]
    call_sid: Attr[str]
    to: Attr[str]


available = Activity("Available", available=True)
offline = Activity("Offline", available=False)
missed = Activity("Missed a call", available=False)
billing = TaskQueue("Billing", Agent.skills.has("billing"))
everyone = TaskQueue("Default", every_worker())
CALL = Call(department="billing", caller="+15558675310", call_sid=CA, to="+15551234567")


def center(url: str) -> Workspace:
    """Return the workspace of the introduction: skills, queues, a workflow with callbacks below *url*."""
    routing = Workflow(
        "Support Routing",
        [Filter("Billing", Call.department == "billing", [Target(billing, timeout=120)])],
        default=everyone,
        assignment_callback_url=f"{url}/assignment?from=twilio%20it%27s",
        task_reservation_timeout=30,
    )
    return Workspace(
        "Support Center",
        activities=[available, offline, missed],
        default_activity=offline,
        timeout_activity=missed,
        task_queues=[billing, everyone],
        workflows=[routing],
        workers=[Worker("Alice", Agent(skills=["billing"], contact_uri="client:alice"), activity=available)],
        event_callback_url=f"{url}/events",
    )


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    emulator = Emulator(over_http=True)
    yield emulator
    emulator.backend.close()


@pytest.fixture(params=ADAPTERS, ids=lambda each: each.__name__)
def serving(request: pytest.FixtureRequest) -> Serving:
    chosen: Serving = request.param
    return chosen


class Seen:
    """What handlers of two threads and more noted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.events: list[Event] = []
        self.asked: list[tuple[Any, ...]] = []

    def note(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)

    def ask(self, *what: Any) -> None:
        with self._lock:
            self.asked.append(what)

    def kinds(self, task_sid: str) -> list[str]:
        found = [event for event in self.events if event.fields.get("task_sid") == task_sid]
        return [event.event_type for event in in_order(found)]


def application(
    emulator: Emulator, decide: Callable[[Assignment[Agent, Call]], Instruction | None]
) -> tuple[Any, Seen]:
    callbacks = Callbacks(emulator.auth_token, seen=MemorySeen())
    seen = Seen()

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction | None:
        seen.ask(assignment.worker.contact_uri, assignment.task.caller, assignment.task_priority)
        return decide(assignment)

    @callbacks.on(TaskCreated)
    async def created(event: TaskCreated[Call]) -> None:
        assert event.task.department == "billing"

    callbacks.on(Event)(seen.note)
    return callbacks, seen


# Documented: callbacks.md sections 2.3 and 2.6; from and post_work_activity_sid, and the reservation is accepted
@pytest.mark.parametrize("instruction", ["dequeue", "conference"])
def test_a_call_reaches_its_agent(serving: Serving, instruction: str, emulator: Emulator) -> None:
    """Steps 6 and 7 of the introduction: a task is created, the callback answers, the worker has it, events tell so."""
    kind = {"dequeue": Dequeue, "conference": Conference}[instruction]
    callbacks, seen = application(
        emulator, lambda assignment: kind(from_="+15551234567", post_work_activity=available, timeout=20)
    )
    with serving(callbacks) as url:
        live = emulator.deploy(center(url))
        callbacks.bind(live)
        task = live.tasks.create(CALL, workflow="Support Routing", priority=10)
        emulator.settle()
        assert live.tasks.fetch(task).assignment_status == "assigned"
        live.tasks.complete(task.sid, reason="done")
        emulator.settle()
    assert seen.asked == [("client:alice", "+15558675310", 10)]
    (call,) = emulator.calls
    activity = live.activities.fetch(available).sid
    assert (call.instruction, dict(call.options)) == (
        instruction,
        {"from": "+15551234567", "post_work_activity_sid": activity, "timeout": "20"},
    )
    # Observed: callbacks.md section 4.5; task.created comes third
    assert seen.kinds(task.sid)[:6] == [
        "workflow.entered",
        "task-queue.entered",
        "task.created",
        "workflow.target-matched",
        "reservation.created",
        "reservation.accepted",
    ]
    assert {"task.completed", "reservation.completed"} <= set(seen.kinds(task.sid))
    assert {delivery.status for delivery in emulator.deliveries if delivery.kind == "event"} == {204}
    assert {delivery.status for delivery in emulator.deliveries if delivery.kind == "assignment"} == {200}
    assert emulator.debugger == ()
    story = timelines(seen.events)[task.sid]
    assert (story.accepted_by, story.outcome, story.reason) == (live.workers.fetch("Alice").sid, "completed", "done")


# Observed: limits-errors-gotchas.md section 4 (gotcha 3); # Inferred: gotcha 29, the loop
def test_a_missed_call_brings_no_endless_offers(serving: Serving, emulator: Emulator) -> None:
    """A reservation times out, the worker is set aside, and comes back after its back-off, not at once."""
    callbacks, seen = application(emulator, lambda assignment: None)
    returns: list[tuple[float, Callable[[], None]]] = []
    with serving(callbacks) as url:
        live = emulator.deploy(center(url))
        recipe = MissedCalls(
            live, missed=missed, available=available, back_off=[10], later=lambda *each: returns.append(each)
        )
        recipe.install(callbacks)
        task = live.tasks.create(CALL, workflow="Support Routing")
        emulator.settle()
        for miss in (1, 2):
            emulator.advance(31)
            emulator.settle()
            alice = live.workers.fetch("Alice")
            assert (alice.activity_name, recipe.misses(alice.sid)) == ("Missed a call", miss)
            if miss == 1:
                ((seconds, come_back),) = returns
                emulator.advance(seconds)
                come_back()
                emulator.settle()
                assert live.workers.fetch("Alice").activity_name == "Available"
        emulator.advance(600)
        emulator.settle()
        assert live.workers.fetch("Alice").activity_name == "Missed a call"
    assert len(returns) == 1
    assert len(seen.asked) == 2
    timeouts = [event for event in seen.events if isinstance(event, ReservationTimeout)]
    assert [event.worker_name for event in timeouts] == ["Alice", "Alice"]
    assert seen.kinds(task.sid).count("reservation.created") == 2


# Inferred: callbacks.md section 8; no answer: the reservation is canceled
def test_a_call_that_nobody_answers_is_no_miss(emulator: Emulator) -> None:
    """The telephone rings in vain: the reservation is canceled, the worker stays where it is, the next one is asked."""
    callbacks, seen = application(emulator, lambda assignment: Dequeue(from_="+15551234567", timeout=20))
    returns: list[Any] = []
    with plain_asgi(callbacks) as url:
        live = emulator.deploy(center(url))
        recipe = MissedCalls(live, missed=missed, available=available, later=lambda *each: returns.append(each))
        recipe.install(callbacks)
        live.workers.create("Bob", Agent(skills=["billing"], contact_uri="client:bob"), activity=available)
        emulator.plan_call("no-answer")
        task = live.tasks.create(CALL, workflow="Support Routing")
        emulator.settle()
        emulator.advance(21)
        emulator.settle()
        found = {each.worker_name: each.reservation_status for each in live.tasks.reservations(task.sid).list()}
        activities = {each.friendly_name: each.activity_name for each in live.workers.list()}
    assert sorted(found.values()) == ["accepted", "canceled"]
    assert set(activities.values()) == {"Available"}
    canceled = next(event for event in seen.events if isinstance(event, ReservationCanceled))
    assert found[canceled.worker_name] == "canceled"
    assert (returns, recipe.misses(canceled.worker_sid)) == ([], 0)
    assert [entry.code for entry in emulator.debugger] == [40133]


# Documented: callbacks.md section 2; what each instruction does to its reservation
@pytest.mark.parametrize(
    ("instruction", "status", "called"),
    [
        (Accept(), "accepted", None),
        (Reject(activity=offline), "rejected", None),
        (None, "pending", None),
        (CallWorker(from_="+15551234567", url=TWIML, accept=True), "accepted", "call"),
        (CallWorker(from_="+15551234567", url=TWIML), "pending", "call"),
        (Redirect(call_sid=CA, url=TWIML, accept=True), "accepted", "redirect"),
        (Redirect(call_sid=CA, url=TWIML), "pending", "redirect"),
        (Dequeue(to="sip:alice@support.example"), "accepted", "dequeue"),
        (Conference(from_="+15551234567", conference_record="true"), "accepted", "conference"),
    ],
    ids=repr,
)
def test_every_instruction_is_carried_out(
    instruction: Instruction | None, status: str, called: str | None, emulator: Emulator
) -> None:
    """What the handler returns is what happens to the reservation, and the debugger stays empty."""
    callbacks, _ = application(emulator, lambda assignment: instruction)
    with plain_asgi(callbacks) as url:
        live = emulator.deploy(center(url))
        callbacks.bind(live)
        task = live.tasks.create(CALL, workflow="Support Routing")
        emulator.settle()
        (reservation,) = live.tasks.reservations(task.sid).list()
    assert reservation.reservation_status == status
    assert [call.instruction for call in emulator.calls] == ([] if called is None else [called])
    assert emulator.debugger == ()


# Documented: callbacks.md section 6; the signature is over the whole URL, its query included
def test_another_token_gets_nothing(serving: Serving, emulator: Emulator) -> None:
    """An application with another account's token refuses: no handler runs, and the reservation is canceled."""
    callbacks, asked = watched("another token")
    with serving(callbacks) as url:
        live = emulator.deploy(center(url))
        task = live.tasks.create(CALL, workflow="Support Routing")
        emulator.settle()
        statuses = {each.reservation_status for each in live.tasks.reservations(task.sid).list()}
    assert asked == []
    assert statuses == {"canceled"}
    assert {delivery.status for delivery in emulator.deliveries} == {403}
