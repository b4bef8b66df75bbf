"""What the body of a schema declares, before any annotation is read: its attributes, and what is wrong with them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, get_origin

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.expr._names import problem_with
from taskrouter_kit.expr._schema_fields import annotations_of


@frozen
class Body:
    """The attributes that a class inherits, the names that it declares itself, and what it declares wrongly."""

    inherited: dict[str, Any]  # Any: descriptors of the class that is given to read_body
    own: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def read_body(cls: type, attr: type, base: type) -> Body:
    """Return what *cls* declares: annotations of *attr*; *base* is the class that all schemas come from."""
    inherited: dict[str, Any] = {}
    for parent in reversed(cls.__mro__[1:]):
        declared = parent.__dict__.get("__taskrouter_attrs__", {})
        inherited |= {name: declared[name] for name in annotations_of(parent) if name in declared}
    own: list[str] = []
    problems: list[Diagnostic] = []
    for name, annotation in annotations_of(cls).items():
        origin = _origin(cls, annotation, attr)
        if origin is attr and not _is_bare(annotation):
            own.append(name)
            if name in annotations_of(base) or any(name in vars(each) for each in base.__mro__):
                problems.append(_taken(cls, name))
        elif not _is_of_the_class(origin) and not name.startswith("_"):
            problems.append(_plain(cls, name, annotation))
    return Body(inherited, tuple(own), tuple(problems))


def problems_with_names(cls: type, names: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the *names* in the document, by their names in Python."""
    held = Counter(map(repr, names.values()))
    for python_name, name in names.items():
        problem = problem_with(name, owner=f"{cls.__name__}.{python_name}")
        if problem is not None:
            yield problem
        elif held[repr(name)] > 1:
            message = f"Two attributes of {cls.__name__} are called {name!r} in the document."
            hint = "leave out one of them, or give it another name"
            yield Diagnostic("attribute-twice", message, where=_where(cls, python_name), hint=hint)


def _origin(cls: type, annotation: object, attr: type) -> object:
    """Return what stands before the brackets of *annotation*, which may be a text."""
    if not isinstance(annotation, str):
        return get_origin(annotation) or annotation
    first, *rest = annotation.strip(" '\"").partition("[")[0].strip().split(".")
    found: object = getattr(sys.modules.get(cls.__module__), first, None)
    for name in rest:
        found = getattr(found, name, None)
    # What was imported where the class stands inside a function is not found in its module.
    return found or {"Attr": attr, "ClassVar": ClassVar, "Final": Final}.get((rest or [first])[-1])


def _is_of_the_class(origin: object) -> bool:
    """Tell whether it marks what a class says of itself, not of a document."""
    return origin is ClassVar or origin is Final


def _is_bare(annotation: object) -> bool:
    return "[" not in annotation if isinstance(annotation, str) else get_origin(annotation) is None


def _taken(cls: type, name: str) -> Diagnostic:
    message = f"{name!r} is something that every schema has, so no attribute can have that name in Python."
    hint = f'write {name}_: Attr[…] = attribute(name="{name}")'
    return Diagnostic("taken-name", message, where=_where(cls, name), hint=hint)


def _plain(cls: type, name: str, annotation: object) -> Diagnostic:
    message = f"The annotation of {cls.__name__}.{name} is not of the form Attr[…]."
    shown = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    kind = "…" if "Attr" in shown else shown
    hint = f"write {name}: Attr[{kind}], or ClassVar[…] for what belongs to the class"
    return Diagnostic("plain-annotation", message, where=_where(cls, name), hint=hint)


def _where(cls: type, name: str) -> Where:
    return Where(path=f"{cls.__name__}.{name}")
