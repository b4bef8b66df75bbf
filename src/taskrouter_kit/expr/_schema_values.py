"""Values of a schema's attributes: those that fit their annotations, with every reason for those that do not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidAttributes
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr._schema_fitting import fitting, is_attributes
from taskrouter_kit.expr._schema_reading import fresh

if TYPE_CHECKING:
    from taskrouter_kit.expr._schema import Attributes


def checked(schema: type[Attributes[Any]], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values by JSON name, each fitting its annotation; raise with all that do not."""
    problems: list[Diagnostic] = []
    result: dict[str, Any] = {}
    fields = schema_fields(schema)
    known = {field.python_name: field for field in fields.values()}
    for name in values:
        if name not in known:
            hint = f"known: {', '.join(known)}"
            message = f"{schema.__name__} has no attribute {name!r}."
            problems.append(Diagnostic("unknown-attribute", message, where=Where(path=f"$.{name}"), hint=hint))
    for name, field in known.items():
        if name in values:
            result[field.name] = fitting(field, values[name], problems)
        elif not field.required:
            result[field.name] = fresh(field.default)
        elif field.kind.optional:
            result[field.name] = None
        else:
            message = f"{schema.__name__} needs {field.name!r}."
            problems.append(Diagnostic("missing-attribute", message, where=Where(path=f"$.{field.name}")))
    if problems:
        raise InvalidAttributes(problems)
    return result


def unstructured(value: Any) -> Json:
    if is_attributes(value):
        return value.to_dict()
    if isinstance(value, Enum):
        return cast(Json, value.value)
    if isinstance(value, list | tuple):
        return [unstructured(item) for item in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        return {key: unstructured(item) for key, item in cast("Mapping[str, Any]", value).items()}
    return cast(Json, value)
