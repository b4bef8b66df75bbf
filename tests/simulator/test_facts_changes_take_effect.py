"""Changes of workers, channels, queues and workflows take effect at once (resources.md sections 4 to 8)."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, centre_with, to, when
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _queue_commands, _worker_commands, trace_of


def test_a_new_reservation_timeout() -> None:
    """Reservations last as long as their workflow said when they were made."""
    # Documented: resources.md section 8; TaskReservationTimeout
    centre = Centre()
    workflow = centre.workflow(default=centre.queue("All"), seconds=30)
    centre.worker("Ann"), centre.worker("Bob")
    first = centre.task()
    centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, task_reservation_timeout=10)
    second = centre.task()
    centre.wait(10)
    assert (centre.outcomes(first), centre.outcomes(second)) == ([("Ann", "pending")], [("Bob", "timeout")])
    centre.wait(20)
    assert centre.outcomes(first) == [("Ann", "timeout")]


def test_more_workers_at_once() -> None:
    """A task is offered to as many workers as its queue says when the task is offered."""
    # Documented: resources.md section 7; MaxReservedWorkers
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(default=queue)
    for name in ("Ann", "Bob", "Cid"):
        centre.worker(name)
    first = centre.task()
    centre.do(commands.UpdateTaskQueue, task_queue_sid=queue.sid, max_reserved_workers=2)
    assert (centre.offered(first), centre.offered(centre.task())) == (["Ann"], ["Bob", "Cid"])


@pytest.mark.parametrize("state", ["pending", "reserved", "assigned", "wrapping", "completed"])
def test_a_workflow_with_tasks(state: str) -> None:
    """A workflow is not deleted while a task of it lives, in whatever state."""
    # Inferred: resources.md section 8; delete with live Tasks: 400/20001
    centre = Centre()
    workflow = centre.workflow(default=centre.queue("All"))
    if state != "pending":
        centre.worker("Ann")
    task = centre.task()
    if state not in ("pending", "reserved"):
        centre.accept(task)
    if state in ("wrapping", "completed"):
        centre.end(task, state)
    assert task.assignment_status == state
    if state == "completed":
        centre.do(commands.DeleteWorkflow, workflow_sid=workflow.sid)
    else:
        assert centre.refusal(commands.DeleteWorkflow, workflow_sid=workflow.sid)[:2] == (400, 20001)


def test_wrapping_up_twice() -> None:
    """A task that wraps up already cannot begin to."""
    # Observed: resources.md section 9.1; wrap a Task that is not assigned
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task()
    centre.accept(task)
    centre.end(task, "wrapping")
    refusal = centre.refusal(commands.UpdateTask, task_sid=task.sid, assignment_status="wrapping")
    assert refusal[:2] == (400, 20001)
    assert refusal[2].endswith("because it's not currently assigned")


def test_who_is_new_has_just_begun_to_idle() -> None:
    """Somebody who is hired, or a channel that is made, is idle from then on: who idled longer is asked first."""
    # Inferred: routing.md section 5; a Worker never assigned sorts by when it became available
    for channel in (None, "letters"):
        centre = Centre()
        centre.workflow(default=centre.queue("All"))
        centre.wait(10)
        if channel:
            fields = {"friendly_name": "Letters", "unique_name": channel, "channel_optimized_routing": True}
            centre.do(commands.CreateTaskChannel, **fields)
        centre.worker("Ann")
        task = centre.task(channel=channel)
        centre.accept(task)
        centre.wait(5)
        centre.end(task)
        centre.wait(5)
        centre.worker("Bob")
        assert centre.offered(centre.task(channel=channel)) == ["Ann"]


def test_a_channel_that_is_made_later() -> None:
    """A task channel that is made later gives everybody a channel that has idled since then."""
    # Inferred: resources.md section 5; created with the TaskChannel
    centre = Centre()
    ann = centre.worker("Ann")
    centre.wait(10)
    made = centre.do(commands.CreateTaskChannel, friendly_name="Letters", unique_name="letters")
    assert (ann.channels[made.sid].idle_since, ann.channels[made.sid].configured_capacity) == (10_000, 1)


def test_optimized_from_now_on() -> None:
    """A channel that becomes optimized counts idle time of its own at once, and no longer when it is not."""
    # Documented: resources.md section 6; idle time counted per channel
    centre = centre_with(idle_restarts_when_work_ends=False)
    centre.workflow(default=centre.queue("All"))
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    for worker, other, channel in ((bob, ann, "chat"), (ann, bob, "voice")):
        centre.set_channel(other, channel, capacity=0)
        centre.wait(1)
        task = centre.task(channel=channel)
        assert centre.accept(task).worker_sid == worker.sid
        centre.end(task)
        centre.set_channel(other, channel, capacity=1)
    offered = []
    for optimized in (True, False, True):
        fields = {"task_channel_sid": centre.channel("chat"), "channel_optimized_routing": optimized}
        centre.do(commands.UpdateTaskChannel, **fields)
        task = centre.task(channel="chat")
        offered += centre.offered(task)
        centre.end(task, "canceled")
    assert offered == ["Ann", "Bob", "Ann"]


def test_a_channel_that_is_gone() -> None:
    """Work goes on after a task channel was deleted that tasks came through."""
    # Inferred: resources.md section 6; duplicates and built-ins are refused, others are deleted
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    made = centre.do(commands.CreateTaskChannel, friendly_name="Letters", unique_name="letters")
    ann = centre.worker("Ann")
    letter = centre.task(channel="letters")
    centre.end(letter, "canceled")
    centre.wait(300)
    centre.do(commands.DeleteTaskChannel, task_channel_sid=made.sid)
    assert made.sid not in ann.channels
    assert centre.offered(centre.task()) == ["Ann"]


def test_another_name() -> None:
    """A queue that reads the names of workers has other members when one gets another name."""
    # Documented: resources.md section 4; changing a Worker may move it in or out of queues at once
    centre = Centre()
    queue = centre.queue("Bob's", 'friendly_name == "Bob"')
    centre.workflow(default=queue)
    ann = centre.worker("Ann")
    task = centre.task()
    assert (centre.members(queue), centre.offered(task)) == ([], [])
    centre.do(commands.UpdateWorker, worker_sid=ann.sid, friendly_name="Bob")
    assert (centre.members(queue), centre.offered(task)) == (["Bob"], ["Bob"])


def test_reservations_of_who_left() -> None:
    """The reservations of a deleted worker are gone with it, and the tasks go on."""
    # Inferred: resources.md section 4; a Worker without open reservations can be deleted
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    centre.reject(task, ann)
    centre.do(commands.DeleteWorker, worker_sid=ann.sid)
    assert centre.outcomes(task) == [("Bob", "pending")]
    assert {each.worker_sid for each in centre.workspace.reservations.values()} == {bob.sid}
    centre.accept(task)
    assert task.assignment_status == "assigned"


def test_an_activity_from_elsewhere() -> None:
    """A worker is not moved into an activity of another workspace."""
    # Documented: resources.md section 4; must be of the same Workspace
    centre = Centre()
    other = Centre(engine=centre.engine)
    ann = centre.worker("Ann")
    fields = {"worker_sid": ann.sid, "activity_sid": other.activity("Available")}
    status, code, message = centre.refusal(commands.UpdateWorker, **fields)
    assert (status, code) == (400, 20001)
    assert "was not found for" in message
    assert centre.activity_of(ann) == "Available"


def test_how_many_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace has at most 5,000 queues and 15,000 workers."""
    # Documented: limits-errors-gotchas.md section 2; TaskQueues, Workers per Workspace
    assert (_queue_commands._MOST_QUEUES, _worker_commands._MOST_WORKERS) == (5_000, 15_000)
    monkeypatch.setattr(_queue_commands, "_MOST_QUEUES", 2)
    monkeypatch.setattr(_worker_commands, "_MOST_WORKERS", 2)
    centre = Centre()
    for number in range(2):
        centre.queue(f"Q{number}"), centre.worker(f"W{number}")
    for kind in (commands.CreateTaskQueue, commands.CreateWorker):
        status, code, message = centre.refusal(kind, friendly_name="One more")
        assert (status, code) == (400, 20001)
        assert "cannot have more than 2" in message


