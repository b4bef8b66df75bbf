"""Procedures of several calls, as generators: names resolved, then the call; and the verbs that know the state machine.

They are what both faces perform; tests drive them with a list of replies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit._wire import UNSET, Unset, decode_object, encode_attributes, encode_json
from taskrouter_kit.client._endpoints import (
    ACTIVITIES,
    EXPRESSION_LISTS,
    ROUTING_WRITES,
    TASK_CHANNELS,
    TASK_QUEUES,
    TASKS,
    WORKER_CHANNELS,
    WORKERS,
    WORKFLOWS,
    WORKSPACES,
    Endpoint,
)
from taskrouter_kit.client._exchange import Exchange, Field, Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._names import Address, Names, name_of, resolve
from taskrouter_kit.client._pages import Walk
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import (
    InvalidDeclaration,
    NotFound,
    OutcomeUnknown,
    PlanRefused,
    StaleVersion,
    ValidationRefused,
)
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.models._base import Resource
from taskrouter_kit.models._instructions import ReservationUpdate
from taskrouter_kit.models._resources import (
    ReservationResource,
    TaskQueueResource,
    TaskResource,
    TaskStatus,
    WorkerChannelResource,
    WorkerResource,
    WorkflowResource,
    WorkspaceResource,
    decoded,
)

R = TypeVar("R", bound=Resource)

#: What a collection belongs to: its path segment, what kind it is, and which one.
Below: TypeAlias = "tuple[str, Endpoint[Any], Address]"

#: How often a read-change-write is tried before the other writers win.
# Observed: limits-errors-gotchas.md section 4 (gotcha 20: versions move by background changes)
PATCH_ATTEMPTS = 10

#: The one workspace of a Flex account.
# Documented: resources.md section 2.1
FLEX_WORKSPACE = "Flex Task Assignment"


def fetch_one(scope: Scope, endpoint: Endpoint[R], address: Address) -> Flow[R]:
    """Read the thing at *address*."""

    def act(there: Endpoint[R], sid: str) -> Exchange[R]:
        return there.fetch(sid)

    return scope.one(endpoint, address, act)


def update_one(
    scope: Scope,
    endpoint: Endpoint[R],
    address: Address,
    form: Mapping[str, Field],
    *,
    if_match: str | None = None,
    group: str | None = None,
) -> Flow[R]:
    """Update the thing at *address*; only if it still has version *if_match*, where one is given."""

    def act(there: Endpoint[R], sid: str) -> Exchange[R]:
        return there.update(sid, form, if_match=if_match, group=group)

    return scope.one(endpoint, address, act)


def delete_one(scope: Scope, endpoint: Endpoint[Any], address: Address, if_match: str | None) -> Flow[None]:
    """Delete the thing at *address*; only if it still has version *if_match*, where one is given."""

    def act(there: Endpoint[Any], sid: str) -> Exchange[None]:
        return there.delete(sid, if_match=if_match)

    yield from scope.one(endpoint, address, act)
    scope.names.forget(endpoint.noun, name_of(endpoint.noun, address))


def create_task(
    scope: Scope,
    attributes: TaskAttributes | Mapping[str, Any],
    workflow: Address,
    channel: Address | Unset,
    dedupe: str | None = None,
    **more: object,
) -> Flow[TaskResource[Any]]:
    """Create a task. Its workflow is always named: the service picks one only while there is just one.

    *dedupe* names an attribute that no two tasks share: a lost answer is then looked up before it is sent again.
    """
    # Documented: limits-errors-gotchas.md section 4 (gotcha 9)
    workflow_sid = yield from scope.sid(WORKFLOWS, workflow)
    channel_sid = UNSET if channel is UNSET else (yield from scope.sid(TASK_CHANNELS, channel))
    task_queue = more.pop("task_queue", UNSET)
    if task_queue is not UNSET:
        more["task_queue_sid"] = yield from scope.sid(TASK_QUEUES, task_queue)
    schema = type(attributes) if isinstance(attributes, TaskAttributes) else None
    encoded = encode_attributes(attributes)
    form = fields(attributes=encoded, workflow_sid=workflow_sid, task_channel=channel_sid, **more)
    endpoint: Endpoint[TaskResource[Any]] = TASKS.reading(schema=schema)
    mark = None if dedupe is None else (dedupe, mark_of(encoded, dedupe))
    try:
        return (yield from scope.create(endpoint, form))
    except OutcomeUnknown:
        if mark is None:
            raise
        found = yield from lost_task(scope, mark, endpoint)
        return found if found is not None else (yield from scope.create(endpoint, form))


def mark_of(encoded: str, name: str) -> str:
    """Return the value of the dedupe attribute, which has to be a text."""
    value = decode_object(encoded).get(name)
    if isinstance(value, str) and name.isidentifier():
        return value
    message = f"The dedupe attribute {name!r} has to be a text attribute of the task, under a plain name."
    raise InvalidDeclaration(Diagnostic("dedupe-attribute", message, hint="give each task its own"))


def set_status(scope: Scope, task: Address, status: TaskStatus, reason: str | None) -> Flow[TaskResource[Any]]:
    """Move a task to *status*; one that is there already, or gone after its end, is an answer and no error."""
    form = fields(assignment_status=status, reason=UNSET if reason is None else reason)
    try:
        return (yield from update_one(scope, TASKS, task, form))
    except ValidationRefused:
        # Observed: limits-errors-gotchas.md section 3.3 (20001 on completing: already done)
        now = yield from fetch_one(scope, TASKS, task)
        if now.assignment_status == status:
            return now
        raise


def finish_task(scope: Scope, task: Address, reason: str | None) -> Flow[TaskResource[Any] | None]:
    """End a task in the way its state allows: cancel it before it is assigned, complete it after. None: it is gone."""
    # Observed: limits-errors-gotchas.md section 4 (gotcha 24)
    try:
        now = yield from fetch_one(scope, TASKS, task)
        if now.assignment_status in {TaskStatus.COMPLETED, TaskStatus.CANCELED}:
            return now
        waiting = now.assignment_status in {TaskStatus.PENDING, TaskStatus.RESERVED}
        status = TaskStatus.CANCELED if waiting else TaskStatus.COMPLETED
        return (yield from set_status(scope, now, status, reason))
    except NotFound:
        return None


def update_task(scope: Scope, task: Address, if_match: str | None, **more: object) -> Flow[TaskResource[Any]]:
    """Update a task; its channel may be given by name."""
    attributes = more.get("attributes", UNSET)
    schema = type(attributes) if isinstance(attributes, TaskAttributes) else None
    if attributes is not UNSET:
        more["attributes"] = encode_attributes(attributes)
    if more.get("task_channel", UNSET) is not UNSET:
        more["task_channel"] = yield from scope.sid(TASK_CHANNELS, more["task_channel"])
    return (yield from update_one(scope, TASKS.reading(schema=schema), task, fields(**more), if_match=if_match))


def save_worker(
    scope: Scope, address: Address | None, activity: Address | Unset | None, **more: object
) -> Flow[WorkerResource[Any]]:
    """Create (*address* None) or update a worker; its activity may be given by name."""
    activity_sid: object = UNSET
    if activity is not UNSET and activity is not None:
        activity_sid = yield from scope.sid(ACTIVITIES, activity)
    schema = type(more["attributes"]) if isinstance(more.get("attributes"), WorkerAttributes) else None
    if more.get("attributes", UNSET) is not UNSET:
        more["attributes"] = encode_attributes(more["attributes"])
    if_match = more.pop("if_match", None)
    form = fields(activity_sid=activity_sid, **more)
    endpoint = WORKERS.reading(schema=schema)
    if address is None:
        return (yield from scope.create(endpoint, form))
    match = if_match if isinstance(if_match, str) else None
    return (yield from update_one(scope, endpoint, address, form, if_match=match))


def patch_attributes(
    scope: Scope, endpoint: Endpoint[Any], address: Address, schema: Any, change: Callable[[Any], Any]
) -> Flow[Any]:
    """Read attributes, change them, write them back only if nobody else did; again when somebody did.

    A write whose answer was lost is looked at before it is repeated: *change* is never applied twice. Raises
    :class:`StaleVersion` with ``mine`` and ``theirs`` when others were faster :data:`PATCH_ATTEMPTS` times.
    """
    reading = endpoint.reading(schema=schema)
    for attempt in range(PATCH_ATTEMPTS):
        now = yield from fetch_one(scope, reading, address)
        version = now.meta.etag if now.meta is not None else None
        mine = change(decoded(now.attributes_json, schema, exact=True))
        form = fields(attributes=encode_attributes(mine))
        try:
            return (yield from update_one(scope, reading, now, form, if_match=version))
        except StaleVersion as stale:
            if attempt == PATCH_ATTEMPTS - 1:
                theirs = yield from fetch_one(scope, reading, now)
                stale.mine, stale.theirs = mine, theirs.attributes
                raise
        except OutcomeUnknown:
            after = yield from fetch_one(scope, reading, now)
            if decode_object(after.attributes_json) == decode_object(str(form["Attributes"])):
                return after
            if version is None or after.meta.etag != version or attempt == PATCH_ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def worker_fits(where: Condition[Any]) -> Callable[[WorkerResource[Any]], bool]:
    """Return the test of *where* on a returned worker: its attributes and the facts that the service knows of it."""
    from taskrouter_kit.expr._compile import compile_condition
    from taskrouter_kit.expr._facts import Facts

    matches = compile_condition(where)

    def fits(worker: WorkerResource[Any]) -> bool:
        names = ("sid", "friendly_name", "activity_sid", "activity_name", "available")
        facts = Facts(worker={name: worker.raw.get(name) for name in names})
        return bool(matches(decode_object(worker.attributes_json), {}, facts))

    return fits


def update_worker_channel(scope: Scope, below: Below, channel: Address, **form: object) -> Flow[WorkerChannelResource]:
    """Set a worker's capacity or availability on a channel (its unique name or SID)."""
    there = yield from _below(scope, WORKER_CHANNELS, below)
    return (yield from there.update(channel_name(channel), fields(**form)))


