"""Activities, task channels, queues and workflows of a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from taskrouter_kit._wire import UNSET, Unset, encode_attributes
from taskrouter_kit.client._async._performing import AsyncCollection
from taskrouter_kit.client._endpoints import (
    ACTIVITIES,
    EXPRESSION_LISTS,
    TASK_CHANNELS,
    TASK_QUEUES,
    WORKERS,
    WORKFLOWS,
)
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._figures import bulk, figures, period, queues_statistics
from taskrouter_kit.client._flows import delete_one, fetch_one, save_task_queue, save_workflow, update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import AsyncPager, Wanted
from taskrouter_kit.expr._condition import Condition, WorkerScope
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._resources import (
    ActivityResource,
    TaskChannelResource,
    TaskQueueResource,
    WorkflowResource,
)
from taskrouter_kit.models._statistics import (
    BulkRealTimeStatistics,
    CumulativeStatistics,
    RealTimeStatistics,
    Statistics,
)


class AsyncActivities(AsyncCollection[ActivityResource]):
    """What workers can be doing. ``available`` is fixed when an activity is created."""

    _endpoint = ACTIVITIES

    async def create(self, friendly_name: str, *, available: bool) -> ActivityResource:
        """Create an activity."""
        return await self._perform(
            self._scope.create(ACTIVITIES, fields(friendly_name=friendly_name, available=available))
        )

    async def fetch(self, activity: Address) -> ActivityResource:
        """Return one activity; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, ACTIVITIES, activity))

    async def update(self, activity: Address, *, friendly_name: str) -> ActivityResource:
        """Rename an activity. (``available`` cannot be changed: the service would say yes and do nothing.)"""
        form = fields(friendly_name=friendly_name)
        return await self._perform(update_one(self._scope, ACTIVITIES, activity, form))

    async def delete(self, activity: Address) -> None:
        """Delete an activity."""
        return await self._perform(delete_one(self._scope, ACTIVITIES, activity, None))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        available: bool | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[ActivityResource]:
        """Walk the activities; ``friendly_name`` selects by exact name."""
        query = fields(friendly_name=friendly_name, available=available)
        return self._pager(query, limit=limit, page_size=page_size, after=after, ahead=ahead)


