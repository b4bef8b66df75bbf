"""The way of a task through filters and targets: workflows.md sections 3 and 4."""

from __future__ import annotations

from simulator.centre import Centre, to, types, when
from taskrouter_kit.simulator import TaskState
from taskrouter_kit.simulator import _commands as commands


def test_the_first_true_filter_wins() -> None:
    """Filters are tried from top to bottom; what comes after the first true one is not looked at."""
    # Documented: workflows.md section 3; like a switch
    centre = Centre()
    queues = [centre.queue(name) for name in ("One", "Two", "Three")]
    centre.workflow(when("kind == 1", to(queues[0])), when("kind < 3", to(queues[1])), when("1==1", to(queues[2])))
    assert [centre.where(centre.task(kind=kind)) for kind in (1, 2, 3)] == ["One", "Two", "Three"]


def test_a_target_is_left_through_timeout_or_skip_only() -> None:
    """A target with neither is final: what stands below it is never reached."""
    # Documented: workflows.md section 3; leaves a target only through its timeout or through skip_if
    centre = Centre()
    first, second = centre.queue("First", "1==2"), centre.queue("Second")
    centre.workflow(when("1==1", to(first), to(second)), default=second)
    centre.worker("Ann")
    task = centre.task()
    centre.wait(80_000)
    assert (centre.where(task), task.assignment_status, centre.offered(task)) == ("First", "pending", [])


def test_entering_a_target() -> None:
    """A task that enters a target moves into its queue, takes its priority and looks for a worker."""
    # Documented: workflows.md section 3; task-queue.moved, priority, queue, available, capacity, expression, order_by
    centre = Centre()
    first = centre.queue("First", "1==2")
    second = centre.queue("Second", 'skills HAS "es"')
    target = to(second, priority=5, expression="worker.level >= task.level", order_by="worker.level DESC")
    centre.workflow(when("1==1", to(first, timeout=10), target))
    centre.worker("NotMember", level=9, skills=[])
    centre.worker("Away", "Offline", level=9, skills=["es"])
    full = centre.worker("Full", level=9, skills=["es"])
    centre.set_channel(full, "default", capacity=0)
    centre.worker("Junior", level=1, skills=["es"])
    centre.worker("Able", level=4, skills=["es"])
    centre.worker("Best", level=5, skills=["es"])
    task = centre.task(level=3)
    happened = centre.wait(10)
    assert happened == ["task-queue.timeout", "task-queue.moved", "workflow.target-matched", "reservation.created"]
    assert (centre.offered(task), task.priority) == (["Best"], 5)
    centre.reject(task)
    assert centre.offered(task) == ["Able"]
    centre.reject(task)
    assert centre.offered(task) == []


def test_the_same_queue_again_is_no_move() -> None:
    """task-queue.moved tells of another queue only."""
    # Documented: workflows.md section 3; put in its queue (if different: event task-queue.moved)
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), timeout=10), {}))
    task = centre.task()
    assert centre.wait(10) == ["task-queue.timeout", "workflow.target-matched"]
    assert centre.count("task-queue.moved", task) == 0


def test_acceptance_finishes_the_workflow() -> None:
    """After a reservation was accepted no target times out, and nobody else is asked."""
    # Documented: workflows.md section 3; finished when a Reservation is accepted
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), timeout=10)))
    centre.worker("Ann")
    task = centre.task()
    centre.accept(task)
    centre.worker("Bob")
    assert centre.wait(80_000) == []
    assert centre.outcomes(task) == [("Ann", "accepted")]


def test_the_workflow_runs_again_after_a_reservation() -> None:
    """A reservation that times out, is rejected or canceled sends the task to the next worker."""
    # Documented: workflows.md section 3; runs again when its Reservation times out, is canceled or rejected
    centre = Centre()
    centre.workflow(default=centre.queue("All"), seconds=30)
    for name in ("Ann", "Bob", "Cid", "Dan"):
        centre.worker(name)
    task = centre.task()
    centre.wait(30)
    centre.reject(task)
    centre.do(commands.FailCallback, reservation_sid=centre.reservation(task).sid)
    assert centre.outcomes(task) == [
        ("Ann", "timeout"),
        ("Bob", "rejected"),
        ("Cid", "canceled"),
        ("Dan", "pending"),
    ]


def test_the_order_of_the_events_of_a_new_task() -> None:
    """A new task's events come in the recorded order: task.created comes third."""
    # Observed: workflows.md section 3; recorded order for a fresh Task
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    assert types(centre.events(centre.task())) == [
        "workflow.entered",
        "task-queue.entered",
        "task.created",
        "workflow.target-matched",
        "reservation.created",
    ]


def test_events_show_the_path() -> None:
    """Entering, matching, moving, timing out: each step of a task's way is an event."""
    # Documented: workflows.md section 3; events that show the path
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("1==1", to(first, timeout=10), to(second, timeout=10)))
    task = centre.task()
    centre.wait(20)
    assert types(centre.events(task)) == [
        "workflow.entered",
        "task-queue.entered",
        "task.created",
        "workflow.target-matched",
        "task-queue.timeout",
        "task-queue.moved",
        "workflow.target-matched",
        "task-queue.timeout",
        "workflow.timeout",
        "task.canceled",
    ]


# skip_if


