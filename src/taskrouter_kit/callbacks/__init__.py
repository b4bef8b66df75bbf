"""Callbacks and events: typed in, typed out, verified by default. Each name is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit.callbacks._assignment import Assignment as Assignment
    from taskrouter_kit.callbacks._aws_lambda import aws_lambda as aws_lambda
    from taskrouter_kit.callbacks._callbacks import Callbacks as Callbacks
    from taskrouter_kit.callbacks._dedupe import MemorySeen as MemorySeen
    from taskrouter_kit.callbacks._dedupe import SeenStore as SeenStore
    from taskrouter_kit.callbacks._dedupe import SqliteSeen as SqliteSeen
    from taskrouter_kit.callbacks._directory import AsyncBoundWorkspace as AsyncBoundWorkspace
    from taskrouter_kit.callbacks._directory import BoundWorkspace as BoundWorkspace
    from taskrouter_kit.callbacks._dispatch import Replayed as Replayed
    from taskrouter_kit.callbacks._enqueue import enqueue as enqueue
    from taskrouter_kit.callbacks._follow import follow as follow
    from taskrouter_kit.callbacks._order import in_order as in_order
    from taskrouter_kit.callbacks._recorded import read_events as read_events
    from taskrouter_kit.callbacks._reorder import Reordered as Reordered
    from taskrouter_kit.callbacks._reply import Reply as Reply
    from taskrouter_kit.callbacks._timeline import Offer as Offer
    from taskrouter_kit.callbacks._timeline import QueueStay as QueueStay
    from taskrouter_kit.callbacks._timeline import ServiceLevel as ServiceLevel
    from taskrouter_kit.callbacks._timeline import TaskTimeline as TaskTimeline
    from taskrouter_kit.callbacks._timeline import Timelines as Timelines
    from taskrouter_kit.callbacks._timeline import service_level as service_level
    from taskrouter_kit.callbacks._timeline import timelines as timelines
    from taskrouter_kit.errors import MissingField as MissingField
    from taskrouter_kit.models._event_groups import Event as Event
    from taskrouter_kit.models._event_groups import UnknownEvent as UnknownEvent
    from taskrouter_kit.models._events import event_types as event_types
    from taskrouter_kit.models._events import parse_event as parse_event
    from taskrouter_kit.models._events_reservations import ReservationAccepted as ReservationAccepted
    from taskrouter_kit.models._events_reservations import ReservationCanceled as ReservationCanceled
    from taskrouter_kit.models._events_reservations import ReservationCompleted as ReservationCompleted
    from taskrouter_kit.models._events_reservations import ReservationCreated as ReservationCreated
    from taskrouter_kit.models._events_reservations import ReservationFailed as ReservationFailed
    from taskrouter_kit.models._events_reservations import ReservationRejected as ReservationRejected
    from taskrouter_kit.models._events_reservations import ReservationRescinded as ReservationRescinded
    from taskrouter_kit.models._events_reservations import ReservationTimeout as ReservationTimeout
    from taskrouter_kit.models._events_reservations import ReservationWrapup as ReservationWrapup
    from taskrouter_kit.models._events_tasks import TaskCanceled as TaskCanceled
    from taskrouter_kit.models._events_tasks import TaskCompleted as TaskCompleted
    from taskrouter_kit.models._events_tasks import TaskCreated as TaskCreated
    from taskrouter_kit.models._events_tasks import TaskDeleted as TaskDeleted
    from taskrouter_kit.models._events_tasks import TaskQueueEntered as TaskQueueEntered
    from taskrouter_kit.models._events_tasks import TaskQueueMoved as TaskQueueMoved
    from taskrouter_kit.models._events_tasks import TaskQueueTimeout as TaskQueueTimeout
    from taskrouter_kit.models._events_tasks import TaskSystemDeleted as TaskSystemDeleted
    from taskrouter_kit.models._events_tasks import TaskTransferAttemptFailed as TaskTransferAttemptFailed
    from taskrouter_kit.models._events_tasks import TaskTransferCanceled as TaskTransferCanceled
    from taskrouter_kit.models._events_tasks import TaskTransferCompleted as TaskTransferCompleted
    from taskrouter_kit.models._events_tasks import TaskTransferFailed as TaskTransferFailed
    from taskrouter_kit.models._events_tasks import TaskTransferInitiated as TaskTransferInitiated
    from taskrouter_kit.models._events_tasks import TaskUpdated as TaskUpdated
    from taskrouter_kit.models._events_tasks import TaskWrapup as TaskWrapup
    from taskrouter_kit.models._events_tasks import WorkflowEntered as WorkflowEntered
    from taskrouter_kit.models._events_tasks import WorkflowSkipped as WorkflowSkipped
    from taskrouter_kit.models._events_tasks import WorkflowTargetMatched as WorkflowTargetMatched
    from taskrouter_kit.models._events_tasks import WorkflowTimeout as WorkflowTimeout
    from taskrouter_kit.models._events_workers import WorkerActivityUpdate as WorkerActivityUpdate
    from taskrouter_kit.models._events_workers import WorkerAttributesUpdate as WorkerAttributesUpdate
    from taskrouter_kit.models._events_workers import WorkerCapacityUpdate as WorkerCapacityUpdate
    from taskrouter_kit.models._events_workers import WorkerChannelAvailabilityUpdate as WorkerChannelAvailabilityUpdate
    from taskrouter_kit.models._events_workers import WorkerCreated as WorkerCreated
    from taskrouter_kit.models._events_workers import WorkerDeleted as WorkerDeleted
    from taskrouter_kit.models._events_workspace import ActivityCreated as ActivityCreated
    from taskrouter_kit.models._events_workspace import ActivityDeleted as ActivityDeleted
    from taskrouter_kit.models._events_workspace import ActivityUpdated as ActivityUpdated
    from taskrouter_kit.models._events_workspace import TaskChannelCreated as TaskChannelCreated
    from taskrouter_kit.models._events_workspace import TaskChannelDeleted as TaskChannelDeleted
    from taskrouter_kit.models._events_workspace import TaskChannelUpdated as TaskChannelUpdated
    from taskrouter_kit.models._events_workspace import TaskQueueCreated as TaskQueueCreated
    from taskrouter_kit.models._events_workspace import TaskQueueDeleted as TaskQueueDeleted
    from taskrouter_kit.models._events_workspace import TaskQueueExpressionUpdated as TaskQueueExpressionUpdated
    from taskrouter_kit.models._events_workspace import WorkflowCreated as WorkflowCreated
    from taskrouter_kit.models._events_workspace import WorkflowDeleted as WorkflowDeleted
    from taskrouter_kit.models._events_workspace import WorkflowUpdated as WorkflowUpdated
    from taskrouter_kit.models._events_workspace import WorkspaceCreated as WorkspaceCreated
    from taskrouter_kit.models._events_workspace import WorkspaceDeleted as WorkspaceDeleted
    from taskrouter_kit.models._events_workspace import WorkspaceUpdated as WorkspaceUpdated
    from taskrouter_kit.models._instruction_base import Instruction as Instruction
    from taskrouter_kit.models._instruction_conference import Conference as Conference
    from taskrouter_kit.models._instruction_parse import parse_instruction as parse_instruction
    from taskrouter_kit.models._instruction_parse import parse_reservation_update as parse_reservation_update
    from taskrouter_kit.models._instructions import Accept as Accept
    from taskrouter_kit.models._instructions import CallWorker as CallWorker
    from taskrouter_kit.models._instructions import Dequeue as Dequeue
    from taskrouter_kit.models._instructions import Redirect as Redirect
    from taskrouter_kit.models._instructions import Reject as Reject
    from taskrouter_kit.models._instructions import Supervise as Supervise

#: Public name -> module that defines it.
_EXPORTS: dict[str, str] = {
    "Accept": "taskrouter_kit.models._instructions",
    "ActivityCreated": "taskrouter_kit.models._events_workspace",
    "ActivityDeleted": "taskrouter_kit.models._events_workspace",
    "ActivityUpdated": "taskrouter_kit.models._events_workspace",
    "Assignment": "taskrouter_kit.callbacks._assignment",
    "AsyncBoundWorkspace": "taskrouter_kit.callbacks._directory",
    "BoundWorkspace": "taskrouter_kit.callbacks._directory",
    "CallWorker": "taskrouter_kit.models._instructions",
    "Callbacks": "taskrouter_kit.callbacks._callbacks",
    "Conference": "taskrouter_kit.models._instruction_conference",
    "Dequeue": "taskrouter_kit.models._instructions",
    "Event": "taskrouter_kit.models._event_groups",
    "Instruction": "taskrouter_kit.models._instruction_base",
    "MemorySeen": "taskrouter_kit.callbacks._dedupe",
    "MissingField": "taskrouter_kit.errors",
    "Offer": "taskrouter_kit.callbacks._timeline",
    "QueueStay": "taskrouter_kit.callbacks._timeline",
    "Redirect": "taskrouter_kit.models._instructions",
    "Reject": "taskrouter_kit.models._instructions",
    "Reordered": "taskrouter_kit.callbacks._reorder",
    "Replayed": "taskrouter_kit.callbacks._dispatch",
    "Reply": "taskrouter_kit.callbacks._reply",
    "ReservationAccepted": "taskrouter_kit.models._events_reservations",
    "ReservationCanceled": "taskrouter_kit.models._events_reservations",
    "ReservationCompleted": "taskrouter_kit.models._events_reservations",
    "ReservationCreated": "taskrouter_kit.models._events_reservations",
    "ReservationFailed": "taskrouter_kit.models._events_reservations",
    "ReservationRejected": "taskrouter_kit.models._events_reservations",
    "ReservationRescinded": "taskrouter_kit.models._events_reservations",
    "ReservationTimeout": "taskrouter_kit.models._events_reservations",
    "ReservationWrapup": "taskrouter_kit.models._events_reservations",
    "SeenStore": "taskrouter_kit.callbacks._dedupe",
    "ServiceLevel": "taskrouter_kit.callbacks._timeline",
    "SqliteSeen": "taskrouter_kit.callbacks._dedupe",
    "Supervise": "taskrouter_kit.models._instructions",
    "TaskCanceled": "taskrouter_kit.models._events_tasks",
    "TaskChannelCreated": "taskrouter_kit.models._events_workspace",
    "TaskChannelDeleted": "taskrouter_kit.models._events_workspace",
    "TaskChannelUpdated": "taskrouter_kit.models._events_workspace",
    "TaskCompleted": "taskrouter_kit.models._events_tasks",
    "TaskCreated": "taskrouter_kit.models._events_tasks",
    "TaskDeleted": "taskrouter_kit.models._events_tasks",
    "TaskQueueCreated": "taskrouter_kit.models._events_workspace",
    "TaskQueueDeleted": "taskrouter_kit.models._events_workspace",
    "TaskQueueEntered": "taskrouter_kit.models._events_tasks",
    "TaskQueueExpressionUpdated": "taskrouter_kit.models._events_workspace",
    "TaskQueueMoved": "taskrouter_kit.models._events_tasks",
    "TaskQueueTimeout": "taskrouter_kit.models._events_tasks",
    "TaskSystemDeleted": "taskrouter_kit.models._events_tasks",
    "TaskTimeline": "taskrouter_kit.callbacks._timeline",
    "TaskTransferAttemptFailed": "taskrouter_kit.models._events_tasks",
    "TaskTransferCanceled": "taskrouter_kit.models._events_tasks",
    "TaskTransferCompleted": "taskrouter_kit.models._events_tasks",
    "TaskTransferFailed": "taskrouter_kit.models._events_tasks",
    "TaskTransferInitiated": "taskrouter_kit.models._events_tasks",
    "TaskUpdated": "taskrouter_kit.models._events_tasks",
    "TaskWrapup": "taskrouter_kit.models._events_tasks",
    "Timelines": "taskrouter_kit.callbacks._timeline",
    "UnknownEvent": "taskrouter_kit.models._event_groups",
    "WorkerActivityUpdate": "taskrouter_kit.models._events_workers",
    "WorkerAttributesUpdate": "taskrouter_kit.models._events_workers",
    "WorkerCapacityUpdate": "taskrouter_kit.models._events_workers",
    "WorkerChannelAvailabilityUpdate": "taskrouter_kit.models._events_workers",
    "WorkerCreated": "taskrouter_kit.models._events_workers",
    "WorkerDeleted": "taskrouter_kit.models._events_workers",
    "WorkflowCreated": "taskrouter_kit.models._events_workspace",
    "WorkflowDeleted": "taskrouter_kit.models._events_workspace",
    "WorkflowEntered": "taskrouter_kit.models._events_tasks",
    "WorkflowSkipped": "taskrouter_kit.models._events_tasks",
    "WorkflowTargetMatched": "taskrouter_kit.models._events_tasks",
    "WorkflowTimeout": "taskrouter_kit.models._events_tasks",
    "WorkflowUpdated": "taskrouter_kit.models._events_workspace",
    "WorkspaceCreated": "taskrouter_kit.models._events_workspace",
    "WorkspaceDeleted": "taskrouter_kit.models._events_workspace",
    "WorkspaceUpdated": "taskrouter_kit.models._events_workspace",
    "aws_lambda": "taskrouter_kit.callbacks._aws_lambda",
    "enqueue": "taskrouter_kit.callbacks._enqueue",
    "event_types": "taskrouter_kit.models._events",
    "follow": "taskrouter_kit.callbacks._follow",
    "in_order": "taskrouter_kit.callbacks._order",
    "parse_event": "taskrouter_kit.models._events",
    "parse_instruction": "taskrouter_kit.models._instruction_parse",
    "parse_reservation_update": "taskrouter_kit.models._instruction_parse",
    "read_events": "taskrouter_kit.callbacks._recorded",
    "service_level": "taskrouter_kit.callbacks._timeline",
    "timelines": "taskrouter_kit.callbacks._timeline",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
