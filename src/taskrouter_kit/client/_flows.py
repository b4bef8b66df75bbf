"""Procedures of several calls, as generators: names resolved, then the call; and the verbs that know the state machine.

They are what both faces perform; tests drive them with a list of replies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from taskrouter_kit._wire import UNSET, Unset, encode_attributes
from taskrouter_kit.client._endpoints import (
    ACTIVITIES,
    ROUTING_WRITES,
    TASK_CHANNELS,
    TASK_QUEUES,
    TASK_RESERVATIONS,
    TASKS,
    WORKER_CHANNELS,
    WORKERS,
    WORKFLOWS,
    Endpoint,
)
from taskrouter_kit.client._exchange import Exchange, Field, Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import NotFound, StaleVersion, ValidationRefused
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.models._base import Resource
from taskrouter_kit.models._resources import (
    ReservationResource,
    TaskQueueResource,
    TaskResource,
    TaskStatus,
    WorkerChannelResource,
    WorkerResource,
    WorkflowResource,
)

W = TypeVar("W", bound=WorkerAttributes)
R = TypeVar("R", bound=Resource)

#: How often a read-change-write is tried before the other writers win.
# Observed: limits-errors-gotchas.md section 4 (gotcha 20: versions move by background changes)
PATCH_ATTEMPTS = 10


def fetch_one(scope: Scope, endpoint: Endpoint[R], address: Address) -> Flow[R]:
    """Read the thing at *address*."""

    def act(there: Endpoint[R], sid: str) -> Exchange[R]:
        return there.fetch(sid)

    return scope.one(endpoint, address, act)


def update_one(
    scope: Scope,
    endpoint: Endpoint[R],
    address: Address,
    form: Mapping[str, Field],
    *,
    if_match: str | None = None,
    group: str | None = None,
) -> Flow[R]:
    """Update the thing at *address*; only if it still has version *if_match*, where one is given."""

    def act(there: Endpoint[R], sid: str) -> Exchange[R]:
        return there.update(sid, form, if_match=if_match, group=group)

    return scope.one(endpoint, address, act)


def delete_one(scope: Scope, endpoint: Endpoint[Any], address: Address, if_match: str | None) -> Flow[None]:
    """Delete the thing at *address*; only if it still has version *if_match*, where one is given."""

    def act(there: Endpoint[Any], sid: str) -> Exchange[None]:
        return there.delete(sid, if_match=if_match)

    return scope.one(endpoint, address, act)


def create_task(
    scope: Scope,
    attributes: TaskAttributes | Mapping[str, Any],
    workflow: Address,
    channel: Address | Unset,
    **more: object,
) -> Flow[TaskResource[Any]]:
    """Create a task. Its workflow is always named: the service picks one only while there is just one."""
    # Documented: limits-errors-gotchas.md section 4 (gotcha 9)
    workflow_sid = yield from scope.sid(WORKFLOWS, workflow)
    channel_sid = UNSET if channel is UNSET else (yield from scope.sid(TASK_CHANNELS, channel))
    schema = type(attributes) if isinstance(attributes, TaskAttributes) else None
    form = fields(attributes=encode_attributes(attributes), workflow_sid=workflow_sid, task_channel=channel_sid, **more)
    return (yield from scope.create(TASKS.reading(schema=schema), form))


def set_status(scope: Scope, task: Address, status: TaskStatus, reason: str | None) -> Flow[TaskResource[Any]]:
    """Move a task to *status*; one that is there already, or gone after its end, is an answer and no error."""
    form = fields(assignment_status=status, reason=UNSET if reason is None else reason)
    try:
        return (yield from update_one(scope, TASKS, task, form))
    except ValidationRefused:
        # Observed: limits-errors-gotchas.md section 3.3 (20001 on completing: already done)
        now = yield from fetch_one(scope, TASKS, task)
        if now.assignment_status == status:
            return now
        raise


def finish_task(scope: Scope, task: Address, reason: str | None) -> Flow[TaskResource[Any] | None]:
    """End a task in the way its state allows: cancel it before it is assigned, complete it after. None: it is gone."""
    # Observed: limits-errors-gotchas.md section 4 (gotcha 24)
    try:
        now = yield from fetch_one(scope, TASKS, task)
        if now.assignment_status in {TaskStatus.COMPLETED, TaskStatus.CANCELED}:
            return now
        waiting = now.assignment_status in {TaskStatus.PENDING, TaskStatus.RESERVED}
        status = TaskStatus.CANCELED if waiting else TaskStatus.COMPLETED
        return (yield from set_status(scope, now, status, reason))
    except NotFound:
        return None


def update_reservation(scope: Scope, task: Address, reservation: Address, **form: object) -> Flow[ReservationResource]:
    """Update a reservation of a task; *form* is what changes."""
    task_sid = yield from scope.sid(TASKS, task)
    there = yield from scope.inside(TASK_RESERVATIONS, "Tasks", task_sid)
    sid = reservation if isinstance(reservation, str) else getattr(reservation, "sid", "")
    return (yield from there.update(str(sid), fields(**form)))


def save_worker(
    scope: Scope, address: Address | None, activity: Address | Unset | None, **more: object
) -> Flow[WorkerResource[Any]]:
    """Create (*address* None) or update a worker; its activity may be given by name."""
    activity_sid: object = UNSET
    if activity is not UNSET and activity is not None:
        activity_sid = yield from scope.sid(ACTIVITIES, activity)
    schema = type(more["attributes"]) if isinstance(more.get("attributes"), WorkerAttributes) else None
    if more.get("attributes", UNSET) is not UNSET:
        more["attributes"] = encode_attributes(more["attributes"])
    if_match = more.pop("if_match", None)
    form = fields(activity_sid=activity_sid, **more)
    endpoint = WORKERS.reading(schema=schema)
    if address is None:
        return (yield from scope.create(endpoint, form))
    match = if_match if isinstance(if_match, str) else None
    return (yield from update_one(scope, endpoint, address, form, if_match=match))


def patch_worker(scope: Scope, address: Address, schema: type[W], change: Callable[[W], W]) -> Flow[WorkerResource[W]]:
    """Read a worker's attributes, change them, write them back only if nobody else did; again when somebody did."""
    endpoint = WORKERS.reading(schema=schema)
    for attempt in range(PATCH_ATTEMPTS):
        now: WorkerResource[W] = yield from fetch_one(scope, endpoint, address)
        version = now.meta.etag if now.meta is not None else None
        form = fields(attributes=encode_attributes(change(now.attributes)))
        try:
            return (yield from update_one(scope, endpoint, now, form, if_match=version))
        except StaleVersion:
            if attempt == PATCH_ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def update_worker_channel(scope: Scope, worker: Address, channel: str, **form: object) -> Flow[WorkerChannelResource]:
    """Set a worker's capacity or availability on a channel (its unique name or SID)."""
    worker_sid = yield from scope.sid(WORKERS, worker)
    there = yield from scope.inside(WORKER_CHANNELS, "Workers", worker_sid)
    return (yield from there.update(channel, fields(**form)))


def save_task_queue(scope: Scope, address: Address | None, **more: object) -> Flow[TaskQueueResource]:
    """Create (*address* None) or update a queue; activities may be given by name."""
    for name in ("reservation_activity", "assignment_activity"):
        activity = more.pop(name, UNSET)
        if activity is None:
            more[f"{name}_sid"] = None
        elif activity is not UNSET:
            more[f"{name}_sid"] = yield from scope.sid(ACTIVITIES, activity)
    target = more.get("target_workers")
    if isinstance(target, Condition):
        more["target_workers"] = str(target.placed("target_workers"))
    form = fields(**more)
    if address is None:
        return (yield from scope.create(TASK_QUEUES, form, group=ROUTING_WRITES))
    return (yield from update_one(scope, TASK_QUEUES, address, form, group=ROUTING_WRITES))


def save_workflow(scope: Scope, address: Address | None, **more: object) -> Flow[WorkflowResource]:
    """Create (*address* None) or update a workflow."""
    form = fields(**more)
    if address is None:
        return (yield from scope.create(WORKFLOWS, form, group=ROUTING_WRITES))
    return (yield from update_one(scope, WORKFLOWS, address, form, group=ROUTING_WRITES))