def test_skip_if_goes_to_the_next_target() -> None:
    """A target whose skip_if is true is passed at once."""
    # Documented: workflows.md section 4; true in a target: go to the next target at once
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("1==1", to(first, skip_if="workers.available == 0", timeout=60), to(second)))
    assert centre.where(centre.task()) == "Second"


def test_skip_if_counts_only_when_nobody_could_be_reserved() -> None:
    """A task that was reserved at once is not skipped, whatever skip_if says."""
    # Documented: workflows.md section 4; only if the Task could not be reserved at once
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("1==1", to(first, skip_if="1==1"), to(second)))
    centre.worker("Ann")
    assert [centre.where(centre.task()) for _ in range(2)] == ["First", "Second"]


def test_skip_if_is_evaluated_once() -> None:
    """Workers who leave later do not skip a task that stayed."""
    # Documented: workflows.md section 4; evaluated once, on entering the target
    # Inferred: workflows.md section 4; not evaluated again while the Task waits
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("1==1", to(first, skip_if="workers.available == 0"), to(second)))
    ann = centre.worker("Ann")
    centre.accept(centre.task())
    task = centre.task()
    centre.move(ann, "Offline")
    centre.wait(3600)
    assert centre.where(task) == "First"


def test_the_counters_of_skip_if() -> None:
    """skip_if reads the target's queue: available, unavailable, and one counter per activity."""
    # Documented: workflows.md section 4; workers.available, workers.unavailable, workers.WA…
    for rule, skipped in (
        ("workers.available == 2", True),
        ("workers.available == 3", False),
        ("workers.unavailable == 3", True),
        ("workers.{offline} == 2", True),
        ("workers.{pause} == 1", True),
        ("workers.{pause} == 2", False),
    ):
        centre = Centre()
        sids = {"offline": centre.activity("Offline"), "pause": centre.activity("Pause")}
        first, second = centre.queue("First", 'team == "a"'), centre.queue("Second")
        never = to(first, expression="1==2", skip_if=rule.format(**sids))
        centre.workflow(when("1==1", never, to(second)))
        for name, activity in enumerate(("Available", "Available", "Offline", "Offline", "Pause")):
            centre.worker(f"W{name}", activity, team="a")
        centre.worker("NotMember", team="b")
        assert (centre.where(centre.task()) == "Second") is skipped, rule


def test_the_counters_ignore_capacity_channel_and_expression() -> None:
    """A worker who is full, closed or excluded still counts as available."""
    # Documented: workflows.md section 4; capacity, channel availability and the target expression are ignored
    # Observed: workflows.md section 4; a question on Stack Overflow found the same
    for closed in ({"capacity": 0}, {"available": False}, {}):
        centre = Centre()
        first, second = centre.queue("First"), centre.queue("Second")
        target = to(first, expression="worker.level > 5", skip_if="workers.available == 0")
        centre.workflow(when("1==1", target, to(second)))
        ann = centre.worker("Ann", level=1)
        if closed:
            centre.set_channel(ann, "default", **closed)
        assert centre.where(centre.task()) == "First"


def test_skipping_out_of_the_last_target() -> None:
    """A task that is skipped out of its last target gets the later filters, and then the default filter."""
    # Documented: workflows.md section 4; treated as if the filter had not matched
    # Inferred: workflows.md section 4; continue with the later filters, then default_filter
    centre = Centre()
    queues = {name: centre.queue(name) for name in ("One", "Two", "Rest")}
    always = "1==1"
    centre.workflow(
        when("kind > 0", to(queues["One"], skip_if=always)),
        when("kind > 1", to(queues["Two"])),
        default=queues["Rest"],
    )
    assert [centre.where(centre.task(kind=kind)) for kind in (1, 2)] == ["Rest", "Two"]


def test_skipped_out_of_everything() -> None:
    """When no later filter and no default takes it, the task is canceled after workflow.skipped."""
    # Documented: workflows.md section 4; workflow.skipped: skipped out of the final step and removed
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), skip_if="1==1")))
    task = centre.task()
    assert task.assignment_status == "canceled"
    assert types(centre.events(task))[-2:] == ["workflow.skipped", "task.canceled"]


def test_events_of_a_workflow_name_the_filter() -> None:
    """Entering, skipping out of and timing out of a workflow tell which filter it was; nothing where none took it."""
    # Documented: callbacks.md section 4.3; workflow.entered, .timeout and .skipped have the filter fields
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(
        when("kind == 1", to(queue, timeout=5, expression="worker.level > 1")),
        when("kind == 2", to(queue, skip_if="1==1")),
    )
    timed_out, skipped, unwanted = (centre.task(kind=kind) for kind in (1, 2, 3))
    centre.wait(5)

    def told(task: TaskState, event_type: str) -> list[str]:
        (event,) = [each for each in centre.events(task) if each.event_type == event_type]
        return [event.data[f"WorkflowFilter{each}"] for each in ("Expression", "TargetExpression")]

    assert told(timed_out, "workflow.entered") == ["kind == 1", ""]
    assert told(timed_out, "workflow.timeout") == ["kind == 1", "worker.level > 1"]
    assert told(skipped, "workflow.entered") == told(skipped, "workflow.skipped") == ["kind == 2", ""]
    assert told(unwanted, "workflow.entered") == ["", ""]
