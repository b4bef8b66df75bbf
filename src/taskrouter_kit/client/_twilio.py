"""The only file that sends through the Twilio SDK: its authentication, region and edge, HTTP client and user agent.

Loaded on first use. What the SDK raises becomes ours here; what it makes of answers is not used at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._exchange import Exchange, Reply, url_of
from taskrouter_kit.errors import MissingCredentials, NotSent, ServiceUnavailable

#: Seconds that one request may take. The SDK itself has no limit.
# Observed: sdk.md section 1 (timeout None waits for ever)
DEFAULT_TIMEOUT = 30.0


def client_from_env(environment: Mapping[str, str] | None = None) -> Any:  # Any: the SDK is untyped
    """Return a ``twilio.rest.Client`` for the credentials in the environment.

    ``TWILIO_ACCOUNT_SID`` with ``TWILIO_AUTH_TOKEN``, or with ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET``.
    Raises :class:`MissingCredentials` that names what is not set.
    """
    values = os.environ if environment is None else environment
    account, token = values.get("TWILIO_ACCOUNT_SID"), values.get("TWILIO_AUTH_TOKEN")
    key, secret = values.get("TWILIO_API_KEY"), values.get("TWILIO_API_SECRET")
    if not account or not (token or (key and secret)):
        missing = [name for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN") if not values.get(name)]
        raise MissingCredentials(
            Diagnostic(
                "missing-credentials",
                f"The environment does not set {' and '.join(missing)}.",
                where=Where(path="environment"),
                hint="set them (or TWILIO_API_KEY and TWILIO_API_SECRET for the token), or go without an account: "
                "TaskRouter.local(), or --local on the command line",
            )
        )
    from twilio.rest import Client

    return Client(key, secret, account_sid=account) if key and secret else Client(account, token)


class SdkSender:
    """Sends exchanges through a ``twilio.rest.Client``. Safe across threads; in a forked process it connects anew."""

    def __init__(self, client: Any, *, timeout: float | None = DEFAULT_TIMEOUT) -> None:  # Any: the SDK is untyped
        self._client = client
        self._timeout = timeout
        self._process = os.getpid()

    @property
    def base(self) -> str:
        """Where the SDK sends TaskRouter's requests."""
        return str(self._client.taskrouter.base_url).rstrip("/")

    def __call__(self, exchange: Exchange[Any]) -> Reply:
        """Perform *exchange*. Raises :class:`ServiceUnavailable` when no answer came."""
        import requests

        if self._process != os.getpid():
            self._part_from_parent()
        url = url_of(self.base, exchange)
        headers = dict(exchange.headers)
        data: object = None
        if exchange.json is not None:
            headers["Content-Type"] = "application/json"
            data = exchange.json
        elif exchange.form is not None:
            data = {name: list(value) if not isinstance(value, str) else value for name, value in exchange.form.items()}
        try:
            answer = self._client.request(
                exchange.method,
                url,
                params=dict(exchange.query) or None,
                data=data,
                headers=headers or None,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise _no_answer(exchange, error) from None
        headers_back = {str(key): str(value) for key, value in dict(answer.headers or {}).items()}
        for name in ("Set-Cookie", "set-cookie"):  # a session is nobody's metadata
            headers_back.pop(name, None)
        return Reply(int(answer.status_code), str(answer.text or ""), headers_back)

    def _part_from_parent(self) -> None:
        """Leave the connections to the process that was forked: two that read from one get each other's answers."""
        session = getattr(self._client.http_client, "session", None)
        if session is not None:
            session.close()
        self._process = os.getpid()

    def with_timeout(self, seconds: float | None) -> SdkSender:
        """Return the same sender with another limit for one request (None: none)."""
        return SdkSender(self._client, timeout=seconds)


def _no_answer(exchange: Exchange[Any], error: Exception) -> ServiceUnavailable:
    """Return our error for a connection that broke; the SDK's text may hold the URL's query, so it is not repeated."""
    import requests

    request = f"{exchange.method} {exchange.path.partition('?')[0]}"
    unsent = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error)
    what = "timed out" if isinstance(error, requests.exceptions.Timeout) else "lost its connection"
    message = f"The request {what}: {type(error).__name__}."
    diagnostic = Diagnostic("service-unavailable", message, where=Where(path=request))
    return (NotSent if unsent else ServiceUnavailable)(diagnostic, request=request)
