"""From the values that the search settled on to documents that show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field as attrs_field
from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidAttributes
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._kinds import Kind, KindName
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.expr._schema_fields import SchemaField, schema_fields
from taskrouter_kit.expr._schema_fitting import fitting
from taskrouter_kit.expr.reasoning._schemas import MISSING, Schemas
from taskrouter_kit.expr.reasoning._search import Assignment


@frozen
class Witness:
    """A worker, a task and facts for which something holds; checked by the interpreter before it is shown."""

    worker: Mapping[str, Any] = attrs_field(factory=dict[str, Any])  # Any: JSON values
    task: Mapping[str, Any] = attrs_field(factory=dict[str, Any])  # Any: JSON values
    facts: Facts = attrs_field(factory=Facts)


def witness_of(chosen: Assignment, schemas: Schemas) -> Witness | None:
    """Return documents that fit *schemas* in which every path has its value.

    None where there are none: one path stands in the other's way, or no moment shows what the clock should.
    """
    documents: dict[Scope, dict[str, Any]] = {scope: {} for scope in Scope}
    for path, value in chosen.items():
        if value is not MISSING and not _put(documents[path.scope], path, value):
            return None
    if not _possible(documents[Scope.CLOCK]):
        return None
    for scope, schema in ((Scope.WORKER, schemas.worker), (Scope.TASK, schemas.task)):
        if schema is not None and not _fits_whole(documents[scope], schema):
            return None
    return Witness(
        documents[Scope.WORKER],
        documents[Scope.TASK],
        Facts(queue=documents[Scope.QUEUE], clock=documents[Scope.CLOCK]),
    )


def _possible(clock: Mapping[str, Any]) -> bool:
    """Tell whether one moment can show all of *clock*; its names are searched as if they were independent."""
    if "currentTime" not in clock:
        return True
    hour, minute = divmod(int(clock["currentTime"]), 100)
    shown = {"currentHour": f"{hour:02}", "currentMin": f"{minute:02}"}
    return all(clock.get(name, value) == value for name, value in shown.items())


def _put(document: dict[str, Any], path: Path, value: Any) -> bool:
    """Put *value* at *path*; False where something else is in the way, or an index is."""
    inside: Any = document
    for segment, following in zip(path.segments, (*path.segments[1:], None), strict=True):
        fresh: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(segment, int):
            if not isinstance(inside, list):
                return False
            items: list[Any] = inside  # pyright: ignore[reportUnknownVariableType]
            items.extend([None] * (segment + 1 - len(items)))
            if items[segment] is None or following is None:
                items[segment] = fresh
            inside = items[segment]
        else:
            if not isinstance(inside, dict):
                return False
            members: dict[str, Any] = inside  # pyright: ignore[reportUnknownVariableType]
            if following is None:
                members[segment] = fresh
            inside = members.setdefault(segment, fresh)
    return True


def _fits_whole(document: dict[str, Any], schema: type[Attributes[Any]]) -> bool:
    """Give *document* what *schema* requires beside what it holds; tell whether it fits then."""
    _complete(document, schema)
    try:
        schema.from_dict(document)
    except InvalidAttributes:
        return False
    return True


def _complete(document: dict[str, Any], schema: type[Attributes[Any]]) -> None:
    for field in schema_fields(schema).values():
        held = document.get(field.name)
        if field.nested is not None and isinstance(held, dict):
            _complete(held, field.nested)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(held, list) and field.kind.element is not None and not field.kind.element.optional:
            _fill(held, field.kind.element)  # pyright: ignore[reportUnknownArgumentType]
        elif held is None and field.required and not field.kind.optional:
            document[field.name] = _any_value(field)


def _fill(items: list[Any], element: Kind) -> None:
    """Put something in the place of elements that only stand before one that is asked for."""
    sample = element.literals[0] if element.literals else _SAMPLES.get(element.name)
    items[:] = [sample if item is None else item for item in items]


def _any_value(field: SchemaField) -> Any:
    """Return some value of *field*."""
    if field.nested is not None:
        inside: dict[str, Any] = {}
        _complete(inside, field.nested)
        return inside
    for value in (*(field.kind.literals or ()), *_SAMPLES.values()):
        misfits: list[Diagnostic] = []
        fitting(field, value, misfits)
        if not misfits:
            return value
    return None


#: A value of each kind.
_SAMPLES: Final[dict[KindName, Any]] = {"text": "", "integer": 0, "number": 0, "flag": False, "list": [], "map": {}}
