"""Operations that count: statistics of workspaces, queues, workflows and workers."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.emulator import _handlers_statistics as statistics
from taskrouter_kit.emulator import _handlers_worker_statistics as worker_statistics
from taskrouter_kit.emulator._paging import PAGING
from taskrouter_kit.emulator._period import PERIOD, SPLIT_PERIOD
from taskrouter_kit.emulator._route import Route

# Documented: resources.md section 1.3
STATISTICS: Final[tuple[Route, ...]] = (
    Route(
        "FetchWorkspaceCumulativeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/CumulativeStatistics",
        statistics.workspace_cumulative,
        query=SPLIT_PERIOD,
    ),
    Route(
        "FetchWorkspaceRealTimeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/RealTimeStatistics",
        statistics.workspace_real_time,
        query=("TaskChannel",),
    ),
    Route(
        "FetchWorkspaceStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Statistics",
        statistics.workspace,
        query=SPLIT_PERIOD,
    ),
    Route(
        "CreateTaskQueueBulkRealTimeStatistics",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues/RealTimeStatistics",
        statistics.task_queue_bulk_real_time,
    ),
    Route(
        "ListTaskQueuesStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues/Statistics",
        statistics.task_queues,
        query=(*SPLIT_PERIOD, "FriendlyName", *PAGING),
    ),
    Route(
        "FetchTaskQueueCumulativeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{TaskQueueSid}/CumulativeStatistics",
        statistics.task_queue_cumulative,
        query=SPLIT_PERIOD,
    ),
    Route(
        "FetchTaskQueueRealTimeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{TaskQueueSid}/RealTimeStatistics",
        statistics.task_queue_real_time,
        query=("TaskChannel",),
    ),
    Route(
        "FetchTaskQueueStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{TaskQueueSid}/Statistics",
        statistics.task_queue,
        query=SPLIT_PERIOD,
    ),
    Route(
        "FetchWorkflowCumulativeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workflows/{WorkflowSid}/CumulativeStatistics",
        statistics.workflow_cumulative,
        query=SPLIT_PERIOD,
    ),
    Route(
        "FetchWorkflowRealTimeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workflows/{WorkflowSid}/RealTimeStatistics",
        statistics.workflow_real_time,
        query=("TaskChannel",),
    ),
    Route(
        "FetchWorkflowStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workflows/{WorkflowSid}/Statistics",
        statistics.workflow,
        query=SPLIT_PERIOD,
    ),
    Route(
        "FetchWorkersCumulativeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/CumulativeStatistics",
        worker_statistics.workers_cumulative,
        query=PERIOD,
    ),
    Route(
        "FetchWorkersRealTimeStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/RealTimeStatistics",
        worker_statistics.workers_real_time,
        query=("TaskChannel",),
    ),
    Route(
        "FetchWorkerStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/Statistics",
        worker_statistics.worker,
        query=(*PERIOD, "TaskQueueSid", "TaskQueueName", "FriendlyName"),
    ),
    Route(
        "FetchWorkerInstanceStatistics",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Statistics",
        worker_statistics.worker_instance,
        query=PERIOD,
    ),
)
