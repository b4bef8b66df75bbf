"""Reservations, as a task and as a worker have them: offers of a task to a worker, and what is done with them."""

from __future__ import annotations

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._endpoints import TASK_RESERVATIONS, WORKER_RESERVATIONS, WORKERS
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import fetch_below
from taskrouter_kit.client._instructing import instruct
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.client._sync._performing import Collection
from taskrouter_kit.models._instructions import Accept, Reject, ReservationUpdate
from taskrouter_kit.models._resources import ActivityResource, ReservationResource, ReservationStatus


class Offers(Collection[ReservationResource]):
    """What is done with one reservation, as its task and as its worker have it."""

    def fetch(self, reservation: Address) -> ReservationResource:
        """Return one reservation; raises :class:`NotFound`."""
        return self._perform(fetch_below(self._scope, self._endpoint, self._below, reservation))

    def update(
        self, reservation: Address, instruction: ReservationUpdate, *, if_match: str | None = None
    ) -> ReservationResource:
        """Do *instruction* to it: ``Accept()``, ``Reject(…)``, ``Dequeue(…)``, ``Conference(…)`` and so on.

        Raises :class:`OutcomeUnknown` when the answer was lost: an instruction that makes a call is never repeated.
        """
        flow = instruct(self._scope, self._endpoint, self._below, reservation, instruction, if_match)
        return self._perform(flow)

    def accept(self, reservation: Address, *, if_match: str | None = None) -> ReservationResource:
        """Accept it for its worker: the task is assigned. Raises :class:`Conflict` when another was accepted first."""
        return self._perform(instruct(self._scope, self._endpoint, self._below, reservation, Accept(), if_match))

    def reject(
        self, reservation: Address, *, activity: str | ActivityResource | None = None, if_match: str | None = None
    ) -> ReservationResource:
        """Reject it for its worker, who goes to *activity* where one is given; the task is offered to the next one."""
        answer = Reject(activity=activity)
        return self._perform(instruct(self._scope, self._endpoint, self._below, reservation, answer, if_match))


class TaskReservations(Offers):
    """The reservations of one task."""

    _endpoint = TASK_RESERVATIONS

    def list(
        self,
        *,
        status: ReservationStatus | str | Unset = UNSET,
        worker: Address | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> Pager[ReservationResource]:
        """Walk the reservations, old ones too unless ``status`` selects."""
        query = fields(reservation_status=status)
        return self._pager(
            query, limit=limit, page_size=page_size, after=after, ahead=ahead, worker_sid=(WORKERS, worker)
        )


class WorkerReservations(Offers):
    """The reservations of one worker."""

    _endpoint = WORKER_RESERVATIONS

    def list(
        self,
        *,
        status: ReservationStatus | str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> Pager[ReservationResource]:
        """Walk the reservations, old ones too unless ``status`` selects."""
        query = fields(reservation_status=status)
        return self._pager(query, limit=limit, page_size=page_size, after=after, ahead=ahead)
