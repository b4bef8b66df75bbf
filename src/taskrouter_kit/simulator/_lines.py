"""The lines in which pending tasks wait: one for each queue and channel, and whose turn it is among several."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterator
from operator import attrgetter

from taskrouter_kit.simulator._options import EngineOptions
from taskrouter_kit.simulator._state import TaskQueueState, WorkerState, WorkspaceState
from taskrouter_kit.simulator._task_state import TaskState

_line_key = attrgetter("line_key")


def place_in_line(task: TaskState, queue: TaskQueueState, options: EngineOptions) -> tuple[int, int, int]:
    """Return the key by which *task* stands in the line of *queue*, smallest first."""
    if queue.task_order == "LIFO":
        # Documented: routing.md section 6; newest first, priority ignored
        # Inferred: routing.md section 6; newest by virtual_start_time
        newest = task.virtual_start_time if options.lifo_by_virtual_start_time else task.date_created
        return (0, -newest, -task.number)
    # Documented: routing.md section 6; priority descending, then virtual_start_time ascending
    return (-task.priority, task.virtual_start_time, task.number)


def join_line(workspace: WorkspaceState, task: TaskState, options: EngineOptions) -> None:
    """Let *task* wait in its queue."""
    queue = workspace.task_queues.get(task.task_queue_sid or "")
    if queue is None or task.waits_in is not None:
        return
    task.line_key = key = place_in_line(task, queue, options)
    line = queue.lines.get(task.task_channel_sid)
    if line is None:
        line = queue.lines[task.task_channel_sid] = []
    if not line or line[-1].line_key < key:
        line.append(task)  # nearly always: new tasks come last in a FIFO queue
    else:
        insort(line, task, key=_line_key)
    task.waits_in = queue
    workspace.waited_in.add(queue.sid)
    if task.routing_target is not None and task.routing_target.startswith("WK"):
        workspace.meant_for.setdefault(task.routing_target, {})[task.sid] = task


def leave_line(workspace: WorkspaceState, task: TaskState) -> None:
    """Let *task* wait no longer."""
    queue = task.waits_in
    if queue is not None:
        task.waits_in = None
        line = queue.lines[task.task_channel_sid]
        # The key ends in the task's own number, so that the place is the task's.
        del line[bisect_left(line, task.line_key, key=_line_key)]
        if not line and not any(queue.lines.values()):
            workspace.waited_in.discard(queue.sid)
        if task.routing_target is not None and task.routing_target.startswith("WK"):
            meant = workspace.meant_for[task.routing_target]
            del meant[task.sid]
            if not meant:
                del workspace.meant_for[task.routing_target]


def tasks_for(
    workspace: WorkspaceState,
    worker: WorkerState,
    has_room: Callable[[str], bool],
    elsewhere: Collection[str] = (),
) -> Iterator[TaskState]:
    """Yield the tasks that wait for a worker like *worker*, first in line first, while it has room on their channel.

    Its queues are looked at, and those *elsewhere*, which do not accept it.
    The lines may change meanwhile: what left them is not yielded, what joined further back is.
    """
    first = workspace.prioritize_queue_order
    # Documented: routing.md section 6; prioritize_queue_order decides which kind of queue is served first
    lines = [
        _along(line, queue.task_order != first, channel_sid, has_room)
        for queue in map(workspace.task_queues.__getitem__, (*worker.queues, *elsewhere))
        for channel_sid, line in queue.lines.items()
        if line and has_room(channel_sid)
    ]
    if len(lines) == 1:
        yield from (task for _, task in lines[0])
        return
    for _, task in heapq.merge(*lines):
        if task.waits_in is not None and has_room(task.task_channel_sid):
            yield task


#: Whether its queue is served after others, and its place in its own line: different for any two tasks.
_Turn = tuple[bool, tuple[int, int, int]]


def _along(
    line: list[TaskState], later: bool, channel_sid: str, has_room: Callable[[str], bool]
) -> Iterator[tuple[_Turn, TaskState]]:
    index = 0
    while index < len(line) and has_room(channel_sid):
        task = line[index]
        turn = task.line_key
        yield (later, turn), task
        # Nobody may have left the line before this task, or somebody may, the task itself first of all.
        index = index + 1 if index < len(line) and line[index] is task else bisect_right(line, turn, key=_line_key)
