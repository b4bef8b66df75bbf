"""Which filter takes a task, remembered by what the filters read of it: tasks of one kind are asked about once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from attrs import define, field

#: Paths of attributes.
Reads: TypeAlias = "tuple[tuple[str | int, ...], ...]"
#: With so few filters, asking them costs no more than looking up what they said.
_FEW: Final = 3
_MOST: Final = 4096
_ABSENT: Final = object()


def values_at(paths: Reads, attributes: Mapping[str, Any]) -> tuple[object, ...] | None:  # Any: JSON
    """Return the values at *paths*, each with its type; None where one of them cannot be a key."""
    key: list[object] = []
    for path in paths:
        value: Any = attributes  # Any: JSON
        for segment in path:
            if not isinstance(segment, str) or value.__class__ is not dict:
                return None
            value = value.get(segment, _ABSENT)
            if value is _ABSENT:
                break
        kind = value.__class__
        if kind is dict or kind is list:
            return None
        # Equal values of different types are not the same to an expression: 1, 1.0 and true.
        key.append(kind)
        key.append(value)
    return tuple(key)


@define(eq=False)
class FilterMemo:
    """Remembers the index of a filter (-1: the default filter; None: no filter) by the values at ``reads``."""

    reads: Reads = ()
    #: Whether what filters say depends on these values alone.
    usable: bool = False
    #: The attribute that they read, where it is one of the task's own and the only one.
    name: str | None = None
    _found: dict[tuple[object, ...], int | None] = field(factory=dict[tuple[object, ...], "int | None"], init=False)

    @classmethod
    def of(cls, reads: Reads, filters: int, *, reads_clock: bool) -> FilterMemo:
        """Return a memo for so many filters that read these paths of the task, and perhaps the clock."""
        path = reads[0] if len(reads) == 1 else ()
        name = path[0] if len(path) == 1 and isinstance(path[0], str) else None
        return cls(reads, not reads_clock and filters > _FEW, name)

    def key(self, attributes: Mapping[str, Any]) -> tuple[object, ...] | None:  # Any: JSON
        """Return what the filters read; None where that cannot be remembered."""
        if self.name is None:
            return values_at(self.reads, attributes)
        value = attributes.get(self.name, _ABSENT)
        kind = value.__class__
        return None if kind is dict or kind is list else (kind, value)

    def recall(self, key: tuple[object, ...]) -> int | None:
        """Return what was remembered; KeyError where nothing was."""
        return self._found[key]

    def remember(self, key: tuple[object, ...], index: int | None) -> None:
        """Remember *index*."""
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[key] = index
