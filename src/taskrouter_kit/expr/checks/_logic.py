"""Rules that need reasoning: parts that are never or always true, and windows that nothing is in."""

from __future__ import annotations

from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._nodes import And, Comparison, Node, Path, Scope
from taskrouter_kit.expr._walk import paths, walk
from taskrouter_kit.expr.checks._context import Subject
from taskrouter_kit.expr.reasoning._questions import always_true, satisfiable

#: Steps that the checker spends on one part; beyond it stays silent.
_BOUND = 5_000


def check_logic(subject: Subject, node: Node) -> Iterable[Diagnostic]:
    """Yield the largest parts of *node* that are never or always true, whatever the attributes."""
    waiting: list[Node] = [node]
    while waiting:
        part = waiting.pop(0)
        if not any(isinstance(each, Path) for each in walk(part)):
            continue  # constants: said elsewhere, or 1==1 and 1==0, which are meant
        if satisfiable(part, bound=_BOUND).verdict is False:
            yield _never(subject, part)
        elif always_true(part, bound=_BOUND).verdict is True:
            yield subject.finding("always-true", "This is true whatever the attributes are.", span=part.span)
        elif not isinstance(part, Comparison):
            waiting.extend(part.parts)


def _never(subject: Subject, part: Node) -> Diagnostic:
    clock = {path.segments for path in paths(part) if path.scope is Scope.CLOCK}
    if isinstance(part, And) and (("currentTime",) in clock or ("currentHour",) in clock):
        return subject.finding(
            "midnight-window",
            "No time of day is in this window.",
            span=part.span,
            hint="a window over midnight is written with OR: currentTime >= 2200 OR currentTime < 600",
        )
    return subject.finding("never-true", "Nothing can make this true.", span=part.span)
