"""Tree -> text: nodes, operands and sort keys. What holds a tree (``Condition``, ``OrderBy``) is not known here.

The canonical text has ``==`` and keywords in upper case, the kind of quotes that needs no escaping, and parentheses
exactly where AND and OR mix. The place decides how names are written. Law: ``parse(render(x, place=p), place=p) == x``;
what has no spelling in a place is refused instead of written wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidDeclaration, InvalidName
from taskrouter_kit.expr._nodes import (
    ALWAYS,
    NEVER,
    And,
    Comparison,
    Const,
    Node,
    Operand,
    Path,
    Scalar,
    Scope,
)
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._tokens import IS_NAME, IS_SORT_SEGMENT, MAX_DIGITS, RESERVED, quote
from taskrouter_kit.expr._walk import paths


def render_node(node: Node, place: Place | None = None) -> str:
    """Return the canonical text of *node* in *place*; without one names are bare, unless it reads worker and task.

    Raises :class:`~taskrouter_kit.errors.InvalidDeclaration` for what cannot be written there.
    """
    return _group(node, _SPELLERS[place] if place is not None else _without_place(node))


def render_operand(operand: Operand, place: Place | None = None) -> str:
    """Return the canonical text of *operand* in *place*; without one names are written with their prefix."""
    return _operand(operand, _SPELLERS[place] if place is not None else _PREFIXED)


def render_sort_key(path: Path, descending: bool) -> str:
    """Return the text of one key of an ``order_by``; raises where *path* reads no worker or has no spelling."""
    if path.scope is not Scope.WORKER:
        raise _foreign(path, "order_by")
    name = _dotted(path.segments, IS_SORT_SEGMENT)
    if name is None:
        raise _bad_name(path)
    return f"worker.{name} {'DESC' if descending else 'ASC'}"


# --- groups and comparisons ------------------------------------------------------------------------------------------


def _group(node: Node, speller: _Speller) -> str:
    """Return the text of *node*; recursion goes over levels of AND and OR, which the tree bounds."""
    if isinstance(node, Comparison):
        return _comparison(node, speller)
    return (" AND " if isinstance(node, And) else " OR ").join(
        [
            _comparison(part, speller) if part.__class__ is Comparison else f"({_group(part, speller)})"
            for part in node.parts
        ]
    )


def _comparison(node: Any, speller: _Speller) -> str:  # Any: a Comparison, checked by the caller
    """Return the text of a comparison, the common operands written in place: this runs once a clause."""
    left, right = node.left, node.right
    if left.__class__ is Path:
        known = speller.known.get(left.segments)
        before = known[1] if known is not None and known[0] is left.scope else speller.spell(left)
    elif node in _IDIOMS:
        return _IDIOMS[node]
    else:
        before = _operand(left, speller)
    if right.__class__ is Const and (value := right.value).__class__ is str and '"' not in value and "\\" not in value:
        after = f'"{value}"'
    else:
        after = _operand(right, speller)
    # The operator is a str: joining takes its own text without asking the enum.
    return " ".join((before, node.operator, after))


#: What the documents write for everybody and nobody.
_IDIOMS: Final[dict[Node, str]] = {ALWAYS: "1==1", NEVER: "1==0"}


def _operand(operand: Operand, speller: _Speller) -> str:
    if isinstance(operand, Path):
        known = speller.known.get(operand.segments)
        return known[1] if known is not None and known[0] is operand.scope else speller.spell(operand)
    if isinstance(operand, Const):
        return _constant(operand.value)
    return f"[{', '.join(map(_constant, operand.values))}]"


_TOO_LONG: Final = 10 ** (MAX_DIGITS - 1)


def _constant(value: Scalar) -> str:
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if -_TOO_LONG < value < _TOO_LONG:
            return str(value)
    elif isfinite(value):
        text = repr(value)
        if "e" in text:  # 1e-07 -> 0.0000001: the language reads no exponents.
            from decimal import Decimal

            text = format(Decimal(text), "f")
        return text if "." in text else f"{text}.0"
    message = f"A number must be finite and have fewer than {MAX_DIGITS} digits to be written."
    raise InvalidDeclaration(Diagnostic("unspeakable-number", message))


# --- names -----------------------------------------------------------------------------------------------------------


class _Speller:
    """How names are written in one place, with a bounded memory of the names already found to be right."""

    __slots__ = ("bare", "known", "others", "place", "prefixes", "words")

    def __init__(self, place: Place | None, bare: Scope, prefixes: Mapping[str, Scope]) -> None:
        self.place: Place | None = place
        self.bare = bare
        self.words = prefixes
        self.prefixes = {scope: word for word, scope in prefixes.items()}
        #: Segments -> scope and text; the first scope met. Callers look here, a call cheaper than :meth:`spell`.
        self.known: dict[tuple[str | int, ...], tuple[Scope, str]] = {}
        #: The same names in further scopes.
        self.others: dict[tuple[str, tuple[str | int, ...]], str] = {}

    def spell(self, path: Path) -> str:
        """Return how *path* is written, or raise."""
        key = (path.scope._value_, path.segments)
        name = self.others.get(key)
        if name is None:
            name = self._spell(path)
            if len(self.known) + len(self.others) >= _MOST_SPELLINGS:
                self.known.clear()
                self.others.clear()
            if self.known.setdefault(path.segments, (path.scope, name))[0] is not path.scope:
                self.others[key] = name
        return name

    def _spell(self, path: Path) -> str:
        name = _dotted(path.segments, IS_NAME)
        if name is None:
            raise _bad_name(path)
        if path.scope is self.bare and not self._misread(path.segments):
            return name
        prefix = self.prefixes.get(path.scope)
        if prefix is None:
            raise _foreign(path, self.place)
        return f"{prefix}.{name}"

    def _misread(self, segments: tuple[str | int, ...]) -> bool:
        """Whether the bare name would be read as a keyword or as somebody else's prefix."""
        first = segments[0]
        if len(segments) == 1:
            return first in RESERVED
        return first in self.words if isinstance(segments[1], str) else first in RESERVED


