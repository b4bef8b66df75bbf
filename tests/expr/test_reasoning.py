"""Reasoning: verdicts with witnesses that the interpreter confirms, and never a proof that a document refutes."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.strategies import clean_documents, comparisons, documents, nodes, schemas
from taskrouter_kit import (
    Attr,
    WorkerAttributes,
    always_true,
    attribute,
    equivalent,
    evaluate,
    implies,
    overlaps,
    parse,
    satisfiable,
)
from taskrouter_kit.errors import NotNegatable
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._negate import negate
from taskrouter_kit.expr._nodes import conjunction
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.expr.reasoning._formula import Formula
from taskrouter_kit.expr.reasoning._search import Search


def on_task(text: str) -> Any:
    return parse(text, place="filter")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a == 1", True),
        ("a == 1 AND a == 2", False),
        ("a > 3 AND a < 4", True),
        ("a > 5 AND a == '3'", False),
        ("a > 5 AND a == '7'", True),
        ("a HAS 'x' AND a == 'x'", False),
        ("a HAS 'x' AND a HAS 'y'", True),
        ("a IN ['x', 'y'] AND a != 'x' AND a != 'y'", False),
        ("a CONTAINS 'b' AND a CONTAINS 'c'", True),
        ("a == 'x' AND a CONTAINS 'y'", False),
        ("a == null AND a != null", False),
        ("a == b AND a != b", False),
        ("taskrouter.dayOfWeek == 'Mon' AND taskrouter.dayOfWeek == 'Tue'", False),
        ("taskrouter.currentTime > 2200 AND taskrouter.currentTime < 600", False),
        ("taskrouter.currentTime >= 900 AND taskrouter.currentTime < 1700", True),
        ("1==0", False),
        ("a.b == 1 AND a == 2", None),
    ],
)
def test_can_it_be_true(text: str, verdict: bool | None) -> None:
    """True comes with a case, False with all regions tried, None where no proof is complete."""
    answer = satisfiable(on_task(text))
    assert answer.verdict is verdict
    if verdict:
        assert answer.witness is not None
        assert evaluate(on_task(text), task=answer.witness.task, facts=answer.witness.facts)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("a < '3' AND a > 30", {"a": "100"}),
        ("a != '5' AND a == 5", {"a": "5.0"}),
        ("a IN b AND a > 5", {"a": 6, "b": [6]}),
        ("a IN b AND a == 5 AND a != '5'", {"a": "5.0", "b": [5]}),
        ("'abc' CONTAINS a AND a != 'abc' AND a != ''", {"a": "b"}),
        ("a CONTAINS '0' AND a == 5", {"a": "5.0"}),
        ("a > 'b' AND b > a AND b < 'c'", {"a": "b1", "b": "b2"}),
        ("a > b AND a <= 5 AND b > 5", {"a": "5", "b": "10"}),
        ("a > b AND b > c AND c > a", {"a": "10", "b": 5, "c": "3"}),
        ("a == b AND b == c AND a != c", {"a": "5", "b": 5, "c": "5.0"}),
        ("a > 100000000000000000000 AND a < 100000000000000000002", {"a": 10**20 + 1}),
        ("taskrouter.dayOfWeek IN a", {"a": ["Mon"]}),
        ("taskrouter.currentHour IN a", {"a": ["08"]}),
        ("taskrouter.currentTime > a AND taskrouter.currentTime < b", {"a": 700, "b": 900}),
    ],
)
def test_what_a_document_makes_true_is_never_refuted(text: str, task: dict[str, Any]) -> None:
    """Texts that spell numbers, elements of lists, the clock: where a plain list of values is too short."""
    facts = Facts(clock={"dayOfWeek": "Mon", "currentHour": "08", "currentTime": 800})
    assert evaluate(on_task(text), task=task, facts=facts)
    assert satisfiable(on_task(text)).verdict is not False


def test_implications_that_spellings_refute() -> None:
    """One element spells the number otherwise, one text holds both letters apart."""
    assert implies(on_task("a HAS 5"), on_task("a HAS '5'")).verdict is False
    assert implies(on_task("a CONTAINS 'a' AND a CONTAINS 'b'"), on_task("a CONTAINS 'ab'")).verdict is False


def test_contradictions_between_two_attributes() -> None:
    """A language that is listed is found in the list."""
    assert satisfiable(on_task("lang NOT IN langs AND lang == 'en' AND langs HAS 'en'")).verdict is False
    assert satisfiable(on_task("a > b AND b > a")).verdict is False


def test_a_clock_shows_one_moment() -> None:
    """Hour and time are no independent attributes: a case that no moment shows is not shown."""
    answer = satisfiable(on_task("taskrouter.currentHour == '08' AND taskrouter.currentTime < 100"))
    assert (answer.verdict, answer.witness) == (None, None)


def test_long_lists_and_many_attributes_end_in_an_answer() -> None:
    """No explosion over a long list, no recursion over many attributes."""
    listed = ", ".join(f"'x{i}'" for i in range(60))
    assert satisfiable(on_task(f"a IN [{listed}] AND a != 'x1'")).verdict is True
    assert satisfiable(on_task(f"a IN [{listed}] AND a == 'y'")).verdict is False
    many = " AND ".join(f"a{i} == {i}" for i in range(3_000))
    assert satisfiable(on_task(many)).verdict is None


def test_unusual_semantics_prove_less() -> None:
    """Where letters fold, the regions are not known to be all."""
    folding = Semantics(case_sensitive=False)
    assert satisfiable(on_task("a == 'x' AND a == 'X'"), semantics=folding).verdict is not False


def test_counters_are_whole_and_not_negative() -> None:
    """A queue has no half worker and no negative number of them."""
    assert satisfiable(parse("workers.available < 0", place="skip_if")).verdict is False
    assert satisfiable(parse("workers.available > 0 AND workers.available < 1", place="skip_if")).verdict is False


def test_is_it_always_true() -> None:
    """Always true, or a counter-example."""
    assert always_true(on_task("a == 1 OR a != 1")).verdict is False  # a list is neither
    assert always_true(on_task("a == null OR a != null")).verdict is False
    assert always_true(on_task("1==1")).verdict is True
    assert always_true(on_task("taskrouter.currentTime >= 0")).verdict is True
    witness = always_true(on_task("a > 1")).witness
    assert witness is not None
    assert not evaluate(on_task("a > 1"), task=witness.task)


def test_does_one_imply_the_other() -> None:
    """The stricter implies the looser, and the other way round there is a counter-example."""
    assert implies(on_task("a > 5"), on_task("a > 3")).verdict is True
    refuted = implies(on_task("a > 3"), on_task("a > 5"))
    assert refuted.verdict is False
    assert refuted.witness is not None
    assert evaluate(on_task("a > 3"), task=refuted.witness.task)
    assert not evaluate(on_task("a > 5"), task=refuted.witness.task)


def test_do_they_mean_the_same() -> None:
    """Spellings of one meaning are equivalent."""
    assert equivalent(on_task("a == 1 OR a == 2"), on_task("a IN [1, 2]")).verdict is True
    assert equivalent(on_task("'x' IN a"), on_task("a HAS 'x'")).verdict is True
    assert equivalent(on_task("a == 1"), on_task("a == 2")).verdict is False


def test_do_they_overlap() -> None:
    """Two filters that the same task could take."""
    assert overlaps(on_task("a == 1"), on_task("b == 1")).verdict is True
    assert overlaps(on_task("a == 1"), on_task("a == 2")).verdict is False


def test_the_bound_is_honest() -> None:
    """Too little work allowed: unknown, not a guess; and an answer has no truth value."""
    hard = " AND ".join(f"(a{i} == b{i} OR c{i} != d{i}) AND a{i} != b{i}" for i in range(5))
    answer = satisfiable(on_task(hard), bound=10)
    assert answer.verdict is None
    with pytest.raises(TypeError, match="verdict"):
        bool(answer)


def test_twenty_clauses_are_quick_enough_for_a_checker() -> None:
    """A practical size is decided within the default bound."""
    text = " AND ".join(f"(a{i} == {i} OR b{i} HAS 'x')" for i in range(20))
    assert satisfiable(on_task(text)).verdict is True


@given(st.data())
def test_no_document_refutes_a_proof(data: st.DataObject) -> None:
    """What is called unsatisfiable is true of no random document; what implies is never refuted by one."""
    schema = data.draw(schemas())
    one, other = data.draw(nodes(schema)), data.draw(nodes(schema))
    worker, task = data.draw(documents(schema)), data.draw(documents(schema))
    if satisfiable(one, bound=50_000).verdict is False:
        assert not evaluate(one, worker=worker, task=task)
    if always_true(one, bound=50_000).verdict is True:
        assert evaluate(one, worker=worker, task=task)
    if implies(one, other, bound=50_000).verdict is True and evaluate(one, worker=worker, task=task):
        assert evaluate(other, worker=worker, task=task)


@given(st.data())
def test_what_is_true_of_a_document_is_satisfiable(data: st.DataObject) -> None:
    """Comparisons that hold, or do not, for one document: together they are never called impossible."""
    schema = data.draw(schemas())
    worker, task = data.draw(clean_documents(schema)), data.draw(clean_documents(schema))
    atoms = data.draw(st.lists(comparisons(schema), min_size=2, max_size=8))
    seen = [Formula(atom=atom, wanted=evaluate(atom, worker=worker, task=task)) for atom in atoms]
    assert Search(Formula.all_of(*seen), Semantics(), 50_000).run() != "none"


@given(st.data())
def test_a_condition_and_its_negation_never_overlap(data: st.DataObject) -> None:
    """What the language's own negation gives is never true beside the condition."""
    schema = data.draw(schemas())
    node = data.draw(nodes(schema, max_leaves=3))
    worker, task = data.draw(documents(schema)), data.draw(documents(schema))
    try:
        flipped = negate(node)
    except NotNegatable:
        return
    assert not evaluate(conjunction(node, flipped), worker=worker, task=task)


