"""How a task goes through its workflow: filters, targets, timeouts."""

from __future__ import annotations

from typing import Any

from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.simulator import _matching as matching
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator._changes import arm, tell_task
from taskrouter_kit.simulator._events import filter_data, matched_data, target_data, task_told
from taskrouter_kit.simulator._lines import join_line, leave_line
from taskrouter_kit.simulator._offering import cancel, try_reserve
from taskrouter_kit.simulator._position import rules_of, target_of
from taskrouter_kit.simulator._rules import FilterRule, TargetRule, WorkflowRules, clock_at
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import WorkflowState
from taskrouter_kit.simulator._task_state import ROUTED, TaskState
from taskrouter_kit.simulator._timers import TARGET

# Observed: workflows.md section 5
WORKFLOW_TIMEOUT = "Task canceled on Workflow timeout"
TTL_EXCEEDED = "Task TTL Exceeded"


def enter_workflow(scene: Scene, task: TaskState, why: str = "") -> None:
    """Drive *task* through its workflow from the first filter; its age keeps counting. *why*, when it is again."""
    workflow = scene.workspace.workflows[task.workflow_sid or ""]
    task.skipped_filters = ()
    task.old_configuration = task.old_rules = None
    if scene.traced:
        trace.workflow_entered(scene, task, workflow.friendly_name, why)
    _first_filter(scene, task, workflow, workflow.rules, entered=True)


def _first_filter(
    scene: Scene,
    task: TaskState,
    workflow: WorkflowState,
    rules: WorkflowRules,
    *,
    entered: bool = False,
    left: FilterRule | None = None,
) -> None:
    """Put *task* into the first filter whose expression is true, else into the default filter, else cancel it.

    *entered* when it comes into the workflow; *left* is the filter that it was skipped out of.
    """
    facts = Facts(clock=clock_at(scene.now)) if rules.reads_clock else NO_FACTS
    if scene.traced or task.skipped_filters:
        index = _choose_filter(scene, task, rules, facts)
    else:
        index = rules.first(task.attributes, facts)
    if entered and scene.told:
        rule = None if index is None else rules.filter_at(index)
        _tell_filter(scene, "workflow.entered", task, workflow.friendly_name, rule)
    if index is not None:
        if task.filter_index != index:
            task.filter_index = index
            # Inferred: workflows.md section 5; deadlines count from the age at which the filter was entered
            task.filter_entered = scene.machine.now
        enter_target(scene, task, rules.default if index < 0 else rules.filters[index], 0)
        return
    # Inferred: workflows.md section 6; a task that nobody wants is created and canceled at once
    task.filter_index = None
    trace.nothing_matched(scene, task)
    if task.skipped_filters:
        # Inferred: workflows.md section 4; skipped out of the last step
        _tell_filter(scene, "workflow.skipped", task, workflow.friendly_name, left)
    if task.task_queue_sid is None:
        announce(scene, task)
    cancel(scene, task, WORKFLOW_TIMEOUT)


def _choose_filter(scene: Scene, task: TaskState, rules: WorkflowRules, facts: Facts) -> int | None:
    """Return what ``rules.first`` does, of the filters that *task* was not skipped out of; a trace hears of each."""
    # Documented: workflows.md section 3; the first filter that is true wins, like a switch
    for index, rule in enumerate(rules.filters):
        if index in task.skipped_filters:
            continue
        matched = rule.matches({}, task.attributes, facts)
        trace.filter_tried(scene, task, rule, index, facts, matched=matched)
        if matched:
            return index
    if rules.default is None or -1 in task.skipped_filters:
        return None
    trace.default_filter(scene, task)
    return -1


def enter_target(scene: Scene, task: TaskState, rule: FilterRule | None, index: int) -> None:
    """Put *task* into target *index* of *rule*, its filter: queue, priority, a worker at once, or the wait for one."""
    while True:
        task.target_index = index
        if rule is None or index >= len(rule.targets):
            _leave_last_target(scene, task, skipped=False)
            return
        target = rule.targets[index]
        deadline = None if target.timeout is None else _deadline(scene, task, rule, index)
        if deadline is not None and deadline <= scene.now and index + 1 < len(rule.targets):
            # Documented: workflows.md section 7; targets whose time has passed are passed at once
            trace.target_expired(scene, task, rule, index)
            index += 1
            continue
        is_new = task.task_queue_sid is None
        told = _enter_queue(scene, task, target)
        if is_new:
            announce(scene, task, told)
        if task.assignment_status != "pending":
            return
        if task.declined and task.evaluate_again is None:
            # Decided: who let a reservation end is asked last also when the task is evaluated again because of that end
            task.declined = ()
        task.reoffer_at, task.target_over = None, False
        if scene.told or scene.traced or not target.takes_all:
            _match(scene, task, rule, index, told)
        if deadline is not None and deadline <= scene.now:
            _leave_last_target(scene, task, skipped=False)
            return
        if try_reserve(scene, task, target):
            if deadline is not None or task.target_deadline is not None:
                _arm_target(scene, task, deadline)
            return
        if target.skip_if is not None and _skips(scene, task, target):
            # Documented: workflows.md section 4; true: go to the next target at once
            if index + 1 < len(rule.targets):
                index += 1
                continue
            _leave_last_target(scene, task, skipped=True)
            return
        if task.assignment_status == "pending":
            join_line(scene.workspace, task, scene.options)
        _arm_target(scene, task, deadline)
        return


