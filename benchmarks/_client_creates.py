"""2,000 creates of workers against a server that takes 40 at once and does not say so: this client and its peers.

The limit is 2,000 x 30 ms / 40. "bare sockets" knows the cap and does nothing but send and receive: what the machine
can do at that moment. The SDK's loop is measured on 100 creates and counted for 2,000.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from _client_server import CAP, LATENCY, WORKSPACE, counts, sdk, server
from _client_table import Line, paired

from taskrouter_kit import Worker
from taskrouter_kit.client import AsyncSdkSender, AsyncService, BulkOptions, SdkSender, Service

CREATES, SAMPLE, ROUNDS = 2000, 100, 5
LIMIT = CREATES * LATENCY / CAP
GOALS = {"asynchronous": 1.35}


def names() -> list[str]:
    return [f"Agent {number}" for number in range(CREATES)]


async def bare(port: int) -> None:
    """Send the creates over 40 connections; nothing is looked at."""
    left = names()
    path = f"/v1/Workspaces/{WORKSPACE}/Workers"

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while left:
            body = f"FriendlyName={left.pop()}&Attributes=%7B%7D".replace(" ", "+").encode()
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(answer.rsplit(b":", 1)[1]))
        writer.close()

    await asyncio.gather(*(one() for _ in range(CAP)))


async def awaited(port: int) -> list[Any]:
    sender = AsyncSdkSender(sdk(port))
    try:
        live = AsyncService(sender).workspace(WORKSPACE)
        return await live.workers.create_many([Worker(name) for name in names()])
    finally:
        await sender.aclose()


def blocking(port: int) -> list[Any]:
    live = Service(SdkSender(sdk(port))).workspace(WORKSPACE)
    return live.workers.create_many([Worker(name) for name in names()], BulkOptions(most=64))


def threaded(port: int, threads: int) -> int:
    """The SDK in a pool of threads; returns how many were refused for good: it does not repeat a 429."""
    workers = sdk(port).taskrouter.v1.workspaces(WORKSPACE).workers

    def create(name: str) -> int:
        try:
            workers.create(friendly_name=name)
        except Exception:  # noqa: BLE001  # the peer's errors are counted, whatever they are
            return 1
        return 0

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(create, names()))


def loop(port: int) -> None:
    workers = sdk(port).taskrouter.v1.workspaces(WORKSPACE).workers
    for name in names()[:SAMPLE]:
        workers.create(friendly_name=name)


def lines() -> list[Line]:
    extra: list[float] = []
    wrong = 0
    with server() as port:

        def clean(results: list[Any]) -> None:
            nonlocal wrong
            said = counts(port)
            extra.append(said["refused"] / CREATES)
            wrong += said["doubled"] + sum(each.ending != "done" for each in results)

        clients: dict[str, Callable[[], object]] = {
            "asynchronous": lambda: clean(asyncio.run(awaited(port))),
            "bare sockets, 40": lambda: (asyncio.run(bare(port)), counts(port)),
        }
        asyncio.run(awaited(port))  # imports, once
        counts(port)
        times: dict[str, float] = {name: min(each) for name, each in paired(clients, ROUNDS).items()}
        others: dict[str, Callable[[], object]] = {
            "blocking": lambda: clean(blocking(port)),
            "SDK, 32 threads": lambda: (threaded(port, 32), counts(port)),
        }
        times |= {name: each[0] for name, each in paired(others, 1).items()}
        times[f"SDK, one by one (from {SAMPLE})"] = paired({"": lambda: loop(port)}, 1)[""][0] * CREATES / SAMPLE
    ratios = [
        Line(f"{CREATES:,} creates, {name}", each, "s", each / LIMIT, "the limit (1.50 s)", GOALS.get(name))
        for name, each in times.items()
    ]
    most = max(extra)
    return [
        *ratios,
        Line("  extra requests", most * 100, "%", 1 + most, "the requests needed", 1.03),
        Line("  doubled, or not done", float(wrong), "", 1.0 + wrong, "none", 1.0),
    ]
