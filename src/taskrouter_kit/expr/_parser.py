"""Text -> tree, in one pass over the tokens and without recursion.

The grammar (blanks are free between tokens, keywords in any case)::

    expression = conjunction ( OR conjunction )*
    conjunction = atom ( AND atom )*
    atom       = '(' expression ')' | operand OPERATOR operand
    operand    = STRING | NUMBER | TRUE | FALSE | NULL | list | PATH
    list       = '[' [ constant ( ',' constant )* ] ']'
    order_by   = PATH ( ASC | DESC ) ( ',' PATH ( ASC | DESC ) )*

Conditions are read by ``_parse_condition``; the places that hold none are read here.
"""

# Inferred: expressions.md section 10 (grammar); section 5 (AND binds tighter than OR)

from __future__ import annotations

import gc
from typing import Any, Final, Literal, cast, overload

from taskrouter_kit.expr import _mistakes as mistakes
from taskrouter_kit.expr import _mistakes_order as order_mistakes
from taskrouter_kit.expr._condition import Condition, QueueScope, TaskScope, WorkerScope
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.expr._parse_clauses import read_path
from taskrouter_kit.expr._parse_condition import parse_node
from taskrouter_kit.expr._places import PLACES, Place, PlaceRow
from taskrouter_kit.expr._tokens import (
    BLANKS,
    END,
    MARK,
    ORDER_TOKEN,
    RESERVED,
    TOKEN,
    WORD,
)


@overload
def parse(text: str, *, place: Literal["target_workers", "target_workers_expression"]) -> Condition[WorkerScope]: ...
@overload
def parse(text: str, *, place: Literal["filter", "evaluate_task_attributes"]) -> Condition[TaskScope]: ...
@overload
def parse(text: str, *, place: Literal["target"]) -> Condition[WorkerScope | TaskScope]: ...
@overload
def parse(text: str, *, place: Literal["skip_if"]) -> Condition[QueueScope]: ...
@overload
def parse(text: str, *, place: Literal["order_by"]) -> OrderBy: ...
@overload
def parse(text: str, *, place: Literal["known_worker_sid", "known_worker_friendly_name"]) -> KnownWorkerPath: ...
@overload
def parse(text: str, *, place: Place) -> Condition[Any] | OrderBy | KnownWorkerPath: ...
def parse(text: str, *, place: Place) -> Condition[Any] | OrderBy | KnownWorkerPath:  # Any: the place decides
    """Return what *text* says where it stands in *place*, with the author's text kept in ``source``.

    What the service would store is parsed, sensible or not (``check`` finds what is wrong with it); text that its
    parser would refuse raises :class:`~taskrouter_kit.errors.ExpressionSyntaxError` with position, caret and hint.
    The empty text is a condition in ``target_workers`` only: nobody, tasks just wait.
    """
    row = PLACES.get(place)
    if row is None:
        raise mistakes.unknown_place(place)
    if not isinstance(cast(object, text), str):
        raise mistakes.no_text(text)
    if len(text) >= _GREAT and gc.isenabled():
        return _parse_great(text, place)
    if not row.condition:
        return read_order_by(text) if place == "order_by" else _known_worker(text, row)
    return Condition(parse_node(text, row), place=place, source=text)


#: Characters from which on a text is read with the garbage collector at rest.
_GREAT: Final = 50_000


def _parse_great(text: str, place: Place) -> Condition[Any] | OrderBy | KnownWorkerPath:  # Any: the place decides
    """Return what :func:`parse` does.

    Reading makes no cycles. The collector would look at the growing tree again and again: more than half of the time
    for a megabyte, and in growing proportion to its length.
    """
    gc.disable()
    try:
        return parse(text, place=place)
    finally:
        gc.enable()


# --- places that hold no condition ------------------------------------------------------------------------------------


def read_order_by(text: str, *, bare_keys: bool = False) -> OrderBy:
    """order_by = PATH ( ASC | DESC ) ( ',' PATH ( ASC | DESC ) )*, each PATH behind 'worker.'.

    With *bare_keys* a key without direction sorts by ASC.
    """
    if not text.strip(BLANKS):
        raise mistakes.empty(text, "order_by")
    row = PLACES["order_by"]
    keys: list[OrderKey] = []
    advance = ORDER_TOKEN.finditer(text).__next__
    while True:
        token = advance()
        if token.lastindex != WORD:
            raise order_mistakes.no_sort_key(text, token.start(token.lastindex or END))
        span = token.span(WORD)
        path = read_path(token[WORD], row, span)
        if row.prefixes.get("worker") is not path.scope:
            raise order_mistakes.unprefixed_sort_key(text, span)
        token = advance()
        direction = token[WORD].upper() if token.lastindex == WORD else ""
        end = span[1]
        if direction in ("ASC", "DESC"):
            end = token.end(WORD)
            token = advance()
        elif not (bare_keys and (token.lastindex == END or token[MARK] == ",")):
            raise order_mistakes.no_direction(text, span, token.start(token.lastindex or END))
        keys.append(OrderKey(path, direction == "DESC", (span[0], end)))
        if token.lastindex == END:
            return OrderBy(tuple(keys), text)
        if token.lastindex != MARK or token[MARK] != ",":
            raise order_mistakes.no_sort_separator(text, token.start(token.lastindex or END))


def _known_worker(text: str, row: PlaceRow) -> KnownWorkerPath:
    """known_worker = PATH: the name of an attribute, no expression."""
    if not text.strip(BLANKS):
        raise mistakes.empty(text, row.place)
    advance = TOKEN.finditer(text).__next__
    token = advance()
    if token.lastindex != WORD or token[WORD] in RESERVED:
        raise order_mistakes.no_path(text, row.place, token.start(token.lastindex or END))
    span = token.span(WORD)
    path = read_path(token[WORD], row, span)
    token = advance()
    if token.lastindex != END:
        raise order_mistakes.no_path(text, row.place, token.start(token.lastindex or END))
    return KnownWorkerPath(path, row.place, text)
