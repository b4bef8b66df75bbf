"""Reasoning over conditions: can it be true, is it always, does one imply the other; each answer with its proof.

An :class:`Answer` carries a witness (a worker and a task, run through the interpreter before they are shown), or says
that all regions were tried, or that it does not know.
"""

from __future__ import annotations

from taskrouter_kit.expr.reasoning._questions import Answer as Answer
from taskrouter_kit.expr.reasoning._questions import always_true as always_true
from taskrouter_kit.expr.reasoning._questions import equivalent as equivalent
from taskrouter_kit.expr.reasoning._questions import implies as implies
from taskrouter_kit.expr.reasoning._questions import overlaps as overlaps
from taskrouter_kit.expr.reasoning._questions import satisfiable as satisfiable
from taskrouter_kit.expr.reasoning._witness import Witness as Witness

__all__ = ["Answer", "Witness", "always_true", "equivalent", "implies", "overlaps", "satisfiable"]
