"""Run under ``python -W error -X dev``: a client built outside a loop, used in one, and closed."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from typing import Any

from twilio.rest import Client

from taskrouter_kit.client import AsyncSdkSender, AsyncService
from taskrouter_kit.client._aio import AiohttpClient
from wire_fakes import ACCOUNT, WORKSPACE, page, sid, worker

answering: set[asyncio.Task[Any]] = set()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection: a page for a list, else a worker."""
    task = asyncio.current_task()
    assert task is not None
    answering.add(task)
    while line := await reader.readline():
        length = 0
        while (header := (await reader.readline()).strip()) != b"":
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        await reader.readexactly(length)
        listed = b"?" in line.split()[1]
        body = page("workers", [worker()]).body if listed else json.dumps(worker())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main(client: Any, http: AiohttpClient) -> None:
    asyncio.get_running_loop().slow_callback_duration = 60  # a busy machine is no finding
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    client.taskrouter.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    sessions: set[Any] = set()
    async with http:
        live = AsyncService(AsyncSdkSender(client)).workspace(WORKSPACE)
        for _ in range(20):
            await live.workers.fetch(sid("WK", 1))
            await live.workers.update(sid("WK", 1), attributes={"level": 3})
            assert [each.friendly_name async for each in live.workers.list(ahead=True)] == ["Alice"]
            sessions.add(http._session)
    (session,) = sessions
    assert session.closed
    server.close()
    await server.wait_closed()
    await asyncio.gather(*answering)  # they end when the client has closed its connections
    sys.stdout.write(f"60 calls, {len(sessions)} session, closed\n")


def built() -> tuple[Any, AiohttpClient]:
    http = AiohttpClient(timeout=5)
    return Client(ACCOUNT, "token", environment={"_": ""}, http_client=http), http


asyncio.run(main(*built()))
gc.collect()
assert threading.active_count() == 1
