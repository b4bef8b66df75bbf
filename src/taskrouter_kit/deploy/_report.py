"""The steps of a plan as lines for people and as data for programs. Values first; printing is the caller's."""

from __future__ import annotations

import json

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Json
from taskrouter_kit.deploy._actual import NAMES
from taskrouter_kit.deploy._changes import Change, Create, Update

_LONGEST_VALUE = 72


def title(change: Change) -> str:
    """Return one line for *change*: ``+ task queue 'Billing'``."""
    sign = "+" if isinstance(change, Create) else "~"
    return f"{sign} {NAMES[change.kind][0]} {change.name!r}"


def change_lines(change: Change) -> list[str]:
    """Return the lines of *change*: its title, and each field that differs."""
    lines = [title(change)]
    if isinstance(change, Update):
        for key in change.changed:
            before = f"{_shown(change.existing[key])} -> " if key in change.existing else ""
            lines.append(f"    {key}: {before}{_shown(change.desired[key])}")
    return lines


def _shown(value: Json) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _LONGEST_VALUE else written[: _LONGEST_VALUE - 1] + "…"


def finding_data(finding: Diagnostic) -> Json:
    """Return a refusal or a note as plain JSON data."""
    return {"rule": finding.rule, "message": finding.message, "at": finding.where.path, "hint": finding.hint}


def change_data(change: Change) -> Json:
    """Return *change* as plain JSON data."""
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
