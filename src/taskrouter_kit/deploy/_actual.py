"""What a workspace has now: a snapshot by name, as plain values that compare with what is declared.

Reading is a flow (:mod:`taskrouter_kit.deploy._read`); everything here is data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from taskrouter_kit._wire import Json

#: What a change is about, by TaskRouter's own names, in the order in which things must be created.
Kind: TypeAlias = Literal[
    "Workspace", "Activity", "WorkspaceActivities", "TaskChannel", "TaskQueue", "Workflow", "Worker", "WorkerChannel"
]

#: What one thing of a kind, and several of it, are called in texts.
NAMES: dict[Kind, tuple[str, str]] = {
    "Workspace": ("workspace", "workspaces"),
    "Activity": ("activity", "activities"),
    "WorkspaceActivities": ("workspace", "workspaces"),
    "TaskChannel": ("task channel", "task channels"),
    "TaskQueue": ("task queue", "task queues"),
    "Workflow": ("workflow", "workflows"),
    "Worker": ("worker", "workers"),
    "WorkerChannel": ("capacity", "capacities"),
}

#: What a new workspace comes with, whatever is asked for: activities, and whether they are available.
# Observed: resources.md section 2.1
BORN: dict[str, bool] = {"Offline": False, "Available": True, "Unavailable": False}

#: Field name -> value that compares by meaning (see :mod:`taskrouter_kit.deploy._fields`).
Fields: TypeAlias = Mapping[str, Json]


@frozen
class Existing:
    """One thing that the workspace has: its SID, its name as the service spells it, and its comparable fields."""

    sid: str
    name: str
    fields: Fields


@frozen
class Actual:
    """A workspace as it is. ``things`` holds, per kind, name (workers: case-folded) -> what exists.

    ``doubles`` has the SIDs where several things of a kind have one name.
    """

    sid: str
    friendly_name: str
    things: Mapping[Kind, Mapping[str, Existing]] = field(factory=dict[Kind, Mapping[str, Existing]])
    doubles: Mapping[tuple[Kind, str], Sequence[str]] = field(factory=dict[tuple[Kind, str], Sequence[str]])

    def find(self, kind: Kind, name: str) -> Existing | None:
        """Return the thing called *name*, or None."""
        return self.things.get(kind, {}).get(key_of(kind, name))


def key_of(kind: Kind, name: str) -> str:
    """Return what identifies a thing called *name*: its name, for workers without case."""
    # Observed: limits-errors-gotchas.md section 4 (gotcha 8)
    return name.casefold() if kind in {"Worker", "WorkerChannel"} else name
