"""Callbacks over real HTTP to applications that do not behave, and a line in front of them that is full."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest

from emulator.asking import Desk
from taskrouter_kit.emulator import Backend
from taskrouter_kit.emulator._delivery import NotDelivered, OutgoingCallback
from taskrouter_kit.emulator._over_http import carry_over_http

pytestmark = pytest.mark.network

Talk = Callable[[socket.socket, threading.Event], None]


@contextmanager
def application(talk: Talk) -> Iterator[str]:
    """Serve one connection by *talk*, which is told when the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    talk(connection, over)
            except OSError:
                pass  # the test is over, or the emulator hung up

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            over.set()
            listener.close()
            thread.join(10)


def says(*parts: bytes, every: float = 0.0, again: bytes = b"") -> Talk:
    """Return an application that says *parts*, then *again* every so many seconds until the test is over."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        for part in parts:
            connection.sendall(part)
        while again and not over.wait(every):
            connection.sendall(again)

    return talk


def callback(url: str, timeout: float = 0.3) -> OutgoingCallback:
    return OutgoingCallback("assignment", url, (("TaskSid", "WT1"),), {}, timeout)


@pytest.mark.parametrize(
    "talk",
    [
        lambda connection, over: over.wait(30),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", every=0.02, again=b"x"),
        says(b"HTTP/1.1 200 OK\r\nX-A: ", every=0.02, again=b"a"),
        says(b"HTTP/1.1 200 OK\r\n", every=0.02, again=b"X-A: a\r\n"),
        says(every=0.02, again=b"HTTP/1.1 100 Continue\r\n\r\n"),
        says(b"hello\r\n\r\n"),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n"),
        says(b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 200 + b"\r\n"),
    ],
    ids=["silent", "slow body", "slow header", "endless headers", "continue", "garbage", "chunks", "many"],
)
def test_an_application_that_does_not_answer_properly(talk: Talk) -> None:
    """Silence, slowness byte by byte and garbage are all: not delivered, within the time that the callback has."""
    with application(talk) as url, pytest.raises(NotDelivered, match="did not answer"):
        carry_over_http(callback(url))


def test_a_huge_answer_is_cut() -> None:
    """Of an answer without end only the beginning is read."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    with application(says(head, again=b"x" * 100_000, every=0.0)) as url:
        answer = carry_over_http(callback(url, 20.0))
    assert (answer.status, len(answer.body)) == (200, 65_536)


def test_a_redirect_is_an_answer() -> None:
    """A redirect is not followed: it is an answer that is not 200."""
    with application(says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as url:
        assert carry_over_http(callback(url)).status == 302


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/",
        "http://",
        "http://127.0.0.1:many/",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:1/a b",
        "http://exa mple/",
        "http://[::1/",
        "http://" + "a" * 70 + ".example/",
        "http://127.0.0.1:1/ä",
    ],
)
def test_addresses_that_lead_nowhere(url: str) -> None:
    """An address that cannot be asked is: not delivered."""
    with pytest.raises(NotDelivered):
        carry_over_http(callback(url))


class Slow:
    """An application, as a function, that answers nothing until it is let go."""

    def __init__(self, size: int) -> None:
        self.desk = Desk(backend=Backend(deliver_in_background=True, most_waiting_callbacks=size)).routed(worker=False)
        self.free = threading.Semaphore(0)
        self.asked: list[str] = []
        self.busy = threading.Semaphore(0)
        self.desk.backend.functions.serve("https://slow.example", self._answer)

    def _answer(self, url: str, headers: Any, body: bytes) -> None:
        self.asked.append(dict(parse_qsl(body.decode())).get("EventType", "assignment"))
        self.busy.release()
        self.free.acquire(timeout=30)

    def let(self, number: int) -> None:
        """Let so many answers go, and wait until as many callbacks have left the line."""
        self.free.release(number)
        for _ in range(number):
            assert self.busy.acquire(timeout=20)

    def fill(self, waiting: int) -> None:
        """Let four callbacks be under way and so many wait."""
        self.desk.post("", EventCallbackUrl="https://slow.example/events", EventsFilter="activity.created")
        for number in range(4):
            self.desk.make("/Activities", FriendlyName=f"A{number}")
            assert self.busy.acquire(timeout=20)
        for number in range(waiting):
            self.desk.make("/Activities", FriendlyName=f"B{number}")


def test_events_that_find_the_line_full() -> None:
    """When so many callbacks wait, further events are not sent, noted as that, and counted; the first are sent."""
    slow = Slow(3)
    slow.fill(5)
    backend = slow.desk.backend
    assert (backend.callbacks_waiting, backend.callbacks_dropped) == (3, 2)
    found = slow.desk.ask("GET", "/_admin/callbacks").json
    assert (found["waiting"], found["dropped"]) == (3, 2)
    assert {each["failure"] for each in found["callbacks"]} == {"not sent: 3 callbacks were waiting"}
    assert len(found["callbacks"]) == 2
    slow.free.release(1_000)
    assert backend.settle(20)
    assert len(slow.asked) == 7
    assert backend.callbacks_waiting == 0


