"""Rules about how a text is written: signs of which nothing is left in the tree, and constants that are none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._nodes import And, Const, Node, Or
from taskrouter_kit.expr._walk import constants, walk
from taskrouter_kit.expr.checks._context import Subject

# Decided: nothing is documented; 4,096 is the limit of attributes
_LONGEST = 4096
_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_STRING_OR_SIGN = re.compile(rf"{_STRING}|(?P<arrow>[<>]-)(?=\d)|(?P<equals>(?<![=!<>])=(?!=))")

#: What encloses a placeholder in the templates of others.
_PLACEHOLDERS = (("${", "}"), ("{{", "}}"), ("#{", "}"), ("%{", "}"), ("<%", "%>"))


def check_texts(subject: Subject, node: Node) -> Iterable[Diagnostic]:
    """Yield the texts in which a placeholder stands, which TaskRouter compares as it is."""
    for found in constants(node):
        for value in (found.value,) if isinstance(found, Const) else found.values:
            if isinstance(value, str) and (placeholder := _placeholder(value)) is not None:
                message = f"{placeholder!r} is compared as it stands here: TaskRouter fills in no templates."
                hint = "fill in the template before the text is sent"
                yield subject.finding("unfilled-placeholder", message, span=found.span, hint=hint)


def _placeholder(text: str) -> str | None:
    for opening, closing in _PLACEHOLDERS:
        start = text.find(opening)
        end = text.find(closing, start + 2) if start >= 0 else -1
        if end >= 0:
            return text[start : end + len(closing)]
    return None


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
