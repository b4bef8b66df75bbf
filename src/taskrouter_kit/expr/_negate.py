"""Negation, as far as the language has one: ``==``/``!=``, ``<``/``>=``, ``<=``/``>``, ``IN``/``NOT IN``, De Morgan.

TaskRouter has no NOT. What is negated here is rewritten into operators that it has; for HAS and CONTAINS there is no
such rewriting, and pretending otherwise would route calls wrongly.
"""

# Documented: expressions.md section 4 (no unary NOT, no NOT HAS, no NOT CONTAINS)

from __future__ import annotations

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import NotNegatable
from taskrouter_kit.expr._nodes import And, Comparison, Node, Or, conjunction, disjunction
from taskrouter_kit.expr._operators import TABLE, Operator
from taskrouter_kit.expr._spelling import render_node

_INSTEAD = {
    Operator.HAS: "let the workers carry the opposite as an attribute of its own, and compare that",
    Operator.CONTAINS: "let the task carry what you look for as an attribute of its own, and compare that with !=",
}


def negate(node: Node) -> Node:
    """Return the node that is false where *node* is true, for operands that are there and of the right kind.

    A missing attribute is no such operand: ``x > 1`` and its flip ``x <= 1`` are both false for it, ``x == "a"`` is
    false and ``x != "a"`` true, ``x IN […]`` false and ``x NOT IN […]`` true. A list beside a scalar operator makes
    both sides of a flip false. Raises :class:`NotNegatable` for all parts that cannot be flipped, at once.
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
    return Comparison(negation, node.left, node.right)
