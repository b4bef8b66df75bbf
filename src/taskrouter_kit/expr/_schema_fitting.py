"""One value and the attribute it is for: converted where it fits, with every reason where it does not."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json, converter
from taskrouter_kit.errors import InvalidAttributes

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from taskrouter_kit.expr._kinds import Kind
    from taskrouter_kit.expr._schema import Attributes


class Field(Protocol):
    """What is asked of a schema's field."""

    @property
    def name(self) -> str: ...
    @property
    def annotation(self) -> Any: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def nested(self) -> type[Any] | None: ...


def fitting(field: Field, value: Any, problems: list[Diagnostic]) -> Any:
    """Return *value* as the schema's type, or note why it does not fit (without repeating it: it is about people)."""
    if is_attributes(value):
        if field.nested is not None and isinstance(value, field.nested):
            return cast(Any, value)
        problems.append(_misfit(field, f"expected a {getattr(field.nested, '__name__', field.kind.name)}"))
        return None
    if field.kind.name == "list" and not isinstance(value, list | tuple | types.NoneType):
        problems.append(_misfit(field, "expected a list"))
        return None
    if field.kind.name in ("map", "schema") and not isinstance(value, Mapping | types.NoneType):
        problems.append(_misfit(field, "expected an object"))
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


def is_attributes(value: object) -> TypeIs[Attributes[Any]]:
    """Tell whether *value* is an instance of a schema."""
    return getattr(value.__class__, "__taskrouter_schema__", False) is True


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


def _misfit(field: Field, reason: str, below: str = "") -> Diagnostic:
    return Diagnostic(
        "attribute-misfit", f"{field.name!r} does not fit: {reason}.", where=Where(path=f"$.{field.name}{below}")
    )


def _reasons(error: BaseException, below: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, reason) of every failure inside what the converter raised."""
    if isinstance(error, InvalidAttributes):  # of a schema inside a list or a map
        for finding in error.diagnostics:
            yield below + (finding.where.path or "").removeprefix("$"), finding.message.removesuffix(".")
        return
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