def channel_name(channel: Address) -> str:
    """Return what the service takes for a worker's channel: its SID, or the unique name of the task channel."""
    for attribute in ("sid", "unique_name"):
        found = getattr(channel, attribute, None)
        if isinstance(found, str) and looks_like_sid(found) == (attribute == "sid"):
            return found
    return name_of("WorkerChannel", channel)


def _as_target(condition: Condition[Any]) -> Condition[Any]:
    return condition.placed("target_workers")


def save_task_queue(scope: Scope, address: Address | None, **more: object) -> Flow[TaskQueueResource]:
    """Create (*address* None) or update a queue; activities may be given by name."""
    for name in ("reservation_activity", "assignment_activity"):
        activity = more.pop(name, UNSET)
        if activity is None:
            more[f"{name}_sid"] = None
        elif activity is not UNSET:
            more[f"{name}_sid"] = yield from scope.sid(ACTIVITIES, activity)
    target = more.get("target_workers")
    if isinstance(target, Condition):
        more["target_workers"] = str(_as_target(target))  # pyright: ignore[reportUnknownArgumentType]  (any scope)
    form = fields(**more)
    if address is None:
        return (yield from scope.create(TASK_QUEUES, form, group=ROUTING_WRITES))
    return (yield from update_one(scope, TASK_QUEUES, address, form, group=ROUTING_WRITES))


