"""A contact centre for benchmarks of the engine, and the loop that sends it the commands of tasks' lives."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, cast

from taskrouter_kit.simulator import Engine, EngineOptions, Outcome, ReservationState, TaskState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import UNSET, CreateTask, UpdateReservation, UpdateTask

HANDLING_MS = 180_000.0
QUIET = EngineOptions(trace=False, events=False)


class Center:
    """An engine with workers, queues and one workflow that sends a task to the queue it names."""

    def __init__(self, workers: list[dict[str, object]], queues: dict[str, str]) -> None:
        self.engine = Engine(options=QUIET)
        self.workspace = self.engine.execute(commands.CreateWorkspace(friendly_name="Center")).result
        sid = self.workspace.sid
        available = next(each for each in self.workspace.activities.values() if each.available)
        made = [
            self.engine.execute(
                commands.CreateTaskQueue(workspace_sid=sid, friendly_name=name, target_workers=expression)
            ).result
            for name, expression in queues.items()
        ]
        filters = [
            {"expression": f'queue == "{queue.friendly_name}"', "targets": [{"queue": queue.sid}]} for queue in made[1:]
        ]
        routing = {"task_routing": {"filters": filters, "default_filter": {"queue": made[0].sid}}}
        self.workflow = self.engine.execute(
            commands.CreateWorkflow(workspace_sid=sid, friendly_name="All", configuration=json.dumps(routing))
        ).result
        for number, attributes in enumerate(workers):
            self.engine.execute(
                commands.CreateWorker(
                    workspace_sid=sid,
                    friendly_name=f"worker {number}",
                    attributes=json.dumps(attributes),
                    activity_sid=available.sid,
                )
            )

    def live(self, arrivals: Arrivals) -> int:
        """Let every task of *arrivals* live; return how many were completed."""
        return drive(self.engine, self.workspace.sid, self.workflow.sid, arrivals)


#: Moment, attributes, and handling time of each task, in the order of moments.
Arrivals = list[tuple[int, str, int]]


def drive(engine: Engine, workspace_sid: str, workflow_sid: str, arrivals: Arrivals) -> int:
    """Send the commands of every life to *engine*, each offer accepted at once; return how many were completed."""
    execute = engine.execute
    handling: dict[str, int] = {}
    ends: list[tuple[int, str]] = []
    completed = 0
    coming = iter(arrivals)
    arrival = next(coming, None)
    while ends or arrival is not None:
        if arrival is None or (ends and ends[0][0] < arrival[0]):
            now, task_sid = heappop(ends)
            execute(UpdateTask(workspace_sid, task_sid, UNSET, "completed", "done"), now)
            completed += 1
        else:
            now, attributes, duration = arrival
            arrival = next(coming, None)
            handling[execute(CreateTask(workspace_sid, attributes, workflow_sid), now).result.sid] = duration
        for offer in engine.offered:
            execute(UpdateReservation(workspace_sid, offer.sid, "accepted"), now)
            task_sid = offer.task_sid
            heappush(ends, (now + handling.pop(task_sid), task_sid))
    return completed


class Pretended:
    """An engine that does nothing, to see what sending the commands costs: every task is offered at once."""

    def __init__(self) -> None:
        self.offered: tuple[ReservationState, ...] = ()
        self._task = TaskState("", 0, "", "", 0, 0, None, "", None, False, 0, 0, 0)
        self._record = ReservationState("", self._task, cast("Any", None), cast("Any", None), "", "", 0, 0, 0)
        self._made = 0

    def execute(self, command: commands.Command, now: int) -> Outcome:
        """Offer a new task, do nothing else."""
        if command.__class__ is not CreateTask:
            self.offered = ()
            return NOTHING
        self._made += 1
        self._record.sid = self._task.sid = str(self._made)
        self.offered = (self._record,)
        return Outcome(self._record, ())


NOTHING = Outcome(None, ())


def poisson(count: int, rate: float, chance: random.Random, attributes: Callable[[], str]) -> Arrivals:
    """Return arrivals of *rate* a millisecond with exponential handling times."""
    moment, found = 0.0, []
    for _ in range(count):
        moment += chance.expovariate(rate)
        found.append((int(moment), attributes(), int(chance.expovariate(1 / HANDLING_MS))))
    return found
