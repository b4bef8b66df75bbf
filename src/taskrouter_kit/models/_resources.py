"""What the service returns for the parts of a workspace: exact types, built from the payload."""

# Documented: resources.md sections 2 to 10 (fields of each resource)

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic

from attrs import field, frozen
from typing_extensions import TypeVar

from taskrouter_kit._sids import (
    AccountSid,
    ActivitySid,
    ReservationSid,
    TaskChannelSid,
    TaskQueueSid,
    TaskSid,
    WorkerChannelSid,
    WorkerSid,
    WorkflowSid,
    WorkspaceSid,
)
from taskrouter_kit._wire import Json, decode_object
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.models._base import Resource
from taskrouter_kit.models._values import OpenEnum

# Any: the schema of whoever asked; without one, attributes are a JSON mapping
A = TypeVar("A", default=Mapping[str, Any])
K = TypeVar("K", default=Mapping[str, Any])


class QueueOrder(OpenEnum):
    """In which order a queue's tasks are served, or which kind of queue is served first."""

    FIFO = "FIFO"
    LIFO = "LIFO"


class TaskStatus(OpenEnum):
    """Where a task is in its life."""

    PENDING = "pending"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    WRAPPING = "wrapping"
    COMPLETED = "completed"
    CANCELED = "canceled"


class ReservationStatus(OpenEnum):
    """Where a reservation is in its life."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    CANCELED = "canceled"
    RESCINDED = "rescinded"
    WRAPPING = "wrapping"
    COMPLETED = "completed"


@frozen(kw_only=True)
class WorkspaceResource(Resource):
    """A workspace. ``event_callback_url`` is ``""`` when there is none."""

    sid: WorkspaceSid
    account_sid: AccountSid
    friendly_name: str
    default_activity_sid: ActivitySid
    default_activity_name: str
    timeout_activity_sid: ActivitySid
    timeout_activity_name: str
    event_callback_url: str | None
    events_filter: str | None
    multi_task_enabled: bool
    prioritize_queue_order: QueueOrder
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class ActivityResource(Resource):
    """An activity of a workspace."""

    sid: ActivitySid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    friendly_name: str
    available: bool
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class TaskChannelResource(Resource):
    """A task channel; ``unique_name`` is its identity in expressions and capacities."""

    sid: TaskChannelSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    unique_name: str
    friendly_name: str
    channel_optimized_routing: bool
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class TaskQueueResource(Resource):
    """A queue. ``target_workers`` is None where it was set to nothing: its tasks just wait."""

    sid: TaskQueueSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    friendly_name: str
    target_workers: str | None
    max_reserved_workers: int
    task_order: QueueOrder
    reservation_activity_sid: ActivitySid | None
    reservation_activity_name: str | None
    assignment_activity_sid: ActivitySid | None
    assignment_activity_name: str | None
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class WorkflowResource(Resource):
    """A workflow; ``configuration`` is JSON text (see :meth:`document`)."""

    sid: WorkflowSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    friendly_name: str
    configuration: str = field(repr=False)
    assignment_callback_url: str | None
    fallback_assignment_callback_url: str | None
    task_reservation_timeout: int
    document_content_type: str | None
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)

    def document(self) -> dict[str, Json]:
        """Return the configuration as a JSON document."""
        return decode_object(self.configuration)


@frozen(kw_only=True)
class WorkerResource(Resource, Generic[A]):
    """A worker. ``attributes`` are decoded into the schema on first use; ``attributes_json`` is their text."""

    _renamed: ClassVar[Mapping[str, str]] = {"attributes_json": "attributes"}

    sid: WorkerSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    friendly_name: str
    activity_sid: ActivitySid
    activity_name: str
    available: bool
    date_created: datetime
    date_updated: datetime
    date_status_changed: datetime | None
    url: str
    links: Mapping[str, str] = field(repr=False)
    attributes_json: str | None = field(repr=False)
    schema: type[WorkerAttributes] | None = field(default=None, repr=False, metadata={"wire": False})

    @property
    def attributes(self) -> A:
        """What is known of the worker, as the schema that was asked for. Raises :class:`InvalidAttributes`."""
        read: Any = decode_object if self.schema is None else self.schema.from_json  # Any: the schema decides
        return read(self.attributes_json)  # type: ignore[no-any-return]


@frozen(kw_only=True)
class WorkerChannelResource(Resource):
    """A worker's capacity and load on one channel."""

    sid: WorkerChannelSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    worker_sid: WorkerSid
    task_channel_sid: TaskChannelSid
    task_channel_unique_name: str
    configured_capacity: int
    assigned_tasks: int
    available_capacity_percentage: int
    available: bool
    date_created: datetime
    date_updated: datetime
    url: str


@frozen(kw_only=True)
class TaskResource(Resource, Generic[K]):
    """A task. ``attributes`` are decoded into the schema on first use; ``age`` and ``timeout`` are seconds."""

    _renamed: ClassVar[Mapping[str, str]] = {"attributes_json": "attributes"}

    sid: TaskSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    workflow_sid: WorkflowSid | None
    workflow_friendly_name: str | None
    task_queue_sid: TaskQueueSid | None
    task_queue_friendly_name: str | None
    task_queue_entered_date: datetime | None
    task_channel_sid: TaskChannelSid
    task_channel_unique_name: str
    assignment_status: TaskStatus
    priority: int
    age: int
    timeout: int
    reason: str | None
    addons: str | None = field(repr=False)
    virtual_start_time: datetime | None
    routing_target: str | None
    ignore_capacity: bool | None
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)
    attributes_json: str | None = field(repr=False)
    schema: type[TaskAttributes] | None = field(default=None, repr=False, metadata={"wire": False})

    @property
    def attributes(self) -> K:
        """What is known of the task, as the schema that was asked for. Raises :class:`InvalidAttributes`."""
        read: Any = decode_object if self.schema is None else self.schema.from_json  # Any: the schema decides
        return read(self.attributes_json)  # type: ignore[no-any-return]


@frozen(kw_only=True)
class ReservationResource(Resource):
    """The offer of a task to a worker."""

    sid: ReservationSid
    account_sid: AccountSid
    workspace_sid: WorkspaceSid
    task_sid: TaskSid
    worker_sid: WorkerSid
    worker_name: str
    reservation_status: ReservationStatus
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(repr=False)
