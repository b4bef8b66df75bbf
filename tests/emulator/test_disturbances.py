"""Faults on demand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from taskrouter_kit.emulator import Backend, FaultRule, InProcessHttpClient
from taskrouter_kit.emulator._disturbances import Disturbances


def client_of(backend: Backend) -> Any:
    return Client("AC" + "0" * 32, "token", http_client=InProcessHttpClient(backend), environment={"_": ""})


@pytest.mark.parametrize(
    ("effect", "status", "code"),
    [("429", 429, 20429), ("500", 500, 20500), ("503", 503, 20503), ("412", 412, 20412)],
)
def test_a_status_strikes_as_often_as_it_should(effect: Any, status: int, code: int) -> None:
    """A rule with a count strikes that often, and nothing is processed when it does."""
    backend = Backend()
    client = client_of(backend)
    backend.disturbances.add(FaultRule(effect, "CreateWorkspace", count=2))
    for _ in range(2):
        with pytest.raises(TwilioRestException) as caught:
            client.taskrouter.v1.workspaces.create(friendly_name="x")
        assert (caught.value.status, caught.value.code) == (status, code)
    assert client.taskrouter.v1.workspaces.list() == []
    client.taskrouter.v1.workspaces.create(friendly_name="x")
    assert len(client.taskrouter.v1.workspaces.list()) == 1


@pytest.mark.parametrize(("effect", "made"), [("reset", 0), ("reset-after", 1)])
def test_a_dropped_connection(effect: Any, made: int) -> None:
    """A dropped connection raises what the SDK's own client would raise, before or after the work was done."""
    import requests

    backend = Backend()
    client = client_of(backend)
    backend.disturbances.add(FaultRule(effect, "CreateWorkspace", count=1))
    with pytest.raises(requests.exceptions.ConnectionError):
        client.taskrouter.v1.workspaces.create(friendly_name="x")
    assert len(client.taskrouter.v1.workspaces.list()) == made


def test_latency_moves_virtual_time() -> None:
    """In process a slow answer takes virtual time, and more than the timeout raises as the SDK's client would."""
    import requests

    backend = Backend()
    client = client_of(backend)
    backend.disturbances.add(FaultRule("latency", "CreateWorkspace", seconds=3))
    before = backend.clock.now_ms()
    client.taskrouter.v1.workspaces.create(friendly_name="x")
    assert backend.clock.now_ms() - before == 3000
    client.http_client.timeout = 2
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.taskrouter.v1.workspaces.create(friendly_name="y")


def test_chance_is_seeded() -> None:
    """The same seed gives the same strikes."""

    def strikes(seed: int) -> list[bool]:
        rules = Disturbances(seed)
        rules.add(FaultRule("429", probability=0.5))
        return [rules.strike_request("X") is not None for _ in range(40)]

    assert strikes(1) == strikes(1) != strikes(2)
    assert 5 < sum(strikes(1)) < 35


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"effect": "boom"}, "effect 'boom' is not one of"),
        ({"effect": "429", "probability": 2}, "probability must be between 0 and 1, found 2.0"),
        ({"effect": "429", "often": 2}, "a fault rule has no often"),
        ({"operation": "*"}, "a fault rule needs an effect"),
        ({"effect": "429", "count": -1}, "count must not be negative, found -1"),
        ({"effect": "429", "count": []}, "probability and seconds are numbers, count is a whole number"),
    ],
)
def test_a_bad_rule_says_what_is_wrong(mapping: dict[str, object], message: str) -> None:
    """A rule that cannot be what it says is refused with the reason."""
    with pytest.raises(ValueError) as caught:
        FaultRule.from_mapping(json.loads(json.dumps(mapping)))
    assert str(caught.value).startswith(message)


def test_published_limits() -> None:
    """With the option, the fourth EvaluateTaskAttributes of a second is 429 (limits-errors-gotchas.md section 2)."""
    backend = Backend(published_limits=True)
    client = client_of(backend)
    made = client.taskrouter.v1.workspaces.create(friendly_name="x")
    queues = client.taskrouter.v1.workspaces(made.sid).task_queues
    for _ in range(3):
        queues.list(evaluate_worker_attributes="{}")
    with pytest.raises(Exception, match="20429"):
        queues.list(evaluate_worker_attributes="{}")
    backend.advance(1)
    assert queues.list(evaluate_worker_attributes="{}") == []
