"""Task queues of a workspace, and their statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from taskrouter_kit._wire import UNSET, Unset, encode_attributes
from taskrouter_kit.client._async._many import AsyncDeclaring
from taskrouter_kit.client._bulk_kinds import TASK_QUEUE
from taskrouter_kit.client._changes import TaskQueueChanges
from taskrouter_kit.client._endpoints import EXPRESSION_LISTS, TASK_QUEUES, WORKERS
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._figures import bulk, figures, period, queues_statistics
from taskrouter_kit.client._flex import delete_guarded
from taskrouter_kit.client._flows import fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import AsyncPager, Wanted
from taskrouter_kit.client._routing_flows import queue_accepts, save_task_queue
from taskrouter_kit.expr._condition import Condition, WorkerScope
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._declare_parts import TaskQueue
from taskrouter_kit.models._resources import TaskQueueResource
from taskrouter_kit.models._statistics import (
    BulkRealTimeStatistics,
    CumulativeStatistics,
    RealTimeStatistics,
    Statistics,
)


class AsyncTaskQueues(AsyncDeclaring[TaskQueueResource, TaskQueueChanges, TaskQueue]):
    """Where tasks wait, and which workers may serve them."""

    _endpoint = TASK_QUEUES
    _kind = TASK_QUEUE
    _changes = TaskQueueChanges

    async def create(
        self,
        friendly_name: str,
        *,
        target_workers: Condition[WorkerScope] | str | Unset = UNSET,
        max_reserved_workers: int | Unset = UNSET,
        task_order: Literal["FIFO", "LIFO"] | Unset = UNSET,
        reservation_activity: Address | Unset = UNSET,
        assignment_activity: Address | Unset = UNSET,
    ) -> TaskQueueResource:
        """Create a queue; without ``target_workers`` every worker may serve it."""
        return await self._perform(
            save_task_queue(
                self._scope,
                None,
                friendly_name=friendly_name,
                target_workers=target_workers,
                max_reserved_workers=max_reserved_workers,
                task_order=task_order,
                reservation_activity=reservation_activity,
                assignment_activity=assignment_activity,
            )
        )

    async def fetch(self, queue: Address) -> TaskQueueResource:
        """Return one queue; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, TASK_QUEUES, queue))

    async def update(
        self,
        queue: Address,
        *,
        friendly_name: str | Unset = UNSET,
        target_workers: Condition[WorkerScope] | str | Unset = UNSET,
        max_reserved_workers: int | Unset = UNSET,
        task_order: Literal["FIFO", "LIFO"] | Unset = UNSET,
        reservation_activity: Address | Unset | None = UNSET,
        assignment_activity: Address | Unset | None = UNSET,
    ) -> TaskQueueResource:
        """Update a queue; an activity of None clears it."""
        return await self._perform(
            save_task_queue(
                self._scope,
                queue,
                friendly_name=friendly_name,
                target_workers=target_workers,
                max_reserved_workers=max_reserved_workers,
                task_order=task_order,
                reservation_activity=reservation_activity,
                assignment_activity=assignment_activity,
            )
        )

    async def delete(self, queue: Address, *, even_flex: bool = False, confirm: str | None = None) -> None:
        """Delete a queue; refused while a workflow names it.

        What Flex made goes only when it is said twice (see :meth:`AsyncWorkspaces.delete`).
        """
        return await self._perform(delete_guarded(self._scope, TASK_QUEUES, queue, even_flex, confirm))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        worker: Address | Unset = UNSET,
        evaluate_worker_attributes: WorkerAttributes | Mapping[str, Any] | Unset = UNSET,
        locally: bool = False,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[TaskQueueResource]:
        """Walk the queues; ``friendly_name`` selects by exact name, ``worker`` those that the worker may serve.

        ``evaluate_worker_attributes`` selects those that a worker with these attributes may serve; the service takes 3
        such requests a second. With ``locally`` all queues are read and this library's evaluator decides. ``ordering``
        is ``DateUpdated:asc`` or ``:desc``.
        """
        given = evaluate_worker_attributes
        local, served = (given, UNSET) if locally else (UNSET, given)
        attributes = UNSET if isinstance(served, Unset) else encode_attributes(served)
        return self._pager(
            fields(friendly_name=friendly_name, evaluate_worker_attributes=attributes, ordering=ordering),
            limit=limit,
            page_size=page_size,
            after=after,
            ahead=ahead,
            keep=None if isinstance(local, Unset) else queue_accepts(local),
            group=None if attributes is UNSET else EXPRESSION_LISTS,
            worker_sid=(WORKERS, worker),
        )

    async def statistics(
        self,
        queue: Address,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
    ) -> Statistics:
        """Return what happened to the tasks of a queue in a period (15 minutes), and what there is now."""
        query = period(minutes, start_date, end_date, split_by_wait_time)
        channel = task_channel
        return await self._perform(
            figures(
                self._scope,
                "FetchTaskQueueStatistics",
                Statistics,
                query,
                "Statistics",
                of=(TASK_QUEUES, queue),
                channel=channel,
            )
        )

    async def cumulative_statistics(
        self,
        queue: Address,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
    ) -> CumulativeStatistics:
        """Return what happened to the tasks of a queue in a period: ``minutes`` back, or between dates."""
        query = period(minutes, start_date, end_date, split_by_wait_time)
        operation, segment = "FetchTaskQueueCumulativeStatistics", "CumulativeStatistics"
        return await self._perform(
            figures(
                self._scope,
                operation,
                CumulativeStatistics,
                query,
                segment,
                of=(TASK_QUEUES, queue),
                channel=task_channel,
            )
        )

    async def realtime_statistics(self, queue: Address, *, task_channel: Address | Unset = UNSET) -> RealTimeStatistics:
        """Return what there is in a queue right now."""
        operation, segment = "FetchTaskQueueRealTimeStatistics", "RealTimeStatistics"
        return await self._perform(
            figures(
                self._scope, operation, RealTimeStatistics, {}, segment, of=(TASK_QUEUES, queue), channel=task_channel
            )
        )

    async def bulk_realtime_statistics(self, queues: Sequence[Address]) -> BulkRealTimeStatistics:
        """Return what there is in 1 to 50 queues right now, in one request."""
        return await self._perform(bulk(self._scope, queues))

    def list_statistics(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[Statistics]:
        """Walk the statistics of all queues."""
        query = period(minutes, start_date, end_date, split_by_wait_time, friendly_name=friendly_name)
        wanted = Wanted[Statistics].of(limit, page_size, after, ahead, None)
        return AsyncPager(self._perform, lambda: queues_statistics(self._scope, query, task_channel), wanted)
