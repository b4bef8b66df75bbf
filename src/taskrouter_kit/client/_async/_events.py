"""Events of a workspace: what happened in the last 30 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._async._performing import AsyncCollection
from taskrouter_kit.client._endpoints import (
    TASK_CHANNELS,
    TASK_QUEUES,
    TASK_RESERVATIONS,
    TASKS,
    WORKERS,
    WORKFLOWS,
)
from taskrouter_kit.client._figures import EVENTS, period
from taskrouter_kit.client._flows import fetch_one
from taskrouter_kit.client._names import Address, below
from taskrouter_kit.client._pages import AsyncPager
from taskrouter_kit.models._statistics import EventResource


class AsyncEvents(AsyncCollection[EventResource]):
    """What happened in a workspace. Read only."""

    _endpoint = EVENTS

    async def fetch(self, event: Address) -> EventResource:
        """Return one event; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, EVENTS, event))

    def list(
        self,
        *,
        minutes: int | timedelta | Unset = UNSET,
        start_date: datetime | Unset = UNSET,
        end_date: datetime | Unset = UNSET,
        event_type: str | Unset = UNSET,
        task: Address | Unset = UNSET,
        reservation: Address | Unset = UNSET,
        worker: Address | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        workflow: Address | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        sid: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[EventResource]:
        """Walk the events of a period: ``minutes`` back (15 unless said), or between two aware datetimes."""
        query = period(
            minutes,
            start_date,
            end_date,
            event_type=event_type,
            reservation_sid=reservation if reservation is UNSET else below(TASK_RESERVATIONS, reservation),
            sid=sid,
        )
        return self._pager(
            query,
            limit=limit,
            page_size=page_size,
            after=after,
            ahead=ahead,
            task_sid=(TASKS, task),
            worker_sid=(WORKERS, worker),
            task_queue_sid=(TASK_QUEUES, task_queue),
            workflow_sid=(WORKFLOWS, workflow),
            task_channel=(TASK_CHANNELS, task_channel),
        )
