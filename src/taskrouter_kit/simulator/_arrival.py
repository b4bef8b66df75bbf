"""How a task arrives that finds nobody: made and put in line, in one go.

Nearly all tasks that wait come so. What happens here is what ``_task_commands.py`` and ``_routing.py`` do one step
after the other, where no more than that can happen, and everything else is left to them: the rules and their sources
stand there. An engine that takes every step must come to the same world, events and traces; a test compares the two,
whatever is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskrouter_kit.expr._facts import NO_FACTS
from taskrouter_kit.simulator import _arrival_told as arrival_told
from taskrouter_kit.simulator import _task_commands as task_commands
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._changes import set_timer
from taskrouter_kit.simulator._commands import UNSET, CreateTask
from taskrouter_kit.simulator._lines import join_line
from taskrouter_kit.simulator._matching import idle_line
from taskrouter_kit.simulator._rules import TargetRule
from taskrouter_kit.simulator._scene import Scene
from taskrouter_kit.simulator._state import WorkflowState
from taskrouter_kit.simulator._task_state import TaskState
from taskrouter_kit.simulator._timers import TTL


def create_task(scene: Scene, command: CreateTask) -> TaskState:
    """Make a task, and let it wait if there is nobody for it."""
    workspace = scene.workspace
    workflow_sid = command.workflow_sid
    workflow = None if workflow_sid is UNSET else workspace.workflows.get(workflow_sid)
    if (
        workflow is None
        or command.routing_target is not UNSET
        or command.task_queue_sid is not UNSET
        or workspace.event_callback_url
    ):
        return task_commands.create_task(scene, command)
    rules = workflow.rules
    # Not remembered by its text: mostly the caller's number is among the attributes.
    attributes = read_attributes(command.attributes)
    index = None if rules.reads_clock else rules.first(attributes, NO_FACTS)
    target = None if index is None else rules.plain_targets[index]
    if index is None or target is None or target.skip_if is not None:
        return task_commands.create_task(scene, command)
    channel_sid = command.task_channel_sid
    if channel_sid is UNSET or not channel_sid:
        channel_sid = workspace.default_channel_sid
    elif channel_sid not in workspace.task_channels:
        return task_commands.create_task(scene, command)
    if workspace.task_queues[target.queue_sid].bits & idle_line(workspace, channel_sid, scene.options).free:
        return task_commands.create_task(scene, command)
    return wait(scene, command, workflow, index, target, attributes, channel_sid)


def wait(
    scene: Scene,
    command: CreateTask,
    workflow: WorkflowState,
    index: int,
    target: TargetRule,
    attributes: Mapping[str, Any],  # Any: JSON
    channel_sid: str,
) -> TaskState:
    """Make the task of *command*, which waits in *target*, the first one of filter *index*: nobody there has room."""
    workspace = scene.workspace
    task = task_commands.new_task(scene, command, workflow.sid, channel_sid, attributes)
    own_priority = task.priority
    if target.priority is not None:
        task.priority = target.priority
    task.task_queue_sid, task.filter_index = target.queue_sid, index
    task.task_queue_entered_date = task.filter_entered = task.date_created
    set_timer(scene, TTL, task.lives_until, task.sid)
    join_line(workspace, task, scene.options)
    if scene.told or scene.traced:
        arrival_told.tell(scene, task, workspace.task_queues[target.queue_sid], workflow, target, own_priority)
    return task
