"""The tree of a condition: AND and OR of clauses, in one pass over the text and without recursion.

Only the happy path lives here and in ``_parse_clauses`` and ``_parse_groups``. Where a token does not fit,
``_mistakes`` reads the text again and says why.

Spans: an operand's is its token; a comparison's reaches from its left to its right operand; a group's from its first to
its last part *with* the parentheses of those parts and *without* its own, so that ``text[span]`` of an ``And`` is what
stands between its own parentheses.
"""

# Inferred: expressions.md section 10 (grammar); section 5 (AND binds tighter than OR)

from __future__ import annotations

from typing import Any

from taskrouter_kit.expr import _mistakes as mistakes
from taskrouter_kit.expr._nodes import NEVER, And, Comparison, Node, Operand, Or
from taskrouter_kit.expr._parse_clauses import any_clause, common_clause
from taskrouter_kit.expr._parse_groups import finish, join
from taskrouter_kit.expr._places import PlaceRow
from taskrouter_kit.expr._tokens import AND_WORDS, BLANKS, END, MARK, OR_WORDS, TAIL, TOKEN


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
        found = common_clause(text, at, row)
        if found is None:
            token = TOKEN.match(text, at)
            assert token is not None
            if token.lastindex == MARK and token[MARK] == "(":
                outer.append((ors, or_start, ands, and_start, token.start(MARK)))
                ors, ands, or_start, and_start = [], [], -1, -1
                at = token.end()
                continue
            found = any_clause(text, at, row)
        opened, atom, start, end, tail, at = found
        if opened >= 0:
            outer.append((ors, or_start, ands, and_start, opened))
            ors, ands, or_start, and_start = [], [], -1, -1
        while True:
            if tail is None:
                behind = TAIL.match(text, at)
                assert behind is not None
                tail, at = behind[1], behind.end()
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
            node = ands[0] if len(ands) == 1 else join(text, And, ands, (and_start, end))
            ors.append(node)
            if or_start < 0:
                or_start = and_start
            if tail in OR_WORDS:
                ands, and_start = [], -1
                break
            if tail == ")":
                if not outer:
                    raise mistakes.stray_close(text, at - 1)
                atom = ors[0] if len(ors) == 1 else join(text, Or, ors, (or_start, end))
                ors, or_start, ands, and_start, start = outer.pop()
                end = at
                tail = None
                continue
            if tail:
                raise mistakes.no_connective(text, _last_operand(atom), at - len(tail))
            if outer:
                raise mistakes.unclosed_group(text, outer[-1][-1])
            return finish(text, ors[0] if len(ors) == 1 else join(text, Or, ors, (or_start, end)))


def _last_operand(node: Any) -> Operand:  # Any: a node or a pending group
    """Return the rightmost operand below *node*."""
    while not isinstance(node, Comparison):
        node = node.parts[-1]
    return node.right
