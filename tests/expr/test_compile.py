from __future__ import annotations

import gc
import linecache
import traceback
from threading import Thread
from typing import Any
from weakref import ref

import pytest

from taskrouter_kit.expr import Facts, Semantics, compile_condition, compile_filter, evaluate, parse
from taskrouter_kit.expr._compile import _TEMPLATES, _Templates
from taskrouter_kit.expr._compile_outline import MAX_DEPTH, MAX_PARTS, MAX_SEGMENTS, outline
from taskrouter_kit.expr._evaluate import RULES
from taskrouter_kit.expr._nodes import ALWAYS, NEVER, And, Comparison, Const, Node, Or, Path, Scope
from taskrouter_kit.expr._nodes import MAX_DEPTH as DEEPEST
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._semantics import DEFAULT

SPECIALIST = {"skills": ["billing"], "level": 3}


def test_every_operator_has_a_rule() -> None:
    """A new row in the operator table needs a rule, or this fails."""
    assert set(RULES) == set(Operator)


def test_a_condition_is_a_function_of_one_worker() -> None:
    """The task and the facts are empty unless given."""
    matches = compile_condition(parse("skills HAS 'billing' AND level > 2", place="target_workers"))
    assert matches(SPECIALIST)
    assert not matches({})
    assert not matches()


def test_generated_source_holds_no_text_of_the_user() -> None:
    """Names and constants stand in slots, so nothing an author writes becomes Python."""
    for form in (compile_condition, compile_filter):
        function: Any = form(parse("secret_name HAS 'rm -rf' AND other.part IN ['x\"y']", place="target_workers"))
        source = "".join(linecache.getlines(function.__code__.co_filename))
        assert "slot" in source
        for text in ("secret_name", "rm -rf", "other", "part", 'x"y'):
            assert text not in source


def test_a_traceback_shows_the_generated_line() -> None:
    """Code that is interrupted can be read where it was interrupted."""

    class Explosive(dict[str, object]):
        def __getitem__(self, name: str) -> object:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        compile_condition(parse("team == 'x'", place="target_workers"))(Explosive())
    assert "return worker['slot 2'] == 'slot 3'" in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("form", [compile_condition, compile_filter])
@pytest.mark.parametrize("worker", [{"team": "x", "level": 3}, {}], ids=["clean", "dirty"])
def test_a_function_that_nobody_needs_is_forgotten(form: Any, worker: dict[str, Any]) -> None:
    """A program that compiles conditions all day keeps none but those it holds."""
    function: Any = form(parse("team == 'x' AND level > 2", place="target_workers"))
    function([worker] if form is compile_filter else worker)
    forgotten = ref(function)
    del function
    gc.collect()
    assert forgotten() is None


def test_conditions_of_one_shape_share_their_code() -> None:
    """A condition that differs in names and constants is not compiled again."""
    first = parse("team == 'sales' AND skills HAS 'a'", place="target_workers")
    second = parse("dept == 'support' AND tags HAS 'b'", place="target_workers")
    other = parse("dept == 7 AND tags HAS 'b'", place="target_workers")
    assert outline(first.node, DEFAULT)[0] == outline(second.node, DEFAULT)[0]
    assert outline(first.node, DEFAULT)[0] != outline(other.node, DEFAULT)[0]
    _TEMPLATES.clear()
    matches = [compile_condition(condition) for condition in (first, second)]
    assert len(_TEMPLATES) == 1
    assert [one({"team": "sales", "skills": ["a"]}) for one in matches] == [True, False]
    assert [one({"dept": "support", "tags": ["b"]}) for one in matches] == [False, True]


def test_the_cache_of_shapes_is_bounded() -> None:
    """Old shapes are forgotten, with the source kept for tracebacks."""
    templates = _Templates(2)
    for width in (2, 3, 4):
        node = And((Comparison(Operator.EQ, Path(Scope.WORKER, ("a",)), Const("x")),) * width)
        shape, slots = outline(node, DEFAULT)
        code = templates.get("fast", shape, len(slots)).code
        if width == 2:
            first = code.co_filename
            assert linecache.getlines(first)
    assert len(templates) == 2
    assert not linecache.getlines(first)


@pytest.mark.parametrize("depth", [1, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, DEEPEST])
def test_no_depth_is_too_deep(depth: int) -> None:
    """Trees that Python's compiler would refuse are interpreted."""
    node: Node = Comparison(Operator.EQ, Path(Scope.WORKER, ("team",)), Const("x"))
    for level in range(depth):
        node = Or((NEVER, node)) if level % 2 else And((ALWAYS, node))
    for worker, expected in (({"team": "x"}, True), ({"team": "y"}, False), ({}, False)):
        assert compile_condition(node)(worker) is expected
        assert compile_filter(node)([worker]) == [expected]


@pytest.mark.parametrize("width", [2, MAX_PARTS, MAX_PARTS + 1, 10_000])
def test_no_width_is_too_wide(width: int) -> None:
    """Ten thousand clauses are decided like two."""
    node = Or(tuple(Comparison(Operator.HAS, Path(Scope.WORKER, (f"a{n}",)), Const(f"v{n}")) for n in range(width)))
    last = {f"a{width - 1}": [f"v{width - 1}"]}
    assert compile_condition(node)(last)
    assert compile_filter(node)([last, {}]) == [True, False]


