"""Workers of a workspace, and their channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, overload

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._attributes import patch_attributes
from taskrouter_kit.client._bulk_kinds import WORKER
from taskrouter_kit.client._changes import WorkerChanges
from taskrouter_kit.client._endpoints import ACTIVITIES, EXPRESSION_LISTS, TASK_QUEUES, WORKER_CHANNELS, WORKERS
from taskrouter_kit.client._fields import asked, fields
from taskrouter_kit.client._figures import figures, period
from taskrouter_kit.client._flows import delete_one, fetch_below, fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.client._sync._many import Declaring
from taskrouter_kit.client._sync._performing import Collection
from taskrouter_kit.client._sync._reservations import WorkerReservations
from taskrouter_kit.client._worker_flows import save_worker, update_worker_channel, worker_fits
from taskrouter_kit.expr._condition import Condition, WorkerScope
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._declare_parts import Worker
from taskrouter_kit.models._resources import WorkerChannelResource, WorkerResource
from taskrouter_kit.models._statistics import WorkersCumulativeStatistics, WorkersRealTimeStatistics, WorkersStatistics

A = TypeVar("A", bound=WorkerAttributes)


class Workers(Declaring[WorkerResource[Any], WorkerChanges, Worker]):
    """Workers; with a schema their attributes are typed, without one a JSON mapping."""

    _endpoint = WORKERS
    _kind = WORKER
    _changes = WorkerChanges

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
        return self._perform(fetch_one(self._scope, WORKERS.reading(schema=schema), worker))

    @overload
    def update(
        self,
        worker: Address,
        *,
        friendly_name: str | Unset = UNSET,
        attributes: A,
        activity: Address | Unset = UNSET,
        reject_pending_reservations: bool | Unset = UNSET,
        if_match: str | None = None,
    ) -> WorkerResource[A]: ...
    @overload
    def update(
        self,
        worker: WorkerResource[A],
        *,
        friendly_name: str | Unset = UNSET,
        attributes: Mapping[str, Any] | Unset = UNSET,
        activity: Address | Unset = UNSET,
        reject_pending_reservations: bool | Unset = UNSET,
        if_match: str | None = None,
    ) -> WorkerResource[A]: ...
    @overload
    def update(
        self,
        worker: Address,
        *,
        friendly_name: str | Unset = UNSET,
        attributes: WorkerAttributes | Mapping[str, Any] | Unset = UNSET,
        activity: Address | Unset = UNSET,
        reject_pending_reservations: bool | Unset = UNSET,
        if_match: str | None = None,
    ) -> WorkerResource[Any]: ...
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

    @overload
    def patch_attributes(self, worker: Address, schema: type[A], change: Callable[[A], A]) -> WorkerResource[A]: ...
    @overload
    def patch_attributes(
        self, worker: Address, schema: None, change: Callable[[dict[str, Any]], Mapping[str, Any]]
    ) -> WorkerResource[Mapping[str, Any]]: ...
    def patch_attributes(self, worker: Address, schema: Any, change: Callable[[Any], Any]) -> WorkerResource[Any]:
        """Change a worker's attributes: read, *change*, write if nobody else did meanwhile, else again.

        Without a schema (None) *change* gets a dict; ``taskrouter_kit.client`` has ready ones (:func:`replace_keys`,
        :func:`deep_merge`, :func:`merge_patch`, :func:`append_to`). Raises :class:`StaleVersion`, with ``mine`` and
        ``theirs``, when others were faster ten times.
        """
        return self._perform(patch_attributes(self._scope, WORKERS, worker, schema, change))

    def delete(self, worker: Address, *, if_match: str | None = None) -> None:
        """Delete a worker."""
        return self._perform(delete_one(self._scope, WORKERS, worker, if_match))

    @overload
    def list(
        self,
        schema: type[A],
        *,
        where: Condition[WorkerScope] | Unset = UNSET,
        locally: bool = False,
        friendly_name: str | Unset = UNSET,
        activity: Address | Unset = UNSET,
        available: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> Pager[WorkerResource[A]]: ...
    @overload
    def list(
        self,
        schema: None = None,
        *,
        where: Condition[WorkerScope] | Unset = UNSET,
        locally: bool = False,
        friendly_name: str | Unset = UNSET,
        activity: Address | Unset = UNSET,
        available: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> Pager[WorkerResource[Mapping[str, Any]]]: ...
    def list(
        self,
        schema: type[WorkerAttributes] | None = None,
        *,
        where: Condition[WorkerScope] | Unset = UNSET,
        locally: bool = False,
        friendly_name: str | Unset = UNSET,
        activity: Address | Unset = UNSET,
        available: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> Pager[Any]:
        """Walk the workers. ``where`` is evaluated by the service, which takes 3 such requests a second.

        With ``locally`` all workers are read and this library's evaluator decides. ``task_queue`` selects the workers
        that may serve it, whatever their activity; ``ordering`` is ``DateStatusChanged:asc`` or ``:desc``.
        """
        expression = UNSET if locally else asked(where, "target_workers_expression")
        return self._pager(
            fields(
                target_workers_expression=expression,
                friendly_name=friendly_name,
                available=available,
                ordering=ordering,
            ),
            limit=limit,
            page_size=page_size,
            after=after,
            ahead=ahead,
            keep=worker_fits(where) if locally and where is not UNSET else None,
            endpoint=WORKERS.reading(schema=schema),
            group=None if expression is UNSET else EXPRESSION_LISTS,
            task_queue_sid=(TASK_QUEUES, task_queue),
            activity_sid=(ACTIVITIES, activity),
        )

    def channels(self, worker: Address) -> WorkerChannels:
        """Return the worker's channels: capacity and load."""
        return WorkerChannels(self._perform, self._scope, ("Workers", WORKERS, worker))

    def reservations(self, worker: Address) -> WorkerReservations:
        """Return the worker's reservations."""
        return WorkerReservations(self._perform, self._scope, ("Workers", WORKERS, worker))

    def statistics(
        self,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        friendly_name: str | Unset = UNSET,
    ) -> WorkersStatistics:
        """Return what all workers did in a period, and where they are now. Refused above 100 workers."""
        query = period(minutes, start_date, end_date, friendly_name=friendly_name)
        flow = figures(
            self._scope,
            "FetchWorkerStatistics",
            WorkersStatistics,
            query,
            "Workers",
            "Statistics",
            channel=task_channel,
            task_queue_sid=(TASK_QUEUES, task_queue),
        )
        return self._perform(flow)

    def cumulative_statistics(
        self,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
    ) -> WorkersCumulativeStatistics:
        """Return what all workers did in a period. Refused above 100 workers."""
        query = period(minutes, start_date, end_date)
        operation, cls = "FetchWorkersCumulativeStatistics", WorkersCumulativeStatistics
        flow = figures(self._scope, operation, cls, query, "Workers", "CumulativeStatistics", channel=task_channel)
        return self._perform(flow)

    def realtime_statistics(self, *, task_channel: Address | Unset = UNSET) -> WorkersRealTimeStatistics:
        """Return where all workers are now. Refused above 100 workers."""
        operation, cls = "FetchWorkersRealTimeStatistics", WorkersRealTimeStatistics
        flow = figures(self._scope, operation, cls, {}, "Workers", "RealTimeStatistics", channel=task_channel)
        return self._perform(flow)

    def worker_statistics(
        self,
        worker: Address,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
    ) -> WorkersStatistics:
        """Return what one worker did in a period."""
        query = period(minutes, start_date, end_date)
        operation, of = "FetchWorkerInstanceStatistics", (WORKERS, worker)
        flow = figures(self._scope, operation, WorkersStatistics, query, "Statistics", of=of, channel=task_channel)
        return self._perform(flow)


class WorkerChannels(Collection[WorkerChannelResource]):
    """A worker's capacity and load per channel, addressed by the channel's unique name or a WC SID."""

    _endpoint = WORKER_CHANNELS

    def fetch(self, channel: Address) -> WorkerChannelResource:
        """Return one channel of the worker."""
        return self._perform(fetch_below(self._scope, WORKER_CHANNELS, self._below, channel))

    def update(
        self, channel: Address, *, capacity: int | Unset = UNSET, available: bool | Unset = UNSET
    ) -> WorkerChannelResource:
        """Set how many tasks of the channel the worker takes at once (0: none), and whether it takes any now."""
        flow = update_worker_channel(self._scope, self._below, channel, capacity=capacity, available=available)
        return self._perform(flow)

    def list(
        self, *, limit: int | None = None, page_size: int | None = None, after: str | None = None, ahead: bool = False
    ) -> Pager[WorkerChannelResource]:
        """Walk the worker's channels."""
        return self._pager({}, limit=limit, page_size=page_size, after=after, ahead=ahead)
