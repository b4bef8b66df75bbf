"""Changing attributes that others change too: read, change, write only if nobody else did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import decode_object, encode_attributes
from taskrouter_kit.client._endpoints import Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import fetch_one, update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import OutcomeUnknown, StaleVersion, UnexpectedAnswer

#: How often a read-change-write is tried before the other writers win.
# Observed: limits-errors-gotchas.md section 4 (gotcha 20: versions move by background changes)
PATCH_ATTEMPTS = 10


def patch_attributes(
    scope: Scope, endpoint: Endpoint[Any], address: Address, schema: Any, change: Callable[[Any], Any]
) -> Flow[Any]:
    """Read attributes, change them, write them back only if nobody else did; again when somebody did.

    A write whose answer was lost is looked at before it is repeated: *change* is never applied twice. Raises
    :class:`StaleVersion` with ``mine`` and ``theirs`` when others were faster :data:`PATCH_ATTEMPTS` times.
    """
    reading = endpoint.reading(schema=schema)
    for attempt in range(PATCH_ATTEMPTS):
        now = yield from fetch_one(scope, reading, address)
        version = _version_of(now)
        document = decode_object(now.attributes_json, exact=True)
        mine = change(document if schema is None else schema.from_dict(document))
        form = fields(attributes=encode_attributes(mine))
        try:
            return (yield from update_one(scope, reading, now, form, if_match=version))
        except StaleVersion as stale:
            if attempt == PATCH_ATTEMPTS - 1:
                theirs = yield from fetch_one(scope, reading, now)
                stale.mine, stale.theirs = mine, theirs.attributes
                raise
        except OutcomeUnknown:
            after = yield from fetch_one(scope, reading, now)
            if decode_object(after.attributes_json) == decode_object(str(form["Attributes"])):
                return after
            if _version_of(after) != version or attempt == PATCH_ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _version_of(resource: Any) -> str:
    """Return what ``If-Match`` takes. Without it a change could overwrite another's: then nothing is written."""
    version: str | None = resource.meta.etag if resource.meta is not None else None
    if version is not None:
        return version
    where = Where(path=f"{type(resource).__name__} {resource.sid}")
    message = "The answer has no ETag, so nothing can be changed without risking what others wrote meanwhile."
    raise UnexpectedAnswer(Diagnostic("unexpected-answer", message, where=where))
