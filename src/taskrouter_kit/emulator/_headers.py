"""The headers that every answer of the service carries, as recorded."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.emulator._messages import Reply

#: Sent with every answer.
# Observed: sdk.md section 4; recorded answers of the service
_RECORDED: Final = (
    ("Access-Control-Expose-Headers", "ETag"),
    ("X-API-Domain", "taskrouter.twilio.com"),
    ("X-Home-Region", "us1"),
    ("X-Powered-By", "AT-5000"),
    ("X-Shenanigans", "none"),
)

#: Sent with every answer to a REST operation, so that a page of another origin can read them.
# Documented: resources.md section 1; CORS headers
_CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"),
    ("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, If-Match, User-Agent"),
    ("Access-Control-Allow-Credentials", "true"),
)

#: Values that the emulator announces when no rule limits the rate.
# Inferred: resources.md section 1; the names are documented, the values are not
_UNLIMITED: Final = (
    ("X-Rate-Limit-Limit", "1000"),
    ("X-Rate-Limit-Remaining", "1000"),
    ("X-Rate-Limit-Config", "TaskRouter"),
)

#: What every answer carries.
COMMON: Final = (*_RECORDED, *_CORS, *_UNLIMITED)


def dressed(reply: Reply, request_number: int) -> tuple[tuple[str, str], ...]:
    """Return all headers of *reply*: its own, then those that every answer carries."""
    return (*own_headers(reply, request_number), *COMMON)


def own_headers(reply: Reply, request_number: int) -> tuple[tuple[str, str], ...]:
    """Return the headers that are of this reply alone, with the number of the request."""
    # Observed: sdk.md section 4; Twilio-Concurrent-Requests is missing on DELETE (204)
    own = (
        ("Content-Type", reply.content_type),
        ("Twilio-Request-Id", f"RQ{request_number:032x}"),
        ("Twilio-Request-Duration", "0.001"),
    )
    concurrent = () if reply.status == 204 else (("Twilio-Concurrent-Requests", "1"),)
    return (*reply.headers, *own, *concurrent)


def etag(version: int) -> tuple[tuple[str, str], ...]:
    """Return the header that names *version*: a quoted whole number."""
    # Observed: resources.md section 1.2
    return (("ETag", f'"{version}"'),)
