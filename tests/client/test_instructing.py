"""Reservations: instructions as forms, activities by name, and answers that were lost."""

from datetime import timedelta

import pytest
from twilio.jwt.taskrouter.capabilities import WorkerCapabilityToken

from taskrouter_kit import Activity, Diagnostic
from taskrouter_kit.client import worker_access_token, worker_capability_token
from taskrouter_kit.errors import InvalidDeclaration, OutcomeUnknown, ServiceUnavailable
from taskrouter_kit.models._instructions import Conference, Dequeue
from wire_fakes import ACCOUNT, WORKSPACE, Script, activity, answer, page, reservation, sid

WT, WR = sid("WT", 1), sid("WR", 1)


def lost() -> ServiceUnavailable:
    return ServiceUnavailable(Diagnostic("service-unavailable", "The request lost its connection."))


def test_an_activity_is_given_by_name():
    """It is looked up before the instruction is sent."""
    script = Script(page("activities", [activity(1, "Break")]), answer(200, reservation("rejected")))
    script.client().workspace(WORKSPACE).tasks.reservations(WT).reject(WR, activity="Break")
    assert dict(script.asked[1].form or {}) == {"ReservationStatus": "rejected", "WorkerActivitySid": sid("WA", 1)}


@pytest.mark.parametrize("owner", ["task", "worker"])
def test_an_accept_whose_answer_was_lost_is_read_again(owner: str):
    """It is accepted: that is the answer. It is not: nobody knows, and it is not sent twice."""
    for status, unknown in (("accepted", False), ("pending", True), ("timeout", True)):
        script = Script(lost(), answer(200, reservation(status)))
        live = script.client().workspace(WORKSPACE)
        found = live.tasks.reservations(WT) if owner == "task" else live.workers.reservations(sid("WK", 1))
        if unknown:
            with pytest.raises(OutcomeUnknown):
                found.accept(WR)
        else:
            assert found.accept(WR).reservation_status == "accepted"
        assert [each.method for each in script.asked] == ["POST", "GET"]


def test_an_instruction_that_makes_a_call_is_never_repeated():
    """It may be ringing: accepted or not, the outcome is unknown."""
    for status in ("pending", "accepted"):
        script = Script(lost(), answer(200, reservation(status)))
        with pytest.raises(OutcomeUnknown):
            script.client().workspace(WORKSPACE).tasks.reservations(WT).update(WR, Conference(to="client:alice"))
        assert [each.method for each in script.asked] == ["POST", "GET"]


def test_reservations_are_listed_by_status_and_worker():
    """Old ones are in the list too, unless a status selects."""
    script = Script(page("reservations", [reservation()]), page("reservations", [reservation()]))
    live = script.client().workspace(WORKSPACE)
    assert len(list(live.tasks.reservations(WT).list(status="pending", worker=sid("WK", 1)))) == 1
    assert len(list(live.workers.reservations(sid("WK", 1)).list(status="accepted"))) == 1
    asked = [dict(each.query) for each in script.asked]
    assert asked[0] == {"ReservationStatus": "pending", "WorkerSid": sid("WK", 1), "PageSize": "1000"}
    assert asked[1] == {"ReservationStatus": "accepted", "PageSize": "1000"}


def test_a_capability_token_carries_its_policies():
    """The SDK reads it back; the two flags allow two more things."""
    given = {"account_sid": ACCOUNT, "workspace_sid": WORKSPACE, "worker_sid": sid("WK", 1)}
    plain = worker_capability_token(**given, auth_token="t" * 32, ttl=timedelta(minutes=5))
    more = worker_capability_token(**given, auth_token="t" * 32, update_activities=True, update_reservations=True)
    policies = [
        {(each["url"], each["method"]) for each in WorkerCapabilityToken.from_jwt(text, "t" * 32).payload["policies"]}
        for text in (plain, more)
    ]
    assert policies[0] < policies[1]
    assert {method for _, method in policies[1] - policies[0]} == {"POST"}
    read = WorkerCapabilityToken.from_jwt(plain, "t" * 32).payload
    assert (read["workspace_sid"], read["worker_sid"]) == (WORKSPACE, sid("WK", 1))


@pytest.mark.parametrize("ttl", [0, -1, 86_401, timedelta(days=2)])
def test_a_token_lives_a_second_to_a_day(ttl: int):
    """All that is wrong with the SIDs is said at once, before anything is signed."""
    with pytest.raises(InvalidDeclaration, match="86,400"):
        worker_capability_token(
            account_sid=ACCOUNT, auth_token="t", workspace_sid=WORKSPACE, worker_sid=sid("WK", 1), ttl=ttl
        )
    with pytest.raises(InvalidDeclaration) as wrong:
        worker_access_token(
            account_sid="x", key_sid="x", secret="canary", identity="a", workspace_sid="x", worker_sid="x", ttl=ttl
        )
    assert len(wrong.value.diagnostics) == 4
    assert "canary" not in str(wrong.value)


def test_a_declared_activity_is_looked_up_too():
    """As in a callback's answer: ``Dequeue(post_work_activity=available)``."""
    script = Script(page("activities", [activity(1, "Break")]), answer(200, reservation()))
    live = script.client().workspace(WORKSPACE)
    live.tasks.reservations(WT).update(WR, Dequeue(post_work_activity=Activity("Break", available=False)))
    assert (script.asked[1].form or {})["DequeuePostWorkActivitySid"] == sid("WA", 1)
