"""The fault matrix: each fault of the service, each kind of call, both twins, over real sockets; and its table."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from taskrouter_kit.client import AsyncSdkSender, AsyncService, Limits, RetryPolicy, SdkSender, Service
from taskrouter_kit.errors import TaskRouterKitError
from wire_fakes import WORKSPACE, base, reservation, sid, task, worker

pytestmark = pytest.mark.network
PAGE = Path(__file__).resolve().parents[2] / "docs" / "client-faults.md"

STATUSES = (401, 403, 404, 409, 410, 412, 429, 500, 502, 503, 504)
#: Fault -> whether the service did what was asked before it failed.
FAULTS: dict[str, bool] = {
    **{str(status): False for status in STATUSES},
    "429, Retry-After: 7": False,
    "429, clock jump": False,
    "reset before the answer": False,
    "reset after the work": True,
    "reset in mid-answer": True,
    "timeout": True,
    "truncated JSON": True,
    "HTML": True,
    "wrong content type": True,
    "redirect": False,
    "foreign next page": False,
    "repeated token": False,
}
CALLS = ("fetch", "list", "page 2", "statistics", "update", "patch", "delete", "create worker", "create task", "accept")

#: The fault meets the first request, but here the second: the second page, the write after the read.
SECOND = {"page 2", "patch"}

#: By three hours the service's clock differs from ours; what it asks to wait is 7 seconds by its own.
JUMPED = {"Date": "Mon, 05 Jan 2026 12:00:00 GMT", "Retry-After": "Mon, 05 Jan 2026 12:00:07 GMT"}


class Handler(BaseHTTPRequestHandler):
    """Fails one request in the way the server is told, and answers all others."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Faulty

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_DELETE = do_GET  # noqa: N815

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        server = self.server
        server.requests.append(self.command)
        fault = server.fault if len(server.requests) == server.at else ""
        if fault in {"foreign next page", "repeated token"}:
            fault = ""
        if fault and not FAULTS[fault]:
            return self._refuse(fault)
        status, payload = self._work(body)
        text = "" if payload is None else json.dumps(payload)
        if not fault:
            return self._send(status, text)
        return self._spoil(fault, status, text)

    def _work(self, body: str) -> tuple[int, Any]:
        server, form = self.server, parse_qs(body)
        if self.command == "DELETE":
            found = not server.deleted
            server.deleted = True
            return (204, None) if found else (404, {"code": 20404, "message": "gone", "status": 404})
        if self.command == "POST" and self.path.endswith(("/Workers", "/Tasks")):
            server.created += 1
            return 201, task() if self.path.endswith("/Tasks") else worker(1, form["FriendlyName"][0])
        if "/Reservations/" in self.path:
            if self.command == "POST":
                server.done["accepted"] += 1
            return 200, reservation("accepted" if server.done["accepted"] else "pending")
        if self.path.endswith("/RealTimeStatistics"):
            return 200, {**base("WS", 1), "activity_statistics": [], "total_workers": 0}
        if "Attributes" in form:
            if (self.headers.get("If-Match") or "").strip('"') != str(server.version):
                return 412, {"code": 20412, "message": "stale", "status": 412}
            server.version, server.attributes = server.version + 1, form["Attributes"][0]
        if "/Workers?" in self.path or self.path.endswith("/Workers"):
            following = f"http://{self.headers['Host']}{self.path.split('?')[0]}?PageSize=1000&Page=1&PageToken=PA1"
            if server.fault == "foreign next page":
                following = following.replace("127.0.0.1", "localhost")
            ends = "FriendlyName" in self.path or (server.fault != "repeated token" and "PageToken" in self.path)
            items = [worker()] if server.created or "FriendlyName" not in self.path else []
            return 200, {"workers": items, "meta": {"key": "workers", "next_page_url": None if ends else following}}
        return 200, worker(attributes=server.attributes)

    def _refuse(self, fault: str) -> None:
        if fault == "reset before the answer":
            return self._reset()
        if fault == "redirect":
            return self._send(302, "", Location="http://127.0.0.1:1/")
        status = int(fault[:3])
        headers = {"Retry-After": "7"} if "Retry-After" in fault else JUMPED if "clock" in fault else {}
        return self._send(status, json.dumps({"code": 20000 + status, "message": "no", "status": status}), **headers)

    def _spoil(self, fault: str, status: int, text: str) -> None:
        text = text or "{}"
        if fault == "wrong content type":
            return self._send(status, "" if status == 204 else text, **{"Content-Type": "text/html"})
        if fault == "HTML":
            return self._send(200, "<html>maintenance</html>")
        if fault == "truncated JSON":
            return self._send(status if status != 204 else 200, text[: len(text) // 2])
        if fault == "timeout":
            self.server.released.wait(5)
        if fault == "reset in mid-answer":
            self.wfile.write(
                f"HTTP/1.1 {200 if status == 204 else status} X\r\nContent-Length: 5000\r\n\r\n{text[:20]}".encode()
            )
            self.wfile.flush()
        return self._reset()

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def finish(self) -> None:
        """Close, even what was reset."""
        try:
            super().finish()
        except OSError:
            self.close_connection = True

    def _send(self, status: int, text: str, **headers: str) -> None:
        if "Date" in headers:
            self.send_response_only(status)
        else:
            self.send_response(status)
        etag = f'"{self.server.version}"'
        for name, value in {"Content-Type": "application/json", "ETag": etag, **headers}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


class Faulty(ThreadingHTTPServer):
    """The service, on loopback."""

    daemon_threads = True

    def begin(self, fault: str, at: int = 1) -> None:
        self.fault, self.at, self.created, self.deleted = fault, at, 0, False
        self.version, self.attributes, self.done = 0, '{"level":0}', Counter[str]()
        self.requests: list[str] = []
        self.released = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reset connection is meant."""


@pytest.fixture(scope="module")
def server() -> Iterator[Faulty]:
    with Faulty(("127.0.0.1", 0), Handler) as made:
        made.begin("")
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def sdk(server: Faulty) -> Any:
    from twilio.rest import Client

    client = Client("AC" + "0" * 32, "token", environment={"_": ""})
    client.taskrouter.base_url = f"http://127.0.0.1:{server.server_port}"
    return client


def patience(server: Faulty) -> float:
    """Seconds until a call gives up: short only where the fault is a timeout, so that a busy machine is none."""
    return 0.4 if server.fault == "timeout" else 20.0


def policy(slept: list[float]) -> RetryPolicy:
    async def asleep(seconds: float) -> None:
        slept.append(seconds)

    return RetryPolicy(attempts=3, sleep=slept.append, asleep=asleep, random=lambda: 0.5, limits=Limits.off())


def call(live: Any, kind: str) -> Any:
    match kind:
        case "fetch":
            return live.workers.fetch(sid("WK", 1))
        case "list" | "page 2":
            return live.workers.list()
        case "statistics":
            return live.workers.realtime_statistics()
        case "patch":
            return live.workers.patch_attributes(sid("WK", 1), None, lambda now: {"level": now["level"] + 1})
        case "accept":
            return live.tasks.reservations(sid("WT", 1)).accept(sid("WR", 1))
        case "update":
            return live.workers.update(sid("WK", 1), friendly_name="Alice")
        case "delete":
            return live.workers.delete(sid("WK", 1))
        case "create worker":
            return live.workers.create("Alice")
        case _:
            return live.tasks.create({}, workflow=sid("WW", 1))


def blocking(server: Faulty, kind: str, slept: list[float]) -> str:
    sender = SdkSender(sdk(server), timeout=patience(server))
    try:
        found = call(Service(sender, policy(slept)).workspace(WORKSPACE), kind)
        if kind in {"list", "page 2"}:
            list(found)
    except TaskRouterKitError as error:
        return type(error).__name__
    finally:
        sender._client.http_client.session.close()
    return "done"


def awaited(server: Faulty, kind: str, slept: list[float]) -> str:
    async def run() -> str:
        sender = AsyncSdkSender(sdk(server), timeout=patience(server))
        try:
            found = call(AsyncService(sender, policy(slept)).workspace(WORKSPACE), kind)
            if kind in {"list", "page 2"}:
                [each async for each in found]
            else:
                await found
        except TaskRouterKitError as error:
            return type(error).__name__
        finally:
            await sender.aclose()
        return "done"

    return asyncio.run(run())


def outcome(server: Faulty, fault: str, kind: str, twin: Any) -> str:
    server.begin(fault, 2 if kind in SECOND else 1)
    slept: list[float] = []
    result = twin(server, kind, slept)
    server.released.set()
    times = {"create worker": server.created, "create task": server.created, "patch": server.version}
    times["accept"] = server.done["accepted"]
    if kind in times:
        assert times[kind] <= 1, (fault, kind, "done twice")
        assert result != "done" or times[kind] == 1, (fault, kind, "claimed but not done")
    assert all(0 < seconds <= 30 for seconds in slept), (fault, kind, slept)
    if fault == "429, clock jump":
        assert slept == [pytest.approx(7.1)], (kind, slept)
    return f"{result}, {len(server.requests)}"


@pytest.fixture(scope="module")
def matrix(server: Faulty) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (fault, kind): (outcome(server, fault, kind, blocking), outcome(server, fault, kind, awaited))
        for fault in FAULTS
        for kind in CALLS
        if kind in {"list", "page 2"} or fault not in {"foreign next page", "repeated token"}
        if (fault, kind) != ("foreign next page", "page 2")
    }


def test_both_twins_end_alike(matrix: dict[tuple[str, str], tuple[str, str]]):
    """Same outcome and same number of requests, fault by fault."""
    assert {key: pair for key, pair in matrix.items() if pair[0] != pair[1]} == {}


def test_a_task_is_never_sent_twice_once_it_may_exist(matrix: dict[tuple[str, str], tuple[str, str]]):
    """Whatever loses its answer ends as OutcomeUnknown after one request."""
    for fault, worked in FAULTS.items():
        if worked and fault != "wrong content type":  # its JSON is read, whatever it is called
            assert matrix[fault, "create task"][0] == "OutcomeUnknown, 1", fault


def test_the_table_of_the_docs_is_what_was_measured(matrix: dict[tuple[str, str], tuple[str, str]]):
    """``docs/client-faults.md`` is written by this test when WRITE_DOCS is set, and compared otherwise."""
    lines = [
        "# What the client does about faults",
        "",
        "Written by a test that puts each fault in front of each kind of call, over sockets, through both faces.",
        "The fault meets the first request only (of *page 2* and *patch* the second); three attempts are allowed.",
        "*patch* is `patch_attributes`: a read, then a write under `If-Match`; *accept* takes a reservation.",
        "*clock jump*: the service's clock is three hours from ours; it is waited 7 seconds, as the service means it.",
        "A cell is the outcome and the number of requests that were sent; both faces gave the same.",
        "No cell did anything twice: that is asserted too.",
        "",
        "| fault | " + " | ".join(CALLS) + " |",
        "| --- |" + " --- |" * len(CALLS),
    ]
    for fault in FAULTS:
        cells = (matrix.get((fault, kind), ("-",))[0] for kind in CALLS)
        lines.append(f"| {fault} | " + " | ".join(cells) + " |")
    text = "\n".join(lines) + "\n"
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text
