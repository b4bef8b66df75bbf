"""Answers that are no success -> our errors, by what a caller can do about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._hints import HINTS
from taskrouter_kit.errors import (
    Conflict,
    NotFound,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
    StaleVersion,
    Unauthorized,
    UnexpectedAnswer,
    ValidationRefused,
)

_BY_STATUS: dict[int, type[ServiceError]] = {
    400: ValidationRefused,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    405: ValidationRefused,
    409: Conflict,
    410: Conflict,
    412: StaleVersion,
    422: ValidationRefused,
    429: RateLimited,
}


def failure(exchange: Exchange[Any], reply: Reply) -> ServiceError:
    """Return the error that *reply* means. Everything Twilio said is in it; nothing of the request's values is."""
    document = _json_object(reply.body)
    request = f"{exchange.method} {exchange.path.partition('?')[0]}"
    if document is None or not isinstance(document.get("message"), str):
        kind: type[ServiceError] = ServiceUnavailable if reply.status >= 500 else UnexpectedAnswer
        kind = _BY_STATUS.get(reply.status, kind)
        message, code = f"The answer is no TaskRouter answer (status {reply.status}).", None
    else:
        kind = _BY_STATUS.get(reply.status, ServiceUnavailable if reply.status >= 500 else ServiceError)
        found = document.get("code")
        code = found if isinstance(found, int) else None
        message = f"{document['message']} ({code or reply.status})"
    hint = HINTS.get(code) if code is not None else None
    diagnostic = Diagnostic(rule_of(kind), message, where=Where(path=request), hint=hint)
    return kind(
        diagnostic,
        status=reply.status,
        code=code,
        request=request,
        request_id=reply.header("Twilio-Request-Id"),
        headers=reply.headers,
    )


def rule_of(kind: type[ServiceError]) -> str:
    """Return the rule id of an error class: ``StaleVersion`` -> ``stale-version``."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip("-")


def unexpected(exchange: Exchange[Any], reply: Reply, what: str) -> UnexpectedAnswer:
    """Return the error for a success that is not what it should be."""
    request = f"{exchange.method} {exchange.path.partition('?')[0]}"
    diagnostic = Diagnostic("unexpected-answer", what, where=Where(path=request))
    return UnexpectedAnswer(diagnostic, status=reply.status, request=request, headers=reply.headers)


def _json_object(text: str) -> Mapping[str, Json] | None:
    try:
        value = decode_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
