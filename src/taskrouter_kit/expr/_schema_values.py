"""Values of a schema's attributes: those that fit their annotations, with every reason for those that do not."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json, converter
from taskrouter_kit.errors import InvalidAttributes
from taskrouter_kit.expr._schema_fields import SchemaField, schema_fields

if TYPE_CHECKING:
    from typing_extensions import TypeIs

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
            result[field.name] = _fitting(field, values[name], problems)
        elif not field.required:
            result[field.name] = field.default
        elif field.kind.optional:
            result[field.name] = None
        else:
            message = f"{schema.__name__} needs {field.name!r}."
            problems.append(Diagnostic("missing-attribute", message, where=Where(path=f"$.{field.name}")))
    if problems:
        raise InvalidAttributes(problems)
    return result


def _fitting(field: SchemaField, value: Any, problems: list[Diagnostic]) -> Any:
    """Return *value* as the schema's type, or note why it does not fit (without repeating it: it is about people)."""
    if _is_attributes(value):
        if field.nested is not None and isinstance(value, field.nested):
            return cast(Any, value)
        problems.append(_misfit(field, f"expected a {getattr(field.nested, '__name__', field.kind.name)}"))
        return None
    if field.kind.name == "list" and not isinstance(value, list | tuple | types.NoneType):
        problems.append(_misfit(field, "expected a list"))
        return None
    if field.nested is not None and isinstance(value, Mapping):
        try:
            return cast("type[Attributes[Any]]", field.nested).from_dict(cast("Mapping[str, Json]", value))
        except InvalidAttributes as error:
            problems.extend(finding.at(f"$.{field.name}") for finding in error.diagnostics)
            return None
    structure = converter().structure
    try:
        return structure(_plain(value), field.annotation)
    except Exception as error:  # noqa: BLE001  # the converter raises groups, and an enum what it likes
        problems.extend(_misfit(field, reason, path) for path, reason in _reasons(error))
        return None


def _is_attributes(value: object) -> TypeIs[Attributes[Any]]:
    """Tell whether *value* is an instance of a schema."""
    return getattr(value.__class__, "__taskrouter_schema__", False) is True


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


def _misfit(field: SchemaField, reason: str, below: str = "") -> Diagnostic:
    return Diagnostic(
        "attribute-misfit", f"{field.name!r} does not fit: {reason}.", where=Where(path=f"$.{field.name}{below}")
    )


def _reasons(error: BaseException, below: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, reason) of every failure inside what the converter raised."""
    inner: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    if not inner:
        yield below, _reason(error)
        return
    for each in inner:
        notes = [note for note in getattr(each, "__notes__", ()) if hasattr(note, "index")]
        step = f"[{notes[0].index!r}]" if notes else ""
        yield from _reasons(each, below + step)


def _reason(error: BaseException) -> str:
    if isinstance(error, TypeError) and str(error).startswith("expected "):
        return str(error)
    return "it is none of the values that the schema allows"


def unstructured(value: Any) -> Json:
    if _is_attributes(value):
        return value.to_dict()
    if isinstance(value, Enum):
        return cast(Json, value.value)
    if isinstance(value, list | tuple):
        return [unstructured(item) for item in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        return {key: unstructured(item) for key, item in cast("Mapping[str, Any]", value).items()}
    return cast(Json, value)
