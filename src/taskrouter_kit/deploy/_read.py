"""Reading what a workspace has now: a flow that walks its collections and makes a snapshot by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from taskrouter_kit._wire import Json
from taskrouter_kit.client._endpoints import (
    ACTIVITIES,
    TASK_CHANNELS,
    TASK_QUEUES,
    WORKER_CHANNELS,
    WORKERS,
    WORKFLOWS,
    WORKSPACES,
)
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.deploy import _fields
from taskrouter_kit.deploy._actual import Actual, Existing, Kind, key_of
from taskrouter_kit.deploy._diff import ambiguous
from taskrouter_kit.errors import CannotTell
from taskrouter_kit.models._declare_workspace import Workspace
from taskrouter_kit.models._resources import (
    ActivityResource,
    TaskChannelResource,
    TaskQueueResource,
    WorkerResource,
    WorkflowResource,
    WorkspaceResource,
)

_Things = dict[str, Existing]


def read(desired: Workspace) -> Flow[Actual | None]:
    """Return what the workspace called like *desired* has, as far as *desired* asks; None when there is no such one."""
    found = yield from WORKSPACES.walk({"FriendlyName": desired.friendly_name}).items()
    called = [each for each in found if each.friendly_name == desired.friendly_name]
    if not called:
        return None
    if len(called) > 1:
        raise CannotTell(ambiguous("Workspace", desired.friendly_name, [str(each.sid) for each in called]))
    (workspace,) = called
    where = ("Workspaces", workspace.sid)
    activities = yield from ACTIVITIES.at(*where).walk().items()
    channels = yield from TASK_CHANNELS.at(*where).walk().items()
    queues = yield from TASK_QUEUES.at(*where).walk().items()
    workflows = yield from WORKFLOWS.at(*where).walk().items()
    workers = (yield from WORKERS.at(*where).walk().items()) if desired.workers else []
    names = {str(queue.sid): queue.friendly_name for queue in queues}
    things: dict[Kind, Mapping[str, Existing]] = {
        "Workspace": _one("Workspace", workspace.sid, workspace.friendly_name, _of_workspace(workspace)),
        "WorkspaceActivities": _one(
            "WorkspaceActivities",
            workspace.sid,
            workspace.friendly_name,
            {
                "default_activity": workspace.default_activity_name,
                "timeout_activity": workspace.timeout_activity_name,
            },
        ),
        "Activity": activities_of(activities),
        "TaskChannel": channels_of(channels),
        "TaskQueue": _all("TaskQueue", [(each.sid, each.friendly_name, _of_queue(each)) for each in queues]),
        "Workflow": _all("Workflow", [(each.sid, each.friendly_name, _of_workflow(each, names)) for each in workflows]),
        "Worker": _all("Worker", [(each.sid, each.friendly_name, _of_worker(each)) for each in workers]),
        "WorkerChannel": (yield from _capacities(desired, where, workers)),
    }
    doubles = {
        **_doubles("Activity", activities),
        **_doubles("TaskQueue", queues),
        **_doubles("Workflow", workflows),
        **_doubles("Worker", workers),
    }
    return Actual(workspace.sid, workspace.friendly_name, things, doubles)


def activities_of(found: Iterable[ActivityResource]) -> _Things:
    """Return the activities that a workspace has."""
    return _all("Activity", [(each.sid, each.friendly_name, {"available": each.available}) for each in found])


def channels_of(found: Iterable[TaskChannelResource]) -> _Things:
    """Return the task channels that a workspace has."""
    names = ("friendly_name", "channel_optimized_routing")
    return _all("TaskChannel", [(each.sid, each.unique_name, {n: getattr(each, n) for n in names}) for each in found])


def _capacities(desired: Workspace, where: tuple[str, ...], workers: list[Any]) -> Flow[_Things]:
    """Return the configured capacities of those declared workers that declare any."""
    sids = {worker.friendly_name.casefold(): worker.sid for worker in workers}
    things: _Things = {}
    for declared in desired.workers:
        sid = sids.get(declared.friendly_name.casefold())
        if sid is None or not declared.capacity:
            continue
        for channel in (yield from WORKER_CHANNELS.at(*where, "Workers", sid).walk().items()):
            name = f"{declared.friendly_name}/{channel.task_channel_unique_name}"
            fields: dict[str, Json] = {"capacity": channel.configured_capacity}
            things[key_of("WorkerChannel", name)] = Existing(channel.sid, name, fields)
    return things


def _one(kind: Kind, sid: str, name: str, fields: Mapping[str, Json]) -> _Things:
    return {key_of(kind, name): Existing(sid, name, fields)}


def _all(kind: Kind, found: list[tuple[str, str, dict[str, Json]]]) -> _Things:
    return {key_of(kind, name): Existing(sid, name, fields) for sid, name, fields in found}


def _doubles(kind: Kind, found: Iterable[Any]) -> dict[tuple[Kind, str], list[str]]:
    """Return the SIDs of those in *found* whose name another one has."""
    sids: dict[tuple[Kind, str], list[str]] = {}
    for each in found:
        sids.setdefault((kind, key_of(kind, each.friendly_name)), []).append(str(each.sid))
    return {key: several for key, several in sids.items() if len(several) > 1}


def _of_workspace(workspace: WorkspaceResource) -> dict[str, Json]:
    names = {name.strip() for name in (workspace.events_filter or "").split(",")} - {""}
    return {
        "event_callback_url": workspace.event_callback_url or None,
        "events_filter": cast(Json, sorted(names)),
        "multi_task_enabled": workspace.multi_task_enabled,
        "prioritize_queue_order": workspace.prioritize_queue_order.value,
    }


def _of_queue(queue: TaskQueueResource) -> dict[str, Json]:
    return {
        "target_workers": _fields.expression(queue.target_workers, "target_workers"),
        "max_reserved_workers": queue.max_reserved_workers,
        "task_order": queue.task_order.value,
        "reservation_activity": queue.reservation_activity_name,
        "assignment_activity": queue.assignment_activity_name,
    }


def _of_workflow(workflow: WorkflowResource, queue_names: Mapping[str, str]) -> dict[str, Json]:
    return {
        "configuration": _fields.configuration(workflow.document(), queue_names),
        "assignment_callback_url": workflow.assignment_callback_url or None,
        "fallback_assignment_callback_url": workflow.fallback_assignment_callback_url or None,
        "task_reservation_timeout": workflow.task_reservation_timeout,
    }


def _of_worker(worker: WorkerResource[Any]) -> dict[str, Json]:
    return {"attributes": cast(Json, json.loads(worker.attributes_json or "{}"))}
