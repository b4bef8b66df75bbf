"""Which name was probably meant: the nearest of those that are known, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from attrs import evolve

from taskrouter_kit.expr._facts import CLOCK_NAMES, WORKER_FIELDS
from taskrouter_kit.expr._kinds import Kind, a
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._paths import dotted
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr._schema_paths import below
from taskrouter_kit.expr.checks._context import Subject

#: What the names of the clock are also called, as :func:`_plain` spells it.
_CLOCK_ALIASES: Final = {"currentday": "dayOfWeek", "weekday": "dayOfWeek", "day": "dayOfWeek", "minute": "currentMin"}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return which of *known* is nearest to *name*, whatever their case and underscores."""
    spelled = {_plain(each): each for each in known}
    close = get_close_matches(_plain(name), spelled, n=1)
    return spelled[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the hint for *name*, which is none of *known*."""
    names = tuple(known)
    close = nearest(name, names)
    return f"did you mean {close!r}? Known: {', '.join(names)}." if close else f"known: {', '.join(names)}."


def clock_name(name: str) -> str:
    """Return the hint for a *name* that the clock does not have."""
    alias = _CLOCK_ALIASES.get(_plain(name))
    return did_you_mean(alias or name, CLOCK_NAMES)


def built_in(path: Path, place: Place | None) -> str | None:
    """Return what TaskRouter itself calls the single name *path*, where it is spelled otherwise or lacks its prefix."""
    name = path.segments[0]
    if len(path.segments) != 1 or not isinstance(name, str):
        return None
    fields = {_plain(each): each for each in WORKER_FIELDS} if path.scope is Scope.WORKER else {}
    field = fields.get(_plain(name))
    if field is not None and field != name:
        return field
    clock = {_plain(each): f"taskrouter.{each}" for each in CLOCK_NAMES}
    return clock.get(_plain(name)) if place is None or Scope.CLOCK in PLACES[place].scopes else None


def prefixed(path: Path, place: Place) -> str:
    """Return the hint for *path*, which has no prefix although names need one in *place*."""
    row = PLACES[place]
    words = sorted(scope.value for scope in row.scopes if scope is not Scope.CLOCK)
    first = str(path.segments[0])
    clock = built_in(path, place)
    if clock is not None:
        return f"did you mean {clock}?"
    if len(path.segments) == 1:
        if first in words:
            return f"write {first}.<name>"
        return f"write {' or '.join(f'{word}.' for word in words)} in front of it"
    word = nearest(first, [scope.value for scope in row.scopes])
    if word is not None:
        return f"did you mean {dotted(evolve(path, scope=Scope.NONE, segments=(word, *path.segments[1:])))}?"
    return f"write {' or '.join(f'{each}.' for each in words)} in front of it"


def below_schema(subject: Subject, path: Path) -> str:
    """Return the hint for *path*, which its schema does not have: what it has where the path leaves it."""
    found, before = Kind("schema", nested=subject.schema(path.scope)), ""
    for segment in path.segments:
        inside = below(found, segment)
        if inside is None:
            if found.nested is None:
                return f"{before} is {a(found.name)}: nothing of that name is below it"
            if not before and (meant := built_in(path, subject.place)) is not None:
                return f"did you mean {meant!r}?"
            return _known(str(segment), before, tuple(schema_fields(found.nested)), path.scope)
        before += f"[{segment}]" if isinstance(segment, int) else f".{segment}" if before else segment
        found = inside
    return f"{before} is {a(found.name)}"


def _known(name: str, before: str, fields: tuple[str, ...], scope: Scope) -> str:
    start = f"{before}." if before else ""
    listed = f"{', '.join(f'{start}{each}' for each in fields)}."
    close = nearest(name, (*fields, *(WORKER_FIELDS if scope is Scope.WORKER and not before else ())))
    return f"did you mean {f'{start}{close}'!r}? Known: {listed}" if close else f"known: {listed}"


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
