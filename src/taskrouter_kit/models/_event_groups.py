"""What events have in common: :class:`Event`, and the groups of fields that kinds of events share."""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any, ClassVar, Generic, cast

from typing_extensions import Self, TypeVar

from taskrouter_kit._sids import (
    AccountSid,
    ActivitySid,
    EventSid,
    ReservationSid,
    TaskChannelSid,
    TaskQueueSid,
    TaskSid,
    WorkerSid,
    WorkflowSid,
    WorkspaceSid,
)
from taskrouter_kit._wire import Json, decode_object
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.models._event_fields import (
    MaybeSent,
    Sent,
    as_sid,
    document,
    duration,
    flag,
    moment,
    normalised,
    number,
    shown,
    text,
    whole,
)

# Any: a bare event class stands for every schema
W = TypeVar("W", covariant=True, default=Any)
T = TypeVar("T", covariant=True, default=Any)


class Event:
    """Something that happened in a workspace. A value over its payload; attributes of people are never printed.

    ``payload`` is what came, ``fields`` the same under one spelling, ``extra`` what no event type here reads.
    ``worker_schema`` and ``task_schema`` are what attributes are decoded into.
    """

    #: The service's name of the type (``reservation.timeout``).
    name: ClassVar[str] = ""
    _types: ClassVar[dict[str, type[Event]]] = {}

    __slots__ = ("fields", "payload", "task_schema", "worker_schema")

    payload: Mapping[str, Json]
    fields: Mapping[str, Json]
    worker_schema: type[Attributes[Any]] | None
    task_schema: type[Attributes[Any]] | None

    event_type = Sent(text)
    sid: MaybeSent[EventSid] = MaybeSent(as_sid)
    account_sid: Sent[AccountSid] = Sent(as_sid)
    workspace_sid: Sent[WorkspaceSid] = Sent(as_sid)
    workspace_name = MaybeSent(text)
    event_description = MaybeSent(text)
    resource_type = MaybeSent(text)
    resource_sid = MaybeSent(text)
    operating_unit_sid = MaybeSent(text)
    #: Unix seconds in callbacks; see :attr:`occurred`.
    timestamp = MaybeSent(moment)
    _timestamp = Sent(moment, name="timestamp")
    timestamp_ms = MaybeSent(moment)
    event_date = MaybeSent(moment)
    event_date_ms = MaybeSent(moment)

    def __init__(
        self,
        payload: Mapping[str, Json],
        *,
        worker: type[Attributes[Any]] | None = None,
        task: type[Attributes[Any]] | None = None,
    ) -> None:
        self.payload = payload
        inner = payload.get("event_data")
        try:
            self.fields = {**normalised(payload), **({} if inner is None else normalised(document(inner)))}
        except ValueError:
            self.fields = normalised(payload)
        self.worker_schema = worker
        self.task_schema = task

    def reading(self, worker: type[Attributes[Any]] | None, task: type[Attributes[Any]] | None) -> Self:
        """Return the same event, whose attributes are decoded into other schemas."""
        event = copy(self)
        event.worker_schema, event.task_schema = worker, task
        return event

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            Event._types[cls.name] = cls

    @property
    def occurred(self) -> datetime:
        """When it happened (aware, UTC), to the millisecond where the service says so."""
        return self.timestamp_ms or self.event_date_ms or self.event_date or self._timestamp

    @property
    def timed(self) -> bool:
        """Whether the event says when it happened."""
        return any(self.fields.get(name) for name in ("timestamp_ms", "event_date_ms", "event_date", "timestamp"))

    @property
    def extra(self) -> dict[str, Json]:
        """What came and this type of event does not read."""
        known = type(self)
        return {name: each for name, each in self.fields.items() if name != "event_data" and not hasattr(known, name)}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and dict(other.fields) == dict(self.fields)

    def __hash__(self) -> int:
        return hash((type(self), str(self.fields.get("sid")), str(self.fields.get("timestamp_ms"))))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown(self.fields, _SHOWN)})"


#: Fields that a repr shows: identity, never what is known of people.
_SHOWN = ("event_type", "sid", "task_sid", "reservation_sid", "worker_sid", "task_queue_sid", "workflow_sid")


class UnknownEvent(Event):
    """An event of a type that this version does not know; everything is in ``payload`` and ``fields``."""

    __slots__ = ()


class ActivityFields(Event):
    """Fields of an activity."""

    __slots__ = ()
    activity_sid: Sent[ActivitySid] = Sent(as_sid)
    activity_name = Sent(text)
    activity_available = Sent(flag)


