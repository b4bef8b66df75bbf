"""Doing an instruction to a reservation."""

from __future__ import annotations

from taskrouter_kit.client._endpoints import ACTIVITIES, Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._flows import Below, inside_of
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._names import below as below_name
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import OutcomeUnknown
from taskrouter_kit.models._instruction_base import activity_names
from taskrouter_kit.models._instructions import ReservationUpdate
from taskrouter_kit.models._resources import ReservationResource


def instruct(
    scope: Scope,
    endpoint: Endpoint[ReservationResource],
    below: Below,
    reservation: Address,
    instruction: ReservationUpdate,
    if_match: str | None,
) -> Flow[ReservationResource]:
    """Do *instruction* to a reservation. One whose answer was lost is read again before it is called unknown."""
    sid = below_name(endpoint, reservation)
    activities: dict[str, str] = {}
    for activity in activity_names(instruction):
        activities[activity] = yield from scope.sid(ACTIVITIES, activity)
    form = instruction.to_form(activities)
    wanted = form.get("ReservationStatus")

    def act(there: Endpoint[ReservationResource]) -> Flow[ReservationResource]:
        try:
            return (yield from there.update(sid, form, if_match=if_match))
        except OutcomeUnknown:
            now = yield from there.fetch(sid)
            if wanted is not None and now.reservation_status == wanted:
                return now
            raise

    return (yield from inside_of(scope, endpoint, below, act))
