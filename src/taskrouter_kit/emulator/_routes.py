"""The 61 operations as data: method, path template, operation id, handler, and the parameters the service reads.

:func:`find_route` walks a tree made of the table once; fixed words (``Workers/Statistics``) win over ``{Sid}``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import field, frozen

from taskrouter_kit.emulator import _handlers_activities as activities
from taskrouter_kit.emulator import _handlers_events as events
from taskrouter_kit.emulator import _handlers_reservations as reservations
from taskrouter_kit.emulator import _handlers_statistics as statistics
from taskrouter_kit.emulator import _handlers_task_channels as task_channels
from taskrouter_kit.emulator import _handlers_task_queues as task_queues
from taskrouter_kit.emulator import _handlers_tasks as tasks
from taskrouter_kit.emulator import _handlers_worker_channels as worker_channels
from taskrouter_kit.emulator import _handlers_worker_statistics as worker_statistics
from taskrouter_kit.emulator import _handlers_workers as workers
from taskrouter_kit.emulator import _handlers_workflows as workflows
from taskrouter_kit.emulator import _handlers_workspaces as workspaces
from taskrouter_kit.emulator._call import Call
from taskrouter_kit.emulator._faults import not_found, wrong_method
from taskrouter_kit.emulator._messages import Reply
from taskrouter_kit.emulator._paging import PAGING
from taskrouter_kit.emulator._reservation_parameters import RESERVATION_UPDATE

Handler: TypeAlias = "Callable[[Call], Reply]"


@frozen
class Route:
    """One operation. ``query`` and ``form`` are the parameters it reads; strict mode reports all others."""

    operation: str
    method: str
    template: str
    handler: Handler
    query: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    if_match: bool = False
    known: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset((*self.query, *self.form)))


# Documented: resources.md section 12; the common query parameters of statistics
PERIOD: Final = ("Minutes", "StartDate", "EndDate", "TaskChannel")
SPLIT_PERIOD: Final = (*PERIOD, "SplitByWaitTime")

# Documented: resources.md section 1.3
ROUTES: Final[tuple[Route, ...]] = (
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
    Route(
        "ListWorker",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers",
        workers.list_all,
        query=(
            "ActivityName",
            "ActivitySid",
            "Available",
            "FriendlyName",
            "TargetWorkersExpression",
            "TaskQueueName",
            "TaskQueueSid",
            "Ordering",
            *PAGING,
        ),
    ),
    Route(
        "CreateWorker",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Workers",
        workers.create,
        form=("FriendlyName", "ActivitySid", "Attributes"),
    ),
    Route("FetchWorker", "GET", "/v1/Workspaces/{WorkspaceSid}/Workers/{Sid}", workers.fetch),
    Route(
        "UpdateWorker",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{Sid}",
        workers.update,
        form=("ActivitySid", "Attributes", "FriendlyName", "RejectPendingReservations"),
        if_match=True,
    ),
    Route("DeleteWorker", "DELETE", "/v1/Workspaces/{WorkspaceSid}/Workers/{Sid}", workers.delete, if_match=True),
    Route(
        "ListWorkerChannel",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Channels",
        worker_channels.list_all,
        query=PAGING,
    ),
    Route(
        "FetchWorkerChannel",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Channels/{Sid}",
        worker_channels.fetch,
    ),
    Route(
        "UpdateWorkerChannel",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Channels/{Sid}",
        worker_channels.update,
        form=("Capacity", "Available"),
    ),
    Route(
        "ListTask",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Tasks",
        tasks.list_all,
        query=(
            "Priority",
            "AssignmentStatus",
            "WorkflowSid",
            "WorkflowName",
            "TaskQueueSid",
            "TaskQueueName",
            "EvaluateTaskAttributes",
            "RoutingTarget",
            "Ordering",
            "HasAddons",
            *PAGING,
        ),
    ),
    Route(
        "CreateTask",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Tasks",
        tasks.create,
        form=(
            "Timeout",
            "Priority",
            "TaskChannel",
            "WorkflowSid",
            "Attributes",
            "VirtualStartTime",
            "RoutingTarget",
            "IgnoreCapacity",
            "TaskQueueSid",
        ),
    ),
    Route("FetchTask", "GET", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", tasks.fetch),
    Route(
        "UpdateTask",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}",
        tasks.update,
        form=("Attributes", "AssignmentStatus", "Reason", "Priority", "TaskChannel", "VirtualStartTime"),
        if_match=True,
    ),
    Route("DeleteTask", "DELETE", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", tasks.delete, if_match=True),
    Route(
        "ListTaskReservation",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Tasks/{TaskSid}/Reservations",
        reservations.list_of_task,
        query=("ReservationStatus", "WorkerSid", *PAGING),
    ),
    Route(
        "ListWorkerReservation",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Reservations",
        reservations.list_of_worker,
        query=("ReservationStatus", *PAGING),
    ),
    Route(
        "FetchTaskReservation",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Tasks/{TaskSid}/Reservations/{Sid}",
        reservations.fetch_of_task,
    ),
    Route(
        "UpdateTaskReservation",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Tasks/{TaskSid}/Reservations/{Sid}",
        reservations.update_of_task,
        form=(*RESERVATION_UPDATE, "Supervisor", "SupervisorMode"),
        if_match=True,
    ),
    Route(
        "FetchWorkerReservation",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Reservations/{Sid}",
        reservations.fetch_of_worker,
    ),
    Route(
        "UpdateWorkerReservation",
        "POST",
        "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Reservations/{Sid}",
        reservations.update_of_worker,
        form=RESERVATION_UPDATE,
        if_match=True,
    ),
    Route(
        "ListEvent",
        "GET",
        "/v1/Workspaces/{WorkspaceSid}/Events",
        events.list_all,
        query=(
            *PERIOD,
            "EventType",
            "ReservationSid",
            "TaskQueueSid",
            "TaskSid",
            "WorkerSid",
            "WorkflowSid",
            "Sid",
            *PAGING,
        ),
    ),
    Route("FetchEvent", "GET", "/v1/Workspaces/{WorkspaceSid}/Events/{Sid}", events.fetch),
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


class _Node:
    """One step of the tree: what follows a fixed word, what follows any value, and the routes that end here."""

    __slots__ = ("anything", "methods", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.anything: _Node | None = None
        self.methods: dict[str, Route] = {}


def _tree(routes: tuple[Route, ...]) -> _Node:
    root = _Node()
    for route in routes:
        node = root
        for part in route.template.split("/")[1:]:
            if part.startswith("{"):
                node.anything = node.anything or _Node()
                node = node.anything
            else:
                node = node.words.setdefault(part, _Node())
        node.methods[route.method] = route
    return root


_ROOT = _tree(ROUTES)


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Return the route for *path* and the values of its placeholders, outermost first; 404 or 405 otherwise."""
    node: _Node | None = _ROOT
    values: list[str] = []
    for part in path.split("/")[1:]:
        if node is None:
            break
        following = node.words.get(part)
        if following is None:
            following = node.anything
            values.append(part)
        node = following
    if node is None or not node.methods:
        raise not_found(path)
    route = node.methods.get(method)
    if route is None:
        raise wrong_method(method)
    return route, tuple(values)
