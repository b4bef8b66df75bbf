"""The trace: for every task why it is where it is, step by step, in the order of time.

Each function notes one kind of step, as data and as a sentence, and does nothing when the engine keeps no trace. Each
change of a task's or a reservation's state is noted exactly once: those steps have ``from`` and ``to``.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import datetime, timezone
from itertools import chain, islice
from typing import Any, Final

from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.simulator._rules import FilterRule, TargetRule
from taskrouter_kit.simulator._scene import CALL, KINDS_OF_TIMERS, RESERVATION, Scene
from taskrouter_kit.simulator._standing import Because, Refusal, refusal_of
from taskrouter_kit.simulator._state import (
    ReservationState,
    TaskQueueState,
    TaskState,
    WorkerState,
    WorkspaceState,
)
from taskrouter_kit.simulator._timers import Timer
from taskrouter_kit.simulator._trace_entry import Said, TraceEntry

#: So many workers are named, with reasons, each time that a task looks for one; of the others only the number.
MOST_WORKERS: Final = 10
_WIDTH: Final = 24


def note(scene: Scene, task: TaskState, what: str, why: str, **data: Any) -> None:  # Any: JSON
    """Note a step of the way of *task*."""
    _steps(scene, task).append(TraceEntry(scene.now, what, why, data))


def note_later(scene: Scene, task: TaskState, what: str, later: Callable[[], Said]) -> None:
    """Note a step of the way of *task*; what it says is found out when somebody reads it."""
    _steps(scene, task).append(TraceEntry(scene.now, what, later=later))


def _steps(scene: Scene, task: TaskState) -> list[TraceEntry]:
    traces = scene.workspace.traces
    steps = traces.get(task.sid)
    if steps is None:
        steps = traces[task.sid] = []
    return steps


def task_moved(scene: Scene, task: TaskState, before: str | None, why: str = "") -> None:
    """Note that *task* has another status; None before it was made."""
    if scene.options.trace:
        note(scene, task, f"task.{task.assignment_status}", why, **{"from": before, "to": task.assignment_status})


def reservation_moved(scene: Scene, task: TaskState, reservation: ReservationState, before: str | None) -> None:
    """Note that a reservation of *task* has another status; None before it was made."""
    if not scene.options.trace:
        return
    status = reservation.reservation_status
    what = f"reservation.{'created' if before is None else status}"
    data = {"from": before, "to": status, "reservation": reservation.sid, "worker": reservation.worker_sid}
    note(scene, task, what, reservation.worker_name, **data)


def workflow_entered(scene: Scene, task: TaskState, name: str, why: str) -> None:
    """Note that *task* goes through a workflow from its beginning; *why*, when it is not the first time."""
    if scene.options.trace:
        note(scene, task, "workflow.entered", f"{name}, because {why}" if why else name, workflow=name, because=why)


def filter_tried(
    scene: Scene, task: TaskState, rule: FilterRule, index: int, facts: Facts | None, *, matched: bool
) -> None:
    """Note whether a filter took *task*, and the terms that decided."""
    if scene.options.trace:
        what = "filter.matched" if matched else "filter.not-matched"
        name = _name(rule, index)
        attributes = task.attributes
        because = Because(name, rule.expression, "filter", scene.options, {}, attributes, facts or NO_FACTS)
        note_later(scene, task, what, lambda: _tried(because))


def _tried(because: Because) -> Said:
    data = {"filter": because.text, "expression": because.expression, "deciding": because.deciding()}
    return str(because), data


def _name(rule: FilterRule, index: int) -> str:
    return "the default filter" if index < 0 else rule.name or f"filter {index + 1}"


def default_filter(scene: Scene, task: TaskState) -> None:
    """Note that *task* goes to the default filter."""
    if scene.options.trace:
        note(scene, task, "filter.default", "no filter matched")


def nothing_matched(scene: Scene, task: TaskState) -> None:
    """Note that no filter takes *task* and that there is no default filter left for it."""
    if scene.options.trace:
        note(scene, task, "filter.none", "no filter matched, and there is no default filter for it")


def target_expired(scene: Scene, task: TaskState, index: int) -> None:
    """Note that *task* passes a target whose time is over."""
    if scene.options.trace:
        note(scene, task, "target.expired", f"target {index + 1}", target=index + 1)


def target_entered(scene: Scene, task: TaskState, rule: FilterRule, target: TargetRule, index: int) -> None:
    """Note which target *task* is in, and what the target says."""
    if not scene.options.trace:
        return
    queue = scene.workspace.task_queues[target.queue_sid].friendly_name
    says = [f"queue {queue}", f"priority {task.priority}"]
    for name, value in (
        ("expression", target.expression),
        ("order by", target.order_text),
        ("skip if", target.skip_text),
        ("known worker", target.known_text),
        ("at most", None if target.timeout is None else f"{target.timeout} s"),
    ):
        if value:
            says.append(f"{name} {value}")
    text = f"target {index + 1} of {_name(rule, task.filter_index or 0)}: {', '.join(says)}"
    note(scene, task, "target.entered", text, filter=rule.name, target=index + 1, queue=queue, priority=task.priority)


def target_timed_out(scene: Scene, task: TaskState) -> None:
    """Note that the time of *task* in its target is over."""
    if scene.options.trace:
        note(scene, task, "target.timeout", f"target {task.target_index + 1}", target=task.target_index + 1)


def queue_entered(scene: Scene, task: TaskState, queue: TaskQueueState) -> None:
    """Note that *task* is in another queue."""
    if scene.options.trace:
        note(scene, task, "queue.entered", queue.friendly_name, queue=queue.friendly_name)


def skip_tried(scene: Scene, task: TaskState, target: TargetRule, counters: dict[str, int], *, skips: bool) -> None:
    """Note whether skip_if was true, and what it counted."""
    if scene.options.trace:
        seen = f"{counters['available']} available, {counters['unavailable']} unavailable"
        what = "target.skipped" if skips else "target.not-skipped"
        note(scene, task, what, f"{target.skip_text} ({seen})", skip_if=target.skip_text, counters=dict(counters))


def reserved_for(scene: Scene, task: TaskState, rule: TargetRule, able: list[WorkerState], asked: int) -> None:
    """Note who could take *task*, in the order in which they are asked, how many are, and why the others cannot."""
    if not scene.options.trace:
        return
    names = [worker.friendly_name for worker in able[:MOST_WORKERS]]
    more = f" and {len(able) - len(names)} more" if len(able) > len(names) else ""
    text = f"{', '.join(names)}{more}" + (f"; {asked} of {len(able)} asked" if asked < len(able) else "")
    data = {"able": [worker.sid for worker in able[:MOST_WORKERS]], "asked": asked}
    refusals, others = _refused(scene, task, rule, {worker.sid for worker in able})
    note_later(scene, task, "workers.able", lambda: _unable(text, data, refusals, others))


def nobody(scene: Scene, task: TaskState, rule: TargetRule) -> None:
    """Note why nobody can take *task* now: each worker's reason, members of the queue first."""
    if scene.options.trace:
        refusals, others = _refused(scene, task, rule, frozenset())
        text = "" if refusals else "there are no workers"
        note_later(scene, task, "nobody", lambda: _unable(text, {}, refusals, others))


