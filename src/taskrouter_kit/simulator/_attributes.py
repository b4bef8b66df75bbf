"""The JSON text of attributes, read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from taskrouter_kit.simulator._json_kinds import is_object
from taskrouter_kit.simulator._refusals import refused

#: So many texts are remembered; then all are forgotten, which costs less than to know which was used last.
_MOST: Final = 1024
_READ: Final[dict[str, Mapping[str, Any]]] = {}  # Any: JSON


def read_attributes(text: str) -> Mapping[str, Any]:  # Any: JSON
    """Return the attributes that *text* holds; who asks twice gets the same object, which nobody changes."""
    known = _READ.get(text)
    if known is not None:
        return known
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not is_object(found):
        # Documented: resources.md section 4; a JSON object as string
        raise refused("Attributes must be a JSON object")
    have_read(text, found)
    return found


def have_read(text: str, attributes: Mapping[str, Any]) -> None:  # Any: JSON
    """Remember that *text* holds *attributes*, for whoever is to read it; nobody changes them from now on."""
    if len(_READ) >= _MOST:
        _READ.clear()
    _READ[text] = attributes
