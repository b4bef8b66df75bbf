"""Ten thousand clauses or parentheses, a name of 200,000 parts: every pass has a result, or one clear error."""

from __future__ import annotations

import contextlib
import copy
import gc
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from taskrouter_kit import (
    always_true,
    check,
    compile_condition,
    equivalent,
    evaluate,
    explain,
    implies,
    overlaps,
    parse,
    rename_attribute,
    render,
    replace_constant,
    satisfiable,
)
from taskrouter_kit.errors import ExpressionSyntaxError
from taskrouter_kit.expr import Condition, Explanation, compile_filter, from_data, to_data

N = 10_000
TEXTS = {
    "clauses": " AND ".join(f"a == {i}" for i in range(N)),
    "right-nested": "a == 1 OR (" * N + "b == 2" + ")" * N,
    "long name": f"a == 1 AND a{'.a' * 20 * N} == 1 AND b{'[0]' * 20 * N} == 2",
    "alternating": "(a == 1 AND (b == 2 OR " * 31 + "c == 3" + "))" * 31,
}
WORKER = {"a": 1, "b": 2}


def shown(explanation: Explanation) -> str:
    return str(explanation) + explanation._repr_html_() + json.dumps(explanation.to_data())


#: Each returns something whose truth says that it worked.
PASSES: dict[str, Callable[[Any, str], object]] = {
    "render": lambda condition, text: parse(render(condition), place="target_workers") == condition,
    "in another place": lambda condition, text: "worker.a" in render(condition, place="target"),
    "lossless": lambda condition, text: render(condition, lossless=True) == text,
    "check": lambda condition, text: check(condition) is not None,
    "evaluate": lambda condition, text: evaluate(condition, worker=WORKER) in (True, False),
    "compile": lambda condition, text: compile_condition(condition)(WORKER) is evaluate(condition, worker=WORKER),
    "batch": lambda condition, text: compile_filter(condition)([WORKER]) == [evaluate(condition, worker=WORKER)],
    "explain": lambda condition, text: shown(explain(condition, worker=WORKER)),
    "satisfiable": lambda condition, text: satisfiable(condition),
    "always true": lambda condition, text: always_true(condition),
    "implies": lambda condition, text: implies(condition, condition),
    "equivalent": lambda condition, text: equivalent(condition, condition),
    "overlaps": lambda condition, text: overlaps(condition, condition),
    "rename": lambda condition, text: "z ==" in rename_attribute(text, "a", "z", of="worker", place="target_workers"),
    "replace": lambda condition, text: replace_constant(text, 2, 7, place="target_workers"),
    "hash": lambda condition, text: hash(condition) == hash(parse(text, place="target_workers")),
    "pickle": lambda condition, text: pickle.loads(pickle.dumps(condition)) == condition,
    "deepcopy": lambda condition, text: copy.deepcopy(condition) == condition,
    "repr": lambda condition, text: repr(condition) and repr(condition.node),
    "data": lambda condition, text: from_data(json.loads(json.dumps(to_data(condition)))) == condition,
    "negate": lambda condition, text: ~~condition == condition,
    "combine": lambda condition, text: str((condition & condition) | condition),
}


@pytest.fixture(scope="module", params=list(TEXTS))
def read(request: pytest.FixtureRequest) -> tuple[Condition[Any], str]:
    text = TEXTS[request.param]
    return parse(text, place="target_workers"), text


@pytest.mark.parametrize("name", PASSES)
def test_every_pass_takes_great_expressions(name: str, read: tuple[Condition[Any], str]) -> None:
    """No pass recurses over clauses or parentheses, and reasoning ends in an answer."""
    found = PASSES[name](*read)
    assert found is not False
    assert found is not None


@pytest.mark.parametrize("place", ["target_workers", "filter", "target", "skip_if"])
def test_what_alternates_too_deeply_is_one_clear_error(place: Any) -> None:
    """AND in OR in AND, ten thousand times: refused where it is read, so that no pass has to be afraid of it."""
    text = "(a == 1 AND (b == 2 OR " * (N // 2) + "c == 3" + "))" * (N // 2)
    with pytest.raises(ExpressionSyntaxError) as refused:
        parse(text, place=place)
    assert [finding.rule for finding in refused.value.diagnostics] == ["too-deep"]


@pytest.mark.parametrize("text", [" AND ".join(["a == 1"] * 10_000), "(" * 60_000])
def test_the_collector_of_garbage_is_left_as_it_was(text: str) -> None:
    """A great text is read while it is at rest; it goes on afterwards, if it was on."""
    for was_on in (True, False):
        (gc.enable if was_on else gc.disable)()
        try:
            with contextlib.suppress(ExpressionSyntaxError):
                parse(text, place="filter")
            assert gc.isenabled() is was_on
        finally:
            gc.enable()
