"""Where expressions occur, and what each place decides: prefixes and which scopes may be read.

One row per place; parser, renderer and checker read it.
"""

# Documented: expressions.md section 1

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

from taskrouter_kit.expr._nodes import Scope

#: The fields of TaskRouter that hold an expression.
Place: TypeAlias = Literal[
    "target_workers",
    "filter",
    "target",
    "order_by",
    "skip_if",
    "known_worker_sid",
    "known_worker_friendly_name",
    "target_workers_expression",
    "evaluate_task_attributes",
]


#: The prefixes that mark whose value a name reads, where names need one.
_ALL: Final[Mapping[str, Scope]] = {scope.value: scope for scope in Scope if scope.value}
# Inferred: expressions.md section 1; `worker.x` in target_workers is the worker's attribute x
_OF_WORKERS: Final[Mapping[str, Scope]] = {"worker": Scope.WORKER, "taskrouter": Scope.CLOCK}
_OF_TASKS: Final[Mapping[str, Scope]] = {"taskrouter": Scope.CLOCK}


@frozen
class PlaceRow:
    """What there is to know about one place."""

    place: Place
    #: The scope of a name without prefix (``Scope.NONE``: every name needs one).
    bare: Scope
    #: The scopes that may be read there.
    scopes: frozenset[Scope]
    #: The prefixes that are read as such; any other first segment is part of the name.
    prefixes: Mapping[str, Scope]
    #: Whether it holds a condition (else: sort keys or a single path).
    condition: bool = True


PLACES: Final[dict[Place, PlaceRow]] = {
    row.place: row
    for row in (
        PlaceRow("target_workers", Scope.WORKER, frozenset({Scope.WORKER}), _OF_WORKERS),
        PlaceRow("target_workers_expression", Scope.WORKER, frozenset({Scope.WORKER}), _OF_WORKERS),
        PlaceRow("filter", Scope.TASK, frozenset({Scope.TASK, Scope.CLOCK}), _OF_TASKS),
        PlaceRow("evaluate_task_attributes", Scope.TASK, frozenset({Scope.TASK}), _OF_TASKS),
        PlaceRow("target", Scope.NONE, frozenset({Scope.TASK, Scope.WORKER, Scope.CLOCK}), _ALL),
        PlaceRow("skip_if", Scope.NONE, frozenset({Scope.QUEUE}), _ALL),
        PlaceRow("order_by", Scope.NONE, frozenset({Scope.WORKER}), _ALL, condition=False),
        PlaceRow("known_worker_sid", Scope.NONE, frozenset({Scope.TASK}), _ALL, condition=False),
        PlaceRow("known_worker_friendly_name", Scope.NONE, frozenset({Scope.TASK}), _ALL, condition=False),
    )
}
