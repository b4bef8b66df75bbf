"""Walking 10,000 workers, 1,000 a page of 30 ms, with a consumer that takes 30 us for each; and one fetch.

The limit of a walk is the larger of what the network takes (the ten pages one after the other, thrown away) and what
the consumer takes, both measured in the same round.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import requests
from _client_server import PAGE, WORKERS, WORKSPACE, sdk, server
from _client_table import Line, paired

from taskrouter_kit.client import AsyncSdkSender, AsyncService, SdkSender, Service

ROUNDS, FETCHES, CONSUMER = 5, 400, 30e-6


def consume(_: object) -> int:
    """Be busy for 30 us."""
    end = time.perf_counter() + CONSUMER
    while time.perf_counter() < end:
        pass
    return 1


def consumer() -> None:
    for number in range(WORKERS):
        consume(number)


def network(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    for number in range(WORKERS // PAGE):
        connection.request("GET", f"/v1/Workspaces/{WORKSPACE}/Workers?PageSize={PAGE}&PageToken=PT{number}")
        connection.getresponse().read()
    connection.close()


def raw(port: int) -> int:
    """Requests and JSON in a loop, untyped."""
    url: str | None = f"http://127.0.0.1:{port}/v1/Workspaces/{WORKSPACE}/Workers?PageSize={PAGE}"
    seen = 0
    with requests.Session() as session:
        while url is not None:
            page = session.get(url, auth=("x", "y")).json()
            for worker in page["workers"]:
                seen += consume(worker)
            url = page["meta"]["next_page_url"]
    return seen


def sdk_stream(port: int) -> int:
    stream = sdk(port).taskrouter.v1.workspaces(WORKSPACE).workers.stream(page_size=PAGE)
    return sum(consume(worker) for worker in stream)


def blocking(port: int, ahead: bool) -> int:
    workers = Service(SdkSender(sdk(port))).workspace(WORKSPACE).workers
    return sum(consume(worker) for worker in workers.list(ahead=ahead))


async def awaited(port: int) -> int:
    sender = AsyncSdkSender(sdk(port))
    try:
        workers = AsyncService(sender).workspace(WORKSPACE).workers
        return sum([consume(worker) async for worker in workers.list(ahead=True)])
    finally:
        await sender.aclose()


def walks(port: int) -> list[Line]:
    clients: dict[str, Callable[[], Any]] = {
        "one page ahead": lambda: blocking(port, True),
        "one page ahead, asynchronous": lambda: asyncio.run(awaited(port)),
        "page by page": lambda: blocking(port, False),
        "requests and json": lambda: raw(port),
        "SDK's stream": lambda: sdk_stream(port),
    }
    for name, walk in clients.items():
        assert walk() == WORKERS, name
    times = paired({**clients, "network": lambda: network(port), "consumer": consumer}, ROUNDS)
    limits = [max(pair) for pair in zip(times["network"], times["consumer"], strict=True)]
    limit = min(limits)
    goals = {"one page ahead": 1.3, "one page ahead, asynchronous": 1.3}
    return [
        Line(
            f"walk of {WORKERS:,}, {name}",
            min(times[name]),
            "s",
            min(times[name]) / limit,
            f"the limit ({limit:.2f} s)",
            goals.get(name),
        )
        for name in clients
    ]


def fetch(port: int) -> Line:
    client = sdk(port)
    one = f"WK{1:032x}"
    theirs = client.taskrouter.v1.workspaces(WORKSPACE).workers(one).fetch
    workers = Service(SdkSender(client)).workspace(WORKSPACE).workers
    times = paired({"ours": lambda: workers.fetch(one), "theirs": theirs}, FETCHES)
    ours, sdks = min(times["ours"]), min(times["theirs"])
    return Line("one fetch", ours * 1e6, "us", ours / sdks, f"the SDK's ({sdks * 1e6:.0f} us)", 1.05)


def lines() -> list[Line]:
    with server() as port:
        return [fetch(port), *walks(port)]
