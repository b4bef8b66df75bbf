"""The comparable fields of each kind of declared thing; :mod:`._read` makes the same of the service's answers.

Two sides are equal when they mean the same: attributes and configurations as parsed JSON, expressions in canonical
text, absent URLs and empty ones alike, references by name instead of SID. What runs (a worker's activity, a channel's
availability, tasks) is not configuration and has no field here.
"""

# Documented: resources.md section 13 (what a deployer must know)

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from taskrouter_kit._wire import Json
from taskrouter_kit.deploy._actual import Fields
from taskrouter_kit.errors import ExpressionError
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._places import Place
from taskrouter_kit.expr._render import render
from taskrouter_kit.models._declare_parts import Activity, TaskChannel, TaskQueue, Worker
from taskrouter_kit.models._declare_workflow import Workflow
from taskrouter_kit.models._declare_workspace import Workspace
from taskrouter_kit.models._workflow_document import FILTER_NAMES, spelled_number

_PLACES: dict[str, Place] = {
    "target": "target",
    "filter": "filter",
    "order_by": "order_by",
    "skip_if": "skip_if",
    "target_workers": "target_workers",
}


def of_workspace(workspace: Workspace) -> Fields:
    """Return the workspace's own fields; activities it refers to are set later, when they exist."""
    fields: dict[str, Json] = {
        "event_callback_url": workspace.event_callback_url or None,
        "events_filter": cast(Json, sorted(set(workspace.events_filter))),
        "prioritize_queue_order": workspace.prioritize_queue_order,
    }
    if workspace.multi_task_enabled is not None:
        fields["multi_task_enabled"] = workspace.multi_task_enabled
    return fields


def of_workspace_activities(workspace: Workspace) -> Fields:
    """Return the names of the activities the workspace refers to; only those that are declared."""
    wanted = {"default_activity": workspace.default_activity, "timeout_activity": workspace.timeout_activity}
    return {name: activity.friendly_name for name, activity in wanted.items() if activity is not None}


def of_activity(activity: Activity) -> Fields:
    """Return the fields of an activity."""
    return {"available": activity.available}


def of_task_channel(channel: TaskChannel) -> Fields:
    """Return the fields of a channel; a friendly name is compared only where one is declared."""
    fields: dict[str, Json] = {"channel_optimized_routing": channel.channel_optimized_routing}
    if channel.friendly_name is not None:
        fields["friendly_name"] = channel.friendly_name
    return fields


def of_task_queue(queue: TaskQueue) -> Fields:
    """Return the fields of a queue."""
    return {
        "target_workers": expression(render(queue.target_workers, lossless=True), "target_workers"),
        "max_reserved_workers": queue.max_reserved_workers,
        "task_order": queue.task_order,
        "reservation_activity": _name_of(queue.reservation_activity),
        "assignment_activity": _name_of(queue.assignment_activity),
    }


def _name_of(activity: Activity | None) -> str | None:
    return None if activity is None else activity.friendly_name


def of_workflow(workflow: Workflow) -> Fields:
    """Return the fields of a workflow; queues stand in the configuration by name."""
    return {
        "configuration": configuration(workflow.document(), {}),
        "assignment_callback_url": workflow.assignment_callback_url or None,
        "fallback_assignment_callback_url": workflow.fallback_assignment_callback_url or None,
        "task_reservation_timeout": workflow.reservation_seconds,
    }


def of_worker(worker: Worker) -> Fields:
    """Return the fields of a worker. Its activity is where it starts, not configuration."""
    return {"attributes": cast(Json, json.loads(worker.attributes_json))}


def expression(text: str | None, place: str) -> str | None:
    """Return the canonical form of an expression text, or the text itself where it does not parse."""
    if not text:
        return None
    try:
        return render(parse(text, place=_PLACES[place]), place=_PLACES[place])
    except ExpressionError:
        return text


def configuration(document: Json, queue_names: Mapping[str, str]) -> Json:
    """Return a workflow configuration in comparable form: names for queue SIDs, canonical expressions, numbers."""
    if not isinstance(document, Mapping):
        return document
    routing = document.get("task_routing")
    if not isinstance(routing, Mapping):
        return dict(document)
    result: dict[str, Json] = dict(routing)
    filters = routing.get("filters")
    listed = filters if isinstance(filters, list) else []
    result["filters"] = [_filter(each, queue_names) for each in listed]
    if routing.get("default_filter") is not None:
        result["default_filter"] = _target(routing["default_filter"], queue_names)
    return {**document, "task_routing": result}


def _filter(each: Json, names: Mapping[str, str]) -> Json:
    if not isinstance(each, Mapping):
        return each
    result: dict[str, Json] = {key: value for key, value in each.items() if value is not None}
    written, *found = FILTER_NAMES
    named = next((key for key in found if key in result), None)
    if named is not None and written not in result:
        result[written] = result.pop(named)
    if isinstance(result.get("expression"), str):
        result["expression"] = expression(cast(str, result["expression"]), "filter")
    if isinstance(result.get("targets"), list):
        result["targets"] = [_target(target, names) for target in cast("list[Json]", result["targets"])]
    return result


def _target(target: Json, names: Mapping[str, str]) -> Json:
    if not isinstance(target, Mapping):
        return target
    result: dict[str, Any] = {key: value for key, value in target.items() if value is not None}
    if isinstance(result.get("queue"), str):
        result["queue"] = names.get(result["queue"], result["queue"])
    for key in ("priority", "timeout"):
        spelled = spelled_number(result[key]) if isinstance(result.get(key), str) else None
        if spelled is not None:
            result[key] = spelled
    for key, place in (("expression", "target"), ("order_by", "order_by"), ("skip_if", "skip_if")):
        if isinstance(result.get(key), str):
            result[key] = expression(result[key], place)
    return result
