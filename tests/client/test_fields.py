"""Values on the wire: nothing that the caller gave is dropped, cut or sent as something else."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from taskrouter_kit._wire import UNSET
from taskrouter_kit.client import Limits, RetryPolicy
from taskrouter_kit.client._fields import fields, pascal
from taskrouter_kit.client._figures import period
from taskrouter_kit.client._twilio import client_from_env
from taskrouter_kit.errors import InvalidDeclaration, MissingCredentials
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.models import TaskStatus
from wire_fakes import WORKSPACE, Script, answer, queue, sid, worker

NOON = datetime(2026, 1, 5, 12, 0, 0, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("text", "text"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (TaskStatus.PENDING, "pending"),
        ([TaskStatus.PENDING, "reserved"], ["pending", "reserved"]),
        ((), []),
        (NOON, "2026-01-05T10:00:00Z"),
        (NOON.replace(microsecond=999_999), "2026-01-05T10:00:00Z"),
        (timedelta(hours=1), "3600"),
        (parse('skills HAS "billing"', place="target_workers"), 'skills HAS "billing"'),
    ],
)
def test_each_value_has_one_spelling(value: object, sent: object):
    """Booleans small, times in UTC and whole seconds, durations in seconds, None as the empty text that clears."""
    assert fields(some_name=value) == {"SomeName": sent}


def test_what_was_not_given_is_left_out_and_nothing_else_is():
    """``UNSET`` differs from None."""
    assert fields(a=UNSET, b=None, c=0, d=False) == {"B": "", "C": "0", "D": "false"}


@pytest.mark.parametrize(("name", "sent"), [("from_", "From"), ("task_queue_sid", "TaskQueueSid"), ("to", "To")])
def test_names_are_spelled_as_the_service_spells_them(name: str, sent: str):
    """They are case-sensitive, and a wrong one is ignored."""
    assert pascal(name) == sent


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (datetime(2026, 1, 5), "some_name: A point in time needs a time zone"),
        (timedelta(seconds=1.5), "some_name: the service counts whole seconds; got 1.5 s"),
        (object(), "some_name: a object cannot be sent"),
    ],
)
def test_what_would_be_cut_or_misread_is_refused(value: object, why: str):
    """The SDK drops the offset of a time and sends the keys of a mapping."""
    with pytest.raises(InvalidDeclaration) as refused:
        fields(some_name=value)
    assert str(refused.value).startswith(why)
    assert refused.value.diagnostics[0].rule == "unsendable-value"


def test_a_period_is_whole_minutes():
    """Half a minute would become none, which is another question."""
    assert period(timedelta(hours=2), UNSET, UNSET)["Minutes"] == "120"
    assert period(5, UNSET, UNSET, [5, 10])["SplitByWaitTime"] == "5,10"
    with pytest.raises(InvalidDeclaration) as refused:
        period(timedelta(seconds=90), UNSET, UNSET)
    assert str(refused.value) == (
        "minutes: the service counts whole minutes; got 0:01:30 [unsendable-value]\n  at minutes"
    )


def test_a_queue_takes_conditions_and_activities_in_any_form():
    """A name is looked up, None clears, what is not given stays."""
    script = Script(answer(201, queue()), answer(200, queue()))
    live = script.client().workspace(WORKSPACE)
    where = parse('skills HAS "billing"', place="target_workers")
    live.task_queues.create("Billing", target_workers=where, reservation_activity=sid("WA", 1))
    live.task_queues.update(sid("WQ", 1), assignment_activity=None)
    assert dict(script.asked[0].form or {}) == {
        "FriendlyName": "Billing",
        "TargetWorkers": 'skills HAS "billing"',
        "ReservationActivitySid": sid("WA", 1),
    }
    assert dict(script.asked[1].form or {}) == {"AssignmentActivitySid": ""}


@pytest.mark.parametrize("arguments", [{"limit": -1}, {"page_size": 0}, {"page_size": 1001}])
def test_no_page_or_limit_is_sent_that_cannot_be(arguments: dict[str, int]):
    """The SDK sends ``PageSize=-1``."""
    with pytest.raises(ValueError, match="got"):
        Script().client().workspace(WORKSPACE).workers.channels(sid("WK", 1)).list(**arguments)


@pytest.mark.parametrize(("arguments", "where"), [({"limit": -1}, "limit"), ({"page_size": 0}, "page_size")])
def test_such_a_number_is_an_error_of_this_library(arguments: dict[str, int], where: str):
    """It says which argument is meant."""
    with pytest.raises(InvalidDeclaration) as refused:
        Script().client().workspace(WORKSPACE).workers.channels(sid("WK", 1)).list(**arguments)
    assert [(each.rule, each.where.path) for each in refused.value.diagnostics] == [("invalid-number", where)]


def test_an_empty_cursor_is_refused_before_anything_is_sent():
    """The service would answer that pages cannot be asked for by number."""
    script = Script()
    with pytest.raises(InvalidDeclaration, match="invalid-cursor"):
        script.client().workspace(WORKSPACE).workers.list(after="")
    assert script.asked == []


def test_another_policy_is_another_client_of_the_same_sender():
    """``with_options`` changes what is repeated, and nothing of the one it was asked of."""
    from wire_fakes import refusal

    script = Script(refusal(503, 20503), refusal(503, 20503), answer(200, worker()))
    once = script.client().with_options(RetryPolicy(attempts=1, limits=Limits.off()))
    assert once.policy.attempts == 1
    with pytest.raises(Exception, match="20503"):
        once.workspace(WORKSPACE).workers.fetch(sid("WK", 1))
    live = once.workspace(WORKSPACE).with_options(script.policy(attempts=2))
    assert live.workers.fetch(sid("WK", 1)).friendly_name == "Alice"
    assert len(script.asked) == 3


def test_credentials_come_from_the_environment_or_their_absence_is_named(monkeypatch: pytest.MonkeyPatch):
    """Account and token, or account, key and secret, with region and edge; the values are in no message."""
    token: Any = client_from_env({"TWILIO_ACCOUNT_SID": sid("AC", 1), "TWILIO_AUTH_TOKEN": "t"})
    assert (token.username, token.password) == (sid("AC", 1), "t")
    key: Any = client_from_env(
        {"TWILIO_ACCOUNT_SID": sid("AC", 1), "TWILIO_API_KEY": sid("SK", 1), "TWILIO_API_SECRET": "s"}
    )
    assert (key.username, key.password, key.account_sid) == (sid("SK", 1), "s", sid("AC", 1))
    monkeypatch.setenv("TWILIO_EDGE", "process")
    account = {"TWILIO_ACCOUNT_SID": sid("AC", 1), "TWILIO_AUTH_TOKEN": "t"}
    for given, region in ((account, None), ({**account, "TWILIO_REGION": "ie1"}, "ie1")):
        made: Any = client_from_env(given)
        assert (made.region, made.edge) == (region, None)
    for given in (
        {},
        {"TWILIO_AUTH_TOKEN": "canary"},
        {"TWILIO_ACCOUNT_SID": sid("AC", 1), "TWILIO_API_KEY": "canary"},
    ):
        with pytest.raises(MissingCredentials) as missing:
            client_from_env(given)
        assert "canary" not in str(missing.value)
        assert "TWILIO_" in str(missing.value)
