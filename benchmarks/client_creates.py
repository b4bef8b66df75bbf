"""2,000 creates of workers against a server that takes 40 at once and does not say so: this client and its peers.

The limit is 2,000 x 30 ms / 40. "bare sockets" knows the cap and does nothing but send and receive: what the machine
can do at that moment. The SDK's loop is measured on 100 creates and counted for 2,000.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from client_server import CAP, LATENCY, WORKSPACE, counts, sdk, seconds, server

from taskrouter_kit import Worker
from taskrouter_kit.client import AsyncSdkSender, AsyncService, BulkOptions, SdkSender, Service

CREATES, SAMPLE, ROUNDS = 2000, 100, 3
LIMIT = CREATES * LATENCY / CAP


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


def measured() -> dict[str, float]:
    """Return seconds by client, and of ours the extra requests and what was doubled or not done."""
    found: dict[str, list[float]] = {name: [] for name in ("bare", "async", "sync", "sdk 32 threads")}
    extra: list[float] = []
    wrong = 0
    with server() as port:
        asyncio.run(awaited(port))  # imports, once
        counts(port)
        for _ in range(ROUNDS):
            found["bare"].append(seconds(lambda: asyncio.run(bare(port))))
            counts(port)
            results: list[Any] = []
            found["async"].append(seconds(lambda: results.extend(asyncio.run(awaited(port)))))
            said = counts(port)
            extra.append(said["refused"] / CREATES)
            wrong += said["doubled"] + sum(each.ending != "done" for each in results)
        found["sync"].append(seconds(lambda: blocking(port)))
        counts(port)
        found["sdk 32 threads"].append(seconds(lambda: threaded(port, 32)))
        one_by_one = seconds(lambda: loop(port)) * CREATES / SAMPLE
    return {
        **{name: median(values) for name, values in found.items()},
        "async best": min(found["async"]),
        "sdk loop": one_by_one,
        "extra": max(extra),
        "wrong": float(wrong),
    }


if __name__ == "__main__":
    for name, value in measured().items():
        print(f"{name:16} {value:8.3f} {value / LIMIT:6.2f}")
