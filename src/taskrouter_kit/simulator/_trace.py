"""The trace: for every task why it is where it is, step by step, in the order of time.

Each function notes one kind of step, as data and as a sentence, and does nothing when the engine keeps no trace. Each
change of a task's or a reservation's state is noted exactly once: those steps have ``from`` and ``to``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final, TypeAlias

from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.simulator import _matching as matching
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._rules import FilterRule, TargetRule, WorkflowRules
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._standing import Because, Reason, Refusal, reason_of
from taskrouter_kit.simulator._state import (
    ReservationState,
    TaskQueueState,
    TaskState,
    WorkerState,
)
from taskrouter_kit.simulator._timers import CALL, KINDS_OF_TIMERS, RESERVATION
from taskrouter_kit.simulator._trace_entry import Said, says
from taskrouter_kit.simulator._trace_text import moment

#: So many workers are named, with reasons, each time that a task looks for one; of the others only the number.
MOST_WORKERS: Final = 10
#: Of what refusals are made when somebody reads them.
Reasons: TypeAlias = "Sequence[tuple[str, str, Reason, str | Because]]"


def _note(scene: Scene, task: TaskState, what: str, say: Callable[..., Said], *told: object) -> None:
    """Note a step of the way of *task*: what *say* makes of *told*, in which nothing changes any more."""
    step = (scene.machine.now, what, say.__name__, *told)
    try:
        scene.workspace.traces[task.sid].append(step)
    except KeyError:
        scene.workspace.traces[task.sid] = [step]


def task_moved(scene: Scene, task: TaskState, before: str | None, why: str = "") -> None:
    """Note that *task* has another status; None before it was made."""
    if scene.traced:
        _note(scene, task, f"task.{task.assignment_status}", _task_moved, why, before, task.assignment_status)


@says
def _task_moved(why: str, before: str | None, after: str) -> Said:
    return why, {"from": before, "to": after}


def reservation_moved(
    scene: Scene, task: TaskState, reservation: ReservationState, before: str | None, why: str = ""
) -> None:
    """Note that a reservation of *task* has another status; None before it was made."""
    if scene.traced:
        status = reservation.reservation_status
        what = f"reservation.{'created' if before is None else status}"
        told = (before, status, reservation.sid, reservation.worker_sid, reservation.worker_name, why)
        _note(scene, task, what, _reservation_moved, *told)


@says
def _reservation_moved(before: str | None, after: str, sid: str, worker_sid: str, worker_name: str, why: str) -> Said:
    text = f"{worker_name}, {why}" if why else worker_name
    return text, {"from": before, "to": after, "reservation": sid, "worker": worker_sid}


def workflow_entered(scene: Scene, task: TaskState, name: str, why: str) -> None:
    """Note that *task* goes through a workflow from its beginning; *why*, when it is not the first time."""
    if scene.traced:
        _note(scene, task, "workflow.entered", _workflow_entered, name, why)


@says
def _workflow_entered(name: str, why: str) -> Said:
    return f"{name}, because {why}" if why else name, {"workflow": name, "because": why}


def filter_tried(scene: Scene, task: TaskState, rule: FilterRule, index: int, facts: Facts, *, matched: bool) -> None:
    """Note whether a filter took *task*, and the terms that decided."""
    if scene.traced:
        what = "filter.matched" if matched else "filter.not-matched"
        _note(scene, task, what, _tried, rule, index, scene.options, task.attributes, facts)


@says
def _tried(
    rule: FilterRule, index: int, options: EngineOptions, attributes: Mapping[str, Any], facts: Facts
) -> Said:  # Any: JSON
    because = Because(_name(rule, index), rule.expression, "filter", options, {}, attributes, facts)
    data = {"filter": because.text, "expression": because.expression, "deciding": because.deciding()}
    return str(because), data


def _name(rule: FilterRule, index: int) -> str:
    return "the default filter" if index < 0 else rule.name or f"filter {index + 1}"


def default_filter(scene: Scene, task: TaskState) -> None:
    """Note that *task* goes to the default filter."""
    if scene.traced:
        _note(scene, task, "filter.default", _plain, "no filter matched")


def nothing_matched(scene: Scene, task: TaskState) -> None:
    """Note that no filter takes *task* and that there is no default filter left for it."""
    if scene.traced:
        _note(scene, task, "filter.none", _plain, "no filter matched, and there is no default filter for it")


@says
def _plain(why: str) -> Said:
    return why, {}


def target_expired(scene: Scene, task: TaskState, rule: FilterRule, index: int) -> None:
    """Note that *task* passes a target whose time is over."""
    if scene.traced:
        _note(scene, task, "target.expired", _target_over, rule, task.filter_index or 0, index)


def target_timed_out(scene: Scene, task: TaskState, rule: FilterRule) -> None:
    """Note that the time of *task* in its target is over."""
    if scene.traced:
        _note(scene, task, "target.timeout", _target_over, rule, task.filter_index or 0, task.target_index)


@says
def _target_over(rule: FilterRule, filter_index: int, index: int) -> Said:
    return _target(rule, filter_index, index), {"filter": rule.name, "target": index + 1}


def _target(rule: FilterRule, filter_index: int, index: int) -> str:
    return f"target {index + 1} of {_name(rule, filter_index)}"


def workflow_timed_out(scene: Scene, task: TaskState, rules: WorkflowRules | None) -> None:
    """Note that *task* has left the last target of its filter by time, and that nothing else takes it."""
    rule = None if rules is None or task.filter_index is None else rules.filter_at(task.filter_index)
    if scene.traced and rules is not None and rule is not None:
        other = rules.default is not None and rule is not rules.default
        place = (rule, task.filter_index or 0, task.target_index)
        _note(scene, task, "workflow.timeout", _workflow_timed_out, *place, other)


@says
def _workflow_timed_out(rule: FilterRule, filter_index: int, index: int, other: bool) -> Said:
    text = f"{_target(rule, filter_index, index)} was the last one"
    text += "; the default filter is for tasks that no filter matches" if other else ""
    return text, {"filter": rule.name, "target": index + 1}


def routed_directly(scene: Scene, task: TaskState, name: str) -> None:
    """Note that *task* was made for a worker or a queue of that name."""
    if scene.traced:
        _note(scene, task, "routing-target", _routed_directly, task.routing_target, name)


@says
def _routed_directly(sid: str, name: str) -> Said:
    return f"for {name}; no filter is asked", {"target": sid, "name": name}


def debugged(scene: Scene, task: TaskState, code: int, message: str) -> None:
    """Note what the service would write into its debugger about *task*."""
    if scene.traced:
        _note(scene, task, "debugger", _debugged, code, message)


@says
def _debugged(code: int, message: str) -> Said:
    return f"{code}: {message}", {"code": code}


def target_entered(scene: Scene, task: TaskState, rule: FilterRule, target: TargetRule, index: int) -> None:
    """Note which target *task* is in, and what the target says."""
    if scene.traced:
        queue = scene.workspace.task_queues[target.queue_sid].friendly_name
        place = (rule, task.filter_index or 0, target, index)
        _note(scene, task, "target.entered", _target_entered, queue, task.priority, *place)


@says
def _target_entered(
    queue: str, priority: int, rule: FilterRule, filter_index: int, target: TargetRule, index: int
) -> Said:
    says = [f"queue {queue}", f"priority {priority}"]
    for name, value in (
        ("expression", target.expression),
        ("order by", target.order_text),
        ("skip if", target.skip_text),
        ("known worker", target.known_text),
        ("at most", None if target.timeout is None else f"{target.timeout} s"),
    ):
        if value:
            says.append(f"{name} {value}")
    text = f"{_target(rule, filter_index, index)}: {', '.join(says)}"
    return text, {"filter": rule.name, "target": index + 1, "queue": queue, "priority": priority}


def queue_entered(scene: Scene, task: TaskState, queue: TaskQueueState) -> None:
    """Note that *task* is in another queue."""
    if scene.traced:
        _note(scene, task, "queue.entered", _queue_entered, queue.friendly_name)


@says
def _queue_entered(name: str) -> Said:
    return name, {"queue": name}


def skip_tried(
    scene: Scene,
    task: TaskState,
    target: TargetRule,
    queue: TaskQueueState,
    counters: dict[str, int],
    *,
    skips: bool,
) -> None:
    """Note whether skip_if was true, and what it counted."""
    if scene.traced:
        what = "target.skipped" if skips else "target.not-skipped"
        _note(scene, task, what, _skip_tried, target.skip_text, queue.friendly_name, dict(counters))


@says
def _skip_tried(text: str | None, queue: str, counters: dict[str, int]) -> Said:
    seen = f"{queue} has {counters['available']} available, {counters['unavailable']} unavailable"
    return f"{text} ({seen})", {"skip_if": text, "counters": counters}


def reserved_for(scene: Scene, task: TaskState, rule: TargetRule, able: list[WorkerState], asked: int) -> None:
    """Note who could take *task*, in the order in which they are asked, how many are, and why the others cannot.

    *able* are the first of them.
    """
    if scene.traced:
        workspace = scene.workspace
        everybody = matching.able(task, rule, workspace, scene.machine.now, scene.options)
        for sid in task.declined:
            if sid in workspace.workers:
                everybody &= ~(1 << workspace.workers[sid].position)
        refusals, others = _refused(scene, task, rule, everybody)
        first = tuple((worker.sid, worker.friendly_name) for worker in able[:MOST_WORKERS])
        count = everybody.bit_count()
        _note(scene, task, "workers.able", _reserved_for, first, rule.order_text, count, asked, refusals, others)


@says
def _reserved_for(
    first: Sequence[tuple[str, str]], order: str | None, able: int, asked: int, refusals: Reasons, others: int
) -> Said:
    text = ", ".join(name for _, name in first) + (f" and {able - len(first)} more" if able > len(first) else "")
    if able > 1:
        text += f" (by {order}, then longest idle first)" if order else " (longest idle first)"
    if asked < able:
        text += f"; {asked} of {able} asked"
    return _unable(text, {"able": [sid for sid, _ in first], "asked": asked}, refusals, others)


def nobody(scene: Scene, task: TaskState, rule: TargetRule) -> None:
    """Note why nobody can take *task* now: each worker's reason, members of the queue first."""
    if scene.traced:
        _note(scene, task, "nobody", _nobody, *_refused(scene, task, rule, 0))