def test_a_workflow_that_is_not_there() -> None:
    """A task of a workflow that the workspace does not have is refused."""
    # Observed: resources.md section 1.4; "… was not found for"
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    status, code, message = centre.refusal(commands.CreateTask, workflow_sid="WW" + "0" * 32)
    assert (status, code) == (400, 20001)
    assert message.startswith("WorkflowSid WW")


def test_why_a_task_that_minds_nothing_waits() -> None:
    """A task for a worker that ignores capacity waits for no activity, only for the pause after a refusal."""
    # Documented: routing.md section 12; Activity and capacity are not considered
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann", "Offline")
    task = centre.task(routing_target=ann.sid)
    centre.reject(task)
    last = trace_of(centre.workspace, task.sid)[-1]
    assert (last.what, [each["reason"] for each in last.data["refusals"]]) == ("nobody", ["declined"])


def test_why_nobody_is_in_a_queue_without_an_expression() -> None:
    """Where a queue has no expression the trace says that, and not that an expression was false."""
    # Documented: resources.md section 7; empty string accepted: Tasks just wait
    centre = Centre()
    centre.workflow(default=centre.queue("Nobody", ""))
    centre.worker("Ann")
    last = trace_of(centre.workspace, centre.task().sid)[-1]
    assert last.why == "Ann is not in the queue Nobody, which has no expression"


