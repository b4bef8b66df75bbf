"""Resources -> payloads: the inverse of reading, for whoever stores what came or compares it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, cast

import attrs

from taskrouter_kit._wire import Json
from taskrouter_kit.models._base import Resource
from taskrouter_kit.models._plan import plan_of
from taskrouter_kit.models._values import write_datetime


def encode(resource: Resource) -> dict[str, Json]:
    """Return *resource* as the service writes it: its fields as they are now, and what this version does not know.

    Keys that the payload did not have are left out.
    """
    names: dict[str, str] = {step.key: step.name for step in plan_of(type(resource)).values()}
    return {
        key: _written(getattr(resource, names[key]), like) if key in names else like
        for key, like in resource.raw.items()
    }


def _written(value: Any, like: Json) -> Json:  # Any: whatever a field holds
    """Return *value* as JSON, with those parts only that *like*, the payload's value, has too."""
    if isinstance(value, Enum):
        return cast(str, value.value)
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, Resource):
        return encode(value)
    if isinstance(value, tuple):
        likes: list[Json] = like if isinstance(like, list) else []
        items = cast("tuple[object, ...]", value)
        return [_written(item, likes[n] if n < len(likes) else None) for n, item in enumerate(items)]
    if isinstance(value, Mapping):
        return {str(key): item for key, item in cast("Mapping[object, Json]", value).items()}
    if attrs.has(value.__class__):
        wanted: Mapping[str, Json] = like if isinstance(like, Mapping) else {}
        return {name: cast(Json, getattr(value, name, found)) for name, found in wanted.items()}
    return cast(Json, value)
