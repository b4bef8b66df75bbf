"""The client against named peers: bytes to typed workers, one fetch, bulk creates. Prints ratios, claims nothing else.

``python benchmarks/client.py`` needs the project, and orjson for the second line of the first part.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from taskrouter_kit import Worker
from taskrouter_kit.client import AsyncSdkSender, AsyncService, BulkOptions, SdkSender, Service
from taskrouter_kit.client._endpoints import WORKERS
from taskrouter_kit.client._exchange import Reply
from wire_fakes import WORKSPACE, sid, worker

CREATES, LATENCY, CAP = 2000, 0.03, 40


def best(action: Callable[[], object], times: int = 5) -> float:
    """Return the seconds of the fastest of *times* runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return min(found)


def decoding() -> None:
    attributes = json.dumps({"skills": ["billing", "support"], "level": 3, "languages": ["en"], "note": "x" * 180})
    items = [worker(n, f"Agent {n}", attributes) for n in range(1000)]
    text = json.dumps({"workers": items, "meta": {"key": "workers", "next_page_url": None}})
    reply = Reply(200, text)
    exchange = WORKERS.at("Workspaces", WORKSPACE).walk({}).opening(1000, None)
    ours = best(lambda: [exchange.decode(reply) for _ in range(10)])
    raw = best(lambda: [json.loads(text) for _ in range(10)])
    print(f"10,000 workers, bytes to typed: {ours * 100:.1f} us each, {ours / raw:.2f} x json.loads")
    with_attributes = best(lambda: [[each.attributes for each in exchange.decode(reply).items] for _ in range(10)])
    both = best(lambda: [[json.loads(w["attributes"]) for w in json.loads(text)["workers"]] for _ in range(10)])
    print(f"  attributes read too: {with_attributes * 100:.1f} us each, {with_attributes / both:.2f} x both layers")
    try:
        import orjson
    except ImportError:
        return
    fast = best(lambda: [orjson.loads(text) for _ in range(10)])
    print(f"  {ours / fast:.2f} x orjson.loads")


class Service40:
    """Answers after 30 ms, and 429 above 40 in flight; counts."""

    def __init__(self) -> None:
        self.in_flight = self.created = self.refused = 0
        self.names: set[str] = set()
        self.port = 0

    async def handle(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.json_response(worker())
        self.in_flight += 1
        try:
            if self.in_flight > CAP:
                self.refused += 1
                return web.json_response({"code": 20429, "message": "slow", "status": 429}, status=429)
            name = str((await request.post())["FriendlyName"])
            await asyncio.sleep(LATENCY)
            self.created += 1
            self.names.add(name)
            return web.json_response(worker(self.created, name), status=201)
        finally:
            self.in_flight -= 1

    def start(self) -> None:
        ready = threading.Event()

        def run() -> None:
            loop = asyncio.new_event_loop()
            app = web.Application()
            app.router.add_route("*", "/{tail:.*}", self.handle)
            runner = web.AppRunner(app, access_log=None)
            loop.run_until_complete(runner.setup())
            site = web.TCPSite(runner, "127.0.0.1", 0)
            loop.run_until_complete(site.start())
            self.port = runner.addresses[0][1]
            ready.set()
            loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        ready.wait()


def sdk(port: int) -> Any:
    from twilio.rest import Client

    client = Client("AC" + "0" * 32, "token", environment={"_": ""})
    client.taskrouter.base_url = f"http://127.0.0.1:{port}"
    return client


def fetching(port: int) -> None:
    client = sdk(port)
    theirs = client.taskrouter.v1.workspaces(WORKSPACE).workers(sid("WK", 1))
    live = Service(SdkSender(client)).workspace(WORKSPACE)
    one = sid("WK", 1)
    pairs = [(best(lambda: live.workers.fetch(one), 200), best(theirs.fetch, 200)) for _ in range(5)]
    ours, sdks = min(a for a, _ in pairs), min(b for _, b in pairs)
    print(f"one fetch: {ours * 1e6:.0f} us, {ours / sdks:.2f} x the SDK's own ({sdks * 1e6:.0f} us)")


def creating(service: Service40) -> None:
    limit = CREATES * LATENCY / CAP
    workers = [Worker(f"Agent {n}") for n in range(CREATES)]

    async def awaited() -> list[Any]:
        sender = AsyncSdkSender(sdk(service.port))
        found = await AsyncService(sender).workspace(WORKSPACE).workers.create_many(workers)
        await sender.aclose()
        return found

    def blocking() -> list[Any]:
        return (
            Service(SdkSender(sdk(service.port)))
            .workspace(WORKSPACE)
            .workers.create_many(workers, BulkOptions(most=64))
        )

    for name, action in (("asynchronous", lambda: asyncio.run(awaited())), ("blocking", blocking)):
        service.created = service.refused = 0
        service.names.clear()
        start = time.perf_counter()
        results = action()
        took = time.perf_counter() - start
        done = sum(each.ending == "done" for each in results)
        print(
            f"{CREATES} creates, {name}: {took:.2f} s, {took / limit:.2f} x the limit of {limit:.2f} s; {done} done, "
            f"{service.created - len(service.names)} doubled, {service.refused / CREATES:.1%} extra requests"
        )


if __name__ == "__main__":
    decoding()
    server = Service40()
    server.start()
    fetching(server.port)
    creating(server)
