"""What users hold -> text: a condition, an ``order_by``, the path of a known worker (``_spelling`` writes trees)."""

from __future__ import annotations

from typing import Any, cast

from taskrouter_kit.expr._condition import Condition, no_condition
from taskrouter_kit.expr._mistakes import unknown_place
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._spelling import render_node, render_operand


def render(
    expression: Condition[Any] | OrderBy | OrderKey | KnownWorkerPath,  # Any: every scope
    *,
    place: Place | None = None,
    lossless: bool = False,
) -> str:
    """Return the text of *expression* as it is written in *place* (default: where it stands already).

    Without any place names are written bare, unless the condition reads worker and task: then each gets its prefix.
    ``lossless`` returns the author's own text where *expression* was parsed in the same place.
    Raises :class:`~taskrouter_kit.errors.InvalidDeclaration` for what cannot be written there.
    """
    if place is not None and place not in PLACES:
        raise unknown_place(place)
    if isinstance(expression, Condition):
        source = expression.source
        if source is not None and (lossless or not source.strip()) and place in (None, expression.place):
            return source if lossless else ""
        return render_node(expression.node, place or expression.place)
    if isinstance(expression, KnownWorkerPath):
        if lossless and expression.source is not None and place in (None, expression.place):
            return expression.source
        return render_operand(expression.path, place or expression.place or "known_worker_sid")
    if isinstance(expression, OrderKey):
        return str(expression)
    if not isinstance(cast(object, expression), OrderBy):
        raise no_condition(expression)
    return expression.source if lossless and expression.source is not None else str(expression)
