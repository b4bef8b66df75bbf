"""Everything that can be done to a world, as values. ``UNSET`` stands for a parameter that was not sent.

Commands are compared by nobody, and classes without ``==`` are made twice as fast when the module is imported. The
three commands of a usual task also take their parameters by position, which costs half.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union, get_args

from attrs import asdict, field

from taskrouter_kit.simulator._call_commands import CALL_OUTCOMES as CALL_OUTCOMES
from taskrouter_kit.simulator._call_commands import Enqueue as Enqueue
from taskrouter_kit.simulator._call_commands import HangUp as HangUp
from taskrouter_kit.simulator._call_commands import PlanCall as PlanCall
from taskrouter_kit.simulator._unset import UNSET as UNSET
from taskrouter_kit.simulator._unset import Maybe as Maybe
from taskrouter_kit.simulator._unset import Unset as Unset
from taskrouter_kit.simulator._unset import given as given

if TYPE_CHECKING:
    from attrs import frozen as value
else:
    # Type checkers see to it that nobody changes a command; classes that see to it themselves are made half as fast.
    from attrs import define as value


@value(kw_only=True, eq=False)
class CreateWorkspace:
    """Make a workspace."""

    friendly_name: str
    event_callback_url: str | Unset = UNSET
    events_filter: str | Unset = UNSET
    multi_task_enabled: bool | Unset = UNSET
    template: str = "NONE"
    prioritize_queue_order: str | Unset = UNSET


@value(kw_only=True, eq=False)
class UpdateWorkspace:
    """Change a workspace."""

    workspace_sid: str
    friendly_name: str | Unset = UNSET
    event_callback_url: str | Unset = UNSET
    events_filter: str | Unset = UNSET
    multi_task_enabled: bool | Unset = UNSET
    default_activity_sid: str | Unset = UNSET
    timeout_activity_sid: str | Unset = UNSET
    prioritize_queue_order: str | Unset = UNSET


@value(kw_only=True, eq=False)
class DeleteWorkspace:
    """Remove a workspace and everything in it."""

    workspace_sid: str


@value(kw_only=True, eq=False)
class CreateActivity:
    """Make an activity."""

    workspace_sid: str
    friendly_name: str
    available: bool = False


@value(kw_only=True, eq=False)
class UpdateActivity:
    """Rename an activity."""

    workspace_sid: str
    activity_sid: str
    friendly_name: str | Unset = UNSET


@value(kw_only=True, eq=False)
class DeleteActivity:
    """Remove an activity that nothing uses."""

    workspace_sid: str
    activity_sid: str


@value(kw_only=True, eq=False)
class CreateTaskChannel:
    """Make a task channel, and a channel of it for every worker."""

    workspace_sid: str
    friendly_name: str
    unique_name: str
    channel_optimized_routing: bool = False


@value(kw_only=True, eq=False)
class UpdateTaskChannel:
    """Change a task channel."""

    workspace_sid: str
    task_channel_sid: str
    friendly_name: str | Unset = UNSET
    channel_optimized_routing: bool | Unset = UNSET


@value(kw_only=True, eq=False)
class DeleteTaskChannel:
    """Remove a task channel."""

    workspace_sid: str
    task_channel_sid: str


@value(kw_only=True, eq=False)
class CreateTaskQueue:
    """Make a task queue."""

    workspace_sid: str
    friendly_name: str
    target_workers: str | Unset = UNSET
    max_reserved_workers: int | Unset = UNSET
    task_order: str | Unset = UNSET
    reservation_activity_sid: str | Unset = UNSET
    assignment_activity_sid: str | Unset = UNSET


@value(kw_only=True, eq=False)
class UpdateTaskQueue:
    """Change a task queue; an empty activity clears."""

    workspace_sid: str
    task_queue_sid: str
    friendly_name: str | Unset = UNSET
    target_workers: str | Unset = UNSET
    max_reserved_workers: int | Unset = UNSET
    task_order: str | Unset = UNSET
    reservation_activity_sid: str | Unset = UNSET
    assignment_activity_sid: str | Unset = UNSET


@value(kw_only=True, eq=False)
class DeleteTaskQueue:
    """Remove a task queue that no workflow mentions and no task is in."""

    workspace_sid: str
    task_queue_sid: str


@value(kw_only=True, eq=False)
class CreateWorkflow:
    """Make a workflow."""

    workspace_sid: str
    friendly_name: str
    configuration: str = field(repr=False)
    assignment_callback_url: str | Unset = UNSET
    fallback_assignment_callback_url: str | Unset = UNSET
    task_reservation_timeout: int | Unset = UNSET


@value(kw_only=True, eq=False)
class UpdateWorkflow:
    """Change a workflow."""

    workspace_sid: str
    workflow_sid: str
    friendly_name: str | Unset = UNSET
    configuration: str | Unset = field(default=UNSET, repr=False)
    assignment_callback_url: str | Unset = UNSET
    fallback_assignment_callback_url: str | Unset = UNSET
    task_reservation_timeout: int | Unset = UNSET
    re_evaluate_tasks: bool = False


@value(kw_only=True, eq=False)
class DeleteWorkflow:
    """Remove a workflow without live tasks."""

    workspace_sid: str
    workflow_sid: str


@value(kw_only=True, eq=False)
class CreateWorker:
    """Make a worker, with a channel for every task channel. ``attributes`` is JSON text."""

    workspace_sid: str
    friendly_name: str
    attributes: str = field(default="{}", repr=False)
    activity_sid: str | Unset = UNSET


@value(kw_only=True, eq=False)
class UpdateWorker:
    """Change a worker."""

    workspace_sid: str
    worker_sid: str
    friendly_name: str | Unset = UNSET
    attributes: str | Unset = field(default=UNSET, repr=False)
    activity_sid: str | Unset = UNSET
    reject_pending_reservations: bool = False


@value(kw_only=True, eq=False)
class DeleteWorker:
    """Remove a worker without open reservations."""

    workspace_sid: str
    worker_sid: str


@value(kw_only=True, eq=False)
class UpdateWorkerChannel:
    """Change one channel of a worker."""

    workspace_sid: str
    worker_sid: str
    worker_channel_sid: str
    capacity: int | Unset = UNSET
    available: bool | Unset = UNSET


@value(eq=False, weakref_slot=False)
class CreateTask:
    """Make a task and drive it through its workflow. ``attributes`` is JSON text, ``timeout`` seconds."""

    workspace_sid: str
    attributes: str = field(default="{}", repr=False)
    workflow_sid: str | Unset = UNSET
    timeout: int | Unset = UNSET
    priority: int | Unset = UNSET
    task_channel_sid: str | Unset = UNSET
    virtual_start_time: int | Unset = UNSET
    routing_target: str | Unset = UNSET
    ignore_capacity: bool | Unset = UNSET
    task_queue_sid: str | Unset = UNSET


@value(eq=False, weakref_slot=False)
class UpdateTask:
    """Change a task."""

    workspace_sid: str
    task_sid: str
    attributes: str | Unset = field(default=UNSET, repr=False)
    assignment_status: str | Unset = UNSET
    reason: str | Unset = UNSET
    priority: int | Unset = UNSET
    task_channel_sid: str | Unset = UNSET
    virtual_start_time: int | Unset = UNSET


@value(kw_only=True, eq=False)
class DeleteTask:
    """Remove a task in any state."""

    workspace_sid: str
    task_sid: str


@value(eq=False, weakref_slot=False)
class UpdateReservation:
    """Accept, reject, wrap or complete a reservation."""

    workspace_sid: str
    reservation_sid: str
    reservation_status: str | Unset = UNSET
    worker_activity_sid: str | Unset = UNSET


@value(kw_only=True, eq=False)
class Instruct:
    """Carry an instruction out on a reservation. ``options`` have the snake_case names of the callback's answer."""

    workspace_sid: str
    reservation_sid: str
    instruction: str
    options: Mapping[str, str] = field(factory=dict[str, str], repr=False)