def save_workflow(scope: Scope, address: Address | None, **more: object) -> Flow[WorkflowResource]:
    """Create (*address* None) or update a workflow."""
    form = fields(**more)
    if address is None:
        return (yield from scope.create(WORKFLOWS, form, group=ROUTING_WRITES))
    return (yield from update_one(scope, WORKFLOWS, address, form, group=ROUTING_WRITES))


def walk_of(
    scope: Scope,
    endpoint: Endpoint[R],
    query: Mapping[str, Field],
    *,
    group: str | None = None,
    below: Below | None = None,
    **addresses: tuple[Endpoint[Any], Address | Unset],
) -> Flow[Walk[R]]:
    """Describe a walk over *endpoint*; *below* is what it belongs to, *addresses* are filters given by name."""
    above: tuple[str, ...] = ()
    if below is not None:
        segment, parent, address = below
        above = (segment, (yield from scope.sid(parent, address)))
    there = yield from scope.inside(endpoint, *above)
    selected = dict(query)
    for name, (kind, wanted) in addresses.items():
        if wanted is not UNSET:
            selected |= fields(**{name: (yield from scope.sid(kind, wanted))})
    return there.walk(selected, group=group)


def fetch_below(scope: Scope, endpoint: Endpoint[R], below: Below, address: Address) -> Flow[R]:
    """Read the thing at *address*, a SID or object, of what it belongs to."""
    there = yield from _below(scope, endpoint, below)
    return (yield from there.fetch(channel_name(address)))


