"""A plan as text for people and as data for programs. Values first; printing is the caller's."""

from __future__ import annotations

import json

from taskrouter_kit._diagnostics import Diagnostic, render
from taskrouter_kit._wire import Json
from taskrouter_kit.deploy._actual import NAMES
from taskrouter_kit.deploy._plan import Change, Create, Plan, Update

_LONGEST_VALUE = 72


def text(plan: Plan) -> str:
    """Return the plan as lines: ``+`` creates, ``~`` updates (with each field that differs), ``!`` refused; notes."""
    lines: list[str] = []
    for change in plan.changes:
        lines += _change_lines(change)
    for refusal in plan.refusals:
        lines += f"! {render(refusal)}".splitlines()
    for note in plan.notes:
        lines += f"note: {render(note)}".splitlines()
    return "\n".join([f"Workspace {plan.workspace!r}: {summary(plan)}.", *(f"  {line}" for line in lines)])


def summary(plan: Plan) -> str:
    """Return the counts in words: ``3 to create, 1 to update``."""
    counts = [
        (len(plan.created), "to create"),
        (len(plan.updated), "to update"),
        (len(plan.refusals), "refused"),
    ]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "no changes"


def title(change: Change) -> str:
    """Return one line for *change*: ``+ task queue 'Billing'``."""
    sign = "+" if isinstance(change, Create) else "~"
    return f"{sign} {NAMES[change.kind][0]} {change.name!r}"


def _change_lines(change: Change) -> list[str]:
    if isinstance(change, Create):
        return [title(change)]
    lines = [title(change)]
    for key in change.changed:
        new = _shown(change.desired[key])
        lines.append(
            f"    {key}: {_shown(change.existing[key])} -> {new}" if key in change.existing else f"    {key}: {new}"
        )
    return lines


def _shown(value: Json) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _LONGEST_VALUE else written[: _LONGEST_VALUE - 1] + "…"


def data(plan: Plan) -> dict[str, Json]:
    """Return the plan as plain JSON data."""
    return {
        "workspace": plan.workspace,
        "workspace_sid": plan.workspace_sid,
        "changes": [_change_data(change) for change in plan.changes],
        "refusals": [_finding_data(each) for each in plan.refusals],
        "notes": [_finding_data(each) for each in plan.notes],
    }


def _finding_data(finding: Diagnostic) -> Json:
    return {"rule": finding.rule, "message": finding.message, "at": finding.where.path, "hint": finding.hint}


def _change_data(change: Change) -> Json:
    match change:
        case Create():
            return {
                "action": "create",
                "kind": change.kind,
                "name": change.name,
                "fields": {**change.desired, **change.start},
            }
        case Update():
            return {
                "action": "update",
                "kind": change.kind,
                "name": change.name,
                "sid": change.sid,
                "fields": {
                    key: {"existing": change.existing.get(key), "desired": change.desired[key]}
                    for key in change.changed
                },
            }
