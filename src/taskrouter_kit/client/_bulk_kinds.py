"""Declared things as bulk work sees them: what one is called, the form that makes it, what else belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import UNSET, encode_attributes
from taskrouter_kit.client._endpoints import (
    ACTIVITIES,
    ROUTING_WRITES,
    TASK_CHANNELS,
    TASK_QUEUES,
    TASKS,
    WORKERS,
    WORKFLOWS,
    Endpoint,
)
from taskrouter_kit.client._exchange import Field, Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._routing_flows import save_task_queue, save_workflow
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._task_flows import update_task
from taskrouter_kit.client._worker_flows import save_worker, update_worker_channel
from taskrouter_kit.errors import PlanRefused
from taskrouter_kit.models._base import Resource
from taskrouter_kit.models._declare_parts import Activity, TaskChannel, TaskQueue, Worker
from taskrouter_kit.models._declare_workflow import Workflow

D = TypeVar("D")

Form = Mapping[str, Field]


@frozen
class Kind(Generic[D]):
    """One kind of declared thing. Creating sends *form* and *at_birth*; updating sends *form*."""

    endpoint: Endpoint[Any]  # Any: of what is the collection's matter
    name: Callable[[D], str]
    form: Callable[[Scope, D], Flow[Form]]
    change: Callable[..., Flow[Any]]  # Any: the collection's matter
    #: What can be said only when it is created.
    at_birth: Callable[[Scope, D], Flow[Form]] | None = None
    #: Refuses a thing that is there and can never be what is declared.
    check: Callable[[D, Resource], None] | None = None
    #: What belongs to it and is set by calls of its own; how many they are.
    rest: Callable[[Scope, D, Any], Flow[None]] | None = None
    further_calls: Callable[[D], int] = lambda _: 0
    group: str | None = None

    @property
    def pace(self) -> float | None:
        """Writes a second that the service is known to take."""
        # Observed: resources.md section 7 (a published tool writes queues and workflows at one a second)
        return 1.0 if self.group == ROUTING_WRITES else None


def _activity(_: Scope, activity: Activity) -> Flow[Form]:
    yield from ()
    return fields(friendly_name=activity.friendly_name)


def _availability(_: Scope, activity: Activity) -> Flow[Form]:
    yield from ()
    return fields(available=activity.available)


def _same_availability(activity: Activity, found: Resource) -> None:
    if found.raw.get("available") != activity.available:
        name, has = activity.friendly_name, found.raw.get("available")
        message = f"Activity {name!r} has available={has}, and the service never changes that."
        where = Where(path=f"Activity {name!r}")
        raise PlanRefused(Diagnostic("activity-available-immutable", message, where=where))


def _channel(_: Scope, channel: TaskChannel) -> Flow[Form]:
    yield from ()
    name = channel.friendly_name or channel.unique_name
    return fields(friendly_name=name, channel_optimized_routing=channel.channel_optimized_routing)


def _unique_name(_: Scope, channel: TaskChannel) -> Flow[Form]:
    yield from ()
    return fields(unique_name=channel.unique_name)


def _queue(scope: Scope, queue: TaskQueue) -> Flow[Form]:
    activities: dict[str, object] = {}
    for name in ("reservation_activity", "assignment_activity"):
        activity = getattr(queue, name)
        activities[f"{name}_sid"] = UNSET if activity is None else (yield from scope.sid(ACTIVITIES, activity))
    return fields(
        friendly_name=queue.friendly_name,
        target_workers=str(queue.target_workers),
        max_reserved_workers=queue.max_reserved_workers,
        task_order=queue.task_order,
        **activities,
    )


def _workflow(scope: Scope, workflow: Workflow) -> Flow[Form]:
    sids: dict[str, str] = {}
    for queue in workflow.queues():
        sids[queue.friendly_name] = yield from scope.sid(TASK_QUEUES, queue)
    return fields(
        friendly_name=workflow.friendly_name,
        configuration=workflow.configuration(sids),
        assignment_callback_url=workflow.assignment_callback_url or UNSET,
        fallback_assignment_callback_url=workflow.fallback_assignment_callback_url or UNSET,
        task_reservation_timeout=workflow.reservation_seconds,
    )


def _worker(_: Scope, worker: Worker) -> Flow[Form]:
    yield from ()
    return fields(friendly_name=worker.friendly_name, attributes=encode_attributes(worker.attributes))


def _starting_activity(scope: Scope, worker: Worker) -> Flow[Form]:
    if worker.activity is None:
        return {}
    return fields(activity_sid=(yield from scope.sid(ACTIVITIES, worker.activity)))


def _capacities(scope: Scope, worker: Worker, made: Any) -> Flow[None]:
    for channel, capacity in worker.capacity.items():
        yield from update_worker_channel(scope, ("Workers", WORKERS, made), channel, capacity=capacity)


def _change_activity(scope: Scope, address: Address, **changes: object) -> Flow[Any]:
    return update_one(scope, ACTIVITIES, address, fields(**changes))


def _change_channel(scope: Scope, address: Address, **changes: object) -> Flow[Any]:
    return update_one(scope, TASK_CHANNELS, address, fields(**changes))


def _change_worker(scope: Scope, address: Address, **changes: object) -> Flow[Any]:
    return save_worker(scope, address, changes.pop("activity", UNSET), None, **changes)


def _change_task(scope: Scope, address: Address, **changes: object) -> Flow[Any]:
    return update_task(scope, address, None, **changes)


def _friendly(thing: Activity | TaskQueue | Worker | Workflow) -> str:
    return thing.friendly_name


ACTIVITY: Kind[Activity] = Kind(
    ACTIVITIES, _friendly, _activity, _change_activity, at_birth=_availability, check=_same_availability
)
TASK_CHANNEL: Kind[TaskChannel] = Kind(
    TASK_CHANNELS, lambda channel: channel.unique_name, _channel, _change_channel, at_birth=_unique_name
)
TASK_QUEUE: Kind[TaskQueue] = Kind(TASK_QUEUES, _friendly, _queue, save_task_queue, group=ROUTING_WRITES)
WORKFLOW: Kind[Workflow] = Kind(WORKFLOWS, _friendly, _workflow, save_workflow, group=ROUTING_WRITES)
WORKER: Kind[Worker] = Kind(
    WORKERS,
    _friendly,
    _worker,
    _change_worker,
    at_birth=_starting_activity,
    rest=_capacities,
    further_calls=lambda worker: len(worker.capacity),
)


def _undeclared(*_: object) -> Flow[Form]:
    raise NotImplementedError("a task is not declared")


#: Tasks are changed in bulk; what makes one is no declaration.
TASK: Kind[Any] = Kind(TASKS, str, _undeclared, _change_task)
