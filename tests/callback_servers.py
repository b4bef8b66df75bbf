"""Applications that users write around ``Callbacks``, each behind a real HTTP server on the loopback interface."""

from __future__ import annotations

import base64
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from taskrouter_kit.callbacks import Callbacks, aws_lambda

#: Starts an application around its argument; yields the URL below which it answers callbacks.
Serving = Callable[[Callbacks], AbstractContextManager[str]]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        return None


@contextmanager
def wsgi(app: Any) -> Iterator[str]:
    """Serve a WSGI application."""
    with _Server(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(app)
        with _running(server):
            yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)


@contextmanager
def asgi(app: Any) -> Iterator[str]:
    """Serve an ASGI application."""
    uvicorn = pytest.importorskip("uvicorn")
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", ws="none"))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until, "uvicorn did not start"
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


# -- the applications -----------------------------------------------------------------------------------------------


@contextmanager
def plain_asgi(callbacks: Callbacks) -> Iterator[str]:
    """The ASGI application by itself."""
    with asgi(callbacks.asgi()) as base:
        yield f"{base}/taskrouter"


@contextmanager
def plain_wsgi(callbacks: Callbacks) -> Iterator[str]:
    """The WSGI application by itself."""
    with wsgi(callbacks.wsgi()) as base:
        yield f"{base}/taskrouter"


@contextmanager
def starlette(callbacks: Callbacks) -> Iterator[str]:
    """Mounted in Starlette."""
    pytest.importorskip("starlette")
    from starlette.applications import Starlette
    from starlette.routing import Mount

    with asgi(Starlette(routes=[Mount("/taskrouter", app=callbacks.asgi())])) as base:
        yield f"{base}/taskrouter"


@contextmanager
def fastapi(callbacks: Callbacks) -> Iterator[str]:
    """Mounted in FastAPI."""
    module = pytest.importorskip("fastapi")
    app = module.FastAPI()
    app.mount("/taskrouter", callbacks.asgi())
    with asgi(app) as base:
        yield f"{base}/taskrouter"


@contextmanager
def flask(callbacks: Callbacks) -> Iterator[str]:
    """Beside a Flask application."""
    module = pytest.importorskip("flask")
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    app = module.Flask("support")
    with wsgi(DispatcherMiddleware(app.wsgi_app, {"/taskrouter": callbacks.wsgi()})) as base:
        yield f"{base}/taskrouter"


@contextmanager
def flask_view(callbacks: Callbacks) -> Iterator[str]:
    """Called from a Flask view."""
    module = pytest.importorskip("flask")
    app = module.Flask("support")

    @app.post("/taskrouter/<path:_>")
    def taskrouter(_: str) -> Any:
        return callbacks.wsgi()

    with wsgi(app) as base:
        yield f"{base}/taskrouter"


#: What the Django view answers with; a process has one Django.
_in_django: list[Callbacks] = []
urlpatterns: list[Any] = []


def django_application(callbacks: Callbacks) -> Any:
    """Return Django's WSGI application with the view of the docs, answering with *callbacks*."""
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        # conftest imports no tests, so this module is its own urlconf under whatever name it was imported
        settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=sys.modules[__name__], SECRET_KEY="x", USE_I18N=False)
        django.setup()
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    @csrf_exempt
    def taskrouter(request: HttpRequest, _: str) -> HttpResponse:
        reply = _in_django[-1].handle(
            request.build_absolute_uri(), request.headers, request.body, client=request.META["REMOTE_ADDR"]
        )
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    if not urlpatterns:
        urlpatterns.append(path("<path:_>", taskrouter))
    _in_django[:] = [callbacks]
    return get_wsgi_application()


@contextmanager
def django(callbacks: Callbacks) -> Iterator[str]:
    """Called from a Django view."""
    with wsgi(django_application(callbacks)) as base:
        yield f"{base}/taskrouter"


def lambda_event(
    service: str, target: str, headers: dict[str, str], body: bytes, client: str = "127.0.0.1"
) -> dict[str, Any]:
    """Return what *service* makes of a POST to *target* (path and query), for a Lambda function.

    ``rest`` and ``http`` (``http-1.0``: format 1.0) are API Gateway's, ``url`` is a function's own URL, ``alb`` a load
    balancer (``alb-multi``: one that hands over lists).
    """
    parts = urlsplit(target)
    path = unquote(parts.path) if service.startswith("http") else parts.path
    event: dict[str, Any] = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    headers = {**headers, "X-Forwarded-Proto": "http"}
    if service in {"http", "url"}:
        http = {"method": "POST", "path": path, "sourceIp": client}
        return event | {
            "version": "2.0",
            "headers": headers,
            "rawPath": path,
            "rawQueryString": parts.query,
            "requestContext": {"domainName": headers.get("Host"), "http": http},
        }
    event |= {"httpMethod": "POST", "path": path}
    if service.startswith("alb"):
        event["requestContext"] = {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/x"}}
        query = [tuple(each.partition("=")[::2]) for each in parts.query.split("&")] if parts.query else []
        if service == "alb":
            return event | {"headers": headers, "queryStringParameters": dict(query)}
        several: dict[str, list[str]] = {}
        for name, value in query:
            several.setdefault(name, []).append(value)
        lists = {name: [value] for name, value in headers.items()}
        return event | {"multiValueHeaders": lists, "multiValueQueryStringParameters": several}
    return event | {
        "version": "1.0",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {"path": path, "identity": {"sourceIp": client}},
        "multiValueQueryStringParameters": parse_qs(parts.query, keep_blank_values=True) or None,
    }


@contextmanager
def _gateway(callbacks: Callbacks, service: str) -> Iterator[str]:
    function = aws_lambda(callbacks)

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event = lambda_event(service, self.path, dict(self.headers.items()), body, self.client_address[0])
            answer = function(event, None)
            content = answer["body"].encode()
            self.send_response(answer["statusCode"])
            lists = {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}
            for name, value in answer.get("headers", lists).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server, _running(server):
        yield f"http://127.0.0.1:{server.server_port}/taskrouter"


def rest_api(callbacks: Callbacks) -> AbstractContextManager[str]:
    """AWS Lambda behind API Gateway's REST API."""
    return _gateway(callbacks, "rest")


def http_api(callbacks: Callbacks) -> AbstractContextManager[str]:
    """AWS Lambda behind API Gateway's HTTP API."""
    return _gateway(callbacks, "http")


def load_balancer(callbacks: Callbacks) -> AbstractContextManager[str]:
    """AWS Lambda behind an Application Load Balancer that hands over lists."""
    return _gateway(callbacks, "alb-multi")


ADAPTERS: list[Serving] = [
    plain_asgi, plain_wsgi, starlette, fastapi, flask, flask_view, django, rest_api, http_api,
    load_balancer,
]  # fmt: skip
