"""Tasks of a workspace, and their reservations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, overload

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._async._many import AsyncChanging
from taskrouter_kit.client._async._reservations import AsyncTaskReservations
from taskrouter_kit.client._attributes import patch_attributes
from taskrouter_kit.client._bulk import BulkOptions
from taskrouter_kit.client._bulk_jobs import task_jobs
from taskrouter_kit.client._bulk_kinds import TASK
from taskrouter_kit.client._bulk_plan import BulkResults
from taskrouter_kit.client._changes import TaskChanges
from taskrouter_kit.client._endpoints import EXPRESSION_LISTS, TASK_QUEUES, TASKS, WORKFLOWS
from taskrouter_kit.client._fields import asked, fields
from taskrouter_kit.client._flows import delete_one, fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import AsyncPager
from taskrouter_kit.client._task_flows import create_task, finish_task, set_status, task_fits, update_task
from taskrouter_kit.client._verbs import StuckTask, find_stuck_tasks, repair_jobs, wait_until
from taskrouter_kit.expr._condition import Condition, TaskScope
from taskrouter_kit.expr._schema import TaskAttributes
from taskrouter_kit.models._resources import TaskResource, TaskStatus

K = TypeVar("K", bound=TaskAttributes)


class AsyncTasks(AsyncChanging[TaskResource[Any], TaskChanges]):
    """Tasks, their attributes by a schema (the one given, or that a returned task was read with) or a JSON mapping."""

    _endpoint = TASKS
    _kind = TASK
    _changes = TaskChanges

    @overload
    async def create(
        self,
        attributes: K,
        *,
        workflow: Address,
        priority: int | Unset = UNSET,
        timeout: int | timedelta | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        routing_target: str | Unset = UNSET,
        ignore_capacity: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        dedupe: str | None = None,
    ) -> TaskResource[K]: ...
    @overload
    async def create(
        self,
        attributes: Mapping[str, Any],
        *,
        workflow: Address,
        priority: int | Unset = UNSET,
        timeout: int | timedelta | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        routing_target: str | Unset = UNSET,
        ignore_capacity: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        dedupe: str | None = None,
    ) -> TaskResource[Mapping[str, Any]]: ...
    async def create(
        self,
        attributes: Any,
        *,
        workflow: Address,
        priority: int | Unset = UNSET,
        timeout: int | timedelta | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        routing_target: str | Unset = UNSET,
        ignore_capacity: bool | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        dedupe: str | None = None,
    ) -> TaskResource[Any]:
        """Create a task in *workflow*. ``timeout`` is how long it may wait unassigned, in seconds or a ``timedelta``.

        A target's priority replaces ``priority``. Raises :class:`OutcomeUnknown` when the answer was lost, unless
        ``dedupe`` names a text attribute that no two tasks share: then the client looks before it sends it again.
        """
        return await self._perform(
            create_task(
                self._scope,
                attributes,
                workflow,
                task_channel,
                dedupe,
                priority=priority,
                timeout=timeout,
                virtual_start_time=virtual_start_time,
                routing_target=routing_target,
                ignore_capacity=ignore_capacity,
                task_queue=task_queue,
            )
        )

    @overload
    async def fetch(self, task: Address, schema: type[K]) -> TaskResource[K]: ...
    @overload
    async def fetch(self, task: Address, schema: None = None) -> TaskResource[Mapping[str, Any]]: ...
    async def fetch(self, task: Address, schema: type[TaskAttributes] | None = None) -> TaskResource[Any]:
        """Return one task; raises :class:`NotFound` (also five minutes after its end)."""
        return await self._perform(fetch_one(self._scope, TASKS.reading(schema=schema), task))

    @overload
    async def update(
        self,
        task: Address,
        *,
        attributes: K,
        priority: int | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        if_match: str | None = None,
    ) -> TaskResource[K]: ...
    @overload
    async def update(
        self,
        task: TaskResource[K],
        *,
        attributes: Mapping[str, Any] | Unset = UNSET,
        priority: int | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        if_match: str | None = None,
    ) -> TaskResource[K]: ...
    @overload
    async def update(
        self,
        task: Address,
        *,
        attributes: TaskAttributes | Mapping[str, Any] | Unset = UNSET,
        priority: int | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        if_match: str | None = None,
    ) -> TaskResource[Any]: ...
    async def update(
        self,
        task: Address,
        *,
        attributes: TaskAttributes | Mapping[str, Any] | Unset = UNSET,
        priority: int | Unset = UNSET,
        task_channel: Address | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        if_match: str | None = None,
    ) -> TaskResource[Any]:
        """Update a task; to end it, see :meth:`complete`, :meth:`cancel` and :meth:`finish`.

        ``attributes`` replace all of them, and send a pending task through its workflow again.
        """
        flow = update_task(
            self._scope,
            task,
            if_match,
            attributes=attributes,
            priority=priority,
            task_channel=task_channel,
            virtual_start_time=virtual_start_time,
        )
        return await self._perform(flow)

    @overload
    async def patch_attributes(self, task: Address, schema: type[K], change: Callable[[K], K]) -> TaskResource[K]: ...
    @overload
    async def patch_attributes(
        self, task: Address, schema: None, change: Callable[[dict[str, Any]], Mapping[str, Any]]
    ) -> TaskResource[Mapping[str, Any]]: ...
    async def patch_attributes(self, task: Address, schema: Any, change: Callable[[Any], Any]) -> TaskResource[Any]:
        """Change a task's attributes: read, *change*, write if nobody else did meanwhile, else again.

        Without a schema (None) *change* gets a dict. Raises :class:`StaleVersion`, with ``mine`` and ``theirs``, when
        others were faster ten times.
        """
        return await self._perform(patch_attributes(self._scope, TASKS, task, schema, change))

    @overload
    async def complete(self, task: TaskResource[K], *, reason: str | None = None) -> TaskResource[K] | None: ...
    @overload
    async def complete(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None: ...
    async def complete(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None:
        """Complete an assigned task; one that is completed already is returned as it is. None: it ended and is gone."""
        return await self._perform(set_status(self._scope, task, TaskStatus.COMPLETED, reason))

    @overload
    async def cancel(self, task: TaskResource[K], *, reason: str | None = None) -> TaskResource[K] | None: ...
    @overload
    async def cancel(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None: ...
    async def cancel(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None:
        """Cancel a task that is not assigned yet; one that is canceled is returned as it is. None: it is gone."""
        return await self._perform(set_status(self._scope, task, TaskStatus.CANCELED, reason))

    @overload
    async def wrap_up(self, task: TaskResource[K], *, reason: str | None = None) -> TaskResource[K] | None: ...
    @overload
    async def wrap_up(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None: ...
    async def wrap_up(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None:
        """Put an assigned task into wrapping; one that is there already is returned as it is. None: it is gone."""
        return await self._perform(set_status(self._scope, task, TaskStatus.WRAPPING, reason))

    @overload
    async def finish(self, task: TaskResource[K], *, reason: str | None = None) -> TaskResource[K] | None: ...
    @overload
    async def finish(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None: ...
    async def finish(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None:
        """End a task in the way its state allows: cancel before, complete after it is assigned. None: it is gone."""
        return await self._perform(finish_task(self._scope, task, reason))

    async def create_many(
        self,
        tasks: Iterable[TaskAttributes | Mapping[str, Any]],
        *,
        workflow: Address,
        dedupe: str | None = None,
        options: BulkOptions | None = None,
    ) -> BulkResults[TaskResource[Any]]:
        """Create tasks, several at a time; one result each, in order, errors beside it.

        One whose answer was lost is ``unknown`` and never repeated, unless ``dedupe`` names an attribute to find it by.
        """
        return await self._perform.bulk(task_jobs(self._scope, tasks, workflow, dedupe), options, self._work("create"))

    @overload
    async def wait_until(
        self, task: TaskResource[K], *statuses: TaskStatus | str, deadline: float | timedelta, every: float = 1.0
    ) -> TaskResource[K] | None: ...
    @overload
    async def wait_until(
        self, task: Address, *statuses: TaskStatus | str, deadline: float | timedelta, every: float = 1.0
    ) -> TaskResource[Any] | None: ...
    async def wait_until(
        self, task: Address, *statuses: TaskStatus | str, deadline: float | timedelta, every: float = 1.0
    ) -> TaskResource[Any] | None:
        """Read the task every *every* seconds until it is in one of *statuses*; None when it ended and is gone.

        Raises :class:`DeadlinePassed` after *deadline* (seconds or a ``timedelta``) of waiting.
        """
        return await self._perform(wait_until(self._scope, task, statuses, deadline, every))

    async def find_stuck_tasks(self, *, after: timedelta = timedelta(hours=4)) -> tuple[StuckTask, ...]:
        """Return the tasks that have not changed for *after*, why, and what :meth:`repair_stuck_tasks` would do."""
        return await self._perform(find_stuck_tasks(self._scope, after))

    async def repair_stuck_tasks(
        self, stuck: Iterable[StuckTask], *, reason: str | None = "stuck", options: BulkOptions | None = None
    ) -> BulkResults[TaskResource[Any] | None]:
        """End stuck tasks as planned: complete what is assigned, cancel what nobody took.

        One that changed since it was found is left alone and returned as it is; the value of one that is gone is None.
        """
        return await self._perform.bulk(repair_jobs(self._scope, stuck, reason), options, self._work("repair"))

    async def delete(self, task: Address, *, if_match: str | None = None) -> None:
        """Delete a task, whatever its state."""
        return await self._perform(delete_one(self._scope, TASKS, task, if_match))

    @overload
    def list(
        self,
        schema: type[K],
        *,
        where: Condition[TaskScope] | Unset = UNSET,
        locally: bool = False,
        assignment_status: Sequence[TaskStatus | str] | Unset = UNSET,
        workflow: Address | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        priority: int | Unset = UNSET,
        routing_target: str | Unset = UNSET,
        has_addons: bool | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[TaskResource[K]]: ...
    @overload
    def list(
        self,
        schema: None = None,
        *,
        where: Condition[TaskScope] | Unset = UNSET,
        locally: bool = False,
        assignment_status: Sequence[TaskStatus | str] | Unset = UNSET,
        workflow: Address | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        priority: int | Unset = UNSET,
        routing_target: str | Unset = UNSET,
        has_addons: bool | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[TaskResource[Mapping[str, Any]]]: ...
    def list(
        self,
        schema: type[TaskAttributes] | None = None,
        *,
        where: Condition[TaskScope] | Unset = UNSET,
        locally: bool = False,
        assignment_status: Sequence[TaskStatus | str] | Unset = UNSET,
        workflow: Address | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        priority: int | Unset = UNSET,
        routing_target: str | Unset = UNSET,
        has_addons: bool | Unset = UNSET,
        ordering: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[Any]:
        """Walk the tasks. ``where`` is evaluated by the service, which takes 3 such requests a second.

        With ``locally`` all tasks are read and this library's evaluator decides. ``ordering`` is ``Priority:asc`` or
        ``DateCreated:desc``, or both with a comma.
        """
        expression = UNSET if locally else asked(where, "evaluate_task_attributes")
        return self._pager(
            fields(
                evaluate_task_attributes=expression,
                assignment_status=assignment_status,
                priority=priority,
                routing_target=routing_target,
                has_addons=has_addons,
                ordering=ordering,
            ),
            limit=limit,
            page_size=page_size,
            after=after,
            ahead=ahead,
            keep=task_fits(where) if locally and where is not UNSET else None,
            endpoint=TASKS.reading(schema=schema),
            group=None if expression is UNSET else EXPRESSION_LISTS,
            workflow_sid=(WORKFLOWS, workflow),
            task_queue_sid=(TASK_QUEUES, task_queue),
        )

    def reservations(self, task: Address) -> AsyncTaskReservations:
        """Return the reservations of a task."""
        return AsyncTaskReservations(self._perform, self._scope, ("Tasks", TASKS, task))
