"""Under WSGI, ASGI and AWS Lambda, whatever a server hands over is answered: methods, lengths, paths and bodies."""

from __future__ import annotations

import asyncio
import base64
import io
from typing import Any

import pytest

from callback_servers import lambda_event
from callbacks.answering import watched
from callbacks_requests import ASSIGNMENT, form
from taskrouter_kit.callbacks import Callbacks, aws_lambda

FORM = "application/x-www-form-urlencoded"
KIND = (b"content-type", FORM.encode())


def environ(**changes: Any) -> dict[str, Any]:
    _, headers, body = form(ASSIGNMENT)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/taskrouter/assignment",
        "QUERY_STRING": "",
        "HTTP_HOST": "support.example",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers["Content-Type"],
        "HTTP_X_TWILIO_SIGNATURE": headers["X-Twilio-Signature"],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "200 OK"),
        ({"REQUEST_METHOD": "GET"}, "405 Method Not Allowed"),
        ({"REQUEST_METHOD": "PUT"}, "405 Method Not Allowed"),
        ({"CONTENT_LENGTH": "²"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "-1"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": "300000"}, "413 "),
        ({"CONTENT_LENGTH": "100000"}, "400 Bad Request"),
        ({"CONTENT_LENGTH": ""}, "403 Forbidden"),
        ({"CONTENT_TYPE": ""}, "415 Unsupported Media Type"),
        ({"HTTP_HOST": "support.example:port"}, "400 Bad Request"),
        ({"PATH_INFO": "/elsewhere"}, "403 Forbidden"),
        ({"PATH_INFO": "/caf\xc3\xa9"}, "403 Forbidden"),
    ],
)
def test_wsgi(changes: dict[str, Any], status: str) -> None:
    """Methods, lengths and paths under WSGI; a path that was not signed is a wrong signature."""
    callbacks, seen = watched()
    started: list[Any] = []
    content = b"".join(callbacks.wsgi()(environ(**changes), lambda *given: started.append(given)))
    ((answered, headers),) = started
    assert answered.startswith(status)
    assert dict(headers).get("Allow") == ("POST" if "405" in status else None)
    assert content
    assert len(seen) == (1 if status == "200 OK" else 0)


@pytest.mark.parametrize(
    ("signed_path", "changes"),
    [
        ("/a%2Fb/it%27s", {"PATH_INFO": "/a/b/it's", "REQUEST_URI": "/a%2Fb/it%27s?x=1"}),
        ("/a%2Fb", {"PATH_INFO": "/b", "SCRIPT_NAME": "/a", "RAW_URI": "https://support.example/a%2Fb"}),
        ("/caf%C3%A9", {"PATH_INFO": "/caf\xc3\xa9", "REQUEST_URI": "/caf\xe9"}),
        ("/behind", {"PATH_INFO": "/behind", "REQUEST_URI": "/in%20front/behind"}),
        ("/", {"PATH_INFO": "/", "REQUEST_URI": ""}),
    ],
)
def test_wsgi_servers_that_keep_the_path_as_it_was_sent(signed_path: str, changes: dict[str, Any]) -> None:
    """WSGI decodes the path; the server's own variable is believed where it says the same path."""
    callbacks, seen = watched()
    _, headers, _ = form(ASSIGNMENT, url=f"https://support.example{signed_path}")
    changed = environ(**changes, HTTP_X_TWILIO_SIGNATURE=headers["X-Twilio-Signature"])
    started: list[Any] = []
    callbacks.wsgi()(changed, lambda *given: started.append(given))
    assert (started[0][0], len(seen)) == ("200 OK", 1)


def _asgi(callbacks: Callbacks, scope: Any, messages: list[Any]) -> list[Any]:
    waiting, sent = list(messages), []

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(callbacks.asgi()(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"method": "DELETE"}, 405),
        ({"headers": []}, 403),
        ({"headers": [(b"host", b"[::1"), KIND, (b"x-twilio-signature", b"x")]}, 400),
        ({"headers": [KIND, (b"x-twilio-signature", b"\xff")], "server": None}, 403),
        ({"path": "/else"}, 403),
        ({"query_string": b"\xff"}, 403),
    ],
)
def test_asgi(changes: dict[str, Any], status: int) -> None:
    """Methods, headers and paths under ASGI; bodies that never end are cut off."""
    callbacks, seen = watched()
    _, headers, body = form(ASSIGNMENT)
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "path": "/taskrouter/assignment",
        "query_string": b"",
        "headers": [(b"host", b"support.example"), *pairs],
        **changes,
    }
    assert _asgi(callbacks, scope, [{"type": "http.request", "body": body}])[0]["status"] == status
    assert len(seen) == (1 if status == 200 else 0)
    endless = [{"type": "http.request", "body": b"x" * 100_000, "more_body": True}] * 10
    if status == 200:
        assert _asgi(callbacks, scope, endless)[0]["status"] == 413
        assert _asgi(callbacks, scope, [endless[0], {"type": "http.disconnect"}])[0]["status"] == 400


def test_a_websocket_is_refused() -> None:
    """Callbacks are HTTP."""
    with pytest.raises(RuntimeError, match="callbacks are HTTP; got 'websocket'"):
        _asgi(watched()[0], {"type": "websocket"}, [])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"body": "not base64 é"}, 400),
        ({"body": "not base64!"}, 400),
        ({"body": "\ud800", "isBase64Encoded": False}, 400),
        ({"body": None}, 400),
        ({"headers": None}, 403),
        ({"headers": {"host": "[::1", "x-twilio-signature": "x", "content-type": FORM}, "rawPath": "/"}, 400),
        ({"requestContext": None}, 405),
        ({"rawPath": "/else"}, 403),
        ({"rawPath": "/\ud800"}, 403),
        ({"rawPath": "/%"}, 403),
        ({"body": base64.b64encode(b"x" * 300_000).decode()}, 413),
    ],
)
def test_lambda(changes: dict[str, Any], status: int) -> None:
    """API Gateway's events with something missing or wrong."""
    callbacks, seen = watched(public_url="https://support.example")
    _, headers, body = form(ASSIGNMENT)
    event = lambda_event("http", "/taskrouter/assignment", {**headers, "Host": "support.example"}, body)
    answer = aws_lambda(callbacks)({**event, **changes}, None)
    assert answer["statusCode"] == status
    assert len(seen) == (1 if status == 200 else 0)
