"""Tree -> text.

The canonical text has ``==`` and keywords in upper case, the kind of quotes that needs no escaping, and parentheses
exactly where AND and OR mix. The place decides how names are written. Law: ``parse(render(x, place=p), place=p) == x``;
what has no spelling in a place is refused instead of written wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidDeclaration, InvalidName
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._nodes import (
    ALWAYS,
    NEVER,
    And,
    Comparison,
    Const,
    Items,
    Node,
    Operand,
    Or,
    Path,
    Scalar,
    Scope,
)
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._tokens import IS_NAME, IS_SORT_SEGMENT, MAX_DIGITS, RESERVED, quote
from taskrouter_kit.expr._walk import paths


def render(
    expression: Condition[Any] | OrderBy | OrderKey | KnownWorkerPath,  # Any: every scope
    *,
    place: Place | None = None,
    lossless: bool = False,
) -> str:
    """Return the text of *expression* as it is written in *place* (default: where it stands already).

    Without any place names are written bare, unless the condition reads worker and task: then each gets its prefix.
    ``lossless`` returns the author's own text where *expression* was parsed in the same place.
    Raises :class:`~taskrouter_kit.errors.InvalidDeclaration` for what cannot be written there.
    """
    if isinstance(expression, (OrderBy, OrderKey)):
        if lossless and isinstance(expression, OrderBy) and expression.source is not None:
            return expression.source
        keys = expression.keys if isinstance(expression, OrderBy) else (expression,)
        return ", ".join(_sort_key(key) for key in keys)
    same = place is None or place == expression.place
    place = place or expression.place
    if isinstance(expression, KnownWorkerPath):
        if lossless and same and expression.source is not None:
            return expression.source
        return _path(expression.path, _SPELLERS[place or "known_worker_sid"])
    source = expression.source
    if source is not None and same and (lossless or not source.strip()):
        return source if lossless else ""
    return render_node(expression.node, place)


def render_node(node: Node, place: Place | None = None) -> str:
    """Return the canonical text of *node* in *place*; without one as :func:`render` does."""
    out: list[str] = []
    _write(node, _SPELLERS[place] if place is not None else _without_place(node), out)
    return "".join(out)


def render_operand(operand: Operand, place: Place | None = None) -> str:
    """Return the canonical text of *operand* in *place*; without one names are written with their prefix."""
    return _operand(operand, _SPELLERS[place] if place is not None else _PREFIXED)


# --- groups and comparisons ------------------------------------------------------------------------------------------


def _write(node: Node, speller: _Speller, out: list[str]) -> None:
    """Append the text of *node*; recursion goes over levels of AND and OR, which the tree bounds."""
    if node.__class__ is Comparison:
        out.append(_comparison(node, speller))
        return
    assert isinstance(node, (And, Or))
    joiner = " AND " if node.__class__ is And else " OR "
    first = True
    for part in node.parts:
        if not first:
            out.append(joiner)
        first = False
        if part.__class__ is Comparison:
            out.append(_comparison(part, speller))
        else:
            out.append("(")
            _write(part, speller, out)
            out.append(")")


def _comparison(node: Any, speller: _Speller) -> str:  # Any: a Comparison, checked by the caller
    left, right = node.left, node.right
    if left.__class__ is Const and node in _IDIOMS:
        return _IDIOMS[node]
    # The operator is a str: joining takes its own text without asking the enum.
    return " ".join((_operand(left, speller), node.operator, _operand(right, speller)))


#: What the documents write for everybody and nobody.
_IDIOMS: Final[dict[Node, str]] = {ALWAYS: "1==1", NEVER: "1==0"}


def _operand(operand: Operand, speller: _Speller) -> str:
    if operand.__class__ is Path:
        return _path(operand, speller)
    if operand.__class__ is Const:
        value = operand.value
        return quote(value) if value.__class__ is str else _constant(value)
    assert isinstance(operand, Items)
    return f"[{', '.join(map(_constant, operand.values))}]"


def _constant(value: Scalar) -> str:
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) < 10 ** (MAX_DIGITS - 1):
            return str(value)
    elif isfinite(value):
        text = repr(value)
        # 1e-07 -> 0.0000001: the language reads no exponents.
        text = text if "e" not in text else format(Decimal(text), "f")
        return text if "." in text else f"{text}.0"
    message = f"A number must be finite and have fewer than {MAX_DIGITS} digits to be written."
    raise InvalidDeclaration(Diagnostic("unspeakable-number", message))


# --- names -----------------------------------------------------------------------------------------------------------


class _Speller:
    """How names are written in one place, with a bounded memory of the names already found to be right."""

    __slots__ = ("bare", "known", "place", "prefixes", "words")

    def __init__(self, place: Place | None, bare: Scope, prefixes: Mapping[str, Scope]) -> None:
        self.place = place
        self.bare = bare
        self.words = prefixes
        self.prefixes = {scope: word for word, scope in prefixes.items()}
        self.known: dict[tuple[str | int, ...], tuple[Scope, str]] = {}

    def spell(self, path: Path) -> str:
        """Return how *path* is written, or raise."""
        name = _dotted(path.segments, IS_NAME)
        if name is None:
            raise _bad_name(path)
        if path.scope is not self.bare or self._misread(path.segments):
            prefix = self.prefixes.get(path.scope)
            if prefix is None:
                raise _foreign(path, self.place)
            name = f"{prefix}.{name}"
        if len(self.known) >= _MOST_SPELLINGS:
            self.known.clear()
        self.known[path.segments] = (path.scope, name)
        return name

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


def _path(path: Any, speller: _Speller) -> str:  # Any: a Path, checked by the caller
    known = speller.known.get(path.segments)
    if known is not None and known[0] is path.scope:
        return known[1]
    return speller.spell(path)


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


def _sort_key(key: OrderKey) -> str:
    if key.path.scope is not Scope.WORKER:
        raise _foreign(key.path, "order_by")
    name = _dotted(key.path.segments, IS_SORT_SEGMENT)
    if name is None:
        raise _bad_name(key.path)
    return f"worker.{name} {'DESC' if key.descending else 'ASC'}"


def _bad_name(path: Path) -> InvalidName:
    shown = ".".join(map(str, path.segments))
    message = f"No expression can refer to the attribute {shown!r}."
    hint = "names are made of A-Z, a-z, 0-9, _ and $, and do not start with a digit"
    return InvalidName(Diagnostic("unspeakable-name", message, hint=hint))


def _foreign(path: Path, place: Place | None) -> InvalidDeclaration:
    shown = ".".join(map(str, (path.scope.value, *path.segments) if path.scope.value else path.segments))
    message = f"{shown!r} cannot be written in a {place or 'condition'}: it would be read as something else."
    hint = None
    if place is not None:
        scopes = sorted(scope.value for scope in PLACES[place].scopes)
        hint = f"a {place} reads: {', '.join(scopes)}"
    return InvalidDeclaration(Diagnostic("unspeakable-here", message, hint=hint))
