"""The small lattice of what an attribute can hold, read off a schema's annotation once.

``kind_of(annotation)`` is the only place that knows Python's typing forms; columns, checker and schemas ask the kind.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from enum import Enum, EnumMeta
from typing import Any, Final, Literal, NewType, TypeAlias, Union, cast, get_args, get_origin

from attrs import field, frozen
from typing_extensions import TypeAliasType

KindName: TypeAlias = Literal["text", "number", "integer", "flag", "list", "map", "schema", "unknown"]

_SCALARS: dict[object, KindName] = {str: "text", int: "integer", float: "number", bool: "flag"}


@frozen
class Kind:
    """What an attribute holds. ``element`` is the kind of a list's elements or a map's values."""

    name: KindName
    optional: bool = False
    #: The values that the schema allows, where it lists them (``Literal`` or an enum); as TaskRouter sees them.
    literals: tuple[str | int | bool, ...] | None = None
    element: Kind | None = None
    #: The nested schema.
    nested: type[Any] | None = field(default=None)  # Any: a schema class, whatever its fields

    @property
    def is_scalar(self) -> bool:
        """Whether a scalar operator can look at it."""
        return self.name in {"text", "number", "integer", "flag"}


UNKNOWN = Kind("unknown")


def a(name: KindName) -> str:
    """Return *name* with its article."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def kind_of(annotation: object) -> Kind:
    """Return the kind of a resolved annotation (``list[str]``, ``Literal["a"] | None`` …)."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _union(get_args(annotation))
    if origin is Literal:
        return _literal(get_args(annotation))
    if origin in (list, Sequence, tuple) or annotation is list:
        arguments = get_args(annotation)
        return Kind("list", element=kind_of(arguments[0]) if arguments else UNKNOWN)
    if origin in (dict, Mapping) or annotation is dict:
        arguments = get_args(annotation)
        return Kind("map", element=kind_of(arguments[1]) if len(arguments) == 2 else UNKNOWN)
    if isinstance(annotation, type):
        return _class(annotation)
    return UNKNOWN


def _union(arguments: tuple[object, ...]) -> Kind:
    kinds = [kind_of(argument) for argument in arguments if argument is not type(None)]
    optional = len(kinds) < len(arguments)
    if {kind.name for kind in kinds} == {"integer", "number"}:
        return Kind("number", optional=optional)
    if len(kinds) != 1:
        return Kind("unknown", optional=optional)
    only = kinds[0]
    return Kind(only.name, optional or only.optional, only.literals, only.element, only.nested)


def _literal(values: tuple[object, ...]) -> Kind:
    plain = [value.value if isinstance(value, Enum) else value for value in values]
    given = tuple(value for value in plain if isinstance(value, str | int))
    names: set[KindName] = {_SCALARS.get(type(value), "unknown") for value in given}
    optional = len(given) < len(plain)
    return Kind(names.pop() if len(names) == 1 else "unknown", optional=optional, literals=given)


def _class(annotation: type[Any]) -> Kind:
    if issubclass(annotation, Enum):
        found = _literal(tuple(annotation))
        return Kind(found.name, literals=found.literals)
    if getattr(annotation, "__taskrouter_schema__", False):
        return Kind("schema", nested=annotation)
    return next((Kind(name) for base, name in _SCALARS.items() if annotation is base), UNKNOWN)


def spelled_out(annotation: Any) -> Any:  # Any: typing has no type for its own forms
    """Return *annotation* with what only names a type replaced by it: ``type X = …`` and ``NewType``."""
    if isinstance(annotation, _ALIASES):
        return spelled_out(annotation.__value__)
    if isinstance(annotation, NewType):
        return spelled_out(annotation.__supertype__)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None or origin is Literal:
        return annotation
    inside = tuple(map(spelled_out, arguments))
    if inside == arguments:
        return annotation
    return Union[inside] if origin in (Union, types.UnionType) else origin[inside]  # noqa: UP007


#: What a ``type`` statement makes: the backport is another class until Python 3.14.
_ALIASES: Final[tuple[type[Any], ...]] = (TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType))


def is_json(annotation: object) -> bool:
    """Tell whether a resolved annotation describes JSON values: what is none of them cannot be kept in attributes."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return all(isinstance(value.value if isinstance(value, Enum) else value, _PLAIN) for value in arguments)
    if origin in (dict, Mapping):
        return not arguments or (arguments[0] is str and is_json(arguments[1]))
    if origin in (Union, types.UnionType, list, Sequence, tuple):
        return all(each is Ellipsis or is_json(each) for each in arguments)
    if isinstance(annotation, EnumMeta):
        return all(isinstance(member.value, _PLAIN) for member in cast("list[Enum]", list(annotation)))
    schema = getattr(annotation, "__taskrouter_schema__", False) is True
    return schema or annotation in (*_SCALARS, types.NoneType, Any, list, dict)


_PLAIN: Final = (str, int, float, types.NoneType)
