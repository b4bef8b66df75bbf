"""A conversation that was recorded replays for both clients, without a network.

``RECORD_CASSETTES=1`` records them anew, from the emulator of this package over HTTP; Twilio never answered them.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from client.cassettes import recorder
from taskrouter_kit import AsyncTaskRouter, TaskRouter
from taskrouter_kit.emulator import Backend, ServerThread, VirtualClock
from taskrouter_kit.errors import NotFound

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-secret-token"
CASSETTES = Path(__file__).parent / "recorded"
HEADER = "# Recorded from the emulator of taskrouter-kit over HTTP, on virtual time. Twilio never answered this.\n"


@pytest.fixture
def url() -> Iterator[str]:
    """Where the client asks: a server while recording, nobody while replaying."""
    if not os.environ.get("RECORD_CASSETTES"):
        yield "http://127.0.0.1:9"
        return
    with ServerThread(Backend(clock=VirtualClock())) as server:
        yield server.url


def opened(cassette: Path) -> object:
    """Return the cassette as a context manager; recording starts from an empty one."""
    if os.environ.get("RECORD_CASSETTES"):
        cassette.unlink(missing_ok=True)
        return recorder("once").use_cassette(str(cassette))
    return recorder("none").use_cassette(str(cassette))


def finish(cassette: Path) -> None:
    """Say in a cassette just recorded what it was recorded from."""
    if os.environ.get("RECORD_CASSETTES"):
        text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", cassette.read_text(encoding="utf-8"))
        cassette.write_text(HEADER + text, encoding="utf-8")


def sdk(url: str) -> Client:
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=5), environment={"_": ""})
    client.taskrouter.base_url = url
    return client


def test_the_blocking_client_replays(url: str) -> None:
    """Create, find by name, walk two pages, an error: as recorded."""
    cassette = CASSETTES / "sync.yaml"
    with opened(cassette), TaskRouter(sdk(url)) as taskrouter:  # type: ignore[attr-defined]  # vcrpy has no types
        taskrouter.workspaces.create("Recorded")
        live = taskrouter.workspace("Recorded")
        for name in ("Alice", "Bob", "Carol"):
            live.workers.create(name, {"skills": ["billing"]})
        assert [each.friendly_name for each in live.workers.list(page_size=2)] == ["Alice", "Bob", "Carol"]
        assert live.workers.fetch("alice").attributes == {"skills": ["billing"]}
        with pytest.raises(NotFound):
            live.workers.fetch("Dave")
    finish(cassette)


def test_the_asynchronous_client_replays(url: str) -> None:
    """The same conversation through aiohttp, from a cassette of its own: the two do not replay each other."""
    cassette = CASSETTES / "async.yaml"

    async def talk() -> None:
        async with AsyncTaskRouter(sdk(url)) as taskrouter:
            await taskrouter.workspaces.create("Recorded")
            live = taskrouter.workspace("Recorded")
            for name in ("Alice", "Bob", "Carol"):
                await live.workers.create(name, {"skills": ["billing"]})
            names = [each.friendly_name async for each in live.workers.list(page_size=2)]
            assert names == ["Alice", "Bob", "Carol"]
            assert (await live.workers.fetch("alice")).attributes == {"skills": ["billing"]}
            with pytest.raises(NotFound):
                await live.workers.fetch("Dave")

    with opened(cassette):  # type: ignore[attr-defined]  # vcrpy has no types
        asyncio.run(talk())
    finish(cassette)


@pytest.mark.parametrize("cassette", sorted(CASSETTES.glob("*.yaml")), ids=lambda path: path.stem)
def test_cassettes_say_where_they_come_from_and_hold_no_secret(cassette: Path) -> None:
    """The first line names the server; neither token nor credentials are in it."""
    text = cassette.read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert TOKEN not in text
    assert "Basic " not in text
    assert "Authorization:" not in text
