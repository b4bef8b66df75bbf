"""Carrying out a plan: a flow that sends one exchange per change, in the plan's order, and tells each as it lands.

It is built from the plan alone. What fails is reported with what was done before it, so that nothing is half-created
in silence; applying a new plan afterwards goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Json, encode_json
from taskrouter_kit.client._endpoints import (
    ACTIVITIES,
    ROUTING_WRITES,
    TASK_CHANNELS,
    TASK_QUEUES,
    WORKER_CHANNELS,
    WORKERS,
    WORKFLOWS,
    WORKSPACES,
    Endpoint,
)
from taskrouter_kit.client._exchange import Exchange, Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.deploy._actual import Existing, Kind, key_of
from taskrouter_kit.deploy._changes import Change, Create, Update
from taskrouter_kit.deploy._diff import compare
from taskrouter_kit.deploy._plan import Plan
from taskrouter_kit.deploy._read import activities_of, channels_of
from taskrouter_kit.errors import ApplyStopped, PlanRefused, ServiceError

_ENDPOINTS: dict[Kind, Endpoint[Any]] = {
    "Workspace": WORKSPACES,
    "WorkspaceActivities": WORKSPACES,
    "Activity": ACTIVITIES,
    "TaskChannel": TASK_CHANNELS,
    "TaskQueue": TASK_QUEUES,
    "Workflow": WORKFLOWS,
    "Worker": WORKERS,
    "WorkerChannel": WORKER_CHANNELS,
}
_PACED: frozenset[Kind] = frozenset({"TaskQueue", "Workflow"})

OnChange = Callable[[Change], None]


@frozen
class Applied:
    """What was done: the workspace, the changes in order, and the SID of everything the plan knows or created."""

    workspace_sid: str
    done: tuple[Change, ...]
    sids: Mapping[tuple[Kind, str], str]


def apply(plan: Plan, on_change: OnChange | None = None) -> Flow[Applied]:
    """Carry out *plan*. Raises :class:`PlanRefused` before anything is sent, :class:`ApplyStopped` in the middle."""
    if plan.refusals:
        raise PlanRefused(plan.refusals)
    state = _Applying(plan)
    done: list[Change] = []
    for change in plan.changes:
        try:
            yield from state.carry_out(change)
        except (ServiceError, PlanRefused) as error:
            raise ApplyStopped.at(change.kind, change.name, [_told(each) for each in done], error) from error
        done.append(change)
        if on_change is not None:
            on_change(change)
    return Applied(state.workspace_sid, tuple(done), dict(state.sids))


def _told(change: Change) -> str:
    verb = "created" if isinstance(change, Create) else "updated"
    return f"{verb} {change.kind} {change.name!r}"


class _Applying:
    """What is known while a plan is carried out: the SIDs of what exists so far."""

    def __init__(self, plan: Plan) -> None:
        self.sids: dict[tuple[Kind, str], str] = dict(plan.known)
        self.workspace_sid = plan.workspace_sid or ""
        #: What came with a workspace that this plan created.
        self.born: dict[tuple[Kind, str], Existing] = {}

    def carry_out(self, change: Change) -> Flow[None]:
        """Do *change*. What a new workspace came with is adopted instead of created."""
        born = self.born.get((change.kind, change.name))
        if isinstance(change, Create) and born is not None:
            yield from self._adopt(change, born)
            return
        result = yield from self._exchange(change)
        if not isinstance(change, Create):
            return
        self.sids[change.kind, key_of(change.kind, change.name)] = str(result.sid)
        if change.kind == "Workspace":
            self.workspace_sid = str(result.sid)
            yield from self._look_at_the_newborn()

    def _look_at_the_newborn(self) -> Flow[None]:
        """Read what the service put into the workspace it just created."""
        # Observed: resources.md section 2.1; activities and channels of its own
        where = ("Workspaces", self.workspace_sid)
        activities = activities_of((yield from ACTIVITIES.at(*where).walk().items()))
        channels = channels_of((yield from TASK_CHANNELS.at(*where).walk().items()))
        self.born |= {("Activity", name): thing for name, thing in activities.items()}
        self.born |= {("TaskChannel", name): thing for name, thing in channels.items()}
        self.sids |= {key: thing.sid for key, thing in self.born.items()}

    def _adopt(self, change: Create, born: Existing) -> Flow[None]:
        """Take over what exists already; update what differs, refuse what the service never changes."""
        compared = compare(change.kind, born, change.desired)
        if isinstance(compared, Diagnostic):
            raise PlanRefused(compared)
        if compared is not None:
            yield from self._exchange(compared)

    def _exchange(self, change: Change) -> Exchange[Any]:
        form = self._form(change)
        group = ROUTING_WRITES if change.kind in _PACED else None
        endpoint = self._endpoint(change)
        if isinstance(change, Create):
            return endpoint.create(form, group=group)
        return endpoint.update(self._target(change), form, group=group)

    def _endpoint(self, change: Change) -> Endpoint[Any]:
        endpoint = _ENDPOINTS[change.kind]
        if endpoint is WORKSPACES:
            return endpoint
        where: tuple[str, ...] = ("Workspaces", self.workspace_sid)
        if change.kind == "WorkerChannel":
            where += ("Workers", self.sid("Worker", change.name.rpartition("/")[0]))
        return endpoint.at(*where)

    def _target(self, change: Update) -> str:
        if change.kind in {"Workspace", "WorkspaceActivities"}:
            return self.workspace_sid
        if change.kind == "WorkerChannel" and change.sid is None:
            return change.name.rpartition("/")[2]  # the service takes the channel's unique name here
        return change.sid or self.sid(change.kind, change.name)

    def sid(self, kind: Kind, name: object) -> str:
        """Return the SID of a thing that exists by now: the plan's order says so."""
        return self.sids[kind, key_of(kind, str(name))]

    def _form(self, change: Change) -> dict[str, Any]:
        wanted: dict[str, Json] = dict(change.desired)
        if isinstance(change, Create):
            wanted |= change.start
            wanted["unique_name" if change.kind == "TaskChannel" else "friendly_name"] = change.name
            wanted = {key: value for key, value in wanted.items() if value is not None}
        else:
            wanted = {key: wanted[key] for key in change.changed}
        return fields(**dict(self._on_the_wire(key, value) for key, value in wanted.items()))

    def _on_the_wire(self, key: str, value: Json) -> tuple[str, object]:
        match key:
            case "default_activity" | "timeout_activity" | "reservation_activity" | "assignment_activity" | "activity":
                return f"{key}_sid", None if value is None else self.sid("Activity", value)
            case "configuration":
                return key, encode_json(self._with_sids(value))
            case "attributes":
                return key, encode_json(value)
            case "events_filter":
                return key, ",".join(cast("list[str]", value))
            case _:
                return key, value

    def _with_sids(self, configuration: Json) -> Json:
        """Return the configuration with SIDs where it names queues."""
        if isinstance(configuration, list):
            return [self._with_sids(item) for item in configuration]
        if not isinstance(configuration, Mapping):
            return configuration
        return {
            key: self.sids.get(("TaskQueue", value), value)
            if key == "queue" and isinstance(value, str)
            else self._with_sids(value)
            for key, value in configuration.items()
        }