def _match(scene: Scene, task: TaskState, rule: FilterRule, index: int, told: tuple[Any, ...] | None) -> None:
    """Tell of the target that *task* is in now, and look at what it says of a known worker."""
    target = rule.targets[index]
    path = target.known_sid if target.known_sid is not None else target.known_name
    known = None if path is None else _known(scene, task, target, path)
    if scene.told:
        told = told or task_told(task, scene.workspace, scene.machine.now)
        scene.emit("workflow.target-matched", task.sid, rule.name, matched_data, (rule, target, known, told))
    if scene.traced:
        trace.target_entered(scene, task, rule, target, index)


def _tell_filter(scene: Scene, event_type: str, task: TaskState, name: str, rule: FilterRule | None) -> None:
    """Let an event tell of *task* and of *rule*, its filter in the workflow *name*; the last target, if it left it."""
    if scene.told:
        left = rule if event_type != "workflow.entered" else None
        told = task_told(task, scene.workspace, scene.machine.now)
        scene.emit(event_type, task.sid, name, filter_data, (rule, None if left is None else left.targets[-1], told))


def _known(scene: Scene, task: TaskState, target: TargetRule, path: tuple[str | int, ...]) -> str:
    """Return what events say of the known worker; note in the debugger what is wrong with it."""
    value, known = matching.known_worker(task, target, scene.workspace)
    # Documented: workflows.md section 9; debugger entries, not API errors; null is silent, absence is not
    if known is not None:
        if target.queue_sid not in known.queues:
            _debug(scene, task, 40152, "The known worker is not in the queue of the target")
        return known.sid
    if any(value in each.workers for each in scene.world.workspaces.values() if isinstance(value, str)):
        _debug(scene, task, 40155, "The known worker is in another workspace")
    elif value is not None or not matching.has_value(task.attributes, path):
        _debug(scene, task, 40154, "The known worker is missing, invalid or unknown")
    return value if isinstance(value, str) else ""


def _debug(scene: Scene, task: TaskState, code: int, message: str) -> None:
    scene.debug(code, message, task.sid)
    trace.debugged(scene, task, code, message)


def _deadline(scene: Scene, task: TaskState, rule: FilterRule, index: int) -> int:
    """Return when *task* leaves target *index*, which has a timeout."""
    # Documented: workflows.md section 5; target timeouts are cumulative
    total = sum(target.timeout or 0 for target in rule.targets[: index + 1])
    since = task.filter_entered if scene.options.target_times_from == "filter" else task.date_created
    return since + total * 1000


def _arm_target(scene: Scene, task: TaskState, deadline: int | None) -> None:
    if task.assignment_status not in ROUTED:
        return
    before, task.target_deadline = task.target_deadline, deadline
    if deadline is not None and deadline != before:
        arm(scene, TARGET, deadline, task.sid)


def _enter_queue(scene: Scene, task: TaskState, target: TargetRule) -> tuple[Any, ...] | None:  # Any: texts, numbers
    """Move *task* into the target's queue and give it the target's priority; it stands in no line there yet.

    Return what an event has noted of the task in its new queue, if one has.
    """
    workspace, before, told = scene.workspace, task.task_queue_sid, None
    if task.waits_in is not None:
        leave_line(workspace, task)
    if target.priority is not None:
        # Documented: workflows.md section 8; a target's priority overrides the task's own
        task.priority = target.priority
    if before != target.queue_sid:
        task.task_queue_sid = target.queue_sid
        task.task_queue_entered_date = scene.machine.now
        if before is not None:
            task.version += 1
        if scene.told:
            event = "task-queue.entered" if before is None else "task-queue.moved"
            name = workspace.task_queues[target.queue_sid].friendly_name
            previous = workspace.task_queues.get(before or "")
            told = task_told(task, workspace, scene.machine.now)
            came_from = None if previous is None else (previous.sid, previous.friendly_name)
            scene.emit(event, task.sid, name, target_data, (target.expression, came_from, told))
        if scene.traced:
            trace.queue_entered(scene, task, workspace.task_queues[target.queue_sid])
    return told


