"""Rules about how a text is written, for texts that were parsed: nothing of it is left in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._nodes import And, Node, Or
from taskrouter_kit.expr._walk import walk
from taskrouter_kit.expr.checks._context import Subject

# Decided: nothing is documented; 4,096 is the limit of attributes
_LONGEST = 4096
_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_STRING_OR_SIGN = re.compile(rf"{_STRING}|(?P<arrow>[<>]-)(?=\d)|(?P<equals>(?<![=!<>])=(?!=))")


def check_wording(subject: Subject, node: Node) -> Iterable[Diagnostic]:
    """Yield what is unclear in the source."""
    source = subject.source
    if source is None:
        return
    if len(source) > _LONGEST:
        yield subject.finding("too-long", f"The expression has {len(source):,} characters.", span=(0, 1))
    for found in _STRING_OR_SIGN.finditer(source):
        if found["arrow"]:
            message = f"{found['arrow']} is the operator {'IN' if found['arrow'][0] == '<' else 'HAS'}, not a sign."
            hint = f"write {found['arrow'][0]} - with a space for a negative number"
            yield subject.finding("ambiguous-arrow", message, span=found.span("arrow"), hint=hint)
        elif found["equals"]:
            yield subject.finding("single-equals", "= means ==.", span=found.span("equals"), hint="write ==")
    yield from _mixes(subject, node, source)


def _mixes(subject: Subject, node: Node, source: str) -> Iterable[Diagnostic]:
    # Inferred: expressions.md section 5; that AND binds tighter is not documented
    for part in walk(node):
        if not isinstance(part, Or):
            continue
        for inside in part.parts:
            if isinstance(inside, And) and inside.span is not None and not _in_parentheses(inside.span, source):
                yield subject.finding(
                    "mixed-and-or",
                    "AND and OR are mixed; that AND comes first is not documented.",
                    span=inside.span,
                    hint="put parentheses around the AND part",
                )


def _in_parentheses(span: tuple[int, int], source: str) -> bool:
    start, end = span
    if source[start : start + 1] == "(" and source[end - 1 : end] == ")":
        return True
    return source[:start].rstrip().endswith("(") and source[end:].lstrip().startswith(")")
