"""Operations on what is going on: workers and their channels, tasks, reservations, events."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.emulator import _handlers_events as events
from taskrouter_kit.emulator import _handlers_reservations as reservations
from taskrouter_kit.emulator import _handlers_tasks as tasks
from taskrouter_kit.emulator import _handlers_worker_channels as worker_channels
from taskrouter_kit.emulator import _handlers_workers as workers
from taskrouter_kit.emulator._paging import AFTER, PAGING
from taskrouter_kit.emulator._period import PERIOD
from taskrouter_kit.emulator._reservation_parameters import RESERVATION_UPDATE
from taskrouter_kit.emulator._route import Route

# Documented: resources.md section 1.3
TASKS: Final[tuple[Route, ...]] = (
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
        undocumented=(AFTER,),
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
)
