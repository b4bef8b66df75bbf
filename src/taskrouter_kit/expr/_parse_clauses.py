"""One clause: operand, operator, operand; the common form in one match, every other token by token."""

# Inferred: expressions.md section 10 (grammar)

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from taskrouter_kit._diagnostics import Span
from taskrouter_kit.expr import _mistakes as mistakes
from taskrouter_kit.expr._nodes import (
    Comparison,
    Const,
    Items,
    Node,
    Operand,
    Path,
    RawComparison,
    RawConst,
    RawPath,
    Scalar,
    comparison_at,
    const_at,
    items_at,
    path_at,
)
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._places import PlaceRow
from taskrouter_kit.expr._tokens import (
    CLAUSE,
    DIGITS,
    END,
    MARK,
    MAX_DIGITS,
    NUMBER,
    OPERATORS,
    PLAIN_ITEM,
    QUOTES,
    RESERVED,
    STRING,
    TOKEN,
    WORD,
    WORD_CONSTANTS,
    read_operator,
    read_segments,
    unescape,
)

_Match: TypeAlias = "re.Match[str]"
_Advance: TypeAlias = "Callable[[], re.Match[str]]"

#: A comparison, the '(' that it follows (or -1), its start and end, the token behind it (None: not read yet), its end.
Clause: TypeAlias = tuple[int, Node, int, int, "str | None", int]


def common_clause(text: str, at: int, row: PlaceRow) -> Clause | None:
    """Return the clause at *at* where it has the common form NAME OPERATOR constant-list-or-NAME, in one match.

    This runs once a clause and builds its three nodes in place: a call for each would cost a fifth of the parse.
    """
    clause = CLAUSE.match(text, at)
    if clause is None:
        return None
    opened, name, symbol, value, tail = clause.groups()
    operator = OPERATORS.get(symbol)
    if operator is None or name in RESERVED:
        return None
    right: Any  # Any: the raw nodes change their class
    left: Any
    atom: Any
    span = clause.span(4)
    first = value[0]
    if first in QUOTES:
        right = RawConst()
        right.value = value[1:-1]
        right.span = span
        right.__class__ = Const
    elif first in DIGITS:
        right = RawConst()
        right.value = int(value)
        right.span = span
        right.__class__ = Const
    elif first == "[":
        items = PLAIN_ITEM.findall(value)
        right = items_at(tuple([item[1:-1] if item[0] in QUOTES else int(item) for item in items]), span)
    elif value not in RESERVED:
        right = _name(value, row, span)
    elif value in WORD_CONSTANTS:
        right = const_at(WORD_CONSTANTS[value], span)
    else:
        return None
    end = span[1]
    span = clause.span(2)
    if "." in name:
        left = _name(name, row, span)
    else:
        left = RawPath()
        left.scope = row.bare
        left.segments = (name,)
        left.span = span
        left.explicit = False
        left.__class__ = Path
    start = span[0]
    atom = RawComparison()
    atom.operator = operator
    atom.left = left
    atom.right = right
    atom.span = (start, end)
    atom.__class__ = Comparison
    return (clause.start(1) if opened else -1), atom, start, end, tail, clause.end()


def _name(word: str, row: PlaceRow, span: Span) -> Path:
    """NAME ( '.' NAME )*, the first name a prefix where the place knows it."""
    node: Any = RawPath()  # Any: it changes its class below
    prefix, dot, rest = word.partition(".")
    scope = row.prefixes.get(prefix) if dot else None
    if scope is None:
        node.scope = row.bare
        node.segments = tuple(word.split(".")) if dot else (word,)
        node.explicit = False
    else:
        node.scope = scope
        node.segments = tuple(rest.split(".")) if "." in rest else (rest,)
        node.explicit = True
    node.span = span
    node.__class__ = Path
    return node  # type: ignore[no-any-return]


def any_clause(text: str, at: int, row: PlaceRow) -> Clause:
    """operand OPERATOR operand, token by token."""
    advance = TOKEN.finditer(text, at).__next__
    left, span = _operand(text, row, advance(), advance, None, None)
    token = advance()
    kind = token.lastindex or END
    operator = read_operator(token[kind])
    if operator is None:
        raise mistakes.no_operator(text, left, span, token.start(kind))
    right, right_span = _operand(text, row, advance(), advance, operator, token)
    outer_span = (span[0], right_span[1])
    return -1, comparison_at(operator, left, right, outer_span), *outer_span, None, right_span[1]


def _operand(
    text: str, row: PlaceRow, token: _Match, advance: _Advance, operator: Operator | None, operator_token: _Match | None
) -> tuple[Operand, Span]:
    """operand = STRING | NUMBER | TRUE | FALSE | NULL | list | PATH."""
    kind = token.lastindex or END
    if kind == WORD:
        word = token[WORD]
        span = token.span(WORD)
        if word in WORD_CONSTANTS:
            return const_at(WORD_CONSTANTS[word], span), span
        if word not in RESERVED:
            return read_path(word, row, span), span
    elif kind in (STRING, NUMBER):
        span = token.span(kind)
        return const_at(_constant(text, token), span), span
    elif kind == MARK and token[MARK] == "[":
        items = _items(text, token, advance)
        return items, items.span or (0, 0)
    behind = None if operator_token is None else operator_token.span(operator_token.lastindex or END)
    raise mistakes.no_operand(text, operator, behind, token.start(kind))


def read_path(word: str, row: PlaceRow, span: Span) -> Path:
    """PATH = NAME ( '.' NAME | '[' INT ']' )*, the first name a prefix where the place knows it."""
    segments = read_segments(word)
    scope = row.prefixes.get(str(segments[0])) if word.find(".") == len(str(segments[0])) else None
    if scope is None:
        return path_at(row.bare, segments, span, False)
    return path_at(scope, segments[1:], span, True)


def _constant(text: str, token: _Match) -> Scalar:
    """constant = STRING | NUMBER | TRUE | FALSE | NULL."""
    kind = token.lastindex or END
    if kind == STRING:
        body = token[STRING][1:-1]
        if "\\" not in body:
            return body
        try:
            return unescape(body)
        except ValueError as error:
            raise mistakes.unknown_escape(text, token.start(STRING) + 1 + error.args[0]) from None
    if kind == NUMBER:
        word = token[NUMBER]
        if len(word) > MAX_DIGITS:
            raise mistakes.long_number(text, token.span(NUMBER))
        if "." not in word:
            return int(word)
        value = float(word)
        if value in (float("inf"), float("-inf")):
            raise mistakes.long_number(text, token.span(NUMBER))
        return value
    if kind == WORD and token[WORD] in WORD_CONSTANTS:
        return WORD_CONSTANTS[token[WORD]]
    raise mistakes.no_item(text, token.start(kind))


def _items(text: str, opened: _Match, advance: _Advance) -> Items:
    """list = '[' [ constant ( ',' constant )* ] ']'."""
    start = opened.start(MARK)
    token = advance()
    values: list[Scalar] = []
    if not (token.lastindex == MARK and token[MARK] == "]"):
        while True:
            if token.lastindex == END:
                raise mistakes.unclosed_list(text, start)
            values.append(_constant(text, token))
            token = advance()
            mark = token[MARK] if token.lastindex == MARK else ""
            if mark == "]":
                break
            if token.lastindex == END:
                raise mistakes.unclosed_list(text, start)
            if mark != ",":
                raise mistakes.no_separator(text, token.start(token.lastindex or END))
            token = advance()
    return Items(tuple(values), (start, token.end(MARK)))
