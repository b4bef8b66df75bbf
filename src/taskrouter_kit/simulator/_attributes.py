"""The JSON text of attributes, read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from taskrouter_kit.simulator._json_kinds import is_object
from taskrouter_kit.simulator._refusals import refused


@lru_cache(maxsize=1024)
def read_attributes(text: str) -> Mapping[str, Any]:  # Any: JSON
    """Return the attributes that *text* holds; who asks twice gets the same object, which nobody changes."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not is_object(found):
        # Documented: resources.md section 4; a JSON object as string
        raise refused("Attributes must be a JSON object")
    return found
