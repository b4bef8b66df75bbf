"""Workflows of a workspace, and their statistics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._bulk_kinds import WORKFLOW
from taskrouter_kit.client._changes import WorkflowChanges
from taskrouter_kit.client._endpoints import WORKFLOWS
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._figures import figures, period
from taskrouter_kit.client._flex import delete_guarded
from taskrouter_kit.client._flows import fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.client._routing_flows import save_workflow
from taskrouter_kit.client._sync._many import Declaring
from taskrouter_kit.models._declare_workflow import Workflow
from taskrouter_kit.models._resources import WorkflowResource
from taskrouter_kit.models._statistics import CumulativeStatistics, RealTimeStatistics, Statistics


class Workflows(Declaring[WorkflowResource, WorkflowChanges, Workflow]):
    """Which tasks go to which queue. ``configuration`` is JSON text; declare a :class:`Workflow` to have it made."""

    _endpoint = WORKFLOWS
    _kind = WORKFLOW
    _changes = WorkflowChanges

    def create(
        self,
        friendly_name: str,
        *,
        configuration: str,
        assignment_callback_url: str | Unset = UNSET,
        fallback_assignment_callback_url: str | Unset = UNSET,
        task_reservation_timeout: int | timedelta | Unset = UNSET,
    ) -> WorkflowResource:
        """Create a workflow."""
        return self._perform(
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

    def fetch(self, workflow: Address) -> WorkflowResource:
        """Return one workflow; raises :class:`NotFound`."""
        return self._perform(fetch_one(self._scope, WORKFLOWS, workflow))

    def update(
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
        return self._perform(
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

    def delete(self, workflow: Address, *, even_flex: bool = False, confirm: str | None = None) -> None:
        """Delete a workflow. What Flex made goes only when it is said twice (see :meth:`Workspaces.delete`)."""
        return self._perform(delete_guarded(self._scope, WORKFLOWS, workflow, even_flex, confirm))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> Pager[WorkflowResource]:
        """Walk the workflows; ``friendly_name`` selects by exact name."""
        return self._pager(
            fields(friendly_name=friendly_name), limit=limit, page_size=page_size, after=after, ahead=ahead
        )

    def statistics(
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
        return self._perform(
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

    def cumulative_statistics(
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
        return self._perform(
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

    def realtime_statistics(self, workflow: Address, *, task_channel: Address | Unset = UNSET) -> RealTimeStatistics:
        """Return what there is in a workflow right now."""
        operation, segment = "FetchWorkflowRealTimeStatistics", "RealTimeStatistics"
        return self._perform(
            figures(
                self._scope, operation, RealTimeStatistics, {}, segment, of=(WORKFLOWS, workflow), channel=task_channel
            )
        )
