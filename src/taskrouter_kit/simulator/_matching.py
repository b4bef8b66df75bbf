"""Who may take a task, and who is asked first. Questions about a workspace."""

from __future__ import annotations

from collections.abc import Callable

from taskrouter_kit.expr._compile_order import sort_workers
from taskrouter_kit.expr._facts import NO_FACTS, Facts, is_built_in
from taskrouter_kit.expr._order import OrderBy
from taskrouter_kit.simulator._filter_memo import values_at
from taskrouter_kit.simulator._json_kinds import is_array, is_object
from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._roster import IdleLine
from taskrouter_kit.simulator._rules import FilterRule, TargetRule, clock_at
from taskrouter_kit.simulator._state import TaskQueueState, WorkerChannelState, WorkerState, WorkspaceState
from taskrouter_kit.simulator._task_state import TaskState
from taskrouter_kit.simulator._verdicts import Verdict


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
    for sid, bits in workspace.roster.in_activity.items():
        inside = (queue.bits & bits).bit_count()
        if inside:
            counters[sid] += inside
            counters["available" if workspace.activities[sid].available else "unavailable"] += inside
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


def has_room(worker: WorkerState, channel_sid: str, workspace: WorkspaceState, options: EngineOptions) -> bool:
    """Return whether *worker* can take another task of a channel now; ``_standing.py`` says why not."""
    if not worker.on_duty:
        # Documented: routing.md section 3; the Activity is available
        return False
    if not workspace.multi_task_enabled:
        # Documented: routing.md section 3; single-tasking: no other Task or Reservation
        return not worker.open
    channel = worker.channels[channel_sid]
    if not channel.available:
        # Documented: resources.md section 5; no new Tasks of a channel that is not available
        return False
    used = (
        channel.open_reservations
        if options.pending_uses_capacity
        else slots_in_use(worker, channel, workspace, options)
    )
    return used < channel.configured_capacity


def candidates(
    task: TaskState,
    rule: TargetRule,
    workspace: WorkspaceState,
    now: int,
    options: EngineOptions,
    most: int | None = None,
) -> list[WorkerState]:
    """Return the workers that may take *task*, which is pending, in its target, first choice first.

    With *most*, those behind so many who did not decline the task may be left out, and are not asked.
    """
    if task.routing_target is not None and task.routing_target.startswith("WK"):
        return _routed_to(task, workspace, options)
    line = idle_line(workspace, task.task_channel_sid, options)
    queue = workspace.task_queues[rule.queue_sid]
    wanted = queue.bits & line.free
    if not wanted:
        return []
    if rule.takes_all and most is not None and not task.declined:
        return line.first(queue.by_position, wanted, most)
    wanted = _known_of(wanted, task, rule, workspace)
    verdict = _verdict(task, rule, workspace)
    if verdict is not None:
        wanted &= verdict.true | ~verdict.known
    if not wanted:
        return []
    matches = _matching(task, rule, workspace, now, verdict)
    if rule.order_by is None:
        return line.first_of(wanted, matches, most, task.declined)
    return _ordered(rule.order_by, line.first_of(wanted, matches, None, ()), workspace, options)


def able(task: TaskState, rule: TargetRule, workspace: WorkspaceState, now: int, options: EngineOptions) -> int:
    """Return everybody whom :func:`candidates` finds, as bits."""
    if task.routing_target is not None and task.routing_target.startswith("WK"):
        return sum(1 << worker.position for worker in _routed_to(task, workspace, options))
    line = idle_line(workspace, task.task_channel_sid, options)
    wanted = _known_of(workspace.task_queues[rule.queue_sid].bits & line.free, task, rule, workspace)
    if not wanted or rule.matches is None:
        return wanted
    verdict = _verdict(task, rule, workspace)
    found, unknown = (0, wanted) if verdict is None else (wanted & verdict.true, wanted & ~verdict.known)
    if unknown:
        matches = _matching(task, rule, workspace, now, verdict)
        for worker in workspace.roster.each_of(unknown):
            if matches is None or matches(worker):
                found |= 1 << worker.position
    return found


def _known_of(wanted: int, task: TaskState, rule: TargetRule, workspace: WorkspaceState) -> int:
    """Return *wanted*, or of them the known worker alone, where the target has one."""
    if rule.known_sid is None and rule.known_name is None:
        return wanted
    known = known_worker(task, rule, workspace)[1]
    return 0 if known is None else wanted & 1 << known.position


