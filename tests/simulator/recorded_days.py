"""Days in a contact centre that are the same everywhere: what interpreters and processes are compared by.

Run as a script it prints a JSON object: day -> what of it -> SHA-256. A day is drawn from its own seed; nothing but
:meth:`random.Random.random` is used, whose numbers are the same on every interpreter.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from taskrouter_kit.simulator import Engine, EngineOptions, Refused, WorkspaceState, trace_text
from taskrouter_kit.simulator import _commands as commands

T = TypeVar("T")
#: Day -> its seed, its options, and whether the world is saved and loaded again and again meanwhile.
DAYS: dict[str, tuple[int, EngineOptions, bool]] = {
    "handbook": (1, EngineOptions(), False),
    "handbook, saved and loaded": (1, EngineOptions(), True),
    "other readings": (
        2,
        EngineOptions(
            skipped_out="cancel",
            unanswered="next-target",
            last_timeout="next-filter",
            timeout_while_reserved="cancel",
            routing_target="cancel",
            pending_uses_capacity=False,
            idle_restarts_when_work_ends=False,
            lifo_by_virtual_start_time=False,
            removal_after_ms=86_400_000,
        ),
        False,
    ),
    "without a trace": (3, EngineOptions(trace=False), False),
}
STEPS = 700
SKILLS = ("es", "en", "日本語", "billing")
EXPRESSIONS = (
    "1==1",
    'skills HAS "es"',
    'skills HAS "日本語" OR level >= 3',
    'level IN [1, 2, 3.5] AND NOT (team == "B")',
    "",
    'worker.activity_name != "Break"',
)


class Day:
    """One workspace, people and tasks in it, and what they do."""

    def __init__(self, seed: int, options: EngineOptions, reloads: bool) -> None:
        self.engine = Engine(seed, options=options, start=1_700_000_000_000)
        self.chance = random.Random(seed)
        self.reloads = reloads
        self.sent: list[str] = []
        self.refused: list[str] = []
        self.sid: str = self.engine.execute(
            commands.CreateWorkspace(
                friendly_name="Zentrale", event_callback_url="https://centre.example/events", template="FIFO"
            )
        ).result.sid
        self._furnish()

    @property
    def workspace(self) -> WorkspaceState:
        """The workspace as it is now; another object after each load."""
        return self.engine.world.workspaces[self.sid]

    def below(self, limit: int) -> int:
        """Return a whole number below *limit*."""
        return int(self.chance.random() * limit)

    def one(self, things: Sequence[T]) -> T:
        """Return one of *things*."""
        return things[self.below(len(things))]

    def do(self, command: Any) -> Any:
        """Carry *command* out now; a refusal is noted, and None returned."""
        try:
            return self.engine.execute(command).result
        except Refused as refusal:
            self.refused.append(f"{refusal.status} {refusal.code} {refusal.message}")
            return None

    def _furnish(self) -> None:
        sid = self.sid
        self.do(commands.CreateActivity(workspace_sid=sid, friendly_name="Break"))
        self.do(commands.CreateTaskChannel(workspace_sid=sid, friendly_name="Post", unique_name="post"))
        for number in range(8):
            self.do(
                commands.CreateTaskQueue(
                    workspace_sid=sid,
                    friendly_name=f"Q{number}",
                    target_workers=EXPRESSIONS[number % len(EXPRESSIONS)],
                    max_reserved_workers=1 + number % 3,
                    task_order=("FIFO", "FIFO", "LIFO")[number % 3],
                )
            )
        for number in range(2):
            self.do(
                commands.CreateWorkflow(
                    workspace_sid=sid,
                    friendly_name=f"F{number}",
                    configuration=self._configuration(),
                    task_reservation_timeout=20 + 15 * number,
                    assignment_callback_url="https://centre.example/assignment",
                )
            )
        for _ in range(12):
            self.worker()

    def _configuration(self) -> str:
        queues = list(self.workspace.task_queues)
        filters = [
            {
                "filter_friendly_name": "kinds",
                "expression": f"kind == {self.below(3)} AND size > 0.5",
                "targets": [
                    {"queue": self.one(queues), "timeout": 15, "known_worker_friendly_name": "task.wanted"},
                    {"queue": self.one(queues), "timeout": 30, "priority": 4, "skip_if": "workers.available == 0"},
                    {"queue": self.one(queues), "order_by": "worker.level DESC, worker.team ASC", "timeout": 90},
                ],
            },
            {
                "expression": 'language IN ["es", "日本語"]',
                "targets": [
                    {"queue": self.one(queues), "timeout": 25, "expression": "task.language IN worker.skills"},
                    {"queue": self.one(queues), "skip_if": "workers.unavailable > 3"},
                ],
            },
            {"expression": "kind > 1", "targets": [{"queue": self.one(queues), "timeout": 40, "priority": 9}]},
        ]
        default = {} if self.below(3) == 0 else {"default_filter": {"queue": self.one(queues)}}
        return json.dumps({"task_routing": {"filters": filters, **default}}, ensure_ascii=False)

    # What happens; each returns a command, or None where there is nobody to do it to

    def worker(self) -> None:
        """Somebody is hired."""
        activity = self.one([*self.workspace.activities])
        name = f"{self.one(('Ann', 'Bob', 'Çem', 'Δ'))} {self.below(40)}"
        self.do(
            commands.CreateWorker(
                workspace_sid=self.sid, friendly_name=name, attributes=self._skills(), activity_sid=activity
            )
        )

    def _skills(self) -> str:
        skills = [each for each in SKILLS if self.below(2)]
        level = self.one((1, 2, 3.5, 1e22, None, "4"))
        return json.dumps({"skills": skills, "level": level, "team": self.one(("A", "B"))}, ensure_ascii=False)

    def _attributes(self) -> str:
        return json.dumps(
            {
                "kind": self.below(4),
                "size": self.one((0.1 + 0.2, 1, 2.5)),
                "language": self.one(("es", "en", "日本語", None)),
                "wanted": self.one(("ann 7", "Bob 3", None, "nobody")),
                "call_sid": "CA1",
            },
            ensure_ascii=False,
        )

    def task(self) -> None:
        """Somebody calls or writes."""
        target = self.one(
            (None, None, None, None, self.one([*self.workspace.workers]), self.one([*self.workspace.task_queues]))
        )
        fields: dict[str, Any] = {} if target is None else {"routing_target": target}
        if self.below(5) == 0:
            fields["virtual_start_time"] = self.engine.now - self.below(100_000)
        self.do(
            commands.CreateTask(
                workspace_sid=self.sid,
                attributes=self._attributes(),
                workflow_sid=self.one([*self.workspace.workflows]),
                task_channel_sid=self.one([*self.workspace.task_channels]),
                priority=self.below(3),
                timeout=self.one((60, 600, 86_400)),
                **fields,
            )
        )

    def offer(self) -> None:
        """Somebody answers an offer."""
        offers = [each.sid for each in self.workspace.reservations.values() if each.reservation_status == "pending"]
        if not offers:
            return
        sid, how = self.one(offers), self.below(12)
        if how < 7:
            status = "accepted" if how < 5 else "rejected"
            self.do(commands.UpdateReservation(workspace_sid=self.sid, reservation_sid=sid, reservation_status=status))
        elif how == 7:
            self.do(commands.FailCallback(workspace_sid=self.sid, reservation_sid=sid))
        else:
            instruction, options = self.one(
                (
                    ("accept", {}),
                    ("reject", {}),
                    ("dequeue", {"to": "+15550100"}),
                    ("call", {"to": "+15550100", "from": "+15550101", "url": "https://c.example/", "accept": "true"}),
                    ("hum", {}),
                )
            )
            self.do(
                commands.Instruct(workspace_sid=self.sid, reservation_sid=sid, instruction=instruction, options=options)
            )

    def ending(self) -> None:
        """Somebody ends, wraps, cancels, changes or removes a task."""
        if not self.workspace.tasks:
            return
        sid, how = self.one([*self.workspace.tasks]), self.below(10)
        if how < 7:
            status = ("completed", "completed", "completed", "completed", "wrapping", "wrapping", "canceled")[how]
            self.do(commands.UpdateTask(workspace_sid=self.sid, task_sid=sid, assignment_status=status, reason="so"))
        elif how == 7:
            self.do(commands.DeleteTask(workspace_sid=self.sid, task_sid=sid))
        else:
            self.do(
                commands.UpdateTask(
                    workspace_sid=self.sid, task_sid=sid, attributes=self._attributes(), priority=self.below(9)
                )
            )

    def staff(self) -> None:
        """Somebody comes, goes, learns, is hired or leaves."""
        worker, how = self.workspace.workers[self.one([*self.workspace.workers])], self.below(12)
        if how < 5:
            activity = self.one([*self.workspace.activities.values()])
            self.do(
                commands.UpdateWorker(
                    workspace_sid=self.sid,
                    worker_sid=worker.sid,
                    activity_sid=activity.sid,
                    reject_pending_reservations=not activity.available and self.below(2) == 0,
                )
            )
        elif how < 8:
            self.do(commands.UpdateWorker(workspace_sid=self.sid, worker_sid=worker.sid, attributes=self._skills()))
        elif how < 10:
            channel = self.one([*worker.channels.values()])
            self.do(
                commands.UpdateWorkerChannel(
                    workspace_sid=self.sid,
                    worker_sid=worker.sid,
                    worker_channel_sid=channel.sid,
                    capacity=self.below(4),
                    available=self.below(4) > 0,
                )
            )
        elif how == 10:
            self.worker()
        else:
            self.do(commands.DeleteWorker(workspace_sid=self.sid, worker_sid=worker.sid))

    def office(self) -> None:
        """Somebody changes a queue, a workflow, a channel or the workspace."""
        how = self.below(5)
        if how < 2:
            self.do(
                commands.UpdateTaskQueue(
                    workspace_sid=self.sid,
                    task_queue_sid=self.one([*self.workspace.task_queues]),
                    target_workers=self.one(EXPRESSIONS),
                    task_order=self.one(("FIFO", "LIFO")),
                    max_reserved_workers=1 + self.below(3),
                )
            )
        elif how < 4:
            self.do(
                commands.UpdateWorkflow(
                    workspace_sid=self.sid,
                    workflow_sid=self.one([*self.workspace.workflows]),
                    configuration=self._configuration(),
                    re_evaluate_tasks=self.below(2) == 0,
                )
            )
        else:
            self.do(
                commands.UpdateTaskChannel(
                    workspace_sid=self.sid,
                    task_channel_sid=self.one([*self.workspace.task_channels]),
                    channel_optimized_routing=self.below(2) == 0,
                )
            )

    def time(self) -> None:
        """Nobody does anything for a while."""
        self.engine.advance(self.engine.now + self.one((1, 700, 5_000, 5_000, 20_000, 45_000, 400_000)))

    def live(self) -> None:
        """Let the day go by."""
        often = ((self.offer, 8), (self.task, 6), (self.staff, 5), (self.time, 5), (self.ending, 4), (self.office, 1))
        happenings: list[Callable[[], None]] = [what for what, times in often for _ in range(times)]
        for step in range(STEPS):
            self.one(happenings)()
            while self.engine.outbox:
                self.sent.append(repr(self.engine.outbox.popleft()))
            if self.reloads and step % 50 == 0:
                self.engine = Engine.load(json.loads(json.dumps(self.engine.save())))


def live(name: str) -> Day:
    """Return the day *name*, at its end."""
    seed, options, reloads = DAYS[name]
    day = Day(seed, options, reloads)
    day.live()
    return day


def digests_of(day: Day) -> dict[str, str]:
    """Return what remains of *day*, each part as a digest, so that a difference says where it is.

    The options are left out: a new one changes nothing that happened.
    """
    saved = day.engine.save()
    del saved["options"]
    (workspace,) = saved["workspaces"]
    return {
        "events": _digest(workspace.pop("events")),
        "trace": _digest(workspace.pop("traces")),
        "trace as text": _digest([trace_text(day.workspace, sid) for sid in day.workspace.tasks]),
        "callbacks": _digest(day.sent),
        "refusals": _digest(day.refused),
        "world": _digest(saved),
    }


def _digest(thing: object) -> str:
    return sha256(json.dumps(thing, ensure_ascii=False).encode()).hexdigest()


if __name__ == "__main__":
    json.dump({name: digests_of(live(name)) for name in DAYS}, sys.stdout)
