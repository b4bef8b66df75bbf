"""Rules that need reasoning: parts that are never or always true, and windows that nothing is in.

A part is looked at for all documents, and then for those that fit the schemas. The second look is not for parts that
ask about null: they are guards against documents that do not fit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._nodes import And, Comparison, Const, Node, Path, Scope, conjunction
from taskrouter_kit.expr._operators import Operator
from taskrouter_kit.expr._walk import comparisons, walk
from taskrouter_kit.expr.checks._context import Subject
from taskrouter_kit.expr.reasoning._questions import always_true, satisfiable

#: Comparisons that the checker looks at for one part; beyond it stays silent.
_BOUND = 50_000
#: Parts that it looks into; beyond it stays silent.
_MOST_PARTS = 300
_AFTER = {Operator.GT, Operator.GE}
_BEFORE = {Operator.LT, Operator.LE}
_TIMES = {("currentTime",), ("currentHour",)}


def check_logic(subject: Subject, node: Node) -> Iterable[Diagnostic]:
    """Yield the largest parts of *node* that are never or always true."""
    waiting: deque[Node] = deque([node])
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.popleft()
        if not any(isinstance(each, Path) for each in walk(part)):
            continue  # constants: said elsewhere, or 1==1 and 1==0, which are meant
        found = _decided(subject, part) or _decided_by_schema(subject, part)
        if found is not None:
            yield found
        elif not isinstance(part, Comparison):
            waiting.extend(part.parts)


def _decided(subject: Subject, part: Node) -> Diagnostic | None:
    if satisfiable(part, bound=_BOUND).verdict is False:
        return _never(subject, part)
    if always_true(part, bound=_BOUND).verdict is True:
        return subject.finding("always-true", "This is true whatever the attributes are.", span=part.span)
    return None


def _decided_by_schema(subject: Subject, part: Node) -> Diagnostic | None:
    worker, task = subject.worker, subject.task
    if (worker is None and task is None) or any(Const(None) in (each.left, each.right) for each in comparisons(part)):
        return None
    if satisfiable(part, worker=worker, task=task, bound=_BOUND).verdict is False:
        message = "Nothing that fits the schema can make this true."
        return subject.finding("never-true", message, span=part.span)
    if always_true(part, worker=worker, task=task, bound=_BOUND).verdict is True:
        message = "This is true of everything that fits the schema."
        return subject.finding("always-true", message, span=part.span)
    return None


def _never(subject: Subject, part: Node) -> Diagnostic:
    if isinstance(part, And) and _is_empty_window(part):
        return subject.finding(
            "midnight-window",
            "No time of day is in this window.",
            span=part.span,
            hint="a window over midnight is written with OR: currentTime >= 2200 OR currentTime < 600",
        )
    return subject.finding("never-true", "Nothing can make this true.", span=part.span)


def _is_empty_window(part: And) -> bool:
    """Whether it holds a window of the clock, from and to, that no time of day is in."""
    edges = [each for each in part.parts if isinstance(each, Comparison) and _side(each) is not None]
    sides = {_side(each) for each in edges}
    return len(sides) == 2 and satisfiable(conjunction(*edges), bound=_BOUND).verdict is False


def _side(comparison: Comparison) -> bool | None:
    """Return whether it says "from then on" of the time or the hour, or "until then"; None where it says neither."""
    for clock, moment, after in (
        (comparison.left, comparison.right, _AFTER),
        (comparison.right, comparison.left, _BEFORE),
    ):
        if isinstance(clock, Path) and clock.scope is Scope.CLOCK and isinstance(moment, Const):
            ordered = comparison.operator in _AFTER | _BEFORE and clock.segments in _TIMES
            return comparison.operator in after if ordered else None
    return None
