"""Changes of texts that others wrote: rename an attribute, replace a constant, leave everything else as it is.

An edit is a replacement of a span that the tree knows, so the author's blanks, quotes, parentheses and spelling stay
byte for byte. Every edited text is parsed again and must say what the edited tree says, or nothing is changed at all.
Where the expressions of a whole workflow configuration lie is ``_workflow_texts``' business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias, TypeVar, cast, overload

from taskrouter_kit._diagnostics import Diagnostic, Span, Where
from taskrouter_kit.errors import ExpressionSyntaxError, InvalidDeclaration, InvalidName
from taskrouter_kit.expr._column_base import scalar
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Path, Scalar, Scope
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._spelling import render_operand
from taskrouter_kit.expr._tokens import IS_SORT_SEGMENT, NUMBER, STRING, TOKEN, WORD
from taskrouter_kit.expr._walk import comparisons, paths
from taskrouter_kit.expr._workflow_texts import edit_json, edit_mapping

#: A span and what to put there.
Edit: TypeAlias = tuple[Span, str]
_Parsed: TypeAlias = Condition[Any] | OrderBy | KnownWorkerPath  # Any: every scope

M = TypeVar("M", bound=Mapping[str, Any])  # Any: a JSON document


@overload
def rename_attribute(
    subject: str, old: str, new: str, *, of: Literal["worker", "task"], place: Place | None = None
) -> str: ...
@overload
def rename_attribute(subject: M, old: str, new: str, *, of: Literal["worker", "task"]) -> M: ...
def rename_attribute(
    subject: str | Mapping[str, Any],
    old: str,
    new: str,
    *,
    of: Literal["worker", "task"],
    place: Place | None = None,
) -> str | Mapping[str, Any]:
    """Return *subject* with the attribute *old* of workers or tasks called *new*, and everything else untouched.

    *subject* is the text of an expression (say its *place*), the JSON text of a workflow configuration, or such a
    configuration as a mapping, of which a copy is returned. Names are dotted (``routing.skills``) and cover what lies
    below them. Raises :class:`~taskrouter_kit.errors.ExpressionSyntaxError` with every text that cannot be read, and
    :class:`~taskrouter_kit.errors.InvalidName` where *new* cannot stand; then nothing is changed.
    """
    if of not in ("worker", "task"):
        message = f"An attribute is of a 'worker' or a 'task'; got {of!r}."
        raise InvalidDeclaration(Diagnostic("invalid-choice", message, where=Where(path="of")))
    scope, names = Scope(of), tuple(old.split("."))
    for name in (*names, *new.split(".")):
        if IS_SORT_SEGMENT.fullmatch(name) is None:
            message = f"No expression can refer to the attribute {name!r}."
            hint = "names are made of A-Z, a-z, 0-9, _ and $, with dots between them"
            raise InvalidName(Diagnostic("unspeakable-name", message, hint=hint))

    def renamed(path: Path) -> Path:
        return Path(path.scope, (*new.split("."), *path.segments[len(names) :]))

    def edits(text: str, parsed: _Parsed) -> Iterator[Edit]:
        for path in _paths(parsed):
            if path.scope is scope and path.segments[: len(names)] == names and path.span is not None:
                start = path.span[0] + (len(scope.value) + 1 if path.explicit else 0)
                yield (start, start + len(old)), new

    def check(before: _Parsed, after: _Parsed | None, path: str) -> None:
        wanted = [
            renamed(found) if found.scope is scope and found.segments[: len(names)] == names else found
            for found in _paths(before)
        ]
        if after is None or list(_paths(after)) != wanted:
            message = f"{new!r} would be read as something else where {old!r} stands."
            hint = "choose a name that is no keyword and no prefix"
            found = Diagnostic("misread-name", message, hint=hint)
            raise InvalidName(found.at(path) if path else found)

    return _edit(subject, place, edits, check)


@overload
def replace_constant(
    subject: str, old: Scalar, new: Scalar, *, attribute: str | None = None, place: Place | None = None
) -> str: ...
@overload
def replace_constant(subject: M, old: Scalar, new: Scalar, *, attribute: str | None = None) -> M: ...
def replace_constant(
    subject: str | Mapping[str, Any],
    old: Scalar,
    new: Scalar,
    *,
    attribute: str | None = None,
    place: Place | None = None,
) -> str | Mapping[str, Any]:
    """Return *subject* with the constant *old* replaced by *new*, alone and in lists, and everything else untouched.

    *attribute* limits this to comparisons with that (dotted) attribute, of worker or task. ``1``, ``1.0``, ``"1"`` and
    ``True`` are four different constants. *subject* and the errors are as in :func:`rename_attribute`.
    """
    old, new = scalar(old), scalar(new)
    wanted, names = Const(old), None if attribute is None else tuple(attribute.split("."))

    def edits(text: str, parsed: _Parsed) -> Iterator[Edit]:
        if not isinstance(parsed, Condition) or not text.strip():
            return
        for comparison in comparisons(parsed.node):
            if names is not None and not _compares(comparison, names):
                continue
            for operand in (comparison.left, comparison.right):
                if operand == wanted and operand.span is not None:
                    yield operand.span, _constant(new, text[operand.span[0]])
                elif isinstance(operand, Items) and operand.span is not None:
                    yield from (
                        (span, _constant(new, text[span[0]]))
                        for value, span in zip(operand.values, _item_spans(text, operand.span), strict=True)
                        if Const(value) == wanted
                    )

    def check(before: _Parsed, after: _Parsed | None, path: str) -> None:
        assert after is not None, "a constant stands where a constant stood"

    return _edit(subject, place, edits, check)


def _edit(
    subject: str | Mapping[str, Any],
    place: Place | None,
    edits: Callable[[str, _Parsed], Iterable[Edit]],
    check: Callable[[_Parsed, _Parsed | None, str], None],
) -> str | Mapping[str, Any]:
    """Return *subject* with *edits* applied to each of its expressions.

    Each result is parsed again (None where it does not parse) and checked.
    """

    def one(text: str, at: Place, path: str = "") -> list[Edit]:
        before = parse(text, place=at)
        found = sorted(edits(text, before))
        if found:
            check(before, _parsed(apply(text, found), at), path)
        return found

    if not isinstance(cast(object, subject), str | Mapping):
        message = f"Expected the text of an expression, or a workflow configuration; got a {type(subject).__name__}."
        hint = "the text of a condition is str(condition)" if isinstance(subject, Condition) else None
        raise InvalidDeclaration(Diagnostic("wrong-type", message, hint=hint))
    if not isinstance(subject, str):
        return edit_mapping(subject, lambda text, at, path: apply(text, one(text, at, path)))
    if place is None:
        return edit_json(subject, one)
    return apply(subject, one(subject, place))


def _parsed(text: str, place: Place) -> _Parsed | None:
    try:
        return parse(text, place=place)
    except ExpressionSyntaxError:
        return None


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with *edits* applied, which are sorted and do not overlap."""
    pieces: list[str] = []
    at = 0
    for (start, end), replacement in edits:
        pieces.extend((text[at:start], replacement))
        at = end
    return "".join((*pieces, text[at:]))


def _paths(parsed: _Parsed) -> Iterator[Path]:
    if isinstance(parsed, Condition):
        return paths(parsed.node)
    return iter([parsed.path] if isinstance(parsed, KnownWorkerPath) else [key.path for key in parsed])


def _compares(comparison: Comparison, names: tuple[str, ...]) -> bool:
    return any(isinstance(side, Path) and side.segments == names for side in (comparison.left, comparison.right))


def _constant(value: Scalar, first: str) -> str:
    """Return the text of *value*, in the quotes of the constant that starts with *first* where they will do."""
    if isinstance(value, str) and first in "'\"" and first not in value and "\\" not in value:
        return f"{first}{value}{first}"
    return render_operand(Const(value))


def _item_spans(text: str, span: Span) -> Iterator[Span]:
    """Yield the spans of the constants of the list at *span*."""
    for token in TOKEN.finditer(text, span[0], span[1]):
        if token.lastindex in (STRING, NUMBER, WORD):
            yield token.span(token.lastindex)