def _below(scope: Scope, endpoint: Endpoint[R], below: Below) -> Flow[Endpoint[R]]:
    segment, parent, owner = below
    return (yield from scope.inside(endpoint, segment, (yield from scope.sid(parent, owner))))


def instruct(
    scope: Scope,
    endpoint: Endpoint[ReservationResource],
    below: Below,
    reservation: Address,
    instruction: ReservationUpdate,
    if_match: str | None,
) -> Flow[ReservationResource]:
    """Do *instruction* to a reservation. One whose answer was lost is read again before it is called unknown."""
    there = yield from _below(scope, endpoint, below)
    sid = name_of(endpoint.noun, reservation)
    activities: dict[str, str] = {}
    for name in ("activity", "post_work_activity"):
        activity = getattr(instruction, name, None)
        if isinstance(activity, str) and not looks_like_sid(activity):
            activities[activity] = yield from scope.sid(ACTIVITIES, activity)
    form = instruction.to_form(activities)
    wanted = form.get("ReservationStatus")
    try:
        return (yield from there.update(sid, form, if_match=if_match))
    except OutcomeUnknown:
        now = yield from there.fetch(sid)
        if wanted is not None and now.reservation_status == wanted:
            return now
        raise


def workspace_sid(names: Names, workspace: Address) -> Flow[str]:
    """Return the SID of a workspace by name, SID or object."""
    return (yield from resolve(WORKSPACES, names, workspace))


def fetch_workspace(names: Names, workspace: Address) -> Flow[WorkspaceResource]:
    """Read a workspace."""
    sid = yield from workspace_sid(names, workspace)
    return (yield from WORKSPACES.fetch(sid))


def update_workspace(names: Names, workspace: Address, **more: object) -> Flow[WorkspaceResource]:
    """Update a workspace; its default and timeout activity may be given by name."""
    scope = Scope(workspace)
    sid = yield from workspace_sid(names, workspace)
    scope.address = sid
    for name in ("default_activity", "timeout_activity"):
        activity = more.pop(name, UNSET)
        if activity is not UNSET:
            more[f"{name}_sid"] = yield from scope.sid(ACTIVITIES, activity)
    return (yield from WORKSPACES.update(sid, fields(**more)))


def delete_workspace(names: Names, workspace: Address, even_flex: bool) -> Flow[None]:
    """Delete a workspace with all in it; Flex's own only when *even_flex* says so."""
    # Documented: limits-errors-gotchas.md section 4 (gotcha 52)
    sid = yield from workspace_sid(names, workspace)
    if not even_flex:
        found = yield from WORKSPACES.fetch(sid)
        if found.friendly_name == FLEX_WORKSPACE:
            message = f"{FLEX_WORKSPACE!r} is the workspace of Twilio Flex; deleting it removes the contact centre."
            raise PlanRefused(Diagnostic("flex-workspace", message, hint="say even_flex=True if that is meant"))
    yield from WORKSPACES.delete(sid)


def lost_task(scope: Scope, dedupe: tuple[str, str], endpoint: Endpoint[R]) -> Flow[R | None]:
    """Return the task whose attribute *dedupe* has that value, or None."""
    name, value = dedupe
    there = yield from scope.inside(endpoint)
    text = encode_json(value)
    page = yield from there.walk({"EvaluateTaskAttributes": f"{name} == {text}"}, group=EXPRESSION_LISTS).opening(
        1, None
    )
    return page.items[0] if page.items else None


def walk_workspaces(query: Mapping[str, Field]) -> Flow[Walk[WorkspaceResource]]:
    """Describe a walk over the account's workspaces."""
    yield from ()
    return WORKSPACES.walk(query)
