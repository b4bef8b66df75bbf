"""Payloads -> resources: one function a class, written from its plan and compiled once.

A list of a thousand workers is read in one call of it. Points in time are read when they are first asked for (most
walks never do), everything else at once, so that an answer of another shape is an error here and not later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Final, TypeVar, cast

import attrs

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import UnexpectedAnswer
from taskrouter_kit.models._base import Meta, Resource
from taskrouter_kit.models._plan import Step, plan_of

R = TypeVar("R", bound=Resource)

#: What reading a payload of another shape raises.
_WRONG_SHAPE: Final = (KeyError, TypeError, ValueError, AttributeError)


def decode(cls: type[R], payload: Json, meta: Meta | None = None, **more: object) -> R:
    """Return *payload* as a *cls*; raises :class:`UnexpectedAnswer` when it is not one.

    *more* are the fields that the payload does not hold. Points in time are read at once.
    """
    try:
        found = _reader(cls)([payload], meta, **more)[0]
        for name in _moments(cls):
            getattr(found, name)
    except _WRONG_SHAPE as error:
        raise UnexpectedAnswer(misshapen(cls, payload, error)) from None  # its text repeats the value
    return cast(R, found)


def decode_all(cls: type[R], payloads: list[Json], **more: object) -> list[R]:
    """Return each of *payloads* as a *cls*; raises :class:`UnexpectedAnswer` for the first that is not one."""
    try:
        return cast("list[R]", _reader(cls)(payloads, None, **more))
    except _WRONG_SHAPE:
        return [decode(cls, payload, None, **more) for payload in payloads]  # one by one: the wrong one is named


def misshapen(cls: type[Resource], payload: Json, error: Exception) -> Diagnostic:
    """Say what keeps *payload* from being a *cls*, without repeating a value."""
    if not isinstance(payload, Mapping):
        what = f"expected an object, got a {type(payload).__name__}"
    else:
        missing = [step.key for step in plan_of(cls).values() if step.key not in payload]
        unread = next((step.key for step in plan_of(cls).values() if not missing and _fails(step, payload)), None)
        what = f"it lacks {', '.join(missing)}" if missing else f"{type(error).__name__} while reading {unread or 'it'}"
    return Diagnostic("unexpected-answer", f"The answer is no {cls.__name__}: {what}.", where=Where(path=cls.__name__))


def _fails(step: Step, payload: Mapping[str, Json]) -> bool:
    try:
        step.read(payload)
    except (*_WRONG_SHAPE, UnexpectedAnswer):
        return True
    return False


def _moments(cls: type[Resource]) -> Iterator[str]:
    return (step.name for step in plan_of(cls).values() if step.way == "moment")


_Reader = Callable[..., "list[Any]"]  # (payloads, meta, **fields that no payload holds)
_readers: dict[type, _Reader] = {}


def _reader(cls: type[Resource]) -> _Reader:
    reader = _readers.get(cls)
    if reader is None:
        reader = _readers[cls] = _compiled(cls)
    return reader


def _compiled(cls: type[Resource]) -> _Reader:
    """Return the function that reads a list of payloads, written from the names in *cls* (no text from outside).

    It fills objects of a subclass that may be written to and then makes them what they are to be: several times as
    fast as a frozen class's constructor. Keys are looked up as the very objects that the first payload holds: within
    one document every object has the same ones, and identity spares comparing texts.
    """
    names: dict[str, object] = {"cls": cls, "Unsealed": _unsealed(cls), "new": object.__new__, "all_of": itemgetter}
    plan, beside = list(plan_of(cls).values()), list(_beside(cls))
    names |= {f"default{number}": each.default for number, each in enumerate(beside)}
    given = "".join(f", {each.name}=default{number}" for number, each in enumerate(beside))
    values = ", ".join(f"value{number}" for number in range(len(plan)))
    lines = [
        f"def read(payloads, meta{given}):",
        "    keys = {key: key for key in payloads[0]} if payloads else {}",
        f"    values_of = all_of({', '.join(f'keys.get({step.key!r}, {step.key!r})' for step in plan)})",
        "    found = []",
        f"    for payload, ({values}) in zip(payloads, map(values_of, payloads)):",
        "        made = new(Unsealed)",
        "        made.raw = payload",
        "        made.meta = meta",
        *(f"        {line}" for number, step in enumerate(plan) for line in _filled(number, step, names)),
        *(f"        made.{each.name} = {each.name}" for each in beside),
        "        made.__class__ = cls",
        "        found.append(made)",
        "    return found",
    ]
    exec("\n".join(lines), names)
    return cast(_Reader, names["read"])


def _filled(number: int, step: Step, names: dict[str, object]) -> list[str]:
    """Return the lines that fill one field; what they name goes into *names*."""
    value = f"value{number}"
    if step.way == "as it is":
        return [f"made.{step.name} = {value}"]
    if step.way == "moment":
        # left unset: Resource.__getattr__ reads it; that it is there, and a text, is seen now
        return [f"if type({value}) is not str{f' and {value} is not None' if step.optional else ''}: raise TypeError"]
    names[f"convert{number}"] = step.convert
    if step.way == "own":
        return [f"made.{step.name} = convert{number}({value})"]
    names[f"members{number}"] = cast(Any, step.convert)._value2member_map_
    known = f"members{number}.get({value}) or convert{number}({value})"
    return [f"made.{step.name} = {f'None if {value} is None else {known}' if step.optional else known}"]


def _beside(cls: type[Resource]) -> Iterator[Any]:  # Any: attrs.Attribute of whatever
    return (each for each in attrs.fields(cls) if not each.metadata.get("wire", True))


def _unsealed(cls: type[Resource]) -> type[Resource]:
    """Return a subclass of the same layout whose instances can be written to."""
    free = {"__init__": object.__init__, "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return cast("type[Resource]", type(cls.__name__, (cls,), {"__slots__": (), **free}))
