"""Clocks and ends: workflows.md sections 5 and 6."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, to, types, when
from taskrouter_kit.simulator import Engine, EngineOptions, trace_of


def test_the_time_to_live() -> None:
    """A task that nobody accepted within its time to live is canceled, a day after its creation unless said."""
    # Documented: workflows.md section 5; Task TTL, default 86,400 s, reason Task TTL Exceeded
    for seconds, fields in ((86_400, {}), (1_209_600, {"timeout": 1_209_600}), (5, {"timeout": 5})):
        centre = Centre()
        centre.workflow(default=centre.queue("All"))
        task = centre.task(**fields)
        centre.wait(seconds - 0.001)
        assert task.assignment_status == "pending"
        centre.wait(0.001)
        assert (task.assignment_status, task.reason) == ("canceled", "Task TTL Exceeded")


def test_the_timeout_of_the_last_target() -> None:
    """After the last target's timeout the task is canceled, with the recorded reason."""
    # Observed: workflows.md section 5; Task canceled on Workflow timeout
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), timeout=30)))
    task = centre.task()
    assert centre.wait(30) == ["task-queue.timeout", "workflow.timeout", "task.canceled"]
    assert (task.assignment_status, task.reason) == ("canceled", "Task canceled on Workflow timeout")


def test_the_timeout_of_a_reservation() -> None:
    """A reservation that nobody answers times out: the worker leaves for the timeout activity, the task waits again."""
    # Documented: workflows.md section 5; Reservation timeout, Worker to the Workspace's TimeoutActivity
    centre = Centre()
    centre.workflow(default=centre.queue("All"), seconds=86_400)
    ann = centre.worker("Ann")
    task = centre.task(timeout=100_000)
    centre.wait(86_399)
    assert centre.outcomes(task) == [("Ann", "pending")]
    centre.wait(1)
    assert (centre.outcomes(task), task.assignment_status) == ([("Ann", "timeout")], "pending")
    assert centre.activity_of(ann) == "Offline"


def test_target_timeouts_are_cumulative() -> None:
    """Ten seconds and ten seconds: the task leaves the second queue at the age of twenty."""
    # Documented: workflows.md section 5; cumulative, on the Task's age
    centre = Centre()
    first, second, third = (centre.queue(name) for name in ("Q1", "Q2", "Q3"))
    centre.workflow(when("1==1", to(first, timeout=10), to(second, timeout=10), to(third)))
    task = centre.task()
    places = []
    for moment in (9.999, 0.001, 9.999, 0.001):
        centre.wait(moment)
        places.append(centre.where(task))
    assert places == ["Q1", "Q2", "Q2", "Q3"]


def test_others_of_the_same_step_are_tried() -> None:
    """After a reservation ended, the target keeps the task while it has time, and asks the next worker."""
    # Documented: workflows.md section 5; while the target has time, other Workers of the same step are tried
    centre = Centre()
    first, second = centre.queue("Q1"), centre.queue("Q2")
    centre.workflow(when("1==1", to(first, timeout=10), to(second, timeout=10)), seconds=5)
    centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    centre.wait(5)
    assert (centre.where(task), centre.outcomes(task)) == ("Q1", [("Ann", "timeout"), ("Bob", "pending")])


def test_a_pending_reservation_outlasts_its_target() -> None:
    """A target's timeout lets a pending reservation run to its end; then the task moves on."""
    # Inferred: workflows.md section 5; a target timeout during a pending Reservation
    centre = Centre()
    first, second = centre.queue("Q1"), centre.queue("Q2")
    centre.workflow(when("1==1", to(first, timeout=10), to(second)), seconds=30)
    centre.worker("Ann")
    task = centre.task()
    centre.wait(29)
    assert (centre.where(task), centre.offered(task)) == ("Q1", ["Ann"])
    centre.wait(1)
    assert (centre.where(task), centre.outcomes(task)) == ("Q2", [("Ann", "timeout")])


def test_reservation_and_target_of_thirty_seconds() -> None:
    """When both end in the same moment, the reservation times out, its worker goes, and the task is canceled."""
    # Observed: workflows.md section 5; reservation timeout 30 s, single target with 30 s
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), timeout=30)), seconds=30)
    ann = centre.worker("Ann")
    task = centre.task()
    centre.wait(30)
    assert (centre.outcomes(task), centre.activity_of(ann)) == ([("Ann", "timeout")], "Offline")
    assert (task.assignment_status, task.reason) == ("canceled", "Task canceled on Workflow timeout")


