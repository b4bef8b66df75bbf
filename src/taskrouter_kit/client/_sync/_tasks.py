"""Tasks of a workspace, and their reservations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, overload

from taskrouter_kit._wire import UNSET, Unset, encode_attributes
from taskrouter_kit.client._endpoints import EXPRESSION_LISTS, TASK_QUEUES, TASK_RESERVATIONS, TASKS, WORKFLOWS
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import create_task, finish_task, set_status, update_one, update_reservation
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._sync._performing import Collection, Performer
from taskrouter_kit.expr._condition import Condition, TaskScope
from taskrouter_kit.expr._schema import TaskAttributes
from taskrouter_kit.models._resources import ReservationResource, ReservationStatus, TaskResource, TaskStatus

K = TypeVar("K", bound=TaskAttributes)


class Tasks(Collection[TaskResource[Any]]):
    """Tasks; with a schema their attributes are typed, without one a JSON mapping."""

    _endpoint = TASKS

    @overload
    def create(
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
    ) -> TaskResource[K]: ...
    @overload
    def create(
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
    ) -> TaskResource[Mapping[str, Any]]: ...
    def create(
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
    ) -> TaskResource[Any]:
        """Create a task in *workflow*. ``timeout`` is how long it may wait unassigned, in seconds or a ``timedelta``.

        A target's priority replaces ``priority``. Raises :class:`OutcomeUnknown` when the answer was lost.
        """
        return self._perform(
            create_task(
                self._scope,
                attributes,
                workflow,
                task_channel,
                priority=priority,
                timeout=timeout,
                virtual_start_time=virtual_start_time,
                routing_target=routing_target,
                ignore_capacity=ignore_capacity,
            )
        )

    @overload
    def fetch(self, task: Address, schema: type[K]) -> TaskResource[K]: ...
    @overload
    def fetch(self, task: Address, schema: None = None) -> TaskResource[Mapping[str, Any]]: ...
    def fetch(self, task: Address, schema: type[TaskAttributes] | None = None) -> TaskResource[Any]:
        """Return one task; raises :class:`NotFound` (also five minutes after its end)."""
        return self._fetch(task, TASKS.reading(schema=schema))

    def update(
        self,
        task: Address,
        *,
        attributes: TaskAttributes | Mapping[str, Any] | Unset = UNSET,
        priority: int | Unset = UNSET,
        task_channel: str | Unset = UNSET,
        virtual_start_time: datetime | Unset = UNSET,
        if_match: str | None = None,
    ) -> TaskResource[Any]:
        """Update a task; to end it, see :meth:`complete`, :meth:`cancel` and :meth:`finish`.

        ``attributes`` replace all of them, and send a pending task through its workflow again.
        """
        encoded: object = UNSET if attributes is UNSET else encode_attributes(attributes)
        form = fields(
            attributes=encoded, priority=priority, task_channel=task_channel, virtual_start_time=virtual_start_time
        )
        return self._perform(update_one(self._scope, TASKS, task, form, if_match=if_match))

    def complete(self, task: Address, *, reason: str | None = None) -> TaskResource[Any]:
        """Complete an assigned task; one that is completed already is returned as it is."""
        return self._perform(set_status(self._scope, task, TaskStatus.COMPLETED, reason))

    def cancel(self, task: Address, *, reason: str | None = None) -> TaskResource[Any]:
        """Cancel a task that is not assigned yet; one that is canceled already is returned as it is."""
        return self._perform(set_status(self._scope, task, TaskStatus.CANCELED, reason))

    def wrap_up(self, task: Address, *, reason: str | None = None) -> TaskResource[Any]:
        """Put an assigned task into wrapping."""
        return self._perform(set_status(self._scope, task, TaskStatus.WRAPPING, reason))

    def finish(self, task: Address, *, reason: str | None = None) -> TaskResource[Any] | None:
        """End a task in the way its state allows: cancel before, complete after it is assigned. None: it is gone."""
        return self._perform(finish_task(self._scope, task, reason))

    def delete(self, task: Address, *, if_match: str | None = None) -> None:
        """Delete a task, whatever its state."""
        self._delete(task, if_match)

    def list(
        self,
        schema: type[TaskAttributes] | None = None,
        *,
        where: Condition[TaskScope] | Unset = UNSET,
        assignment_status: Sequence[TaskStatus | str] | Unset = UNSET,
        workflow: Address | Unset = UNSET,
        task_queue: Address | Unset = UNSET,
        priority: int | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
    ) -> Pager[TaskResource[Any]]:
        """Walk the tasks. ``where`` is evaluated by the service (at most 3 such requests a second)."""
        expression = str(where.placed("evaluate_task_attributes")) if isinstance(where, Condition) else UNSET
        query = fields(
            evaluate_task_attributes=expression,
            assignment_status=assignment_status,
            workflow_sid=UNSET if workflow is UNSET else self._perform(self._scope.sid(WORKFLOWS, workflow)),
            task_queue_sid=UNSET if task_queue is UNSET else self._perform(self._scope.sid(TASK_QUEUES, task_queue)),
            priority=priority,
        )
        group = None if expression is UNSET else EXPRESSION_LISTS
        endpoint = TASKS.reading(schema=schema)
        return self._pager(query, limit=limit, page_size=page_size, after=after, endpoint=endpoint, group=group)

    def reservations(self, task: Address) -> TaskReservations:
        """Return the reservations of a task."""
        return TaskReservations(self._perform, self._scope, task)


class TaskReservations(Collection[ReservationResource]):
    """The offers of one task to workers."""

    _endpoint = TASK_RESERVATIONS

    def __init__(self, perform: Performer, scope: Scope, task: Address) -> None:
        super().__init__(perform, scope)
        self._task = task

    def list(
        self, *, status: ReservationStatus | str | Unset = UNSET, limit: int | None = None
    ) -> Pager[ReservationResource]:
        """Walk the task's reservations, old ones too unless ``status`` selects."""
        sid = self._perform(self._scope.sid(TASKS, self._task))
        below = Collection[ReservationResource](self._perform, self._scope, "Tasks", sid)
        query = fields(reservation_status=status)
        return below._pager(query, limit=limit, page_size=None, after=None, endpoint=TASK_RESERVATIONS)

    def fetch(self, reservation: Address) -> ReservationResource:
        """Return one reservation; raises :class:`NotFound`."""
        sid = self._perform(self._scope.sid(TASKS, self._task))
        there = self._perform(self._scope.inside(TASK_RESERVATIONS, "Tasks", sid))
        return self._perform(iter(there.fetch(str(getattr(reservation, "sid", reservation)))))

    def accept(self, reservation: Address) -> ReservationResource:
        """Accept it for its worker: the task is assigned. Raises :class:`Conflict` when another was accepted first."""
        flow = update_reservation(self._scope, self._task, reservation, reservation_status=ReservationStatus.ACCEPTED)
        return self._perform(flow)

    def reject(self, reservation: Address, *, worker_activity_sid: str | Unset = UNSET) -> ReservationResource:
        """Reject it for its worker; the task is offered to the next one."""
        return self._perform(
            update_reservation(
                self._scope,
                self._task,
                reservation,
                reservation_status=ReservationStatus.REJECTED,
                worker_activity_sid=worker_activity_sid,
            )
        )
