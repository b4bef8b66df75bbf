"""Callbacks: what a handler may not be, and instructions that lack something."""

from __future__ import annotations

from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes
from taskrouter_kit.callbacks import (
    Assignment,
    Callbacks,
    CallWorker,
    Conference,
    Dequeue,
    Instruction,
    ReservationTimeout,
    Supervise,
    TaskCreated,
)


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


callbacks = Callbacks(auth_token="x")
CallWorker(from_="+15555550100")  # E: call-arg / reportCallIssue
Conference(conference_record=True)  # E: arg-type / reportArgumentType
Dequeue(record="always")  # E: arg-type / reportArgumentType


@callbacks.assignment  # E: type-var / reportArgumentType+reportCallIssue+reportUntypedFunctionDecorator
def number(assignment: Assignment[Agent, Call]) -> int:
    return 1


@callbacks.on(TaskCreated)  # E: arg-type / reportArgumentType
def other(event: ReservationTimeout[Agent, Call]) -> None: ...


def supervise(assignment: Assignment[Agent, Call]) -> Instruction:
    return Supervise(supervisor="WK" + "0" * 32, mode="barge")  # E: return-value / reportReturnType
