"""What schemas allow: only those regions of an attribute are tried that some document which fits them can show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from attrs import frozen

from taskrouter_kit.expr._evaluate import is_array
from taskrouter_kit.expr._kinds import Kind
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr._schema_paths import is_nothing, kind_at

#: Stands for an attribute that is not there, or null.
MISSING: Final = object()


@frozen
class Schemas:
    """The schemas of a worker's and of a task's attributes, as far as they are known."""

    worker: type[Attributes[Any]] | None = None
    task: type[Attributes[Any]] | None = None

    def kind(self, path: Path) -> Kind | None:
        """Return what *path* holds, or None where no schema says."""
        schema = self._schema(path)
        return None if schema is None else kind_at(schema_fields(schema), path.segments)

    def says_nothing(self, path: Path) -> bool:
        """Tell whether nothing can be at *path*, because a schema puts something above it that holds no such thing."""
        schema = self._schema(path)
        return schema is not None and is_nothing(schema_fields(schema), path.segments)

    def _schema(self, path: Path) -> type[Attributes[Any]] | None:
        return {Scope.WORKER: self.worker, Scope.TASK: self.task}.get(path.scope)

    def listed(self, paths: Iterable[Path]) -> tuple[str | int | bool, ...]:
        """Return the values that the schemas list for *paths*, or for the elements of lists there."""
        kinds = [kind for kind in map(self.kind, paths) if kind is not None]
        inside = [kind.element for kind in kinds if kind.element is not None]
        return tuple(value for kind in (*kinds, *inside) for value in kind.literals or ())


#: Nothing is known.
NO_SCHEMAS: Final = Schemas()


def fitting(kind: Kind, values: Iterable[Any]) -> tuple[Any, ...]:
    """Return those of *values* that fit *kind*; all values it has, where it lists them."""
    if kind.literals is not None:
        return (*([MISSING] if kind.optional else []), *kind.literals)
    return tuple(value for value in values if fits(value, kind))


def fits(value: Any, kind: Kind) -> bool:
    """Tell whether *value* (JSON, or :data:`MISSING`) is one that *kind* allows."""
    if value is MISSING or value is None:
        return kind.optional or kind.name == "unknown"
    match kind.name:
        case "text":
            return isinstance(value, str) and (kind.literals is None or value in kind.literals)
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "integer":
            return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        case "list":
            return is_array(value) and all(kind.element is None or fits(item, kind.element) for item in value)
        case "map" | "schema":
            return isinstance(value, dict)
        case _:
            return True
