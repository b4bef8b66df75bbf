"""The WSGI face of ``Callbacks``: reads the request, writes the reply, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from taskrouter_kit.callbacks._reply import Reply, only_posts, refused
from taskrouter_kit.callbacks._request import LARGEST_BODY, Answers

# Any: WSGI's environment and start_response are untyped
Environ: TypeAlias = "dict[str, Any]"
StartResponse: TypeAlias = Callable[..., Any]


class WsgiApp:
    """A WSGI application that answers callbacks."""

    def __init__(self, answer: Answers) -> None:
        self._answer = answer

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        reply = self._reply(environ)
        status = f"{reply.status} {HTTPStatus(reply.status).phrase}"
        start_response(status, list(reply.headers.items()))
        return [reply.body] if reply.body else []

    def _reply(self, environ: Environ) -> Reply:
        if environ["REQUEST_METHOD"] != "POST":
            return only_posts()
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return refused(400, "Content-Length is no number.")
        if int(length) > LARGEST_BODY:
            return refused(413, f"The body has more than {LARGEST_BODY:,} bytes.")
        body: bytes = environ["wsgi.input"].read(int(length))
        client = environ.get("REMOTE_ADDR")
        return self._answer(url_of(environ), headers_of(environ), body, client=client or None)


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers in a WSGI environment."""
    headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-")] = environ[name]
    return headers


def url_of(environ: Mapping[str, Any]) -> str:
    """Return the URL of a request, with its query (PEP 3333)."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    query = environ.get("QUERY_STRING", "")
    return f"{environ['wsgi.url_scheme']}://{host}{_as_sent(environ, path)}{'?' + query if query else ''}"


def _as_sent(environ: Mapping[str, Any], path: bytes) -> str:
    """Return *path*, which WSGI decodes, as it was sent: most servers keep that in a variable of their own."""
    for name in ("REQUEST_URI", "RAW_URI"):
        raw = str(environ.get(name, "")).partition("?")[0]
        if not raw.startswith("/"):  # a whole URL, as clients send it to a proxy
            raw = f"/{raw.partition('://')[2].partition('/')[2]}"
        if unquote_to_bytes(raw) == path and raw.isascii():
            return raw
    return quote(path, safe="/:@!$&'()*+,;=~")