class TaskFields(Event, Generic[T]):
    """Fields of a task."""

    __slots__ = ()
    task_sid: Sent[TaskSid] = Sent(as_sid)
    task_attributes = Sent(document)
    task_age = Sent(duration)
    task_priority = Sent(whole)
    task_assignment_status = Sent(text)
    workflow_sid: MaybeSent[WorkflowSid] = MaybeSent(as_sid)
    workflow_name = MaybeSent(text)
    task_queue_sid: MaybeSent[TaskQueueSid] = MaybeSent(as_sid)
    task_queue_name = MaybeSent(text)
    task_queue_target_expression = MaybeSent(text)
    task_canceled_reason = MaybeSent(text)
    task_completed_reason = MaybeSent(text)
    task_channel_sid: MaybeSent[TaskChannelSid] = MaybeSent(as_sid)
    task_channel_unique_name = MaybeSent(text)
    task_version = MaybeSent(whole)
    task_date_created = MaybeSent(moment)
    task_queue_entered_date = MaybeSent(moment)
    task_virtual_start_time = MaybeSent(moment)
    reason = MaybeSent(text)
    # Observed: callbacks.md section 5; names of the WDSEvent schema, as integrations list them
    task_age_in_queue = MaybeSent(duration)
    task_routing_target = MaybeSent(text)
    task_re_evaluated_reason = MaybeSent(text)
    previous_task_priority = MaybeSent(whole)
    # Observed: a recorded event callback; callbacks.md section 4.2 does not name it
    task_addons = MaybeSent(document)

    @property
    def task(self) -> T:
        """The task's attributes, as the schema. Raises :class:`InvalidAttributes` where they do not fit it."""
        return cast(T, decoded(self.fields.get("task_attributes"), self.task_schema))


class WorkerFields(Event, Generic[W]):
    """Fields of a worker."""

    __slots__ = ()
    worker_sid: Sent[WorkerSid] = Sent(as_sid)
    worker_name = Sent(text)
    worker_attributes = Sent(document)
    worker_activity_sid: Sent[ActivitySid] = Sent(as_sid)
    worker_activity_name = Sent(text)
    worker_version = MaybeSent(whole)

    @property
    def worker(self) -> W:
        """The worker's attributes, as the schema. Raises :class:`InvalidAttributes` where they do not fit it."""
        return cast(W, decoded(self.fields.get("worker_attributes"), self.worker_schema))


def decoded(value: Json, schema: type[Attributes[Any]] | None) -> object:
    """Return attributes (JSON text, or the object) as *schema*, or as a JSON mapping where there is none."""
    found = dict(value) if isinstance(value, Mapping) else decode_object(value if isinstance(value, str) else "")
    return found if schema is None else schema.from_dict(found)


class TransferFields(TaskFields[T]):
    """Fields of a task that may be transferred; the reservations of a transfer have them, too."""

    __slots__ = ()
    # Observed: callbacks.md sections 4.3 and 5; the names are not documented
    task_transfer_sid = MaybeSent(text)
    transfer_mode = MaybeSent(text)
    transfer_type = MaybeSent(text)
    transfer_status = MaybeSent(text)
    transfer_to = MaybeSent(text)
    transfer_started = MaybeSent(moment)
    transfer_failed_reason = MaybeSent(text)
    transfer_initiating_reservation_sid: MaybeSent[ReservationSid] = MaybeSent(as_sid)
    transfer_initiating_worker_sid: MaybeSent[WorkerSid] = MaybeSent(as_sid)


class ReservationFields(TransferFields[T]):
    """Fields of a reservation and its task."""

    __slots__ = ()
    reservation_sid: Sent[ReservationSid] = Sent(as_sid)
    reservation_version = MaybeSent(whole)
    reservation_reason_code = MaybeSent(whole)


class OfferFields(ReservationFields[T], WorkerFields[W], Generic[W, T]):
    """Fields of a reservation, its task and its worker."""

    __slots__ = ()


class QueueFields(Event):
    """Fields of a queue."""

    __slots__ = ()
    task_queue_sid: Sent[TaskQueueSid] = Sent(as_sid)
    task_queue_name = Sent(text)
    task_queue_target_expression = MaybeSent(text)


class TaskInQueueFields(TaskFields[T]):
    """Fields of a task, its queue and its workflow."""

    __slots__ = ()
    workflow_filter_name = MaybeSent(text)
    workflow_filter_expression = MaybeSent(text)
    workflow_filter_target_expression = MaybeSent(text)
    workflow_filter_target_name = MaybeSent(text)


class ChannelFields(Event):
    """Fields of a task channel."""

    __slots__ = ()
    task_channel_sid: Sent[TaskChannelSid] = Sent(as_sid)
    task_channel_name = MaybeSent(text)
    task_channel_unique_name = Sent(text)
    task_channel_optimized_routing = MaybeSent(flag)


class WorkerChannelFields(WorkerFields[W]):
    """Fields of a worker's channel."""

    __slots__ = ()
    worker_channel_available = MaybeSent(flag)
    worker_channel_available_capacity = MaybeSent(number)
    worker_channel_previous_capacity = MaybeSent(number)
    worker_channel_capacity = MaybeSent(number)
    worker_channel_task_count = MaybeSent(whole)
    task_channel_sid: MaybeSent[TaskChannelSid] = MaybeSent(as_sid)
    task_channel_unique_name = MaybeSent(text)


class WorkflowFields(Event):
    """Fields of a workflow."""

    __slots__ = ()
    workflow_sid: Sent[WorkflowSid] = Sent(as_sid)
    workflow_name = Sent(text)
