"""``check``: run every rule over an expression, and leave out what is suppressed. Raises on no tree."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, cast

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import ExpressionError
from taskrouter_kit.expr._condition import Condition, no_condition
from taskrouter_kit.expr._kinds import a
from taskrouter_kit.expr._mistakes import unknown_place
from taskrouter_kit.expr._nodes import Path
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.expr._spelling import render_operand
from taskrouter_kit.expr._walk import comparisons, paths
from taskrouter_kit.expr.checks._context import Subject
from taskrouter_kit.expr.checks._logic import check_logic
from taskrouter_kit.expr.checks._names import check_names
from taskrouter_kit.expr.checks._rules import unknown_rules
from taskrouter_kit.expr.checks._values import check_comparison
from taskrouter_kit.expr.checks._wording import check_texts, check_wording


def check(
    expression: Condition[Any] | OrderBy | KnownWorkerPath,  # Any: every scope
    *,
    place: Place | None = None,
    worker: type[WorkerAttributes] | None = None,
    task: type[TaskAttributes] | None = None,
    suppress: Collection[str] = (),
) -> list[Diagnostic]:
    """Return what is wrong, doubtful or unclear about *expression*, in the order of its text.

    *place* is where it stands (default: the place it was parsed for or put in). With the schemas *worker* and *task*,
    names and kinds are checked too. *suppress* holds rule ids (``"maybe-missing"``), or ids for one name
    (``"maybe-missing:nickname"``); rules that are not there are an :class:`ExpressionError`. Each finding has a rule id
    with a section in docs/errors.md.
    """
    if not isinstance(cast(object, expression), Condition | OrderBy | KnownWorkerPath):
        raise no_condition(expression)
    if place is not None and place not in PLACES:
        raise unknown_place(place)
    suppressed = (suppress,) if isinstance(suppress, str) else suppress
    if suppressed and (unknown := unknown_rules(suppressed)):
        raise ExpressionError(unknown)
    stands_in = place or ("order_by" if isinstance(expression, OrderBy) else expression.place)
    subject = Subject(stands_in, expression.source, worker, task)
    found = list(_findings(subject, expression))
    if isinstance(expression, Condition) and not any(each.severity == "error" for each in found):
        # What is wrong already makes the rest false or unknown: saying so again would hide the cause.
        said = {(each.rule, each.where) for each in found}
        found += [each for each in check_logic(subject, expression.node) if (each.rule, each.where) not in said]
    findings = [each for each in found if not _suppressed(each, suppressed)]
    return sorted(findings, key=lambda each: each.where.span or (0, 0))


def _findings(subject: Subject, expression: Condition[Any] | OrderBy | KnownWorkerPath) -> Iterable[Diagnostic]:
    match expression:
        case OrderBy():
            for key in expression.keys:
                yield from check_names(subject, key.path)
            yield from _order(subject, expression)
        case KnownWorkerPath():
            yield from check_names(subject, expression.path)
            yield from _known_worker(subject, expression.path)
        case _:
            node = expression.node
            for path in dict.fromkeys(paths(node)):
                yield from check_names(subject, path)
            for comparison in comparisons(node):
                yield from check_comparison(subject, comparison)
            yield from check_wording(subject, node)
            yield from check_texts(subject, node)


def _order(subject: Subject, order: OrderBy) -> Iterable[Diagnostic]:
    seen: set[Path] = set()
    for path in (key.path for key in order.keys):
        # Documented: expressions.md section 8; where an attribute is no integer the whole order_by is ignored
        kind = subject.kind(path)
        if kind.name not in {"integer", "unknown"}:
            message = f"{render_operand(path)} is {a(kind.name)}; workers are ordered by whole numbers only."
            yield subject.finding("not-an-integer", message, span=path.span)
        if path in seen:
            message = f"Workers are already ordered by {render_operand(path)}: this key decides nothing."
            yield subject.finding("repeated-sort-key", message, span=path.span)
        seen.add(path)


def _known_worker(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    # Documented: workflows.md section 9; the SID or the name of a worker, else 40154
    kind = subject.kind(path)
    if kind.name not in {"text", "unknown"}:
        message = f"{render_operand(path)} is {a(kind.name)}; a known worker is named by a text."
        yield subject.finding("known-worker-no-text", message, span=path.span)


def _suppressed(finding: Diagnostic, suppress: Collection[str]) -> bool:
    if finding.rule in suppress:
        return True
    where = finding.where
    text = where.text[slice(*where.span)] if where.text is not None and where.span is not None else finding.message
    names = (name for rule, _, name in (each.partition(":") for each in suppress) if rule == finding.rule and name)
    return any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) for name in names)
