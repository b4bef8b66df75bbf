"""Answers leave in one piece: the server writes head and body apart, and each write is a system call and a packet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    _Transport = asyncio.Transport
else:
    _Transport = object


#: Bytes from which an answer is not copied to leave in one piece: a snapshot may be as large as a whole world.
_LONG: Final = 65_536


class OneWriteProtocol(HttpToolsProtocol):
    """The server's own protocol, over a transport that gathers what is written in one step of the event loop."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server's own
        """Begin with a connection."""
        self._gathering = GatheringTransport(transport, self.loop)
        super().connection_made(self._gathering)

    def eof_received(self) -> None:
        """Let what was written leave: who sends nothing more still reads, and the server closes the connection now."""
        self._gathering.flush()
        super().eof_received()


class GatheringTransport(_Transport):
    """Another transport, to which what was written goes at the end of a step of the event loop, in one piece."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes | bytearray | memoryview] = []

    def is_closing(self) -> bool:
        """Return whether nothing that is written arrives any more."""
        return self._transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Let *data* leave with what else is written in this step."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)

    def flush(self) -> None:
        """Let everything that was written leave now."""
        parts, self._parts = self._parts, []
        if not parts or self.is_closing():
            return
        if sum(map(len, parts)) < _LONG:
            parts = [b"".join(parts)]
        for part in parts:
            # Not all of them by writelines(): up to Python 3.13.1 that does not stop a writer whom nobody reads.
            self._transport.write(part)

    def close(self) -> None:
        """Let everything that was written leave, and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # Any: whatever else a transport has
        return getattr(self._transport, name)