@value(kw_only=True, eq=False)
class FailCallback:
    """Neither the assignment callback nor its fallback could be reached."""

    workspace_sid: str
    reservation_sid: str


#: Any of them.
Command: TypeAlias = Union[  # noqa: UP007  # an alias needs the form that 3.10 can evaluate
    CreateWorkspace,
    UpdateWorkspace,
    DeleteWorkspace,
    CreateActivity,
    UpdateActivity,
    DeleteActivity,
    CreateTaskChannel,
    UpdateTaskChannel,
    DeleteTaskChannel,
    CreateTaskQueue,
    UpdateTaskQueue,
    DeleteTaskQueue,
    CreateWorkflow,
    UpdateWorkflow,
    DeleteWorkflow,
    CreateWorker,
    UpdateWorker,
    DeleteWorker,
    UpdateWorkerChannel,
    CreateTask,
    UpdateTask,
    DeleteTask,
    UpdateReservation,
    Instruct,
    FailCallback,
    PlanCall,
    HangUp,
    Enqueue,
]

COMMANDS: Final[Mapping[str, type[Any]]] = {kind.__name__: kind for kind in get_args(Command)}  # Any: each command


def command_to_json(command: Command) -> dict[str, Any]:  # Any: JSON
    """Return *command* as a JSON object; parameters that were not sent are left out."""
    fields = asdict(command, recurse=False)
    return {"command": type(command).__name__, **{name: value for name, value in fields.items() if value is not UNSET}}


def command_from_json(document: Mapping[str, Any]) -> Command:  # Any: JSON
    """Return the command that :func:`command_to_json` wrote."""
    fields = dict(document)
    made: Command = COMMANDS[fields.pop("command")](**fields)
    return made
