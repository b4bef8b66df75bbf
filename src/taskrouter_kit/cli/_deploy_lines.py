"""A plan in few lines, for where the whole of it would be too long."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from taskrouter_kit.deploy._actual import NAMES
from taskrouter_kit.deploy._plan import Plan


def short_plan(plan: Plan) -> Iterator[str]:
    """Yield the counts, then one line per kind of thing with the names of what is created or updated."""
    yield f"plan: {plan.summary}"
    for kind, changes in groupby(plan.changes, key=lambda change: (type(change).__name__, change.kind)):
        sign = "+" if kind[0] == "Create" else "~"
        yield f"{sign} {NAMES[kind[1]][0]}: {', '.join(change.name for change in changes)}"
