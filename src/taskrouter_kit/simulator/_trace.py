"""The trace: for every task why it is where it is, step by step, in the order of time.

Each function notes one kind of step, of which ``_trace_words.py`` says what there is to say when somebody reads it, and
does nothing when the engine keeps no trace. Each change of a task's or a reservation's state is noted exactly once:
those steps have ``from`` and ``to``.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice
from typing import Final

from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.simulator import _matching as matching
from taskrouter_kit.simulator import _trace_words as words
from taskrouter_kit.simulator._rules import FilterRule, TargetRule, WorkflowRules
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._standing import reason_of
from taskrouter_kit.simulator._state import TaskQueueState, WorkerState
from taskrouter_kit.simulator._task_state import ReservationState, TaskState
from taskrouter_kit.simulator._timers import CALL, RESERVATION
from taskrouter_kit.simulator._trace_entry import Said, Step

#: So many workers are named, with reasons, each time that a task looks for one; of the others only the number.
MOST_WORKERS: Final = 10


def _note(scene: Scene, task: TaskState, what: str, say: Callable[..., Said], *told: object) -> None:
    """Note a step of the way of *task*: what *say* makes of *told*, in which nothing changes any more."""
    noted = step(scene.machine.now, what, say, *told)
    try:
        scene.workspace.traces[task.sid].append(noted)
    except KeyError:
        scene.workspace.traces[task.sid] = [noted]


def step(now: int, what: str, say: Callable[..., Said], *told: object) -> Step:
    """Return the step that would have been noted at *now*."""
    return (now, what, say.__name__, *told)


def task_moved(scene: Scene, task: TaskState, before: str | None, why: str = "") -> None:
    """Note that *task* has another status; None before it was made."""
    if scene.traced:
        _note(scene, task, f"task.{task.assignment_status}", words.task_moved, why, before, task.assignment_status)


def reservation_moved(
    scene: Scene, task: TaskState, reservation: ReservationState, before: str | None, why: str = ""
) -> None:
    """Note that a reservation of *task* has another status; None before it was made."""
    if scene.traced:
        status = reservation.reservation_status
        what = f"reservation.{'created' if before is None else status}"
        told = (before, status, reservation.sid, reservation.worker_sid, reservation.worker_name, why)
        _note(scene, task, what, words.reservation_moved, *told)


def workflow_entered(scene: Scene, task: TaskState, name: str, why: str) -> None:
    """Note that *task* goes through a workflow from its beginning; *why*, when it is not the first time."""
    if scene.traced:
        _note(scene, task, "workflow.entered", words.workflow_entered, name, why)


def filter_tried(scene: Scene, task: TaskState, rule: FilterRule, index: int, facts: Facts, *, matched: bool) -> None:
    """Note whether a filter took *task*, and the terms that decided."""
    if scene.traced:
        what = "filter.matched" if matched else "filter.not-matched"
        _note(scene, task, what, words.tried, rule, index, scene.options, task.attributes, facts)


def default_filter(scene: Scene, task: TaskState) -> None:
    """Note that *task* goes to the default filter."""
    if scene.traced:
        _note(scene, task, "filter.default", words.plain, "no filter matched")


def nothing_matched(scene: Scene, task: TaskState) -> None:
    """Note that no filter takes *task* and that there is no default filter left for it."""
    if scene.traced:
        _note(scene, task, "filter.none", words.plain, "no filter matched, and there is no default filter for it")


def target_expired(scene: Scene, task: TaskState, rule: FilterRule, index: int) -> None:
    """Note that *task* passes a target whose time is over."""
    if scene.traced:
        _note(scene, task, "target.expired", words.target_over, rule, task.filter_index or 0, index)


def target_timed_out(scene: Scene, task: TaskState, rule: FilterRule) -> None:
    """Note that the time of *task* in its target is over."""
    if scene.traced:
        _note(scene, task, "target.timeout", words.target_over, rule, task.filter_index or 0, task.target_index)


def workflow_timed_out(scene: Scene, task: TaskState, rules: WorkflowRules | None) -> None:
    """Note that *task* has left the last target of its filter by time, and that nothing else takes it."""
    rule = None if rules is None or task.filter_index is None else rules.filter_at(task.filter_index)
    if scene.traced and rules is not None and rule is not None:
        other = rules.default is not None and rule is not rules.default
        place = (rule, task.filter_index or 0, task.target_index)
        _note(scene, task, "workflow.timeout", words.workflow_timed_out, *place, other)


def routed_directly(scene: Scene, task: TaskState, name: str) -> None:
    """Note that *task* was made for a worker or a queue of that name."""
    if scene.traced:
        _note(scene, task, "routing-target", words.routed_directly, task.routing_target, name)


def debugged(scene: Scene, task: TaskState, code: int, message: str) -> None:
    """Note what the service would write into its debugger about *task*."""
    if scene.traced:
        _note(scene, task, "debugger", words.debugged, code, message)


def target_entered(scene: Scene, task: TaskState, rule: FilterRule, target: TargetRule, index: int) -> None:
    """Note which target *task* is in, and what the target says."""
    if scene.traced:
        queue = scene.workspace.task_queues[target.queue_sid].friendly_name
        place = (rule, task.filter_index or 0, target, index)
        _note(scene, task, "target.entered", words.target_entered, queue, task.priority, *place)


def queue_entered(scene: Scene, task: TaskState, queue: TaskQueueState) -> None:
    """Note that *task* is in another queue."""
    if scene.traced:
        _note(scene, task, "queue.entered", words.queue_entered, queue.friendly_name)


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
        _note(scene, task, what, words.skip_tried, target.skip_text, queue.friendly_name, dict(counters))


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
        refusals, others = refused(scene, task, rule, everybody)
        first = tuple((worker.sid, worker.friendly_name) for worker in able[:MOST_WORKERS])
        count = everybody.bit_count()
        _note(scene, task, "workers.able", words.reserved_for, first, rule.order_text, count, asked, refusals, others)


def nobody(scene: Scene, task: TaskState, rule: TargetRule) -> None:
    """Note why nobody can take *task* now: each worker's reason, members of the queue first."""
    if scene.traced:
        _note(scene, task, "nobody", words.nobody, *refused(scene, task, rule, 0))


def refused(scene: Scene, task: TaskState, rule: TargetRule, able: int) -> tuple[words.Reasons, int]:
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


def called(scene: Scene, reservation: ReservationState, instruction: str, outcome: str | None) -> None:
    """Note that the worker of a reservation is called (None), or what became of the call."""
    if scene.traced:
        told = (reservation.sid, reservation.worker_name, instruction, outcome)
        _note(scene, reservation.task, "call", words.called, *told)


def timer_armed(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Note that a timer of a task, or of one of its reservations, is armed."""
    if scene.traced:
        _note(scene, _owner(scene, kind, sid), "timer.armed", words.timer_armed, kind, at, sid)


def timer_fired(scene: Scene, kind: int, at: int, sid: str) -> None:
    """Note that a timer of a task, or of one of its reservations, fires."""
    if scene.traced:
        _note(scene, _owner(scene, kind, sid), "timer.fired", words.timer_fired, kind, at, sid)


def _owner(scene: Scene, kind: int, sid: str) -> TaskState:
    """Return the task that a timer of it, or of one of its reservations, is about."""
    workspace = scene.workspace
    return workspace.tasks[workspace.reservations[sid].task_sid if kind in (RESERVATION, CALL) else sid]
