"""The ASGI face of ``Callbacks``: reads the request, writes the reply, decides nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import quote

from taskrouter_kit.callbacks._reply import Reply, only_posts, refused
from taskrouter_kit.callbacks._request import LARGEST_BODY, AnswersAsync

# Any: ASGI's own messages are untyped mappings
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiApp:
    """An ASGI application that answers callbacks."""

    def __init__(self, answer: AnswersAsync) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await _write(await self._reply(scope, receive), send)
        else:
            raise RuntimeError(f"callbacks are HTTP; got {scope['type']!r}")

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        if scope["method"] != "POST":
            return only_posts()
        body = await _body(receive)
        if body is None:
            return refused(413, f"The body has more than {LARGEST_BODY:,} bytes.")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        peer = scope.get("client")
        return await self._answer(url_of(scope, dict(headers)), headers, body, client=peer[0] if peer else None)


def url_of(scope: Scope, headers: dict[str, str]) -> str:
    """Return the URL of a request as its sender wrote it."""
    # An app that is mounted sees the whole path in raw_path and path (ASGI 3; older servers left root_path out)
    root = str(scope.get("root_path", ""))
    path = (scope.get("raw_path") or quote(scope["path"], safe="/:@!$&'()*+,;=~%").encode()).decode("latin-1")
    path = path.partition("?")[0]
    if root and path != root and not path.startswith(f"{root.rstrip('/')}/"):
        path = root + path
    server = scope.get("server") or ("localhost", None)
    host = headers.get("host") or (server[0] if server[1] is None else f"{server[0]}:{server[1]}")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{path}{'?' + query if query else ''}"


async def _body(receive: Receive) -> bytes | None:
    chunks = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(chunks)
        chunks += message.get("body", b"")
        if len(chunks) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(chunks)


async def _write(reply: Reply, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
