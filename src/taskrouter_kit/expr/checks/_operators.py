"""Rules about an operator: what it can look at, and what it says of empty constants and of missing attributes."""

from __future__ import annotations

from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._kinds import a
from taskrouter_kit.expr._nodes import Comparison, Const, Items, Operand, Path, Scope
from taskrouter_kit.expr._operators import ORDERINGS, Operator
from taskrouter_kit.expr._spelling import render_operand
from taskrouter_kit.expr.checks._context import Subject


def check_operator(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    """Yield what makes the operator of a comparison say the same of every value."""
    # Documented: expressions.md section 4 (CONTAINS is for texts; order is for numbers)
    for side in (node.left, node.right):
        kind = subject.kind(side)
        if isinstance(side, Const):
            yield from _constant(subject, node, side)
        if not isinstance(side, Path) or not kind.is_scalar:
            continue
        if node.operator is Operator.CONTAINS and kind.name != "text":
            shown = f"{render_operand(side)} is {a(kind.name)}"
            message = f"{shown}; CONTAINS looks for a part of a text, so this is never true."
            yield subject.finding("type-mismatch", message, span=side.span or node.span, hint="compare with ==")
        elif node.operator in ORDERINGS and kind.name == "flag":
            message = f"{render_operand(side)} is a flag; flags have no order, so this is never true."
            yield subject.finding("type-mismatch", message, span=side.span or node.span, hint="compare with == true")
    if node.operator is Operator.NOT_IN and node.right == Items(()):
        message = "Nothing is in an empty list: this is always true."
        yield subject.finding("always-true", message, span=node.span, hint="name the values, or leave the part out")
    elif node.operator is Operator.CONTAINS and node.right == Const(""):
        message = "Every text contains the empty text: this only asks whether there is a text."
        yield subject.finding("always-true", message, span=node.span, hint="name the part to look for, or ask != null")


def _constant(subject: Subject, node: Comparison, side: Const) -> Iterable[Diagnostic]:
    """Yield what a constant makes never true: the order of a flag or of null, a part that is no text."""
    shown = render_operand(side)
    if node.operator in ORDERINGS and (side.value is None or isinstance(side.value, bool)):
        message = f"{node.operator} puts numbers in order, and {shown} has no order: this is never true."
        yield subject.finding("never-true", message, span=node.span, hint=f"compare with == or != {shown}")
    elif node.operator is Operator.CONTAINS and not isinstance(side.value, str):
        message = f"CONTAINS looks for a text in a text, and {shown} is none: this is never true."
        hint = f'write "{shown}" in quotes' if side.value is not None else "compare with == null"
        yield subject.finding("never-true", message, span=node.span, hint=hint)


def check_missing(subject: Subject, node: Comparison) -> Iterable[Diagnostic]:
    """Yield what a missing attribute does to ``!=``, ``NOT IN`` and to two attributes compared."""
    # Observed: expressions.md section 6; x != 'v' with x absent is true
    # Inferred: expressions.md section 6; NOT IN without a list is false, NULL equals NULL
    both_missing = _may_be_missing(subject, node.left) and _may_be_missing(subject, node.right)
    if node.operator in {Operator.NE, Operator.NOT_IN} and Const(None) not in (node.left, node.right):
        for side in (node.left, node.right) if node.operator is Operator.NE else (node.left,):
            if isinstance(side, Path) and _may_be_missing(subject, side):
                name = render_operand(side)
                message = f"{node.operator} is true for who has no {name}."
                yield subject.finding("maybe-missing", message, span=node.span, hint=f"add AND {name} != null if not")
    if node.operator is Operator.NOT_IN and isinstance(node.right, Path) and _may_be_missing(subject, node.right):
        message = f"NOT IN is false where {render_operand(node.right)} is missing or no list."
        yield subject.finding("not-in-maybe-no-list", message, span=node.span, hint="make sure that the list is there")
    if both_missing and node.operator is Operator.EQ:
        message = f"Where both are missing, {render_operand(node.left)} equals {render_operand(node.right)}."
        hint = f"add AND {render_operand(node.left)} != null"
        yield subject.finding("null-equals-null", message, span=node.span, hint=hint)


def _may_be_missing(subject: Subject, operand: Operand) -> bool:
    """Whether the attribute may be missing: the schema says so, or nobody says anything."""
    if not isinstance(operand, Path) or operand.scope not in {Scope.WORKER, Scope.TASK}:
        return False
    kind = subject.field(operand)
    if kind is None:
        return subject.schema(operand.scope) is None and subject.kind(operand).name == "unknown"
    return kind.optional
