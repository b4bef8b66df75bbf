"""Takes callbacks to their applications over HTTP. Loaded when the first one goes out: it is a tenth of the start."""

from __future__ import annotations

import io
import socket
import time
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, cast
from urllib.parse import SplitResult, unquote, urlsplit

from taskrouter_kit.emulator._delivery import Answer, NotDelivered, OutgoingCallback

#: An answer longer than this is no instruction; thousands of answers are remembered.
_LARGEST_ANSWER: Final = 65_536
_CONNECTIONS: Final = {"http": HTTPConnection, "https": HTTPSConnection}


def carry_over_http(callback: OutgoingCallback) -> Answer:
    """POST *callback* over HTTP and wait for at most its ``timeout`` seconds, however slowly the answer comes.

    Redirects are not followed (they are answers that are not 200), and proxies of the environment are not used.
    """
    try:
        parts = urlsplit(callback.target)
    except ValueError as failure:
        raise NotDelivered(f"the address cannot be read: {failure}") from failure
    if parts.scheme not in _CONNECTIONS or not parts.hostname:
        raise NotDelivered("the address is none of HTTP")
    try:
        return _post(callback, parts, time.monotonic() + callback.timeout)
    except (OSError, ValueError, HTTPException) as failure:
        why = f"not within {callback.timeout:g} seconds" if isinstance(failure, TimeoutError) else failure
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        raise NotDelivered(f"{place} did not answer: {why}") from failure


def _post(callback: OutgoingCallback, parts: SplitResult, until: float) -> Answer:
    connection = _CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=callback.timeout)
    connection.connect()
    made: socket.socket = connection.sock
    try:
        connection.sock = cast("socket.socket", _Timed(made, until))
        path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        headers = {**callback.headers, **_credentials(parts), "Connection": "close"}
        connection.request("POST", path, callback.body, headers)
        response = connection.getresponse()
        body = response.read(_LARGEST_ANSWER)
        return Answer(response.status, dict(response.headers.items()), body)
    finally:
        made.close()


def _credentials(parts: SplitResult) -> dict[str, str]:
    """Return the header that a user name in the address stands for."""
    if parts.username is None:
        return {}
    said = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + b64encode(said.encode()).decode()}


class _Timed:
    """What HTTP needs of a socket, until a moment: a timeout of sockets is for each piece that comes."""

    def __init__(self, made: socket.socket, until: float) -> None:
        self._made = made
        self._until = until

    def _hurry(self) -> socket.socket:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._made.settimeout(left)
        return self._made

    def sendall(self, content: bytes) -> None:
        self._hurry().sendall(content)

    def recv_into(self, buffer: memoryview) -> int:
        return self._hurry().recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self))

    def close(self) -> None:
        """Leave it open: the answer is still to be read."""


class _Stream(io.RawIOBase):
    def __init__(self, timed: _Timed) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the only kind that a reader passes
        return self._timed.recv_into(buffer)
