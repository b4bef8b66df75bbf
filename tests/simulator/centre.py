"""A contact centre in a few words: what the tests of single facts drive the engine with.

Everything is named by its name; moments are seconds since the centre was opened. ``to`` and ``when`` write targets and
filters as a configuration has them.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest

from taskrouter_kit.simulator import (
    Engine,
    EngineOptions,
    EventState,
    Refused,
    ReservationState,
    TaskQueueState,
    TaskState,
    WorkerState,
    WorkflowState,
    WorkspaceState,
)
from taskrouter_kit.simulator import _commands as commands

Json = dict[str, Any]
Named = TypeVar("Named")
#: Worker attributes are keywords of :meth:`Centre.worker`; this one says that the worker starts in another activity.
AVAILABLE = "Available"


def to(queue: TaskQueueState | None = None, **fields: Any) -> Json:
    """Return a target; without a queue it stays in the one before."""
    return {**({} if queue is None else {"queue": queue.sid}), **fields}


def when(expression: str, *targets: Json, **fields: Any) -> Json:
    """Return a filter."""
    return {"expression": expression, "targets": list(targets), **fields}


class Centre:
    """One workspace and the engine around it."""

    def __init__(self, *, multi: bool = True, engine: Engine | None = None, **workspace: Any) -> None:
        self.engine = engine or Engine(7)
        made = commands.CreateWorkspace(friendly_name="Centre", multi_task_enabled=multi, **workspace)
        self.workspace: WorkspaceState = self.engine.execute(made).result

    def do(self, command: type[Any], **fields: Any) -> Any:
        """Carry *command* out in this workspace now; return its result."""
        return self.engine.execute(command(workspace_sid=self.workspace.sid, **fields)).result

    def wait(self, seconds: float) -> list[str]:
        """Let time pass; return the types of what happened."""
        return types(self.engine.advance(self.engine.now + round(seconds * 1000)))

    # What there is

    def activity(self, name: str, available: bool = False) -> str:
        """Return the SID of an activity, which is made when there is none of that name."""
        for each in self.workspace.activities.values():
            if each.friendly_name == name:
                return each.sid
        sid: str = self.do(commands.CreateActivity, friendly_name=name, available=available).sid
        return sid

    def channel(self, unique_name: str) -> str:
        """Return the SID of a task channel."""
        return next(each.sid for each in self.workspace.task_channels.values() if each.unique_name == unique_name)

    def queue(self, name: str, rule: str = "1==1", **fields: Any) -> TaskQueueState:
        """Make a queue."""
        made: TaskQueueState = self.do(commands.CreateTaskQueue, friendly_name=name, target_workers=rule, **fields)
        return made

    def workflow(
        self, *filters: Json, default: TaskQueueState | Json | None = None, seconds: int = 120, **fields: Any
    ) -> WorkflowState:
        """Make a workflow of *filters* whose reservations last *seconds*."""
        made: WorkflowState = self.do(
            commands.CreateWorkflow,
            friendly_name=fields.pop("name", "Main"),
            configuration=configuration(*filters, default=default),
            task_reservation_timeout=seconds,
            **fields,
        )
        return made

    def worker(self, name: str, activity: str = AVAILABLE, **attributes: Any) -> WorkerState:
        """Make a worker with *attributes*."""
        made: WorkerState = self.do(
            commands.CreateWorker,
            friendly_name=name,
            attributes=json.dumps(attributes),
            activity_sid=self.activity(activity),
        )
        return made

    def task(self, *, channel: str | None = None, at: WorkflowState | None = None, **fields: Any) -> TaskState:
        """Make a task; keywords that are no parameter of a task are its attributes."""
        known = {"priority", "timeout", "virtual_start_time", "routing_target", "ignore_capacity", "task_queue_sid"}
        parameters = {name: fields.pop(name) for name in known & fields.keys()}
        if channel is not None:
            parameters["task_channel_sid"] = self.channel(channel)
        if at is not None:
            parameters["workflow_sid"] = at.sid
        made: TaskState = self.do(commands.CreateTask, attributes=json.dumps(fields), **parameters)
        return made

    # What people do

    def move(self, worker: WorkerState, activity: str, **fields: Any) -> None:
        """Move a worker into an activity."""
        self.do(commands.UpdateWorker, worker_sid=worker.sid, activity_sid=self.activity(activity), **fields)

    def describe(self, worker: WorkerState, **attributes: Any) -> None:
        """Give a worker new attributes."""
        self.do(commands.UpdateWorker, worker_sid=worker.sid, attributes=json.dumps(attributes))

    def set_channel(self, worker: WorkerState, unique_name: str, **fields: Any) -> None:
        """Change a worker's channel."""
        channel = worker.channels[self.channel(unique_name)]
        self.do(commands.UpdateWorkerChannel, worker_sid=worker.sid, worker_channel_sid=channel.sid, **fields)

    def answer(
        self, task: TaskState, status: str, worker: WorkerState | None = None, **fields: Any
    ) -> ReservationState:
        """Give the open reservation of *task* (of *worker*, when there are several) a status."""
        reservation = self.reservation(task, worker)
        self.do(
            commands.UpdateReservation, reservation_sid=reservation.sid, reservation_status=status, **fields
        )  # fmt: skip
        return reservation

    def accept(self, task: TaskState, worker: WorkerState | None = None) -> ReservationState:
        """Accept."""
        return self.answer(task, "accepted", worker)

    def reject(self, task: TaskState, worker: WorkerState | None = None, **fields: Any) -> ReservationState:
        """Reject."""
        return self.answer(task, "rejected", worker, **fields)

    def update(self, task: TaskState, **fields: Any) -> None:
        """Change a task; ``attributes`` is a mapping."""
        if "attributes" in fields:
            fields["attributes"] = json.dumps(fields["attributes"])
        self.do(commands.UpdateTask, task_sid=task.sid, **fields)

    def end(self, task: TaskState, status: str = "completed") -> None:
        """Complete, cancel or wrap a task."""
        self.update(task, assignment_status=status, reason="done")

    # What can be seen

    def reservation(self, task: TaskState, worker: WorkerState | None = None) -> ReservationState:
        """Return the latest reservation of *task*, or of *task* for *worker*."""
        found = [self.workspace.reservations[sid] for sid in task.reservations]
        return [each for each in found if worker is None or each.worker_sid == worker.sid][-1]

    def outcomes(self, task: TaskState) -> list[tuple[str, str]]:
        """Return the worker and the status of every reservation of *task*, oldest first."""
        found = [self.workspace.reservations[sid] for sid in task.reservations]
        return [(each.worker_name, each.reservation_status) for each in found]

    def offered(self, task: TaskState) -> list[str]:
        """Return the workers that *task* is offered to."""
        return [name for name, status in self.outcomes(task) if status == "pending"]

    def where(self, task: TaskState) -> str:
        """Return the name of the queue that *task* is in."""
        return self.workspace.task_queues[task.task_queue_sid or ""].friendly_name

    def activity_of(self, worker: WorkerState) -> str:
        """Return the name of the activity that *worker* is in."""
        return self.workspace.activities[worker.activity_sid].friendly_name

    def events(self, task: TaskState | None = None) -> list[EventState]:
        """Return everything that happened (to *task*), oldest first."""
        return [
            each for each in self.workspace.events if task is None or each.data.get("TaskSid") == task.sid
        ]  # fmt: skip

    def count(self, event_type: str, task: TaskState | None = None) -> int:
        """Return how often something happened."""
        return types(self.events(task)).count(event_type)

    def members(self, queue: TaskQueueState) -> list[str]:
        """Return the workers that *queue* accepts."""
        return [each.friendly_name for each in queue.members.values()]

    def refusal(self, command: type[Any], **fields: Any) -> tuple[int, int, str]:
        """Return how the engine refuses *command*."""
        with pytest.raises(Refused) as caught:
            self.do(command, **fields)
        return caught.value.status, caught.value.code, caught.value.message


def types(events: list[EventState]) -> list[str]:
    """Return the types of *events*."""
    return [each.event_type for each in events]


def configuration(*filters: Json, default: TaskQueueState | Json | None = None) -> str:
    """Return the text of a configuration."""
    routing: Json = {"filters": list(filters)}
    if default is not None:
        routing["default_filter"] = to(default) if isinstance(default, TaskQueueState) else default
    return json.dumps({"task_routing": routing})


def centre_with(**options: Any) -> Centre:
    """Return a centre whose engine follows other readings."""
    return Centre(engine=Engine(7, options=EngineOptions(**options)))


def one_target(rule: str = "1==1", **target: object) -> Centre:
    """Return a centre with one queue and one target."""
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All", rule), **target)))
    return centre
