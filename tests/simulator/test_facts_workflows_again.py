"""Going through the workflow again, priorities and known workers: workflows.md sections 7 to 9."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.centre import Centre, configuration, to, when
from taskrouter_kit.simulator import TaskState
from taskrouter_kit.simulator import _commands as commands


def test_a_changed_workflow_leaves_its_tasks_alone() -> None:
    """Without ReEvaluateTasks, tasks that are in the workflow keep their place."""
    # Documented: workflows.md section 7; default false: they keep going with what they had
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    workflow = centre.workflow(default=first)
    task = centre.task()
    centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, configuration=configuration(default=second))
    assert [centre.where(task), centre.where(centre.task())] == ["First", "Second"]


def test_a_task_keeps_the_targets_it_had() -> None:
    """Its later targets, too, are those of the configuration it entered, until it is evaluated again."""
    # Documented: workflows.md section 7; Tasks already in the Workflow keep going with what they had
    centre = Centre()
    queues = [centre.queue(name) for name in ("One", "Two", "Three")]
    workflow = centre.workflow(when("1==1", to(queues[0], timeout=10), to(queues[1])))
    task = centre.task()
    text = configuration(when("1==1", to(queues[2])))
    centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, configuration=text)
    assert centre.where(task) == "One"
    centre.wait(10)
    assert centre.where(task) == "Two"
    assert centre.where(centre.task()) == "Three"


def test_re_evaluate_tasks() -> None:
    """With ReEvaluateTasks waiting tasks go through the workflow again; a reserved one keeps its reservation."""
    # Documented: workflows.md section 7; pending Tasks go through the assignment loop again
    # Inferred: workflows.md section 7; reserved Tasks keep their Reservation
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    workflow = centre.workflow(default=first)
    centre.worker("Ann")
    reserved, waiting = centre.task(), centre.task()
    centre.do(
        commands.UpdateWorkflow,
        workflow_sid=workflow.sid,
        configuration=configuration(default=second),
        re_evaluate_tasks=True,
    )
    assert (centre.where(reserved), centre.offered(reserved)) == ("First", ["Ann"])
    assert centre.where(waiting) == "Second"
    assert centre.count("workflow.entered", waiting) == 2


def test_new_attributes_of_a_pending_task() -> None:
    """New attributes drive a pending task through the workflow again; its age and time to live go on."""
    # Documented: workflows.md section 7; age and TTL unchanged, queue and priority may change
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("kind == 1", to(first)), when("kind == 2", to(second, priority=8)))
    task = centre.task(kind=1, timeout=100)
    centre.wait(60)
    centre.update(task, attributes={"kind": 2})
    assert (centre.where(task), task.priority) == ("Second", 8)
    assert [each.data["TaskAge"] for each in centre.events(task)][-1] == "60"
    centre.wait(40)
    assert task.reason == "Task TTL Exceeded"


def test_new_attributes_of_a_reserved_task() -> None:
    """A reserved task whose attributes change keeps its reservation."""
    # Observed: workflows.md section 7; Reservation kept
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("kind == 1", to(first)), default=second)
    centre.worker("Ann")
    task = centre.task(kind=1)
    centre.update(task, attributes={"kind": 2})
    assert (centre.where(task), centre.offered(task), task.attributes) == ("First", ["Ann"], {"kind": 2})


def test_a_worker_who_changes_gets_a_task_at_once() -> None:
    """New attributes, a new activity and more capacity each let a waiting task be reserved at once."""
    # Observed: workflows.md section 7; instant reservation when a Worker became available
    centre = Centre()
    centre.workflow(default=centre.queue("Spanish", 'skills HAS "es"'))
    ann, bob = centre.worker("Ann", skills=[]), centre.worker("Bob", "Offline", skills=["es"])
    cid = centre.worker("Cid", "Offline", skills=["es"])
    centre.set_channel(cid, "default", capacity=0)
    centre.move(cid, "Available")
    tasks = [centre.task() for _ in range(3)]
    assert [centre.offered(task) for task in tasks] == [[], [], []]
    centre.describe(ann, skills=["es"])
    centre.move(bob, "Available")
    centre.set_channel(cid, "default", capacity=1)
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Bob"], ["Cid"]]


def test_a_changed_queue() -> None:
    """A queue with a new expression has new members, tells of it, and its waiting tasks are offered at once."""
    # Documented: workflows.md section 7; event task-queue.expression.updated
    centre = Centre()
    queue = centre.queue("Spanish", 'skills HAS "es"')
    centre.workflow(default=queue)
    centre.worker("Ann", skills=["en"])
    task = centre.task()
    centre.do(commands.UpdateTaskQueue, task_queue_sid=queue.sid, target_workers='skills HAS "en"')
    assert centre.count("task-queue.expression.updated") == 1
    assert (centre.members(queue), centre.offered(task)) == (["Ann"], ["Ann"])
    centre.do(commands.UpdateTaskQueue, task_queue_sid=queue.sid, friendly_name="English")
    assert centre.count("task-queue.expression.updated") == 1


def test_a_task_that_is_evaluated_again_is_no_younger() -> None:
    """A task that goes through its workflow again passes targets whose time is over."""
    # Documented: workflows.md section 7; age keeps counting, early targets may already be expired
    centre = Centre()
    queues = [centre.queue(name) for name in ("One", "Two", "Three")]
    targets = (to(queues[0], timeout=10), to(queues[1], timeout=10), to(queues[2], timeout=10))
    workflow = centre.workflow(when("1==1", *targets))
    task = centre.task()
    centre.wait(15)
    centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, re_evaluate_tasks=True)
    assert centre.where(task) == "Two"
    centre.wait(5)
    assert centre.where(task) == "Three"


# Priority


def test_priorities() -> None:
    """A target's priority wins over the one given at creation; without both it is 0."""
    # Documented: workflows.md section 8; target's > given at creation > 0
    # Observed: workflows.md section 8; a live test found the same
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("kind == 1", to(queue, priority=7)), default=queue)
    tasks = [centre.task(kind=1, priority=9), centre.task(kind=2, priority=9), centre.task(kind=2)]
    assert [task.priority for task in tasks] == [7, 9, 0]


