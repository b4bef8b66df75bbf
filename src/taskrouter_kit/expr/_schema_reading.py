"""Attributes read from JSON the quick way: for documents that fit their schema as they are, which nearly all do.

Whatever does not (a wrong kind, a missing key, an annotation beyond these) is left to the schema's own thorough way,
which knows what may be converted and names every problem.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from enum import Enum
from typing import Any, Final, Literal, NoReturn, Protocol, TypeAlias, Union, cast, get_args, get_origin

from attrs import frozen

from taskrouter_kit._wire import Json

#: Stands for "no default" and "no key".
MISSING: Final = object()


class NotPlain(Exception):
    """The document is to be read the thorough way."""


def fresh(default: object) -> object:
    """Return *default* for one more instance: a copy of what could be changed."""
    return default if isinstance(default, str | int | float | Enum | types.NoneType) else deepcopy(default)


class Field(Protocol):
    """What is asked of a schema's field."""

    @property
    def name(self) -> str: ...
    @property
    def annotation(self) -> Any: ...
    @property
    def default(self) -> object: ...


#: From a document, and whether it is the reader's to keep, to the attributes in it.
Reader: TypeAlias = Callable[[Mapping[str, Json], bool], Any]  # Any: an instance of the schema


def plain_reader(schema: type[Any], fields: Mapping[str, Field]) -> Reader | None:
    """Return a function that reads a *schema*, which has *fields*, from a document; None for one beyond it.

    It is written from the fields' kinds, and raises :class:`NotPlain`, ``KeyError`` or ``TypeError`` for a document
    that does not fit as it is. A document of its own that has just the schema's keys is kept, in its own order.
    """
    names: dict[str, Any] = {"NotPlain": NotPlain, "fields": fields}
    names |= {"fresh": fresh, "schema": schema, "new": object.__new__, "keep": object.__setattr__}
    read: list[_Read] = []
    for number, field in enumerate(fields.values()):
        written = _read(number, field.annotation, names)
        if written is None:
            return None
        read.append(written)
    lines = [] if any(each.nested for each in read) else _as_it_is(fields, read)
    lines.append(f"held = {len(read)}")
    for number, (field, each) in enumerate(zip(fields.values(), read, strict=True)):
        lines += _one_field(number, field, each, names)
    values = ", ".join(f"{field.name!r}: value{number}" for number, field in enumerate(fields.values()))
    lines += ["made = new(schema)", f"keep(made, '_values', {{{values}}})", "if held != len(document):"]
    lines += ["    keep(made, 'extra', {key: document[key] for key in document if key not in fields})", "return made"]
    exec("\n".join(["def read(document, own):", *(f"    {line}" for line in lines)]), names)
    return cast(Reader, names["read"])


def not_plain(_: Mapping[str, Json], own: bool) -> NoReturn:
    """Read nothing: all documents of the schema are read the thorough way."""
    raise NotPlain


@frozen
class _Read:
    """How one value is read: what is wrong with it, and what is kept of it, as expressions of its variable."""

    wrong: str
    kept: str
    nested: bool = False


def _as_it_is(names: Iterable[str], read: list[_Read]) -> list[str]:
    """Return the lines for a document that is itself what is kept: it has the schema's keys and no others."""
    inside = [f"value{number} = document[{name!r}]" for number, name in enumerate(names)]
    if read:
        inside.append(f"if {' or '.join(each.wrong for each in read)}: raise NotPlain")
    inside += ["made = new(schema)", "keep(made, '_values', document)", "return made"]
    return [f"if own and len(document) == {len(read)}:", *(f"    {line}" for line in inside)]


def _one_field(number: int, field: Field, read: _Read, names: dict[str, Any]) -> list[str]:
    """Return the lines that take one field out of a document that may lack it and may hold others."""
    lines = [f"value{number} = document[{field.name!r}]", f"if {read.wrong}: raise NotPlain"]
    if read.nested:
        lines.append(f"value{number} = {read.kept}")
    elif read.kept != f"value{number}":
        lines.append(f"if not own: value{number} = {read.kept}")
    if field.default is MISSING and type(None) not in get_args(field.annotation):
        return lines
    names[f"default{number}"] = None if field.default is MISSING else field.default
    default = (
        f"default{number}"
        if fresh(names[f"default{number}"]) is names[f"default{number}"]
        else f"fresh(default{number})"
    )
    missing = [f"if {field.name!r} not in document:", f"    value{number} = {default}", "    held -= 1"]
    return [*missing, "else:", *(f"    {line}" for line in lines)]


def _read(number: int, annotation: Any, names: dict[str, Any]) -> _Read | None:
    """Return how a value of *annotation* is read; None where the thorough way is needed."""
    value = f"value{number}"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _SCALARS:
        return _Read(f"type({value}) is not {annotation.__name__}", value)
    if origin in (Union, types.UnionType):
        inner = [each for each in arguments if each is not type(None)]
        read = _read(number, inner[0], names) if len(inner) == 1 and len(arguments) == 2 else None
        if read is None:
            return None
        kept = value if read.kept == value else f"None if {value} is None else {read.kept}"
        return _Read(f"{value} is not None and ({read.wrong})", kept, read.nested)
    if origin is Literal and _texts(arguments):
        names[f"allowed{number}"] = frozenset(arguments)
        return _Read(f"{value} not in allowed{number}", value)  # what equals a text is one
    if origin is list:
        return _list(number, arguments[0], names)
    if getattr(annotation, "__taskrouter_schema__", False):
        names[f"schema{number}"] = annotation
        return _Read(f"type({value}) is not dict", f"schema{number}.from_dict({value})", nested=True)
    return None


def _list(number: int, element: Any, names: dict[str, Any]) -> _Read | None:
    value = f"value{number}"
    if get_origin(element) is Literal and _texts(get_args(element)):
        names[f"allowed{number}"] = frozenset(get_args(element))
        fits = f"allowed{number}.issuperset({value})"
    elif element is str:
        fits = f"''.join({value}) is not None"  # raises TypeError for anything but texts, and is the quickest to do so
    elif element in _SCALARS:
        fits = f"{{*map(type, {value})}} <= {{{element.__name__}}}"
    else:
        return None
    return _Read(f"type({value}) is not list or not {fits}", f"{value}[:]")


def _texts(values: tuple[Any, ...]) -> bool:
    return all(type(each) is str for each in values)


_SCALARS: Final = (str, int, bool)
