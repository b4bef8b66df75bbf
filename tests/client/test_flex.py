"""What Flex needs is not deleted by accident: each kind of thing, against the emulator."""

import asyncio
import json
from typing import Any

import pytest

from taskrouter_kit.client import AsyncSdkSender, AsyncService, RetryPolicy, SdkSender, Service
from taskrouter_kit.errors import NotFound, PlanRefused, ValidationRefused

FLEX = "Flex Task Assignment"


def sdk(asynchronous: bool = False) -> Any:
    from twilio.rest import Client

    from taskrouter_kit.emulator import AsyncInProcessHttpClient, Backend, InProcessHttpClient, VirtualClock

    face = AsyncInProcessHttpClient if asynchronous else InProcessHttpClient
    return Client("AC" + "0" * 32, "t", environment={"_": ""}, http_client=face(Backend(clock=VirtualClock())))


@pytest.fixture
def service() -> Service:
    made = Service(SdkSender(sdk()), RetryPolicy(attempts=1))
    made.workspaces.create(FLEX)
    return made


def managed(service: Service) -> dict[str, tuple[Any, str]]:
    """One thing of each kind that Flex makes: its collection and its name."""
    live = service.workspace(FLEX)
    queue = live.task_queues.create("Everyone")
    routing = {"task_routing": {"default_filter": {"queue": queue.sid}}}
    live.workflows.create("Assign to Anyone", configuration=json.dumps(routing))
    live.activities.create("Break", available=False)
    return {
        "workflow": (live.workflows, "Assign to Anyone"),
        "queue": (live.task_queues, "Everyone"),
        "activity": (live.activities, "Break"),
        "channel": (live.task_channels, "video"),
    }


def test_the_workspace_of_flex_is_deleted_only_when_it_is_said_twice(service: Service):
    """Neither word alone is enough, and the refusal says what to say."""
    for once in ({}, {"even_flex": True}, {"confirm": FLEX}, {"even_flex": True, "confirm": "flex"}):
        with pytest.raises(PlanRefused) as refused:
            service.workspaces.delete(FLEX, **once)
    assert str(refused.value) == (
        "'Flex Task Assignment' is the workspace of Twilio Flex; deleting it removes the contact centre. "
        "[flex-workspace]\n"
        "  at Flex Task Assignment\n"
        "  hint: if that is meant, say it twice: even_flex=True, confirm='Flex Task Assignment'"
    )
    assert [each.friendly_name for each in service.workspaces.list()] == [FLEX]
    service.workspaces.delete(FLEX, even_flex=True, confirm=FLEX)
    assert list(service.workspaces.list()) == []


@pytest.mark.parametrize("kind", ["workflow", "queue", "activity", "channel"])
@pytest.mark.parametrize("by", ["name", "SID", "object"])
def test_what_flex_made_is_deleted_only_when_it_is_said_twice(service: Service, kind: str, by: str):
    """However it is addressed."""
    things = managed(service)
    collection, name = things[kind]
    if kind == "queue":
        things["workflow"][0].delete("Assign to Anyone", even_flex=True, confirm="Assign to Anyone")
    found = collection.fetch(name)
    address = {"name": name, "SID": found.sid, "object": found}[by]
    for once in ({}, {"even_flex": True}, {"confirm": name}):
        with pytest.raises(PlanRefused):
            collection.delete(address, **once)
    assert collection.fetch(name).sid == found.sid
    if kind == "channel":  # the service keeps its own channels whoever asks
        with pytest.raises(ValidationRefused):
            collection.delete(address, even_flex=True, confirm=name)
        return
    collection.delete(address, even_flex=True, confirm=name)
    with pytest.raises(NotFound):
        collection.fetch(found.sid)


def test_what_others_added_to_flex_and_other_workspaces_is_deleted_as_usual(service: Service):
    """The guard holds what Flex made, and nothing else."""
    live = service.workspace(FLEX)
    live.activities.create("Training", available=False)
    live.activities.delete("Training")
    assert "Training" not in [each.friendly_name for each in live.activities.list()]
    service.workspaces.create("Support")
    other = service.workspace("Support")
    other.activities.create("Break", available=False)
    other.activities.delete("Break")
    assert "Break" not in [each.friendly_name for each in other.activities.list()]
    service.workspaces.delete("Support")


def test_the_asynchronous_face_guards_too():
    """The same refusal, the same words."""

    async def run() -> None:
        service = AsyncService(AsyncSdkSender(sdk(asynchronous=True)), RetryPolicy(attempts=1))
        await service.workspaces.create(FLEX)
        with pytest.raises(PlanRefused):
            await service.workspace(FLEX).activities.delete("Offline")
        with pytest.raises(PlanRefused):
            await service.workspaces.delete(FLEX, even_flex=True)
        await service.workspaces.delete(FLEX, even_flex=True, confirm=FLEX)

    asyncio.run(run())