def test_the_range_of_priorities() -> None:
    """Priorities reach up to 2147483647; a higher one is served first."""
    # Documented: workflows.md section 8; 0 … 2^31-1, higher first
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(default=queue)
    low, high, middle = (centre.task(priority=each) for each in (0, 2**31 - 1, 5))
    assert [task.sid for task in queue.waiting] == [high.sid, middle.sid, low.sid]


def test_a_priority_among_the_attributes_is_no_priority() -> None:
    """An attribute called priority has no effect, unless a filter tests it."""
    # Documented: workflows.md section 8; no effect unless a filter tests it
    centre = Centre()
    queue, urgent = centre.queue("All"), centre.queue("Urgent")
    centre.workflow(when("priority > 100", to(urgent)), default=queue)
    attributes: Any = '{"priority": 50}'
    task: TaskState = centre.do(commands.CreateTask, attributes=attributes)
    assert (task.priority, centre.where(task)) == (0, "All")
    other: TaskState = centre.do(commands.CreateTask, attributes='{"priority": 101}')
    assert (other.priority, centre.where(other)) == (0, "Urgent")


def test_a_last_in_first_out_queue_ignores_priority() -> None:
    """In a LIFO queue the newest task is first, whatever its priority."""
    # Documented: workflows.md section 8; ignored in LIFO queues
    centre = Centre()
    queue = centre.queue("Last", task_order="LIFO")
    centre.workflow(default=queue)
    tasks = []
    for priority in (9, 1, 5):
        tasks.append(centre.task(priority=priority))
        centre.wait(1)
    assert [task.sid for task in queue.waiting] == [task.sid for task in reversed(tasks)]


# Known workers


def known(field: str, **fields: Any) -> Centre:
    """Return a centre whose tasks are for the worker that their ``agent`` names."""
    centre = Centre()
    target = to(centre.queue("Team", "team == 1"), **{field: "task.agent"}, **fields)
    centre.workflow(when("1==1", target, to(centre.queue("Everybody"))))
    return centre


def test_a_known_worker_is_the_only_one_asked() -> None:
    """A task is offered to its known worker only, whom each task names for itself."""
    # Documented: workflows.md section 9; a path into the Task, resolved per Task; offered only to that Worker
    centre = known("known_worker_sid")
    centre.worker("Ann", team=1)
    bob = centre.worker("Bob", team=1)
    assert [centre.offered(centre.task(agent=bob.sid)) for _ in range(2)] == [["Bob"], []]


def test_a_known_worker_by_name() -> None:
    """The worker may be named by its friendly name."""
    # Documented: workflows.md section 9; known_worker_friendly_name
    centre = known("known_worker_friendly_name")
    centre.worker("Ann", team=1), centre.worker("Bob", team=1)
    assert centre.offered(centre.task(agent="Bob")) == ["Bob"]


@pytest.mark.parametrize("agent", [None, "WK" + "0" * 32, "", "null", 5])
def test_an_unknown_known_worker_holds_the_task(agent: object) -> None:
    """Whatever the value, the task stays in the target until its timeout."""
    # Documented: workflows.md section 9; stays even if the value is null, unknown or the Worker is unavailable
    centre = known("known_worker_sid", timeout=30)
    centre.worker("Ann", team=1)
    task = centre.task(agent=agent)
    centre.wait(29)
    assert (centre.where(task), centre.offered(task)) == ("Team", [])
    centre.wait(1)
    assert (centre.where(task), centre.offered(task)) == ("Everybody", ["Ann"])


