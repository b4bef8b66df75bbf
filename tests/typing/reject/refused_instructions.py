"""Instructions: what the service would complain about (the number behind each line) is refused before it runs."""

from __future__ import annotations

from typing import Any

from taskrouter_kit import Attr, TaskAttributes, TaskQueue, WorkerAttributes, every_worker
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    CallWorker,
    Conference,
    Dequeue,
    Event,
    Instruction,
    Redirect,
    Reject,
    ReservationFailed,
    ReservationTimeout,
    Supervise,
)


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


CA, URL = "CA" + "1" * 32, "https://support.example/twiml"
queue = TaskQueue("Everyone", every_worker())
callbacks = Callbacks(auth_token="x")

# fmt: off
Reject(activity=queue.target_workers)  # E: arg-type / reportArgumentType  (40100)
CallWorker(from_="+15555550100", url=URL, to=15555550101)  # E: arg-type / reportArgumentType  (40110)
CallWorker(url=URL)  # E: call-arg / reportCallIssue  (40111)
CallWorker(from_="+15555550100")  # E: call-arg / reportCallIssue  (40112)
Redirect(call_sid=CA)  # E: call-arg / reportCallIssue  (40120)
Redirect(url=URL)  # E: call-arg / reportCallIssue  (40121)
Dequeue(post_work_activity=True)  # E: arg-type / reportArgumentType  (40130)
Dequeue(to=["client:alice"])  # E: arg-type / reportArgumentType  (40131)
Dequeue(from_=15555550100)  # E: arg-type / reportArgumentType  (40132)
Dequeue(status_callback_url=URL, status_callback_events=["join"])  # E: list-item / reportArgumentType  (40134)
Conference(to=15555550101)  # E: arg-type / reportArgumentType  (40137)
Conference(from_=False)  # E: arg-type / reportArgumentType  (40138)
Conference(post_work_activity=7)  # E: arg-type / reportArgumentType  (40139)
Dequeue(status_callback_url=b"https://support.example")  # E: arg-type / reportArgumentType  (40157)
CallWorker(from_="a", url=URL, status_callback_url=7)  # E: arg-type / reportArgumentType  (40158)
Conference(status_callback=7)  # E: arg-type / reportArgumentType  (40159)
Supervise(supervisor="client:boss", mode="listen")  # E: arg-type / reportArgumentType
Accept(activity="Available")  # E: call-arg / reportCallIssue
Dequeue("client:alice")  # E: arg-type+call-arg / reportCallIssue
Dequeue(timeout="20")  # E: arg-type / reportArgumentType
Conference(beep=True)  # E: arg-type / reportArgumentType
Conference(region="eu1")  # E: arg-type / reportArgumentType
Instruction().to_json()  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType


@callbacks.assignment  # E: type-var / reportArgumentType+reportCallIssue+reportUntypedFunctionDecorator  (40001)
def text(assignment: Assignment[Agent, Call]) -> str:
    return '{"instruction": "accept"}'


@callbacks.assignment  # E: type-var / reportArgumentType+reportCallIssue+reportUntypedFunctionDecorator  (40005)
def nothing(assignment: Assignment[Agent, Call]) -> dict[str, str]:
    return {}


@callbacks.assignment  # E: type-var / reportArgumentType+reportCallIssue+reportUntypedFunctionDecorator  (55555)
async def unknown(assignment: Assignment[Agent, Call]) -> dict[str, str]:
    return {"instruction": "teleport"}


def attributes(assignment: Assignment[Agent, Call]) -> Instruction:
    print(assignment.task.caller)  # E: attr-defined / reportAttributeAccessIssue+reportUnknownArgumentType+reportUnknownMemberType
    print(assignment.worker.language)  # E: attr-defined / reportAttributeAccessIssue+reportUnknownArgumentType+reportUnknownMemberType
    return Accept() if assignment.task_priority == "10" else Reject()  # E: comparison-overlap / reportUnnecessaryComparison


@callbacks.on(ReservationFailed)
def failed(event: ReservationFailed[Call]) -> None:
    print(event.worker_sid)  # E: attr-defined / reportAttributeAccessIssue+reportUnknownArgumentType+reportUnknownMemberType


@callbacks.on(ReservationTimeout)  # E: type-var / reportArgumentType
def answering(event: ReservationTimeout[Agent, Call]) -> Instruction:
    return Accept()


callbacks.on(Call)  # E: type-var / reportArgumentType
callbacks.on(Event, lambda event: event.language)  # E: attr-defined / reportAttributeAccessIssue+reportUnknownLambdaType+reportUnknownMemberType
Callbacks(auth_token="x", default="accept")  # E: arg-type / reportArgumentType
Callbacks(auth_token="x", misfit="ignore")  # E: arg-type / reportArgumentType


def pages(event: ReservationTimeout[Any, Call]) -> None:
    print(event.task.language + 1)  # E: operator / reportOperatorIssue+reportUnknownArgumentType
