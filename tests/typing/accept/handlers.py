"""Callbacks: handlers are typed by their annotations, sync and async."""

from __future__ import annotations

from datetime import datetime, timedelta

from typing_extensions import assert_type

from taskrouter_kit import Activity, Attr, TaskAttributes, TaskRouter, WorkerAttributes
from taskrouter_kit.models import ActivitySid, ReservationSid, WorkerSid
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    CallWorker,
    Callbacks,
    Conference,
    Dequeue,
    Event,
    Instruction,
    Redirect,
    Reject,
    ReservationTimeout,
    TaskCreated,
    WorkerActivityUpdate,
    parse_event,
    parse_instruction,
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


def bound(taskrouter: TaskRouter) -> Callbacks:
    live = taskrouter.workspace("Support Center")
    made = Callbacks(["old", "new"], workspace=live, default=Reject(activity=available), deadline=timedelta(seconds=3))
    made.bind(live)
    return made


class Handlers:
    def assign(self, assignment: Assignment[Agent, Call]) -> Instruction | None:
        return None

    async def note(self, event: WorkerActivityUpdate[Agent]) -> None:
        assert_type(event.worker_previous_activity_name, str | None)
        assert_type(event.worker_time_in_previous_activity, timedelta | None)
        assert_type(event.occurred, datetime)


handlers = Handlers()
callbacks.assignment(workflow="WW" + "1" * 32)(handlers.assign)
callbacks.on(WorkerActivityUpdate)(handlers.note)


@callbacks.assignment(worker=Agent, task=Call)
def unions(assignment: Assignment[Agent, Call]) -> Dequeue | Conference | None:
    if assignment.task.language == "es":
        return Conference(conference_record="true", beep="onEnter", timeout=timedelta(seconds=20))
    return Dequeue(status_callback_url="https://support.example", status_callback_events=["initiated", "completed"])


@callbacks.on(ReservationTimeout)
def without_schemas(event: ReservationTimeout) -> None:
    assert_type(event.reservation_sid, ReservationSid)


CallWorker(from_="+15555550100", url="https://support.example", record="do-not-record", timeout=999)
Redirect(call_sid="CA" + "1" * 32, url="https://support.example", accept=True, extra={"later": 1})
assert_type(parse_event({}), Event)
assert_type(parse_instruction({"instruction": "accept"}), Instruction)


@callbacks.on(WorkerActivityUpdate)
def sids(event: WorkerActivityUpdate[Agent]) -> None:
    assert_type(event.worker_sid, WorkerSid)
    assert_type(event.worker_previous_activity_sid, ActivitySid | None)
