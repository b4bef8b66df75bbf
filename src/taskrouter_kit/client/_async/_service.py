"""The asynchronous client: workspaces, and one workspace with its collections."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Literal

from typing_extensions import Self

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._async._activities import AsyncActivities
from taskrouter_kit.client._async._events import AsyncEvents
from taskrouter_kit.client._async._performing import AsyncPerformer
from taskrouter_kit.client._async._task_channels import AsyncTaskChannels
from taskrouter_kit.client._async._task_queues import AsyncTaskQueues
from taskrouter_kit.client._async._tasks import AsyncTasks
from taskrouter_kit.client._async._workers import AsyncWorkers
from taskrouter_kit.client._async._workflows import AsyncWorkflows
from taskrouter_kit.client._drive import AsyncSend
from taskrouter_kit.client._endpoints import WORKSPACES
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._figures import figures, period
from taskrouter_kit.client._names import Address, Names
from taskrouter_kit.client._pages import AsyncPager, Wanted
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._workspace_flows import (
    delete_workspace,
    fetch_inside,
    fetch_workspace,
    update_workspace,
    walk_workspaces,
)
from taskrouter_kit.models._resources import WorkspaceResource
from taskrouter_kit.models._statistics import CumulativeStatistics, RealTimeStatistics, Statistics


class AsyncLiveWorkspace:
    """A workspace of the service, by name, SID or object; found at the first call."""

    def __init__(self, perform: AsyncPerformer, workspace: Address, scope: Scope | None = None) -> None:
        scope = scope or Scope(workspace)
        self._perform = perform
        self._scope = scope
        self.activities = AsyncActivities(perform, scope)
        self.task_channels = AsyncTaskChannels(perform, scope)
        self.task_queues = AsyncTaskQueues(perform, scope)
        self.workflows = AsyncWorkflows(perform, scope)
        self.workers = AsyncWorkers(perform, scope)
        self.tasks = AsyncTasks(perform, scope)
        self.events = AsyncEvents(perform, scope)

    @property
    async def sid(self) -> str:
        """The workspace's SID (asked for when it is not known yet)."""
        return await self._perform(self._scope.workspace_sid())

    async def fetch(self) -> WorkspaceResource:
        """Return the workspace itself."""
        return await self._perform(fetch_inside(self._scope))

    def with_options(
        self, policy: RetryPolicy | None = None, *, timeout: float | timedelta | Unset | None = UNSET
    ) -> AsyncLiveWorkspace:
        """Return the same workspace with another policy or *timeout* (see :meth:`TaskRouter.with_options`)."""
        return AsyncLiveWorkspace(self._perform.with_options(policy, timeout), self._scope.address, self._scope)

    async def statistics(
        self,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
    ) -> Statistics:
        """Return what happened to the tasks of the workspace in a period (15 minutes), and what there is now."""
        query = period(minutes, start_date, end_date, split_by_wait_time)
        channel = task_channel
        flow = figures(self._scope, "FetchWorkspaceStatistics", Statistics, query, "Statistics", channel=channel)
        return await self._perform(flow)

    async def cumulative_statistics(
        self,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        split_by_wait_time: Sequence[int] | Unset = UNSET,
    ) -> CumulativeStatistics:
        """Return what happened to the tasks of the workspace in a period: ``minutes`` back, or between dates."""
        query = period(minutes, start_date, end_date, split_by_wait_time)
        operation, segment = "FetchWorkspaceCumulativeStatistics", "CumulativeStatistics"
        flow = figures(self._scope, operation, CumulativeStatistics, query, segment, channel=task_channel)
        return await self._perform(flow)

    async def realtime_statistics(self, *, task_channel: Address | Unset = UNSET) -> RealTimeStatistics:
        """Return what there is in the workspace right now."""
        operation, segment = "FetchWorkspaceRealTimeStatistics", "RealTimeStatistics"
        return await self._perform(
            figures(self._scope, operation, RealTimeStatistics, {}, segment, channel=task_channel)
        )


