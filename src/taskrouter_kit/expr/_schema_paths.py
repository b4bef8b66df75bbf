"""What a schema says of a path: the kind of what stands there, through nested schemas, maps and lists."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from taskrouter_kit.expr._kinds import UNKNOWN, Kind
from taskrouter_kit.expr._schema_fields import SchemaField, schema_fields


def kind_at(fields: Mapping[str, SchemaField], segments: tuple[str | int, ...]) -> Kind | None:
    """Return the kind at *segments* below a schema's *fields*; None where the schema has nothing there."""
    found = fields.get(str(segments[0])) if isinstance(segments[0], str) else None
    if found is None:
        return None
    return _below(found.kind if not found.optional else _optional(found.kind), segments[1:])


def is_nothing(fields: Mapping[str, SchemaField], segments: tuple[str | int, ...]) -> bool:
    """Tell whether no document that fits *fields* has anything at *segments*: what is above it holds no such thing."""
    found = fields.get(str(segments[0])) if isinstance(segments[0], str) else None
    return found is not None and _is_nothing(found.kind, segments[1:])


def _is_nothing(kind: Kind, rest: tuple[str | int, ...]) -> bool:
    if not rest or kind.name == "unknown":
        return False
    if kind.name == "schema" and kind.nested is not None and isinstance(rest[0], str):
        return is_nothing(schema_fields(kind.nested), rest)
    if (kind.name == "map" and isinstance(rest[0], str)) or (kind.name == "list" and isinstance(rest[0], int)):
        return _is_nothing(kind.element or UNKNOWN, rest[1:])
    return True


def _optional(kind: Kind) -> Kind:
    return evolve(kind, optional=True)


def _below(kind: Kind, rest: tuple[str | int, ...]) -> Kind | None:
    if not rest:
        return kind
    inside = below(kind, rest[0])
    return None if inside is None else _below(inside, rest[1:])


def below(kind: Kind, segment: str | int) -> Kind | None:
    """Return the kind one step below *kind*; None where nothing stands, or nothing that the schema knows."""
    if kind.name == "unknown":
        return UNKNOWN
    if kind.name == "schema" and kind.nested is not None and isinstance(segment, str):
        inside = kind_at(schema_fields(kind.nested), (segment,))
        return _optional(inside) if inside is not None and kind.optional else inside
    if (kind.name == "map" and isinstance(segment, str)) or (kind.name == "list" and isinstance(segment, int)):
        return _optional(kind.element or UNKNOWN)
    return None
