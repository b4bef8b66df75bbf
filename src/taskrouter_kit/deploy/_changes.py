"""The steps of a plan: something is created, or something differs and is updated. Values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import field, frozen

from taskrouter_kit._wire import Json
from taskrouter_kit.deploy._actual import Fields, Kind


@frozen
class Create:
    """Something is missing and will be created with *desired*; ``start`` holds what is set on creation only."""

    kind: Kind
    name: str
    desired: Fields
    start: Fields = field(factory=dict[str, Json])


@frozen
class Update:
    """Something exists and differs in meaning. ``sid`` is None where it is created earlier in the same plan."""

    kind: Kind
    name: str
    sid: str | None
    existing: Fields
    desired: Fields

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields that differ, in declaration order."""
        return tuple(key for key in self.desired if not same(self.existing.get(key), self.desired[key]))


#: One step of a plan.
Change: TypeAlias = Create | Update


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same for the service: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
