"""The headers that every answer of the service carries, as recorded."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from taskrouter_kit.emulator._messages import JSON, Reply

#: Sent with every answer.
# Observed: sdk.md section 4; recorded answers of the service
_RECORDED: Final = (
    ("Access-Control-Expose-Headers", "ETag"),
    ("X-API-Domain", "taskrouter.twilio.com"),
    ("X-Home-Region", "us1"),
    ("X-Powered-By", "AT-5000"),
    ("X-Shenanigans", "none"),
)

_CONDITIONS: Final = (
    "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since"
)
#: Sent with every answer to a REST operation, so that a page of another origin can read them.
# Documented: resources.md section 1; CORS headers
# Observed: sdk.md section 4; these values in that recording
_CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"),
    ("Access-Control-Allow-Headers", _CONDITIONS),
    ("Access-Control-Allow-Credentials", "true"),
)

#: Values that the emulator announces when no rule limits the rate.
# Inferred: resources.md section 1; the names are documented, the values are not
_UNLIMITED: Final = (
    ("X-Rate-Limit-Limit", "1000"),
    ("X-Rate-Limit-Remaining", "1000"),
    ("X-Rate-Limit-Config", "TaskRouter"),
)

_DURATION: Final = ("Twilio-Request-Duration", "0.001")
_CONCURRENT: Final = ("Twilio-Concurrent-Requests", "1")

#: What every answer carries.
COMMON: Final = (*_RECORDED, *_CORS, *_UNLIMITED)


def dressed(reply: Reply, request_number: int) -> tuple[tuple[str, str], ...]:
    """Return all headers of *reply*: its own, then those that every answer carries."""
    return (*_own(reply, request_number), *COMMON)


def _own(reply: Reply, request_number: int) -> tuple[tuple[str, str], ...]:
    """Return the headers that are of this reply alone, with the number of the request."""
    # Observed: sdk.md section 4; Twilio-Concurrent-Requests is missing on DELETE (204)
    own = (
        ("Content-Type", reply.content_type),
        ("Twilio-Request-Id", f"RQ{request_number:032x}"),
        _DURATION,
    )
    return (*reply.headers, *own) if reply.status == 204 else (*reply.headers, *own, _CONCURRENT)


def encoded(reply: Reply, request_number: int) -> list[tuple[bytes, bytes]]:
    """Return :func:`dressed`, and the length of the body, as a server wants them: bytes, names in lower case."""
    content_type = reply.content_type
    return [
        *_lower(reply.headers),
        _JSON if content_type is JSON else (b"content-type", content_type.encode("latin-1")),
        (b"twilio-request-id", b"RQ%032x" % request_number),
        (b"content-length", b"%d" % len(reply.body)),
        *(_ENCODED_204 if reply.status == 204 else _ENCODED),
    ]


@lru_cache(maxsize=1024)
def _lower(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers)


_JSON: Final = (b"content-type", JSON.encode())
_ENCODED_204: Final = _lower((_DURATION, *COMMON))
_ENCODED: Final = _lower((_DURATION, _CONCURRENT, *COMMON))


@lru_cache(maxsize=1024)
def etag(version: int) -> tuple[tuple[str, str], ...]:
    """Return the header that names *version*: a quoted whole number."""
    # Observed: resources.md section 1.2
    return (("ETag", f'"{version}"'),)
