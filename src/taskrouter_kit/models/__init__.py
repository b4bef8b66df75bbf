"""What TaskRouter's things are, as types: declared ones (plain nouns) and returned ones (``…Resource``). No I/O.

The declared nouns are also at the top level; events and instructions are in :mod:`taskrouter_kit.callbacks`. Each
name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit._sids import AccountSid as AccountSid
    from taskrouter_kit._sids import ActivitySid as ActivitySid
    from taskrouter_kit._sids import EventSid as EventSid
    from taskrouter_kit._sids import ReservationSid as ReservationSid
    from taskrouter_kit._sids import TaskChannelSid as TaskChannelSid
    from taskrouter_kit._sids import TaskQueueSid as TaskQueueSid
    from taskrouter_kit._sids import TaskSid as TaskSid
    from taskrouter_kit._sids import WorkerChannelSid as WorkerChannelSid
    from taskrouter_kit._sids import WorkerSid as WorkerSid
    from taskrouter_kit._sids import WorkflowSid as WorkflowSid
    from taskrouter_kit._sids import WorkspaceSid as WorkspaceSid
    from taskrouter_kit.models._base import Meta as Meta
    from taskrouter_kit.models._base import Resource as Resource
    from taskrouter_kit.models._declare_filters import Filter as Filter
    from taskrouter_kit.models._declare_filters import Target as Target
    from taskrouter_kit.models._declare_parts import Activity as Activity
    from taskrouter_kit.models._declare_parts import TaskChannel as TaskChannel
    from taskrouter_kit.models._declare_parts import TaskQueue as TaskQueue
    from taskrouter_kit.models._declare_parts import Worker as Worker
    from taskrouter_kit.models._declare_workflow import Workflow as Workflow
    from taskrouter_kit.models._declare_workspace import Workspace as Workspace
    from taskrouter_kit.models._resources import ActivityResource as ActivityResource
    from taskrouter_kit.models._resources import QueueOrder as QueueOrder
    from taskrouter_kit.models._resources import ReservationResource as ReservationResource
    from taskrouter_kit.models._resources import ReservationStatus as ReservationStatus
    from taskrouter_kit.models._resources import TaskChannelResource as TaskChannelResource
    from taskrouter_kit.models._resources import TaskQueueResource as TaskQueueResource
    from taskrouter_kit.models._resources import TaskResource as TaskResource
    from taskrouter_kit.models._resources import TaskStatus as TaskStatus
    from taskrouter_kit.models._resources import WorkerChannelResource as WorkerChannelResource
    from taskrouter_kit.models._resources import WorkerResource as WorkerResource
    from taskrouter_kit.models._resources import WorkflowResource as WorkflowResource
    from taskrouter_kit.models._resources import WorkspaceResource as WorkspaceResource
    from taskrouter_kit.models._statistics import ActivityCount as ActivityCount
    from taskrouter_kit.models._statistics import ActivityDuration as ActivityDuration
    from taskrouter_kit.models._statistics import BulkRealTimeStatistics as BulkRealTimeStatistics
    from taskrouter_kit.models._statistics import CumulativeStatistics as CumulativeStatistics
    from taskrouter_kit.models._statistics import EventResource as EventResource
    from taskrouter_kit.models._statistics import RealTimeStatistics as RealTimeStatistics
    from taskrouter_kit.models._statistics import Statistics as Statistics
    from taskrouter_kit.models._statistics import TasksByStatus as TasksByStatus
    from taskrouter_kit.models._statistics import WaitDuration as WaitDuration
    from taskrouter_kit.models._statistics import WorkersCumulativeStatistics as WorkersCumulativeStatistics
    from taskrouter_kit.models._statistics import WorkersRealTimeStatistics as WorkersRealTimeStatistics
    from taskrouter_kit.models._statistics import WorkersStatistics as WorkersStatistics
    from taskrouter_kit.models._values import OpenEnum as OpenEnum

#: Public name -> module that defines it.
_EXPORTS: dict[str, str] = {
    "AccountSid": "taskrouter_kit._sids",
    "Activity": "taskrouter_kit.models._declare_parts",
    "ActivityCount": "taskrouter_kit.models._statistics",
    "ActivityDuration": "taskrouter_kit.models._statistics",
    "ActivityResource": "taskrouter_kit.models._resources",
    "ActivitySid": "taskrouter_kit._sids",
    "BulkRealTimeStatistics": "taskrouter_kit.models._statistics",
    "CumulativeStatistics": "taskrouter_kit.models._statistics",
    "EventResource": "taskrouter_kit.models._statistics",
    "EventSid": "taskrouter_kit._sids",
    "Filter": "taskrouter_kit.models._declare_filters",
    "Meta": "taskrouter_kit.models._base",
    "OpenEnum": "taskrouter_kit.models._values",
    "QueueOrder": "taskrouter_kit.models._resources",
    "RealTimeStatistics": "taskrouter_kit.models._statistics",
    "ReservationResource": "taskrouter_kit.models._resources",
    "ReservationSid": "taskrouter_kit._sids",
    "ReservationStatus": "taskrouter_kit.models._resources",
    "Resource": "taskrouter_kit.models._base",
    "Statistics": "taskrouter_kit.models._statistics",
    "Target": "taskrouter_kit.models._declare_filters",
    "TaskChannel": "taskrouter_kit.models._declare_parts",
    "TaskChannelResource": "taskrouter_kit.models._resources",
    "TaskChannelSid": "taskrouter_kit._sids",
    "TaskQueue": "taskrouter_kit.models._declare_parts",
    "TaskQueueResource": "taskrouter_kit.models._resources",
    "TaskQueueSid": "taskrouter_kit._sids",
    "TaskResource": "taskrouter_kit.models._resources",
    "TaskSid": "taskrouter_kit._sids",
    "TaskStatus": "taskrouter_kit.models._resources",
    "TasksByStatus": "taskrouter_kit.models._statistics",
    "WaitDuration": "taskrouter_kit.models._statistics",
    "Worker": "taskrouter_kit.models._declare_parts",
    "WorkerChannelResource": "taskrouter_kit.models._resources",
    "WorkerChannelSid": "taskrouter_kit._sids",
    "WorkerResource": "taskrouter_kit.models._resources",
    "WorkerSid": "taskrouter_kit._sids",
    "WorkersCumulativeStatistics": "taskrouter_kit.models._statistics",
    "WorkersRealTimeStatistics": "taskrouter_kit.models._statistics",
    "WorkersStatistics": "taskrouter_kit.models._statistics",
    "Workflow": "taskrouter_kit.models._declare_workflow",
    "WorkflowResource": "taskrouter_kit.models._resources",
    "WorkflowSid": "taskrouter_kit._sids",
    "Workspace": "taskrouter_kit.models._declare_workspace",
    "WorkspaceResource": "taskrouter_kit.models._resources",
    "WorkspaceSid": "taskrouter_kit._sids",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