def test_an_assignment_that_finds_the_line_full() -> None:
    """It counts as answered by neither callback nor fallback: the reservation is canceled, the worker stays."""
    slow = Slow(2)
    desk = slow.desk
    desk.post(f"/Workflows/{desk.workflow}", AssignmentCallbackUrl="https://slow.example/assignment")
    worker = desk.make("/Workers", FriendlyName="Alice", ActivitySid=desk.activity())["sid"]
    slow.fill(2)
    task = desk.make("/Tasks")["sid"]
    (reservation,) = desk.list(f"/Tasks/{task}/Reservations", "reservations")
    assert reservation["reservation_status"] == "canceled"
    assert desk.get(f"/Workers/{worker}").json["activity_name"] == "Available"
    assert [each.kind for each in desk.backend.deliveries] == ["assignment"]
    slow.free.release(1_000)
    assert desk.backend.settle(20)
    assert "assignment" not in slow.asked


def test_every_worker_is_asked_in_vain() -> None:
    """A line that stays full costs each of many workers one canceled reservation at once, and no more."""
    slow = Slow(1)
    desk = slow.desk
    desk.post(f"/Workflows/{desk.workflow}", AssignmentCallbackUrl="https://slow.example/assignment")
    for number in range(400):
        desk.make("/Workers", FriendlyName=f"W{number}", ActivitySid=desk.activity())
    slow.fill(1)
    task = desk.make("/Tasks")["sid"]
    found = desk.list(f"/Tasks/{task}/Reservations", "reservations", PageSize=1000)
    assert {each["reservation_status"] for each in found} == {"canceled"}
    assert len({each["worker_sid"] for each in found}) == len(found) == 400
    slow.free.release(1_000)


def test_a_full_line_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """The log says once that the application is too slow, and again when the line was half empty in between."""
    slow = Slow(4)

    def told() -> int:
        return sum("too slow: 4 callbacks wait, more are not sent" in each.getMessage() for each in caplog.records)

    slow.fill(6)
    assert (slow.desk.backend.callbacks_dropped, told()) == (2, 1)
    slow.let(1)
    slow.desk.make("/Activities", FriendlyName="C1")
    slow.desk.make("/Activities", FriendlyName="C2")
    assert (slow.desk.backend.callbacks_dropped, told()) == (3, 1)
    slow.let(3)
    for number in range(5):
        slow.desk.make("/Activities", FriendlyName=f"D{number}")
    assert (slow.desk.backend.callbacks_dropped, told()) == (5, 2)
    slow.free.release(1_000)


def test_a_reset_empties_the_line() -> None:
    """What waits is forgotten with the world that it tells about, and so are the counts."""
    slow = Slow(3)
    slow.fill(5)
    slow.desk.backend.reset()
    assert (slow.desk.backend.callbacks_waiting, slow.desk.backend.callbacks_dropped) == (0, 0)
    slow.free.release(1_000)
    assert slow.desk.backend.settle(20)
    assert len(slow.asked) == 4
    assert slow.desk.backend.deliveries == ()


def test_closing_waits_for_nobody() -> None:
    """A backend is closed while applications are being asked; what they answer then changes nothing."""
    slow = Slow(3)
    slow.fill(3)
    slow.desk.backend.close()
    assert slow.desk.backend.callbacks_waiting == 0
    slow.free.release(1_000)
    assert slow.desk.backend.settle(20)
    assert len(slow.asked) == 4


def test_what_breaks_in_a_thread_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """A function that ends its thread ends nobody else, and is seen in the log and on the admin surface."""
    desk = Desk(backend=Backend(deliver_in_background=True))
    turn: list[str] = []

    def leave(url: str, headers: Any, body: bytes) -> None:
        turn.append(url)
        raise SystemExit(3)

    desk.backend.functions.serve("https://app.example", leave)
    desk.post("", EventCallbackUrl="https://app.example/events", EventsFilter="activity.created")
    for number in range(6):
        desk.make("/Activities", FriendlyName=f"A{number}")
    assert desk.backend.settle(20)
    assert len(turn) == 6
    assert [each.failure for each in desk.backend.troubles.latest] == ["SystemExit: 3"] * 6
    assert "a callback could not be handled" in caplog.text
    (first, *_) = desk.ask("GET", "/_admin/state").json["troubles"]
    assert first == {
        "at": "2026-01-05T09:00:00Z",
        "doing": "a callback could not be handled",
        "failure": "SystemExit: 3",
    }


def test_a_line_has_a_length() -> None:
    """A line without room is refused when it is asked for."""
    with pytest.raises(ValueError, match="most_waiting_callbacks must be at least 1, found 0"):
        Backend(most_waiting_callbacks=0)
