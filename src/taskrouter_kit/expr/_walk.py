"""The only code that knows the shape of the tree: its children, a walk over it, and rebuilding it from below.

Recursion goes over levels of AND and OR only, which ``_nodes.MAX_DEPTH`` bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from attrs import evolve

from taskrouter_kit.expr._nodes import And, Comparison, Const, Items, Node, Operand, Or, Path, conjunction, disjunction

#: Anything in a tree.
Part: TypeAlias = Node | Operand


def children(part: Part) -> tuple[Part, ...]:
    """Return what stands directly below *part*, in the order of the text."""
    if isinstance(part, Comparison):
        return (part.left, part.right)
    if isinstance(part, (And, Or)):
        return part.parts
    return ()


def walk(part: Part) -> Iterator[Part]:
    """Yield *part* and everything below it, parents before children, in the order of the text."""
    waiting: list[Part] = [part]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def comparisons(node: Node) -> Iterator[Comparison]:
    """Yield the comparisons of *node*, in the order of the text."""
    return (part for part in walk(node) if isinstance(part, Comparison))


def paths(node: Node) -> Iterator[Path]:
    """Yield every reference in *node*, in the order of the text, repeated where it is repeated."""
    return (part for part in walk(node) if isinstance(part, Path))


def rewrite(node: Node, fn: Callable[[Part], Part]) -> Node:
    """Return *node* rebuilt from below: *fn* gets every operand, then every comparison, then every group.

    *fn* answers an operand for an operand and a condition for a condition (else TypeError). Groups are flattened again;
    what nothing changed is returned as the same object.
    """
    if isinstance(node, Comparison):
        left, right = _operand(fn(node.left)), _operand(fn(node.right))
        same = left is node.left and right is node.right
        found: Node = node if same else evolve(node, left=left, right=right)
    else:
        parts = [rewrite(part, fn) for part in node.parts]
        if all(new is old for new, old in zip(parts, node.parts, strict=True)):
            found = node
        else:
            found = conjunction(*parts) if isinstance(node, And) else disjunction(*parts)
    answer = fn(found)
    if not isinstance(answer, (Comparison, And, Or)):
        raise TypeError(f"rewrite() needs a condition for a condition, got {type(answer).__name__}.")
    return answer


def _operand(answer: Part) -> Operand:
    if not isinstance(answer, (Const, Items, Path)):
        raise TypeError(f"rewrite() needs an operand for an operand, got {type(answer).__name__}.")
    return answer


def constants(node: Node) -> Iterator[Const | Items]:
    """Yield every constant and list in *node*, in the order of the text."""
    return (part for part in walk(node) if isinstance(part, (Const, Items)))
