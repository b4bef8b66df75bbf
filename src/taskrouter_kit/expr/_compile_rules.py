"""The interpreter's rules with a quick answer for what is frequent in dirty documents.

Generated code asks a rule where Python's operators would be wrong: most often about a text that spells a number beside
a number, or a text that might spell one among the elements of an array. Everything else goes to the rule itself.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import nan
from typing import Any, Final

from taskrouter_kit.expr._compile_comparisons import RULE_NAMES
from taskrouter_kit.expr._evaluate import RULES, Rule, is_array, numeral
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

_NUMBERS: Final = frozenset({int, float})
_ONLY_TEXTS: Final = frozenset({str})


@lru_cache(maxsize=512)
def number(text: str) -> float:
    """Return the number that a short *text* spells, or NaN, which compares falsely."""
    found = numeral(text)
    return nan if found is None else found


def _ordering(operator: Operator, in_order: Callable[[Any, Any], bool]) -> Rule:  # Any: two numbers
    rule = RULES[operator]

    def ordered(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
        """Compare two numbers."""
        if type(left) in _NUMBERS and type(right) in _NUMBERS:
            return in_order(left, right)
        return rule(left, right, semantics, literal)

    return ordered


def _is_in(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    """Look for a text among texts."""
    if semantics is DEFAULT and isinstance(left, str) and is_array(right):
        if left in right:
            return True
        if _ONLY_TEXTS.issuperset(map(type, right)):
            return False
    return RULES[Operator.IN](left, right, semantics, literal)


def _has(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    if semantics.has_part_of_text:
        return RULES[Operator.HAS](left, right, semantics, literal)
    return _is_in(right, left, semantics, literal)


#: What generated code calls, by name.
QUICK_RULES: Final[Mapping[str, Rule]] = {
    **{RULE_NAMES[operator.value]: rule for operator, rule in RULES.items()},
    "less": _ordering(Operator.LT, operators.lt),
    "at_most": _ordering(Operator.LE, operators.le),
    "greater": _ordering(Operator.GT, operators.gt),
    "at_least": _ordering(Operator.GE, operators.ge),
    "has": _has,
    "is_in": _is_in,
}
