"""The engine does what the rules of the handbook come to when everybody is asked each time (routing.md section 15)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from simulator.handbook import Rules
from simulator.handbook_parts import Channel, Filter, Offer, Queue, Target, Task, Worker, Workflow
from taskrouter_kit.simulator import Engine, EngineOptions
from taskrouter_kit.simulator import _commands as commands

QUEUES: dict[str, Callable[[Any], bool]] = {
    "1==1": lambda each: True,
    "level > 1": lambda each: each["level"] > 1,
    "level < 2": lambda each: each["level"] < 2,
    "team == 'a'": lambda each: each["team"] == "a",
    "1==0": lambda each: False,
}
FILTERS: dict[str, Callable[[Any], bool]] = {
    "kind == 1": lambda task: task["kind"] == 1,
    "kind == 2": lambda task: task["kind"] == 2,
    "kind > 2": lambda task: task["kind"] > 2,
    "need > 1": lambda task: task["need"] > 1,
}
TARGETS: dict[str, Callable[[Any, Any], bool]] = {
    "worker.level >= task.need": lambda worker, task: worker["level"] >= task["need"],
    "task.team == worker.team": lambda worker, task: worker["team"] == task["team"],
}


def on_duty(rules: Rules, queue: str) -> int:
    return sum(each.activity in rules.available for each in rules.members(queue))


SKIPS: dict[str, Callable[[Rules, str], bool]] = {
    "1==1": lambda rules, queue: True,
    "workers.available == 0": lambda rules, queue: on_duty(rules, queue) == 0,
    "workers.available < 2": lambda rules, queue: on_duty(rules, queue) < 2,
    "workers.unavailable > 1": lambda rules, queue: len(rules.members(queue)) - on_duty(rules, queue) > 1,
}
AVAILABLE, CHANNELS = ("Available", "Ready"), ("default", "voice")
#: What happens, more often what keeps a centre busy.
STEPS = [
    *["task"] * 8,
    *["wait"] * 6,
    *["accept"] * 8,
    *["complete"] * 6,
    *["activity"] * 4,
    *["reject", "wrap", "cancel", "describe", "describe", "priority", "direct", "delete", "off"],
    *["skills", "capacity", "queue", "expression", "workflow"],
]


class Both:
    """The engine and the rules, side by side; what is drawn happens to both."""

    def __init__(self, seed: int, *, multi: bool, quiet: bool) -> None:
        self.chance = chance = random.Random(seed)
        first = chance.choice(["FIFO", "LIFO"])
        self.engine = Engine(1, options=EngineOptions(trace=not quiet, events=not quiet))
        made = commands.CreateWorkspace(friendly_name="x", multi_task_enabled=multi, prioritize_queue_order=first)
        self.office = self.engine.execute(made).result
        self.rules = Rules(set(AVAILABLE), first, multi=multi)
        self.activities = {each.friendly_name: each.sid for each in self.office.activities.values()}
        for name in ("Ready", "Reserved", "Busy"):
            added = self.do(commands.CreateActivity, friendly_name=name, available=name == "Ready")
            self.activities[name] = added.sid
        self.channels = {each.unique_name: each.sid for each in self.office.task_channels.values()}
        self.queues = {name: self._queue(name) for name in ("q0", "q1", "q2", "q3")}
        self.workflows = {name: self._workflow(name) for name in ("f0", "f1")}
        self.workers = {name: self._worker(name) for name in ("Ann", "Bob", "Cid", "Dot", "Eve")}

    def do(self, command: type[Any], **fields: Any) -> Any:
        return self.engine.execute(command(workspace_sid=self.office.sid, **fields), self.rules.now).result

    def _queue(self, name: str) -> str:
        chance = self.chance
        text = "1==1" if name == "q0" else chance.choice(list(QUEUES))
        order, most = chance.choice(["FIFO", "FIFO", "LIFO"]), chance.choice([1, 1, 2, 3])
        reserved, busy = chance.choice([("Reserved", "Busy"), ("Reserved", None), (None, "Busy"), (None, None)])
        self.rules.queues[name] = Queue(QUEUES[text], order, most, reserved, busy)
        named = {"reservation_activity_sid": reserved, "assignment_activity_sid": busy}
        sids = {key: self.activities[activity] for key, activity in named.items() if activity}
        fields = {"target_workers": text, "task_order": order, "max_reserved_workers": most, **sids}
        return str(self.do(commands.CreateTaskQueue, friendly_name=name, **fields).sid)

    def _target(self) -> tuple[dict[str, Any], Target]:
        chance = self.chance
        name = chance.choice(list(self.queues))
        text: dict[str, Any] = {"queue": self.queues[name]}
        target = Target(name)
        if chance.random() < 0.6:
            text["timeout"] = target.timeout = chance.choice([3, 5, 10, 20])
        if chance.random() < 0.3:
            text["priority"] = target.priority = chance.randint(0, 6)
        if chance.random() < 0.3:
            text["expression"] = said = chance.choice(list(TARGETS))
            target.matches = TARGETS[said]
        if chance.random() < 0.3:
            text["skip_if"] = said = chance.choice(list(SKIPS))
            target.skips = SKIPS[said]
        if chance.random() < 0.2:
            text["order_by"], target.by = "worker.level DESC", "level"
        if chance.random() < 0.1:
            text["known_worker_friendly_name"], target.known = "task.who", "who"
        return text, target

    def _configuration(self) -> tuple[str, Workflow]:
        chance = self.chance
        texts, filters = [], []
        for said in chance.sample(list(FILTERS), chance.randint(0, 4)):
            targets = [self._target() for _ in range(chance.randint(1, 3))]
            texts.append({"expression": said, "targets": [text for text, _ in targets]})
            filters.append(Filter(FILTERS[said], [target for _, target in targets]))
        routing: dict[str, Any] = {"filters": texts}
        default = None
        if chance.random() < 0.7:
            default = Target(chance.choice(list(self.queues)))
            routing["default_filter"] = {"queue": self.queues[default.queue]}
        return json.dumps({"task_routing": routing}), Workflow(filters, default, chance.choice([4, 10, 30]))

    def _workflow(self, name: str) -> str:
        text, workflow = self._configuration()
        self.rules.workflows[name] = workflow
        fields = {"configuration": text, "task_reservation_timeout": workflow.seconds}
        return str(self.do(commands.CreateWorkflow, friendly_name=name, **fields).sid)

    def _worker(self, name: str) -> Any:
        activity, attributes = self.chance.choice(["Available", "Offline"]), self._skills()
        channels = {each: Channel() for each in self.channels}
        worker = Worker(name, self.rules.number(), attributes, activity, self.rules.now, channels)
        self.rules.workers[name] = worker
        fields = {"attributes": json.dumps(attributes), "activity_sid": self.activities[activity]}
        made = self.do(commands.CreateWorker, friendly_name=name, **fields)
        self.rules.serve(worker)
        return made

    def _skills(self) -> dict[str, Any]:
        return {"level": self.chance.randint(0, 4), "team": self.chance.choice("ab")}

    def _wishes(self) -> dict[str, Any]:
        chance = self.chance
        who = chance.choice(["Ann", "Bob", "Cid", "nobody"])
        return {"kind": chance.randint(0, 4), "need": chance.randint(0, 4), "team": chance.choice("ab"), "who": who}

    # What happens

    def step(self) -> None:
        kind = self.chance.choice(STEPS)
        sid, task = self.chance.choice(list(self.rules.tasks.items()) or [("", None)])
        worker = self.chance.choice(list(self.rules.workers.values()))
        if kind in ("task", "direct"):
            self.task(worker if kind == "direct" else None)
        elif kind == "wait":
            until = self.rules.now + self.chance.choice([500, 1000, 2000, 3000, 5000, 10_000, 30_000])
            self.rules.wait(until)
            self.engine.advance(until)
        elif kind in ("accept", "reject") and task is not None and task.pending():
            self.answer(kind, sid, self.chance.choice(task.pending()))
        elif kind in ("complete", "wrap", "cancel", "describe", "priority", "delete") and task is not None:
            self.change(kind, sid, task)
        elif kind in ("activity", "off", "skills", "capacity"):
            self.turn(kind, worker)
        elif kind in ("queue", "expression"):
            self.rearrange(kind)
        elif kind == "workflow":
            self.rewrite()

    def task(self, one: Worker | None) -> None:
        chance, rules = self.chance, self.rules
        attributes, name, channel = self._wishes(), chance.choice(list(self.workflows)), chance.choice(CHANNELS)
        priority, seconds = chance.randint(0, 5), chance.choice([15, 60, 86_400])
        more: dict[str, Any] = {}
        made = Task(0, attributes, priority, channel, name, rules.workflows[name], rules.now)
        if chance.random() < 0.2:
            more["virtual_start_time"] = made.virtual_start_time = rules.now - chance.randint(0, 100_000)
        if one is not None and chance.random() < 0.5:
            made.worker, made.minds_capacity = one.name, chance.random() < 0.5
            more |= {"routing_target": self.workers[one.name].sid, "ignore_capacity": not made.minds_capacity}
            inside = [each for each in rules.queues if one in rules.members(each)] or list(rules.queues)
            made.direct = Target(inside[0])
        elif one is not None:
            made.direct = Target(chance.choice(list(self.queues)))
            more["routing_target"] = self.queues[made.direct.queue]
        fields = {"attributes": json.dumps(attributes), "priority": priority, "timeout": seconds, **more}
        sids = {"workflow_sid": self.workflows[name], "task_channel_sid": self.channels[channel]}
        sid = self.do(commands.CreateTask, **fields, **sids).sid
        made.number = rules.number()
        rules.make(sid, made, seconds)

    def answer(self, kind: str, sid: str, offer: Offer) -> None:
        mine = [self.office.reservations[each] for each in self.office.tasks[sid].pending_reservations]
        found = next(each for each in mine if each.worker_name == offer.worker.name)
        activity = self.chance.choice([None, None, "Offline", "Ready"]) if kind == "reject" else None
        more = {} if activity is None else {"worker_activity_sid": self.activities[activity]}
        status = {"accept": "accepted", "reject": "rejected"}[kind]
        self.do(commands.UpdateReservation, reservation_sid=found.sid, reservation_status=status, **more)
        if kind == "accept":
            self.rules.accept(offer)
        else:
            self.rules.unanswered(offer, "rejected", activity)

    def change(self, kind: str, sid: str, task: Task) -> None:
        if kind == "delete":
            self.do(commands.DeleteTask, task_sid=sid)
            self.rules.remove(task)
        elif kind == "describe":
            wishes = self._wishes()
            self.do(commands.UpdateTask, task_sid=sid, attributes=json.dumps(wishes))
            self.rules.describe(task, wishes)
        elif kind == "priority":
            task.priority = self.chance.randint(0, 9)
            self.do(commands.UpdateTask, task_sid=sid, priority=task.priority)
        elif kind == "cancel" and task.status in ("pending", "reserved"):
            self.do(commands.UpdateTask, task_sid=sid, assignment_status="canceled", reason="why")
            self.rules.cancel(task, "why")
        elif kind == "complete" and task.status in ("assigned", "wrapping"):
            self.do(commands.UpdateTask, task_sid=sid, assignment_status="completed")
            self.rules.complete(task)
        elif kind == "wrap" and task.status == "assigned":
            self.do(commands.UpdateTask, task_sid=sid, assignment_status="wrapping")
            self.rules.wrap(task)

    def turn(self, kind: str, worker: Worker) -> None:
        chance, rules, sid = self.chance, self.rules, self.workers[worker.name].sid
        if kind == "activity":
            activity = chance.choice(["Available", "Available", "Ready", "Offline"])
            self.do(commands.UpdateWorker, worker_sid=sid, activity_sid=self.activities[activity])
            rules.move(worker, activity)
        elif kind == "off":
            fields = {"activity_sid": self.activities["Offline"], "reject_pending_reservations": True}
            self.do(commands.UpdateWorker, worker_sid=sid, **fields)
            rules.move(worker, "Offline")
            for offer in [each for each in worker.open if each.status == "pending"]:
                rules.unanswered(offer, "rejected", "Offline")
        elif kind == "skills":
            worker.attributes = self._skills()
            self.do(commands.UpdateWorker, worker_sid=sid, attributes=json.dumps(worker.attributes))
        else:
            name = chance.choice(CHANNELS)
            channel = worker.channels[name]
            channel.capacity, channel.available = chance.randint(0, 3), chance.random() < 0.8
            fields = {"capacity": channel.capacity, "available": channel.available}
            channel_sid = self.workers[worker.name].channels[self.channels[name]].sid
            self.do(commands.UpdateWorkerChannel, worker_sid=sid, worker_channel_sid=channel_sid, **fields)
        rules.serve(worker)

    def rearrange(self, kind: str) -> None:
        name = self.chance.choice(list(self.queues))
        queue, sid = self.rules.queues[name], self.queues[name]
        if kind == "queue":
            queue.most, queue.order = self.chance.randint(1, 3), self.chance.choice(["FIFO", "LIFO"])
            fields = {"max_reserved_workers": queue.most, "task_order": queue.order}
            self.do(commands.UpdateTaskQueue, task_queue_sid=sid, **fields)
            return
        text = self.chance.choice(list(QUEUES))
        changed = self.office.task_queues[sid].target_workers != text
        self.do(commands.UpdateTaskQueue, task_queue_sid=sid, target_workers=text)
        queue.accepts = QUEUES[text]
        for worker in self.rules.members(name) if changed else ():
            self.rules.serve(worker)

    def rewrite(self) -> None:
        rules, name = self.rules, self.chance.choice(list(self.workflows))
        text, rules.workflows[name] = self._configuration()
        again = self.chance.random() < 0.5
        fields = {"configuration": text, "task_reservation_timeout": rules.workflows[name].seconds}
        self.do(commands.UpdateWorkflow, workflow_sid=self.workflows[name], re_evaluate_tasks=again, **fields)
        for task in list(rules.tasks.values()) if again else ():
            if task.workflow == name and task.direct is None:
                if task.status == "pending":
                    rules.enter(task)
                elif task.status == "reserved":
                    task.again = True

    # What can be seen

    def by_engine(self) -> tuple[dict[str, Any], dict[str, str]]:
        queues = {sid: name for name, sid in self.queues.items()}
        activities = {sid: name for name, sid in self.activities.items()}
        offers = self.office.reservations
        return {
            sid: (
                each.assignment_status,
                queues.get(each.task_queue_sid),
                each.priority,
                each.reason,
                [(offers[one].worker_name, offers[one].reservation_status) for one in each.reservations],
            )
            for sid, each in self.office.tasks.items()
        }, {name: activities[each.activity_sid] for name, each in self.workers.items()}

    def by_rules(self) -> tuple[dict[str, Any], dict[str, str]]:
        return {
            sid: (
                each.status,
                each.queue,
                each.priority,
                each.reason,
                [(one.worker.name, one.status) for one in each.offers],
            )
            for sid, each in self.rules.tasks.items()
        }, {name: each.activity for name, each in self.rules.workers.items()}


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("multi", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_who_is_offered_what(seed: int, multi: bool, quiet: bool) -> None:
    """After each step tasks, reservations and activities are what the plain rules come to."""
    # Inferred: routing.md section 15; the reference algorithm
    both = Both(seed, multi=multi, quiet=quiet)
    for _ in range(120):
        both.step()
        assert both.by_engine() == both.by_rules()
