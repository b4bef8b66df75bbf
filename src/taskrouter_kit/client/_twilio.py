"""The only file that sends through the Twilio SDK: its authentication, region and edge, HTTP client and user agent.

Loaded on first use. What the SDK raises becomes ours here; what it makes of answers is not used at all.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._exchange import Exchange, Reply, url_of
from taskrouter_kit.errors import MissingCredentials, NotSent, ServiceUnavailable

#: Seconds that one request may take. The SDK itself has no limit.
# Observed: sdk.md section 1 (timeout None waits for ever)
DEFAULT_TIMEOUT = 30.0

#: Bytes that are read of an answer at once, at most.
_CHUNK = 1 << 20


def client_from_env(environment: Mapping[str, str] | None = None) -> Any:  # Any: the SDK is untyped
    """Return a ``twilio.rest.Client`` for the credentials in the environment.

    ``TWILIO_ACCOUNT_SID`` with ``TWILIO_AUTH_TOKEN``, or with ``TWILIO_API_KEY`` and ``TWILIO_API_SECRET``;
    ``TWILIO_REGION`` and ``TWILIO_EDGE`` where they are set.
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

    user, password = (key, secret) if key and secret else (account, token)
    # the region and edge of these values, not those of the process
    return Client(user, password, account_sid=account, environment=dict(values))


class SdkSender:
    """Sends exchanges through a ``twilio.rest.Client``. Safe across threads; in a forked process it connects anew."""

    def __init__(self, client: Any, *, timeout: float | None = DEFAULT_TIMEOUT) -> None:  # Any: the SDK is untyped
        self._given = client
        self._client = _reading_at_once(client)
        self._timeout = timeout
        self._process = os.getpid()

    @property
    def base(self) -> str:
        """Where the SDK sends TaskRouter's requests."""
        return str(self._given.taskrouter.base_url).rstrip("/")

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
        return Reply(int(answer.status_code), str(answer.text or ""), kept_headers(answer.headers))

    def _part_from_parent(self) -> None:
        """Leave the connections to the process that was forked: two that read from one get each other's answers."""
        self.close()
        self._process = os.getpid()

    def with_timeout(self, seconds: float | None) -> SdkSender:
        """Return the same sender, over the same connections, with another limit for one request (None: none)."""
        other = copy.copy(self)
        other._timeout = seconds
        return other

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        session = getattr(self._client.http_client, "session", None)
        if session is not None:
            session.close()


def _reading_at_once(client: Any) -> Any:  # Any: the SDK is untyped
    """Return a copy of *client*, with the same session, that reads answers as :func:`_read_at_once` does.

    Another HTTP client than the SDK's own is taken as it is.
    """
    http_client = client.http_client
    hooks = getattr(http_client, "request_hooks", None)
    if not isinstance(hooks, dict):
        return client
    theirs: Any = cast("dict[str, Any]", hooks).get("response") or []
    also = [theirs] if callable(theirs) else list(theirs)
    ours = copy.copy(client)
    ours.http_client = copy.copy(http_client)
    ours.http_client.request_hooks = {**hooks, "response": [_read_at_once, *also]}
    return ours


def _read_at_once(response: Any, *_: object, **__: object) -> None:  # Any: requests has no types here
    """Read the whole of an answer, as UTF-8 unless it says otherwise.

    Left alone, requests reads 10 kB at a time, gives way to other threads at each, and takes a text of an unnamed
    encoding for Latin-1.
    """
    if response._content is False:  # else somebody did so before us
        response._content = b"".join(response.iter_content(_CHUNK))
    if "charset" not in response.headers.get("Content-Type", ""):
        response.encoding = "utf-8"


def kept_headers(headers: Mapping[str, object] | None) -> dict[str, str]:
    """Return the headers of an answer; without its session, which is nobody's metadata."""
    return {str(name): str(value) for name, value in (headers or {}).items() if str(name).lower() != "set-cookie"}


def _unconnected(error: BaseException) -> bool:
    """Return whether *error* says that no connection was made: no such host, no answer, or not the host's certificate.

    Other errors of TLS do not say so: a record can also be damaged when the request was carried out.
    """
    from ssl import SSLCertVerificationError

    from urllib3.exceptions import NewConnectionError

    seen: list[object] = [error]
    for each in seen:  # it is inside of others: requests' own, "retries exceeded", a proxy's
        if isinstance(each, NewConnectionError | SSLCertVerificationError):
            return True
        if isinstance(each, BaseException):
            seen += [*each.args, getattr(each, "reason", None), getattr(each, "original_error", None)]
    return False


def _no_answer(exchange: Exchange[Any], error: Exception) -> ServiceUnavailable:
    """Return our error for a connection that broke; the SDK's text may hold the URL's query, so it is not repeated."""
    import requests

    request = f"{exchange.method} {exchange.path.partition('?')[0]}"
    unsent = isinstance(error, requests.exceptions.ConnectTimeout) or _unconnected(error)
    what = "timed out" if isinstance(error, requests.exceptions.Timeout) else "lost its connection"
    message = f"The request {what}: {type(error).__name__}."
    diagnostic = Diagnostic("service-unavailable", message, where=Where(path=request))
    return (NotSent if unsent else ServiceUnavailable)(diagnostic, request=request)
