"""Statistics and events as models. Durations are seconds; what only some endpoints send is None elsewhere."""

# Documented: resources.md sections 11 and 12

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar, cast

from attrs import evolve, field, frozen

from taskrouter_kit._sids import AccountSid, ActivitySid, EventSid, TaskQueueSid, WorkerSid, WorkflowSid, WorkspaceSid
from taskrouter_kit._wire import Json
from taskrouter_kit.models._base import Meta, Resource
from taskrouter_kit.models._plan import plan_of
from taskrouter_kit.models._reading import decode
from taskrouter_kit.models._values import read_datetime

S = TypeVar("S", bound="Figures")


@frozen(kw_only=True)
class Figures(Resource):
    """Base of statistics. ``raw`` is the payload as it came; ``extra`` what this version does not know.

    ``account_sid``, ``workspace_sid`` and ``url`` are None in statistics that are part of others.
    """

    #: Fields that every endpoint sends; what only some of them, or some ages of them, send is None elsewhere.
    _always: ClassVar[tuple[str, ...]] = ()

    account_sid: AccountSid | None
    workspace_sid: WorkspaceSid | None
    url: str | None


def read_figures(cls: type[S], payload: Json, meta: Meta | None = None) -> S:
    """Return *payload* as a *cls*; raises :class:`UnexpectedAnswer` when it is not one."""
    if not isinstance(payload, Mapping):
        return decode(cls, payload, meta)
    filled: dict[str, Json] = {**dict.fromkeys(key for key in plan_of(cls) if key not in cls._always), **payload}
    return evolve(decode(cls, filled, meta), raw=payload)


@frozen
class WaitDuration:
    """How long tasks waited, in seconds."""

    avg: int
    min: int
    max: int
    total: int


@frozen
class ActivityCount:
    """How many workers are in an activity."""

    sid: ActivitySid
    friendly_name: str
    workers: int


@frozen
class ActivityDuration:
    """How long workers were in an activity, in seconds."""

    sid: ActivitySid
    friendly_name: str
    avg: int
    min: int
    max: int
    total: int


@frozen
class TasksByStatus:
    """How many tasks are in each status; 0 for one the answer does not name."""

    pending: int = 0
    reserved: int = 0
    assigned: int = 0
    wrapping: int = 0
    completed: int = 0
    canceled: int = 0


def _wait(value: Any) -> WaitDuration | None:  # Any: JSON
    return None if value is None else WaitDuration(*(int(value[name]) for name in ("avg", "min", "max", "total")))


def _counts(value: Any) -> tuple[ActivityCount, ...]:  # Any: JSON
    found = cast("list[dict[str, Any]]", value or [])
    return tuple(ActivityCount(ActivitySid(i["sid"]), i["friendly_name"], int(i["workers"])) for i in found)


def _durations(value: Any) -> tuple[ActivityDuration, ...]:  # Any: JSON
    names = ("avg", "min", "max", "total")
    found = cast("list[dict[str, Any]]", value or [])
    return tuple(
        ActivityDuration(ActivitySid(i["sid"]), i["friendly_name"], *(int(i[name]) for name in names)) for i in found
    )


def _by_status(value: Any) -> TasksByStatus:  # Any: JSON
    known = ("pending", "reserved", "assigned", "wrapping", "completed", "canceled")
    found = cast("dict[str, Any]", value or {})
    return TasksByStatus(*(int(found.get(name, 0)) for name in known))


def _by_priority(value: Any) -> dict[int, int]:  # Any: JSON
    found = cast("dict[str, Any]", value or {})
    return {int(priority): int(count) for priority, count in found.items()}


def _moment(value: Any) -> datetime | None:  # Any: JSON
    return None if value is None else read_datetime(cast(str, value))


@frozen(kw_only=True)
class CumulativeStatistics(Figures):
    """What happened to tasks in a period."""

    start_time: datetime | None = field(metadata={"read": _moment})
    end_time: datetime | None = field(metadata={"read": _moment})
    avg_task_acceptance_time: int | None
    reservations_created: int | None
    reservations_accepted: int | None
    reservations_rejected: int | None
    reservations_timed_out: int | None
    reservations_canceled: int | None
    reservations_rescinded: int | None
    tasks_created: int | None
    tasks_entered: int | None
    tasks_canceled: int | None
    tasks_completed: int | None
    tasks_deleted: int | None
    tasks_moved: int | None
    tasks_timed_out_in_workflow: int | None
    wait_duration_until_accepted: WaitDuration | None = field(metadata={"read": _wait})
    wait_duration_until_canceled: WaitDuration | None = field(metadata={"read": _wait})
    wait_duration_in_queue_until_accepted: WaitDuration | None = field(metadata={"read": _wait})
    split_by_wait_time: Mapping[str, Mapping[str, Mapping[str, int]]] | None
    task_queue_sid: TaskQueueSid | None
    workflow_sid: WorkflowSid | None


