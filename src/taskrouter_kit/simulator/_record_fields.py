"""Which fields of a record are saved, and under which name: told where the field stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

_DERIVED, _SAVED_AS = "derived", "saved as"
#: The metadata of a field that follows from the others: it is not saved.
DERIVED: Final[Mapping[str, bool]] = {_DERIVED: True}
#: Class of records -> what :func:`saved_names` says of it.
_NAMES: Final[dict[type[Any], tuple[str, ...]]] = {}  # Any: a class of attrs


def reference(name: str) -> Mapping[str, str]:
    """Return the metadata of a field that is another record, of which the SID is saved; *name* reads it."""
    return {_SAVED_AS: name}


def saved_names(kind: type[Any]) -> tuple[str, ...]:  # Any: a class of attrs
    """Return the names of what is saved of a record of *kind*, in the order of its fields."""
    names = _NAMES.get(kind)
    if names is None:
        saved = (each for each in attrs.fields(kind) if _DERIVED not in each.metadata)
        names = _NAMES[kind] = tuple(each.metadata.get(_SAVED_AS, each.name) for each in saved)
    return names
