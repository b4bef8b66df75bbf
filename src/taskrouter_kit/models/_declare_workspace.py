"""The declared workspace: everything of a contact centre in one value, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from attrs import field, frozen

from taskrouter_kit.models._declare_parts import BUILT_IN_CHANNELS, Activity, TaskChannel, TaskQueue, Worker
from taskrouter_kit.models._declare_problems import Problems
from taskrouter_kit.models._declare_workflow import Workflow

_PARTS: dict[str, type] = {
    "activities": Activity,
    "task_channels": TaskChannel,
    "task_queues": TaskQueue,
    "workflows": Workflow,
    "workers": Worker,
}


@frozen
class Workspace:
    """A contact centre: activities, channels, queues, workflows and workers that belong together.

    ``default_activity`` is where new workers start, ``timeout_activity`` where a worker goes who let a reservation
    time out (both default to the service's ``Offline``). ``multi_task_enabled`` can be switched on but never off;
    left out, a workspace keeps what it has, and a new one is multi-tasking.
    ``events_filter`` names the event types that ``event_callback_url`` receives (empty: all).

    Raises :class:`InvalidDeclaration` with all problems at once: names that are used twice (workers: ignoring case),
    a queue that a workflow names but the workspace does not have, an activity nobody declared, an unknown channel.
    """

    # Documented: resources.md section 2

    friendly_name: str
    activities: Sequence[Activity] = field(default=(), kw_only=True)
    task_channels: Sequence[TaskChannel] = field(default=(), kw_only=True)
    task_queues: Sequence[TaskQueue] = field(default=(), kw_only=True)
    workflows: Sequence[Workflow] = field(default=(), kw_only=True)
    workers: Sequence[Worker] = field(default=(), kw_only=True)
    default_activity: Activity | None = field(default=None, kw_only=True)
    timeout_activity: Activity | None = field(default=None, kw_only=True)
    event_callback_url: str | None = field(default=None, kw_only=True)
    events_filter: Sequence[str] = field(default=(), kw_only=True)
    multi_task_enabled: bool | None = field(default=None, kw_only=True)
    prioritize_queue_order: Literal["FIFO", "LIFO"] = field(default="FIFO", kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"Workspace {self.friendly_name!r}")
        problems.name(self.friendly_name)
        problems.url(self.event_callback_url, field="event_callback_url")
        problems.one_of(self.prioritize_queue_order, ("FIFO", "LIFO"), field="prioritize_queue_order")
        if self.multi_task_enabled is not None:
            problems.instance(self.multi_task_enabled, bool, field="multi_task_enabled")
        for name in _PARTS:
            object.__setattr__(self, name, _checked_parts(problems, name, getattr(self, name)))
        object.__setattr__(self, "events_filter", problems.listed(self.events_filter, field="events_filter"))
        _check_names(problems, self)
        _check_references(problems, self)
        problems.raise_any()


def _checked_parts(problems: Problems, name: str, given: object) -> tuple[Any, ...]:
    parts = problems.listed(given, field=name)
    wrong = [index for index, part in enumerate(parts) if not isinstance(part, _PARTS[name])]
    for index in wrong:
        problems.instance(parts[index], _PARTS[name], field=f"{name}[{index}]")
    return tuple(part for part in parts if isinstance(part, _PARTS[name]))


def _check_names(problems: Problems, workspace: Workspace) -> None:
    def names(parts: Iterable[Any]) -> list[str]:
        return [part.friendly_name for part in parts]

    # Observed: resources.md section 4; worker names are unique ignoring case
    problems.unique(names(workspace.workers), what="worker", field="workers", ignoring_case=True)
    # Decided: other names are compared exactly, since plans find things by them and the service may allow duplicates
    problems.unique(names(workspace.activities), what="activity", field="activities", ignoring_case=False)
    problems.unique(names(workspace.task_queues), what="task queue", field="task_queues", ignoring_case=False)
    problems.unique(names(workspace.workflows), what="workflow", field="workflows", ignoring_case=False)
    channels = [channel.unique_name for channel in workspace.task_channels]
    problems.unique(channels, what="task channel", field="task_channels", ignoring_case=False)


def _check_references(problems: Problems, workspace: Workspace) -> None:
    for name in ("default_activity", "timeout_activity"):
        _check_activity(problems, workspace, getattr(workspace, name), field=name)
    for queue in workspace.task_queues:
        for name in ("reservation_activity", "assignment_activity"):
            activity = getattr(queue, name)
            _check_activity(problems, workspace, activity, field=f"task_queues[{queue.friendly_name!r}].{name}")
    for workflow in workspace.workflows:
        for queue in workflow.queues():
            if queue not in workspace.task_queues:
                _undeclared(problems, "queue", queue, f"workflows[{workflow.friendly_name!r}]", workspace)
    channels = {*BUILT_IN_CHANNELS, *(channel.unique_name for channel in workspace.task_channels)}
    for worker in workspace.workers:
        place = f"workers[{worker.friendly_name!r}]"
        _check_activity(problems, workspace, worker.activity, field=f"{place}.activity")
        for channel in worker.capacity:
            if channel not in channels:
                known = ", ".join(sorted(channels))
                problems.add(
                    "undeclared-channel",
                    f"Nobody declared a task channel {channel!r}.",
                    hint=f"declare TaskChannel({channel!r}) in task_channels=, or use one of: {known}",
                    field=f"{place}.capacity",
                )


def _check_activity(problems: Problems, workspace: Workspace, activity: object, *, field: str) -> None:
    if activity is None or not problems.instance(activity, Activity, field=field):
        return
    if activity not in workspace.activities:
        _undeclared(problems, "activity", activity, field, workspace)


def _undeclared(
    problems: Problems, what: Literal["queue", "activity"], missing: object, field: str, workspace: Workspace
) -> None:
    where = {"queue": "task_queues", "activity": "activities"}[what]
    name = getattr(missing, "friendly_name", "?")
    message, hint = f"The workspace does not declare the {what} {name!r}.", f"add it to {where}="
    if any(each.friendly_name == name for each in getattr(workspace, where)):
        message = f"The workspace declares another {what} {name!r} than the one that is meant here."
        hint = f"use one object for both: the one in {where}="
    problems.add(f"undeclared-{what}", message, hint=hint, field=field)
