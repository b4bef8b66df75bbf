"""A world as JSON and back: everything that is not derived, then the derived parts made again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from taskrouter_kit.simulator import _state as state
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._checking import check_counters, check_places, checked, checked_event, checked_step
from taskrouter_kit.simulator._configuration import compile_configuration, compile_target_workers
from taskrouter_kit.simulator._event_log import EventLog
from taskrouter_kit.simulator._event_state import EventState
from taskrouter_kit.simulator._json_kinds import is_array
from taskrouter_kit.simulator._lines import join_line
from taskrouter_kit.simulator._membership import recount_queue
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._record_fields import saved_names
from taskrouter_kit.simulator._rules import WorkflowRules
from taskrouter_kit.simulator._scene import DebuggerEntry, Machine, RecordedCall
from taskrouter_kit.simulator._task_state import LIVE, CallState, ReservationState, TaskState
from taskrouter_kit.simulator._timers import Timers
from taskrouter_kit.simulator._trace_entry import TraceEntry, unfold

FORMAT = "taskrouter-kit engine 4"
#: Fields of records that are tuples, and lists in JSON.
_TUPLES = frozenset({"reservations", "pending_reservations", "declined", "skipped_filters", "open"})
_MEMBERS = {
    "activities": state.ActivityState,
    "task_channels": state.TaskChannelState,
    "task_queues": state.TaskQueueState,
    "workflows": state.WorkflowState,
    "workers": state.WorkerState,
    "tasks": TaskState,
}


def save(machine: Machine, world: state.World) -> dict[str, Any]:  # Any: JSON
    """Return *machine* and *world* as a JSON object."""
    return {
        "format": FORMAT,
        "seed": machine.seed,
        "now": machine.now,
        "account_sid": machine.account_sid,
        "options": machine.options.to_json(),
        "sids": machine.sids,
        "timers": [list(each) for each in machine.timers.armed()],
        "debugger": [attrs.asdict(each) for each in machine.debugger],
        "calls": [attrs.asdict(each) for each in machine.calls],
        "workspaces": [_save_workspace(each) for each in world.workspaces.values()],
    }


def _save_workspace(workspace: state.WorkspaceState) -> dict[str, Any]:  # Any: JSON
    document = {
        name: getattr(workspace, name)
        for name in saved_names(state.WorkspaceState)
        if name not in (*_MEMBERS, "reservations", "events", "traces")
    }
    # What is saved, and what was loaded, shares nothing that changes with the world.
    document["call_plans"] = list(workspace.call_plans)
    for name in _MEMBERS:
        document[name] = [_save(each) for each in getattr(workspace, name).values()]
    document["reservations"] = [_save(each) for each in workspace.reservations.values()]
    document["events"] = [each.to_dict() for each in workspace.events]
    document["traces"] = {sid: [each.to_dict() for each in unfold(steps)] for sid, steps in workspace.traces.items()}
    return document


def _save(record: Any) -> dict[str, Any]:  # Any: any record, JSON
    found: dict[str, Any] = {}
    for name in saved_names(record.__class__):
        value: Any = getattr(record, name)
        if name == "channels":
            value = [_save(channel) for channel in value.values()]
        elif isinstance(value, CallState):
            value = _save(value)
        found[name] = list(value) if name in _TUPLES or is_array(value) else value
    return found


def load(document: Mapping[str, Any]) -> tuple[Machine, state.World]:  # Any: JSON
    """Return what :func:`save` wrote."""
    if document.get("format") != FORMAT:
        raise ValueError(f"expected {FORMAT!r}, found {document.get('format')!r}")
    check_counters(document)
    options = EngineOptions.from_json(document.get("options", {}))
    workspaces = [_load_workspace(each, options) for each in document["workspaces"]]
    world = state.World({each.sid: each for each in workspaces})
    machine = Machine(
        seed=document["seed"],
        now=document["now"],
        account_sid=document["account_sid"],
        options=options,
        sids=document["sids"],
        timers=Timers(world.workspaces, map(tuple, document["timers"])),
    )
    machine.debugger.extend(DebuggerEntry(**checked(DebuggerEntry, each)) for each in document["debugger"])
    machine.calls.extend(map(_load_call, document["calls"]))
    return machine, world


def _load_call(document: Mapping[str, Any]) -> RecordedCall:  # Any: JSON
    options = tuple((name, value) for name, value in document["options"])
    fields: dict[str, Any] = {**document, "options": options}  # Any: JSON
    return RecordedCall(**checked(RecordedCall, fields))


def _load_workspace(document: Mapping[str, Any], options: EngineOptions) -> state.WorkspaceState:  # Any: JSON
    fields = checked(state.WorkspaceState, dict(document))
    for name, kind in _MEMBERS.items():
        made = [_load(kind, each) for each in fields[name]]
        fields[name] = {each.sid: each for each in made}
    offers = [_load_reservation(each, fields["tasks"], fields["workers"]) for each in fields["reservations"]]
    fields["reservations"] = {each.sid: each for each in offers}
    fields["events"] = EventLog(EventState.from_dict(checked_event(each)) for each in fields["events"])
    fields["traces"] = {
        sid: [tuple(TraceEntry.from_dict(checked_step(each))) for each in steps]
        for sid, steps in fields["traces"].items()
    }
    fields["call_plans"] = [tuple(each) for each in fields["call_plans"]]
    workspace = state.WorkspaceState(**fields)
    check_places(workspace)
    _derive(workspace, options)
    return workspace


def _load(kind: type[Any], document: Mapping[str, Any]) -> Any:  # Any: a record, JSON
    fields = {
        name: tuple(value) if name in _TUPLES else list(value) if is_array(value) else value
        for name, value in document.items()
    }
    if "channels" in fields:
        share = state.WorkerChannelState
        channels = [share(**checked(share, each)) for each in fields["channels"]]
        fields["channels"] = {each.task_channel_sid: each for each in channels}
    return kind(**checked(kind, fields))


def _load_reservation(
    document: Mapping[str, Any], tasks: Mapping[str, TaskState], workers: Mapping[str, state.WorkerState]
) -> ReservationState:  # Any: JSON
    fields = dict(document)
    task, worker = tasks[fields.pop("task_sid")], workers[fields.pop("worker_sid")]
    channel = worker.channels[fields.pop("task_channel_sid")]
    if fields["call"] is not None:
        fields["call"] = CallState(**checked(CallState, fields["call"]))
    fields = checked(ReservationState, fields)
    return ReservationState(task=task, worker=worker, channel=channel, **fields)


def _derive(workspace: state.WorkspaceState, options: EngineOptions) -> None:
    """Make the derived fields again."""
    semantics = options.semantics
    old = dict[str, WorkflowRules]()
    workspace.default_channel_sid = state.default_channel(workspace)
    for worker in workspace.workers.values():
        worker.attributes = read_attributes(worker.attributes_text)
        worker.on_duty = workspace.activities[worker.activity_sid].available
        workspace.roster.add(worker)
    for workflow in workspace.workflows.values():
        workflow.rules = compile_configuration(workflow.configuration, workspace.task_queues, semantics)
    for queue in workspace.task_queues.values():
        queue.rule = compile_target_workers(queue.target_workers, semantics)
        recount_queue(workspace, queue)
    for task in workspace.tasks.values():
        task.attributes = read_attributes(task.attributes_text)
        text = task.old_configuration
        if text is not None and task.assignment_status in LIVE:
            if text not in old:
                old[text] = compile_configuration(text, workspace.task_queues, semantics)
            task.old_rules = old[text]
        if task.assignment_status == "pending":
            join_line(workspace, task, options)
