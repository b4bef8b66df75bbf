"""Why a worker may not take a task at this moment: one worker and one task at a time, with reasons.

The engine asks these questions in bulk (``_matching.py``); this is the plain form of the same rules, for reasons.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from attrs import field, frozen

from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.simulator import _matching as matching
from taskrouter_kit.simulator._membership import queue_facts
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._rules import TargetRule, clock_at
from taskrouter_kit.simulator._state import WorkerState, WorkspaceState
from taskrouter_kit.simulator._task_state import TaskState

if TYPE_CHECKING:
    from taskrouter_kit.expr._explain_terms import Seen, Term

Reason = Literal[
    "routing-target",
    "known-worker",
    "queue",
    "already-asked",
    "activity",
    "single-tasking",
    "channel",
    "capacity",
    "expression",
    "declined",
]

_LONGEST_VALUE: Final = 60
#: What an explanation notes that whoever wrote the expression did not mean.
_TELLING: Final = ("no-prefix", "unsuitable-kind")


@frozen
class Because:
    """Something to say, and the expression that decided it, explained when somebody asks."""

    text: str
    expression: str
    place: str
    options: EngineOptions
    worker: Mapping[str, Any] = field(repr=False)  # Any: JSON
    task: Mapping[str, Any] = field(repr=False)  # Any: JSON
    facts: Facts = field(repr=False)

    def __str__(self) -> str:
        return f"{self.text}: {self.deciding()}"

    def deciding(self) -> str:
        """Return the comparisons on which the verdict rests, each with what its names stood for."""
        from taskrouter_kit.expr._explain import explain  # for who reads; an engine does without

        condition, semantics = _condition(self.expression, self.place), self.options.semantics
        found = explain(condition, worker=self.worker, task=self.task, facts=self.facts, semantics=semantics)
        verdict = "true" if found.verdict else "false"
        return "; ".join(f"{term.text} is {verdict}{_said(term)}" for term in found.deciding)


def _said(term: Term) -> str:
    """Return what the names of *term* stood for, and what it could not do with that."""
    said = [", ".join(map(_seen, term.seen))] if term.seen else []
    said += [note.message.rstrip(".") for note in term.notes if note.topic in _TELLING]
    return f" ({'; '.join(said)})" if said else ""


def _seen(seen: Seen) -> str:
    return f"{seen.name} is absent" if seen.absent else f"{seen.name} is {_value(seen.value)}"


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


@lru_cache(maxsize=1024)
def _condition(text: str, place: str) -> Condition[Any]:  # Any: every scope
    known = cast("Callable[..., Condition[Any]]", parse)  # by name: the overloads know literal places only
    return known(text, place=place)


@frozen
class Refusal:
    """Why one worker is not asked: ``reason`` for programs, ``text`` a sentence about the worker, without its name."""

    worker_sid: str
    worker_name: str
    reason: Reason
    because: str | Because = field(repr=False)

    @property
    def text(self) -> str:
        """The sentence."""
        return str(self.because)

    def to_dict(self) -> dict[str, str]:
        """Return plain JSON data."""
        return {
            "worker_sid": self.worker_sid,
            "worker_name": self.worker_name,
            "reason": self.reason,
            "text": self.text,
        }

    def __str__(self) -> str:
        return f"{self.worker_name} {self.text}"


def refusal_of(
    worker: WorkerState, task: TaskState, rule: TargetRule, workspace: WorkspaceState, options: EngineOptions, now: int
) -> Refusal | None:
    """Return why *worker* cannot be asked for *task* in its target now, or None when it can."""
    found = reason_of(worker, task, rule, workspace, options, now)
    return None if found is None else Refusal(*found)


def reason_of(
    worker: WorkerState, task: TaskState, rule: TargetRule, workspace: WorkspaceState, options: EngineOptions, now: int
) -> tuple[str, str, Reason, str | Because] | None:
    """Return the fields of a :class:`Refusal`: a trace keeps ten of them for each look, and few are ever read."""
    found: tuple[Reason, str | Because] | None = None
    if not rule.takes_all or task.routing_target is not None or rule.queue_sid not in worker.queues:
        found = _outside(worker, task, rule, workspace, options)
    if found is None:
        found = _occupied(worker, task, workspace, options)
    if found is None and rule.matches is not None:
        fields = matching.worker_facts(worker, workspace, channels=rule.reads_channels)
        facts = Facts(worker=fields, clock=clock_at(now))
        if not rule.matches(worker.attributes, task.attributes, facts):
            text = rule.expression or ""
            because = Because("does not match", text, "target", options, worker.attributes, task.attributes, facts)
            found = "expression", because
    if found is None and worker.sid in task.declined:
        found = "declined", "let a reservation of this task end; others are asked first"
    return None if found is None else (worker.sid, worker.friendly_name, found[0], found[1])


def refusals(
    task: TaskState, rule: TargetRule, workspace: WorkspaceState, options: EngineOptions, now: int
) -> list[Refusal]:
    """Return why each worker cannot be asked for *task* in its target now, in the order of their creation."""
    found = (refusal_of(each, task, rule, workspace, options, now) for each in workspace.workers.values())
    return [each for each in found if each is not None]


def _outside(
    worker: WorkerState, task: TaskState, rule: TargetRule, workspace: WorkspaceState, options: EngineOptions
) -> tuple[Reason, str | Because] | None:
    """Return why *worker* does not belong to those who are looked at."""
    if (task.routing_target or "").startswith("WK"):
        if worker.sid == task.routing_target:
            return None
        return "routing-target", "is not the worker that the task is for"
    if rule.known_sid is not None or rule.known_name is not None:
        wanted, known = matching.known_worker(task, rule, workspace)
        if known is not worker:
            path = rule.known_sid if rule.known_sid is not None else rule.known_name or ()
            value = _value(wanted) if matching.has_value(task.attributes, path) else "absent"
            return "known-worker", f"is not the known worker ({rule.known_text} is {value})"
    queue = workspace.task_queues[rule.queue_sid]
    if queue.sid in worker.queues:
        return None
    text = f"is not in the queue {queue.friendly_name}"
    if not queue.target_workers.strip():
        return "queue", f"{text}, which has no expression"
    facts = queue_facts(worker, workspace)
    return "queue", Because(text, queue.target_workers, "target_workers", options, worker.attributes, {}, facts)


def _occupied(
    worker: WorkerState, task: TaskState, workspace: WorkspaceState, options: EngineOptions
) -> tuple[Reason, str] | None:
    """Return why *worker* cannot take another task like *task* now."""
    if task.pending_reservations and any(sid in worker.open for sid in task.pending_reservations):
        return "already-asked", "has a pending reservation of this task"
    if task.ignore_capacity and (task.routing_target or "").startswith("WK"):
        return None
    if not worker.on_duty:
        return "activity", f"is in the unavailable activity {workspace.activities[worker.activity_sid].friendly_name}"
    if not workspace.multi_task_enabled:
        return ("single-tasking", "has another reservation (single-tasking)") if worker.open else None
    channel = worker.channels[task.task_channel_sid]
    if not channel.available:
        name = workspace.task_channels[task.task_channel_sid].unique_name
        return "channel", f"has closed its channel {name}"
    used = matching.slots_in_use(worker, channel, workspace, options)
    if used < channel.configured_capacity:
        return None
    return "capacity", _full(
        workspace.task_channels[task.task_channel_sid].unique_name, used, channel.configured_capacity
    )


@lru_cache(maxsize=256)
def _full(channel: str, used: int, capacity: int) -> str:
    # Remembered, because nine in ten of those of whom a trace tells are busy.
    return f"has no capacity left on the channel {channel} ({used} of {capacity} in use)"
