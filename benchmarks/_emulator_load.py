"""Load from one process: connections that ask again as soon as they have their answer.

It costs little beside a server (sockets and ``epoll``; an answer that is as long as the last one is taken for whole
without being looked into). No two requests are the same: ``NUMBER`` in them counts up, for nobody calls twice from the
same number, and a server that has read the same text before may not have to read it again.
"""

from __future__ import annotations

import select
import socket
import time
from typing import NamedTuple

#: Stands in a request where its number is to be, and has as many digits.
NUMBER = b"7315092"


class Answered(NamedTuple):
    """What a load got: answers in so many seconds, and how many of them were not 2xx."""

    answers: int
    seconds: float
    errors: int


class _Load:
    """The open connections, and what came back on them."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port = port
        self._before, _, self._behind = request.partition(NUMBER)
        self._asked = 0
        self.poll = select.epoll()
        self.open: dict[int, _Connection] = {}
        self.answers = self.errors = 0

    def next_request(self) -> bytes:
        """Return a request that was not sent before."""
        self._asked += 1
        return b"%b%07d%b" % (self._before, self._asked, self._behind)

    def run(self, connections: int, seconds: float) -> Answered:
        for _ in range(connections):
            _Connection(self)
        begun = now = time.perf_counter()
        while now < begun + seconds:
            for number, _ in self.poll.poll(1):
                self.open[number].read()
            now = time.perf_counter()
        for connection in tuple(self.open.values()):
            connection.close()
        return Answered(self.answers, now - begun, self.errors)


class _Connection:
    """One connection with one request under way."""

    def __init__(self, owner: _Load) -> None:
        self._owner, self._buffer, self._usual = owner, b"", -1
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._owner.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._owner.open[self._socket.fileno()] = self
        self._owner.poll.register(self._socket, select.EPOLLIN)
        self._socket.sendall(self._owner.next_request())

    def close(self) -> None:
        """Leave, whatever is under way."""
        del self._owner.open[self._socket.fileno()]
        self._socket.close()

    def read(self) -> None:
        """Read what has come; count the answer when it is whole, and ask again."""
        try:
            data = self._socket.recv(262_144)
        except ConnectionError:
            data = b""
        buffer = self._buffer + data if self._buffer else data
        if data and len(buffer) != self._usual and not _is_whole(buffer):
            self._buffer = buffer
            return
        self._buffer = b""
        if data:
            self._usual = len(buffer)
            self._owner.answers += 1
            self._owner.errors += buffer[9:10] != b"2"
        if data and b"connection: close" not in buffer[:1024].lower():
            self._socket.sendall(self._owner.next_request())
        else:  # some servers close after each answer
            self.close()
            self._open()


def _is_whole(buffer: bytes) -> bool:
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return False
    headers = buffer[:head].lower()
    if b"transfer-encoding: chunked" in headers:
        return buffer.endswith(b"0\r\n\r\n")
    length = headers.partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(buffer) >= head + 4 + int(length)


def load(port: int, request: bytes, connections: int, seconds: float) -> Answered:
    """Send *request* over and over, with other numbers, on so many connections for so many seconds."""
    return _Load(port, request).run(connections, seconds)
