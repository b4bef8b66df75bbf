"""The reference interpreter: slow, obvious, the definition of meaning.

Three thoughts, in this order: what a path reads (:func:`lookup`), what an operator says about two values
(:func:`compare`), and how AND and OR join the answers (:func:`evaluate`). Nothing here raises on any JSON document,
and nothing recurses. The compiler must agree with it on everything.
"""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias, cast

from taskrouter_kit.expr._condition import Condition, tree_of
from taskrouter_kit.expr._facts import NO_FACTS, Facts, is_built_in
from taskrouter_kit.expr._nodes import And, Comparison, Const, Items, Node, Operand, Path, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

if TYPE_CHECKING:
    from typing_extensions import TypeIs

#: The kinds of value that the rules of the language distinguish.
ValueKind: TypeAlias = Literal["null", "flag", "number", "text", "array", "object"]

#: A text that the language itself would read as a number.
_NUMERAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")

#: ``int()`` refuses longer texts; beyond it the nearest float serves.
_MAX_DIGITS: Final = 4000

_EMPTY: Final[Mapping[str, object]] = {}


class HasDocument(Protocol):
    """What can say its attributes as a JSON document: the instances of schemas."""

    def to_dict(self) -> Mapping[str, object]:
        """Return the document."""
        ...


#: Attributes of a worker or a task.
Document: TypeAlias = "Mapping[str, object] | HasDocument"


def document_of(attributes: Document | None) -> Mapping[str, object]:
    """Return *attributes* as a document; none is an empty one."""
    if attributes is None:
        return _EMPTY
    if isinstance(attributes, Mapping) or not hasattr(attributes, "to_dict"):
        return cast("Mapping[str, object]", attributes)
    return attributes.to_dict()


def evaluate(
    condition: Condition[Any] | Node,  # Any: every scope
    *,
    worker: Document | None = None,
    task: Document | None = None,
    facts: Facts = NO_FACTS,
    semantics: Semantics = DEFAULT,
) -> bool:
    """Tell whether *condition* holds for these attributes, as TaskRouter would decide it.

    *worker* and *task* are attribute documents as ``json.loads`` makes them, or instances of a schema; what is absent
    reads as NULL. Never raises on any JSON value, whatever the expression compares it with.
    """
    node = tree_of(condition)
    attributes, details = document_of(worker), document_of(task)

    def value(operand: Operand) -> object:
        return operand_value(operand, attributes, details, facts, semantics)

    return join(node, lambda leaf: holds(leaf, value, semantics))


def join(root: Node, leaf: Callable[[Comparison], bool]) -> bool:
    """Return the truth of *root* where *leaf* decides comparisons; stops at the part that decides a group."""
    groups: list[tuple[Iterator[Node], bool]] = []  # the parts still to do, and the value that does not decide
    node: Node | None = root
    while True:
        if isinstance(node, Comparison):
            verdict = leaf(node)
        elif node is None:  # a group without parts: nothing decided otherwise
            verdict = groups.pop()[1]
        else:
            groups.append((iter(node.parts), isinstance(node, And)))
            node = next(groups[-1][0], None)
            continue
        while groups and (verdict is not groups[-1][1] or (node := next(groups[-1][0], None)) is None):
            groups.pop()  # decided by this part, or the last part had its say: either way the group says verdict
        if not groups:
            return verdict


def holds(comparison: Comparison, value: Callable[[Operand], object], semantics: Semantics) -> bool:
    """Tell whether *comparison* is true where *value* reads its operands."""
    return compare(
        comparison.operator,
        value(comparison.left),
        value(comparison.right),
        semantics,
        literal=not (isinstance(comparison.left, Path) and isinstance(comparison.right, Path)),
    )


# What a path reads


