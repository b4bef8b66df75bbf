"""What both transports share: encodings, limits that can be changed, what was not sent, and who closes what."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
import requests
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as TlsError

from taskrouter_kit import AsyncTaskRouter, TaskRouter
from taskrouter_kit.client import AsyncSdkSender, AsyncService, RetryPolicy, SdkSender, Service
from taskrouter_kit.errors import InvalidDeclaration, NotSent, OutcomeUnknown, ServiceUnavailable
from wire_fakes import ACCOUNT, WORKSPACE, Script, sid, worker

pytestmark = [pytest.mark.network, pytest.mark.filterwarnings("error")]

ALICE, ONCE = sid("WK", 1), RetryPolicy(attempts=1)


def client(base: str) -> Any:
    from twilio.rest import Client

    made = Client(ACCOUNT, "token", environment={"_": ""})
    made.taskrouter.base_url = base
    return made


@contextmanager
def answering(times: int, answer: Callable[[Any], None]) -> Iterator[str]:
    """Let *answer* have the first *times* connections; yield the URL."""

    def serve() -> None:
        for _ in range(times):
            with listening.accept()[0] as connection:
                connection.recv(65536)
                answer(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


async def awaited(sdk: Any, call: Callable[[Any], Any], **options: Any) -> Any:
    sender = AsyncSdkSender(sdk)
    try:
        return await call(AsyncService(sender, ONCE).with_options(**options).workspace(WORKSPACE))
    finally:
        await sender.aclose()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html", None, "text/plain; charset=utf-8"])
def test_an_answer_is_read_as_utf_8_whatever_it_calls_itself(kind: str | None):
    """requests takes a text of an unnamed encoding for Latin-1, and guesses where there is no type at all."""
    body = json.dumps(worker(1, "Zoë Łukasz"), ensure_ascii=False).encode()
    head = b"" if kind is None else f"Content-Type: {kind}\r\n".encode()
    whole = b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + b"\r\n" + body
    with answering(2, lambda connection: connection.sendall(whole)) as url:
        sdk = client(url)
        blocking = Service(SdkSender(sdk), ONCE).workspace(WORKSPACE)
        assert blocking.workers.fetch(ALICE).friendly_name == "Zoë Łukasz"
        found = asyncio.run(awaited(sdk, lambda live: live.workers.fetch(ALICE)))
        assert found.friendly_name == "Zoë Łukasz"
        sdk.http_client.session.close()


def test_the_callers_client_stays_as_it_was():
    """Its own requests are read as the SDK reads them; the connections are shared."""
    sdk = client("http://127.0.0.1:1")
    http, hooks = sdk.http_client, sdk.http_client.request_hooks
    sender = SdkSender(sdk)
    assert (sdk.http_client, sdk.http_client.request_hooks) == (http, hooks)
    assert not hooks["response"]
    assert sender._client.http_client.session is http.session
    sdk.taskrouter.base_url = "http://127.0.0.1:2"
    assert sender.base == "http://127.0.0.1:2"


def test_the_limit_of_a_request_can_be_changed():
    """``with_options(timeout=…)``, seconds or a timedelta, in both faces; what it was asked of keeps its own."""
    over = threading.Event()
    with answering(3, lambda _: over.wait(0.5) and None) as url:
        sdk = client(url)
        hurried = Service(SdkSender(sdk), ONCE).with_options(timeout=0.05)
        with pytest.raises(ServiceUnavailable, match="timed out"):
            hurried.workspace(WORKSPACE).workers.fetch(ALICE)
        with pytest.raises(OutcomeUnknown, match="timed out"):
            hurried.workspace(WORKSPACE).tasks.create({}, workflow=sid("WW", 1))
        with pytest.raises(ServiceUnavailable, match="timed out"):
            asyncio.run(awaited(sdk, lambda live: live.workers.fetch(ALICE), timeout=timedelta(seconds=0.05)))
        over.set()
        sdk.http_client.session.close()
    service = Service(SdkSender(sdk))
    assert service.with_options(timeout=None)._perform.send._timeout is None  # type: ignore[attr-defined]
    assert service._perform.send._timeout == 30.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("made", [TaskRouter, AsyncTaskRouter])
def test_a_client_takes_the_limit_of_a_request_at_the_start(made: Any):
    """``timeout=`` means the same where a client is made as in ``with_options()``: seconds, a timedelta, or none."""
    sdk = client("http://127.0.0.1:1")
    environment = {"TWILIO_ACCOUNT_SID": sid("AC", 1), "TWILIO_AUTH_TOKEN": "token"}
    given = [made(sdk), made(sdk, timeout=None), made.from_env(environment, timeout=timedelta(seconds=5))]
    assert [each._perform.send._timeout for each in given] == [30.0, None, 5.0]


def test_a_sender_without_a_limit_says_so():
    """An option is never accepted and ignored."""
    with pytest.raises(InvalidDeclaration, match="has no time limit to change"):
        Script().client().with_options(timeout=1)


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "http://nobody.invalid"])
def test_what_was_not_sent_is_known_not_to_be(base: str):
    """A refused connection and an unknown host: a create may be repeated."""
    sdk = client(base)
    with pytest.raises(NotSent):
        Service(SdkSender(sdk), ONCE).workspace(WORKSPACE).tasks.create({}, workflow=sid("WW", 1))
    with pytest.raises(NotSent):
        asyncio.run(awaited(sdk, lambda live: live.tasks.create({}, workflow=sid("WW", 1))))


@pytest.mark.parametrize(
    ("cause", "unsent"),
    [
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), True),
        (ssl.SSLError(1, "decryption failed or bad record mac"), False),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), False),
    ],
)
def test_a_fault_of_tls_is_not_sent_only_where_the_certificate_was_refused(cause: Exception, unsent: bool):
    """A record is damaged in the answer as well: then the create was carried out, and is not repeated."""
    sdk, asked = client("https://nobody.invalid"), list[str]()

    def broken(method: str, *_: object, **__: object) -> None:
        asked.append(method)
        raise requests.exceptions.SSLError(MaxRetryError(cast(Any, None), "/", TlsError(cause)))

    sdk.http_client.session.send = broken
    policy = RetryPolicy(attempts=3, base=0.0, cap=0.0, sleep=lambda _: None)
    with pytest.raises(NotSent if unsent else OutcomeUnknown):
        Service(SdkSender(sdk), policy).workspace(WORKSPACE).tasks.create({}, workflow=sid("WW", 1))
    assert len(asked) == (3 if unsent else 1)


def test_other_options_are_the_same_kind_of_client():
    """A TaskRouter stays one: it plans, and its local TaskRouter is the same."""
    with TaskRouter.local() as taskrouter:
        other = taskrouter.with_options(RetryPolicy(attempts=2))
        assert type(other) is TaskRouter
        assert other.local_taskrouter is taskrouter.local_taskrouter
        assert (other.policy.attempts, taskrouter.policy.attempts) == (2, 1)
    assert type(AsyncTaskRouter(client("http://127.0.0.1:1")).with_options()) is AsyncTaskRouter


def test_a_blocking_client_leaves_nothing_open():
    """In a process where warnings are errors: from the environment, used, closed by ``with``."""
    program = """
import gc, http.server, os, threading
from taskrouter_kit import TaskRouter
from taskrouter_kit.errors import NotFound

class Nothing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
with TaskRouter.from_env({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t"}) as taskrouter:
    taskrouter._sender._given.taskrouter.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        taskrouter.workspace("WS" + "0" * 32).fetch()
    except NotFound:
        print("asked")
del taskrouter
gc.collect()
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("asked\n", "", 0)