_MOST_SPELLINGS: Final = 4096
_SPELLERS: Final[dict[Place, _Speller]] = {
    row.place: _Speller(row.place, row.bare, row.prefixes) for row in PLACES.values()
}
_PREFIXED: Final = _Speller(None, Scope.NONE, PLACES["target"].prefixes)
_BARE_WORKER: Final = _Speller(None, Scope.WORKER, PLACES["target"].prefixes)
_BARE_TASK: Final = _Speller(None, Scope.TASK, PLACES["target"].prefixes)


def _without_place(node: Node) -> _Speller:
    scopes = {path.scope for path in paths(node)} - {Scope.CLOCK}
    if scopes == {Scope.WORKER}:
        return _BARE_WORKER
    return _BARE_TASK if scopes == {Scope.TASK} else _PREFIXED


def _dotted(segments: tuple[str | int, ...], name: re.Pattern[str]) -> str | None:
    """Return *segments* joined, or None where one of them is no name and no index."""
    pieces: list[str] = []
    for segment in segments:
        if isinstance(segment, str):
            if name.fullmatch(segment) is None:
                return None
            pieces.append(f".{segment}")
        elif not pieces or not 0 <= segment < 10**9:
            return None
        else:
            pieces.append(f"[{segment}]")
    return "".join(pieces)[1:] or None


def _bad_name(path: Path) -> InvalidName:
    shown = ".".join(map(str, path.segments))
    message = f"No expression can refer to the attribute {shown!r}."
    hint = "names are made of A-Z, a-z, 0-9, _ and $, and do not start with a digit"
    return InvalidName(Diagnostic("unspeakable-name", message, hint=hint))


def _foreign(path: Path, place: Place | None) -> InvalidDeclaration:
    shown = ".".join(map(str, (path.scope.value, *path.segments) if path.scope.value else path.segments))
    what = "a condition" if place is None else f"{'an' if place[0] in 'aeiou' else 'a'} {place}"
    message = f"{shown!r} cannot be written in {what}: it would be read as something else."
    hint = None
    if place is not None:
        scopes = sorted(scope.value for scope in PLACES[place].scopes)
        hint = f"{what} reads: {', '.join(scopes)}"
    return InvalidDeclaration(Diagnostic("unspeakable-here", message, hint=hint))
