"""What a schema declares, read off its annotations once: name, kind and default of each attribute."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from inspect import get_annotations
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, get_type_hints

from attrs import evolve, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._kinds import Kind, is_json, kind_of, spelled_out
from taskrouter_kit.expr._schema_fitting import fitting
from taskrouter_kit.expr._schema_reading import MISSING

if TYPE_CHECKING:
    from taskrouter_kit.expr._schema import Attr, Attributes


@frozen
class SchemaField:
    """One attribute of a schema."""

    #: Its key in the JSON document.
    name: str
    #: Its name in Python.
    python_name: str
    kind: Kind
    #: The annotation that values are checked against.
    annotation: Any  # Any: typing has no type for its own forms
    default: object = MISSING

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is MISSING

    @property
    def optional(self) -> bool:
        """Whether the attribute may be missing or null."""
        return self.kind.optional or not self.required

    @property
    def nested(self) -> type[Any] | None:
        """The nested schema, if it holds one."""
        return self.kind.nested

    @property
    def literals(self) -> tuple[str | int | bool, ...] | None:
        """The values that the schema allows (of a list: its elements), where it lists them."""
        return self.kind.literals or (self.kind.element.literals if self.kind.element else None)


def annotations_of(cls: type) -> dict[str, Any]:
    """Return the annotations that *cls* itself holds."""
    return get_annotations(cls)


def schema_fields(schema: type[Attributes[Any]]) -> Mapping[str, SchemaField]:
    """Return the attributes of *schema* by their name in the JSON document, in the order of declaration."""
    cached: Mapping[str, SchemaField] | None = schema.__dict__.get("__taskrouter_fields__")
    if cached is None:
        problems: list[Diagnostic] = []
        cached = {field.name: field for field in _read_fields(schema, problems)}
        if problems:
            raise InvalidDeclaration(problems)
        type.__setattr__(schema, "__taskrouter_fields__", cached)
    return cached


def _read_fields(schema: type[Attributes[Any]], problems: list[Diagnostic]) -> Iterator[SchemaField]:
    for python_name, descriptor in schema.__taskrouter_attrs__.items():
        owner = next(base for base in schema.__mro__ if python_name in annotations_of(base))
        annotation = _resolved(owner, python_name, annotations_of(owner)[python_name], type(descriptor))
        where = Where(path=f"{owner.__name__}.{python_name}")
        if not is_json(annotation):
            shown = annotation.__name__ if isinstance(annotation, type) else str(annotation)
            message = f"Attributes are JSON, which has nothing of the kind {shown}."
            hint = "there are texts, numbers, flags, lists, objects with texts as keys, and other schemas"
            problems.append(Diagnostic("unusable-annotation", message, where=where, hint=hint))
            continue
        field = SchemaField(descriptor.name, python_name, kind_of(annotation), annotation)
        yield field if descriptor.default is MISSING else _with_default(field, descriptor.default, where, problems)


def _with_default(field: SchemaField, default: object, where: Where, problems: list[Diagnostic]) -> SchemaField:
    misfits: list[Diagnostic] = []
    value = fitting(field, default, misfits)
    for misfit in misfits:
        hint = "write Attr[… | None] where None is meant" if default is None else None
        problems.append(Diagnostic("default-misfit", f"As a default: {misfit.message}", where=where, hint=hint))
    return evolve(field, default=value)


def _resolved(owner: type, name: str, annotation: Any, attr: type[Attr[Any]]) -> Any:
    """Return what is inside ``Attr[…]``, with forward references resolved."""
    module = sys.modules.get(owner.__module__)
    scope = {**vars(module)} if module is not None else {}
    try:
        local = {**getattr(owner, "__taskrouter_locals__", {}), owner.__name__: owner}
        while isinstance(annotation, str):  # quoted, and by the module's rule once more
            annotation = eval(annotation, {**scope, "Attr": attr}, local)
        inside = SimpleNamespace(__annotations__={name: annotation.__args__[0]})
        return spelled_out(get_type_hints(inside, scope, local)[name])
    except Exception as error:
        raise InvalidDeclaration(
            Diagnostic(
                "unresolved-annotation",
                f"The annotation of {owner.__name__}.{name} cannot be read: {error}.",
                where=Where(path=f"{owner.__name__}.{name}"),
                hint="define or import what it names in the same module, before the class is used",
            )
        ) from error
