"""Where expressions lie in a workflow configuration, as a mapping and as JSON text that is edited in place."""

# Documented: workflows.md (task_routing.filters[].expression and targets[]); expressions.md section 1

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, cast

from taskrouter_kit._diagnostics import Diagnostic, Span
from taskrouter_kit.errors import ExpressionError, ExpressionSyntaxError
from taskrouter_kit.expr._places import Place

_OF_TARGET: Final[dict[str, Place]] = {
    "expression": "target",
    "order_by": "order_by",
    "skip_if": "skip_if",
    "known_worker_sid": "known_worker_sid",
    "known_worker_friendly_name": "known_worker_friendly_name",
}
#: (what holds the object: a list of that name, or the default; key in the object) -> place.
# Documented: workflows.md section 2.4 (the default is a target)
PLACE_OF_KEY: Final[dict[tuple[str, str], Place]] = {
    ("filters", "expression"): "filter",
    **{("targets", key): place for key, place in _OF_TARGET.items()},
    **{("default_filter", key): place for key, place in _OF_TARGET.items()},
}

_TOKEN: Final = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|([\[{])|([\]}])|(,)')
#: A character of a JSON string as it is written; a surrogate pair is one character.
_CHARACTER: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)

_Edits: TypeAlias = "list[tuple[Span, str]]"


def edit_mapping(document: Mapping[str, Any], edit: Callable[[str, Place, str], str]) -> dict[str, Any]:
    """Return a copy of *document* whose expressions are what ``edit(text, place, path)`` returns for them.

    Raises one error with the problems of all expressions that cannot be read.
    """
    problems: list[Diagnostic] = []

    def copy(value: Any, path: str, holder: str, key: str) -> Any:  # Any: a JSON value
        if isinstance(value, Mapping):
            inside = "default_filter" if key == "default_filter" else holder
            return {
                name: copy(below, f"{path}.{name}", inside, str(name))
                for name, below in cast("Mapping[str, Any]", value).items()
            }
        if isinstance(value, (list, tuple)):
            return [copy(below, f"{path}[{index}]", key, "") for index, below in enumerate(cast("list[Any]", value))]
        place = PLACE_OF_KEY.get((holder, key)) if isinstance(value, str) and value.strip() else None
        if place is None:
            return value
        try:
            return edit(value, place, path)
        except ExpressionSyntaxError as error:
            problems.extend(diagnostic.at(path) for diagnostic in error.diagnostics)
            return value

    copied = {name: copy(value, f"$.{name}", "", str(name)) for name, value in document.items()}
    if problems:
        raise ExpressionSyntaxError(problems)
    return copied


def edit_json(text: str, edits: Callable[[str, Place, str], _Edits]) -> str:
    """Return the JSON *text* of a configuration with the *edits* of its expressions; all other bytes stay.

    Raises one error with the problems of all expressions that cannot be read.
    """
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "say the place when it is the text of one expression"
        message = f"This is no JSON text of a workflow configuration: {error}."
        raise ExpressionError(Diagnostic("not-a-configuration", message, hint=hint)) from error
    problems: list[Diagnostic] = []
    pieces: list[str] = []
    at = 0
    for place, path, (start, end) in _expressions(text):
        expression: str = json.loads(text[start:end])
        if not expression.strip():
            continue
        try:
            found = edits(expression, place, path)
        except ExpressionSyntaxError as error:
            problems.extend(diagnostic.at(path) for diagnostic in error.diagnostics)
            continue
        offsets = _offsets(text[start + 1 : end - 1]) if found else []
        for span, replacement in found:
            pieces.append(text[at : start + 1 + offsets[span[0]]])
            pieces.append(json.dumps(replacement)[1:-1])
            at = start + 1 + offsets[span[1]]
    if problems:
        raise ExpressionSyntaxError(problems)
    return "".join((*pieces, text[at:]))


def _offsets(written: str) -> list[int]:
    """Return where each character of a JSON string starts in *written*, and where the last one ends."""
    return [*(found.start() for found in _CHARACTER.finditer(written)), len(written)]


def _expressions(text: str) -> Iterator[tuple[Place, str, Span]]:
    """Yield place, path and span (quotes included) of every expression in the valid JSON *text*."""
    #: For each open object or array: is it an object, its path, the list that holds it, its own key.
    outer: list[tuple[bool, str, str, str]] = []
    counts: list[int] = []
    key: str | None = None
    for token in _TOKEN.finditer(text):
        kind = token.lastindex
        inside = outer[-1] if outer else (False, "$", "", "")
        is_object, path, holder, own_key = inside
        if kind == 4:
            counts[-1] += 1
            key = None
            continue
        if kind == 3:
            outer.pop()
            counts.pop()
            key = None
            continue
        if kind == 1 and is_object and key is None:
            key = json.loads(token[1])
            continue
        below = path if not outer else f"{path}.{key}" if is_object else f"{path}[{counts[-1]}]"
        if kind == 2:
            within = holder if is_object or not outer else own_key
            if key == "default_filter" and token[2] == "{":
                within = key
            outer.append((token[2] == "{", below, within, key or ""))
            counts.append(0)
            key = None
        elif is_object and (place := PLACE_OF_KEY.get((holder, key or ""))) is not None:
            yield place, below, token.span(1)
