"""The rules: stable ids, how bad a finding is, and one line of what it means. Each has a section in docs/errors.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Severity


@frozen
class Rule:
    """One rule of the checker."""

    id: str
    severity: Severity
    meaning: str


RULES: Final[dict[str, Rule]] = {
    rule.id: rule
    for rule in (
        Rule("array-operator-on-scalar", "error", "HAS, IN or NOT IN where there is no list: never true"),
        Rule("scalar-operator-on-array", "error", "a scalar operator beside a list: never true"),
        Rule("unknown-attribute", "error", "the schema has no such attribute"),
        Rule("missing-prefix", "error", "a name without task. or worker. where one is needed reads nothing"),
        Rule("wrong-prefix", "error", "a prefix of another place: it reads an attribute of that name"),
        Rule("redundant-prefix", "warning", "a prefix that this place does not need"),
        Rule("wrong-scope", "error", "a document that cannot be read in this place"),
        Rule("unusable-name", "error", "a name that the language cannot refer to (a hyphen, a leading digit)"),
        Rule("keyword-segment", "warning", "a name that is a keyword of the language"),
        Rule("type-mismatch", "error", "a constant of another kind than the attribute"),
        Rule("numeric-string", "warning", "a number beside a text that spells one"),
        Rule("not-allowed-value", "error", "a value that the schema does not list"),
        Rule("unknown-day", "error", "taskrouter.dayOfWeek is never that"),
        Rule("constant-comparison", "warning", "two constants compared with each other"),
        Rule("unfilled-placeholder", "warning", "a text that a template left unfinished"),
        Rule("never-true", "error", "no worker and no task can make it true"),
        Rule("always-true", "warning", "true whatever the attributes are"),
        Rule("midnight-window", "error", "a window over midnight written with AND"),
        Rule("mixed-and-or", "warning", "AND and OR mixed without parentheses"),
        Rule("single-equals", "info", "= instead of =="),
        Rule("ambiguous-arrow", "warning", "<- or >- in front of a number: an operator, not a sign"),
        Rule("maybe-missing", "info", "!= or NOT IN is true for who lacks the attribute"),
        Rule("not-in-maybe-no-list", "warning", "NOT IN is false where the list is missing"),
        Rule("null-equals-null", "warning", "two attributes that may both be missing are then equal"),
        Rule("unknown-clock-name", "error", "taskrouter. has no such name"),
        Rule("unknown-built-in", "error", "TaskRouter knows nothing of that name there"),
        Rule("worker-field-in-queue", "warning", "a queue that reads a field of the Worker instead of an attribute"),
        Rule("looks-built-in", "info", "an attribute that looks as if TaskRouter kept it"),
        Rule("text-order", "warning", "texts ordered by < or >"),
        Rule("too-long", "warning", "longer than anybody has been seen to use"),
        Rule("not-an-integer", "error", "workers are ordered by whole numbers only"),
        Rule("repeated-sort-key", "warning", "workers are already ordered by that attribute"),
        Rule("known-worker-no-text", "error", "a known worker is named by a text"),
    )
}


def unknown_rules(suppressed: Iterable[str]) -> list[Diagnostic]:
    """Return what is wrong with rules, or rules for one name (``"maybe-missing:nickname"``), that are not there."""
    names = dict.fromkeys(each.partition(":")[0] for each in suppressed)
    return [_unknown(name) for name in names if name not in RULES]


def _unknown(name: str) -> Diagnostic:
    from difflib import get_close_matches

    close = get_close_matches(name, RULES, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "RULES of taskrouter_kit.expr.checks has all of them"
    return Diagnostic("unknown-rule", f"There is no rule {name!r}.", hint=hint)
