"""Operations on what is configured: workspaces, activities, task channels, queues and workflows."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.emulator import _handlers_activities as activities
from taskrouter_kit.emulator import _handlers_task_channels as task_channels
from taskrouter_kit.emulator import _handlers_task_queues as task_queues
from taskrouter_kit.emulator import _handlers_workflows as workflows
from taskrouter_kit.emulator import _handlers_workspaces as workspaces
from taskrouter_kit.emulator._paging import AFTER, PAGING
from taskrouter_kit.emulator._route import Route

# Documented: resources.md section 1.3
CONFIGURATION: Final[tuple[Route, ...]] = (
    Route("ListWorkspace", "GET", "/v1/Workspaces", workspaces.list_all, query=("FriendlyName", *PAGING)),
    Route(
        "CreateWorkspace",
        "POST",
        "/v1/Workspaces",
        workspaces.create,
        form=(
            "FriendlyName",
            "EventCallbackUrl",
            "EventsFilter",
            "MultiTaskEnabled",
            "Template",
            "PrioritizeQueueOrder",
        ),
    ),
    Route("FetchWorkspace", "GET", "/v1/Workspaces/{Sid}", workspaces.fetch),
    Route(
        "UpdateWorkspace",
        "POST",
        "/v1/Workspaces/{Sid}",
        workspaces.update,
        form=(
            "DefaultActivitySid",
            "EventCallbackUrl",
            "EventsFilter",
            "FriendlyName",
            "MultiTaskEnabled",
            "TimeoutActivitySid",
            "PrioritizeQueueOrder",
        ),
    ),
    Route("DeleteWorkspace", "DELETE", "/v1/Workspaces/{Sid}", workspaces.delete),
    Route(
        "ListActivity",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Activities",
        activities.list_all,
        query=("FriendlyName", "Available", *PAGING),
    ),
    Route(
        "CreateActivity",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Activities",
        activities.create,
        form=("FriendlyName", "Available"),
    ),
    Route("FetchActivity", "GET", "/v1/Workspaces/{WorkspaceSid}/Activities/{Sid}", activities.fetch),
    Route(
        "UpdateActivity",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Activities/{Sid}",
        activities.update,
        form=("FriendlyName",),
    ),
    Route("DeleteActivity", "DELETE", "/v1/Workspaces/{WorkspaceSid}/Activities/{Sid}", activities.delete),
    Route("ListTaskChannel", "GET", "/v1/Workspaces/{WorkspaceSid}/TaskChannels", task_channels.list_all, query=PAGING),
    Route(
        "CreateTaskChannel",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/TaskChannels",
        task_channels.create,
        form=("FriendlyName", "UniqueName", "ChannelOptimizedRouting"),
    ),
    Route("FetchTaskChannel", "GET", "/v1/Workspaces/{WorkspaceSid}/TaskChannels/{Sid}", task_channels.fetch),
    Route(
        "UpdateTaskChannel",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/TaskChannels/{Sid}",
        task_channels.update,
        form=("FriendlyName", "ChannelOptimizedRouting"),
    ),
    Route("DeleteTaskChannel", "DELETE", "/v1/Workspaces/{WorkspaceSid}/TaskChannels/{Sid}", task_channels.delete),
    Route(
        "ListTaskQueue",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues",
        task_queues.list_all,
        query=("FriendlyName", "EvaluateWorkerAttributes", "WorkerSid", "Ordering", *PAGING),
        undocumented=(AFTER,),
    ),
    Route(
        "CreateTaskQueue",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues",
        task_queues.create,
        form=(
            "FriendlyName",
            "TargetWorkers",
            "MaxReservedWorkers",
            "TaskOrder",
            "ReservationActivitySid",
            "AssignmentActivitySid",
        ),
    ),
    Route("FetchTaskQueue", "GET", "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}", task_queues.fetch),
    Route(
        "UpdateTaskQueue",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}",
        task_queues.update,
        form=(
            "FriendlyName",
            "TargetWorkers",
            "ReservationActivitySid",
            "AssignmentActivitySid",
            "MaxReservedWorkers",
            "TaskOrder",
        ),
    ),
    Route("DeleteTaskQueue", "DELETE", "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}", task_queues.delete),
    Route(
        "ListWorkflow",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workflows",
        workflows.list_all,
        query=("FriendlyName", *PAGING),
    ),
    Route(
        "CreateWorkflow",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Workflows",
        workflows.create,
        form=(
            "FriendlyName",
            "Configuration",
            "AssignmentCallbackUrl",
            "FallbackAssignmentCallbackUrl",
            "TaskReservationTimeout",
        ),
    ),
    Route("FetchWorkflow", "GET", "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}", workflows.fetch),
    Route(
        "UpdateWorkflow",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}",
        workflows.update,
        form=(
            "FriendlyName",
            "AssignmentCallbackUrl",
            "FallbackAssignmentCallbackUrl",
            "Configuration",
            "TaskReservationTimeout",
            "ReEvaluateTasks",
        ),
    ),
    Route("DeleteWorkflow", "DELETE", "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}", workflows.delete),
)
