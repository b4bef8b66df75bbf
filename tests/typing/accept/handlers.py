"""Callbacks: handlers are typed by their annotations, sync and async."""

from __future__ import annotations

from typing_extensions import assert_type

from taskrouter_kit import Activity, Attr, TaskAttributes, WorkerAttributes
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    CallWorker,
    Callbacks,
    Dequeue,
    Event,
    Instruction,
    ReservationTimeout,
    TaskCreated,
)


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


callbacks = Callbacks(auth_token="x", activities={"On": "WA" + "0" * 32})
available = Activity("On", available=True)


@callbacks.assignment
def assign(assignment: Assignment[Agent, Call]) -> Instruction:
    assert_type(assignment.worker.skills, list[str])
    assert_type(assignment.task.language, str)
    assert_type(assignment.task_priority, int)
    return Dequeue(from_="+15555550100", post_work_activity=available)


@callbacks.assignment(workflow="WW" + "0" * 32)
async def assign_later(assignment: Assignment[Agent, Call]) -> Instruction:
    return Accept()


@callbacks.on(ReservationTimeout)
def keep(event: ReservationTimeout[Agent, Call]) -> None:
    assert_type(event.worker.skills, list[str])
    assert_type(event.task.language, str)


@callbacks.on(ReservationTimeout[Agent, Call], lambda event: event.task_priority > 3)
async def keep_later(event: ReservationTimeout[Agent, Call]) -> None: ...


@callbacks.on(TaskCreated)
def created(event: TaskCreated[Call]) -> None:
    assert_type(event.workflow_name, str | None)


@callbacks.on(Event)
def every(event: Event) -> None: ...


CallWorker(from_="+15555550100", url="https://support.example/twiml", accept=True)
