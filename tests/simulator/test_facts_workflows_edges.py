"""The edges of a task's way: exact moments, second looks, and what one target leaves to the next."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, configuration, to, types, when
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import trace_of


def test_a_filter_that_was_skipped_is_tried_again() -> None:
    """A task that was skipped out of a filter is tried on it again when its workflow runs again."""
    # Documented: workflows.md section 7; driven through the Workflow again
    centre = Centre()
    one, rest = centre.queue("One", "team == 1"), centre.queue("Rest")
    centre.workflow(when("kind == 1", to(one, skip_if="workers.available == 0")), default=rest)
    task = centre.task(kind=1)
    assert centre.where(task) == "Rest"
    centre.worker("Bob", "Offline", team=1)
    ann = centre.worker("Ann", team=1)
    centre.reject(task)
    centre.set_channel(ann, "default", capacity=0)
    centre.update(task, attributes={"kind": 1, "more": 1})
    assert (centre.where(task), task.assignment_status) == ("One", "pending"), "somebody is available now"


def test_a_look_again_at_the_last_moment() -> None:
    """At the very moment at which its first target ends a task that is evaluated again is in the second."""
    # Documented: workflows.md section 7; early targets may already be expired
    centre = Centre()
    one, two = centre.queue("One"), centre.queue("Two")
    centre.workflow(when("kind == 1", to(one, timeout=10), to(two, timeout=10)))
    task = centre.task(kind=1)
    centre.wait(10)
    centre.update(task, attributes={"kind": 1, "more": 1})
    assert (centre.where(task), task.assignment_status) == ("Two", "pending")
    centre.wait(9.999)
    assert task.assignment_status == "pending"
    centre.wait(0.001)
    assert (task.assignment_status, task.reason) == ("canceled", "Task canceled on Workflow timeout")


def test_the_last_target_is_over_too() -> None:
    """A task whose last target ended while it was reserved, and which then is evaluated again, is canceled."""
    # Documented: workflows.md section 5; after the last one: Task canceled
    centre = Centre()
    centre.workflow(when("kind == 1", to(centre.queue("One"), timeout=10)), default=centre.queue("Rest"), seconds=30)
    centre.worker("Ann"), centre.worker("Bob")
    task = centre.task(kind=1)
    centre.update(task, attributes={"kind": 1, "more": 1})
    centre.wait(30)
    assert centre.outcomes(task) == [("Ann", "timeout")]
    assert (task.assignment_status, task.reason) == ("canceled", "Task canceled on Workflow timeout")
    assert types(centre.events(task))[-2:] == ["workflow.timeout", "task.canceled"]


def test_an_unchanged_timer_is_armed_once() -> None:
    """A task that comes to the same target again keeps the timer that it has."""
    # Documented: workflows.md section 5; cumulative, on the Task's age
    centre = Centre()
    centre.workflow(when("kind == 1", to(centre.queue("One"), timeout=10)))
    task = centre.task(kind=1)
    centre.wait(5)
    centre.update(task, attributes={"kind": 1, "more": 1})
    armed = [step.data for step in trace_of(centre.workspace, task.sid) if step.what == "timer.armed"]
    assert [(each["timer"], each["at"]) for each in armed] == [("time to live", 86_400_000), ("target timeout", 10_000)]


def test_another_queue_is_a_change() -> None:
    """A task that moves to another queue has a new version and a new date of entering; its age goes on."""
    # Observed: resources.md section 1.2; background changes (queue moved) also bump a Task's version
    # Documented: resources.md section 9; task_queue_entered_date
    centre = Centre()
    one, two = centre.queue("One"), centre.queue("Two")
    centre.workflow(when("1==1", to(one, timeout=10), to(one, timeout=10), to(two)))
    centre.wait(1)
    task = centre.task()
    assert (task.version, task.task_queue_entered_date) == (0, 1_000)
    centre.wait(10)
    assert (task.version, task.task_queue_entered_date) == (0, 1_000), "the same queue is no change"
    centre.wait(10)
    assert (task.version, task.task_queue_entered_date, task.date_created) == (1, 21_000, 1_000)


def test_the_next_target_asks_everybody() -> None:
    """Who let the task go in one target is asked at once in the next one."""
    # Inferred: routing.md section 15; excluded within this target
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, timeout=10), to(queue, priority=5)))
    centre.worker("Ann")
    task = centre.task()
    centre.wait(9.5)
    centre.reject(task)
    assert centre.offered(task) == []
    centre.wait(0.5)
    assert centre.offered(task) == ["Ann"]


def test_the_pause_before_the_next_offer_begins_anew() -> None:
    """In another target the pause is counted from the refusal there."""
    # Inferred: routing.md section 15; a delay of a virtual second
    centre = Centre()
    centre.workflow(when("kind == 1", to(centre.queue("One"))), default=centre.queue("Two"))
    centre.worker("Ann")
    task = centre.task(kind=1)
    centre.reject(task)
    centre.wait(0.5)
    centre.update(task, attributes={"kind": 2})
    centre.reject(task)
    assert centre.outcomes(task) == [("Ann", "rejected")] * 2
    centre.wait(0.999)
    assert centre.offered(task) == []
    centre.wait(0.001)
    assert centre.offered(task) == ["Ann"]


@pytest.mark.parametrize(("how", "event"), [("wrapping", "reservation.wrapup"), ("completed", "reservation.completed")])
def test_events_of_the_end(how: str, event: str) -> None:
    """A reservation that wraps up or is completed says so under the name of its event."""
    # Documented: callbacks.md section 4.3; reservation.completed, reservation.wrapup
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task()
    centre.accept(task)
    centre.end(task, how)
    assert [each for each in types(centre.events(task)) if each.startswith("reservation.")][2:] == [event]


def test_the_configuration_of_the_beginning() -> None:
    """However often its workflow changes, a task goes by what was there when it entered it."""
    # Documented: workflows.md section 7; Tasks already in the Workflow keep going with what they had
    centre = Centre()
    queues = [centre.queue(name) for name in ("One", "Two", "Three", "Four")]
    workflow = centre.workflow(when("1==1", to(queues[0], timeout=10), to(queues[1])))
    task = centre.task()
    for queue in queues[2:]:
        text = configuration(when("1==1", to(queue), to(queue)))
        centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, configuration=text)
    refusal = centre.refusal(commands.DeleteTaskQueue, task_queue_sid=queues[1].sid)
    assert refusal[:2] == (400, 20001), "the task is on its way there"
    centre.wait(10)
    assert centre.where(task) == "Two"
    centre.end(task, "canceled")
    centre.do(commands.DeleteTaskQueue, task_queue_sid=queues[1].sid)


def test_another_order() -> None:
    """Tasks that wait in a queue are served in its new order when it gets another one."""
    # Documented: routing.md section 6; FIFO, LIFO
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(default=queue)
    tasks = []
    for _ in range(3):
        tasks.append(centre.task())
        centre.wait(1)
    centre.do(commands.UpdateTaskQueue, task_queue_sid=queue.sid, task_order="LIFO")
    centre.worker("Ann")
    assert [centre.offered(task) for task in tasks] == [[], [], ["Ann"]]
    centre.do(commands.UpdateTaskQueue, task_queue_sid=queue.sid, task_order="FIFO")
    centre.worker("Bob")
    assert [centre.offered(task) for task in tasks] == [["Bob"], [], ["Ann"]]


def test_a_queue_that_is_gone() -> None:
    """Workers of a deleted queue go on serving their others."""
    # Observed: resources.md section 7; unused queues are deleted
    centre = Centre()
    queue, gone = centre.queue("All"), centre.queue("Gone")
    centre.workflow(default=queue)
    ann = centre.worker("Ann", "Offline")
    task = centre.task()
    centre.do(commands.DeleteTaskQueue, task_queue_sid=gone.sid)
    assert ann.queues == {queue.sid}
    centre.move(ann, "Available")
    assert centre.offered(task) == ["Ann"]