def operand_value(
    operand: Operand,
    worker: Mapping[str, object],
    task: Mapping[str, object],
    facts: Facts,
    semantics: Semantics,
) -> object:
    """Return what *operand* stands for; ``None`` is NULL, a list is an array."""
    if isinstance(operand, Const):
        return operand.value
    if isinstance(operand, Items):
        return list(operand.values)
    scope, segments = operand.scope, operand.segments
    if scope is Scope.WORKER:
        return worker_value(segments, worker, facts, semantics)
    if scope is Scope.NONE:
        return None  # a name without prefix where one is needed
    document = task if scope is Scope.TASK else facts.queue if scope is Scope.QUEUE else facts.clock
    return _read(document, segments, semantics)


def worker_value(
    segments: tuple[str | int, ...], worker: Mapping[str, object], facts: Facts, semantics: Semantics
) -> object:
    """Return a field of the Worker where it is known, else the attribute (or the other way round)."""
    if not is_built_in(segments) or segments[0] not in facts.worker:
        return _read(worker, segments, semantics)
    attribute, present = walk(worker, segments)
    if present and not semantics.built_in_wins:
        return attribute
    return walk(facts.worker, segments)[0]


#: What an index reads that leads nowhere, where that is no NULL: every comparison with it is false.
NO_ELEMENT: Final = object()


def _read(document: object, segments: tuple[str | int, ...], semantics: Semantics) -> object:
    """Return the value below *segments*; NULL where it is absent, or where an index leads nowhere."""
    value, present = walk(document, segments)
    if present or semantics.index_out_of_range_is_null:
        return value
    last = next(end for end in range(len(segments)) if not walk(document, segments[: end + 1])[1])
    return NO_ELEMENT if isinstance(segments[last], int) else None


def walk(document: object, segments: tuple[str | int, ...]) -> tuple[object, bool]:
    """Return the value below *segments* and whether it is there; absent, out of range or no container: NULL."""
    value = document
    for segment in segments:
        if isinstance(segment, str):
            if not is_object(value) or segment not in value:
                return None, False
            value = value[segment]
        else:
            if not is_array(value) or not 0 <= segment < len(value):
                return None, False
            value = value[segment]
    return value, True


# What an operator says


def compare(operator: Operator, left: object, right: object, semantics: Semantics, *, literal: bool = True) -> bool:
    """Tell whether ``left operator right`` is true.

    *literal* says that one side was written as a constant: ``x == null`` is documented, while two NULLs from documents
    are equal only by ``semantics.null_equals_null``.
    """
    if left is NO_ELEMENT or right is NO_ELEMENT:
        return False
    return RULES[operator](left, right, semantics, literal)


# Documented: expressions.md section 6; a scalar operator beside an array, or HAS / IN without one, is false


