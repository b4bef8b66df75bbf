"""The questions one can ask of conditions, and their answers.

Each is turned into one: can this tree of comparisons be true? Negation is exact here (a comparison is true or false,
whatever the values), unlike in the language, so nothing is lost by what the language cannot say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

from taskrouter_kit.expr._condition import Condition, tree_of
from taskrouter_kit.expr._evaluate import evaluate
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._nodes import Node, Path, Scope
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.expr._semantics import DEFAULT, Semantics
from taskrouter_kit.expr.reasoning._formula import Formula, negated, of_node
from taskrouter_kit.expr.reasoning._schemas import MISSING, Schemas
from taskrouter_kit.expr.reasoning._search import DEFAULT_BOUND, Assignment, Search

#: A condition of any scope, or its tree.
AnyCondition: TypeAlias = "Condition[Any] | Node"
WorkerSchema: TypeAlias = type[WorkerAttributes]
TaskSchema: TypeAlias = type[TaskAttributes]


@frozen
class Witness:
    """A worker, a task and facts for which something holds; checked by the interpreter before it is shown."""

    worker: Mapping[str, Any] = field(factory=dict[str, Any])  # Any: JSON values
    task: Mapping[str, Any] = field(factory=dict[str, Any])  # Any: JSON values
    facts: Facts = field(factory=Facts)


@frozen
class Answer:
    """``verdict``: True, False, or None for "unknown" (the bound was reached, or no proof is complete).

    ``witness`` shows a True of "can it be" and a False of "is it always": the case itself. Without one, a verdict rests
    on all regions having been tried. An answer has no truth value: look at ``verdict``, which may be None.
    """

    verdict: bool | None
    witness: Witness | None = None

    def __bool__(self) -> bool:
        raise TypeError("An answer may be 'unknown': look at .verdict (True, False or None).")


def satisfiable(
    condition: AnyCondition,
    *,
    worker: WorkerSchema | None = None,
    task: TaskSchema | None = None,
    semantics: Semantics = DEFAULT,
    bound: int = DEFAULT_BOUND,
) -> Answer:
    """Can *condition* be true at all? True comes with a witness.

    With the schemas *worker* and *task*, only documents that fit them count (what the condition does not read is left
    out of a witness). *bound*: comparisons looked at before giving up.
    """
    return _can_be(of_node(tree_of(condition)), Schemas(worker, task), semantics, bound)


def always_true(
    condition: AnyCondition,
    *,
    worker: WorkerSchema | None = None,
    task: TaskSchema | None = None,
    semantics: Semantics = DEFAULT,
    bound: int = DEFAULT_BOUND,
) -> Answer:
    """Is *condition* true of everything? False comes with a counter-example. Schemas as in :func:`satisfiable`."""
    return _never(negated(of_node(tree_of(condition))), Schemas(worker, task), semantics, bound)


def implies(
    one: AnyCondition,
    other: AnyCondition,
    *,
    worker: WorkerSchema | None = None,
    task: TaskSchema | None = None,
    semantics: Semantics = DEFAULT,
    bound: int = DEFAULT_BOUND,
) -> Answer:
    """Is *other* true wherever *one* is? False comes with a case of *one* without *other*."""
    formula = Formula.all_of(of_node(tree_of(one)), negated(of_node(tree_of(other))))
    return _never(formula, Schemas(worker, task), semantics, bound)


def equivalent(
    one: AnyCondition,
    other: AnyCondition,
    *,
    worker: WorkerSchema | None = None,
    task: TaskSchema | None = None,
    semantics: Semantics = DEFAULT,
    bound: int = DEFAULT_BOUND,
) -> Answer:
    """Do *one* and *other* mean the same? False comes with a case in which they differ."""
    there = implies(one, other, worker=worker, task=task, semantics=semantics, bound=bound)
    if there.verdict is False:
        return there
    back = implies(other, one, worker=worker, task=task, semantics=semantics, bound=bound)
    if back.verdict is False:
        return back
    return Answer(None if None in (there.verdict, back.verdict) else True)


def overlaps(
    one: AnyCondition,
    other: AnyCondition,
    *,
    worker: WorkerSchema | None = None,
    task: TaskSchema | None = None,
    semantics: Semantics = DEFAULT,
    bound: int = DEFAULT_BOUND,
) -> Answer:
    """Can both be true of the same? True comes with a witness."""
    formula = Formula.all_of(of_node(tree_of(one)), of_node(tree_of(other)))
    return _can_be(formula, Schemas(worker, task), semantics, bound)


def _can_be(formula: Formula, schemas: Schemas, semantics: Semantics, bound: int) -> Answer:
    found = Search(formula, semantics, bound, schemas).run()
    if isinstance(found, dict):
        witness = _witness(found)
        # The representatives are values, not documents: only a document that the interpreter confirms is shown.
        return Answer(True, witness) if witness is not None and _holds(formula, witness, semantics) else Answer(None)
    return Answer(False if found == "none" else None)


def _never(formula: Formula, schemas: Schemas, semantics: Semantics, bound: int) -> Answer:
    can = _can_be(formula, schemas, semantics, bound)
    return Answer(None if can.verdict is None else not can.verdict, can.witness)


def _holds(formula: Formula, witness: Witness, semantics: Semantics) -> bool:
    """Tell whether *formula* holds for *witness*, by the interpreter."""
    truths = {
        atom: evaluate(atom, worker=witness.worker, task=witness.task, facts=witness.facts, semantics=semantics)
        for atom in formula.atoms()
    }
    return formula.verdict(truths) is True


def _witness(chosen: Assignment) -> Witness | None:
    """Return documents in which every path has its value, or None where one path stands in the other's way."""
    documents: dict[Scope, dict[str, Any]] = {scope: {} for scope in Scope}
    for path, value in chosen.items():
        if value is not MISSING and not _put(documents[path.scope], path, value):
            return None
    if not _possible(documents[Scope.CLOCK]):
        return None
    return Witness(
        documents[Scope.WORKER],
        documents[Scope.TASK],
        Facts(queue=documents[Scope.QUEUE], clock=documents[Scope.CLOCK]),
    )


def _possible(clock: Mapping[str, Any]) -> bool:
    """Tell whether one moment can show all of *clock*; its names are searched as if they were independent."""
    if "currentTime" not in clock:
        return True
    hour, minute = divmod(int(clock["currentTime"]), 100)
    shown = {"currentHour": f"{hour:02}", "currentMin": f"{minute:02}"}
    return all(clock.get(name, value) == value for name, value in shown.items())


def _put(document: dict[str, Any], path: Path, value: Any) -> bool:
    """Put *value* at *path*; False where something else is in the way, or an index is."""
    inside: Any = document
    for segment, following in zip(path.segments, (*path.segments[1:], None), strict=True):
        fresh: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(segment, int):
            if not isinstance(inside, list):
                return False
            items: list[Any] = inside  # pyright: ignore[reportUnknownVariableType]
            items.extend([None] * (segment + 1 - len(items)))
            if items[segment] is None or following is None:
                items[segment] = fresh
            inside = items[segment]
        else:
            if not isinstance(inside, dict):
                return False
            members: dict[str, Any] = inside  # pyright: ignore[reportUnknownVariableType]
            if following is None:
                members[segment] = fresh
            inside = members.setdefault(segment, fresh)
    return True