@says
def _nobody(refusals: Reasons, others: int) -> Said:
    return _unable("" if refusals else "there are no workers", {}, refusals, others)


def _refused(scene: Scene, task: TaskState, rule: TargetRule, able: int) -> tuple[Reasons, int]:
    """Return why workers other than *able* (bits) cannot take *task*, up to so many, and how many more there are."""
    workspace = scene.workspace
    roster = workspace.roster
    unable = roster.everybody & ~able
    if not unable:
        return (), 0
    members = unable & workspace.task_queues[rule.queue_sid].bits
    found = list(islice(chain(roster.each_of(members), roster.each_of(unable ^ members)), MOST_WORKERS))
    options, now = scene.options, scene.machine.now
    reasons = [reason_of(each, task, rule, workspace, options, now) for each in found]
    return tuple(each for each in reasons if each is not None), unable.bit_count() - len(found)


def _unable(text: str, data: dict[str, Any], reasons: Reasons, others: int) -> Said:  # Any: JSON
    refusals = [Refusal(*each) for each in reasons]
    lines = [*([text] if text else []), *map(str, refusals), *([f"and {others} more cannot"] if others else [])]
    return "\n".join(lines), {**data, "refusals": [each.to_dict() for each in refusals], "more": others}


def called(scene: Scene, task: TaskState, reservation: ReservationState, outcome: str | None) -> None:
    """Note that the worker of a reservation is called (None), or what became of the call."""
    if scene.traced:
        told = (reservation.sid, reservation.worker_name, reservation.call_instruction, outcome)
        _note(scene, task, "call", _called, *told)


