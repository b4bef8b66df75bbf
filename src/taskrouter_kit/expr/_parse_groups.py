"""Groups: parts joined by AND or OR become a node, with groups of the same kind flattened into it."""

# Inferred: expressions.md section 5 (AND binds tighter than OR)

from __future__ import annotations

from typing import Any

from taskrouter_kit._diagnostics import Span
from taskrouter_kit.expr import _mistakes as mistakes
from taskrouter_kit.expr._nodes import MAX_DEPTH, And, Comparison, Node, Or, RawMany, deepest, many_at


class _Pending:
    """A group whose parts may still contain groups of its own kind; flattened once, when its parent is known.

    Flattening at each closing parenthesis would copy `((((a AND b) AND c) AND d) …` again and again.
    """

    __slots__ = ("kind", "parts", "span")

    def __init__(self, kind: type[And] | type[Or], parts: list[Any], span: Span) -> None:
        self.kind = kind
        self.parts = parts
        self.span = span


def join(text: str, kind: type[And] | type[Or], parts: list[Any], span: Span) -> Any:  # Any: a node or a _Pending
    """Return the group of two or more *parts*, whose subgroups of the other kind are complete from now on.

    It is complete itself, as most are, unless a part may have to be flattened into it.
    """
    depth = 1
    for part in parts:
        if part.__class__ is not Comparison:
            if part.__class__ is kind or part.__class__ is _Pending:
                break
            depth = max(depth, part.depth + 1)
    else:
        if depth > MAX_DEPTH:
            raise mistakes.too_deep(text, span)
        node: Any = RawMany()
        node.parts = tuple(parts)
        node.span = span
        node.depth = depth
        node.__class__ = kind
        return node
    for index, part in enumerate(parts):
        if part.__class__ is _Pending and part.kind is not kind:
            parts[index] = finish(text, part)
    return _Pending(kind, parts, span)


def finish(text: str, found: Any) -> Node:
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
            if part.__class__ is kind:
                flat += part.parts
            else:
                flat.append(part)
        else:
            waiting.pop()
    depth = 1 + deepest(flat)
    if depth > MAX_DEPTH:
        raise mistakes.too_deep(text, found.span)
    return many_at(kind, tuple(flat), found.span, depth)
