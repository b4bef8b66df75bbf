"""The events of a workspace: a type for each, with typed fields; what is not known yet is an :class:`UnknownEvent`.

``ReservationTimeout[Agent, Call]`` says which schemas the attributes have; ``event.worker`` and ``event.task`` decode
them when asked. Without schemas they are JSON mappings. :func:`parse_event` reads forms, REST events and CloudEvents.
"""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic

from taskrouter_kit._sids import ActivitySid, TaskQueueSid
from taskrouter_kit._wire import Json
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.models._event_fields import MaybeSent, duration, milliseconds, sid_of, text
from taskrouter_kit.models._event_groups import (
    ActivityFields,
    ChannelFields,
    Event,
    OfferFields,
    QueueFields,
    ReservationFields,
    T,
    TaskFields,
    TaskInQueueFields,
    TransferFields,
    UnknownEvent,
    W,
    WorkerChannelFields,
    WorkerFields,
    WorkflowFields,
)


class ActivityCreated(ActivityFields):
    """An activity was created."""

    __slots__ = ()
    name = "activity.created"


class ActivityUpdated(ActivityFields):
    """An activity was changed."""

    __slots__ = ()
    name = "activity.updated"


class ActivityDeleted(ActivityFields):
    """An activity was deleted."""

    __slots__ = ()
    name = "activity.deleted"


class ReservationCreated(OfferFields[W, T], Generic[W, T]):
    """A task was offered to a worker."""

    __slots__ = ()
    name = "reservation.created"


class ReservationAccepted(OfferFields[W, T], Generic[W, T]):
    """The worker accepted the offer."""

    __slots__ = ()
    name = "reservation.accepted"


class ReservationRejected(OfferFields[W, T], Generic[W, T]):
    """The worker rejected the offer."""

    __slots__ = ()
    name = "reservation.rejected"


class ReservationTimeout(OfferFields[W, T], Generic[W, T]):
    """The worker did not answer in time, and is in the workspace's timeout activity now."""

    __slots__ = ()
    name = "reservation.timeout"


class ReservationCanceled(OfferFields[W, T], Generic[W, T]):
    """The offer was taken back: the call to the worker failed, or the callback did."""

    __slots__ = ()
    name = "reservation.canceled"


class ReservationRescinded(OfferFields[W, T], Generic[W, T]):
    """Another worker accepted the task first."""

    __slots__ = ()
    name = "reservation.rescinded"


class ReservationCompleted(OfferFields[W, T], Generic[W, T]):
    """The task of the reservation is done."""

    __slots__ = ()
    name = "reservation.completed"


class ReservationWrapup(OfferFields[W, T], Generic[W, T]):
    """The worker is wrapping up."""

    __slots__ = ()
    name = "reservation.wrapup"


class ReservationFailed(ReservationFields[T], Generic[T]):
    """An offer could not be made; there is no worker in it."""

    __slots__ = ()
    name = "reservation.failed"


class TaskCreated(TaskFields[T], Generic[T]):
    """A task was created (sent after workflow.entered and task-queue.entered)."""

    __slots__ = ()
    name = "task.created"


class TaskUpdated(TaskFields[T], Generic[T]):
    """A task's attributes or priority changed."""

    __slots__ = ()
    name = "task.updated"


class TaskCanceled(TaskFields[T], Generic[T]):
    """A task was canceled: ``task_canceled_reason``."""

    __slots__ = ()
    name = "task.canceled"


class TaskWrapup(TaskFields[T], Generic[T]):
    """A task is being wrapped up."""

    __slots__ = ()
    name = "task.wrapup"


class TaskCompleted(TaskFields[T], Generic[T]):
    """A task is done: ``task_completed_reason``."""

    __slots__ = ()
    name = "task.completed"


class TaskDeleted(TaskFields[T], Generic[T]):
    """A task was deleted."""

    __slots__ = ()
    name = "task.deleted"


class TaskSystemDeleted(TaskFields[T], Generic[T]):
    """The service deleted a task that had been assigned for too long."""

    __slots__ = ()
    name = "task.system-deleted"


class TaskTransferInitiated(TransferFields[T], Generic[T]):
    """A transfer began."""

    __slots__ = ()
    name = "task.transfer-initiated"


class TaskTransferAttemptFailed(TransferFields[T], Generic[T]):
    """One attempt to transfer failed."""

    __slots__ = ()
    name = "task.transfer-attempt-failed"


class TaskTransferFailed(TransferFields[T], Generic[T]):
    """A transfer failed."""

    __slots__ = ()
    name = "task.transfer-failed"


class TaskTransferCanceled(TransferFields[T], Generic[T]):
    """A transfer was canceled."""

    __slots__ = ()
    name = "task.transfer-canceled"


class TaskTransferCompleted(TransferFields[T], Generic[T]):
    """A transfer is done."""

    __slots__ = ()
    name = "task.transfer-completed"


class TaskChannelCreated(ChannelFields):
    """A task channel was created."""

    __slots__ = ()
    name = "task-channel.created"


class TaskChannelUpdated(ChannelFields):
    """A task channel was changed."""

    __slots__ = ()
    name = "task-channel.updated"


class TaskChannelDeleted(ChannelFields):
    """A task channel was deleted."""

    __slots__ = ()
    name = "task-channel.deleted"


class TaskQueueCreated(QueueFields):
    """A queue was created."""

    __slots__ = ()
    name = "task-queue.created"


class TaskQueueDeleted(QueueFields):
    """A queue was deleted."""

    __slots__ = ()
    name = "task-queue.deleted"


class TaskQueueExpressionUpdated(QueueFields):
    """A queue's target expression changed."""

    __slots__ = ()
    name = "task-queue.expression.updated"