@frozen(kw_only=True)
class RealTimeStatistics(Figures):
    """What there is right now."""

    tasks_by_status: TasksByStatus = field(metadata={"read": _by_status})
    tasks_by_priority: Mapping[int, int] = field(metadata={"read": _by_priority})
    total_tasks: int | None
    longest_task_waiting_age: int | None
    longest_task_waiting_sid: str | None
    longest_relative_task_age_in_queue: int | None
    longest_relative_task_sid_in_queue: str | None
    activity_statistics: tuple[ActivityCount, ...] = field(metadata={"read": _counts})
    total_workers: int | None
    total_available_workers: int | None
    total_eligible_workers: int | None
    task_queue_sid: TaskQueueSid | None
    workflow_sid: WorkflowSid | None


def _cumulative(value: Any) -> CumulativeStatistics:  # Any: JSON
    found = cast(Json, value or {})
    return read_figures(CumulativeStatistics, found)


def _realtime(value: Any) -> RealTimeStatistics:  # Any: JSON
    found = cast(Json, value or {})
    return read_figures(RealTimeStatistics, found)


@frozen(kw_only=True)
class Statistics(Figures):
    """Both: what happened in the period, and what there is now."""

    _always = ("cumulative", "realtime")

    cumulative: CumulativeStatistics = field(metadata={"read": _cumulative})
    realtime: RealTimeStatistics = field(metadata={"read": _realtime})
    task_queue_sid: TaskQueueSid | None
    workflow_sid: WorkflowSid | None


@frozen(kw_only=True)
class WorkersCumulativeStatistics(Figures):
    """How long workers were in which activity, and what they did with reservations, in a period."""

    start_time: datetime | None = field(metadata={"read": _moment})
    end_time: datetime | None = field(metadata={"read": _moment})
    activity_durations: tuple[ActivityDuration, ...] = field(metadata={"read": _durations})
    reservations_created: int | None
    reservations_accepted: int | None
    reservations_rejected: int | None
    reservations_timed_out: int | None
    reservations_canceled: int | None
    reservations_rescinded: int | None


@frozen(kw_only=True)
class WorkersRealTimeStatistics(Figures):
    """In which activity how many workers are now."""

    activity_statistics: tuple[ActivityCount, ...] = field(metadata={"read": _counts})
    total_workers: int | None


def _workers_cumulative(value: Any) -> WorkersCumulativeStatistics:  # Any: JSON
    found = cast(Json, value or {})
    return read_figures(WorkersCumulativeStatistics, found)


def _workers_realtime(value: Any) -> WorkersRealTimeStatistics:  # Any: JSON
    found = cast(Json, value or {})
    return read_figures(WorkersRealTimeStatistics, found)


def _several(value: Any) -> tuple[RealTimeStatistics, ...]:  # Any: JSON
    found: list[Json] = value
    return tuple(read_figures(RealTimeStatistics, each) for each in found)


@frozen(kw_only=True)
class WorkersStatistics(Figures):
    """Both, of all workers; for one worker ``realtime`` is empty."""

    _always = ("cumulative",)

    cumulative: WorkersCumulativeStatistics = field(metadata={"read": _workers_cumulative})
    realtime: WorkersRealTimeStatistics = field(metadata={"read": _workers_realtime})
    worker_sid: WorkerSid | None


@frozen(kw_only=True)
class BulkRealTimeStatistics(Figures):
    """What there is right now in several queues."""

    _always = ("task_queue_data", "task_queue_response_count")

    task_queue_data: tuple[RealTimeStatistics, ...] = field(metadata={"read": _several})
    task_queue_response_count: int


@frozen(kw_only=True)
class EventResource(Resource):
    """Something that happened in a workspace; kept for 30 days. All values of ``event_data`` are texts."""

    sid: EventSid
    event_type: str
    description: str
    event_date: datetime
    event_date_ms: int
    event_data: Mapping[str, Any] = field(repr=False)  # Any: JSON
    actor_type: str | None
    actor_sid: str | None
    resource_type: str | None
    resource_sid: str | None
    source: str | None
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    actor_url: str | None
    resource_url: str | None
    source_ip_address: str | None
    url: str
