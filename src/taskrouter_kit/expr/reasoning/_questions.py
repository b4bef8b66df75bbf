"""The questions one can ask of conditions, and their answers.

Each is turned into one: can this tree of comparisons be true? Negation is exact here (a comparison is true or false,
whatever the values), unlike in the language, so nothing is lost by what the language cannot say.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from attrs import frozen

from taskrouter_kit.expr._condition import Condition, tree_of
from taskrouter_kit.expr._evaluate import evaluate
from taskrouter_kit.expr._nodes import Node
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.expr._semantics import DEFAULT, Semantics
from taskrouter_kit.expr.reasoning._formula import Formula, negated, of_node
from taskrouter_kit.expr.reasoning._schemas import Schemas
from taskrouter_kit.expr.reasoning._search import DEFAULT_BOUND, Search
from taskrouter_kit.expr.reasoning._witness import Witness, witness_of

#: A condition of any scope, or its tree.
AnyCondition: TypeAlias = "Condition[Any] | Node"
WorkerSchema: TypeAlias = type[WorkerAttributes]
TaskSchema: TypeAlias = type[TaskAttributes]


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

    With the schemas *worker* and *task*, only documents that fit them count, and a witness fits them whole. *bound*:
    comparisons looked at before giving up.
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
        witness = witness_of(found, schemas)
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
