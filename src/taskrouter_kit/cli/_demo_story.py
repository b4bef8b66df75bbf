"""What the demo tells, step by step; every line comes from what the library or the TaskRouter said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from rich.console import Console
from rich.markup import escape

from taskrouter_kit._taskrouter import TaskRouter
from taskrouter_kit.cli._deploy_lines import short_plan
from taskrouter_kit.expr._evaluate import evaluate
from taskrouter_kit.expr._nodes import Path
from taskrouter_kit.expr._paths import dotted
from taskrouter_kit.expr._walk import paths
from taskrouter_kit.models._declare_filters import Filter
from taskrouter_kit.models._declare_workspace import Workspace


class Story:
    """Deploys a workspace and routes two calls through it, telling what happens and why."""

    def __init__(self, out: Console, taskrouter: TaskRouter, center: Workspace, agent: Any, call: Any) -> None:
        # agent, call: the schemas of a file that was loaded, known at run time only
        self._out = out
        self._taskrouter = taskrouter
        self._center = center
        self._agent = agent
        self._call = call
        self._live = taskrouter.workspace(center.friendly_name)
        self._step = 0

    def opening(self, where: str) -> None:
        """Say what runs where."""
        self._out.print(f"[name]taskrouter-kit demo[/name]: {escape(where)}")

    def deploy(self) -> None:
        """Plan, apply, and plan again: no changes."""
        self._head("Deploy examples/support_center.py through the official twilio client")
        plan = self._taskrouter.plan(self._center)
        for line in short_plan(plan):
            self._say(line)
        applied = self._taskrouter.apply(plan)
        again = self._taskrouter.plan(self._center)
        self._say(f"applied {len(applied.done)} changes; planned again: {again.summary}.")

    def answered_call(self, *, by_callback: bool) -> None:
        """A call that is routed, answered and completed."""
        call = self._new_call()
        self._head(f"A call comes in: {self._shown(call)}")
        task = self._create(call)
        reservation = self._explain(task, call)
        if reservation is None:
            return
        if by_callback:
            self._fact(
                "callback", 'TaskRouter asked the workflow\'s assignment URL; it answered {"instruction": "accept"}'
            )
        else:
            self._fact("accept", "the worker's application accepts over REST")
            self._live.tasks.reservations(task).accept(reservation)
        now = self._live.tasks.fetch(task)
        taken = self._live.tasks.reservations(task).fetch(reservation)
        self._fact("accepted", f"reservation {taken.reservation_status}, task [good]{now.assignment_status}[/good]")
        done = self._live.tasks.complete(task, reason="call ended") or task
        self._fact("done", f"task [good]{done.assignment_status}[/good], {taken.worker_name} is free again")

    def missed_call(self, *, wait: Callable[[float], None]) -> None:
        """A call that nobody answers."""
        seconds = self._center.workflows[0].reservation_seconds
        self._head(f"The next call: nobody answers within {seconds} s")
        task = self._create(self._new_call())
        reservation = next(iter(self._live.tasks.reservations(task).list()), None)
        if reservation is None:
            self._fact("reservation", "none: no worker is free")
            return
        self._fact("reserved", f"for {reservation.worker_name}; the callback leaves the decision open")
        wait(seconds + 1)
        late = self._live.tasks.reservations(task).fetch(reservation)
        worker = self._live.workers.fetch(reservation.worker_sid)
        now = self._live.tasks.fetch(task)
        self._fact("timeout", f"reservation [bad]{late.reservation_status}[/bad] after {seconds} s")
        self._fact("worker", f"{worker.friendly_name} went to activity [bad]{escape(worker.activity_name)}[/bad]")
        self._fact("task", f"{now.assignment_status} again, in queue {now.task_queue_friendly_name}")
        self._say(
            "What that means: the worker gets nothing more until someone moves them back. In a small team one missed\n"
            "call after the other empties the queue's bench, and tasks wait in silence. The timeout activity of this\n"
            f"workspace has a name of its own ({escape(worker.activity_name)}), so that it is seen."
        )
        self._live.tasks.cancel(task, reason="demo over")

    def closing(self) -> None:
        """Say what to try next."""
        self._head("Next")
        for line in (
            "taskrouter-kit plan examples/support_center.py:center --local",
            "taskrouter-kit apply examples/support_center.py:center --local center.sqlite",
            "taskrouter-kit expr 'skills HAS \"billing\" and level >= 3' --place target_workers "
            '--worker \'{"skills": ["billing"]}\'',
            "taskrouter-kit demo --live",
        ):
            self._say(f"$ {escape(line)}")

    # --- telling

    def _new_call(self) -> Any:  # Any: the loaded schema's instance
        return self._call(department="billing", language="es", caller="+15555550100")

    def _create(self, call: Any) -> Any:  # Any: a task of the loaded schema
        return self._live.tasks.create(call, workflow=self._center.workflows[0], task_channel="voice")

    def _explain(self, task: Any, call: Any) -> Any:  # Any: a reservation, or None
        document = call.to_dict()
        chosen = self._chosen_filter(document)
        now = self._live.tasks.fetch(task)
        self._fact("queue", escape(str(now.task_queue_friendly_name)))
        if chosen is not None:
            self._eligible(chosen, document)
        reservation = next(iter(self._live.tasks.reservations(task).list()), None)
        seconds = self._center.workflows[0].reservation_seconds
        if reservation is None:
            self._fact("reservation", "none: nobody is free")
        else:
            self._fact("reserved", f"for [name]{escape(reservation.worker_name)}[/name], {seconds} s to answer")
        return reservation

    def _chosen_filter(self, document: dict[str, Any]) -> Filter | None:
        for each in self._center.workflows[0].filters:
            verdict = evaluate(each.expression, task=document)
            mark = "[good]true[/good]" if verdict else "[quiet]false[/quiet]"
            values = ", ".join(_seen(path, document) for path in dict.fromkeys(paths(each.expression.node)))
            self._fact(
                "filter", f"{escape(str(each.friendly_name))}: {escape(str(each.expression))} is {mark}, {values}"
            )
            if verdict:
                return each
        return None

    def _eligible(self, chosen: Filter, document: dict[str, Any]) -> None:
        target = chosen.targets[0]
        queue = target.queue
        if queue is None:
            return
        self._fact("workers", f"of the queue: {escape(str(queue.target_workers))}")
        if target.expression is not None:
            self._fact("", f"of the target: {escape(str(target.expression))}")
        for worker in self._live.workers.list(self._agent, task_queue=queue):
            attributes = worker.attributes.to_dict()
            fits = target.expression is None or evaluate(target.expression, worker=attributes, task=document)
            mark = "[good]eligible[/good]" if fits and worker.available else "[quiet]not eligible[/quiet]"
            self._fact("", f"[name]{escape(worker.friendly_name)}[/name] ({escape(worker.activity_name)}): {mark}")

    def _shown(self, call: Any) -> str:
        return escape(
            ", ".join(f"{key} {json.dumps(value)}" for key, value in call.to_dict().items() if key != "caller")
        )

    def _head(self, text: str) -> None:
        self._step += 1
        self._out.print(f"\n[step]{self._step}. {text}[/step]")

    def _fact(self, label: str, text: str) -> None:
        self._out.print(f"   [quiet]{label:<9}[/quiet] {text}")

    def _say(self, text: str) -> None:
        for line in text.splitlines():
            self._out.print(f"   {line}")


def _seen(path: Path, document: dict[str, Any]) -> str:
    value: Any = document
    for segment in path.segments:
        value = cast("dict[object, Any]", value).get(segment) if isinstance(value, dict) else None
    return f"{escape(dotted(path))} is {escape(json.dumps(value))}"
