"""What may be changed about a thing of each kind, for ``update_many``: the keywords of its ``update``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from typing_extensions import TypedDict

from taskrouter_kit.client._names import Address
from taskrouter_kit.expr._condition import Condition, WorkerScope
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes


class ActivityChanges(TypedDict, total=False):
    """``available`` is fixed for life."""

    friendly_name: str


class TaskChannelChanges(TypedDict, total=False):
    """``unique_name`` is fixed for life."""

    friendly_name: str
    channel_optimized_routing: bool


class TaskQueueChanges(TypedDict, total=False):
    """An activity of None clears it."""

    friendly_name: str
    target_workers: Condition[WorkerScope] | str
    max_reserved_workers: int
    task_order: Literal["FIFO", "LIFO"]
    reservation_activity: Address | None
    assignment_activity: Address | None


class WorkflowChanges(TypedDict, total=False):
    """A URL of None clears it; ``re_evaluate_tasks`` sends waiting tasks through the workflow again."""

    friendly_name: str
    configuration: str
    assignment_callback_url: str | None
    fallback_assignment_callback_url: str | None
    task_reservation_timeout: int | timedelta
    re_evaluate_tasks: bool


class WorkerChanges(TypedDict, total=False):
    """``attributes`` replace all of them."""

    friendly_name: str
    attributes: WorkerAttributes | Mapping[str, Any]  # Any: JSON
    activity: Address
    reject_pending_reservations: bool


class TaskChanges(TypedDict, total=False):
    """``attributes`` replace all of them, and send a pending task through its workflow again."""

    attributes: TaskAttributes | Mapping[str, Any]  # Any: JSON
    priority: int
    task_channel: Address
    virtual_start_time: datetime
