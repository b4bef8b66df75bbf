"""Laws of the meaning of expressions."""

from __future__ import annotations

import json
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from property.strategies import documents, facts, json_values, nodes, schemas, semantics
from taskrouter_kit.expr._compile import _generate, compile_condition, compile_filter
from taskrouter_kit.expr._compile_source import Form
from taskrouter_kit.expr._evaluate import compare, evaluate
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._nodes import Node, Scope, conjunction, disjunction
from taskrouter_kit.expr._operators import TABLE, Operator
from taskrouter_kit.expr._semantics import DEFAULT, Semantics

ALL_SCOPES = (Scope.WORKER, Scope.TASK, Scope.QUEUE, Scope.CLOCK, Scope.NONE)


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[list[Node], list[dict[str, Any]], list[dict[str, Any]], Facts, list[Semantics]]:
    """Three trees and what they are decided over: documents of two schemas, facts, and semantics."""
    schema = draw(schemas())
    return (
        draw(st.lists(nodes(schema, ALL_SCOPES), min_size=3, max_size=3)),
        draw(st.lists(documents(schema), min_size=3, max_size=3)),
        draw(st.lists(documents(schema), min_size=2, max_size=2)),
        draw(facts()),
        [DEFAULT, draw(semantics())],
    )


@given(worlds())
def test_interpreter_and_compiler_agree(world: Any) -> None:
    """A compiled condition says what the interpreter says: 36 cases an example, one row a call and in a batch."""
    trees, workers, tasks, known, meanings = world
    for node in trees:
        for semantics_ in meanings:
            matches = compile_condition(node, semantics_)
            select = compile_filter(node, semantics_)
            for task in tasks:
                expected = [
                    evaluate(node, worker=worker, task=task, facts=known, semantics=semantics_) for worker in workers
                ]
                assert [matches(worker, task, known) for worker in workers] == expected
                assert select(workers, task, known) == expected


@given(worlds())
def test_every_form_of_generated_code_agrees(world: Any) -> None:
    """The code for clean, half-clean and dirty documents says the same of any document: 30 cases an example."""
    trees, workers, tasks, known, _ = world
    node, task = trees[0], tasks[0]
    expected = [evaluate(node, worker=worker, task=task, facts=known) for worker in workers]
    for form in get_args(Form):
        for reverse in (False, True):  # a form that gives up is replaced: another document has to come first
            generated: Any = _generate(form, node, DEFAULT)
            order = slice(None, None, -1 if reverse else 1)
            if form.endswith("many"):
                assert generated(workers[order], task, known) == expected[order]
            else:
                assert [generated(worker, task, known) for worker in workers[order]] == expected[order]


@given(st.sampled_from(Operator), json_values(), json_values(), semantics())
def test_no_comparison_raises(operator: Operator, left: Any, right: Any, semantics_: Semantics) -> None:
    """Every operator answers true or false on any two JSON values."""
    assert compare(operator, left, right, semantics_) in (True, False)


@given(st.sampled_from(Operator), json_values(), json_values(), semantics())
def test_mirrored_operators_mean_the_same(operator: Operator, left: Any, right: Any, semantics_: Semantics) -> None:
    """``a < b`` is ``b > a``, ``a HAS b`` is ``b IN a``: as the operator table says."""
    mirrored = TABLE[operator].mirrored
    if mirrored is not None:
        assert compare(operator, left, right, semantics_) is compare(mirrored, right, left, semantics_)


@given(st.sampled_from(Operator), json_values(), json_values(), semantics())
def test_a_negation_is_never_true_together_with_its_operator(
    operator: Operator, left: Any, right: Any, semantics_: Semantics
) -> None:
    """An operator and its negation exclude each other; on unsuitable operands both may be false."""
    negation = TABLE[operator].negation
    if negation is not None:
        assert not (compare(operator, left, right, semantics_) and compare(negation, left, right, semantics_))


@given(worlds())
def test_groups_are_all_and_any(world: Any) -> None:
    """AND is true where all its parts are, OR where any of them is."""
    trees, workers, tasks, known, meanings = world
    for worker in workers:
        verdicts = [evaluate(node, worker=worker, task=tasks[0], facts=known, semantics=meanings[-1]) for node in trees]
        for group, expected in ((conjunction(*trees), all(verdicts)), (disjunction(*trees), any(verdicts))):
            assert evaluate(group, worker=worker, task=tasks[0], facts=known, semantics=meanings[-1]) is expected


@given(worlds())
def test_meaning_depends_on_json_alone(world: Any) -> None:
    """A document that went through JSON text means what it meant before."""
    trees, workers, tasks, known, meanings = world
    for node in trees:
        for worker in workers:
            again = json.loads(json.dumps(worker))
            assert evaluate(node, worker=again, task=tasks[0], facts=known, semantics=meanings[-1]) is evaluate(
                node, worker=worker, task=tasks[0], facts=known, semantics=meanings[-1]
            )
