"""The other side of the client's benchmarks: records like the service's, and a server in a process of its own.

A create is answered after 30 ms, with 429 when more than 40 are in flight; a page of workers after 30 ms; one worker
at once. The server is a bare protocol on asyncio's loop, so that it costs its callers as little as possible.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

ACCOUNT, WORKSPACE, ACTIVITY = "AC" + "0" * 32, "WS" + "1" * 32, "WA" + "2" * 32
BASE = f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE}"
WORKERS, PAGE, LATENCY, CAP = 10_000, 1000, 0.03, 40


def record(number: int, name: str | None = None) -> dict[str, Any]:
    """Return a worker of about 1,030 bytes as JSON, every one with other dates and attributes."""
    sid, day = f"WK{number:032x}", f"2026-01-{number % 28 + 1:02d}"
    attributes = {
        "skills": ["billing", "support"],
        "languages": ["en", "es"],
        "level": number % 9,
        "experience": number % 20,
        "department": "billing",
        "email": f"agent{number}@example.com",
        "contact_uri": f"client:agent{number}",
        "full_name": f"Agent Number {number}",
    }
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "workspace_sid": WORKSPACE,
        "friendly_name": name or f"Agent {number}",
        "activity_sid": ACTIVITY,
        "activity_name": "Available",
        "available": True,
        "attributes": json.dumps(attributes),
        "date_created": f"{day}T09:{number % 60:02d}:00Z",
        "date_updated": f"{day}T10:{number % 60:02d}:00Z",
        "date_status_changed": f"{day}T11:{number % 60:02d}:00Z",
        "url": f"{BASE}/Workers/{sid}",
        "links": {"channels": f"{BASE}/Workers/{sid}/Channels", "activity": f"{BASE}/Activities/{ACTIVITY}"},
    }


def page(number: int, base: str = BASE) -> str:
    """Return page *number* of the walk over all workers, as the service would."""
    items = [record(each) for each in range(number * PAGE, (number + 1) * PAGE)]
    more = (number + 1) * PAGE < WORKERS
    url = f"{base}/Workers?PageSize={PAGE}&Page={number + 1}&PageToken=PT{number + 1}" if more else None
    return json.dumps({"workers": items, "meta": {"key": "workers", "next_page_url": url, "page_size": PAGE}})


class Serving(asyncio.Protocol):
    """One connection; requests come one after the other."""

    in_flight: ClassVar = 0
    created: ClassVar = 0
    refused: ClassVar = 0
    names: ClassVar[set[str]] = set()
    pages: ClassVar[list[bytes]] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.read = b""

    def data_received(self, data: bytes) -> None:
        self.read += data
        head, found, rest = self.read.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return
        self.read = b""
        method, target, _ = head.split(b" ", 2)
        if method == b"POST":
            self.create(rest)
        else:
            self.get(target.decode())

    def create(self, body: bytes) -> None:
        cls = Serving
        if cls.in_flight >= CAP:
            cls.refused += 1
            self.answer(429, b'{"code":20429,"message":"Too Many Requests","status":429}')
            return
        cls.in_flight += 1
        asyncio.get_running_loop().call_later(LATENCY, self.done, parse_qs(body.decode())["FriendlyName"][0])

    def done(self, name: str) -> None:
        cls = Serving
        cls.in_flight -= 1
        cls.created += 1
        cls.names.add(name)
        self.answer(201, json.dumps(record(cls.created, name)).encode())

    def get(self, target: str) -> None:
        cls, asked = Serving, urlsplit(target)
        if asked.path == "/counts":  # and start anew
            counts = {"created": cls.created, "refused": cls.refused, "doubled": cls.created - len(cls.names)}
            cls.created = cls.refused = 0
            cls.names = set()
            self.answer(200, json.dumps(counts).encode())
        elif asked.path.endswith("/Workers"):
            number = int(parse_qs(asked.query).get("PageToken", ["PT0"])[0][2:])
            asyncio.get_running_loop().call_later(LATENCY, self.answer, 200, cls.pages[number])
        else:
            self.answer(200, json.dumps(record(1)).encode())

    def answer(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Serving, "127.0.0.1", 0, backlog=256)
    port = server.sockets[0].getsockname()[1]
    base = f"http://127.0.0.1:{port}/v1/Workspaces/{WORKSPACE}"
    Serving.pages = [page(number, base).encode() for number in range(WORKERS // PAGE)]
    print(port, flush=True)
    await server.serve_forever()


@contextmanager
def server() -> Iterator[int]:
    """Start the server in a process of its own; yields its port."""
    process = subprocess.Popen([sys.executable, str(Path(__file__))], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def counts(port: int) -> dict[str, int]:
    """Return what was created, refused and doubled since the last time."""
    with urlopen(f"http://127.0.0.1:{port}/counts") as answer:
        found: dict[str, int] = json.load(answer)
    return found


def sdk(port: int) -> Any:
    """Return the SDK's client for the server."""
    from twilio.rest import Client

    client = Client(ACCOUNT, "token", environment={"_": ""})
    client.taskrouter.base_url = f"http://127.0.0.1:{port}"
    return client


if __name__ == "__main__":
    asyncio.run(serve())
