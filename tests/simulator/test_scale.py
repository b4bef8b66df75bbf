"""What an event costs follows from what it changes: instructions are counted, which no other process disturbs."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from taskrouter_kit.simulator import Engine, EngineOptions, TaskState, WorkspaceState
from taskrouter_kit.simulator import _commands as commands

QUIET = EngineOptions(trace=False, events=False)


class Crowd:
    """A centre of two queues, each worker in one of them, and one workflow that sends a task to the queue it names."""

    def __init__(self, workers: int, options: EngineOptions) -> None:
        self.engine = Engine(options=options)
        self.workspace: WorkspaceState = self.engine.execute(commands.CreateWorkspace(friendly_name="W")).result
        self.sid = self.workspace.sid
        queues = [
            self.do(commands.CreateTaskQueue, friendly_name=each, target_workers=f'team == "{each}"') for each in "ab"
        ]
        filters = [
            {
                "expression": f'to == "{each.friendly_name}"',
                "targets": [{"queue": each.sid, "skip_if": "workers.available < 0"}],
            }
            for each in queues
        ]
        routing = {"task_routing": {"filters": filters}}
        self.workflow = self.do(commands.CreateWorkflow, friendly_name="F", configuration=json.dumps(routing)).sid
        (self.available,) = (each.sid for each in self.workspace.activities.values() if each.available)
        for number in range(workers):
            self.hire(f"W{number}", "ab"[number % 2])

    def do(self, kind: type[Any], **fields: object) -> Any:  # Any: what the command makes
        command = kind(workspace_sid=self.sid, **fields)
        return self.engine.execute(command, self.engine.now + 1).result

    def hire(self, name: str, queue: str) -> None:
        self.do(
            commands.CreateWorker,
            friendly_name=name,
            attributes=json.dumps({"team": queue}),
            activity_sid=self.available,
        )

    def wait(self, queue: str) -> TaskState:
        task: TaskState = self.do(commands.CreateTask, attributes=json.dumps({"to": queue}), workflow_sid=self.workflow)
        return task

    def task(self, queue: str) -> None:
        self.wait(queue)
        for offer in self.engine.offered:
            self.do(commands.UpdateReservation, reservation_sid=offer.sid, reservation_status="accepted")

    def complete(self) -> None:
        reservation = next(
            each for each in self.workspace.reservations.values() if each.reservation_status == "accepted"
        )
        self.do(commands.UpdateTask, task_sid=reservation.task_sid, assignment_status="completed", reason="done")


def live(crowd: Crowd) -> None:
    crowd.task("a")
    crowd.complete()


def describe(crowd: Crowd) -> None:
    worker = list(crowd.workspace.workers.values())[5]
    crowd.do(commands.UpdateWorker, worker_sid=worker.sid, attributes=json.dumps({"team": "b", "n": crowd.engine.now}))


def move(crowd: Crowd) -> None:
    worker = list(crowd.workspace.workers.values())[5]
    other = next(each for each in crowd.workspace.activities if each != worker.activity_sid)
    crowd.do(commands.UpdateWorker, worker_sid=worker.sid, activity_sid=other)


def rename_queue(crowd: Crowd) -> None:
    queue = next(iter(crowd.workspace.task_queues))
    crowd.do(commands.UpdateTaskQueue, task_queue_sid=queue, friendly_name="A", max_reserved_workers=2)


def replace(crowd: Crowd) -> None:
    worker = list(crowd.workspace.workers.values())[7]
    crowd.do(commands.DeleteWorker, worker_sid=worker.sid)
    crowd.hire(worker.friendly_name, "a")


def wait(crowd: Crowd) -> None:
    crowd.wait("b")


def find_nobody(crowd: Crowd) -> None:
    task = crowd.wait("b")
    assert task.assignment_status == "pending"
    crowd.do(commands.UpdateTask, task_sid=task.sid, assignment_status="canceled")


def come_after_many(crowd: Crowd) -> None:
    for _ in range(40):
        live(crowd)
    wait(crowd)


def free_one(crowd: Crowd) -> None:
    crowd.complete()


def steps_of(act: Callable[[Crowd], None], crowd: Crowd) -> int:
    """Return how many instructions the second time of *act* takes; the first finds out what is remembered later."""
    act(crowd)
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> Any:  # Any: what traces the frame
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return counted

    before = sys.gettrace()
    gc.disable()  # what other tests left behind is cleared away at another time
    sys._getframe().f_trace_opcodes = True  # Python 3.12 asks this only when tracing begins
    sys.settrace(counted)
    try:
        act(crowd)
    finally:
        sys.settrace(before)
        gc.enable()
    assert count, "nothing was counted"
    return count


@pytest.mark.parametrize("options", [QUIET, EngineOptions()], ids=["quiet", "told"])
@pytest.mark.parametrize("act", [live, describe, move, rename_queue, replace])
def test_among_many_free_workers_nothing_costs_more(options: EngineOptions, act: Callable[[Crowd], None]) -> None:
    """Whatever happens to one task, one worker or one queue takes as many steps among 1,000 workers as among 50."""
    few, many = (steps_of(act, Crowd(workers, options)) for workers in (50, 1_000))
    assert many <= few * 1.2 + 10


@pytest.mark.parametrize("options", [QUIET, EngineOptions()], ids=["quiet", "told"])
@pytest.mark.parametrize("act", [find_nobody, come_after_many])
def test_who_has_room_for_others_costs_nothing(options: EngineOptions, act: Callable[[Crowd], None]) -> None:
    """A task that finds nobody takes as many steps beside 2,000 free workers of another queue as beside 500."""
    counts: list[int] = []
    for workers in (500, 2_000):
        crowd = Crowd(workers, options)
        queue = list(crowd.workspace.task_queues)[1]
        crowd.do(commands.UpdateTaskQueue, task_queue_sid=queue, target_workers='team == "nobody"')
        counts.append(steps_of(act, crowd))
    few, many = counts
    assert many <= few * 1.1 + 10


@pytest.mark.parametrize("options", [QUIET, EngineOptions()], ids=["quiet", "told"])
@pytest.mark.parametrize("act", [wait, free_one, describe, move])
def test_among_many_waiting_tasks_nothing_costs_more(options: EngineOptions, act: Callable[[Crowd], None]) -> None:
    """The same where everybody is busy and tasks wait: 40 times as many tasks, no more steps."""
    counts: list[int] = []
    for waiting in (25, 1_000):
        crowd = Crowd(20, options)
        for number in range(20 + waiting):
            crowd.task("ab"[number % 2])
        counts.append(steps_of(act, crowd))
    few, many = counts
    assert many <= few * 1.2 + 10