@pytest.mark.parametrize("length", [MAX_SEGMENTS, MAX_SEGMENTS + 1, 20_000])
def test_no_name_is_too_long(length: int) -> None:
    """A name of many parts is read by code or by the interpreter, in the deepest groups of either too."""
    for part in (".a", "[0]"):
        clause = f"worker.a{part * (length - 1)} == null AND task.b != 'x'"
        nested = "".join("(task.b == 1 OR (task.b == 2 AND " for _ in range(MAX_DEPTH // 2)) + "(" + clause
        for text in (clause, nested + ")" * (MAX_DEPTH + 1)):
            condition = parse(text, place="target")
            for worker in ({}, {"a": [[1]]}, {"a": {"a": 1}}):
                for task in ({}, {"b": 2}):
                    expected = evaluate(condition, worker=worker, task=task)
                    assert compile_condition(condition)(worker, task) is expected
                    assert compile_filter(condition)([worker], task) == [expected]


def test_absence_is_nothing_unusual_beside_a_difference() -> None:
    """``x != true`` where nobody has ``x`` is decided without an exception."""
    matches: Any = compile_condition(parse("waiting != true", place="target_workers"))
    code = matches.__code__
    assert matches({})
    assert matches.__code__ is code  # the twin for unexpected documents was not needed
    assert not matches({"waiting": True})
    assert not matches({"waiting": [True]})


def test_a_document_that_is_no_object_is_decided() -> None:
    """What JSON allows at the top is read as a document without attributes."""
    matches = compile_condition(parse("a.b == 'x' OR c != 'y'", place="target_workers"))
    select = compile_filter(parse("a.b == 'x' OR c != 'y'", place="target_workers"))
    odd: list[Any] = [[], "a", 3, None, True, {"a": "b"}, {"a": {"b": "x"}, "c": "y"}, {"a": ["b"], "c": "y"}]
    expected = [True, True, True, True, True, True, True, False]
    assert [matches(document) for document in odd] == expected
    assert select(odd) == expected


def test_fields_of_the_worker_are_read_from_the_facts_of_the_call() -> None:
    """One compiled condition serves all workers and moments."""
    matches = compile_condition(parse("worker.sid == task.wanted", place="target"))
    assert matches({}, {"wanted": "WK1"}, Facts(worker={"sid": "WK1"}))
    assert not matches({"sid": "WK1"}, {"wanted": "WK1"}, Facts(worker={"sid": "WK2"}))
    assert matches({"sid": "WK1"}, {"wanted": "WK1"})


def test_threads_may_share_a_condition() -> None:
    """Many threads that meet the first unexpected document together all get the answer."""
    condition = parse("level > 2 AND team == 'x'", place="target_workers")
    workers: list[dict[str, Any]] = [
        {"level": 3, "team": "x"},
        {"level": "4", "team": "x"},
        {"team": "x"},
        {"level": []},
    ]
    expected = [evaluate(condition, worker=worker) for worker in workers]
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(50):
            matches = compile_condition(condition)
            for _ in range(5):
                verdicts = [matches(worker) for worker in workers]
                if verdicts != expected:
                    wrong.append(verdicts)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert expected == [True, True, False, False]
    assert not wrong


def test_semantics_are_part_of_the_function() -> None:
    """Two functions of one condition differ where their semantics do."""
    condition = parse("years > 10", place="target_workers")
    lenient, strict = compile_condition(condition), compile_condition(condition, Semantics(numeric_strings=False))
    assert lenient({"years": "11"})
    assert not strict({"years": "11"})


def test_the_first_surprise_replaces_the_code() -> None:
    """A document that lacks a key makes the function read with defaults from then on, with the same meaning."""
    condition = parse(
        "task.lang IN worker.langs AND worker.level >= task.level AND worker.site.floor > 1", place="target"
    )
    matches: Any = compile_condition(condition)
    fast = matches.__code__
    complete = {"langs": ["de"], "level": 3, "site": {"floor": 2}}
    asked = {"lang": "de", "level": 2}
    assert matches(complete, asked)
    assert matches.__code__ is fast
    assert not matches({}, asked)
    assert matches.__code__ is not fast
    odd: list[dict[str, Any]] = [
        complete,
        {**complete, "langs": None},
        {**complete, "langs": "de"},
        {**complete, "level": "3"},
        {**complete, "level": True},
        {**complete, "site": None},
        {**complete, "site": {"floor": None}},
        {"langs": ["de"]},
    ]
    expected = [True, False, False, True, False, False, False, False]
    select = compile_filter(condition)
    for _ in range(2):
        assert [matches(worker, asked) for worker in odd] == expected
        assert select(odd, asked) == expected
        assert select(odd, {}) == [False] * len(odd)


def test_what_only_looks_like_an_array_is_none() -> None:
    """The word is found in a text and among the names of an object too; neither is an array that has it."""
    condition = parse("worker.skills HAS 'a' AND worker.tags HAS 'b' AND worker.level >= task.level", place="target")
    good: dict[str, Any] = {"skills": ["a"], "tags": ["b"], "level": 1}
    workers = [good, {**good, "skills": "a"}, {**good, "tags": {"b": 1}}, {**good, "level": True}, {"skills": ["a"]}]
    for order in (workers, workers[::-1]):
        matches, select = compile_condition(condition), compile_filter(condition)
        for _ in range(2):
            assert [worker for worker in order if matches(worker, {"level": 1})] == [good]
            assert [worker for worker, yes in zip(order, select(order, {"level": 1}), strict=True) if yes] == [good]


def test_null_is_found_among_elements_after_a_surprise_too() -> None:
    """The defaults of absent attributes never stand in for NULL where NULL can be found."""
    condition = parse("task.lang IN worker.langs OR worker.x IN [null]", place="target")
    matches, select = compile_condition(condition), compile_filter(condition)
    workers: list[dict[str, Any]] = [{"x": 1}, {"langs": [None], "x": 1}, {"langs": []}, {"langs": [0], "x": 1}]
    expected = [False, True, True, False]
    for _ in range(2):
        assert [matches(worker) for worker in workers] == expected
        assert select(workers) == expected
