"""What a person at this machine asks for: JSON or a form, each value checked, a ValueError that names it otherwise."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from taskrouter_kit.emulator._json_text import decode
from taskrouter_kit.emulator._messages import Request
from taskrouter_kit.simulator._json_kinds import is_object

#: The longest time that anything may take here: ten years.
MOST_SECONDS: Final = 10 * 366 * 86_400


def asked_of(request: Request, known: Collection[str] | None = None) -> Mapping[str, Any]:  # Any: JSON
    """Return what the body asks for, a JSON object or form fields, of which all are *known* (None: any are)."""
    asked: Mapping[str, Any] = dict(request.form)
    if not asked and request.body.strip():
        document = decode(request.body)
        if not is_object(document):
            raise ValueError("the body must be a JSON object")
        asked = document
    unknown = [name for name in asked if known is not None and name not in known]
    if unknown:
        takes = f"it takes {', '.join(known or ())}" if known else "it takes nothing"
        raise ValueError(f"{request.path} does not know {', '.join(unknown)}: {takes}")
    return asked


def number(asked: Mapping[str, Any], name: str, default: float, *, most: float) -> float:  # Any: JSON
    """Return the number *name*, between 0 and *most*; a form has it as a text."""
    value = asked.get(name, default)
    found = math.nan
    if isinstance(value, (int, float, str)) and not isinstance(value, bool) and "_" not in str(value):
        try:
            found = float(value)
        except (ValueError, OverflowError):
            found = math.nan
    if not 0 <= found <= most:
        raise ValueError(f"{name} must be a number between 0 and {most:.15g}, found {value!r}")
    return found


def seconds(asked: Mapping[str, Any], name: str) -> float:  # Any: JSON
    """Return the seconds *name*, which must be given."""
    if name not in asked:
        raise ValueError(f"{name} is required: a number of seconds")
    return number(asked, name, 0.0, most=MOST_SECONDS)


def whole(asked: Mapping[str, Any], name: str, default: int, *, least: int) -> int:  # Any: JSON
    """Return the whole number *name*, at least *least*; a form has it as a text."""
    value = asked.get(name, default)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 10**9:
        raise ValueError(f"{name} must be a whole number from {least} on, found {value!r}")
    return value


def text(asked: Mapping[str, Any], name: str, default: str | None = None) -> str:  # Any: JSON
    """Return the text *name*, which must be given where there is no default."""
    value = asked.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text" + (f", found {value!r}" if name in asked else ""))
    return value
