"""What kind of JSON value something is, in a way that type checkers follow."""

from __future__ import annotations

from typing import (
    Any,  # Any: the members of a JSON value
    TypeGuard,
)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether *value* is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether *value* is a JSON array."""
    return isinstance(value, list)
