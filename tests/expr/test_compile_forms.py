"""Every form of generated code against the interpreter, over all pairs of telling values."""

from __future__ import annotations

from itertools import product
from typing import Any, Final, get_args

import pytest

from taskrouter_kit.expr import Semantics, compile_condition, parse
from taskrouter_kit.expr._compile import _generate
from taskrouter_kit.expr._compile_source import Form
from taskrouter_kit.expr._evaluate import evaluate
from taskrouter_kit.expr._nodes import And, Comparison, Const, Node, Path, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import DEFAULT

ABSENT: Final = object()

#: At least one of each kind, and neighbours of what generated code compares with: 1, ":", and the length of texts.
VALUES: Final[list[Any]] = [
    *(ABSENT, None, True, False),
    *(-1, 0, 1, 2, 3, 0.5, 1.0, 2.0, 2**70, float("inf")),
    *("", "a", "b", ":", "1", "2", "-1", "3.5", "2x", "9" * 25),
    *([], [1], ["a"], ["1"], [True], [None, 2], [[]], ["a", 1.0], {}, {"a": 1}),
]


def document(**attributes: Any) -> dict[str, Any]:
    """Return a document of the attributes that are not absent."""
    return {name: value for name, value in attributes.items() if value is not ABSENT}


def verdict(form: Form, node: Node, semantics: Semantics, worker: dict[str, Any], task: dict[str, Any]) -> bool:
    """Ask a function that has not been asked before: one that was surprised goes on in another form."""
    generated: Any = _generate(form, node, semantics)
    said: bool = generated([worker], task)[0] if form.endswith("many") else generated(worker, task)
    return said


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("lenient", [True, False])
def test_two_attributes_are_compared_alike_in_every_form(operator: Operator, lenient: bool) -> None:
    """Whatever stands in the two attributes, each form says what the interpreter says."""
    semantics = DEFAULT if lenient else Semantics(numeric_strings=False)
    node = Comparison(operator, Path(Scope.WORKER, ("x",)), Path(Scope.TASK, ("y",)))
    for x, y in product(VALUES, VALUES):
        worker, task = document(x=x), document(y=y)
        expected = evaluate(node, worker=worker, task=task, semantics=semantics)
        for form in get_args(Form):
            assert verdict(form, node, semantics, worker, task) is expected, (form, x, y)


@pytest.mark.parametrize("operator", Operator)
def test_an_attribute_is_compared_with_a_number_alike_in_every_form(operator: Operator) -> None:
    """Whatever stands in the attribute, each form says what the interpreter says of it and a number."""
    for constant, x in product((-1, 0, 1, 2, 2.5), VALUES):
        node = Comparison(operator, Path(Scope.WORKER, ("x",)), Const(constant))
        expected = evaluate(node, worker=document(x=x))
        for form in get_args(Form):
            assert verdict(form, node, DEFAULT, document(x=x), {}) is expected, (form, x, constant)


def test_what_follows_a_search_in_an_array_counts_in_every_form() -> None:
    """Found or not, or found only as the number that a text spells: the next clause has its say."""
    search = Comparison(Operator.IN, Path(Scope.TASK, ("x",)), Path(Scope.WORKER, ("many",)))
    order = Comparison(Operator.GE, Path(Scope.WORKER, ("level",)), Path(Scope.TASK, ("level",)))
    levels = [(3, 2), (2, 3), (1, 1), (True, 1), (ABSENT, 2), ("3", 2), (3, ABSENT), ("b", "a")]
    for parts in ((search, order), (order, search), (search, order, search)):
        node = And(parts)
        for x, many, (has, needs) in product(VALUES, [ABSENT, "a", 3, *VALUES[-10:]], levels):
            worker, task = document(many=many, level=has), document(x=x, level=needs)
            expected = evaluate(node, worker=worker, task=task)
            for form in get_args(Form):
                assert verdict(form, node, DEFAULT, worker, task) is expected, (form, worker, task)


def test_texts_are_ordered_though_they_are_no_numbers() -> None:
    """The code that expects numbers gives way, and says the same."""
    matches = compile_condition(parse("worker.until >= task.due", place="target"))
    for _ in range(2):
        assert matches({"until": "2024-06-03"}, {"due": "2024-06-03"})
        assert not matches({"until": "2024-06-02"}, {"due": "2024-06-03"})