class AsyncTaskChannels(AsyncCollection[TaskChannelResource]):
    """Kinds of work. ``unique_name`` is fixed when a channel is created."""

    _endpoint = TASK_CHANNELS

    async def create(
        self, unique_name: str, friendly_name: str, *, channel_optimized_routing: bool | Unset = UNSET
    ) -> TaskChannelResource:
        """Create a channel."""
        form = fields(
            friendly_name=friendly_name, unique_name=unique_name, channel_optimized_routing=channel_optimized_routing
        )
        return await self._perform(self._scope.create(TASK_CHANNELS, form))

    async def fetch(self, channel: Address) -> TaskChannelResource:
        """Return one channel; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, TASK_CHANNELS, channel))

    async def update(
        self,
        channel: Address,
        *,
        friendly_name: str | Unset = UNSET,
        channel_optimized_routing: bool | Unset = UNSET,
    ) -> TaskChannelResource:
        """Update a channel."""
        form = fields(friendly_name=friendly_name, channel_optimized_routing=channel_optimized_routing)
        return await self._perform(update_one(self._scope, TASK_CHANNELS, channel, form))

    async def delete(self, channel: Address) -> None:
        """Delete a channel."""
        return await self._perform(delete_one(self._scope, TASK_CHANNELS, channel, None))

    def list(
        self, *, limit: int | None = None, page_size: int | None = None, after: str | None = None, ahead: bool = False
    ) -> AsyncPager[TaskChannelResource]:
        """Walk the channels."""
        return self._pager({}, limit=limit, page_size=page_size, after=after, ahead=ahead)


class AsyncTaskQueues(AsyncCollection[TaskQueueResource]):
    """Where tasks wait, and which workers may serve them."""

    _endpoint = TASK_QUEUES

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

    async def delete(self, queue: Address) -> None:
        """Delete a queue; refused while a workflow names it."""
        return await self._perform(delete_one(self._scope, TASK_QUEUES, queue, None))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        worker: Address | Unset = UNSET,
        evaluate_worker_attributes: WorkerAttributes | Mapping[str, Any] | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[TaskQueueResource]:
        """Walk the queues; ``friendly_name`` selects by exact name, ``worker`` those that the worker may serve.

        ``evaluate_worker_attributes`` selects those that a worker with these attributes may serve (3 calls a second);
        ``ordering`` is ``DateUpdated:asc`` or ``:desc``.
        """
        given = evaluate_worker_attributes
        attributes = UNSET if given is UNSET else encode_attributes(given)
        return self._pager(
            fields(friendly_name=friendly_name, evaluate_worker_attributes=attributes, ordering=ordering),
            limit=limit,
            page_size=page_size,
            after=after,
            ahead=ahead,
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


class AsyncWorkflows(AsyncCollection[WorkflowResource]):
    """Which tasks go to which queue. ``configuration`` is JSON text; declare a :class:`Workflow` to have it made."""

    _endpoint = WORKFLOWS

    async def create(
        self,
        friendly_name: str,
        *,
        configuration: str,
        assignment_callback_url: str | Unset = UNSET,
        fallback_assignment_callback_url: str | Unset = UNSET,
        task_reservation_timeout: int | timedelta | Unset = UNSET,
    ) -> WorkflowResource:
        """Create a workflow."""
        return await self._perform(
            save_workflow(
                self._scope,
                None,
                friendly_name=friendly_name,
                configuration=configuration,
                assignment_callback_url=assignment_callback_url,
                fallback_assignment_callback_url=fallback_assignment_callback_url,
                task_reservation_timeout=task_reservation_timeout,
            )
        )

    async def fetch(self, workflow: Address) -> WorkflowResource:
        """Return one workflow; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, WORKFLOWS, workflow))

    async def update(
        self,
        workflow: Address,
        *,
        friendly_name: str | Unset = UNSET,
        configuration: str | Unset = UNSET,
        assignment_callback_url: str | Unset | None = UNSET,
        fallback_assignment_callback_url: str | Unset | None = UNSET,
        task_reservation_timeout: int | timedelta | Unset = UNSET,
        re_evaluate_tasks: bool | Unset = UNSET,
    ) -> WorkflowResource:
        """Update a workflow; a URL of None clears it, ``re_evaluate_tasks`` sends waiting tasks through it again."""
        return await self._perform(
            save_workflow(
                self._scope,
                workflow,
                friendly_name=friendly_name,
                configuration=configuration,
                assignment_callback_url=assignment_callback_url,
                fallback_assignment_callback_url=fallback_assignment_callback_url,
                task_reservation_timeout=task_reservation_timeout,
                re_evaluate_tasks=re_evaluate_tasks,
            )
        )

    async def delete(self, workflow: Address) -> None:
        """Delete a workflow."""
        return await self._perform(delete_one(self._scope, WORKFLOWS, workflow, None))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[WorkflowResource]:
        """Walk the workflows; ``friendly_name`` selects by exact name."""
        return self._pager(
            fields(friendly_name=friendly_name), limit=limit, page_size=page_size, after=after, ahead=ahead
        )

    async def statistics(
        self,
        workflow: Address,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
    ) -> Statistics:
        """Return what happened to the tasks of a workflow in a period (15 minutes), and what there is now."""
        query = period(minutes, start_date, end_date, split_by_wait_time)
        channel = task_channel
        return await self._perform(
            figures(
                self._scope,
                "FetchWorkflowStatistics",
                Statistics,
                query,
                "Statistics",
                of=(WORKFLOWS, workflow),
                channel=channel,
            )
        )

    async def cumulative_statistics(
        self,
        workflow: Address,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
    ) -> CumulativeStatistics:
        """Return what happened to the tasks of a workflow in a period: ``minutes`` back, or between dates."""
        query = period(minutes, start_date, end_date, split_by_wait_time)
        operation, segment = "FetchWorkflowCumulativeStatistics", "CumulativeStatistics"
        return await self._perform(
            figures(
                self._scope,
                operation,
                CumulativeStatistics,
                query,
                segment,
                of=(WORKFLOWS, workflow),
                channel=task_channel,
            )
        )

    async def realtime_statistics(
        self, workflow: Address, *, task_channel: Address | Unset = UNSET
    ) -> RealTimeStatistics:
        """Return what there is in a workflow right now."""
        operation, segment = "FetchWorkflowRealTimeStatistics", "RealTimeStatistics"
        return await self._perform(
            figures(
                self._scope, operation, RealTimeStatistics, {}, segment, of=(WORKFLOWS, workflow), channel=task_channel
            )
        )