@says
def _called(sid: str, worker_name: str, instruction: str | None, outcome: str | None) -> Said:
    said = "rings" if outcome is None else outcome
    data = {"reservation": sid, "instruction": instruction, "outcome": outcome}
    return f"{instruction} to {worker_name}: {said}", data


def timer_armed(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Note that a timer of a task, or of one of its reservations, is armed."""
    if scene.traced:
        _note(scene, _owner(scene, kind, sid), "timer.armed", _timer_armed, kind, at, sid)


def timer_fired(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Note that a timer of a task, or of one of its reservations, fires."""
    if scene.traced:
        _note(scene, _owner(scene, kind, sid), "timer.fired", _timer_fired, kind, at, sid)


def _owner(scene: Scene, kind: int, sid: str) -> TaskState:
    """Return the task that a timer of it, or of one of its reservations, is about."""
    workspace = scene.workspace
    return workspace.tasks[workspace.reservations[sid].task_sid if kind in (RESERVATION, CALL) else sid]


@says
def _timer_armed(kind: int, at: int, sid: str) -> Said:
    name = KINDS_OF_TIMERS[kind]
    return f"{name} at {moment(at)}", {"timer": name, "at": at, "of": sid}


@says
def _timer_fired(kind: int, at: int, sid: str) -> Said:
    name = KINDS_OF_TIMERS[kind]
    return name, {"timer": name, "at": at, "of": sid}
