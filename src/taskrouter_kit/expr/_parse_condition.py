"""The tree of a condition: operands, comparisons, groups, in one pass over the text and without recursion.

Only the happy path lives here. Where a token does not fit, ``_mistakes`` reads the text again and says why.

Spans: an operand's is its token; a comparison's reaches from its left to its right operand; a group's from its first to
its last part *with* the parentheses of those parts and *without* its own, so that ``text[span]`` of an ``And`` is what
stands between its own parentheses.
"""

# Inferred: expressions.md section 10 (grammar); section 5 (AND binds tighter than OR)

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from taskrouter_kit._diagnostics import Span
from taskrouter_kit.expr import _mistakes as mistakes
from taskrouter_kit.expr._nodes import (
    MAX_DEPTH,
    NEVER,
    And,
    Comparison,
    Const,
    Items,
    Node,
    Operand,
    Or,
    Path,
    RawComparison,
    RawConst,
    RawPath,
    Scalar,
    comparison_at,
    const_at,
    deepest,
    items_at,
    many_at,
    path_at,
)
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._places import PlaceRow
from taskrouter_kit.expr._tokens import (
    AND_WORDS,
    BLANKS,
    CLAUSE,
    DIGITS,
    END,
    MARK,
    MAX_DIGITS,
    NUMBER,
    OPERATORS,
    OR_WORDS,
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


def parse_node(text: str, row: PlaceRow) -> Node:
    """Return the tree of the condition *text* in the place of *row*."""
    if not text.strip(BLANKS):
        # Documented: expressions.md section 9 (an empty TargetWorkers is accepted; tasks wait)
        if row.place == "target_workers":
            return NEVER
        raise mistakes.empty(text, row.place)
    #: What surrounds each open group: its OR and AND parts so far, where they start, where it was opened.
    outer: list[tuple[list[Node], int, list[Node], int, int]] = []
    ors: list[Node] = []
    ands: list[Node] = []
    or_start = and_start = -1
    at = 0
    while True:
        found = _common_clause(text, at, row)
        if found is None:
            token = TOKEN.match(text, at)
            assert token is not None
            if token.lastindex == MARK and token[MARK] == "(":
                outer.append((ors, or_start, ands, and_start, token.start(MARK)))
                ors, ands, or_start, and_start = [], [], -1, -1
                at = token.end()
                continue
            found = _any_clause(text, at, row)
        opened, atom, start, end, tail, at = found
        if opened >= 0:
            outer.append((ors, or_start, ands, and_start, opened))
            ors, ands, or_start, and_start = [], [], -1, -1
        while True:
            if tail is None:
                token = TOKEN.match(text, at)
                assert token is not None
                tail = token[token.lastindex or END]
                at = token.end()
            ands.append(atom)
            if and_start < 0:
                and_start = start
            if tail in AND_WORDS:
                break
            node = ands[0] if len(ands) == 1 else _join(text, And, ands, (and_start, end))
            ors.append(node)
            if or_start < 0:
                or_start = and_start
            if tail in OR_WORDS:
                ands, and_start = [], -1
                break
            if tail == ")":
                if not outer:
                    raise mistakes.stray_close(text, at - 1)
                atom = ors[0] if len(ors) == 1 else _join(text, Or, ors, (or_start, end))
                ors, or_start, ands, and_start, start = outer.pop()
                end = at
                tail = None
                continue
            if tail:
                raise mistakes.no_connective(text, _last_operand(atom), at - len(tail))
            if outer:
                raise mistakes.unclosed_group(text, outer[-1][-1])
            return _finish(text, ors[0] if len(ors) == 1 else _join(text, Or, ors, (or_start, end)))


#: A comparison, the '(' that it follows (or -1), its start and end, the token behind it (None: not read yet), its end.
_Clause: TypeAlias = tuple[int, Node, int, int, "str | None", int]


def _common_clause(text: str, at: int, row: PlaceRow) -> _Clause | None:
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
        right = const_at(int(value), span)
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
    names = word.split(".")
    scope = row.prefixes.get(names[0]) if len(names) > 1 else None
    if scope is not None:
        return path_at(scope, tuple(names[1:]), span, True)
    return path_at(row.bare, tuple(names), span, False)


def _any_clause(text: str, at: int, row: PlaceRow) -> _Clause:
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


def _last_operand(node: Any) -> Operand:  # Any: a node or a pending group
    """Return the rightmost operand below *node*."""
    while not isinstance(node, Comparison):
        node = node.parts[-1]
    return node.right


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


# --- groups ----------------------------------------------------------------------------------------------------------


class _Pending:
    """A group whose parts may still contain groups of its own kind; flattened once, when its parent is known.

    Flattening at each closing parenthesis would copy `((((a AND b) AND c) AND d) …` again and again.
    """

    __slots__ = ("kind", "parts", "span")

    def __init__(self, kind: type[And] | type[Or], parts: list[Any], span: Span) -> None:
        self.kind = kind
        self.parts = parts
        self.span = span


def _join(text: str, kind: type[And] | type[Or], parts: list[Any], span: Span) -> Any:  # Any: a _Pending
    """Return the group of two or more *parts*, whose subgroups of the other kind are complete from now on."""
    pending = _Pending(kind, parts, span)
    for index, part in enumerate(parts):
        if part.__class__ is _Pending and part.kind is not kind:
            parts[index] = _finish(text, part)
    return pending


def _finish(text: str, found: Any) -> Node:
    """Return the node of a pending group, or the node that *found* is already."""
    if found.__class__ is not _Pending:
        return found  # type: ignore[no-any-return]
    kind = found.kind
    flat: list[Node] = []
    waiting = [iter(found.parts)]
    while waiting:
        for part in waiting[-1]:
            if part.__class__ is _Pending:
                waiting.append(iter(part.parts))
                break
            flat.append(part)
        else:
            waiting.pop()
    depth = 1 + deepest(flat)
    if depth > MAX_DEPTH:
        raise mistakes.too_deep(text, found.span)
    return many_at(kind, tuple(flat), found.span, depth)
