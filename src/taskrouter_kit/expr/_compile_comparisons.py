"""One comparison -> Python, with Python's own operators wherever these cannot be wrong.

A comparison is a *claim* and a *proof*. The claim is cheap: false, it settles the matter; true, the comparison holds
if the proof does too. In ``skills HAS "x"`` the claim is ``"x" in skills`` and the proof that ``skills`` is a list and
no text. So an AND can put its proofs last, and the parts of an OR can share one (``_compile_source``): most workers
fail a claim and need none. A claim that is false may leave a *doubt*: no element is the text "5", but one may be 5.

Whatever has no shortcut is left to the interpreter's own rule, so that there is one meaning and only the speed differs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from taskrouter_kit.expr._compile_outline import ORDERS, SEMANTICS_SLOT, Leaf
from taskrouter_kit.expr._compile_reads import Known, Reads, local, slot

#: What generated source calls the rules.
RULE_NAMES: Final = {
    "==": "equals",
    "!=": "differs",
    "<": "less",
    "<=": "at_most",
    ">": "greater",
    ">=": "at_least",
    "CONTAINS": "contains",
    "HAS": "has",
    "IN": "is_in",
    "NOT IN": "is_not_in",
}

#: Numbers that longer texts spell are not remembered.
_SHORT: Final = 20

_LITERALS: Final = {"true": "True", "false": "False", "null": "None"}


class Claim(NamedTuple):
    """What has to be true: *test*, or *doubt* where *test* is false. ``doubt`` may be empty."""

    test: str
    doubt: str = ""

    @property
    def whole(self) -> str:
        """Test and doubt as one expression."""
        return f"({self.test} or {self.doubt})" if self.doubt else self.test


class Written(NamedTuple):
    """A comparison in Python. ``proof`` may be empty; ``known`` holds after the claim, whatever it says."""

    claim: Claim
    proof: str
    known: Known


def comparison(leaf: Leaf, reads: Reads, known: Known) -> Written:
    """Write *leaf* where the paths *known* are already in locals."""
    shortcut = _shortcut(leaf, reads, known) if reads.shape.plain else None
    if shortcut is not None:
        return shortcut
    left = reads.operand(leaf.left, leaf.left_number, known)
    known = reads.after(known, leaf.left, leaf.left_number)
    right = reads.operand(leaf.right, leaf.right_number, known)
    known = reads.after(known, leaf.right, leaf.right_number)
    return Written(Claim(_rule(leaf, left, right)), "", known)


def _rule(leaf: Leaf, left: str, right: str) -> str:
    literal = not (leaf.left == "path" and leaf.right == "path")
    return f"{RULE_NAMES[leaf.operator]}({left}, {right}, {slot(SEMANTICS_SLOT)}, {literal})"


def _shortcut(leaf: Leaf, reads: Reads, known: Known) -> Written | None:
    """Write *leaf* with Python's operators, or return None where there is no safe way."""
    if leaf.left == "path" and leaf.right == "path":
        if leaf.left_number == leaf.right_number:
            return None
        return _two_paths(leaf, reads, known)
    if leaf.left == "path":
        number, found = leaf.left_number, _path_and_constant(leaf, reads, known)
    else:
        number, found = leaf.right_number, _constant_and_path(leaf, reads, known)
    if found is None:
        return None
    test, proof = found
    return Written(Claim(test), proof, reads.after(known, "path", number))


# A path and a constant


