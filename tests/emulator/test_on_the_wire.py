"""What clients in other languages put on the wire: old and new ways of HTTP, as bytes on a socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from emulator.asking import Desk, basic
from taskrouter_kit.emulator import FaultRule, ServerThread
from taskrouter_kit.emulator._asgi import EmulatorApp, _request
from taskrouter_kit.emulator._one_write import GatheringTransport, OneWriteProtocol

pytestmark = pytest.mark.network


class Wire:
    """A connection to a server, and the workspace that requests are about."""

    def __init__(self, desk: Desk, port: int) -> None:
        self.base = desk.base
        self.backend = desk.backend
        self._port = port
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        self._file = self._socket.makefile("rb")

    def reconnect(self) -> None:
        self.close()
        self._connect()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def send(self, request: str, body: bytes = b"") -> None:
        text = request.replace("BASE", self.base).replace("AUTH", f"Authorization: {basic()}").replace("\n", "\r\n")
        self._socket.sendall(text.encode("latin-1") + body)

    def head(self) -> tuple[int, dict[str, str]]:
        status = int(self._file.readline().split(b" ")[1])
        headers = {}
        while line := self._file.readline().strip().decode("latin-1"):
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers

    def answer(self) -> tuple[int, Any]:
        status, headers = self.head()
        length = int(headers.get("content-length", 0))
        return status, json.loads(self._file.read(length)) if length else None

    def receive(self) -> bytes:
        return self._socket.recv(65536)

    def ended(self) -> bool:
        return self._file.read(1) == b""


@pytest.fixture
def wire() -> Iterator[Wire]:
    desk = Desk()
    with ServerThread(desk.backend) as server:
        wire = Wire(desk, server.port)
        yield wire
        wire.close()


FORM = b"FriendlyName=Lunch+%26+tea&Available=&Available=true"


def lunch(answer: tuple[int, Any]) -> bool:
    status, found = answer
    return (status, found["friendly_name"], found["available"]) == (201, "Lunch & tea", True)


def test_a_form(wire: Wire) -> None:
    """Plus signs and escapes are read, the last of a repeated name counts."""
    kind = "Application/X-WWW-Form-URLencoded; charset=utf-8"
    head = f"POST BASE/Activities HTTP/1.1\nHost: here:1\nAUTH\nContent-Type: {kind}\nContent-Length: {len(FORM)}\n\n"
    wire.send(head, FORM)
    assert lunch(wire.answer())


def test_a_form_of_no_named_type(wire: Wire) -> None:
    """A body without a type is read as a form."""
    wire.send(f"POST BASE/Activities HTTP/1.1\nHost: here\nAUTH\nContent-Length: {len(FORM)}\n\n", FORM)
    assert lunch(wire.answer())


def test_a_body_in_chunks(wire: Wire) -> None:
    """A body may come in chunks, as from clients that stream it."""
    head = "POST BASE/Activities HTTP/1.1\nHost: here\nAUTH\nTransfer-Encoding: chunked\n\n"
    wire.send(head, b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (5, FORM[:5], len(FORM) - 5, FORM[5:]))
    assert lunch(wire.answer())


def test_a_client_that_asks_before_it_sends(wire: Wire) -> None:
    """`Expect: 100-continue` is answered before the body comes."""
    wire.send(f"POST BASE/Activities HTTP/1.1\nHost: here\nAUTH\nExpect: 100-continue\nContent-Length: {len(FORM)}\n\n")
    assert wire.head()[0] == 100
    wire.send("", FORM)
    assert lunch(wire.answer())


@pytest.mark.parametrize(("effect", "made"), [("reset", 0), ("reset-after", 1)])
def test_a_connection_that_is_dropped(wire: Wire, effect: Any, made: int) -> None:
    """A fault rule that drops the connection does: no byte of an answer comes, and the next connection is served."""
    wire.backend.disturbances.add(FaultRule(effect, "CreateActivity", count=1))
    wire.send(f"POST BASE/Activities HTTP/1.1\nHost: here\nAUTH\nContent-Length: {len(FORM)}\n\n", FORM)
    assert wire.ended()
    wire.reconnect()
    wire.send("GET BASE/Activities?FriendlyName=Lunch+%26+tea HTTP/1.1\nHost: here\nAUTH\n\n")
    status, found = wire.answer()
    assert (status, len(found["activities"])) == (200, made)


def test_several_requests_on_one_connection(wire: Wire) -> None:
    """A connection stays open, also when several requests come at once; the answers keep their order."""
    wire.send(
        "GET BASE HTTP/1.1\nHost: here\nAUTH\n\nGET BASE/Nothing HTTP/1.1\nHost: here\nAUTH\n\n"
        "DELETE BASE HTTP/1.1\nHost: here\nAUTH\n\nGET BASE HTTP/1.1\nHost: here\nAUTH\nConnection: close\n\n"
    )
    assert [wire.answer()[0] for _ in range(4)] == [200, 404, 204, 404]
    assert wire.ended()


def test_http_1_0(wire: Wire) -> None:
    """A client of old, without Host, gets its answer and the end of the connection."""
    wire.send("GET BASE HTTP/1.0\nAUTH\n\n")
    status, found = wire.answer()
    assert (status, found["url"]) == (200, f"http://localhost{wire.base}")
    assert wire.ended()


def test_no_body_after_head_and_delete(wire: Wire) -> None:
    """HEAD has the headers of GET and no body; 204 has none either: the next answer follows at once."""
    wire.send(
        "HEAD BASE HTTP/1.1\nHost: here\nAUTH\n\nDELETE BASE HTTP/1.1\nHost: here\nAUTH\n\n"
        "GET / HTTP/1.1\nHost: here\nConnection: close\n\n"
    )
    status, headers = wire.head()
    assert (status, int(headers["content-length"]) > 100) == (200, True)
    assert wire.head()[0] == 204
    assert wire.head()[0] == 200


def test_a_body_that_is_too_long(wire: Wire) -> None:
    """A body longer than any configuration is refused with 413."""
    wire.send(f"POST BASE/Activities HTTP/1.1\nHost: here\nAUTH\nContent-Length: {5_000_000}\n\n", b"x" * 5_000_000)
    assert wire.head()[0] == 413


def test_a_path_with_escapes(wire: Wire) -> None:
    """Escapes in the path are read: a channel is found by its name however it is written."""
    wire.send("GET BASE/TaskChannels/%76oice HTTP/1.1\nHost: here\nAUTH\n\n")
    assert wire.answer()[1]["unique_name"] == "voice"


def test_behind_a_proxy_of_this_machine(wire: Wire) -> None:
    """The addresses in an answer begin with the scheme that the client of a proxy on this machine used."""
    wire.send("GET BASE HTTP/1.1\nHost: my.tunnel\nAUTH\nX-Forwarded-Proto: https\n\n")
    status, found = wire.answer()
    assert (status, found["url"]) == (200, f"https://my.tunnel{wire.base}")


def test_a_proxy_elsewhere_is_not_believed() -> None:
    """Who is not on this machine cannot choose the scheme of the addresses that others are sent to."""
    headers = [(b"host", b"here"), (b"x-forwarded-proto", b"https")]
    scope = {"method": "GET", "path": "/", "query_string": b"", "scheme": "http", "headers": headers}
    origins = {
        client: _request({**scope, "client": (client, 1)}, b"").origin for client in ("127.0.0.1", "::1", "192.0.2.7")
    }
    assert origins == {"127.0.0.1": "https://here", "::1": "https://here", "192.0.2.7": "http://here"}


def test_what_is_no_request(wire: Wire) -> None:
    """Bytes that are no HTTP are answered with 400, and the server goes on."""
    wire.send("nonsense\n\n")
    assert wire.head()[0] == 400


def test_half_a_request_is_none():
    """A client that is killed while it sends its form has asked for nothing."""
    desk, sent = Desk(), list[Any]()
    headers = [(b"authorization", basic().encode()), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"{desk.base}/Activities",
        "query_string": b"",
        "headers": headers,
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    before = desk.backend.requests_seen
    asyncio.run(EmulatorApp(desk.backend)(scope, receive, send))
    assert desk.backend.requests_seen == before
    assert sent[0]["status"] == 400


def test_an_answer_leaves_in_one_piece(wire: Wire) -> None:
    """Who has received the first byte of an answer has received all of it: head and body are one write."""
    wire.send("GET BASE HTTP/1.1\nHost: here\nAUTH\n\n")
    received = wire.receive()
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["sid"] in wire.base


class Recorder(asyncio.Transport):
    """A transport that remembers what is done to it."""

    def __init__(self) -> None:
        super().__init__({"peername": "somebody"})
        self.done: list[object] = []
        self.closing = False

    def write(self, data: Any) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("close")
        self.closing = True

    def abort(self) -> None:
        self.done.append("abort")
        self.closing = True

    def is_closing(self) -> bool:
        return self.closing


def in_one_step(*does: Callable[[GatheringTransport], object]) -> list[object]:
    """Return what came of *does*, done in one step of an event loop, at its end."""
    recorder = Recorder()

    async def do() -> None:
        transport = GatheringTransport(recorder, asyncio.get_running_loop())
        assert transport.get_extra_info("peername") == "somebody"
        for each in does:
            each(transport)
        await asyncio.sleep(0)

    asyncio.run(do())
    return recorder.done


def test_what_is_written_in_one_step_is_one_write() -> None:
    """What is written in one step of the event loop goes out in its order, before the connection is closed."""
    assert in_one_step(lambda it: it.write(b"a"), lambda it: it.write(memoryview(b"b"))) == [b"ab"]
    long = b"b" * 100_000
    assert in_one_step(lambda it: it.write(b"a"), lambda it: it.write(long), lambda it: it.write(b"c")) == [
        b"a",
        long,
        b"c",
    ]
    assert in_one_step(lambda it: it.write(b"a"), lambda it: it.write(b"b"), lambda it: it.close()) == [b"ab", "close"]


class Slow(asyncio.Protocol):
    """Nobody reads what it writes; whether it was told to stop."""

    stopped = False

    def pause_writing(self) -> None:
        self.stopped = True


def test_who_does_not_read_stops_the_writer() -> None:
    """Answers to a client that does not read them do not fill the memory: the server is told to wait for it."""

    async def do() -> bool:
        ours, theirs = socket.socketpair()
        with theirs:
            connection, protocol = await asyncio.get_running_loop().create_connection(Slow, sock=ours)
            transport = GatheringTransport(connection, asyncio.get_running_loop())
            transport.write(b"a head")
            transport.write(b"a body" * 1_000_000)
            await asyncio.sleep(0)
            transport.abort()
            return protocol.stopped

    assert asyncio.run(do())


def test_what_is_written_to_a_dropped_connection_is_lost() -> None:
    """A dropped connection gets nothing of what was to be written."""
    assert in_one_step(lambda it: it.write(b"a"), lambda it: it.abort()) == ["abort"]
    assert in_one_step(lambda it: it.abort(), lambda it: it.write(b"a"), lambda it: it.close()) == ["abort", "close"]


def test_who_sends_no_more_still_gets_what_was_written() -> None:
    """A client that closes its side of the connection behind its request, as nc -N does, gets the answer."""
    recorder, config = Recorder(), Config(EmulatorApp(Desk().backend), ws="none")

    async def do() -> None:
        protocol = OneWriteProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        protocol.connection_made(recorder)
        protocol.transport.write(b"an answer")
        assert not protocol.eof_received()  # so that the event loop closes the connection, and does not ask us
        recorder.close()

    asyncio.run(do())
    assert recorder.done == [b"an answer", "close"]