class TaskQueueEntered(TaskInQueueFields[T], Generic[T]):
    """A task entered a queue."""

    __slots__ = ()
    name = "task-queue.entered"


class TaskQueueMoved(TaskInQueueFields[T], Generic[T]):
    """A task went from one queue to another."""

    __slots__ = ()
    name = "task-queue.moved"

    # Observed: callbacks.md section 4.3
    previous_task_queue_sid = MaybeSent(sid_of(TaskQueueSid))
    previous_task_queue_name = MaybeSent(text)
    target_changed_reason = MaybeSent(text)


class TaskQueueTimeout(TaskInQueueFields[T], Generic[T]):
    """A task waited in a queue as long as its target allowed."""

    __slots__ = ()
    name = "task-queue.timeout"


class WorkerCreated(WorkerFields[W], Generic[W]):
    """A worker was created."""

    __slots__ = ()
    name = "worker.created"


class WorkerDeleted(WorkerFields[W], Generic[W]):
    """A worker was deleted."""

    __slots__ = ()
    name = "worker.deleted"


class WorkerActivityUpdate(WorkerFields[W], Generic[W]):
    """A worker changed activity."""

    __slots__ = ()
    name = "worker.activity.update"

    worker_time_in_previous_activity = MaybeSent(duration)
    worker_time_in_previous_activity_ms = MaybeSent(milliseconds)
    worker_previous_activity_sid = MaybeSent(sid_of(ActivitySid))
    worker_previous_activity_name = MaybeSent(text)


class WorkerAttributesUpdate(WorkerFields[W], Generic[W]):
    """A worker's attributes changed."""

    __slots__ = ()
    name = "worker.attributes.update"


class WorkerCapacityUpdate(WorkerChannelFields[W], Generic[W]):
    """A worker's capacity on a channel changed."""

    __slots__ = ()
    name = "worker.capacity.update"


class WorkerChannelAvailabilityUpdate(WorkerChannelFields[W], Generic[W]):
    """A worker takes, or no longer takes, tasks of a channel."""

    __slots__ = ()
    name = "worker.channel.availability.update"


class WorkflowCreated(WorkflowFields):
    """A workflow was created."""

    __slots__ = ()
    name = "workflow.created"


class WorkflowUpdated(WorkflowFields):
    """A workflow was changed."""

    __slots__ = ()
    name = "workflow.updated"


class WorkflowDeleted(WorkflowFields):
    """A workflow was deleted."""

    __slots__ = ()
    name = "workflow.deleted"


class WorkflowEntered(TaskInQueueFields[T], Generic[T]):
    """A task entered a workflow."""

    __slots__ = ()
    name = "workflow.entered"


class WorkflowTargetMatched(TaskInQueueFields[T], Generic[T]):
    """A target of a filter took the task."""

    __slots__ = ()
    name = "workflow.target-matched"


class WorkflowTimeout(TaskInQueueFields[T], Generic[T]):
    """A task left the workflow unserved: its last target timed out."""

    __slots__ = ()
    name = "workflow.timeout"


class WorkflowSkipped(TaskInQueueFields[T], Generic[T]):
    """A task matched no filter of the workflow, or its targets were skipped."""

    __slots__ = ()
    name = "workflow.skipped"


class WorkspaceCreated(Event):
    """The workspace was created."""

    __slots__ = ()
    name = "workspace.created"


class WorkspaceUpdated(Event):
    """The workspace was changed."""

    __slots__ = ()
    name = "workspace.updated"


class WorkspaceDeleted(Event):
    """The workspace was deleted."""

    __slots__ = ()
    name = "workspace.deleted"


#: Names that the service used before.
# Observed: callbacks.md section 4.3
_FORMER = {"worker.activity": "worker.activity.update", "worker.attributes": "worker.attributes.update"}

_CLOUD_PREFIX = "com.twilio.taskrouter."


def event_types() -> Mapping[str, type[Event]]:
    """Return every event type by the service's name for it."""
    return dict(Event._types)


def parse_event(
    payload: Mapping[str, Json],
    *,
    worker: type[Attributes[Any]] | None = None,
    task: type[Attributes[Any]] | None = None,
) -> Event:
    """Return the event in *payload*: form fields of a callback, a REST event, or a CloudEvent.

    *worker* and *task* are the schemas of attributes. A type that is not known gives an :class:`UnknownEvent`.
    """
    data = payload.get("data")
    if "specversion" in payload and isinstance(data, Mapping):
        payload = _unwrapped(payload, data)
    name = next((value for key, value in payload.items() if key.replace("_", "").lower() == "eventtype"), None)
    known = str(name).removeprefix(_CLOUD_PREFIX)
    cls = Event._types.get(_FORMER.get(known, known), UnknownEvent)
    return cls(payload, worker=worker, task=task)


def _unwrapped(envelope: Mapping[str, Json], data: Mapping[str, Json]) -> dict[str, Json]:
    """Return the event inside a CloudEvent, with what the envelope says about it."""
    # Documented: callbacks.md section 5
    inner = data.get("payload")
    fields: dict[str, Json] = {
        "event_type": str(envelope.get("type", "")).removeprefix(_CLOUD_PREFIX),
        "sid": data.get("sid") or envelope.get("id"),
        "account_sid": data.get("account_sid"),
        "event_date": data.get("timestamp") or envelope.get("time"),
    }
    own = dict(inner) if isinstance(inner, Mapping) else {}
    taken = {key.replace("_", "").lower() for key in own}
    return {**{key: value for key, value in fields.items() if key.replace("_", "") not in taken and value}, **own}
