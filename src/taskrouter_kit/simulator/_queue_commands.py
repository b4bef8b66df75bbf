"""Creating, changing and deleting task queues and workflows."""

from __future__ import annotations

from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _membership as membership
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator import _routing as routing
from taskrouter_kit.simulator._commands import UNSET
from taskrouter_kit.simulator._configuration import compile_configuration, compile_target_workers
from taskrouter_kit.simulator._events import queue_data, workflow_data
from taskrouter_kit.simulator._lines import join_line, leave_line
from taskrouter_kit.simulator._refusals import no_such, refused
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import TaskQueueState, WorkflowState
from taskrouter_kit.simulator._task_state import LIVE, ROUTED

# Documented: limits-errors-gotchas.md section 2
_MOST_QUEUES = 5_000


def create_task_queue(scene: Scene, command: commands.CreateTaskQueue) -> TaskQueueState:
    """Make a task queue."""
    workspace = scene.workspace
    if len(workspace.task_queues) >= _MOST_QUEUES:
        raise refused(f"A workspace cannot have more than {_MOST_QUEUES} task queues")
    # Documented: resources.md section 7; defaults 1==1, 1 and FIFO
    target_workers = "1==1" if command.target_workers is UNSET else command.target_workers
    rule = compile_target_workers(target_workers, scene.options.semantics)
    _check_queue_activities(scene, command)
    queue = TaskQueueState(
        sid=scene.machine.sid("WQ"),
        friendly_name=command.friendly_name,
        target_workers=target_workers,
        max_reserved_workers=command.max_reserved_workers or 1,
        task_order=command.task_order or "FIFO",
        reservation_activity_sid=command.reservation_activity_sid or None,
        assignment_activity_sid=command.assignment_activity_sid or None,
        date_created=scene.now,
        date_updated=scene.now,
    )
    queue.rule = rule
    workspace.task_queues[queue.sid] = queue
    membership.recount_queue(workspace, queue)
    scene.emit("task-queue.created", queue.sid, queue.friendly_name, dict, (queue_data(queue),))
    return queue


def _check_queue_activities(scene: Scene, command: commands.CreateTaskQueue | commands.UpdateTaskQueue) -> None:
    for name, sid in (
        ("ReservationActivitySid", command.reservation_activity_sid),
        ("AssignmentActivitySid", command.assignment_activity_sid),
    ):
        if sid and sid not in scene.workspace.activities:
            raise no_such(name, sid, scene.workspace.sid)


def update_task_queue(scene: Scene, command: commands.UpdateTaskQueue) -> None:
    """Change a task queue; a new expression may let waiting tasks go at once."""
    workspace = scene.workspace
    queue = workspace.task_queues[command.task_queue_sid]
    _check_queue_activities(scene, command)
    changed = command.target_workers is not UNSET and command.target_workers != queue.target_workers
    if changed and command.target_workers is not UNSET:
        queue.rule = compile_target_workers(command.target_workers, scene.options.semantics)
        queue.target_workers = command.target_workers
    queue.friendly_name = command.friendly_name or queue.friendly_name
    queue.max_reserved_workers = command.max_reserved_workers or queue.max_reserved_workers
    if command.reservation_activity_sid is not UNSET:
        # Observed: resources.md section 7; an empty string clears
        queue.reservation_activity_sid = command.reservation_activity_sid or None
    if command.assignment_activity_sid is not UNSET:
        queue.assignment_activity_sid = command.assignment_activity_sid or None
    if command.task_order and command.task_order != queue.task_order:
        waiting = list(queue.waiting)
        for task in waiting:
            leave_line(workspace, task)
        queue.task_order = command.task_order
        for task in waiting:
            join_line(workspace, task, scene.options)
    queue.date_updated = scene.now
    if changed:
        # Documented: resources.md section 7; event task-queue.expression.updated
        membership.recount_queue(workspace, queue)
        scene.emit("task-queue.expression.updated", queue.sid, queue.friendly_name, dict, (queue_data(queue),))
        for worker in list(queue.members.values()):
            offering.serve(scene, worker)