def _ordered(
    order: OrderBy, workers: list[WorkerState], workspace: WorkspaceState, options: EngineOptions
) -> list[WorkerState]:
    """Return *workers*, longest idle first, in the order of a target."""
    # Decided: order_by reads a worker's own fields as the expression of a target does; no document says
    fields = any(is_built_in(key.path.segments) for key in order.keys)

    def facts(worker: WorkerState) -> Facts:
        return Facts(worker=worker_facts(worker, workspace)) if fields else NO_FACTS

    semantics = options.semantics
    return sort_workers(order, workers, attributes=lambda each: each.attributes, facts=facts, semantics=semantics)


def fits(
    worker: WorkerState,
    task: TaskState,
    found: tuple[FilterRule, TargetRule] | None,
    workspace: WorkspaceState,
    now: int,
) -> bool:
    """Return whether the target of *task* takes *worker*, who has room and whom its queue accepts."""
    if found is None:
        return False
    target = task.routing_target or ""
    if target.startswith("WK"):
        return target == worker.sid
    rule = found[1]
    if rule.known_sid is not None or rule.known_name is not None:
        return known_worker(task, rule, workspace)[1] is worker
    if rule.matches is None:
        return True
    verdict = _verdict(task, rule, workspace)
    if verdict is not None and verdict.known >> worker.position & 1:
        return bool(verdict.true >> worker.position & 1)
    matches = _matching(task, rule, workspace, now, verdict)
    return matches is None or matches(worker)


def _routed_to(task: TaskState, workspace: WorkspaceState, options: EngineOptions) -> list[WorkerState]:
    # Documented: routing.md section 12; the Task goes to that Worker only
    target = workspace.workers.get(task.routing_target or "")
    if target is None:
        return []
    # Documented: routing.md section 3; IgnoreCapacity with a Worker as RoutingTarget
    able = task.ignore_capacity or has_room(target, task.task_channel_sid, workspace, options)
    return [target] if able else []


def _verdict(task: TaskState, rule: TargetRule, workspace: WorkspaceState) -> Verdict | None:
    """Return what is remembered of the expression of a target for tasks like *task*; None where nothing can be."""
    if rule.expression is None or rule.reads is None:
        return None
    key = values_at(rule.reads, task.attributes)
    return None if key is None else workspace.roster.verdicts.of(rule.expression, key)


def _matching(
    task: TaskState, rule: TargetRule, workspace: WorkspaceState, now: int, verdict: Verdict | None
) -> Callable[[WorkerState], bool] | None:
    """Return the expression of a target as a question about a worker, or None where there is none."""
    matches = rule.matches
    if matches is None:
        return None
    clock = clock_at(now) if verdict is None else None

    def ask(worker: WorkerState) -> bool:
        fields = worker_facts(worker, workspace, channels=rule.reads_channels)
        facts = Facts(worker=fields) if clock is None else Facts(worker=fields, clock=clock)
        return matches(worker.attributes, task.attributes, facts)

    def recall(worker: WorkerState) -> bool:
        assert verdict is not None, "otherwise everybody is asked"
        if not verdict.known >> worker.position & 1:
            verdict.note(worker.position, ask(worker))
        return bool(verdict.true >> worker.position & 1)

    return ask if verdict is None else recall


def idle_line(workspace: WorkspaceState, channel_sid: str, options: EngineOptions) -> IdleLine:
    """Return who has room on a channel, as it is now."""
    roster = workspace.roster
    line = roster.lines.get(channel_sid)
    if line is None:
        line = roster.lines[channel_sid] = IdleLine()
        roster.touch_all()
    changed = roster.changed
    if changed:
        for sid, each in roster.lines.items():
            # Documented: routing.md section 5; idle time per channel with channel_optimized_routing
            optimized = workspace.task_channels[sid].channel_optimized_routing
            for position, worker in changed.items():
                if has_room(worker, sid, workspace, options):
                    # Documented: routing.md section 5; longest idle first, final tie by creation [inferred]
                    channel = worker.channels[sid]
                    each.put((channel.idle_since if optimized else worker.idle_since, position, worker, channel))
                elif position in each.place_of:
                    each.take_out(position)
        changed.clear()
    return line


def known_worker(task: TaskState, rule: TargetRule, workspace: WorkspaceState) -> tuple[object, WorkerState | None]:
    """Return what *task* says about its known worker, and the worker of this workspace that it names."""
    wanted = task_value(task.attributes, rule.known_sid or rule.known_name or ())
    if not isinstance(wanted, str):
        return wanted, None
    if rule.known_sid is not None:
        return wanted, workspace.workers.get(wanted)
    return wanted, workspace.roster.named.get(wanted.casefold())


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
