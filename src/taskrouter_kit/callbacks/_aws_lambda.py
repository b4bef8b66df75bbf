"""The AWS Lambda face of :class:`Callbacks`: events of API Gateway, function URLs and load balancers.

Each hands the request over in its own way: names, and whether path and query still are as they were sent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from taskrouter_kit.callbacks._reply import Reply, only_posts, refused

if TYPE_CHECKING:
    from taskrouter_kit.callbacks._callbacks import Callbacks


def aws_lambda(callbacks: Callbacks) -> Callable[[Mapping[str, Any], object], dict[str, Any]]:
    """Return a Lambda handler: behind API Gateway (REST and HTTP APIs), a function URL, or a load balancer.

    A REST API hands the query over decoded, and REST APIs and load balancers do not tell ``?a`` from ``?a=``: where
    it was spelled unusually, signatures do not match there. An HTTP API does not have that.
    """

    # Any: AWS's events are untyped
    def handler(event: Mapping[str, Any], _: object) -> dict[str, Any]:
        reply = _reply(callbacks, event)
        answer: dict[str, Any] = {"statusCode": reply.status, "body": reply.body.decode(), "isBase64Encoded": False}
        if "headers" not in event and "multiValueHeaders" in event:  # a load balancer that was told to do so
            return {**answer, "multiValueHeaders": {name: [value] for name, value in reply.headers.items()}}
        return {**answer, "headers": dict(reply.headers)}

    return handler


def _reply(callbacks: Callbacks, event: Mapping[str, Any]) -> Reply:
    context = _part(event, "requestContext")
    http = _part(context, "http")
    if (http.get("method") or event.get("httpMethod")) != "POST":
        return only_posts()
    text = str(event.get("body") or "")
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:
        return refused(400, "The body is no base64, or no text.")
    headers = _headers(event)
    client = http.get("sourceIp") or _part(context, "identity").get("sourceIp")
    return callbacks.handle(_url(event, context, headers), headers, body, client=client)


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside *event*; AWS writes null for an empty one."""
    part: Mapping[str, Any] | None = event.get(name)
    return {} if part is None else part


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    every = {name: values[-1] for name, values in _part(event, "multiValueHeaders").items() if values}
    return {str(name).lower(): str(value) for name, value in (_part(event, "headers") or every).items()}


def _url(event: Mapping[str, Any], context: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Return the URL that was called: with the path as sent, and the query as far as AWS tells."""
    # REST APIs, function URLs and load balancers leave the path as it was sent, HTTP APIs decode it
    if "rawPath" in event:
        path, query = event["rawPath"], str(event.get("rawQueryString") or "")
    else:
        # A REST API says only there on which stage it was called
        path = context.get("path") or event.get("path")
        # API Gateway decodes the query, load balancers do not
        query = _joined(event, as_sent="elb" in context)
    host = headers.get("host") or context.get("domainName") or "localhost"
    scheme = headers.get("x-forwarded-proto", "https")
    return f"{scheme}://{host}{_as_sent(str(path or '/'))}{'?' + query if query else ''}"


def _joined(event: Mapping[str, Any], *, as_sent: bool) -> str:
    every = _part(event, "multiValueQueryStringParameters") or _part(event, "queryStringParameters")
    pairs: list[tuple[str, str]] = []
    for name, value in every.items():
        pairs += [(name, str(each)) for each in (cast("list[object]", value) if isinstance(value, list) else [value])]
    return "&".join(f"{name}={value}" if as_sent else f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


_DECODED = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9%/:@!$&'()*+,;=~._-]")


def _as_sent(path: str) -> str:
    """Return *path* with what can only be there because it was decoded encoded again; ``/caf%C3%A9`` stays."""
    return _DECODED.sub(lambda found: _quoted(found[0]), path)
