"""Tree -> text: the canonical form, the author's own, and what has no spelling."""

from __future__ import annotations

import pytest

from taskrouter_kit import parse, render
from taskrouter_kit.errors import ExpressionSyntaxError, InvalidDeclaration, InvalidName
from taskrouter_kit.expr._condition import Condition, TaskScope, WorkerScope
from taskrouter_kit.expr._nodes import ALWAYS, NEVER, Comparison, Const, Path, Scalar, Scope
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.expr._places import Place


def comparing(*segments: str | int, scope: Scope = Scope.WORKER, value: Scalar = 1) -> Condition[WorkerScope]:
    return Condition(Comparison(Operator.EQ, Path(scope, segments), Const(value)))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a=1", "a == 1"),
        ("a >- 'x' and b <- ['y',  \"z\"]", 'a HAS "x" AND b IN ["y", "z"]'),
        ("a not  in [ ]", "a NOT IN []"),
        ("((a == 1) or (b == 2 and c == 3))", "a == 1 OR (b == 2 AND c == 3)"),
        ("a == 1 or b == 2 and c == 3", "a == 1 OR (b == 2 AND c == 3)"),
        ("(a == 1 or b == 2) and c == 3", "(a == 1 OR b == 2) AND c == 3"),
        ("a == TRUE and b != NULL", "a == true AND b != null"),
        ("a > 0800", "a > 800"),
        ("worker.a.b[2] == -0.50", "a.b[2] == -0.5"),
        ("1 == 1", "1==1"),
        ("1 == 0", "1==0"),
        ("5 < a", "5 < a"),
    ],
)
def test_the_canonical_text(text: str, canonical: str) -> None:
    """One spelling for each operator, keywords in upper case, parentheses exactly where AND and OR mix."""
    condition = parse(text, place="target_workers")
    assert render(condition) == str(condition) == canonical
    assert render(condition, lossless=True) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", '"plain"'),
        ('say "so"', "'say \"so\"'"),
        ("it's", '"it\'s"'),
        ('it\'s "so"', '"it\'s \\"so\\""'),
        ("back\\slash", '"back\\\\slash"'),
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (1.0, "1.0"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000.0"),
    ],
)
def test_constants(value: Scalar, text: str) -> None:
    """Quotes are chosen so that nothing needs escaping where that is possible; numbers have no exponents."""
    assert str(comparing("a", value=value)) == f"a == {text}"


@pytest.mark.parametrize(
    ("place", "path", "text"),
    [
        (None, Path(Scope.WORKER, ("a",)), "a"),
        (None, Path(Scope.TASK, ("a",)), "a"),
        (None, Path(Scope.QUEUE, ("available",)), "workers.available"),
        (None, Path(Scope.CLOCK, ("dayOfWeek",)), "taskrouter.dayOfWeek"),
        ("target_workers", Path(Scope.WORKER, ("a",)), "a"),
        ("target_workers", Path(Scope.WORKER, ("worker", "a")), "worker.worker.a"),
        ("target_workers", Path(Scope.WORKER, ("taskrouter", "a")), "worker.taskrouter.a"),
        ("target_workers", Path(Scope.WORKER, ("in",)), "worker.in"),
        ("target_workers", Path(Scope.WORKER, ("task", "a")), "task.a"),
        ("filter", Path(Scope.TASK, ("a",)), "a"),
        ("filter", Path(Scope.TASK, ("task", "a")), "task.a"),
        ("target", Path(Scope.WORKER, ("a",)), "worker.a"),
        ("target", Path(Scope.TASK, ("a",)), "task.a"),
        ("target", Path(Scope.NONE, ("a",)), "a"),
        ("skip_if", Path(Scope.QUEUE, ("available",)), "workers.available"),
    ],
)
def test_the_place_decides_the_prefix(place: Place | None, path: Path, text: str) -> None:
    """The tree says whose attribute it is; the place says how that is written."""
    condition: Condition[WorkerScope] = Condition(Comparison(Operator.EQ, path, Const(1)))
    assert render(condition, place=place) == f"{text} == 1"


def test_without_a_place_prefixes_appear_when_scopes_mix() -> None:
    """A condition about worker and task names both; about one of them it names neither."""
    worker, task = comparing("level"), comparing("level", scope=Scope.TASK)
    assert str(worker & task) == "worker.level == 1 AND task.level == 1"
    assert str(worker | worker) == "level == 1 OR level == 1"


