"""Who may take a task, and who is asked first; whose turn a task is. Pure questions about a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from taskrouter_kit.expr._compile_order import sort_workers
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.simulator._json_kinds import is_array, is_object
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._rules import TargetRule, clock_at
from taskrouter_kit.simulator._state import TaskQueueState, TaskState, WorkerChannelState, WorkerState, WorkspaceState


def worker_facts(worker: WorkerState, workspace: WorkspaceState, *, channels: bool = True) -> dict[str, object]:
    """Return the fields of a worker that expressions can read; *channels* only for those that read them."""
    activity = workspace.activities[worker.activity_sid]
    facts: dict[str, object] = {
        "sid": worker.sid,
        "friendly_name": worker.friendly_name,
        "activity_sid": activity.sid,
        "activity_name": activity.friendly_name,
        "available": activity.available,
    }
    if channels:
        facts["channel"] = {
            workspace.task_channels[sid].unique_name: {
                "configured_capacity": channel.configured_capacity,
                "assigned_tasks": channel.assigned_tasks,
                "available_capacity_percentage": channel.available_capacity_percentage,
            }
            for sid, channel in worker.channels.items()
        }
    return facts


def queue_counters(queue: TaskQueueState, workspace: WorkspaceState) -> dict[str, int]:
    """Return what ``skip_if`` can read: the queue's workers, by availability and by activity."""
    # Documented: workflows.md section 4; capacity, channel availability and the target's expression do not count
    counters = {"available": 0, "unavailable": 0, **dict.fromkeys(workspace.activities, 0)}
    for worker in queue.members.values():
        counters[worker.activity_sid] += 1
        available = workspace.activities[worker.activity_sid].available
        counters["available" if available else "unavailable"] += 1
    return counters


def slots_in_use(
    worker: WorkerState, channel: WorkerChannelState, workspace: WorkspaceState, options: EngineOptions
) -> int:
    """Return how many of the slots of a worker's channel are taken."""
    if options.pending_uses_capacity:
        # Documented: routing.md section 4; pending, accepted and wrapping reservations use a slot
        return channel.open_reservations
    mine = [workspace.reservations[sid] for sid in worker.open]
    return sum(
        each.task_channel_sid == channel.task_channel_sid and each.reservation_status != "pending" for each in mine
    )


def can_take(worker: WorkerState, task: TaskState, workspace: WorkspaceState, options: EngineOptions) -> bool:
    """Return whether *worker* can take another task like *task* now; ``_standing.py`` says why not."""
    if any(sid in worker.open for sid in task.pending_reservations):
        # Inferred: routing.md section 3; never two reservations of a task for one worker
        return False
    if task.ignore_capacity and (task.routing_target or "").startswith("WK"):
        # Documented: routing.md section 3; IgnoreCapacity with a Worker as RoutingTarget
        return True
    if not workspace.activities[worker.activity_sid].available:
        # Documented: routing.md section 3; the Activity is available
        return False
    if not workspace.multi_task_enabled:
        # Documented: routing.md section 3; single-tasking: no other Task or Reservation
        return not worker.open
    channel = worker.channels[task.task_channel_sid]
    # Documented: resources.md section 5; no new Tasks of a channel that is not available
    return channel.available and slots_in_use(worker, channel, workspace, options) < channel.configured_capacity


def candidates(
    task: TaskState, rule: TargetRule, workspace: WorkspaceState, now: int, options: EngineOptions
) -> list[WorkerState]:
    """Return the workers that may take *task* in its target, first choice first."""
    queue = workspace.task_queues[rule.queue_sid]
    found: list[WorkerState] = []
    clock: Mapping[str, str | int] | None = None
    for worker in _asked(task, rule, queue, workspace):
        if not can_take(worker, task, workspace, options):
            continue
        if rule.matches is not None:
            clock = clock_at(now) if clock is None else clock
            facts = Facts(worker=worker_facts(worker, workspace, channels=rule.reads_channels), clock=clock)
            if not rule.matches(worker.attributes, task.attributes, facts):
                continue
        found.append(worker)
    return _in_order(found, task, rule, workspace)


def _asked(
    task: TaskState, rule: TargetRule, queue: TaskQueueState, workspace: WorkspaceState
) -> Iterable[WorkerState]:
    """Return the workers to look at: the queue's members, the known worker, or the routing target."""
    if (task.routing_target or "").startswith("WK"):
        # Documented: routing.md section 12; the Task goes to that Worker only
        target = workspace.workers.get(task.routing_target or "")
        return () if target is None else (target,)
    if rule.known_sid is None and rule.known_name is None:
        return queue.members.values()
    _, known = known_worker(task, rule, workspace)
    return () if known is None or known.sid not in queue.members else (known,)


def known_worker(task: TaskState, rule: TargetRule, workspace: WorkspaceState) -> tuple[object, WorkerState | None]:
    """Return what *task* says about its known worker, and the worker of this workspace that it names."""
    wanted = task_value(task.attributes, rule.known_sid or rule.known_name or ())
    if not isinstance(wanted, str):
        return wanted, None
    if rule.known_sid is not None:
        return wanted, workspace.workers.get(wanted)
    name = wanted.casefold()
    return wanted, next((each for each in workspace.workers.values() if each.friendly_name.casefold() == name), None)


def has_value(document: object, segments: tuple[str | int, ...]) -> bool:
    """Return whether there is something at *segments* below *document*, be it null."""
    if not segments:
        return True
    *parents, last = segments
    holder = task_value(document, tuple(parents))
    if isinstance(last, str):
        return is_object(holder) and last in holder
    return is_array(holder) and 0 <= last < len(holder)


def task_value(document: object, segments: tuple[str | int, ...]) -> object:
    """Return the value at *segments* below *document*, or None."""
    for segment in segments:
        if isinstance(segment, str):
            document = document.get(segment) if is_object(document) else None
        else:
            document = document[segment] if is_array(document) and 0 <= segment < len(document) else None
    return document


def _in_order(
    found: list[WorkerState], task: TaskState, rule: TargetRule, workspace: WorkspaceState
) -> list[WorkerState]:
    """Return *found* sorted: order_by, then longest idle, then first created."""
    if len(found) < 2:
        return found
    optimized = workspace.task_channels[task.task_channel_sid].channel_optimized_routing
    if optimized:
        # Documented: routing.md section 5; idle time per channel with channel_optimized_routing
        found.sort(key=lambda worker: (worker.channels[task.task_channel_sid].idle_since, worker.number))
    else:
        # Documented: routing.md section 5; longest idle first, final tie by creation [inferred]
        found.sort(key=lambda worker: (worker.idle_since, worker.number))
    if rule.order_by is None:
        return found
    return sort_workers(rule.order_by, found, attributes=lambda worker: worker.attributes)


def place_in_line(task: TaskState, queue: TaskQueueState, options: EngineOptions) -> tuple[int, int, int]:
    """Return the key by which *task* stands in the line of *queue*, smallest first."""
    if queue.task_order == "LIFO":
        # Documented: routing.md section 6; newest first, priority ignored
        # Inferred: routing.md section 6; newest by virtual_start_time
        newest = task.virtual_start_time if options.lifo_by_virtual_start_time else task.date_created
        return (0, -newest, -task.number)
    # Documented: routing.md section 6; priority descending, then virtual_start_time ascending
    return (-task.priority, task.virtual_start_time, task.number)
