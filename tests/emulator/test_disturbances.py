"""Faults on demand."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from emulator.asking import Desk
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
        ({"effect": 429}, "effect must be a text, found 429"),
        ({"effect": "429", "probability": 2}, "probability must be a number between 0 and 1, found 2"),
        ({"effect": "429", "probability": "nan"}, "probability must be a number between 0 and 1, found 'nan'"),
        ({"effect": "429", "probability": True}, "probability must be a number between 0 and 1, found True"),
        ({"effect": "429", "often": 2}, "a fault rule has no often"),
        ({"operation": "*"}, "a fault rule needs an effect"),
        ({"effect": "429", "count": -1}, "count must be a whole number from 0 on, found -1"),
        ({"effect": "429", "count": 1.5}, "count must be a whole number from 0 on, found 1.5"),
        ({"effect": "429", "count": []}, "count must be a whole number from 0 on, found []"),
        ({"effect": "latency", "seconds": 1e308}, "seconds must be a number between 0 and 316224000, found 1e+308"),
        ({"effect": "429", "operation": ["x"]}, "operation must be a text, found ['x']"),
        (
            {"effect": "429", "operation": "CreateTsk"},
            "'CreateTsk' is not the name of an operation that 429 can strike: did you mean 'CreateTask'?",
        ),
        (
            {"effect": "late-event", "operation": "assignment"},
            "'assignment' is not the name of a callback that late-event can strike",
        ),
    ],
)
def test_a_bad_rule_says_what_is_wrong(mapping: dict[str, object], message: str) -> None:
    """A rule that cannot be what it says is refused with the reason."""
    with pytest.raises(ValueError) as caught:
        FaultRule.from_mapping(json.loads(json.dumps(mapping)))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"probability": 2.0}, "probability must be between 0 and 1, found 2.0"),
        ({"probability": math.nan}, "probability must be between 0 and 1, found nan"),
        ({"count": -1}, "count must not be negative, found -1"),
        ({"seconds": math.nan}, "seconds must be between 0 and 316224000 (ten years), found nan"),
        ({"seconds": math.inf}, "seconds must be between 0 and 316224000 (ten years), found inf"),
        ({"operation": "createTask"}, "'createTask' is not the name of an operation that 429 can strike"),
    ],
)
def test_a_bad_rule_in_python(named: Any, message: str) -> None:
    """A rule that is made in Python is checked like one that comes as JSON; one that can never strike is refused."""
    with pytest.raises(ValueError) as caught:
        FaultRule("429", **named)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("effect", ["late-event", "duplicate-event"])
def test_what_events_suffer_is_not_used_up_by_assignments(effect: Any) -> None:
    """A rule about events for any name strikes an event, also when an assignment callback goes out first."""
    rules = Disturbances()
    rules.add(FaultRule(effect, count=1))
    assert rules.strike_delivery("assignment") is None
    assert rules.strike_delivery("task.created") is not None


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


def test_a_server_that_cannot_drop_connections() -> None:
    """Where the server keeps the connection to itself, it hears of an exception, and nothing is answered."""
    desk = Desk()
    desk.backend.disturbances.add(FaultRule("reset", "ListActivity", count=1))
    with pytest.raises(ConnectionResetError):
        desk.get("/Activities")
    assert desk.get("/Activities").status == 200
