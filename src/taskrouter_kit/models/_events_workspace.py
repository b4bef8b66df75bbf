"""Events of what a workspace is made of: itself, activities, task channels, queues and workflows."""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from taskrouter_kit.models._event_groups import ActivityFields, ChannelFields, Event, QueueFields, WorkflowFields


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
