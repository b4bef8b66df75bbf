"""The whole way without a server: the emulator hands signed requests to Callbacks, and does what they answer."""

from __future__ import annotations

from typing import Any

from callbacks.answering import Agent, Call, watched
from taskrouter_kit import Activity, TaskQueue, Worker, Workflow, Workspace, every_worker
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Dequeue, Event, Instruction, MemorySeen
from taskrouter_kit.testing import Emulator

URL = "https://support.example/taskrouter"
available = Activity("On", available=True)
everyone = TaskQueue("Everyone", every_worker())
center = Workspace(
    "Center",
    activities=[available],
    task_queues=[everyone],
    workflows=[Workflow("All", [], everyone, assignment_callback_url=f"{URL}/assignment")],
    workers=[Worker("Alice", Agent(skills=["billing"]), activity=available)],
    event_callback_url=f"{URL}/events",
)


def test_the_way_of_a_call() -> None:
    """Deployed, called back and accepted: the handler sees typed attributes, the task is assigned, events arrive."""
    emulator = Emulator()
    callbacks = Callbacks(Emulator.auth_token, workers=None, seen=MemorySeen())
    asked: list[tuple[Any, ...]] = []
    events: list[str] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        asked.append((assignment.worker.skills, assignment.task.language, assignment.task_priority))
        return Accept()

    @callbacks.on(Event)
    def every(event: Event) -> None:
        events.append(event.event_type)

    emulator.serve(URL, callbacks)
    live = emulator.deploy(center)
    task = live.tasks.create(Call(language="es"), workflow="All", priority=7)
    assert live.tasks.fetch(task.sid).assignment_status == "assigned"
    assert asked == [(["billing"], "es", 7)]
    assert events[-5:].count("reservation.accepted") == 1
    assert {"task.created", "reservation.created", "workflow.entered", "task-queue.entered"} <= set(events)


def test_a_forged_deployment_gets_nothing() -> None:
    """With another account's token no handler runs, and the reservation is canceled as the service does."""
    emulator = Emulator()
    callbacks, asked = watched("another token")
    emulator.serve(URL, callbacks.handle)
    live = emulator.deploy(center)
    task = live.tasks.create(Call(language="es"), workflow="All")
    assert asked == []
    assert {each.reservation_status for each in live.tasks.reservations(task.sid).list()} == {"canceled"}


def test_the_default_of_a_broken_handler_is_carried_out() -> None:
    """A handler whose answer cannot be sent leaves the reservation to the fallback, which the service carries out."""
    emulator = Emulator()
    callbacks = Callbacks(Emulator.auth_token, workers=None, fallback=Accept())

    @callbacks.assignment
    def broken(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(post_work_activity="Nobody knows")

    emulator.serve(URL, callbacks.handle)
    live = emulator.deploy(center)
    task = live.tasks.create(Call(language="es"), workflow="All")
    assert live.tasks.fetch(task.sid).assignment_status == "assigned"