class AsyncWorkspaces:
    """All workspaces of the account."""

    def __init__(self, perform: AsyncPerformer) -> None:
        self._perform = perform

    async def create(
        self,
        friendly_name: str,
        *,
        event_callback_url: str | Unset = UNSET,
        events_filter: Sequence[str] | Unset = UNSET,
        multi_task_enabled: bool | Unset = UNSET,
        template: Literal["NONE", "FIFO"] | Unset = UNSET,
        prioritize_queue_order: Literal["FIFO", "LIFO"] | Unset = UNSET,
    ) -> WorkspaceResource:
        """Create a workspace."""
        form = fields(
            friendly_name=friendly_name,
            event_callback_url=event_callback_url,
            events_filter=",".join(events_filter) if not isinstance(events_filter, Unset) else UNSET,
            multi_task_enabled=multi_task_enabled,
            template=template,
            prioritize_queue_order=prioritize_queue_order,
        )
        return await self._perform(iter(WORKSPACES.create(form)))

    async def fetch(self, workspace: Address) -> WorkspaceResource:
        """Return one workspace; raises :class:`NotFound`."""
        return await self._perform(fetch_workspace(Names(), workspace))

    async def update(
        self,
        workspace: Address,
        *,
        friendly_name: str | Unset = UNSET,
        default_activity: Address | Unset = UNSET,
        timeout_activity: Address | Unset = UNSET,
        event_callback_url: str | Unset | None = UNSET,
        events_filter: Sequence[str] | Unset = UNSET,
        multi_task_enabled: bool | Unset = UNSET,
        prioritize_queue_order: Literal["FIFO", "LIFO"] | Unset = UNSET,
    ) -> WorkspaceResource:
        """Update a workspace; its default and timeout activity by name, SID or object."""
        flow = update_workspace(
            Names(),
            workspace,
            friendly_name=friendly_name,
            default_activity=default_activity,
            timeout_activity=timeout_activity,
            event_callback_url=event_callback_url,
            events_filter=",".join(events_filter) if not isinstance(events_filter, Unset) else UNSET,
            multi_task_enabled=multi_task_enabled,
            prioritize_queue_order=prioritize_queue_order,
        )
        return await self._perform(flow)

    async def delete(self, workspace: Address, *, even_flex: bool = False, confirm: str | None = None) -> None:
        """Delete a workspace with everything in it. There is no way back.

        The one of Twilio Flex goes only when it is said twice: ``even_flex=True`` and its name in ``confirm``.
        """
        return await self._perform(delete_workspace(Names(), workspace, even_flex, confirm))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[WorkspaceResource]:
        """Walk the workspaces; ``friendly_name`` selects by exact name."""
        query = fields(friendly_name=friendly_name)
        wanted = Wanted[WorkspaceResource].of(limit, page_size, after, ahead, None)
        return AsyncPager(self._perform, lambda: walk_workspaces(query), wanted)


class AsyncService:
    """TaskRouter, asynchronous. ``send`` performs one exchange, ``policy`` says what is repeated and when."""

    def __init__(self, send: AsyncSend, policy: RetryPolicy | None = None) -> None:
        self._perform = AsyncPerformer(send, policy or RetryPolicy())

    @property
    def policy(self) -> RetryPolicy:
        """What is repeated, when, and at what pace."""
        return self._perform.policy

    def with_options(
        self, policy: RetryPolicy | None = None, *, timeout: float | timedelta | Unset | None = UNSET
    ) -> Self:
        """Return the same client, over the same connections, with what is given changed.

        *policy* says what is repeated and when (a new one has a pace of its own: ``attrs.evolve(client.policy, …)``
        keeps it); *timeout* is for one request, in seconds or a ``timedelta`` (None: no limit).
        """
        other = copy(self)
        other._perform = self._perform.with_options(policy, timeout)
        return other

    @property
    def workspaces(self) -> AsyncWorkspaces:
        """All workspaces of the account."""
        return AsyncWorkspaces(self._perform)

    def workspace(self, workspace: Address) -> AsyncLiveWorkspace:
        """Return one workspace by name, SID or object; nothing is asked before its first call."""
        return AsyncLiveWorkspace(self._perform, workspace)