def _path_and_constant(leaf: Leaf, reads: Reads, known: Known) -> tuple[str, str] | None:
    """Return claim and proof."""
    operator, kind, number = leaf.operator, leaf.right, leaf.left_number
    if operator in ORDERS:
        return _order(leaf, reads, known)
    if operator == "!=":
        claim = _difference(leaf, reads, known)
        return None if claim is None else (claim, "")
    constant, container = slot(leaf.right_number), slot(leaf.right_number + 1)

    def x() -> str:
        return reads.first(number, known)

    def again() -> str:
        return reads.again(number)

    def asked() -> str:
        return _rule(leaf, reads.again(number), constant)

    if operator == "==":
        if kind == "text":
            return f"{x()} == {constant}", ""
        if kind in _LITERALS:
            return f"{x()} is {_LITERALS[kind]}", ""
        if kind == "number":
            return f"({again()} == {constant} if {_either_number(x(), again())} else {asked()})", ""
    if operator == "CONTAINS" and kind in ("text", "numeral"):
        return f"({constant} in {again()} if {x()}.__class__ is str else {asked()})", ""
    if operator == "HAS" and kind == "text":
        if reads.checked:
            return f"(({x()}.__class__ is list or isinstance({again()}, list)) and {constant} in {again()})", ""
        array = reads.proven(number)
        return f"{constant} in {x()}", f"({array}.__class__ is list or isinstance({array}, list))"
    if operator == "IN":
        if kind == "texts":
            return f"{x()} in {container}", ""
        if kind == "many":
            return f"({again()} in {container} if {x()}.__class__ is str else {asked()})", ""
        if kind == "numbers":
            return f"({again()} in {container} if {x()}.__class__ is int else {asked()})", ""
    if operator == "NOT IN" and kind == "texts":
        return f"({x()} not in {container} and ({again()}.__class__ is str or {again()} is None or {asked()}))", ""
    return None


def _difference(leaf: Leaf, reads: Reads, known: Known) -> str | None:
    """Write ``x != constant``."""
    kind, number = leaf.right, leaf.left_number
    if kind not in ("text", "true", "false", "null", "number"):
        return None
    constant = slot(leaf.right_number)
    x, again = reads.first(number, known), reads.again(number)
    asked = _rule(leaf, again, constant)
    if kind == "text":
        return f"({x} != {constant} and ({again}.__class__ is str or {again} is None or {asked}))"
    if kind == "true":
        return f"({x} is not True and ({again} is None or {again} is False or {asked}))"
    if kind == "false":
        return f"({x} is not False and ({again} is None or {again} is True or {asked}))"
    if kind == "null":
        return f"({x} is not None and ({again}.__class__ is str or {asked}))"
    return f"({again} != {constant} if {_either_number(x, again)} else {asked})"


def _order(leaf: Leaf, reads: Reads, known: Known) -> tuple[str, str] | None:
    """Write ``x < constant`` and its kind. Python takes flags for numbers, which here have no order."""
    operator, kind, number = leaf.operator, leaf.right, leaf.left_number
    if kind not in ("clear", "number", "text"):
        return None
    constant = slot(leaf.right_number)
    x = reads.first(number, known)
    if kind == "clear" and not reads.checked:
        return f"{x} {operator} {constant}", ""
    again = reads.again(number)
    asked = _rule(leaf, again, constant)
    if kind == "text":
        return f"({again} {operator} {constant} if {x}.__class__ is str else {asked})", ""
    if reads.checked:
        numbers = _either_number(x, again)
        asked = f"{again} is not None and {asked}"
        return f"({again} {operator} {constant} if {numbers} else {_spelled(leaf, reads, again, constant, asked)})", ""
    return f"{x} {operator} {constant}", f"{again} is not True and {again} is not False"


def _constant_and_path(leaf: Leaf, reads: Reads, known: Known) -> tuple[str, str] | None:
    """Return claim and proof."""
    if leaf.left != "text" or leaf.operator not in ("CONTAINS", "NOT IN"):
        return None
    constant, number = slot(leaf.left_number), leaf.right_number
    x, again = reads.first(number, known), reads.again(number)
    asked = _rule(leaf, constant, again)
    if leaf.operator == "CONTAINS":
        return f"({again} in {constant} if {x}.__class__ is str else {asked})", ""
    return f"({constant} not in {again} if {x}.__class__ is list else {asked})", ""


# Two paths


