"""The emulator as an ASGI application: parse, hand over to the backend, write the answer.

Any ASGI server can run it; ``taskrouter-kit emulate`` uses uvicorn. Requests are answered in the event loop (the
backend does no I/O); callbacks go out from worker threads.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial
from typing import Any, Final, TypeAlias

from taskrouter_kit.emulator._admin import SNAPSHOT_PATH, Admin
from taskrouter_kit.emulator._backend import Backend
from taskrouter_kit.emulator._disturbances import CONNECTION_RESET
from taskrouter_kit.emulator._faults import broken
from taskrouter_kit.emulator._headers import encoded
from taskrouter_kit.emulator._messages import Reply, Request
from taskrouter_kit.emulator._parameters import parse_form

Scope: TypeAlias = "MutableMapping[str, Any]"  # Any: ASGI messages are untyped dictionaries
Receive: TypeAlias = "Callable[[], Awaitable[MutableMapping[str, Any]]]"
Send: TypeAlias = "Callable[[MutableMapping[str, Any]], Awaitable[None]]"

_FORM = "application/x-www-form-urlencoded"
#: A request body longer than this is refused: above the largest workflow configuration, percent-encoded.
_LARGEST_BODY = 4 * 1_038_576
#: A snapshot holds a whole world.
_LARGEST_SNAPSHOT = 1_000_000_000
#: While the clock runs and no timer is armed, look again after this many seconds.
_IDLE_LOOK = 1.0
#: When timers could not be fired, it is tried again after this many seconds.
_REST_AFTER_TROUBLE = 1.0


_FORWARDED: Final = "x-forwarded-proto"
#: The headers that anything here reads.
_READ: Final = {
    name.encode(): name for name in ("authorization", "content-type", "host", "if-match", "origin", _FORWARDED)
}
#: Where a proxy is believed that says how its clients came.
_THIS_MACHINE: Final = ("127.0.0.1", "::1")


class EmulatorApp:
    """One backend behind ASGI; ``on_ready`` is called when the server has started."""

    def __init__(self, backend: Backend, *, on_ready: Callable[[], None] | None = None) -> None:
        self.backend = backend
        self.admin = Admin(backend)
        #: Functions that are called before an answer leaves: not in the event loop, which they may need.
        self._functions = None if backend.delivers_in_background else backend.functions
        self._on_ready = on_ready
        self._changed = asyncio.Event()
        self._timers: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope: ``http`` and ``lifespan``; websockets are closed."""
        if scope["type"] == "http":
            message = await receive()
            body: bytes | None = message.get("body", b"")
            if message.get("more_body", False):
                body = await _whole_body(message, receive, _longest(scope))
            backend = self.backend
            if message["type"] == "http.disconnect":
                reply = Reply(400)  # who asked went away in the middle of it: half a request is none
            elif body is None or (len(body) > _LARGEST_BODY and len(body) > _longest(scope)):
                reply = Reply(413)
            else:
                request = _request(scope, body)
                if backend.disturbances.rules and (delay := backend.delay_of(request)) > 0:
                    await asyncio.sleep(delay)
                reply = await asyncio.to_thread(self._reply, request) if self._functions else self._reply(request)
                if not backend.clock.virtual:
                    self._changed.set()
            if reply.status == CONNECTION_RESET:
                await _drop(receive)
                return
            headers = encoded(reply, backend.requests_seen)
            await send({"type": "http.response.start", "status": reply.status, "headers": headers})
            await send({"type": "http.response.body", "body": reply.body})
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def _reply(self, request: Request) -> Reply:
        try:
            if not request.path.startswith("/v1/") and self.admin.serves(request.path):
                reply = self.admin.handle(request)
            elif request.method == "OPTIONS":
                # Decided: what a browser asks before a request of another origin is answered without credentials
                return Reply(204)
            else:
                reply = self.backend.handle(request)
        except Exception as failure:  # noqa: BLE001  # whoever asked gets an answer in the shape of all others
            self.backend.troubles.note(f"{request.method} {request.path} could not be answered", failure)
            return broken().reply()
        return reply

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if not self.backend.clock.virtual:
                    wake = partial(asyncio.get_running_loop().call_soon_threadsafe, self._changed.set)
                    self.backend.when_changed(wake)
                    self._timers = asyncio.create_task(self._fire_timers())
                await send({"type": "lifespan.startup.complete"})
                if self._on_ready is not None:
                    self._on_ready()
            else:
                if self._timers is not None:
                    self._timers.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await self._timers
                self.backend.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _fire_timers(self) -> None:
        """Fire timers when their moment comes, while the clock runs by itself, whatever breaks on the way."""
        while True:
            try:
                await self._next_moment()
                await asyncio.to_thread(self.backend.catch_up) if self._functions else self.backend.catch_up()
            except Exception as failure:  # noqa: BLE001, PERF203  # the timers that are left still have to be fired
                self.backend.troubles.note("timers could not be fired", failure)
                await asyncio.sleep(_REST_AFTER_TROUBLE)

    async def _next_moment(self) -> None:
        self._changed.clear()
        wait = self.backend.seconds_to_next_timer()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), _IDLE_LOOK if wait is None else min(wait, _IDLE_LOOK))


async def _drop(receive: Receive) -> None:
    """End the connection without an answer, as a fault rule asked for."""
    # ASGI has no word for that. uvicorn hands over a method of the object that has the connection; what any server
    # makes of an exception is at best a 500.
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("a fault rule asked for a dropped connection")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def _longest(scope: Scope) -> int:
    return _LARGEST_SNAPSHOT if scope["path"] == SNAPSHOT_PATH else _LARGEST_BODY


async def _whole_body(message: MutableMapping[str, Any], receive: Receive, longest: int) -> bytes | None:
    """Return the body that begins with *message*, or None when it is too long to be meant seriously."""
    parts, size = [message.get("body", b"")], 0
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > longest:
            return None
    return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            headers[_READ[name]] = value.decode("latin-1")
    content_type = headers.get("content-type", _FORM)
    method, query = scope["method"], scope["query_string"]
    return Request(
        # Decided: HEAD is GET, of which the server leaves the body out
        "GET" if method == "HEAD" else method,
        scope["path"],
        parse_form(query) if query else (),
        parse_form(body) if body and (content_type == _FORM or content_type.lower().startswith(_FORM)) else (),
        body,
        headers,
        f"{_scheme(scope, headers) if _FORWARDED in headers else scope['scheme']}://{headers.get('host', 'localhost')}",
    )


def _scheme(scope: Scope, headers: Mapping[str, str]) -> str:
    """Return how the client of a proxy came, if one of this machine says so; the server leaves that to this module."""
    forwarded = headers[_FORWARDED].strip().lower()
    client = scope.get("client")
    believed = client is not None and client[0] in _THIS_MACHINE and forwarded in ("http", "https")
    scheme: str = forwarded if believed else scope["scheme"]
    return scheme
