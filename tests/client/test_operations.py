"""Every operation of the document, driven through the client against the emulator in process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from shared_material import shared
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._limits import Limits
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._sync._service import Service
from taskrouter_kit.client._twilio import SdkSender
from taskrouter_kit.models._instructions import Accept


class Recorder:
    def __init__(self, send: Any) -> None:
        self.send = send
        self.asked: list[Exchange[Any]] = []

    def __call__(self, exchange: Exchange[Any]) -> Reply:
        self.asked.append(exchange)
        return self.send(exchange)


def emulated() -> Any:
    from twilio.rest import Client

    from taskrouter_kit.emulator import Backend, InProcessHttpClient, VirtualClock

    return Client(
        "AC" + "0" * 32, "token", environment={"_": ""}, http_client=InProcessHttpClient(Backend(clock=VirtualClock()))
    )


@pytest.fixture(scope="module")
def asked() -> list[Exchange[Any]]:
    """What a tour of the whole client asked for."""
    recorder = Recorder(SdkSender(emulated()))
    tour(Service(recorder, RetryPolicy(attempts=1, limits=Limits.off())))
    return recorder.asked


def tour(service: Service) -> None:
    made = service.workspaces.create("Support")
    service.workspaces.update(made, friendly_name="Support", timeout_activity="Unavailable")
    assert [each.sid for each in service.workspaces.list()] == [made.sid]
    live = service.workspace("Support")
    assert live.fetch() == service.workspaces.fetch(made.sid)
    live.activities.create("Break", available=False)
    live.activities.update("Break", friendly_name="Lunch")
    assert live.activities.fetch("Lunch").available is False
    live.activities.delete("Lunch")
    assert "Lunch" not in [each.friendly_name for each in live.activities.list()]
    live.task_channels.create("fax", "Fax")
    live.task_channels.update("fax", friendly_name="Telefax")
    assert live.task_channels.fetch("fax").friendly_name == "Telefax"
    live.task_channels.delete("fax")
    assert [each.unique_name for each in live.task_channels.list()]
    queue = live.task_queues.create("Billing", target_workers='skills HAS "billing"')
    live.task_queues.update("Billing", max_reserved_workers=2)
    assert live.task_queues.fetch("Billing").max_reserved_workers == 2
    assert [each.sid for each in live.task_queues.list(friendly_name="Billing")] == [queue.sid]
    routing = {"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}
    live.workflows.create("Routing", configuration=json.dumps(routing))
    live.workflows.update("Routing", task_reservation_timeout=30)
    assert live.workflows.fetch("Routing").task_reservation_timeout == 30
    assert len(list(live.workflows.list())) == 1
    alice = live.workers.create("Alice", {"skills": ["billing"]}, activity="Available")
    live.workers.update("alice", attributes={"skills": ["billing"], "level": 2})
    assert live.workers.fetch("Alice").attributes["level"] == 2
    assert [each.sid for each in live.workers.list(task_queue="Billing")] == [alice.sid]
    channels = live.workers.channels("Alice")
    channels.update("voice", capacity=2)
    assert channels.fetch("voice").configured_capacity == 2
    assert len(list(channels.list())) >= 1
    task = live.tasks.create({"department": "billing"}, workflow="Routing", priority=3)
    live.tasks.update(task, priority=4)
    assert live.tasks.fetch(task).priority == 4
    assert [each.sid for each in live.tasks.list(task_queue="Billing")] == [task.sid]
    offers = live.tasks.reservations(task)
    offer = offers.list().first()
    assert offer is not None
    assert offers.fetch(offer).worker_name == "Alice"
    mine = live.workers.reservations("Alice")
    assert [each.sid for each in mine.list()] == [offer.sid]
    assert mine.fetch(offer).sid == offer.sid
    assert offers.update(offer, Accept()).reservation_status == "accepted"
    other = live.tasks.create({}, workflow="Routing", task_channel="voice")
    second = live.tasks.reservations(other).list().first()
    assert second is not None
    mine.reject(second)
    statistics(live)
    live.tasks.finish(task)
    live.tasks.delete(other)
    event = live.events.list().first()
    assert event is not None
    assert live.events.fetch(event) == event
    live.workers.delete("Alice")
    live.workflows.delete("Routing")
    live.task_queues.delete("Billing")
    service.workspaces.delete("Support")


def statistics(live: Any) -> None:
    assert live.task_queues.statistics("Billing").realtime.tasks_by_status.assigned == 1
    assert live.task_queues.realtime_statistics("Billing").total_eligible_workers == 1
    assert live.task_queues.cumulative_statistics("Billing", split_by_wait_time=[5]).tasks_entered == 2
    assert live.task_queues.bulk_realtime_statistics(["Billing"]).task_queue_response_count == 1
    assert len(list(live.task_queues.list_statistics())) == 1
    assert live.workflows.statistics("Routing").realtime.total_tasks == 2
    assert live.workflows.realtime_statistics("Routing").total_tasks == 2
    assert live.workflows.cumulative_statistics("Routing").tasks_entered == 2
    assert live.statistics().realtime.total_workers == 1
    assert live.realtime_statistics().total_workers == 1
    assert live.cumulative_statistics().tasks_created == 2
    assert live.workers.statistics().realtime.total_workers == 1
    assert live.workers.realtime_statistics().total_workers == 1
    assert live.workers.cumulative_statistics().reservations_created == 2
    assert live.workers.worker_statistics("Alice").cumulative.reservations_accepted == 1


def test_the_tour_uses_every_operation_of_the_document(asked: list[Exchange[Any]]):
    """61 of 61 operations, each by the name, method and path that the document gives it."""
    document = json.loads(shared("openapi/twilio_taskrouter_v1.json").read_text("utf-8"))
    wanted = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post", "delete"}
    }
    seen: dict[str, tuple[str, int]] = {each.operation: (each.method, each.path.count("/")) for each in asked}
    assert len(wanted) == 61
    assert sorted(set(wanted) - set(seen)) == []
    assert {name: (method, path.count("/")) for name, (method, path) in wanted.items()} == seen


def test_every_query_and_form_parameter_is_known_to_the_document(asked: list[Exchange[Any]]):
    """Nothing is sent that the document does not name."""
    document = json.loads(shared("openapi/twilio_taskrouter_v1.json").read_text("utf-8"))
    known: dict[str, set[str]] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and "operationId" in operation:
                names = {each["name"] for each in operation.get("parameters", [])}
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    names |= set(content["schema"].get("properties", {}))
                known[operation["operationId"]] = names
    for each in asked:
        assert {*each.query, *(each.form or {}), *each.headers} <= known[each.operation], each.operation


def test_the_asynchronous_client_reaches_the_emulator():
    """The SDK's asynchronous interface, in process."""
    from twilio.rest import Client

    from taskrouter_kit.client._aio import AsyncSdkSender
    from taskrouter_kit.client._async._service import AsyncService
    from taskrouter_kit.emulator import AsyncInProcessHttpClient, Backend, VirtualClock

    async def run() -> list[str]:
        http = AsyncInProcessHttpClient(Backend(clock=VirtualClock()))
        sender = AsyncSdkSender(Client("AC" + "0" * 32, "token", environment={"_": ""}, http_client=http))
        service = AsyncService(sender, RetryPolicy(attempts=1))
        await service.workspaces.create("Support")
        live = service.workspace("Support")
        await live.workers.create("Alice", activity="Available")
        assert (await live.workers.fetch("alice")).available
        return [each.friendly_name async for each in live.workers.list(ahead=True)]

    assert asyncio.run(run()) == ["Alice"]