def test_an_unavailable_known_worker_holds_the_task() -> None:
    """The task waits for its worker, and gets it."""
    # Documented: workflows.md section 9; stays even if the Worker is unavailable
    centre = known("known_worker_sid", timeout=30)
    ann = centre.worker("Ann", "Offline", team=1)
    centre.worker("Bob", team=1)
    task = centre.task(agent=ann.sid)
    assert centre.offered(task) == []
    centre.move(ann, "Available")
    assert centre.offered(task) == ["Ann"]


def test_debugger_entries_of_known_workers() -> None:
    """A known worker outside the queue, an unknown one, one of another workspace: debugger entries, no errors."""
    # Documented: workflows.md section 9; 40152, 40154, 40155
    engine = Centre().engine
    elsewhere = Centre(engine=engine).worker("Zoe")
    centre = Centre(engine=engine)
    centre.workflow(when("1==1", to(centre.queue("Team", "team == 1"), known_worker_sid="task.agent")))
    outside = centre.worker("Ann", team=2)
    codes = []
    for agent in (outside.sid, "WK" + "0" * 32, "", "null", 5, elsewhere.sid):
        task = centre.task(agent=agent)
        assert task.assignment_status == "pending"
        codes.append(engine.machine.debugger[-1].code)
        assert engine.machine.debugger[-1].sid == task.sid
    assert codes == [40152, 40154, 40154, 40154, 40154, 40155]


def test_null_is_the_silent_way_to_know_nobody() -> None:
    """A JSON null avoids the debugger entry."""
    # Documented: workflows.md section 9; put an unquoted null in the attribute
    centre = known("known_worker_sid")
    centre.task(agent=None)
    assert not centre.engine.machine.debugger


def test_an_absent_known_worker_is_missing() -> None:
    """A task without the attribute has a debugger entry: only null says that nobody is known."""
    # Documented: workflows.md section 9; missing or invalid value: 40154
    centre = known("known_worker_sid")
    centre.task()
    assert [each.code for each in centre.engine.machine.debugger] == [40154]


def test_the_expression_counts_for_a_known_worker_too() -> None:
    """A known worker whom the target's expression excludes is not asked."""
    # Documented: workflows.md section 9; the target's expression is evaluated too
    centre = known("known_worker_sid", expression="worker.level > 1")
    ann = centre.worker("Ann", team=1, level=1)
    task = centre.task(agent=ann.sid)
    assert centre.offered(task) == []
    centre.describe(ann, team=1, level=2)
    assert centre.offered(task) == ["Ann"]


def test_a_known_worker_with_skip_if() -> None:
    """skip_if leads on to a general target at once."""
    # Documented: workflows.md section 9; combine with skip_if and a general target
    centre = known("known_worker_sid", skip_if="workers.available == 0")
    ann = centre.worker("Ann", "Offline", team=1)
    centre.worker("Bob")
    assert centre.offered(centre.task(agent=ann.sid)) == ["Bob"]


def test_events_name_the_known_worker() -> None:
    """The event of the matched target carries the known worker."""
    # Documented: workflows.md section 9; matching Task events carry known_worker_sid
    for field, agent in (("known_worker_sid", None), ("known_worker_friendly_name", "Ann")):
        centre = known(field)
        ann = centre.worker("Ann", team=1)
        task = centre.task(agent=agent or ann.sid)
        (matched,) = [each for each in centre.events(task) if each.event_type == "workflow.target-matched"]
        assert matched.data["KnownWorkerSid"] == ann.sid


def test_last_agent_then_everybody() -> None:
    """The shipped pattern: the agent of last time for 30 seconds, then everybody in the same queue."""
    # Observed: workflows.md section 9; known_worker_sid with timeout, then {}
    centre = Centre()
    target = to(centre.queue("All"), known_worker_sid="task.originalRouting.workerSid", timeout=30)
    centre.workflow(when("1==1", target, {}))
    ann = centre.worker("Ann", "Offline")
    centre.worker("Bob")
    task = centre.task(originalRouting={"workerSid": ann.sid})
    assert centre.offered(task) == []
    centre.wait(30)
    assert centre.offered(task) == ["Bob"]


def test_only_this_agent_by_an_expression() -> None:
    """The older way compares the worker's SID with an attribute of the task."""
    # Observed: workflows.md section 9; expression task.worker_sid == worker.sid
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), expression="task.worker_sid == worker.sid")))
    _, bob = centre.worker("Ann"), centre.worker("Bob")
    assert centre.offered(centre.task(worker_sid=bob.sid)) == ["Bob"]
