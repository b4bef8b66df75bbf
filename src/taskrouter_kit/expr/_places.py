"""Where expressions occur, and what each place decides: prefixes and which scopes may be read.

One row per place; parser, renderer and checker read it.
"""

# Documented: expressions.md section 1

from __future__ import annotations

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


@frozen
class PlaceRow:
    """What there is to know about one place."""

    place: Place
    #: The scope of a name without prefix (``Scope.NONE``: every name needs one).
    bare: Scope
    #: The scopes that may be read there.
    scopes: frozenset[Scope]
    #: Whether it holds a condition (else: sort keys or a single path).
    condition: bool = True


PLACES: Final[dict[Place, PlaceRow]] = {
    row.place: row
    for row in (
        PlaceRow("target_workers", Scope.WORKER, frozenset({Scope.WORKER})),
        PlaceRow("target_workers_expression", Scope.WORKER, frozenset({Scope.WORKER})),
        PlaceRow("filter", Scope.TASK, frozenset({Scope.TASK, Scope.CLOCK})),
        PlaceRow("evaluate_task_attributes", Scope.TASK, frozenset({Scope.TASK})),
        PlaceRow("target", Scope.NONE, frozenset({Scope.TASK, Scope.WORKER, Scope.CLOCK})),
        PlaceRow("skip_if", Scope.NONE, frozenset({Scope.QUEUE})),
        PlaceRow("order_by", Scope.NONE, frozenset({Scope.WORKER}), condition=False),
        PlaceRow("known_worker_sid", Scope.NONE, frozenset({Scope.TASK}), condition=False),
        PlaceRow("known_worker_friendly_name", Scope.NONE, frozenset({Scope.TASK}), condition=False),
    )
}
