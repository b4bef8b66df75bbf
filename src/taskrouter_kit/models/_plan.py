"""How a resource class is read from a payload: which field stands under which key, and what reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, cast

import attrs
from attrs import frozen

from taskrouter_kit.models._values import OpenEnum, read_datetime

#: How a value is read: as it is, as a point in time, as a member of an enum, or by a function of the field's own.
Way: TypeAlias = Literal["as it is", "moment", "enum", "own"]

#: Fields of a resource that come from elsewhere than the payload.
_BESIDE: Final = frozenset({"raw", "meta"})


@frozen
class Step:
    """One field: its name, its key in the payload, and how its value is read (*convert* takes no null)."""

    name: str
    key: str
    way: Way
    optional: bool
    convert: Callable[[Any], Any] | None

    def read(self, payload: Mapping[str, Any]) -> Any:  # Any: what the field's annotation says
        """Return the field's value in *payload*; raises what a wrong shape raises."""
        value = payload[self.key]
        if self.convert is None or (value is None and self.optional):
            return value
        return self.convert(value)


_plans: dict[type, dict[str, Step]] = {}


def plan_of(cls: type[Any]) -> Mapping[str, Step]:
    """Return the steps that read *cls*, by field name; worked out once."""
    plan = _plans.get(cls)
    if plan is None:
        renamed: Mapping[str, str] = getattr(cls, "_renamed", {})
        plan = {}
        for each in attrs.fields(attrs.resolve_types(cls)):
            if each.name not in _BESIDE and each.metadata.get("wire", True):
                plan[each.name] = Step(each.name, renamed.get(each.name, each.name), *_way(each.type, each.metadata))
        _plans[cls] = plan
    return plan


def _way(annotation: Any, metadata: Mapping[Any, Any]) -> tuple[Way, bool, Callable[[Any], Any] | None]:
    if "read" in metadata:
        return "own", False, cast("Callable[[Any], Any]", metadata["read"])
    arguments = getattr(annotation, "__args__", ())
    optional = type(None) in arguments
    inner = next((each for each in arguments if each is not type(None)), annotation) if optional else annotation
    if inner is datetime:
        return "moment", optional, read_datetime
    if isinstance(inner, type) and issubclass(inner, OpenEnum):
        return "enum", optional, inner
    return "as it is", optional, None
