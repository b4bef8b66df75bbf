"""The adapters: the same answers under ASGI, WSGI and the frameworks that people mount them in."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from callback_servers import django_application, lambda_event
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, form
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Event, Instruction, aws_lambda

Post = Callable[[str, dict[str, str], bytes], "tuple[int, str, bytes]"]


def made(public_url: str | None = None) -> Callbacks:
    callbacks = Callbacks(TOKEN, public_url=public_url)

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Accept()

    @callbacks.on(Event)
    def every(event: Event) -> None:
        return None

    return callbacks


def check(post: Post) -> None:
    """Assignments, events and forgeries are answered alike, below a mount and with a query and odd characters."""
    for url in ("http://support.example/hooks/assignment?a=b%20c&d", "http://support.example/hooks/caf%C3%A9/x"):
        status, kind, body = post(*form(ASSIGNMENT, url=url))
        assert (status, kind.partition(";")[0], json.loads(body)) == (
            200,
            "application/json",
            {"instruction": "accept"},
        )
        assert post(*form(EVENT, url=url))[0] == 204
        assert post(*form(ASSIGNMENT, url=url, token="forged"))[0] == 403


def asgi_post(app: Any) -> Post:
    httpx = pytest.importorskip("httpx")

    def post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        async def send() -> Any:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
                return await client.post(url, headers=headers, content=body)

        response = asyncio.run(send())
        return response.status_code, response.headers.get("content-type", ""), response.content

    return post


def wsgi_post(app: Any) -> Post:
    def post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        from urllib.parse import unquote_to_bytes

        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "support.example",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "203.0.113.1",
            "HTTP_HOST": parts.netloc,
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        started: list[Any] = []
        chunks = app(environ, lambda status, response_headers, *_: started.append((status, response_headers)))
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, response_headers = started[0]
        kind = {name.lower(): value for name, value in response_headers}.get("content-type", "")
        return int(status.split()[0]), kind, content

    return post


def test_asgi() -> None:
    """The ASGI application answers by itself."""
    check(asgi_post(made().asgi()))


def test_wsgi() -> None:
    """The WSGI application answers by itself."""
    check(wsgi_post(made().wsgi()))


def test_only_posts() -> None:
    """Another method than POST gets 405, under both."""
    httpx = pytest.importorskip("httpx")
    transport = httpx.ASGITransport(app=made().asgi())

    async def get() -> int:
        async with httpx.AsyncClient(transport=transport) as client:
            return int((await client.get("http://support.example/")).status_code)

    assert asyncio.run(get()) == 405
    statuses: list[str] = []
    made().wsgi()({"REQUEST_METHOD": "GET"}, lambda status, headers: statuses.append(status))
    assert statuses == ["405 Method Not Allowed"]


def test_starlette_mount() -> None:
    """Mounted in Starlette, the signature is over the whole path."""
    applications = pytest.importorskip("starlette.applications")
    from starlette.routing import Mount

    check(asgi_post(applications.Starlette(routes=[Mount("/hooks", app=made().asgi())])))


def test_fastapi_mount() -> None:
    """Mounted in FastAPI, the signature is over the whole path."""
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()
    app.mount("/hooks", made().asgi())
    check(asgi_post(app))


def test_flask_mount() -> None:
    """Mounted beside a Flask application by its dispatcher."""
    flask = pytest.importorskip("flask")
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    app = flask.Flask("support")
    check(wsgi_post(DispatcherMiddleware(app.wsgi_app, {"/hooks": made().wsgi()})))


def test_flask_view() -> None:
    """Returned from a Flask view."""
    flask = pytest.importorskip("flask")
    app = flask.Flask("support")
    callbacks = made()

    @app.post("/hooks/<path:_>")
    def hooks(_: str) -> Any:
        return callbacks.wsgi()

    check(wsgi_post(app.wsgi_app))


def test_django_view() -> None:
    """Called from a Django view."""
    check(wsgi_post(django_application(made())))


SERVICES = ["rest", "http", "http-1.0", "url", "alb", "alb-multi"]
#: Where no query is decoded, none is spelled in another way afterwards.
UNDECODED = ["http", "url", "alb-multi"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "target",
    [
        "/hooks",
        "/hooks/caf%C3%A9/x",
        "/hooks/a%20b%3Fc",
        "/hooks/it's/a+b/(c)",
        "/hooks?a=b%20c&d=e",
        "/hooks?a%5B%5D=",
    ],
)
def test_lambda(service: str, target: str) -> None:
    """Behind whatever service of AWS, the URL that is checked is the one that was called."""
    check_lambda(service, f"http://support.example{target}")


@pytest.mark.parametrize("service", UNDECODED)
def test_lambda_with_a_query_of_its_own_spelling(service: str) -> None:
    """Where the query comes as it was sent, its spelling and its order stay."""
    check_lambda(service, "http://support.example/hooks?a=b+c&a=d/e&b=%2f")


def test_lambda_on_a_stage() -> None:
    """A REST API's stage is part of the URL that was called, and not of the event's own path."""
    _, headers, body = form(ASSIGNMENT, url="http://support.example/prod/hooks")
    event = lambda_event("rest", "/hooks", {**headers, "Host": "support.example"}, body)
    event["requestContext"]["path"] = "/prod/hooks"
    assert aws_lambda(made())(event, None)["statusCode"] == 200


def check_lambda(service: str, url: str) -> None:
    handler = aws_lambda(made())

    def post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        parts = urlsplit(url)
        target = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        event = lambda_event(service, target, {**headers, "Host": parts.netloc}, body, "203.0.113.1")
        answer = handler(event, None)
        assert ("multiValueHeaders" in answer) == (service == "alb-multi")
        return answer["statusCode"], answer["body"]

    assert post(*form(ASSIGNMENT, url=url)) == (200, '{"instruction":"accept"}')
    assert post(*form(EVENT, url=url)) == (204, "")
    assert post(*form(ASSIGNMENT, url=url, token="forged"))[0] == 403
