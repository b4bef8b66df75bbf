"""Callbacks and events: typed in, typed out, verified by default."""

from __future__ import annotations

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

__all__ = [
    "Accept",
    "ActivityCreated",
    "ActivityDeleted",
    "ActivityUpdated",
    "Assignment",
    "AsyncBoundWorkspace",
    "BoundWorkspace",
    "CallWorker",
    "Callbacks",
    "Conference",
    "Dequeue",
    "Event",
    "Instruction",
    "MemorySeen",
    "MissingField",
    "Offer",
    "QueueStay",
    "Redirect",
    "Reject",
    "Reordered",
    "Replayed",
    "Reply",
    "ReservationAccepted",
    "ReservationCanceled",
    "ReservationCompleted",
    "ReservationCreated",
    "ReservationFailed",
    "ReservationRejected",
    "ReservationRescinded",
    "ReservationTimeout",
    "ReservationWrapup",
    "SeenStore",
    "ServiceLevel",
    "SqliteSeen",
    "Supervise",
    "TaskCanceled",
    "TaskChannelCreated",
    "TaskChannelDeleted",
    "TaskChannelUpdated",
    "TaskCompleted",
    "TaskCreated",
    "TaskDeleted",
    "TaskQueueCreated",
    "TaskQueueDeleted",
    "TaskQueueEntered",
    "TaskQueueExpressionUpdated",
    "TaskQueueMoved",
    "TaskQueueTimeout",
    "TaskSystemDeleted",
    "TaskTimeline",
    "TaskTransferAttemptFailed",
    "TaskTransferCanceled",
    "TaskTransferCompleted",
    "TaskTransferFailed",
    "TaskTransferInitiated",
    "TaskUpdated",
    "TaskWrapup",
    "Timelines",
    "UnknownEvent",
    "WorkerActivityUpdate",
    "WorkerAttributesUpdate",
    "WorkerCapacityUpdate",
    "WorkerChannelAvailabilityUpdate",
    "WorkerCreated",
    "WorkerDeleted",
    "WorkflowCreated",
    "WorkflowDeleted",
    "WorkflowEntered",
    "WorkflowSkipped",
    "WorkflowTargetMatched",
    "WorkflowTimeout",
    "WorkflowUpdated",
    "WorkspaceCreated",
    "WorkspaceDeleted",
    "WorkspaceUpdated",
    "aws_lambda",
    "enqueue",
    "event_types",
    "follow",
    "in_order",
    "parse_event",
    "parse_instruction",
    "parse_reservation_update",
    "read_events",
    "service_level",
    "timelines",
]
