"""Recording and replaying a client's conversation: what ``docs/client.md`` recommends, and the tests use.

Cassettes never hold credentials: ``Authorization`` is left out and account SIDs are masked. Form bodies are compared
as pairs, because vcrpy keeps them as bytes for ``requests`` and as a dict for ``aiohttp``.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import vcr

_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")


def form_pairs(body: Any) -> list[tuple[str, str]]:
    """Return a form body as sorted pairs, whichever way it is kept."""
    if not body:
        return []
    if isinstance(body, dict):
        values = ((key, value if isinstance(value, list) else [value]) for key, value in body.items())
        return sorted((key, str(item)) for key, items in values for item in items)
    text = body.decode() if isinstance(body, bytes) else body
    return sorted(parse_qsl(text, keep_blank_values=True))


def same_form(one: Any, other: Any) -> None:
    """A matcher of vcrpy: the same form fields."""
    assert form_pairs(one.body) == form_pairs(other.body)


def masked(response: dict[str, Any]) -> dict[str, Any]:
    """Return *response* with account SIDs masked."""
    body = response["body"]["string"]
    text = body.decode() if isinstance(body, bytes) else body
    text = _ACCOUNT.sub("AC" + "0" * 32, text)
    response["body"]["string"] = text.encode() if isinstance(body, bytes) else text
    return response


def recorder(mode: str) -> Any:
    """Return a recorder: *mode* ``"none"`` only replays, ``"once"`` records what is not there yet."""
    made = vcr.VCR(
        record_mode=mode,
        filter_headers=["authorization", "user-agent", "x-twilio-client"],
        before_record_response=masked,
        decode_compressed_response=True,
    )
    made.register_matcher("same form", same_form)
    made.match_on = ["method", "path", "query", "same form"]
    return made
