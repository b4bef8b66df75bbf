"""Ways to change an attributes document, for ``patch_attributes(thing, None, …)``: each returns a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

# Any: whatever JSON holds
Document: TypeAlias = Mapping[str, Any]
Change: TypeAlias = Callable[[Document], dict[str, Any]]


def replace_keys(values: Document) -> Change:
    """Set the top-level keys of *values*, and leave all others."""
    return lambda document: {**document, **values}


def deep_merge(values: Document) -> Change:
    """Set what *values* holds, object by object; lists and everything else are replaced whole, None is a value."""

    def merge(document: Document, onto: Document) -> dict[str, Any]:
        merged = dict(document)
        for key, value in onto.items():
            there = merged.get(key)
            both = isinstance(there, Mapping) and isinstance(value, Mapping)
            merged[key] = merge(cast(Document, there), cast(Document, value)) if both else value
        return merged

    return lambda document: merge(document, values)


def merge_patch(patch: Document) -> Change:
    """Apply a JSON merge patch (RFC 7396): None removes a key, objects merge, everything else replaces."""

    def apply(document: object, onto: Document) -> dict[str, Any]:
        merged = dict(cast(Document, document)) if isinstance(document, Mapping) else {}
        for key, value in onto.items():
            if value is None:
                merged.pop(key, None)
            elif isinstance(value, Mapping):
                merged[key] = apply(merged.get(key), cast(Document, value))
            else:
                merged[key] = value
        return merged

    return lambda document: apply(document, patch)


def append_to(key: str, *values: object) -> Change:
    """Put *values* behind the list under *key*, those that are not in it yet; a missing list starts empty."""

    def change(document: Document) -> dict[str, Any]:
        there: list[Any] = list(document.get(key) or [])
        return {**document, key: [*there, *(value for value in values if value not in there)]}

    return change
