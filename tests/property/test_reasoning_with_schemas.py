"""Reasoning with schemas: no proof that a document which fits refutes, no case that does not fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property.test_check_laws import COMPARISONS, Agent, Call, documents
from taskrouter_kit import always_true, check, equivalent, evaluate, implies, overlaps, parse, satisfiable
from taskrouter_kit.errors import ExpressionError
from taskrouter_kit.expr import Condition
from taskrouter_kit.expr._nodes import Scope
from taskrouter_kit.expr._walk import paths
from taskrouter_kit.expr.reasoning._schemas import Schemas, fits

SCHEMAS = Schemas(Agent, Call)


def read(text: str) -> Condition[Any] | None:
    try:
        return parse(text, place="target")
    except ExpressionError:
        return None


PARSED = {text: condition for text in COMPARISONS if (condition := read(text)) is not None}


@st.composite
def conditions(draw: st.DrawFn) -> tuple[str, Condition[Any]]:
    """One to three comparisons of few attributes, with AND and OR."""
    parts = draw(st.lists(st.sampled_from(sorted(PARSED)), min_size=1, max_size=3))
    joint = draw(st.sampled_from([" AND ", " OR "]))
    text = joint.join(parts)
    return text, parse(text, place="target")


@given(conditions())
@settings(max_examples=settings.default.max_examples * 4)
def test_satisfiable_is_right(built: tuple[str, Condition[Any]]) -> None:
    """No fitting document makes an impossible condition true; a witness fits and makes it true."""
    text, condition = built
    answer = satisfiable(condition, worker=Agent, task=Call)
    if answer.witness is not None:
        _shown(condition, answer.witness, holds=True)
    if answer.verdict is False:
        assert not any(evaluate(condition, worker=worker, task=task) for worker, task in documents(text))


@given(conditions())
@settings(max_examples=settings.default.max_examples * 4)
def test_always_true_is_right(built: tuple[str, Condition[Any]]) -> None:
    """A condition that is always true is true of every fitting document; a counter-example fits."""
    text, condition = built
    answer = always_true(condition, worker=Agent, task=Call)
    if answer.witness is not None:
        _shown(condition, answer.witness, holds=False)
    if answer.verdict is True:
        assert all(evaluate(condition, worker=worker, task=task) for worker, task in documents(text))


def _shown(condition: Condition[Any], witness: Any, *, holds: bool) -> None:
    verdict = evaluate(condition, worker=witness.worker, task=witness.task, facts=witness.facts)
    assert verdict is holds
    for path in set(paths(condition.node)):
        kind = SCHEMAS.kind(path)
        assert kind is not None
        value: Any = witness.worker if path.scope is Scope.WORKER else witness.task
        for segment in path.segments:
            value = value.get(segment) if isinstance(value, dict) else None
        assert fits(value, kind), path


def filter_of(text: str) -> Condition[Any]:
    return parse(text, place="target_workers")


@pytest.mark.parametrize(
    ("text", "alone", "with_schemas"),
    [
        ("team == 'a' OR team == 'b'", False, True),
        ("level > 3 OR level <= 3", False, True),
        ("vip == true OR vip == false", False, True),
        ("nickname == 'x' OR nickname != 'x'", False, True),
        ("nickname > 'x' OR nickname <= 'x'", False, False),
    ],
)
def test_what_a_schema_makes_certain(text: str, alone: bool, with_schemas: bool) -> None:
    """A required attribute is there, and a listed one has a listed value."""
    assert always_true(filter_of(text)).verdict is alone
    assert always_true(filter_of(text), worker=Agent).verdict is with_schemas


def test_between_two_whole_numbers_is_none() -> None:
    """A whole number is not between 3 and 4; a decimal may be."""
    assert satisfiable(filter_of("level > 3 AND level < 4"), worker=Agent).verdict is False
    assert satisfiable(filter_of("rate > 3 AND rate < 4"), worker=Agent).verdict is True
    assert satisfiable(filter_of("level > 3 AND level < 4")).verdict is True


def test_the_other_questions_take_schemas() -> None:
    """Implication, equivalence and overlap among documents that fit."""
    assert implies(filter_of("team != 'a'"), filter_of("team == 'b'")).verdict is False
    assert implies(filter_of("team != 'a'"), filter_of("team == 'b'"), worker=Agent).verdict is True
    assert equivalent(filter_of("team != 'a'"), filter_of("team == 'b'"), worker=Agent).verdict is True
    assert overlaps(filter_of("level > 3"), filter_of("level == 'x'"), worker=Agent).verdict is False
    assert check(filter_of("team == 'a'"), worker=Agent) == []
