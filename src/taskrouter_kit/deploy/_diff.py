"""Desired x actual -> changes: pure, and the whole of what deploying decides.

Order of creation: workspace, activities, the workspace's references to them, channels, queues, workflows, workers,
their capacities. Nothing is deleted; what the service cannot change is refused, with the way out.
"""

# Documented: resources.md section 13 (identity, create order, replace-only fields, one-way)

from __future__ import annotations

from collections.abc import Iterable, Sequence

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.deploy import _fields
from taskrouter_kit.deploy._actual import BORN, NAMES, Actual, Existing, Fields, Kind, key_of
from taskrouter_kit.deploy._changes import Change, Create, Update
from taskrouter_kit.deploy._notes import notes
from taskrouter_kit.deploy._plan import Plan
from taskrouter_kit.models._declare_workspace import Workspace

#: Fields that the service fixes for ever, per kind.
# Documented: resources.md section 3; available is fixed for life
_IMMUTABLE: dict[Kind, tuple[str, ...]] = {"Activity": ("available",)}


def diff(desired: Workspace, actual: Actual | None) -> Plan:
    """Return the plan that turns *actual* (None: no such workspace) into *desired*."""
    changes: list[Change] = []
    refusals: list[Diagnostic] = []
    for kind, name, fields, start in _wanted(desired):
        existing = actual.find(kind, name) if actual is not None else None
        doubles = actual.doubles.get((kind, key_of(kind, name)), ()) if actual is not None else ()
        if doubles:
            refusals.append(ambiguous(kind, name, doubles))
        elif actual is None and kind == "Activity" and fields["available"] is not BORN.get(name, fields["available"]):
            refusals.append(_fixed_for_life(f"{name!r} of every new workspace", BORN[name], fields["available"]))
        elif existing is None:
            if kind == "WorkspaceActivities" or kind == "WorkerChannel":
                changes.append(Update(kind, name, None, {}, fields))
            else:
                changes.append(Create(kind, name, fields, start))
        else:
            match compare(kind, existing, fields):
                case None:
                    pass
                case Update() as update:
                    changes.append(update)
                case refusal:
                    refusals.append(refusal)
    return Plan(
        workspace=desired.friendly_name,
        workspace_sid=actual.sid if actual is not None else None,
        changes=tuple(changes),
        known=_known(actual),
        refusals=tuple(refusals),
        notes=tuple(notes(desired, actual)),
    )


def _wanted(desired: Workspace) -> Iterable[tuple[Kind, str, Fields, Fields]]:
    """Yield (kind, name, fields, fields set on creation only) in the order of creation."""
    yield "Workspace", desired.friendly_name, _fields.of_workspace(desired), {}
    for activity in desired.activities:
        yield "Activity", activity.friendly_name, _fields.of_activity(activity), {}
    references = _fields.of_workspace_activities(desired)
    if references:
        yield "WorkspaceActivities", desired.friendly_name, references, {}
    for channel in desired.task_channels:
        start: Fields = {"friendly_name": channel.friendly_name or channel.unique_name}
        yield "TaskChannel", channel.unique_name, _fields.of_task_channel(channel), start
    for queue in desired.task_queues:
        yield "TaskQueue", queue.friendly_name, _fields.of_task_queue(queue), {}
    for workflow in desired.workflows:
        yield "Workflow", workflow.friendly_name, _fields.of_workflow(workflow), {}
    for worker in desired.workers:
        start = {"activity": worker.activity.friendly_name} if worker.activity is not None else {}
        yield "Worker", worker.friendly_name, _fields.of_worker(worker), start
    for worker in desired.workers:
        for channel_name, capacity in worker.capacity.items():
            yield "WorkerChannel", f"{worker.friendly_name}/{channel_name}", {"capacity": capacity}, {}


def compare(kind: Kind, existing: Existing, desired: Fields) -> Update | Diagnostic | None:
    """Return the update that turns *existing* into *desired*, why the service never does that, or None: equal."""
    update = Update(kind, existing.name, existing.sid, {key: existing.fields.get(key) for key in desired}, desired)
    for key in update.changed:
        if key in _IMMUTABLE.get(kind, ()):
            return _fixed_for_life(f"{existing.name!r} ({existing.sid})", existing.fields.get(key), desired[key])
        if kind == "Workspace" and key == "multi_task_enabled" and desired[key] is False:
            return _one_way(existing)
    return update if update.changed else None


def _fixed_for_life(which: str, has: Json, wanted: Json) -> Diagnostic:
    return Diagnostic(
        "activity-available-immutable",
        f"Activity {which} has available={has}, and the service never changes that; wanted {wanted}.",
        where=Where(path=f"Activity {which}"),
        hint="declare a new activity under another name and move the workers to it",
    )


def ambiguous(kind: Kind, name: str, sids: Sequence[str]) -> Diagnostic:
    """Say that several things are called *name*, so that nobody knows which one is meant."""
    # Inferred: resources.md section 2; the service may allow it
    return Diagnostic(
        "ambiguous-name",
        f"There are {len(sids)} {NAMES[kind][1]} called {name!r}: {', '.join(sids)}.",
        where=Where(path=f"{kind} {name!r}"),
        hint="names say which thing is meant: rename or delete all but one",
    )


def _one_way(existing: Existing) -> Diagnostic:
    # Documented: limits-errors-gotchas.md section 4 (gotcha 5)
    return Diagnostic(
        "multi-tasking-one-way",
        f"Workspace {existing.name!r} is multi-tasking, and that cannot be switched off.",
        where=Where(path=f"Workspace {existing.name!r} ({existing.sid})"),
        hint="leave multi_task_enabled as it is, or use a new workspace",
    )


def _known(actual: Actual | None) -> dict[tuple[Kind, str], str]:
    if actual is None:
        return {}
    return {(kind, key): thing.sid for kind, things in actual.things.items() for key, thing in things.items()}
