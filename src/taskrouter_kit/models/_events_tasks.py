"""Events of tasks: their life, their transfers, and their way through workflows and queues."""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from typing import Generic

from taskrouter_kit._sids import TaskQueueSid
from taskrouter_kit.models._event_fields import MaybeSent, as_sid, text
from taskrouter_kit.models._event_groups import T, TaskFields, TaskInQueueFields, TransferFields


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


class TaskQueueEntered(TaskInQueueFields[T], Generic[T]):
    """A task entered a queue."""

    __slots__ = ()
    name = "task-queue.entered"


class TaskQueueMoved(TaskInQueueFields[T], Generic[T]):
    """A task went from one queue to another."""

    __slots__ = ()
    name = "task-queue.moved"

    # Observed: callbacks.md section 4.3
    previous_task_queue_sid: MaybeSent[TaskQueueSid] = MaybeSent(as_sid)
    previous_task_queue_name = MaybeSent(text)
    target_changed_reason = MaybeSent(text)


class TaskQueueTimeout(TaskInQueueFields[T], Generic[T]):
    """A task waited in a queue as long as its target allowed."""

    __slots__ = ()
    name = "task-queue.timeout"


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
