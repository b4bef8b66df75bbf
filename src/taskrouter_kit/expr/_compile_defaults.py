"""What generated code may read for an absent attribute, so that no comparison with it is true.

NULL makes most comparisons false, and so do a number without equal (NaN) beside ``<`` and an empty list beside ``HAS``.
Reading those instead spares generated code the question whether the attribute is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from taskrouter_kit.expr._compile_outline import ORDERS, Group, Leaf, Shape, ShapeNode
from taskrouter_kit.expr._compile_reads import NAN_SLOT, SLOT

_Role: TypeAlias = Literal["order", "array", "any", "null"]


def defaults_of(shape: Shape) -> dict[int, str]:
    """Return what sturdy code may read for NULL, by path; a path that is not there needs NULL itself."""
    roles: dict[int, set[_Role]] = {}
    for leaf in _leaves(shape.root) if shape.plain else ():
        for number, role in _roles(leaf):
            roles.setdefault(number, set()).add(role)
    defaults: dict[int, str] = {}
    for number, found in roles.items():
        if "order" in found and found <= {"order", "any"}:
            defaults[number] = repr(SLOT.format(NAN_SLOT))
        elif "array" in found and found <= {"array", "any"}:
            defaults[number] = "()"
    return defaults


def _leaves(node: ShapeNode) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group):
        for part in node.parts:
            yield from _leaves(part)


def _roles(leaf: Leaf) -> Iterator[tuple[int, _Role]]:
    """Yield how a comparison uses its paths: NULL must be told apart, or may be a number or an array without equal."""
    operator = leaf.operator
    if leaf.left == "path":
        role: _Role = "null"
        if operator in ORDERS:
            role = "order"
        elif operator == "HAS":
            role = "array"
        elif operator == "CONTAINS" or leaf.right in _NEVER_NULL.get(operator, ()):
            role = "any"
        yield leaf.left_number, role
    if leaf.right == "path":
        right: _Role = "order" if operator in ORDERS else "any" if operator == "CONTAINS" else "null"
        yield leaf.right_number, "array" if operator in ("IN", "NOT IN") else right


#: What NULL never equals, by operator.
_NEVER_NULL: Final = {
    "==": ("text", "numeral", "true", "false", "number"),
    "IN": ("texts", "many", "numbers"),
}
