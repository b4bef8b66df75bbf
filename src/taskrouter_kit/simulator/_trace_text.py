"""A trace as who reads it sees it: steps, and lines of text."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Final

from taskrouter_kit.simulator._state import WorkspaceState
from taskrouter_kit.simulator._trace_entry import TraceEntry, unfold

_WIDTH: Final = 24


def moment(at: int) -> str:
    """Return a moment as ISO 8601 in UTC, with milliseconds only where there are some."""
    seconds, rest = divmod(at, 1000)
    text = f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}"
    return f"{text}.{rest:03}Z" if rest else f"{text}Z"


def trace_of(workspace: WorkspaceState, task_sid: str) -> tuple[TraceEntry, ...]:
    """Return the steps of a task, oldest first; none when it is gone or no trace is kept."""
    return tuple(unfold(workspace.traces.get(task_sid, ())))


def trace_text(workspace: WorkspaceState, task_sid: str) -> str:
    """Return the way of a task as lines: when, what, why; what has several reasons has a line for each."""
    lines = list[str]()
    for step in trace_of(workspace, task_sid):
        at = moment(step.at)
        first, *more = step.why.split("\n")
        lines.append(f"{at}  {step.what:{_WIDTH}}{first}".rstrip())
        lines += [f"{'':{len(at) + 2 + _WIDTH}}{each}" for each in more]
    return "\n".join(lines) + "\n"
