"""Attributes read from JSON the quick way: for documents that fit their schema as they are, which nearly all do.

Whatever does not (a wrong kind, a missing key, an annotation beyond these) is left to the schema's own thorough way,
which knows what may be converted and names every problem.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Protocol, TypeAlias, Union, cast, get_args, get_origin

from taskrouter_kit._wire import Json

#: Stands for "no default" and "no key".
MISSING: Final = object()


class NotPlain(Exception):
    """The document is to be read the thorough way."""


class Field(Protocol):
    """What is asked of a schema's field."""

    @property
    def name(self) -> str: ...
    @property
    def annotation(self) -> Any: ...
    @property
    def default(self) -> object: ...


#: From a document (and whether it is the reader's to keep) to the values of the fields, and how many of them it holds.
Reader: TypeAlias = Callable[[Mapping[str, Json], bool], tuple[dict[str, Any], int]]


def plain_reader(fields: Mapping[str, Field]) -> Reader | None:
    """Return a function that reads the values of *fields* from a document, or None for a schema beyond it.

    It is written from the fields' kinds, one line or two each, and raises :class:`NotPlain`, ``KeyError`` or
    ``TypeError`` for a document that does not fit as it is.
    """
    names: dict[str, Any] = {"NotPlain": NotPlain}
    lines: list[str] = []
    for number, field in enumerate(fields.values()):
        written = _lines(number, field.annotation, names)
        if written is None:
            return None
        optional = type(None) in get_args(field.annotation)
        read = [f"value = document[{field.name!r}]", *written]
        if field.default is MISSING and not optional:
            lines += read
        else:
            names[f"default{number}"] = None if field.default is MISSING else field.default
            lines += [f"if {field.name!r} not in document:", f"    value{number} = default{number}", "    held -= 1"]
            lines += ["else:", *(f"    {line}" for line in read)]
    made = ", ".join(f"{field.name!r}: value{number}" for number, field in enumerate(fields.values()))
    names["names"] = tuple(fields)
    if not any(getattr(each, "nested", None) for each in fields.values()):
        lines.append("if own and tuple(document) == names: return document, held")
    lines = [f"held = {len(fields)}", *lines, f"return {{{made}}}, held"]
    exec("\n".join(["def read(document, own):", *(f"    {line}" for line in lines)]), names)
    return cast(Reader, names["read"])


def _lines(number: int, annotation: Any, names: dict[str, Any]) -> list[str] | None:
    """Return the lines that check ``value`` against *annotation* and keep it; None where the thorough way is needed."""
    kept, refuse = f"value{number} = ", "raise NotPlain"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _SCALARS:
        return [f"if type(value) is not {annotation.__name__}: {refuse}", f"{kept}value"]
    if origin in (Union, types.UnionType):
        inner = [each for each in arguments if each is not type(None)]
        lines = _lines(number, inner[0], names) if len(inner) == 1 and len(arguments) == 2 else None
        return None if lines is None else [f"if value is None: {kept}None", "else:", *(f"    {line}" for line in lines)]
    if origin is Literal and _texts(arguments):
        names[f"allowed{number}"] = frozenset(arguments)
        return [f"if value not in allowed{number}: {refuse}", f"{kept}value"]  # what equals a text is one
    if origin is list:
        return _list_lines(number, arguments[0], names)
    if getattr(annotation, "__taskrouter_schema__", False):
        names[f"schema{number}"] = annotation
        return [f"if type(value) is not dict: {refuse}", f"{kept}schema{number}.from_dict(value)"]
    return None


def _list_lines(number: int, element: Any, names: dict[str, Any]) -> list[str] | None:
    if get_origin(element) is Literal and _texts(get_args(element)):
        names[f"allowed{number}"] = frozenset(get_args(element))
        fits = f"allowed{number}.issuperset(value)"
    elif element is str:
        fits = "''.join(value) is not None"  # raises TypeError for anything but texts, and is the quickest to do so
    elif element in _SCALARS:
        fits = f"{{*map(type, value)}} <= {{{element.__name__}}}"
    else:
        return None
    return [f"if type(value) is not list or not {fits}: raise NotPlain", f"value{number} = value if own else value[:]"]


def _texts(values: tuple[Any, ...]) -> bool:
    return all(type(each) is str for each in values)


_SCALARS: Final = (str, int, bool)