def test_the_last_timeout_does_not_fall_to_the_default_filter() -> None:
    """A default filter is for tasks that matched no filter, not for those whose targets timed out."""
    # Documented: workflows.md section 5; it does not fall to default_filter
    # Observed: workflows.md section 6; canceled, default not used
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, timeout=10)), when("1==1", to(queue)), default=queue)
    task = centre.task()
    centre.wait(10)
    assert task.assignment_status == "canceled"


def test_a_last_target_without_timeout_holds_the_task() -> None:
    """A last target without a timeout, or the default filter, holds the task until its time to live is over."""
    # Documented: workflows.md section 5; holds the Task until its TTL
    for is_default in (True, False):
        centre = Centre()
        queue = centre.queue("All")
        if is_default:
            centre.workflow(default=queue)
        else:
            centre.workflow(when("1==1", to(queue, timeout=5), {}))
        task = centre.task(timeout=1000)
        centre.wait(999)
        assert task.assignment_status == "pending"
        centre.wait(1)
        assert task.reason == "Task TTL Exceeded"


def test_the_priority_may_grow() -> None:
    """Each target may carry a higher priority: the task overtakes others as it waits."""
    # Documented: workflows.md section 5; escalation pattern
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(
        when("vip == true", to(queue, timeout=10), to(priority=5, timeout=10), to(priority=10)), default=queue
    )
    plain, vip = centre.task(priority=7), centre.task(vip=True)
    assert [task.sid for task in queue.waiting] == [plain.sid, vip.sid]
    centre.wait(20)
    assert [task.sid for task in queue.waiting] == [vip.sid, plain.sid]


@pytest.mark.parametrize("timeout", [0, -1, "0", 1.5])
def test_a_timeout_is_a_positive_whole_number(timeout: object) -> None:
    """Zero, negative and broken timeouts are refused."""
    # Documented: workflows.md section 5; positive integer, whole seconds
    from taskrouter_kit.simulator import Refused

    centre = Centre()
    queue = centre.queue("All")
    with pytest.raises(Refused) as caught:
        centre.workflow(when("1==1", to(queue, timeout=timeout)))
    assert caught.value.message == (
        "Configuration is not valid: $.task_routing.filters[0].targets[0].timeout: must be a whole number of at least 1"
    )


def test_no_filter_matches() -> None:
    """A task that matches no filter goes to the default queue and waits there until its time to live."""
    # Documented: workflows.md section 6; goes to the default queue, waits until TTL
    centre = Centre()
    first, rest = centre.queue("First"), centre.queue("Rest")
    centre.workflow(when("kind == 1", to(first, timeout=5)), default=rest)
    task = centre.task(kind=2)
    centre.wait(86_399)
    assert (centre.where(task), task.assignment_status) == ("Rest", "pending")
    centre.wait(1)
    assert task.reason == "Task TTL Exceeded"


def test_no_filter_matches_and_there_is_no_default() -> None:
    """A task that nothing in the workflow takes is created and canceled at once."""
    # Documented: workflows.md section 6; falls out of the Workflow and is canceled
    # Inferred: workflows.md section 6; by REST it is created first
    centre = Centre()
    centre.workflow(when("kind == 1", to(centre.queue("First"))))
    task = centre.task(kind=2)
    assert (task.assignment_status, task.reason) == ("canceled", "Task canceled on Workflow timeout")
    assert types(centre.events(task)) == ["workflow.entered", "task.created", "task.canceled"]


def test_a_target_is_left_once_however_often_its_time_was_set() -> None:
    """A task that its workflow sends back into a target it had left before its time leaves it by one timer."""
    # Inferred: workflows.md section 5; a pending reservation runs to its end, then the task moves on
    centre = Centre(engine=Engine(7, options=EngineOptions(unanswered="next-target")))
    first, second, last = centre.queue("First"), centre.queue("Second"), centre.queue("Last")
    centre.workflow(
        when("kind == 1", to(first, timeout=20), to(second, timeout=60), to(last)), default=last, seconds=50
    )
    ann = centre.worker("Ann")
    task = centre.task(kind=1)
    for queue in ("First", "Second", "Last"):
        assert (centre.where(task), centre.offered(task)) == (queue, ["Ann"])
        centre.reject(task, ann)
    centre.update(task, attributes={"kind": 1, "again": True})
    assert (centre.where(task), centre.offered(task)) == ("First", ["Ann"])
    centre.wait(20)
    fired = [step for step in trace_of(centre.workspace, task.sid) if step.what == "timer.fired"]
    assert [step.why for step in fired] == ["target timeout"]
    centre.reject(task, ann)
    assert centre.where(task) == "Second"