def _equals(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    kinds = kind_of(left), kind_of(right)
    return "array" not in kinds and "object" not in kinds and equal(left, right, semantics, literal=literal)


def _differs(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    kinds = kind_of(left), kind_of(right)
    if "array" in kinds:
        return False
    if "object" in kinds:
        return semantics.object_differs
    return not equal(left, right, semantics, literal=literal)


def _less(left: object, right: object, semantics: Semantics, _literal: bool) -> bool:
    return _ordered(operators.lt, left, right, semantics)


def _at_most(left: object, right: object, semantics: Semantics, _literal: bool) -> bool:
    return _ordered(operators.le, left, right, semantics)


def _greater(left: object, right: object, semantics: Semantics, _literal: bool) -> bool:
    return _ordered(operators.gt, left, right, semantics)


def _at_least(left: object, right: object, semantics: Semantics, _literal: bool) -> bool:
    return _ordered(operators.ge, left, right, semantics)


def _contains(left: object, right: object, semantics: Semantics, _literal: bool) -> bool:
    return isinstance(left, str) and isinstance(right, str) and _text(right, semantics) in _text(left, semantics)


def _has(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    if is_array(left) and semantics.has_part_of_text and any(_contains(each, right, semantics, True) for each in left):
        return True
    return is_array(left) and _member(right, left, semantics, literal)


def _is_in(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    return is_array(right) and _member(left, right, semantics, literal)


def _is_not_in(left: object, right: object, semantics: Semantics, literal: bool) -> bool:
    if kind_of(left) in ("array", "object"):
        return False
    if not is_array(right):
        return semantics.not_in_non_array
    return not _member(left, right, semantics, literal)


#: What an operator says about two values under some semantics; the last argument is *literal* of :func:`compare`.
Rule: TypeAlias = Callable[[object, object, Semantics, bool], bool]

#: The rule of each operator.
RULES: Final[Mapping[Operator, Rule]] = {
    Operator.EQ: _equals,
    Operator.NE: _differs,
    Operator.LT: _less,
    Operator.LE: _at_most,
    Operator.GT: _greater,
    Operator.GE: _at_least,
    Operator.CONTAINS: _contains,
    Operator.HAS: _has,
    Operator.IN: _is_in,
    Operator.NOT_IN: _is_not_in,
}


def kind_of(value: object) -> ValueKind:
    """Return the kind of *value*; what JSON does not know counts as an object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    if is_array(value):
        return "array"
    return "object"


def is_array(value: object) -> TypeIs[list[object]]:
    """Tell whether *value* is a JSON array."""
    return isinstance(value, list)


def is_object(value: object) -> TypeIs[Mapping[object, object]]:
    """Tell whether *value* is a JSON object."""
    return isinstance(value, Mapping)


def equal(left: object, right: object, semantics: Semantics, *, literal: bool = True) -> bool:
    """Tell whether two values are equal; arrays and objects never are."""
    kinds = kind_of(left), kind_of(right)
    if kinds == ("null", "null"):
        return literal or semantics.null_equals_null
    if kinds == ("flag", "flag"):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return _text(left, semantics) == _text(right, semantics)
    if kinds in (("flag", "text"), ("text", "flag")) and semantics.boolean_strings:
        flag, text = (left, right) if kinds[0] == "flag" else (right, left)
        return text == ("true" if flag else "false")
    numbers = as_numbers(left, right, semantics)
    if numbers is None:
        return False
    if not semantics.integers_equal_decimals and isinstance(numbers[0], int) is not isinstance(numbers[1], int):
        return False
    return numbers[0] == numbers[1]


def as_numbers(left: object, right: object, semantics: Semantics) -> tuple[int | float, int | float] | None:
    """Return both values as numbers where at least one is a number and the other is one or (leniently) spells one."""
    a, b = _number(left), _number(right)
    if a is None and b is None:
        return None
    if semantics.numeric_strings:
        a = numeral(left) if a is None else a
        b = numeral(right) if b is None else b
    return None if a is None or b is None else (a, b)


def _number(value: object) -> int | float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def numeral(value: object) -> int | float | None:
    """Return the number that a text spells."""
    if not isinstance(value, str) or _NUMERAL.fullmatch(value) is None:
        return None
    return int(value) if "." not in value and len(value) < _MAX_DIGITS else float(value)


def _text(value: str, semantics: Semantics) -> str:
    return value if semantics.case_sensitive else value.casefold()


def _member(value: object, array: list[object], semantics: Semantics, literal: bool) -> bool:
    """Tell whether some element of *array* equals *value*: an element, never a substring."""
    return any(equal(element, value, semantics, literal=literal) for element in array)


def _ordered(
    in_order: Callable[[Any, Any], bool],  # Any: two numbers or two texts
    left: object,
    right: object,
    semantics: Semantics,
) -> bool:
    """Compare two numbers, or two texts by code point; everything else has no order."""
    if isinstance(left, str) and isinstance(right, str):
        return semantics.string_ordering and in_order(_text(left, semantics), _text(right, semantics))
    if semantics.null_orders_as_zero:
        left, right = (0 if left is None else left), (0 if right is None else right)
    numbers = as_numbers(left, right, semantics)
    return numbers is not None and in_order(*numbers)