def test_events_are_kept_for_a_month() -> None:
    """Events of the last 30 days are kept, older ones are not."""
    # Documented: resources.md section 11; kept 30 days
    centre = Centre()
    centre.worker("Ann")
    first = centre.workspace.events[0]
    centre.wait(30 * 86_400)
    bob = centre.worker("Bob")
    assert centre.workspace.events[0] is first
    centre.wait(0.001)
    centre.describe(bob, level=1)
    assert first not in centre.workspace.events


def test_the_other_kind_of_queue_first() -> None:
    """Which kind of queue is served first can be changed."""
    # Documented: resources.md section 2; PrioritizeQueueOrder
    for order, first in (("LIFO", 1), ("FIFO", 0)):
        centre = Centre(prioritize_queue_order="FIFO" if order == "LIFO" else "LIFO")
        fifo, lifo = centre.queue("First"), centre.queue("Last", task_order="LIFO")
        centre.workflow(when("last == true", to(lifo)), default=fifo)
        tasks = [centre.task(last=False), centre.task(last=True)]
        centre.do(commands.UpdateWorkspace, prioritize_queue_order=order)
        centre.worker("Ann")
        assert [bool(centre.offered(task)) for task in tasks] == [first == 0, first == 1]


def test_a_large_team_that_shrinks() -> None:
    """When most of a team has left, the others are found as before: each once, and those who match."""
    # Documented: routing.md section 3; member of the queue, target expression true
    centre = Centre()
    queue = centre.queue("All", max_reserved_workers=50)
    centre.workflow(when("level > 0", to(queue, expression="worker.level > task.level")), default=queue)
    team = [centre.worker(f"W{number}", level=1 if number < 110 else 5) for number in range(130)]
    for fields in ({"level": 3}, {}):
        centre.end(centre.task(**fields), "canceled")
    for worker in team[:110]:
        centre.do(commands.DeleteWorker, worker_sid=worker.sid)
    matching = [f"W{number}" for number in range(110, 130)]
    for fields in ({"level": 3}, {}):
        task = centre.task(**fields)
        assert sorted(centre.offered(task)) == matching
        centre.end(task, "canceled")
    centre.describe(team[110], level=1)
    assert sorted(centre.offered(centre.task(level=3))) == matching[1:]


def test_a_renamed_activity() -> None:
    """A queue that reads the name of an activity has other members when the activity is renamed, and they get work."""
    # Inferred: expressions.md section 7; queue membership changes with every activity change
    centre = Centre()
    by_name, ready = (
        centre.queue("Named", "activity_name == 'Available'"),
        centre.queue("R", "activity_name == 'Ready'"),
    )
    centre.workflow(when("kind == 'new'", to(ready)), default=by_name)
    centre.worker("Ann")
    task = centre.task(kind="new")
    assert (centre.members(by_name), centre.members(ready), centre.offered(task)) == (["Ann"], [], [])
    centre.do(commands.UpdateActivity, activity_sid=centre.activity("Available"), friendly_name="Ready")
    assert (centre.members(by_name), centre.members(ready), centre.offered(task)) == ([], ["Ann"], ["Ann"])


def test_a_target_that_reads_a_renamed_activity() -> None:
    """A waiting task goes to a worker whom its target takes since the worker's activity has another name."""
    # Inferred: expressions.md section 7; worker.activity_name in a target
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, expression="worker.activity_name == 'Ready'")))
    centre.worker("Ann")
    task = centre.task()
    assert centre.offered(task) == []
    centre.do(commands.UpdateActivity, activity_sid=centre.activity("Available"), friendly_name="Ready")
    assert centre.offered(task) == ["Ann"]


def test_a_workspace_that_becomes_single_tasking() -> None:
    """Whoever has a task gets no second one once the workspace is single-tasking."""
    # Documented: routing.md section 3; single-tasking: no other Task or Reservation
    centre = centre_with(multitasking_is_final=False)
    centre.engine.execute(commands.CreateWorkspace(friendly_name="Other", multi_task_enabled=False))
    centre.workflow(default=centre.queue("All"))
    centre.set_channel(centre.worker("Ann"), "default", capacity=3)
    first, second = centre.task(), centre.task()
    centre.do(commands.UpdateWorkspace, multi_task_enabled=False)
    third = centre.task()
    assert [centre.offered(each) for each in (first, second, third)] == [["Ann"], ["Ann"], []]
