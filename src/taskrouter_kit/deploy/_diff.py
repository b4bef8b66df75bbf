"""Desired x actual -> changes: pure, and the whole of what deploying decides.

Order of creation: workspace, activities, the workspace's references to them, channels, queues, workflows, workers,
their capacities. Nothing is deleted; what the service cannot change is refused, with the way out.
"""

# Documented: resources.md section 13 (identity, create order, replace-only fields, one-way)

from __future__ import annotations

from collections.abc import Iterable

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.deploy import _fields
from taskrouter_kit.deploy._actual import Actual, Existing, Fields, Kind
from taskrouter_kit.deploy._plan import Change, Create, Plan, Update
from taskrouter_kit.models._declare_parts import BUILT_IN_CHANNELS
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
        if existing is None:
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
        notes=tuple(_notes(desired)),
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
            return _fixed_for_life(existing, existing.fields.get(key), desired[key])
        if kind == "Workspace" and key == "multi_task_enabled" and desired[key] is False:
            return _one_way(existing)
    return update if update.changed else None


def _fixed_for_life(existing: Existing, has: Json, wanted: Json) -> Diagnostic:
    return Diagnostic(
        "activity-available-immutable",
        f"Activity {existing.name!r} has available={has}, and the service never changes that; wanted {wanted}.",
        where=Where(path=f"Activity {existing.name!r} ({existing.sid})"),
        hint="declare a new activity under another name and move the workers to it",
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


def _notes(desired: Workspace) -> Iterable[Diagnostic]:
    """Yield what a deployment of *desired* should make people think about."""
    if desired.timeout_activity is None:
        # Observed: limits-errors-gotchas.md section 4 (gotcha 3)
        yield Diagnostic(
            "timeout-activity-unset",
            "A worker who lets a reservation time out goes to the workspace's timeout activity, 'Offline' by default, "
            "and stays there.",
            severity="info",
            where=Where(path=f"Workspace {desired.friendly_name!r}.timeout_activity"),
            hint="name an activity of its own for it, so that such workers are seen",
        )
    for channel in desired.task_channels:
        if channel.unique_name in BUILT_IN_CHANNELS:
            yield Diagnostic(
                "built-in-channel",
                f"Task channel {channel.unique_name!r} exists in every workspace; it is adopted, not created.",
                severity="info",
                where=Where(path=f"TaskChannel {channel.unique_name!r}"),
            )