def delete_task_queue(scene: Scene, command: commands.DeleteTaskQueue) -> None:
    """Remove a task queue that no workflow mentions and no live task is in."""
    workspace, sid = scene.workspace, command.task_queue_sid
    queue = workspace.task_queues[sid]
    users = [flow.friendly_name for flow in workspace.workflows.values() if sid in flow.rules.queue_sids]
    if users:
        # Observed: resources.md section 7; refused with code 20001 while a Workflow refers to it
        raise refused(f"TaskQueue {sid} cannot be deleted because it is used by the workflow {', '.join(users)}")
    if any(
        task.assignment_status in LIVE
        and (task.task_queue_sid == sid or (task.old_rules is not None and sid in task.old_rules.queue_sids))
        for task in workspace.tasks.values()
    ):
        # Inferred: resources.md section 7; with tasks inside, or on their way to it
        raise refused(f"TaskQueue {sid} cannot be deleted because it has tasks")
    del workspace.task_queues[sid]
    workspace.read_activity.pop(sid, None)
    for worker in workspace.workers.values():
        worker.queues.discard(sid)
    scene.emit("task-queue.deleted", sid, queue.friendly_name, dict, (queue_data(queue),))


def create_workflow(scene: Scene, command: commands.CreateWorkflow) -> WorkflowState:
    """Make a workflow."""
    workspace = scene.workspace
    rules = compile_configuration(command.configuration, workspace.task_queues, scene.options.semantics)
    workflow = WorkflowState(
        sid=scene.machine.sid("WW"),
        friendly_name=command.friendly_name,
        configuration=command.configuration,
        assignment_callback_url=command.assignment_callback_url or "",
        fallback_assignment_callback_url=command.fallback_assignment_callback_url or "",
        # Documented: resources.md section 8; default 120 s
        task_reservation_timeout=command.task_reservation_timeout or 120,
        date_created=scene.now,
        date_updated=scene.now,
    )
    workflow.rules = rules
    workspace.workflows[workflow.sid] = workflow
    scene.emit("workflow.created", workflow.sid, workflow.friendly_name, dict, (workflow_data(workflow),))
    return workflow


def update_workflow(scene: Scene, command: commands.UpdateWorkflow) -> None:
    """Change a workflow; waiting tasks go through it again only when asked to."""
    workspace = scene.workspace
    workflow = workspace.workflows[command.workflow_sid]
    if command.configuration is not UNSET:
        rules = compile_configuration(command.configuration, workspace.task_queues, scene.options.semantics)
        _leave_with_old_rules(scene, workflow)
        workflow.rules, workflow.configuration = rules, command.configuration
    workflow.friendly_name = command.friendly_name or workflow.friendly_name
    if command.assignment_callback_url is not UNSET:
        workflow.assignment_callback_url = command.assignment_callback_url
    if command.fallback_assignment_callback_url is not UNSET:
        workflow.fallback_assignment_callback_url = command.fallback_assignment_callback_url
    workflow.task_reservation_timeout = command.task_reservation_timeout or workflow.task_reservation_timeout
    workflow.date_updated = scene.now
    scene.emit("workflow.updated", workflow.sid, workflow.friendly_name, dict, (workflow_data(workflow),))
    if command.re_evaluate_tasks:
        # Documented: workflows.md section 7; pending Tasks go through the assignment loop again
        why = "its workflow was changed with ReEvaluateTasks"
        for task in [each for each in workspace.tasks.values() if each.workflow_sid == workflow.sid]:
            if task.routed_directly:
                continue
            if task.assignment_status == "pending":
                routing.enter_workflow(scene, task, why)
            elif task.assignment_status == "reserved":
                # Inferred: workflows.md section 7; reserved Tasks keep their Reservation
                task.evaluate_again = f"{why} while it was reserved"


def _leave_with_old_rules(scene: Scene, workflow: WorkflowState) -> None:
    """Let the tasks that are in *workflow* go on with the configuration that they entered."""
    for task in scene.workspace.tasks.values():
        routed = task.assignment_status in ROUTED and task.filter_index is not None
        if task.workflow_sid == workflow.sid and routed and task.old_rules is None:
            task.old_rules, task.old_configuration = workflow.rules, workflow.configuration


def delete_workflow(scene: Scene, command: commands.DeleteWorkflow) -> None:
    """Remove a workflow without live tasks."""
    workspace, sid = scene.workspace, command.workflow_sid
    workflow = workspace.workflows[sid]
    if any(task.workflow_sid == sid and task.assignment_status in LIVE for task in workspace.tasks.values()):
        # Inferred: resources.md section 8; with live Tasks
        raise refused(f"Workflow {sid} cannot be deleted because it has tasks")
    del workspace.workflows[sid]
    scene.emit("workflow.deleted", sid, workflow.friendly_name, dict, (workflow_data(workflow),))
