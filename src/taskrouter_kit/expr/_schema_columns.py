"""From an attribute of a schema to its column: the kind decides which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._columns import (
    Flag,
    FlagMap,
    Integer,
    IntegerMap,
    Number,
    NumberMap,
    Numbers,
    Text,
    TextMap,
    Texts,
    TextsMap,
)
from taskrouter_kit.expr._kinds import UNKNOWN, Kind, KindName
from taskrouter_kit.expr._nodes import Path
from taskrouter_kit.expr._schema_fields import SchemaField, schema_fields

if TYPE_CHECKING:
    from taskrouter_kit.expr._schema import Attributes


_SCALARS: Final[dict[KindName, Any]] = {"text": Text, "integer": Integer, "number": Number, "flag": Flag}
#: By the kind of the elements, of a list and of a map; an unknown kind is read as text.
_LISTS: Final[dict[KindName, Any]] = {"text": Texts, "unknown": Texts, "integer": Numbers, "number": Numbers}
_MAPS: Final[dict[KindName, Any]] = {
    "text": TextMap,
    "unknown": TextMap,
    "integer": IntegerMap,
    "number": NumberMap,
    "flag": FlagMap,
    "list": TextsMap,
}


def column_of(field: SchemaField, path: Path) -> Any:  # Any: the kind decides which column
    """Return the column of *field* at *path*."""
    kind = field.kind
    if kind.name == "schema":
        return NestedColumns(cast("type[Attributes[Any]]", kind.nested), path)
    column = _column_for(kind)
    if column is None:
        raise InvalidDeclaration(
            Diagnostic(
                "no-column",
                f"TaskRouter's expressions cannot look at {field.python_name!r}: it is a {field.annotation}.",
                where=Where(path=field.python_name),
                hint="texts, numbers, flags, lists of texts or numbers, maps and nested schemas can be looked at",
            )
        )
    return column(path)


def _column_for(kind: Kind) -> Any:
    """Return the class of the columns of *kind*, or None where no expression can look at it."""
    element = kind.element or UNKNOWN
    if kind.name == "list":
        return _LISTS.get(element.name)
    if kind.name != "map":
        return _SCALARS.get(kind.name)
    if element.name == "list" and (element.element or UNKNOWN).name not in {"text", "unknown"}:
        return None
    return _MAPS.get(element.name)


class NestedColumns:
    """Class access to a nested schema: its columns, below the path of the attribute that holds it."""

    def __init__(self, schema: type[Attributes[Any]], path: Path) -> None:
        self._schema = schema
        self._path = path

    def __getattr__(self, name: str) -> Any:
        for field in schema_fields(self._schema).values():
            if field.python_name == name:
                return column_of(field, Path(self._path.scope, (*self._path.segments, field.name)))
        raise AttributeError(f"{self._schema.__name__} has no attribute {name!r}")
