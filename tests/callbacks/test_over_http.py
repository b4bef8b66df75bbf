"""Real HTTP and real signatures: the same handlers behind a WSGI and an ASGI server on the loopback interface."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, form
from taskrouter_kit.callbacks import Assignment, Callbacks, Dequeue, Event, Instruction

pytestmark = pytest.mark.network

PUBLIC = "https://support.example"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        return None


@contextmanager
def wsgi_server(callbacks: Callbacks) -> Iterator[str]:
    with _Server(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(callbacks.wsgi())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


@contextmanager
def asgi_server(callbacks: Callbacks) -> Iterator[str]:
    uvicorn = pytest.importorskip("uvicorn")
    server = uvicorn.Server(uvicorn.Config(callbacks.asgi(), log_level="critical", lifespan="on", ws="none"))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    for _ in range(500):
        if server.started:
            break
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    listening.close()


def post(base: str, request: tuple[str, dict[str, str], bytes]) -> tuple[int, bytes]:
    url, headers, body = request
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    made = urllib.request.Request(base + url.removeprefix(PUBLIC), body, headers, method="POST")
    try:
        with opener.open(made, timeout=20) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


@pytest.mark.parametrize("server", [wsgi_server, asgi_server])
def test_200_concurrent_requests_over_http(server: Any) -> None:
    """Signed for the public URL and sent to the loopback one: 200 at once are answered by the handler, none lost."""
    callbacks = Callbacks(TOKEN, public_url=PUBLIC)
    events: list[str] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Dequeue(from_=assignment.reservation_sid)

    @callbacks.on(Event)
    def every(event: Event) -> None:
        events.append(str(event.sid))

    requests = [form({**ASSIGNMENT, "ReservationSid": f"WR{number:032x}"}) for number in range(200)]
    with server(callbacks) as base:
        with ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda request: post(base, request), requests))
        assert post(base, form(EVENT)) == (204, b"")
        assert post(base, form(ASSIGNMENT, token="forged"))[0] == 403
    assert [status for status, _ in answers] == [200] * 200
    assert [json.loads(body)["from"] for _, body in answers] == [f"WR{number:032x}" for number in range(200)]
    assert events == [EVENT["Sid"]]
