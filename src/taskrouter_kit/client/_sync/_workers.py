"""Workers of a workspace, and their channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._endpoints import (
    EXPRESSION_LISTS,
    TASK_QUEUES,
    WORKER_CHANNELS,
    WORKER_RESERVATIONS,
    WORKERS,
)
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import patch_worker, save_worker, update_worker_channel
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.client._sync._performing import Collection
from taskrouter_kit.expr._condition import Condition, WorkerScope
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._resources import (
    ReservationResource,
    ReservationStatus,
    WorkerChannelResource,
    WorkerResource,
)

A = TypeVar("A", bound=WorkerAttributes)


class Workers(Collection[WorkerResource[Any]]):
    """Workers; with a schema their attributes are typed, without one a JSON mapping."""

    _endpoint = WORKERS

    @overload
    def create(self, friendly_name: str, attributes: A, *, activity: Address | Unset = UNSET) -> WorkerResource[A]: ...
    @overload
    def create(
        self, friendly_name: str, attributes: Mapping[str, Any] | Unset = UNSET, *, activity: Address | Unset = UNSET
    ) -> WorkerResource[Mapping[str, Any]]: ...
    def create(
        self, friendly_name: str, attributes: Any = UNSET, *, activity: Address | Unset = UNSET
    ) -> WorkerResource[Any]:
        """Create a worker; without an activity it starts in the workspace's default (usually ``Offline``)."""
        flow = save_worker(self._scope, None, activity, friendly_name=friendly_name, attributes=attributes)
        return self._perform(flow)

    @overload
    def fetch(self, worker: Address, schema: type[A]) -> WorkerResource[A]: ...
    @overload
    def fetch(self, worker: Address, schema: None = None) -> WorkerResource[Mapping[str, Any]]: ...
    def fetch(self, worker: Address, schema: type[WorkerAttributes] | None = None) -> WorkerResource[Any]:
        """Return one worker; raises :class:`NotFound`."""
        return self._fetch(worker, WORKERS.reading(schema=schema))

    def update(
        self,
        worker: Address,
        *,
        friendly_name: str | Unset = UNSET,
        attributes: WorkerAttributes | Mapping[str, Any] | Unset = UNSET,
        activity: Address | Unset = UNSET,
        reject_pending_reservations: bool | Unset = UNSET,
        if_match: str | None = None,
    ) -> WorkerResource[Any]:
        """Update a worker. ``attributes`` replace all of them (see :meth:`patch_attributes`).

        ``if_match``: only if the worker still has that version; else :class:`StaleVersion`.
        """
        return self._perform(
            save_worker(
                self._scope,
                worker,
                activity,
                friendly_name=friendly_name,
                attributes=attributes,
                reject_pending_reservations=reject_pending_reservations,
                if_match=if_match,
            )
        )

    def patch_attributes(self, worker: Address, schema: type[A], change: Callable[[A], A]) -> WorkerResource[A]:
        """Change a worker's attributes: read, *change*, write if nobody else did meanwhile, else again.

        Raises :class:`StaleVersion` when others were faster ten times.
        """
        return self._perform(patch_worker(self._scope, worker, schema, change))

    def delete(self, worker: Address, *, if_match: str | None = None) -> None:
        """Delete a worker."""
        self._delete(worker, if_match)

    @overload
    def list(
        self,
        schema: type[A],
        *,
        where: Condition[WorkerScope] | Unset = UNSET,
        friendly_name: str | Unset = UNSET,
        activity_name: str | Unset = UNSET,
        available: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
    ) -> Pager[WorkerResource[A]]: ...
    @overload
    def list(
        self,
        schema: None = None,
        *,
        where: Condition[WorkerScope] | Unset = UNSET,
        friendly_name: str | Unset = UNSET,
        activity_name: str | Unset = UNSET,
        available: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
    ) -> Pager[WorkerResource[Mapping[str, Any]]]: ...
    def list(
        self,
        schema: type[WorkerAttributes] | None = None,
        *,
        where: Condition[WorkerScope] | Unset = UNSET,
        friendly_name: str | Unset = UNSET,
        activity_name: str | Unset = UNSET,
        available: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
    ) -> Pager[Any]:
        """Walk the workers. ``where`` is evaluated by the service (at most 3 such requests a second).

        ``task_queue`` selects the workers that may serve it, whatever their activity.
        """
        expression = str(where.placed("target_workers_expression")) if isinstance(where, Condition) else UNSET
        queue_sid: object = UNSET
        if task_queue is not UNSET:
            queue_sid = self._perform(self._scope.sid(TASK_QUEUES, task_queue))
        query = fields(
            target_workers_expression=expression,
            friendly_name=friendly_name,
            activity_name=activity_name,
            available=available,
            task_queue_sid=queue_sid,
        )
        group = None if expression is UNSET else EXPRESSION_LISTS
        endpoint = WORKERS.reading(schema=schema)
        return self._pager(query, limit=limit, page_size=page_size, after=after, endpoint=endpoint, group=group)

    def channels(self, worker: Address) -> WorkerChannels:
        """Return the worker's channels: capacity and load."""
        return WorkerChannels(self._perform, self._scope, worker)

    def reservations(
        self, worker: Address, *, status: ReservationStatus | str | Unset = UNSET, limit: int | None = None
    ) -> Pager[ReservationResource]:
        """Walk the worker's reservations, old ones too unless ``status`` selects."""
        sid = self._perform(self._scope.sid(WORKERS, worker))
        below = Collection[ReservationResource](self._perform, self._scope, "Workers", sid)
        query = fields(reservation_status=status)
        return below._pager(query, limit=limit, page_size=None, after=None, endpoint=WORKER_RESERVATIONS)


class WorkerChannels(Collection[WorkerChannelResource]):
    """A worker's capacity and load per channel, addressed by the channel's unique name or a WC SID."""

    _endpoint = WORKER_CHANNELS

    def __init__(self, perform: Any, scope: Any, worker: Address) -> None:
        super().__init__(perform, scope)
        self._worker = worker

    def fetch(self, channel: str) -> WorkerChannelResource:
        """Return one channel of the worker."""
        sid = self._perform(self._scope.sid(WORKERS, self._worker))
        there = self._perform(self._scope.inside(WORKER_CHANNELS, "Workers", sid))
        return self._perform(iter(there.fetch(channel)))

    def update(
        self, channel: str, *, capacity: int | Unset = UNSET, available: bool | Unset = UNSET
    ) -> WorkerChannelResource:
        """Set how many tasks of the channel the worker takes at once (0: none), and whether it takes any now."""
        flow = update_worker_channel(self._scope, self._worker, channel, capacity=capacity, available=available)
        return self._perform(flow)

    def list(self, *, limit: int | None = None) -> Pager[WorkerChannelResource]:
        """Walk the worker's channels."""
        sid = self._perform(self._scope.sid(WORKERS, self._worker))
        below = Collection[WorkerChannelResource](self._perform, self._scope, "Workers", sid)
        return below._pager({}, limit=limit, page_size=None, after=None, endpoint=WORKER_CHANNELS)
