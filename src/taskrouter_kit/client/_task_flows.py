"""What is done with tasks: created once, moved through their states, found again by a dedupe attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import UNSET, Unset, decode_object, encode_attributes
from taskrouter_kit.client._endpoints import EXPRESSION_LISTS, TASK_CHANNELS, TASK_QUEUES, TASKS, WORKFLOWS, Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import fetch_one, update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import InvalidDeclaration, NotFound, OutcomeUnknown, ValidationRefused
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._names import is_name
from taskrouter_kit.expr._nodes import Comparison, Const, Path
from taskrouter_kit.expr._nodes import Scope as Owner
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._schema import TaskAttributes
from taskrouter_kit.models._resources import TaskResource, TaskStatus

#: The statuses that nothing follows.
ENDS = frozenset({TaskStatus.COMPLETED, TaskStatus.CANCELED})


def create_task(
    scope: Scope,
    attributes: TaskAttributes | Mapping[str, Any],
    workflow: Address,
    channel: Address | Unset,
    dedupe: str | None = None,
    **more: object,
) -> Flow[TaskResource[Any]]:
    """Create a task. Its workflow is always named: the service picks one only while there is just one.

    *dedupe* names an attribute that no two tasks share: a lost answer is then looked up before it is sent again. An
    earlier task with the same value that had ended before is not taken for this one.
    """
    # Documented: limits-errors-gotchas.md section 4 (gotcha 9)
    workflow_sid = yield from scope.sid(WORKFLOWS, workflow)
    channel_sid = UNSET if channel is UNSET else (yield from scope.sid(TASK_CHANNELS, channel))
    task_queue = more.pop("task_queue", UNSET)
    if task_queue is not UNSET:
        more["task_queue_sid"] = yield from scope.sid(TASK_QUEUES, task_queue)
    schema = type(attributes) if isinstance(attributes, TaskAttributes) else None
    encoded = encode_attributes(attributes)
    form = fields(attributes=encoded, workflow_sid=workflow_sid, task_channel=channel_sid, **more)
    endpoint: Endpoint[TaskResource[Any]] = TASKS.reading(schema=schema)
    mark = None if dedupe is None else (dedupe, mark_of(encoded, dedupe))
    begun = scope.clock()
    try:
        return (yield from scope.create(endpoint, form))
    except OutcomeUnknown:
        if mark is None:
            raise
        found = yield from lost_task(scope, mark, endpoint, since=timedelta(seconds=scope.clock() - begun))
        return found if found is not None else (yield from scope.create(endpoint, form))


def mark_of(encoded: str, name: str) -> str:
    """Return the value of the dedupe attribute, which has to be a text."""
    value = decode_object(encoded).get(name)
    if isinstance(value, str) and is_name(name):
        return value
    message = f"The dedupe attribute {name!r} has to be a text attribute of the task, under a plain name."
    raise InvalidDeclaration(Diagnostic("dedupe-attribute", message, hint="give each task its own"))


def lost_task(
    scope: Scope,
    dedupe: tuple[str, str],
    endpoint: Endpoint[TaskResource[Any]],
    *,
    since: timedelta | None = None,
) -> Flow[TaskResource[Any] | None]:
    """Return the newest task whose attribute *dedupe* has that value, or None.

    With *since*, one that had ended longer ago than that is an earlier one, and none was made since.
    """
    name, value = dedupe
    marked: Condition[Any] = Condition(Comparison(Operator.EQ, Path(Owner.TASK, (name,)), Const(value)))
    there = yield from scope.inside(endpoint)
    query = {"EvaluateTaskAttributes": str(marked.placed("evaluate_task_attributes")), "Ordering": "DateCreated:desc"}
    page = yield from there.walk(query, group=EXPRESSION_LISTS).opening(1, None)
    if not page.items:
        return None
    newest = page.items[0]
    ended_before = since is not None and newest.assignment_status in ENDS and unchanged_for(newest) > since + _ROUNDING
    return None if ended_before else newest


#: What the service's whole seconds may add to how long a task seems to be unchanged.
_ROUNDING = timedelta(seconds=1)


def unchanged_for(task: TaskResource[Any]) -> timedelta:
    """Return how long ago *task* changed, when it was answered: its age says what time it was at the service."""
    # Documented: resources.md section 9 (age)
    return task.date_created + timedelta(seconds=task.age) - task.date_updated


def like(task: Address) -> Endpoint[TaskResource[Any]]:
    """Return the tasks, read by the schema that a returned *task* was read with."""
    return TASKS.reading(schema=task.schema) if isinstance(task, TaskResource) else TASKS  # pyright: ignore[reportUnknownMemberType]


def set_status(
    scope: Scope, task: Address, status: TaskStatus, reason: str | None, if_match: str | None = None
) -> Flow[TaskResource[Any] | None]:
    """Move a task to *status*; one that is there already is returned as it is, None is one that ended and is gone."""
    form = fields(assignment_status=status, reason=UNSET if reason is None else reason)
    try:
        return (yield from update_one(scope, like(task), task, form, if_match=if_match))
    except NotFound as gone:
        # Observed: limits-errors-gotchas.md section 3.3 (20404 on completing: already done)
        _ended(gone)
        return None
    except ValidationRefused:
        # Observed: limits-errors-gotchas.md section 3.3 (20001 on completing: already done)
        now = yield from fetch_one(scope, like(task), task)
        if now.assignment_status == status:
            return now
        raise


def finish_task(scope: Scope, task: Address, reason: str | None) -> Flow[TaskResource[Any] | None]:
    """End a task in the way its state allows: cancel it before it is assigned, complete it after. None: it is gone."""
    # Observed: limits-errors-gotchas.md section 4 (gotcha 24)
    try:
        now = yield from fetch_one(scope, like(task), task)
        if now.assignment_status in ENDS:
            return now
        waiting = now.assignment_status in {TaskStatus.PENDING, TaskStatus.RESERVED}
        status = TaskStatus.CANCELED if waiting else TaskStatus.COMPLETED
        return (yield from set_status(scope, now, status, reason))
    except NotFound as gone:
        _ended(gone)
        return None


def _ended(gone: NotFound) -> None:
    """Raise *gone* where it was a name that was not found; a task that the service has no more has ended."""
    if gone.request is None:
        raise gone


def update_task(scope: Scope, task: Address, if_match: str | None, **more: object) -> Flow[TaskResource[Any]]:
    """Update a task; its channel may be given by name."""
    attributes = more.get("attributes", UNSET)
    reading = TASKS.reading(schema=type(attributes)) if isinstance(attributes, TaskAttributes) else like(task)
    if attributes is not UNSET:
        more["attributes"] = encode_attributes(attributes)
    if more.get("task_channel", UNSET) is not UNSET:
        more["task_channel"] = yield from scope.sid(TASK_CHANNELS, more["task_channel"])
    return (yield from update_one(scope, reading, task, fields(**more), if_match=if_match))


def task_fits(where: Condition[Any]) -> Callable[[TaskResource[Any]], bool]:
    """Return the test of *where* on a returned task."""
    from taskrouter_kit.expr._compile import compile_condition

    matches = compile_condition(where)
    return lambda task: bool(matches({}, decode_object(task.attributes_json)))
