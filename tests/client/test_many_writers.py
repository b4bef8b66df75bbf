"""64 writers of one document at once: each change is there, or its writer was told. Over HTTP, both twins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from taskrouter_kit import AsyncTaskRouter, TaskRouter
from taskrouter_kit.client import Limits, RetryPolicy, append_to
from taskrouter_kit.emulator import Backend, ServerThread
from taskrouter_kit.errors import StaleVersion

pytestmark = pytest.mark.network

WRITERS = 64
POLICY = RetryPolicy(limits=Limits.off())


@pytest.fixture
def url() -> Iterator[str]:
    with ServerThread(Backend()) as server:
        client = sdk(server.url)
        with TaskRouter(client) as taskrouter:
            taskrouter.workspaces.create("Crowd")
            taskrouter.workspace("Crowd").workers.create("Alice", {"seen": []})
        yield server.url


def sdk(url: str) -> Client:
    client = Client("AC" + "0" * 32, "token", http_client=TwilioHttpClient(timeout=30), environment={"_": ""})
    client.taskrouter.base_url = url
    return client


def seen(url: str) -> list[Any]:
    with TaskRouter(sdk(url)) as taskrouter:
        found: list[Any] = taskrouter.workspace("Crowd").workers.fetch("Alice").attributes["seen"]
        return found


def check(stale: StaleVersion, number: int) -> None:
    """A conflict shows what was wanted, and what is there without it."""
    assert stale.mine["seen"][-1] == number
    assert number not in stale.theirs["seen"]


def test_no_thread_loses_its_change(url: str) -> None:
    """What was applied is there exactly once; who was always too late has StaleVersion with both sides."""

    def write(number: int) -> int | None:
        with TaskRouter(sdk(url), policy=POLICY) as taskrouter:
            workers = taskrouter.workspace("Crowd").workers
            try:
                workers.patch_attributes("Alice", None, append_to("seen", number))
            except StaleVersion as stale:
                return check(stale, number)
            return number

    with ThreadPoolExecutor(WRITERS) as pool:
        applied = [number for number in pool.map(write, range(WRITERS)) if number is not None]
    assert sorted(seen(url)) == applied
    assert applied


def test_no_coroutine_loses_its_change(url: str) -> None:
    """The same through one asynchronous client."""

    async def run() -> list[int]:
        async with AsyncTaskRouter(sdk(url), policy=POLICY) as taskrouter:
            live = taskrouter.workspace("Crowd")

            async def write(number: int) -> int | None:
                try:
                    await live.workers.patch_attributes("Alice", None, append_to("seen", number))
                except StaleVersion as stale:
                    return check(stale, number)
                return number

            return [each for each in await asyncio.gather(*map(write, range(WRITERS))) if each is not None]

    applied = asyncio.run(run())
    assert sorted(seen(url)) == applied
    assert applied


def test_without_a_version_the_last_writer_wins(url: str) -> None:
    """What a version protects from: a plain update takes no notice of others."""
    with TaskRouter(sdk(url)) as taskrouter:
        live = taskrouter.workspace("Crowd")
        before = live.workers.fetch("Alice")
        assert before.meta is not None
        live.workers.update("Alice", attributes={"seen": [1]})
        live.workers.update("Alice", attributes={"seen": [2]})
        with pytest.raises(StaleVersion):
            live.workers.update("Alice", attributes={"seen": [3]}, if_match=before.meta.etag)
        with pytest.raises(StaleVersion):
            live.workers.delete("Alice", if_match=before.meta.etag)
    assert seen(url) == [2]


def test_a_version_that_is_none_is_refused(url: str) -> None:
    """A resource is no version: passing one by mistake does not update without protection."""
    with TaskRouter(sdk(url)) as taskrouter:
        live = taskrouter.workspace("Crowd")
        alice = live.workers.fetch("Alice")
        with pytest.raises(TypeError, match=r"if_match is the text of an ETag \(resource.meta.etag\), not a Worker"):
            live.workers.update("Alice", attributes={}, if_match=alice)  # type: ignore[arg-type]