@pytest.mark.parametrize(
    ("place", "path", "message"),
    [
        (
            "filter",
            Path(Scope.WORKER, ("level",)),
            "'worker.level' cannot be written in a filter: it would be read as something else. [unspeakable-here]\n"
            "  hint: a filter reads: task, taskrouter",
        ),
        (
            "target",
            Path(Scope.NONE, ("task", "x")),
            "'task.x' cannot be written in a target: it would be read as something else. [unspeakable-here]\n"
            "  hint: a target reads: task, taskrouter, worker",
        ),
        (
            "filter",
            Path(Scope.TASK, ("in",)),
            "'task.in' cannot be written in a filter: it would be read as something else. [unspeakable-here]\n"
            "  hint: a filter reads: task, taskrouter",
        ),
        (
            "target_workers",
            Path(Scope.WORKER, ("skill-level",)),
            "No expression can refer to the attribute 'skill-level'. [unspeakable-name]\n"
            "  hint: names are made of A-Z, a-z, 0-9, _ and $, and do not start with a digit",
        ),
    ],
)
def test_what_has_no_spelling_is_refused(place: Place, path: Path, message: str) -> None:
    """Nothing is written that would be read back as something else."""
    condition: Condition[WorkerScope] = Condition(Comparison(Operator.EQ, path, Const(1)))
    with pytest.raises(InvalidDeclaration) as caught:
        render(condition, place=place)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**1000])
def test_numbers_without_a_spelling_are_refused(value: float) -> None:
    """Infinity, NaN and numbers of a thousand digits cannot be written."""
    with pytest.raises(InvalidDeclaration, match="unspeakable-number"):
        str(comparing("a", value=value))


def test_a_repr_never_fails() -> None:
    """Where a condition has no text its repr shows the tree."""
    assert repr(comparing("a")) == "<Condition a == 1>"
    assert "skill-level" in repr(comparing("skill-level"))


def test_the_authors_text_belongs_to_its_place() -> None:
    """Lossless text is given back where it was parsed and nowhere else."""
    condition = parse("worker.level>=3", place="target_workers")
    assert render(condition, lossless=True) == "worker.level>=3"
    assert render(condition, place="target_workers", lossless=True) == "worker.level>=3"
    assert render(condition, place="target", lossless=True) == "worker.level >= 3"


def test_combined_conditions_keep_a_common_place() -> None:
    """Two conditions of a target make a condition of a target; of two places they make one of none yet."""
    target = parse("task.a == 1", place="target")
    other: Condition[TaskScope] = parse("b == 2", place="filter")
    assert (target & target).place == "target"
    assert (target | other).place is None
    assert str(target & other) == "a == 1 AND b == 2"


def test_idioms() -> None:
    """Everybody and nobody are written as the documents write them."""
    assert [str(Condition(node)) for node in (ALWAYS, NEVER)] == ["1==1", "1==0"]


def test_sort_keys_and_known_workers() -> None:
    """order_by and known_worker_* always carry their prefix."""
    key = OrderKey(Path(Scope.WORKER, ("routing", "levels", "988EN")), descending=True)
    assert str(key) == render(OrderBy((key,))) == "worker.routing.levels.988EN DESC"
    assert str(KnownWorkerPath(Path(Scope.TASK, ("agent", "sid")))) == "task.agent.sid"
    parsed = parse("worker.a  asc", place="order_by")
    assert render(parsed, lossless=True) == "worker.a  asc"
    with pytest.raises(InvalidDeclaration, match="unspeakable-here"):
        str(OrderKey(Path(Scope.TASK, ("a",))))
    with pytest.raises(InvalidName, match="unspeakable-name"):
        str(OrderKey(Path(Scope.WORKER, ("a b",))))


def test_the_memory_of_names_does_not_confuse_scopes() -> None:
    """The same name of worker and task is spelled apart, however often and in whichever order it is met."""
    worker, task = comparing("shared"), comparing("shared", scope=Scope.TASK)
    for _ in range(2):
        assert render(task, place="target") == "task.shared == 1"
        assert render(worker, place="target") == "worker.shared == 1"


def test_a_place_that_does_not_exist_is_named() -> None:
    """The same error as the parser's, with the list of those that do."""
    with pytest.raises(ExpressionSyntaxError, match="There is no place 'filters'"):
        render(parse("a == 1", place="filter"), place="filters")  # type: ignore[arg-type]
