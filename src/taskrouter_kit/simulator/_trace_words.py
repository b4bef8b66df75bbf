"""What each kind of step of a trace says, as a sentence and as data, when somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._rules import FilterRule, TargetRule
from taskrouter_kit.simulator._standing import Because, Reason, Refusal
from taskrouter_kit.simulator._timers import KINDS_OF_TIMERS
from taskrouter_kit.simulator._trace_entry import Said, says
from taskrouter_kit.simulator._trace_text import moment

#: Of what refusals are made when somebody reads them.
Reasons: TypeAlias = "Sequence[tuple[str, str, Reason, str | Because]]"


@says
def task_moved(why: str, before: str | None, after: str) -> Said:
    """Say why a task has another status."""
    return why, {"from": before, "to": after}


@says
def reservation_moved(before: str | None, after: str, sid: str, worker_sid: str, worker_name: str, why: str) -> Said:
    """Say whose reservation has another status, and why."""
    text = f"{worker_name}, {why}" if why else worker_name
    return text, {"from": before, "to": after, "reservation": sid, "worker": worker_sid}


@says
def workflow_entered(name: str, why: str) -> Said:
    """Say which workflow a task goes through, and why again."""
    return f"{name}, because {why}" if why else name, {"workflow": name, "because": why}


@says
def tried(
    rule: FilterRule, index: int, options: EngineOptions, attributes: Mapping[str, Any], facts: Facts
) -> Said:  # Any: JSON
    """Say which terms of a filter decided."""
    because = Because(_name(rule, index), rule.expression, "filter", options, {}, attributes, facts)
    data = {"filter": because.text, "expression": because.expression, "deciding": because.deciding()}
    return str(because), data


def _name(rule: FilterRule, index: int) -> str:
    return "the default filter" if index < 0 else rule.name or f"filter {index + 1}"


@says
def plain(why: str) -> Said:
    """Say what is always the same."""
    return why, {}


@says
def target_over(rule: FilterRule, filter_index: int, index: int) -> Said:
    """Say which target a task leaves or passes because of the time."""
    return _target(rule, filter_index, index), {"filter": rule.name, "target": index + 1}


def _target(rule: FilterRule, filter_index: int, index: int) -> str:
    return f"target {index + 1} of {_name(rule, filter_index)}"


@says
def workflow_timed_out(rule: FilterRule, filter_index: int, index: int, other: bool) -> Said:
    """Say which target was the last one."""
    text = f"{_target(rule, filter_index, index)} was the last one"
    text += "; the default filter is for tasks that no filter matches" if other else ""
    return text, {"filter": rule.name, "target": index + 1}


@says
def routed_directly(sid: str, name: str) -> Said:
    """Say for whom a task was made."""
    return f"for {name}; no filter is asked", {"target": sid, "name": name}


@says
def debugged(code: int, message: str) -> Said:
    """Say what stands in the debugger."""
    return f"{code}: {message}", {"code": code}


@says
def target_entered(
    queue: str, priority: int, rule: FilterRule, filter_index: int, target: TargetRule, index: int
) -> Said:
    """Say which target a task is in, and what the target asks for."""
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


@says
def queue_entered(name: str) -> Said:
    """Say which queue a task is in."""
    return name, {"queue": name}


@says
def skip_tried(text: str | None, queue: str, counters: dict[str, int]) -> Said:
    """Say what ``skip_if`` counted."""
    seen = f"{queue} has {counters['available']} available, {counters['unavailable']} unavailable"
    return f"{text} ({seen})", {"skip_if": text, "counters": counters}


@says
def reserved_for(
    first: Sequence[tuple[str, str]], order: str | None, able: int, asked: int, refusals: Reasons, others: int
) -> Said:
    """Say who could take a task, and why the others cannot."""
    text = ", ".join(name for _, name in first) + (f" and {able - len(first)} more" if able > len(first) else "")
    if able > 1:
        text += f" (by {order}, then longest idle first)" if order else " (longest idle first)"
    if asked < able:
        text += f"; {asked} of {able} asked"
    return _unable(text, {"able": [sid for sid, _ in first], "asked": asked}, refusals, others)


@says
def nobody(refusals: Reasons, others: int) -> Said:
    """Say why nobody can take a task."""
    return _unable("" if refusals else "there are no workers", {}, refusals, others)


def _unable(text: str, data: dict[str, Any], reasons: Reasons, others: int) -> Said:  # Any: JSON
    refusals = [Refusal(*each) for each in reasons]
    lines = [*([text] if text else []), *map(str, refusals), *([f"and {others} more cannot"] if others else [])]
    return "\n".join(lines), {**data, "refusals": [each.to_dict() for each in refusals], "more": others}


@says
def called(sid: str, worker_name: str, instruction: str, outcome: str | None) -> Said:
    """Say whom a call is for, and what became of it."""
    said = "rings" if outcome is None else outcome
    data = {"reservation": sid, "instruction": instruction, "outcome": outcome}
    return f"{instruction} to {worker_name}: {said}", data


@says
def timer_armed(kind: int, at: int, sid: str) -> Said:
    """Say which timer is armed, and for when."""
    name = KINDS_OF_TIMERS[kind]
    return f"{name} at {moment(at)}", {"timer": name, "at": at, "of": sid}


@says
def timer_fired(kind: int, at: int, sid: str) -> Said:
    """Say which timer fires."""
    name = KINDS_OF_TIMERS[kind]
    return name, {"timer": name, "at": at, "of": sid}
