from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from property.strategies import documents, facts, nodes, schemas, semantics
from taskrouter_kit.expr import Facts, evaluate, explain, parse
from taskrouter_kit.expr._explain_terms import Term
from taskrouter_kit.expr._nodes import Comparison, Const, Path, Scope
from taskrouter_kit.expr._operators import Operator


def test_text_shows_terms_values_and_what_decides() -> None:
    """One line a term, in the order written; notes below the term they are about."""
    condition = parse(
        "skills HAS 'billing' AND (level > 3 OR vip != true OR years == 5 OR skills == 'x')", place="target_workers"
    )
    assert str(explain(condition, worker={"skills": ["billing"], "level": 2, "years": "5"})) == (
        "> true  AND of 2 parts\n"
        '  > true  skills HAS "billing"  (skills: ["billing"])\n'
        "  > true  OR of 4 parts\n"
        "      false level > 3  (level: 2)\n"
        "    > true  vip != true  (vip: absent)\n"
        "              note: 'vip' is absent and reads as NULL; != is true then.\n"
        '    > true  years == 5  (years: "5")\n'
        "              note: Whether a text that spells a number is compared as one is not documented: "
        "with numeric_strings=False this would be false.\n"
        '      false skills == "x"  (skills: ["billing"])\n'
        "              note: 'skills' is an array; == compares single values and is false beside one."
    )


def test_a_name_without_prefix_is_pointed_out() -> None:
    """In a target, a bare name reads nothing."""
    assert str(explain(parse("level > 2", place="target"), worker={"level": 5})) == (
        "> false level > 2  (level: absent)\n"
        "          note: 'level' has no prefix and reads nothing here; write worker. or task. before it."
    )


def test_kinds_that_an_operator_does_not_look_at_are_pointed_out() -> None:
    """HAS on a text and a comparison with an object say what is wrong."""
    condition = parse("team HAS 'a' OR desk == 'b'", place="target_workers")
    assert [
        note.message for term in explain(condition, worker={"team": "a", "desk": {}}).deciding for note in term.notes
    ] == [
        "'team' is a text; HAS looks inside an array and is false without one.",
        "'desk' is an object; only what is inside it can be compared.",
    ]


def test_a_null_is_not_called_absent() -> None:
    """JSON null and an absent key both read as NULL and are told apart."""
    condition = parse("a == null AND b == null", place="filter")
    assert [seen.absent for term in explain(condition, task={"a": None}).deciding for seen in term.seen] == [
        False,
        True,
    ]


def test_a_false_and_is_decided_by_its_false_parts() -> None:
    """What alone suffices for the verdict decides; the rest does not."""
    condition = parse("a == 1 AND b == 1 AND (c == 1 OR d == 1)", place="filter")
    explanation = explain(condition, task={"a": 1, "d": 1})
    assert [term.text for term in explanation.deciding] == ["b == 1"]


def test_data_is_plain_json() -> None:
    """``to_data`` survives JSON and holds verdicts, values and notes."""
    data: Any = explain(parse("vip == true", place="filter"), task={"vip": "true"}).to_data()
    assert json.loads(json.dumps(data)) == data
    assert data == {
        "verdict": False,
        "place": "filter",
        "term": {
            "text": "vip == true",
            "verdict": False,
            "decides": True,
            "seen": [{"name": "vip", "value": "true", "kind": "text", "absent": False}],
            "notes": [
                {
                    "topic": "boolean_strings",
                    "message": "Whether a flag equals the text of its name is not documented: "
                    "with boolean_strings=True this would be true.",
                }
            ],
        },
    }


def test_html_escapes_what_came_from_outside() -> None:
    """Neither constants nor values can inject markup."""
    condition = parse("team == '<script>' OR note == 'x'", place="filter")
    page = explain(condition, task={"team": "<b>", "note": "<i>&"})._repr_html_()
    assert "<script>" not in page
    assert '<b>"' not in page
    assert "&lt;script&gt;" in page
    assert "&quot;&lt;i&gt;&amp;&quot;" in page


def test_repr_holds_no_attributes_of_people() -> None:
    """Logs of an explanation do not carry what it saw."""
    explanation = explain(parse("phone == '+49'", place="filter"), task={"phone": "+49301234"})
    assert repr(explanation) == "<Explanation false: 1 of 1 terms decide>"
    assert "+49301234" not in repr(explanation.term)


def test_values_that_json_cannot_write_are_named_by_kind() -> None:
    """An explanation never raises on an odd document, and cuts long values."""
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    condition = parse("a == 1 OR b == 1 OR c == 1", place="filter")
    text = str(explain(condition, task={"a": 10**5000, "b": "x" * 500, "c": deep}))
    assert "(a: some number)" in text
    assert f'(b: "{"x" * 78}…)' in text
    assert "(c: some array)" in text or "(c: [[[[" in text  # how deep JSON may be written differs by Python version


def test_a_tree_that_cannot_be_written_can_be_explained() -> None:
    """Built trees may use names that no text can."""
    node = Comparison(Operator.EQ, Path(Scope.TASK, ("skill-level",)), Const(1))
    assert str(explain(node, task={"skill-level": 1})) == "> true  task.skill-level == 1  (task.skill-level: 1)"


def leaves_decide(term: Term) -> bool:
    """Tell whether the deciding parts alone give the verdict."""
    if term.joint is None:
        return term.verdict
    verdicts = [leaves_decide(part) for part in term.parts if part.decides]
    return all(verdicts) if term.joint == "AND" else any(verdicts)


@given(st.data())
def test_the_explanation_is_the_evaluation(data: st.DataObject) -> None:
    """The verdict is that of ``evaluate``, and follows from the deciding terms alone."""
    schema = data.draw(schemas())
    node, worker, task = data.draw(nodes(schema)), data.draw(documents(schema)), data.draw(documents(schema))
    known, meaning = data.draw(facts()), data.draw(semantics())
    explanation = explain(node, worker=worker, task=task, facts=known, semantics=meaning)
    expected = evaluate(node, worker=worker, task=task, facts=known, semantics=meaning)
    assert explanation.verdict is expected
    assert leaves_decide(explanation.term) is expected
    assert str(explanation)


def test_schemas_and_facts_are_taken_as_evaluate_takes_them() -> None:
    """A schema's instance is a document."""
    from taskrouter_kit.expr._schema import Attr, WorkerAttributes

    class Agent(WorkerAttributes):
        level: Attr[int]

    condition = parse("level > 2 AND sid == 'WK1'", place="target_workers")
    assert explain(condition, worker=Agent(level=3), facts=Facts(worker={"sid": "WK1"})).verdict
    assert evaluate(condition, worker=Agent(level=3), facts=Facts(worker={"sid": "WK1"}))
