"""The AWS Lambda face of :class:`Callbacks`: API Gateway's proxy events, REST (format 1.0) and HTTP APIs (2.0)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from taskrouter_kit.callbacks._reply import Reply, only_posts, refused

if TYPE_CHECKING:
    from taskrouter_kit.callbacks._callbacks import Callbacks


def aws_lambda(callbacks: Callbacks) -> Callable[[Mapping[str, Any], object], dict[str, Any]]:
    """Return a Lambda handler for API Gateway's proxy integration.

    A REST API (format 1.0) hands the query over decoded; it is encoded again, so that signatures over unusual
    spellings of a query do not match there: use an HTTP API, or callback URLs without a query.
    """

    # Any: API Gateway's events are untyped
    def handler(event: Mapping[str, Any], _: object) -> dict[str, Any]:
        reply = _reply(callbacks, event)
        return {"statusCode": reply.status, "headers": dict(reply.headers), "body": reply.body.decode()}

    return handler


def _reply(callbacks: Callbacks, event: Mapping[str, Any]) -> Reply:
    context = _part(event, "requestContext")
    http = _part(context, "http")
    if (http.get("method") or event.get("httpMethod")) != "POST":
        return only_posts()
    headers = {str(name).lower(): str(value) for name, value in _part(event, "headers").items()}
    text = str(event.get("body") or "")
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:
        return refused(400, "The body is no base64, or no text.")
    client = http.get("sourceIp") or _part(context, "identity").get("sourceIp")
    return callbacks.handle(_url(event, context, headers), headers, body, client=client)


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside *event*; API Gateway writes null for an empty one."""
    part: Mapping[str, Any] | None = event.get(name)
    return {} if part is None else part


def _url(event: Mapping[str, Any], context: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    host = headers.get("host") or context.get("domainName") or "localhost"
    scheme = headers.get("x-forwarded-proto", "https")
    if "rawPath" in event:
        path, query = str(event["rawPath"]), str(event.get("rawQueryString") or "")
    else:
        path = quote(str(context.get("path") or event.get("path") or "/"), safe="/:@!$&'()*+,;=~")
        query = urlencode(_part(event, "multiValueQueryStringParameters"), doseq=True, quote_via=quote)
    return f"{scheme}://{host}{path}{'?' + query if query else ''}"