def _refused(scene: Scene, task: TaskState, rule: TargetRule, able: Set[str]) -> tuple[list[Refusal], int]:
    """Return why workers other than *able* cannot take *task*, up to so many, and how many more there are."""
    workspace = scene.workspace
    members = workspace.task_queues[rule.queue_sid].members
    others = (worker for sid, worker in workspace.workers.items() if sid not in members)
    unable = (worker for worker in chain(members.values(), others) if worker.sid not in able)
    found = list(islice(unable, MOST_WORKERS))
    reasons = [refusal_of(each, task, rule, workspace, scene.options, scene.now) for each in found]
    return [each for each in reasons if each is not None], len(workspace.workers) - len(able) - len(found)


def _unable(text: str, data: dict[str, Any], refusals: list[Refusal], others: int) -> Said:  # Any: JSON
    lines = [*([text] if text else []), *map(str, refusals), *([f"and {others} more cannot"] if others else [])]
    return "\n".join(lines), {**data, "refusals": [each.to_dict() for each in refusals], "more": others}


def called(scene: Scene, task: TaskState, reservation: ReservationState, outcome: str | None) -> None:
    """Note that the worker of a reservation is called (None), or what became of the call."""
    if scene.options.trace:
        said = "rings" if outcome is None else outcome
        text = f"{reservation.call_instruction} to {reservation.worker_name}: {said}"
        data = {"reservation": reservation.sid, "instruction": reservation.call_instruction, "outcome": outcome}
        note(scene, task, "call", text, **data)


def timer_armed(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Note that a timer of a task, or of one of its reservations, is armed."""
    if scene.options.trace:
        _timer(scene, "timer.armed", kind, at, sid)


def timer_fired(scene: Scene, timer: Timer) -> None:
    """Note that a timer fires."""
    if scene.options.trace:
        _timer(scene, "timer.fired", timer.kind, timer.at, timer.sid)


def _timer(scene: Scene, what: str, kind: int, at: int, sid: str) -> None:
    workspace = scene.workspace
    task_sid = workspace.reservations[sid].task_sid if kind in (RESERVATION, CALL) else sid
    name = KINDS_OF_TIMERS[kind]
    text = name if what == "timer.fired" else f"{name} at {moment(at)}"
    note(scene, workspace.tasks[task_sid], what, text, timer=name, at=at, of=sid)


def moment(at: int) -> str:
    """Return a moment as ISO 8601 in UTC, with milliseconds only where there are some."""
    seconds, rest = divmod(at, 1000)
    text = f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}"
    return f"{text}.{rest:03}Z" if rest else f"{text}Z"


def trace_of(workspace: WorkspaceState, task_sid: str) -> tuple[TraceEntry, ...]:
    """Return the steps of a task, oldest first; none when it is gone or no trace is kept."""
    return tuple(workspace.traces.get(task_sid, ()))


def trace_text(workspace: WorkspaceState, task_sid: str) -> str:
    """Return the way of a task as lines: when, what, why; what has several reasons has a line for each."""
    lines = list[str]()
    for step in trace_of(workspace, task_sid):
        at = moment(step.at)
        first, *more = step.why.split("\n")
        lines.append(f"{at}  {step.what:{_WIDTH}}{first}".rstrip())
        lines += [f"{'':{len(at) + 2 + _WIDTH}}{each}" for each in more]
    return "\n".join(lines) + "\n"
