from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit.expr import Facts, Semantics, compile_condition, compile_filter, evaluate, parse, render

CORPUS = Path(__file__).parents[1] / "corpus" / "meaning"


def cases() -> list[Any]:
    found = []
    for file in sorted(CORPUS.glob("*.json")):
        for number, case in enumerate(json.loads(file.read_text(encoding="utf-8"))):
            found.append(pytest.param(case, id=f"{file.stem}-{number}-{case['expression']}"))
    return found


@pytest.mark.parametrize("case", cases())
def test_expression_means_what_the_corpus_says(case: dict[str, Any]) -> None:
    """Interpreter, compiled condition and compiled filter give the result of the case, before and after rendering."""
    condition = parse(case["expression"], place=case["place"])
    facts = Facts(**case.get("facts", {}))
    semantics = Semantics(**case.get("semantics", {}))
    worker, task, expected = case["worker"], case["task"], case["result"]
    again = parse(render(condition), place=case["place"])
    for some in (condition, again):
        assert evaluate(some, worker=worker, task=task, facts=facts, semantics=semantics) is expected
        assert compile_condition(some, semantics)(worker, task, facts) is expected
        assert compile_filter(some, semantics)([worker, worker], task, facts) == [expected, expected]


def test_every_operator_and_option_has_cases() -> None:
    """The corpus leaves out no operator, and no option of the semantics."""
    from attrs import fields

    from taskrouter_kit.expr._operators import Operator

    found = [param.values[0] for param in cases()]
    for operator in Operator:
        assert sum(f" {operator.value} " in case["expression"] for case in found) >= 2, operator
    used = {option for case in found for option in case.get("semantics", {})}
    assert used == {field.name for field in fields(Semantics)}