class Desk(WorkerAttributes):
    floor: Attr[int]
    town: Attr[Literal["Ulm", "Bonn"]]


class Clerk(WorkerAttributes):
    badge: Attr[str]
    level: Attr[int]
    skills: Attr[list[str]]
    desk: Attr[Desk]
    deputy: Attr[Desk | None]
    notes: Attr[list[Desk] | None]
    code: Attr[str | int]
    wage: Attr[float] = attribute(default=1.5)


@pytest.mark.parametrize(
    "text", ["level > 3", "desk.floor == 2", "deputy.floor > 1", "skills[2] == 'x'", "badge != ''"]
)
def test_a_case_fits_the_schema_whole(text: str) -> None:
    """What the condition does not read is there too where the schema requires it: the case can be used as it is."""
    condition = parse(text, place="target_workers")
    for answer, wanted in (
        (satisfiable(condition, worker=Clerk), True),
        (always_true(condition, worker=Clerk), False),
    ):
        assert answer.witness is not None
        clerk = Clerk.from_dict(answer.witness.worker)
        assert evaluate(condition, worker=clerk) is wanted


@pytest.mark.parametrize(
    "text", ["level.x == 1", "badge[0] == 'x'", "skills.first == 'x'", "desk[0] == 1", "desk.floor.x > 1"]
)
def test_nothing_is_below_a_value_that_holds_nothing(text: str) -> None:
    """A schema that says what stands above also says that nothing stands there."""
    condition = parse(text, place="target_workers")
    assert satisfiable(condition).verdict is True
    assert satisfiable(condition, worker=Clerk).verdict is False
    assert satisfiable(parse("unknown.x == 1 AND desk.more == 1", place="target_workers"), worker=Clerk).verdict is True
