"""Which queue accepts which worker, kept up to date by what changes, never by scanning everything."""

from __future__ import annotations

from typing import Final

from taskrouter_kit.expr._facts import NO_FACTS, Facts
from taskrouter_kit.simulator._configuration import fields_read
from taskrouter_kit.simulator._matching import worker_facts
from taskrouter_kit.simulator._state import TaskQueueState, WorkerState, WorkspaceState

#: Fields of a worker that change with its activity.
_OF_ACTIVITY: Final = frozenset({"activity_sid", "activity_name", "available"})


def accepts(queue: TaskQueueState, worker: WorkerState, facts: Facts) -> bool:
    """Return whether the expression of *queue* is true for *worker*, in whatever activity it is."""
    return queue.rule is not None and queue.rule(worker.attributes, {}, facts)


def queue_facts(worker: WorkerState, workspace: WorkspaceState) -> Facts:
    """Return the fields of *worker* that the expression of a queue can read."""
    # Inferred: expressions.md section 7; a queue reads the Worker's own fields, not its channels
    return Facts(worker=worker_facts(worker, workspace, channels=False))


def recount_queue(workspace: WorkspaceState, queue: TaskQueueState) -> None:
    """Ask every worker whether *queue* accepts it; its expression is new."""
    read = fields_read(queue.target_workers)
    workspace.read_activity.pop(queue.sid, None)
    if not _OF_ACTIVITY.isdisjoint(read):
        workspace.read_activity[queue.sid] = queue
    for worker in queue.accepted.values():
        worker.queues.discard(queue.sid)
    queue.accepted, queue.in_order = {}, True
    if queue.rule is not None:
        for worker in workspace.workers.values():
            if queue.rule(worker.attributes, {}, queue_facts(worker, workspace) if read else NO_FACTS):
                queue.accepted[worker.sid] = worker
                worker.queues.add(queue.sid)
    _count_bits(queue, len(workspace.roster.workers))


def _count_bits(queue: TaskQueueState, positions: int) -> None:
    """Note whom *queue* accepts of the workers at so many *positions*."""
    bits, queue.by_position = bytearray(positions // 8 + 1), bytearray(positions)
    for worker in queue.accepted.values():
        queue.by_position[worker.position] = 1
        bits[worker.position >> 3] |= 1 << (worker.position & 7)
    queue.bits = int.from_bytes(bits, "little")


def recount_worker(workspace: WorkspaceState, worker: WorkerState) -> None:
    """Ask every queue whether it accepts *worker*; its attributes or fields are new."""
    workspace.roster.verdicts.forget(worker.position)
    facts = queue_facts(worker, workspace)
    for queue in workspace.task_queues.values():
        _put(queue, worker, accepts(queue, worker, facts))


def recount_activity(workspace: WorkspaceState, worker: WorkerState) -> None:
    """Ask the queues that read a worker's activity whether they accept *worker*, who has another one."""
    if workspace.read_activity:
        # Inferred: expressions.md section 7; queue membership changes with every activity change
        facts = queue_facts(worker, workspace)
        for queue in workspace.read_activity.values():
            _put(queue, worker, accepts(queue, worker, facts))


def forget_worker(workspace: WorkspaceState, worker: WorkerState) -> None:
    """Take *worker* out of every queue and out of the roster."""
    for sid in tuple(worker.queues):
        _put(workspace.task_queues[sid], worker, False)
    roster = workspace.roster
    roster.remove(worker)
    if roster.sparse:
        roster.close_ranks()
        for queue in workspace.task_queues.values():
            _count_bits(queue, len(roster.workers))


def _put(queue: TaskQueueState, worker: WorkerState, member: bool) -> None:
    position, by_position = worker.position, queue.by_position
    if position >= len(by_position):
        by_position.extend(bytes(position + 1 - len(by_position)))
    if member == (queue.sid in worker.queues):
        return
    queue.bits ^= 1 << position
    by_position[position] = member
    if member:
        # Workers keep the order of their creation, whatever happened: a loaded world walks them alike.
        queue.in_order = queue.in_order and (queue.bits.bit_length() == position + 1)
        queue.accepted[worker.sid] = worker
        worker.queues.add(queue.sid)
    else:
        del queue.accepted[worker.sid]
        worker.queues.discard(queue.sid)
