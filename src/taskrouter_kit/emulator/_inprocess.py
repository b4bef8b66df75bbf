"""The emulator behind the official SDK's own HTTP client interface: no socket, no server, no account.

:class:`InProcessHttpClient` serves ``twilio.rest.Client``, :class:`AsyncInProcessHttpClient` its ``…_async`` methods.
Both encode parameters as the SDK's own clients put them on the wire, so that a mistake which the wire would show
(a dict given as attributes, a boolean in an asynchronous query) shows here too.
"""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from twilio.http import AsyncHttpClient, HttpClient
from twilio.http.response import Response

from taskrouter_kit.emulator._backend import Backend
from taskrouter_kit.emulator._disturbances import CONNECTION_RESET
from taskrouter_kit.emulator._headers import dressed
from taskrouter_kit.emulator._messages import Reply, Request
from taskrouter_kit.emulator._parameters import parse_form

_logger = logging.getLogger("taskrouter_kit.emulator")


class InProcessHttpClient(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """Hand every request of the SDK to *backend*, in the caller's thread."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(_logger, False, None)
        self.backend = backend

    def request(  # pyright: ignore[reportIncompatibleMethodOverride]  # the SDK's own clients differ from its base alike
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: object = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:  # Any: the SDK's Response, a class without types
        """Answer one request; ``timeout`` and ``allow_redirects`` have nothing to act on and are ignored."""
        asked = _headers(headers, auth)
        if asked.get("content-type") in ("application/json", "application/scim+json"):
            body, form = json.dumps(data).encode(), list[tuple[str, str]]()
        else:
            body, form = _body_and_form(data)
        request = _request(method, url, _pairs(params), form, body, asked)
        if _waits_longer(self.backend, request, timeout or self.timeout):
            raise requests.exceptions.ReadTimeout(f"{url} did not answer in time (a fault rule)")
        reply = self.backend.handle(request)
        if reply.status == CONNECTION_RESET:
            raise requests.exceptions.ConnectionError(f"{url} dropped the connection (a fault rule)")
        return _response(self.backend, reply)


class AsyncInProcessHttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """The asynchronous twin: the same backend, answered without leaving the event loop."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(_logger, True, None)
        self.backend = backend

    async def request(  # pyright: ignore[reportIncompatibleMethodOverride]  # as above
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: object = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:  # Any: the SDK's Response, a class without types
        """Answer one request; ``timeout`` and ``allow_redirects`` have nothing to act on and are ignored."""
        _refuse_what_aiohttp_refuses(params)
        body, form = _body_and_form(data)
        request = _request(method, url, _pairs(params), form, body, _headers(headers, auth))
        if _waits_longer(self.backend, request, timeout or self.timeout):
            raise asyncio.TimeoutError(f"{url} did not answer in time (a fault rule)")
        reply = self.backend.handle(request)
        if reply.status == CONNECTION_RESET:
            from aiohttp import ServerDisconnectedError

            raise ServerDisconnectedError
        return _response(self.backend, reply)

    async def close(self) -> None:
        """Close nothing: there is no connection."""

    async def __aenter__(self) -> AsyncInProcessHttpClient:
        """Return the client itself."""
        return self

    async def __aexit__(self, *failure: object) -> None:
        """Close nothing: there is no connection."""


def _waits_longer(backend: Backend, request: Request, timeout: float | None) -> bool:
    """Let a slow answer take its (virtual) time; return whether the caller has given up by then."""
    delay = backend.delay_of(request)
    if delay <= 0:
        return False
    # Decided: in process nobody waits; a virtual clock moves by as much as the caller would have waited
    if backend.clock.virtual:
        backend.advance(delay if timeout is None else min(delay, timeout))
    return timeout is not None and delay > timeout


def _request(
    method: str,
    url: str,
    query: list[tuple[str, str]],
    form: list[tuple[str, str]],
    body: bytes,
    headers: dict[str, str],
) -> Request:
    parts = urlsplit(url)
    return Request(
        method=method.upper(),
        path=unquote(parts.path),
        query=[*parse_form(parts.query.encode()), *query],
        form=form,
        body=body,
        headers=headers,
        origin=f"{parts.scheme}://{parts.netloc}",
    )


def _headers(headers: Mapping[str, str] | None, auth: tuple[str, str] | None) -> dict[str, str]:
    asked = {name.lower(): value for name, value in (headers or {}).items()}
    if auth is not None:
        asked["authorization"] = "Basic " + b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
    return asked


def _body_and_form(data: object) -> tuple[bytes, list[tuple[str, str]]]:
    """Return *data* as a body (text, bytes) or as form pairs (a mapping, pairs)."""
    if isinstance(data, bytes):
        return data, []
    if isinstance(data, str):
        return data.encode(), []
    return b"", _pairs(cast("Mapping[str, object] | None", data))


def _pairs(parameters: Mapping[str, object] | None) -> list[tuple[str, str]]:
    """Return *parameters* as the wire carries them: iterables repeat the name, None is left out."""
    # Observed: sdk.md section 1; a dict as value sends its keys only
    found: list[tuple[str, str]] = []
    for name, value in (parameters or {}).items():
        found.extend((name, _text(one)) for one in _several(value) if one is not None)
    return found


def _several(value: object) -> Iterable[object]:
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return cast("Iterable[object]", value)
    return (value,)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value).encode("utf-8", "replace").decode()


def _refuse_what_aiohttp_refuses(params: Mapping[str, object] | None) -> None:
    # Observed: sdk.md section 1; a boolean or None in the query of the asynchronous client raises TypeError
    for name, value in (params or {}).items():
        if value is None or isinstance(value, bool):
            raise TypeError(f"Query parameter {name} must be str, int or float, got {value!r}: the SDK cannot send it")


def _response(backend: Backend, reply: Reply) -> Any:  # Any: the SDK's Response, a class without types
    headers = CaseInsensitiveDict(dressed(reply, backend.requests_seen))
    return Response(reply.status, reply.text, headers)
