"""Verbs that know the state machine and take their time: waiting for a task, finding those that hang."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any, Literal

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._bulk import Job
from taskrouter_kit.client._drive import pause
from taskrouter_kit.client._endpoints import TASKS
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._flows import fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._task_flows import ENDS, like, set_status, unchanged_for
from taskrouter_kit.errors import DeadlinePassed, NotFound
from taskrouter_kit.models._resources import TaskResource, TaskStatus


def wait_until(
    scope: Scope, task: Address, statuses: Collection[TaskStatus | str], deadline: float | timedelta, every: float
) -> Flow[TaskResource[Any] | None]:
    """Read a task every *every* seconds until it is in one of *statuses*; None when it ended and is gone.

    Raises :class:`DeadlinePassed` after *deadline* seconds of waiting.
    """
    left = deadline.total_seconds() if isinstance(deadline, timedelta) else float(deadline)
    while True:
        try:
            now = yield from fetch_one(scope, like(task), task)
        except NotFound:
            if ENDS & set(statuses):
                return None
            raise
        if now.assignment_status in statuses:
            return now
        if left <= 0:
            wanted = " or ".join(sorted(str(TaskStatus(each)) for each in statuses))
            message = f"The task is {now.assignment_status}, not {wanted}, and the deadline has passed."
            raise DeadlinePassed(Diagnostic("deadline-passed", message, where=Where(path=f"Task {now.sid}")))
        yield from pause(min(every, left))
        left -= every


@frozen
class StuckTask:
    """A task that hangs, why it is thought so, and what :meth:`Tasks.repair_stuck_tasks` would do about it."""

    task: TaskResource[Any] = field(repr=False)
    sid: str
    why: str
    repair: Literal["complete", "cancel"]


def find_stuck_tasks(scope: Scope, after: timedelta) -> Flow[tuple[StuckTask, ...]]:
    """Return the tasks in one status for longer than *after*; by the service's clock, not by ours."""
    # Documented: limits-errors-gotchas.md section 4 (gotchas 23 and 34)
    there = yield from scope.inside(TASKS)
    open_statuses = [str(each) for each in TaskStatus if each not in ENDS]
    tasks = yield from there.walk({"AssignmentStatus": open_statuses}).items()
    return tuple(stuck for task in tasks if (stuck := judge(task, after)) is not None)


def judge(task: TaskResource[Any], after: timedelta) -> StuckTask | None:
    """Return what is wrong with *task*, or None."""
    idle = unchanged_for(task)
    if idle < after:
        return None
    seen = f"unchanged for {idle}"
    match task.assignment_status:
        case TaskStatus.ASSIGNED | TaskStatus.WRAPPING:
            why = f"{task.assignment_status}, {seen}: its call or chat may have ended without the task"
            return StuckTask(task, task.sid, why, "complete")
        case TaskStatus.PENDING | TaskStatus.RESERVED:
            why = f"{task.assignment_status}, {seen}: nobody takes it"
            return StuckTask(task, task.sid, why, "cancel")
        case _:
            return None


def repair_jobs(
    scope: Scope, stuck: Iterable[StuckTask], reason: str | None
) -> Iterator[Job[TaskResource[Any] | None]]:
    """Yield a job for each stuck task: it is ended as planned, if it has not moved since it was found."""
    for each in stuck:

        def repair(each: StuckTask = each) -> Flow[TaskResource[Any] | None]:
            return _repair(scope, each, reason)

        yield Job(f"repair {each.sid}", repair, repair, calls=2)


def _repair(scope: Scope, stuck: StuckTask, reason: str | None) -> Flow[TaskResource[Any] | None]:
    """End a task; one that somebody worked on meanwhile is returned as it is, None is one that is gone."""
    try:
        now = yield from fetch_one(scope, TASKS, stuck.sid)
    except NotFound:
        return None
    found = stuck.task
    if (now.assignment_status, now.date_updated) != (found.assignment_status, found.date_updated):
        return now
    status = TaskStatus.COMPLETED if stuck.repair == "complete" else TaskStatus.CANCELED
    version = now.meta.etag if now.meta is not None else None
    return (yield from set_status(scope, now, status, reason, if_match=version))
