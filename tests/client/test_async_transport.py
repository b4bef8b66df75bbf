"""The asynchronous transport against a server on loopback: built anywhere, limited, closed, and without a warning."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import errors
from taskrouter_kit.client._retry import RetryPolicy
from wire_fakes import ACCOUNT, WORKSPACE, sid, worker

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("twilio")

from aiohttp import web  # noqa: E402

from taskrouter_kit.client import AsyncSdkSender, AsyncService  # noqa: E402
from taskrouter_kit.client._aio import AiohttpClient  # noqa: E402

pytestmark = pytest.mark.filterwarnings("error")

ONCE = RetryPolicy(attempts=1)


class Loopback:
    """Answers with a worker; remembers what it was asked, over how many connections."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []
        self.connections: set[Any] = set()
        self.delay = 0.0

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(f"{request.method} {request.raw_path}")
        self.connections.add(request.transport)
        assert request.headers["Authorization"].startswith("Basic ")
        await asyncio.sleep(self.delay)
        return web.json_response(worker())

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Loopback, None]:
        runner = web.ServerRunner(web.Server(self.answer))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    def client(self, http_client: Any = None, port: int | None = None) -> Any:
        from twilio.rest import Client

        client = Client(ACCOUNT, "token", environment={"_": ""}, http_client=http_client)
        client.taskrouter.base_url = f"http://127.0.0.1:{port or self.port}"
        return client


def test_one_session_is_kept_and_closed():
    """Many calls, one connection; after the end there is none, and the next call opens a session of its own."""

    async def run() -> None:
        async with Loopback().running() as service:
            async with AiohttpClient() as http:
                live = AsyncService(AsyncSdkSender(service.client(http)), ONCE).workspace(WORKSPACE)
                for _ in range(5):
                    assert (await live.workers.fetch(sid("WK", 1))).friendly_name == "Alice"
                session = http._session
                assert session is not None
                assert len(service.connections) == 1
            assert session.closed
            await live.workers.fetch(sid("WK", 1))
            assert len(service.connections) == 2
            await http.close()

    asyncio.run(run())


def test_a_timeout_is_honoured():
    """The sender's, and the client's own; a read is lost, a create may have happened."""

    async def run() -> None:
        async with Loopback().running() as service:
            service.delay = 1.0
            sender = AsyncSdkSender(service.client(), timeout=0.05)
            live = AsyncService(sender, ONCE).workspace(WORKSPACE)
            with pytest.raises(errors.ServiceUnavailable, match=r"The request timed out: TimeoutError\."):
                await live.workers.fetch(sid("WK", 1))
            with pytest.raises(errors.OutcomeUnknown):
                await live.tasks.create({}, workflow=sid("WW", 1))
            await sender.aclose()
            async with AiohttpClient(timeout=0.05) as http:
                with pytest.raises(asyncio.TimeoutError):
                    await http.request("GET", f"http://127.0.0.1:{service.port}/", auth=("a", "b"))

    asyncio.run(run())


def test_a_proxy_is_honoured():
    """The one given, and the SDK client's own: it is asked for the whole URL, of a host that does not exist."""

    async def run() -> None:
        async with Loopback().running() as proxy:
            url = f"http://127.0.0.1:{proxy.port}"
            async with AiohttpClient(proxy=url) as http:
                client = proxy.client(http)
                client.taskrouter.base_url = "http://taskrouter.invalid"
                live = AsyncService(AsyncSdkSender(client), ONCE).workspace(WORKSPACE)
                await live.workers.fetch(sid("WK", 1))
            assert proxy.asked == [f"GET http://taskrouter.invalid/v1/Workspaces/{WORKSPACE}/Workers/{sid('WK', 1)}"]

    asyncio.run(run())


def test_the_environments_proxy_is_honoured_unless_the_host_is_exempt(monkeypatch: pytest.MonkeyPatch):
    """``http_proxy`` and ``no_proxy``, as they are when the session is opened; a ``~/.netrc`` changes nothing."""

    async def run(no_proxy: str) -> tuple[int, int]:
        async with Loopback().running() as proxy, Loopback().running() as service:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv("no_proxy", no_proxy)
            sender = AsyncSdkSender(service.client())
            for _ in range(2):
                await AsyncService(sender, ONCE).workspace(WORKSPACE).workers.fetch(sid("WK", 1))
            await sender.aclose()
            return len(proxy.asked), len(service.asked)

    assert asyncio.run(run("")) == (2, 0)
    assert asyncio.run(run("127.0.0.1")) == (0, 2)


def test_a_netrc_that_names_the_host_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The client's credentials are sent, not those of the file."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    async def run() -> None:
        async with Loopback().running() as service:
            sender = AsyncSdkSender(service.client())
            await AsyncService(sender, ONCE).workspace(WORKSPACE).workers.fetch(sid("WK", 1))
            await sender.aclose()

    asyncio.run(run())


def test_a_client_is_good_for_one_loop_at_a_time():
    """In another loop it says so, instead of hanging on connections of a loop that is gone."""
    http = AiohttpClient()

    async def ask() -> None:
        async with Loopback().running() as service:
            await http.request("GET", f"http://127.0.0.1:{service.port}/", auth=("a", "b"))

    async def close_after() -> None:
        with pytest.raises(
            RuntimeError, match=r"^This client is open in another event loop; make one for each loop\.$"
        ):
            await ask()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(ask())
        asyncio.run(close_after())
        loop.run_until_complete(http.close())
    finally:
        loop.close()
    gc.collect()


def test_nothing_is_warned_about_in_a_process_where_warnings_are_errors():
    """Built outside a loop, used inside one, closed by ``async with``; development mode reports what is left open."""
    script = Path(__file__).with_name("async_session_script.py")
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", str(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("60 calls, 1 session, closed\n", "", 0)


def test_a_long_session_does_not_grow():
    """After a warm-up, 120 calls leave at most a few kilobytes behind."""

    async def run() -> int:
        async with Loopback().running() as service:
            sender = AsyncSdkSender(service.client())
            live = AsyncService(sender, ONCE).workspace(WORKSPACE)
            grown = 0
            for count in (60, 120):
                gc.collect()
                before = tracemalloc.get_traced_memory()[0]
                for _ in range(count):
                    await live.workers.fetch(sid("WK", 1))
                    service.asked.clear()
                gc.collect()
                grown = tracemalloc.get_traced_memory()[0] - before
            await sender.aclose()
            return grown

    tracemalloc.start()
    try:
        assert asyncio.run(run()) < 64_000
    finally:
        tracemalloc.stop()