def announce(scene: Scene, task: TaskState, told: tuple[Any, ...] | None = None) -> None:  # Any: texts and numbers
    """Tell of a new task; *told* is what another event of this moment has noted of it."""
    # Observed: callbacks.md section 4.5; task.created comes third, after the queue was entered
    tell_task(scene, "task.created", task, told=told)


def _skips(scene: Scene, task: TaskState, target: TargetRule) -> bool:
    queue = scene.workspace.task_queues[target.queue_sid]
    # Documented: workflows.md section 4; once, on entering, and only when nobody could be reserved
    counters = matching.queue_counters(queue, scene.workspace)
    skips = target.skip_if is not None and target.skip_if({}, {}, Facts(queue=counters))
    trace.skip_tried(scene, task, target, queue, counters, skips=skips)
    return skips


def _leave_last_target(scene: Scene, task: TaskState, *, skipped: bool) -> None:
    """End the filter of *task*: a timeout cancels it, a skip tries the filters that follow."""
    workflow = scene.workspace.workflows.get(task.workflow_sid or "")
    rules = rules_of(scene.workspace, task)
    if skipped and workflow is not None and rules is not None and task.filter_index is not None:
        # Inferred: workflows.md section 4; later filters, then the default filter, then workflow.skipped
        last = task.filter_index < 0 or scene.options.skipped_out == "cancel"
        task.skipped_filters += tuple(range(len(rules.filters) if last else task.filter_index + 1))
        if last:
            task.skipped_filters += (-1,)
        rule, task.filter_index = rules.filter_at(task.filter_index), None
        _first_filter(scene, task, workflow, rules, left=rule)
        return
    if workflow is not None and rules is not None and _goes_to_next_filter(scene, task, workflow, rules):
        return
    # Documented: workflows.md section 5; the timeout of the last target cancels, the default filter is not used
    name = "" if workflow is None else workflow.friendly_name
    index = task.filter_index
    rule = None if rules is None or index is None else rules.filter_at(index)
    _tell_filter(scene, "workflow.timeout", task, name, rule)
    trace.workflow_timed_out(scene, task, rules)
    cancel(scene, task, WORKFLOW_TIMEOUT)


def _goes_to_next_filter(scene: Scene, task: TaskState, workflow: WorkflowState, rules: WorkflowRules) -> bool:
    """Put *task*, whose last target timed out, into the next filter that is true for it, if that is asked for."""
    index = task.filter_index
    if scene.options.last_timeout != "next-filter" or index is None or index < 0:
        return False
    facts = Facts(clock=clock_at(scene.now))
    later = range(index + 1, len(rules.filters))
    if not any(rules.filters[each].matches({}, task.attributes, facts) for each in later):
        return False
    task.skipped_filters += tuple(range(index + 1))
    _first_filter(scene, task, workflow, rules)
    return True


def target_timed_out(scene: Scene, task: TaskState) -> None:
    """Move *task* on because its time in the target is over; a pending reservation runs to its end first."""
    # A timer fires once, also where two were armed for one moment.
    task.target_deadline, task.target_over = None, True
    found = target_of(scene.workspace, task)
    if task.assignment_status == "reserved" and scene.options.timeout_while_reserved == "cancel":
        from taskrouter_kit.simulator._lifecycle import cancel_reservation

        for sid in task.pending_reservations:
            # The last one sends the task on, because its target's time is over.
            cancel_reservation(scene, scene.workspace.reservations[sid], "the time of its target is over")
        return
    if task.assignment_status != "pending" or found is None:
        # Inferred: workflows.md section 5; a pending Reservation runs to its end, then the task moves on
        return
    task.target_over = False
    queue = scene.workspace.task_queues[found[1].queue_sid]
    if scene.told:
        told = task_told(task, scene.workspace, scene.now)
        scene.emit("task-queue.timeout", task.sid, queue.friendly_name, target_data, (found[1].expression, None, told))
    trace.target_timed_out(scene, task, found[0])
    if task.target_index + 1 < len(found[0].targets):
        enter_target(scene, task, found[0], task.target_index + 1)
    else:
        _leave_last_target(scene, task, skipped=False)


def goes_on(scene: Scene, task: TaskState) -> bool:
    """Put *task* into the next target of its filter, if there is one and it has a timeout to leave this one by."""
    found = target_of(scene.workspace, task)
    if found is None or found[1].timeout is None or task.target_index + 1 >= len(found[0].targets):
        return False
    enter_target(scene, task, found[0], task.target_index + 1)
    return True
