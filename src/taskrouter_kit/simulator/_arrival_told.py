"""What events and a trace tell of a task that arrives and waits: kept as one record, told apart when somebody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import define

from taskrouter_kit.expr._facts import NO_FACTS
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator import _trace_words as words
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._event_log import Together, tells
from taskrouter_kit.simulator._event_state import EventState
from taskrouter_kit.simulator._events import filter_data, matched_data, target_data, task_data
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._rules import FilterRule, TargetRule, WorkflowRules
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import TaskQueueState, WorkflowState
from taskrouter_kit.simulator._task_state import TaskState
from taskrouter_kit.simulator._timers import TTL
from taskrouter_kit.simulator._trace_entry import Step, stands_for

#: How many events tell of such a task.
_EVENTS: Final = 4
_KIND: Final = "arrived"
#: What is told of who cannot take a task where there are no workers.
_NOBODY: Final[tuple[tuple[()], int]] = ((), 0)


@define(eq=False)
class _Entrance:
    """What tasks of one channel that come through one filter have in common, by the names of that time."""

    channel_sid: str
    channel_name: str
    queue_sid: str
    queue_name: str
    target_workers: str
    workflow_sid: str
    workflow_name: str
    rules: WorkflowRules
    filter_index: int
    rule: FilterRule
    options: EngineOptions


def tell(
    scene: Scene, task: TaskState, queue: TaskQueueState, workflow: WorkflowState, target: TargetRule, priority: int
) -> None:
    """Tell of *task*, which is new and waits in *target*, the first one of its filter; it was to have *priority*."""
    machine, workspace = scene.machine, scene.workspace
    count, traced = machine.sids, scene.traced
    entrance = target.entrances.get(task.task_channel_sid)
    if (
        entrance is None
        or entrance.queue_name is not queue.friendly_name
        or entrance.target_workers is not queue.target_workers
        or entrance.workflow_name is not workflow.friendly_name
    ):
        entrance = target.entrances[task.task_channel_sid] = _entrance(scene, task, queue, workflow)
    asked = traced and workspace.roster.everybody
    refusals, others = trace.refused(scene, task, target, 0) if asked else _NOBODY
    sid = task.sid
    record = (
        count + 1,
        machine.offset,
        _KIND,
        machine.now,
        sid,
        entrance,
        task.attributes_text,
        priority,
        task.priority,
        task.virtual_start_time,
        task.lives_until,
        refusals,
        others,
    )
    if scene.told:
        machine.sids = count + _EVENTS
        scene.keep(record)
    if traced:
        workspace.traces[sid] = [record]


def _entrance(scene: Scene, task: TaskState, queue: TaskQueueState, workflow: WorkflowState) -> _Entrance:
    channel = scene.workspace.task_channels[task.task_channel_sid]
    rules, index = workflow.rules, task.filter_index
    rule = None if index is None else rules.filter_at(index)
    assert index is not None, "it has just come through it"
    assert rule is not None
    return _Entrance(
        channel.sid,
        channel.unique_name,
        queue.sid,
        queue.friendly_name,
        queue.target_workers,
        workflow.sid,
        workflow.friendly_name,
        rules,
        index,
        rule,
        scene.options,
    )


@tells(_KIND)
def _events(record: Together) -> tuple[EventState, ...]:
    count, offset, _, now, sid, entrance, text, own_priority, priority, start, *_ = record
    channel = (entrance.channel_sid, entrance.channel_name, 0, now, start)
    names = (
        entrance.queue_sid,
        entrance.queue_name,
        entrance.target_workers,
        entrance.workflow_sid,
        entrance.workflow_name,
    )
    rule, target = entrance.rule, entrance.rule.targets[0]
    # It comes into the workflow as it was made, and is in no queue yet.
    made = (sid, text, 0, own_priority, "pending", *channel, None, None, None, None, None, *names[3:])
    told = (sid, text, 0, priority, "pending", *channel, now, None, *names)
    # Observed: callbacks.md section 4.5; task.created comes third, after the queue was entered
    happened: tuple[tuple[str, str, tuple[Any, ...], Callable[..., dict[str, str]]], ...] = (
        ("workflow.entered", entrance.workflow_name, (rule, None, made), filter_data),
        ("task-queue.entered", entrance.queue_name, (target.expression, None, told), target_data),
        ("task.created", sid, told, task_data),
        ("workflow.target-matched", rule.name, (rule, target, None, told), matched_data),
    )
    return tuple(
        EventState((count + place, offset, event_type, now, sid, subject, of, by))
        for place, (event_type, subject, of, by) in enumerate(happened)
    )


@stands_for(_KIND)
def _steps(record: Step) -> tuple[Step, ...]:
    _, _, _, now, sid, entrance, text, _, priority, _, expires_at, refusals, others = record
    attributes = read_attributes(text)
    index, rule, step = entrance.filter_index, entrance.rule, trace.step
    asked = entrance.rules.filters if index < 0 else entrance.rules.filters[: index + 1]
    return (
        step(now, "task.pending", words.task_moved, f"created on the channel {entrance.channel_name}", None, "pending"),
        step(now, "timer.armed", words.timer_armed, TTL, expires_at, sid),
        step(now, "workflow.entered", words.workflow_entered, entrance.workflow_name, ""),
        *(
            step(
                now,
                "filter.matched" if place == index else "filter.not-matched",
                words.tried,
                each,
                place,
                entrance.options,
                attributes,
                NO_FACTS,
            )
            for place, each in enumerate(asked)
        ),
        *([step(now, "filter.default", words.plain, "no filter matched")] if index < 0 else []),
        step(now, "queue.entered", words.queue_entered, entrance.queue_name),
        step(
            now, "target.entered", words.target_entered, entrance.queue_name, priority, rule, index, rule.targets[0], 0
        ),
        step(now, "nobody", words.nobody, refusals, others),
    )
