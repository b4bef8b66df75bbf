"""Sending with aiohttp, behind the SDK's ``AsyncHttpClient`` interface; loaded on first use.

The SDK's own asynchronous client must be built inside a loop, ignores timeouts and proxies, and repeats creates. This
one is built anywhere, opens one session at the first request, honours both, and repeats nothing: what is repeated is
decided by our own policy. Close it (``async with``); a session is good for the loop that first used it.
"""

# Observed: sdk.md section 1 (HTTP clients)

from __future__ import annotations

import asyncio
import copy
import json
import logging
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._exchange import Exchange, Reply, url_of
from taskrouter_kit.client._twilio import DEFAULT_TIMEOUT, kept_headers
from taskrouter_kit.errors import NotSent, ServiceUnavailable

_logger = logging.getLogger("taskrouter_kit.client")


@lru_cache(64)
def _limited(total: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total)


class AiohttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """An asynchronous HTTP client for ``twilio.rest.Client(http_client=…)``.

    ``timeout`` is seconds for one request (None: none); ``proxy`` a URL, else the environment's; ``limit`` the number
    of connections.
    """

    def __init__(self, *, timeout: float | None = DEFAULT_TIMEOUT, proxy: str | None = None, limit: int = 100) -> None:
        super().__init__(_logger, True, timeout)
        self._proxy = proxy
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[tuple[str, str | None], str | None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Any = None,  # Any: a form, or what JSON holds
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:  # Any: the SDK's Response, a class without types
        """Perform one request; raises aiohttp's errors."""
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = "Basic " + b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
        if params:
            uri += ("&" if "?" in uri else "?") + urlencode(params, doseq=True)
        body = data
        if data is not None:
            is_json = sent.get("Content-Type") == "application/json"
            body = json.dumps(data).encode() if is_json else urlencode(data, doseq=True).encode()
        total = self.timeout if timeout is None else timeout
        url = URL(uri, encoded=True)
        async with self._opened().request(
            method,
            url,
            data=body,
            headers=sent,
            proxy=self._proxy_for(url),
            timeout=_limited(total),
            allow_redirects=allow_redirects,
        ) as answer:
            return Response(answer.status, (await answer.read()).decode("utf-8", "replace"), answer.headers)

    def _opened(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._limit)
            jar = aiohttp.DummyCookieJar()
            # not trust_env: it asks a thread twice a request, and refuses all requests to a host that ~/.netrc names
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar)
            self._proxies.clear()
            # aiohttp repeats idempotent requests by itself; what is repeated is our policy's matter
            self._session._retry_connection = False
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("This client is open in another event loop; make one for each loop.")
        return self._session

    def _proxy_for(self, url: URL) -> str | None:
        """Return the proxy to *url*: the one given, else what the environment said when the session was opened."""
        if self._proxy is not None:
            return self._proxy
        origin = (url.scheme, url.host)
        if origin not in self._proxies:
            bypassed = url.host is None or proxy_bypass(url.host)
            self._proxies[origin] = None if bypassed else getproxies().get(url.scheme)
        return self._proxies[origin]

    async def close(self) -> None:
        """Close the session; the next request opens a new one."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> AiohttpClient:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()


class AsyncSdkSender:
    """Sends exchanges through a ``twilio.rest.Client``, asynchronously.

    A client made with an asynchronous ``http_client`` is used as it is; one with the SDK's blocking client gets an
    :class:`AiohttpClient` in a copy of its own, and keeps the blocking one.
    """

    def __init__(self, client: Any, *, timeout: float | None = DEFAULT_TIMEOUT) -> None:  # Any: the SDK is untyped
        self._base = str(client.taskrouter.base_url).rstrip("/")
        self._timeout = timeout
        self._owned: AiohttpClient | None = None
        if not getattr(client.http_client, "is_async", False):
            self._owned = AiohttpClient(timeout=None, proxy=_proxy_of(client.http_client))  # each request says its own
            client = copy.copy(client)
            client.http_client = self._owned
        self._client = client

    async def __call__(self, exchange: Exchange[Any]) -> Reply:
        """Perform *exchange*. Raises :class:`ServiceUnavailable` when no answer came."""
        headers = dict(exchange.headers)
        data: object = exchange.form
        if exchange.json is not None:
            headers["Content-Type"] = "application/json"
            data = exchange.json
        try:
            answer = await self._client.request_async(
                exchange.method,
                url_of(self._base, exchange),
                params=dict(exchange.query) or None,
                data=data,
                headers=headers or None,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise _no_answer(exchange, error) from None
        return Reply(int(answer.status_code), str(answer.text or ""), kept_headers(answer.headers))

    def with_timeout(self, seconds: float | None) -> AsyncSdkSender:
        """Return the same sender, over the same connections, with another limit for one request (None: none)."""
        other = copy.copy(self)
        other._timeout = seconds
        return other

    async def aclose(self) -> None:
        """Close the session that was opened here; a client that was given stays open."""
        if self._owned is not None:
            await self._owned.close()


def _proxy_of(http_client: Any) -> str | None:  # Any: the SDK is untyped
    proxies = cast("Mapping[str, object]", getattr(http_client, "proxy", None) or {})
    found = proxies.get("https") or proxies.get("http")
    return None if found is None else str(found)


def _no_answer(exchange: Exchange[Any], error: Exception) -> ServiceUnavailable:
    """Return our error for a connection that broke; aiohttp's text may hold the URL's query, so it is not repeated."""
    request = f"{exchange.method} {exchange.path.partition('?')[0]}"
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    what = "timed out" if isinstance(error, asyncio.TimeoutError) else "lost its connection"
    message = f"The request {what}: {type(error).__name__}."
    diagnostic = Diagnostic("service-unavailable", message, where=Where(path=request))
    return (NotSent if unsent else ServiceUnavailable)(diagnostic, request=request)
