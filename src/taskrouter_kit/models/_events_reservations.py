"""Events of reservations: offers of a task to a worker, and what came of them."""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from typing import Generic

from taskrouter_kit.models._event_fields import MaybeSent, whole
from taskrouter_kit.models._event_groups import OfferFields, ReservationFields, T, W


class ReservationCreated(OfferFields[W, T], Generic[W, T]):
    """A task was offered to a worker."""

    __slots__ = ()
    name = "reservation.created"


class ReservationAccepted(OfferFields[W, T], Generic[W, T]):
    """The worker accepted the offer."""

    __slots__ = ()
    name = "reservation.accepted"


class ReservationRejected(OfferFields[W, T], Generic[W, T]):
    """The worker rejected the offer."""

    __slots__ = ()
    name = "reservation.rejected"


class ReservationTimeout(OfferFields[W, T], Generic[W, T]):
    """The worker did not answer in time, and is in the workspace's timeout activity now."""

    __slots__ = ()
    name = "reservation.timeout"


class ReservationCanceled(OfferFields[W, T], Generic[W, T]):
    """The offer was taken back: the call to the worker failed, or the callback did."""

    __slots__ = ()
    name = "reservation.canceled"
    # Observed: a recorded event callback (45303, or 0); callbacks.md section 4.2 does not name it
    canceled_reason_code = MaybeSent(whole)


class ReservationRescinded(OfferFields[W, T], Generic[W, T]):
    """Another worker accepted the task first."""

    __slots__ = ()
    name = "reservation.rescinded"


class ReservationCompleted(OfferFields[W, T], Generic[W, T]):
    """The task of the reservation is done."""

    __slots__ = ()
    name = "reservation.completed"


class ReservationWrapup(OfferFields[W, T], Generic[W, T]):
    """The worker is wrapping up."""

    __slots__ = ()
    name = "reservation.wrapup"


class ReservationFailed(ReservationFields[T], Generic[T]):
    """An offer could not be made; there is no worker in it."""

    __slots__ = ()
    name = "reservation.failed"
