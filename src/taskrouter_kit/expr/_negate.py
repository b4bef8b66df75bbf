"""Negation, as far as the language has one: ``==``/``!=``, ``<``/``>=``, ``<=``/``>``, ``IN``/``NOT IN``, De Morgan.

TaskRouter has no NOT. What is negated here is rewritten into operators that it has; for HAS and CONTAINS there is no
such rewriting, and pretending otherwise would route calls wrongly.
"""

# Documented: expressions.md section 4 (no unary NOT, no NOT HAS, no NOT CONTAINS)

from __future__ import annotations

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import NotNegatable
from taskrouter_kit.expr._nodes import And, Comparison, Const, Items, Node, Or, Scalar, conjunction, disjunction
from taskrouter_kit.expr._operators import ORDERINGS, TABLE, Operator
from taskrouter_kit.expr._spelling import render_node

_INSTEAD = {
    Operator.HAS: "let the workers carry the opposite as an attribute of its own, and compare that",
    Operator.CONTAINS: "let the task carry what you look for as an attribute of its own, and compare that with !=",
}


def negate(node: Node) -> Node:
    """Return the node that is false where *node* is true, for operands that are there and of the right kind.

    A missing attribute is no such operand: ``x > 1`` and its flip ``x <= 1`` are both false for it, ``x == "a"`` is
    false and ``x != "a"`` true, ``x IN […]`` false and ``x NOT IN […]`` true. A list beside a scalar operator makes
    both sides of a flip false. Raises :class:`NotNegatable` for all parts that cannot be flipped, at once; among them
    those that a constant of the wrong kind makes false in either form (``x == ["a"]``, ``x IN "a"``, ``x < null``).
    """
    problems: list[Diagnostic] = []
    flipped = _flip(node, problems)
    if problems:
        raise NotNegatable(problems)
    return flipped


def _flip(node: Node, problems: list[Diagnostic]) -> Node:
    match node:
        case And():
            return disjunction(*(_flip(part, problems) for part in node.parts))
        case Or():
            return conjunction(*(_flip(part, problems) for part in node.parts))
        case _:
            return _flip_comparison(node, problems)


def _flip_comparison(node: Comparison, problems: list[Diagnostic]) -> Comparison:
    negation = TABLE[node.operator].negation
    if negation is None:
        problems.append(
            Diagnostic(
                "not-negatable",
                f"TaskRouter has no negation of {node.operator}: {render_node(node)}.",
                where=Where(path=render_node(node)),
                hint=_INSTEAD[node.operator],
            )
        )
        return node
    if _never_true(node):
        shown = render_node(node)
        message = f"{shown} is never true, and {negation} with these operands is never true either."
        hint = "mend the comparison first; check() says what is wrong with it"
        problems.append(Diagnostic("not-negatable", message, where=Where(path=shown), hint=hint))
    return Comparison(negation, node.left, node.right)


def _never_true(node: Comparison) -> bool:
    """Whether a constant operand is of a kind that the operator and its flip are false for, whatever the other is."""
    if node.operator in {Operator.IN, Operator.NOT_IN}:
        return isinstance(node.left, Items) or isinstance(node.right, Const)
    if isinstance(node.left, Items) or isinstance(node.right, Items):
        return True
    unordered = [side for side in (node.left, node.right) if isinstance(side, Const) and _has_no_order(side.value)]
    return node.operator in ORDERINGS and bool(unordered)


def _has_no_order(value: Scalar) -> bool:
    return value is None or isinstance(value, bool)