def _two_paths(leaf: Leaf, reads: Reads, known: Known) -> Written:
    """Write a comparison of two different paths."""
    operator, left, right = leaf.operator, leaf.left_number, leaf.right_number
    a = reads.first(left, known)
    known = reads.after(known, "path", left)
    b = reads.first(right, known)
    known = reads.after(known, "path", right)
    if operator in ORDERS and not reads.checked:
        return Written(Claim(f"{a} {operator} {b}"), _ordered(leaf, reads), known)
    x, y = reads.again(left), reads.again(right)
    asked = _rule(leaf, x, y)
    if operator in ("IN", "NOT IN"):
        return Written(*_among(leaf, reads, (a, x), (b, y)), known)
    if operator in ORDERS:
        asked = f"{x} is not None and {y} is not None and {asked}"
        asked = _spelled(leaf, reads, x, y, asked)
        test = f"({x} {operator} {y} if {a}.__class__ is {b}.__class__ is int else {asked})"
        return Written(Claim(test), "", known)
    test = f"{y} in {x}" if operator == "CONTAINS" else f"{x} {operator} {y}"
    return Written(Claim(f"({test} if {a}.__class__ is {b}.__class__ is str else {asked})"), "", known)


def _ordered(leaf: Leaf, reads: Reads) -> str:
    """Prove that ``x < y``, which Python found true, is one of two numbers: Python orders texts and flags too.

    Where the smaller of them is above 1, both are numbers and no flags. (Asking that of a text raises.)
    """
    left, right = leaf.left_number, leaf.right_number
    smaller = right if ">" in leaf.operator else left
    once = reads.flag("g", smaller, f"{local(smaller)}.__class__ is int and {local(smaller)} > 1")
    above = once or f"{reads.again(smaller)} > 1"
    x, y = reads.proven(left), reads.proven(right)
    return f"({above} or {x}.__class__ is {y}.__class__ is int or {_rule(leaf, x, y)})"


def _spelled(leaf: Leaf, reads: Reads, x: str, y: str, otherwise: str) -> str:
    """Write ``x < y`` for a text that may spell a number, beside a number; the rest is *otherwise*."""
    if not reads.shape.lenient:
        return otherwise
    spelled = f"{x}.__class__ is str and len({x}) < {_SHORT}"
    if leaf.right == "path":
        spelled += f" and {y}.__class__ is int"
    return f"number({x}) {leaf.operator} {y} if {spelled} else {otherwise}"


def _among(leaf: Leaf, reads: Reads, value: tuple[str, str], array: tuple[str, str]) -> tuple[Claim, str]:
    """Write ``x IN y`` or ``x NOT IN y``; each operand comes as what reads it and as its local.

    A text below ":" may spell a number, which some element may equal.
    """
    (a, x), (b, y) = value, array
    asked = _rule(leaf, x, y)
    inside, lenient = leaf.operator == "IN", reads.shape.lenient
    if reads.checked:
        test = f"{x} in {y}" if inside else f"{x} not in {y}"
        if lenient:
            test += f" or {x} < ':' and {asked}" if inside else f" and ({x} >= ':' or {asked})"
        both = f"({a}.__class__ is str) & ({b}.__class__ is list)"
        return Claim(f"(({test}) if {both} else isinstance({y}, list) and {asked})"), ""
    if not inside:
        sure = f"{x} >= ':' and {y}.__class__ is list" if lenient else f"{x}.__class__ is str and {y}.__class__ is list"
        return Claim(f"({a} not in {b} and ({sure} or {asked}) or {x}.__class__ is not str and {asked})"), ""
    plain_text = reads.flag("t", leaf.left_number, f"{x}.__class__ is str" + f" and {x} >= ':'" * lenient)
    if plain_text is not None:
        claim = f"({a} in {b} if {plain_text} else {_rule(leaf, a, b)})"
        return Claim(claim), f"({y}.__class__ is list or isinstance({y}, list) and {asked})"
    unsure = f"{x} < ':'" if lenient else f"{x}.__class__ is not str"
    if lenient and leaf.left_number in reads.with_get:
        unsure = f"{x} is not None and {unsure}"
    proof = f"({y}.__class__ is list and {x}.__class__ is str or isinstance({y}, list) and {asked})"
    return Claim(f"{a} in {b}", f"{unsure} and {asked}"), proof


def _either_number(first: str, again: str) -> str:
    return f"{first}.__class__ is int or {again}.__class__ is float"
