"""Which task, and several workers for one: routing.md sections 6, 8 and 9."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import TaskState
from taskrouter_kit.simulator import _commands as commands


def taken(centre: Centre, tasks: dict[str, TaskState], **attributes: object) -> list[str]:
    """Return the names of *tasks* in the order in which a worker who comes now gets them."""
    worker = centre.worker("Taker", **attributes)
    order = []
    while worker.open:
        task = centre.workspace.tasks[centre.workspace.reservations[worker.open[0]].task_sid]
        order.append(next(name for name, each in tasks.items() if each is task))
        centre.accept(task)
        centre.end(task)
    return order


def test_priority_then_age() -> None:
    """In a FIFO queue the highest priority comes first, and of one priority the oldest."""
    # Documented: routing.md section 6; priority descending, then virtual_start_time ascending
    # Observed: routing.md section 6; priority 5 was assigned before priority 3
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    tasks = {}
    for name, priority in (("three", 3), ("five", 5), ("three again", 3), ("none", 0)):
        tasks[name] = centre.task(priority=priority)
        centre.wait(1)
    assert taken(centre, tasks) == ["five", "three", "three again", "none"]


def test_virtual_start_time_moves_a_task_forward() -> None:
    """A virtual start time in the past puts a task before others of its priority, not of a higher one."""
    # Documented: routing.md section 6; moves a Task forward in its priority class
    # Observed: routing.md section 6; to keep the place after a callback or a transfer
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.wait(1_000)
    tasks = {"first": centre.task(), "urgent": centre.task(priority=1)}
    centre.wait(10)
    tasks["transferred"] = centre.task(virtual_start_time=500_000)
    assert taken(centre, tasks) == ["urgent", "transferred", "first"]


def test_newest_first() -> None:
    """In a LIFO queue the newest task comes first, whatever the priority."""
    # Documented: routing.md section 6; newest first, priority ignored
    centre = Centre()
    centre.workflow(default=centre.queue("Last", task_order="LIFO"))
    tasks = {}
    for name, priority in (("old", 9), ("middle", 0), ("new", 0)):
        tasks[name] = centre.task(priority=priority)
        centre.wait(1)
    assert taken(centre, tasks) == ["new", "middle", "old"]


@pytest.mark.parametrize(
    ("first", "order"), [("FIFO", ["old", "older", "newest"]), ("LIFO", ["newest", "old", "older"])]
)
def test_which_kind_of_queue_first(first: str, order: list[str]) -> None:
    """prioritize_queue_order says whether a worker's FIFO or LIFO queues are served first."""
    # Documented: routing.md section 6; Workspace.prioritize_queue_order
    centre = Centre(prioritize_queue_order=first)
    fifo, lifo = centre.queue("Fifo"), centre.queue("Lifo", task_order="LIFO")
    centre.workflow(when("last == 1", to(lifo)), default=fifo)
    tasks = {"old": centre.task(priority=1)}
    centre.wait(1)
    tasks["older"] = centre.task()
    centre.wait(1)
    tasks["newest"] = centre.task(last=1)
    assert taken(centre, tasks) == order


def test_several_queues_are_one_line() -> None:
    """Over several FIFO queues the order is that of their union."""
    # Inferred: routing.md section 6; same order over the union
    centre = Centre()
    queues = [centre.queue(name) for name in ("A", "B")]
    centre.workflow(when("queue == 0", to(queues[0])), default=queues[1])
    tasks = {}
    for name, queue, priority in (("a", 0, 0), ("b", 1, 0), ("c", 0, 2), ("d", 1, 1)):
        tasks[name] = centre.task(queue=queue, priority=priority)
        centre.wait(1)
    assert taken(centre, tasks) == ["c", "d", "a", "b"]


def test_moving_makes_no_younger() -> None:
    """A task that moved into another queue is as old as it was."""
    # Documented: routing.md section 6; moving to another queue or re-evaluation does not change the age
    centre = Centre()
    first, second = centre.queue("First", "1==2"), centre.queue("Second")
    centre.workflow(when("moves == 1", to(first, timeout=10), to(second)), default=second)
    tasks = {"moved": centre.task(moves=1)}
    centre.wait(5)
    tasks["direct"] = centre.task()
    centre.wait(5)
    tasks["direct again"] = centre.task()
    centre.update(tasks["direct again"], attributes={"new": 1})
    assert taken(centre, tasks) == ["moved", "direct", "direct again"]


def test_no_head_of_line_blocking() -> None:
    """A task that a worker may not take is passed over, and the next one is tried."""
    # Inferred: routing.md section 6; no head-of-line blocking
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, expression="worker.level >= task.level")))
    tasks = {"hard": centre.task(level=5, priority=9), "easy": centre.task(level=1)}
    assert taken(centre, tasks, level=1) == ["easy"]
    assert centre.offered(tasks["hard"]) == []


# Step by step


def test_a_reservation_is_made_with_its_event_and_callback() -> None:
    """A reservation is made with its event, and one assignment callback each goes out."""
    # Documented: routing.md section 8; event reservation.created, callback POSTed, one per Reservation
    centre = Centre()
    queue = centre.queue("All", max_reserved_workers=2)
    centre.workflow(default=queue, assignment_callback_url="https://example.com/assign")
    centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    assert centre.count("reservation.created", task) == 2
    calls = [each for each in centre.engine.outbox if hasattr(each, "reservation_sid")]
    assert [each.reservation_sid for each in calls] == list(task.reservations)


def test_rejection_goes_on_to_the_next() -> None:
    """A rejected task is offered to the next worker; the one who rejected stays available."""
    # Documented: routing.md section 8; multitasking: the Worker moves only if an activity is given
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    centre.reject(task)
    assert (centre.offered(task), centre.activity_of(ann)) == (["Bob"], "Available")
    centre.reject(task, worker_activity_sid=centre.activity("Break"))
    assert centre.activity_of(bob) == "Break"


@pytest.mark.parametrize("multi", [True, False])
def test_timeout_moves_the_worker(multi: bool) -> None:
    """After a timeout the worker is in the workspace's timeout activity and stays there; the task waits."""
    # Documented: routing.md section 8; the Workspace TimeoutActivity, until someone changes it
    # Observed: routing.md section 8; a live test found the same
    centre = Centre(multi=multi)
    missed = centre.activity("Missed a call")
    centre.do(commands.UpdateWorkspace, timeout_activity_sid=missed)
    centre.workflow(default=centre.queue("All"), seconds=30)
    ann = centre.worker("Ann")
    task = centre.task()
    centre.wait(30)
    assert (centre.activity_of(ann), task.assignment_status) == ("Missed a call", "pending")
    centre.wait(3_600)
    assert (centre.activity_of(ann), centre.outcomes(task)) == ("Missed a call", [("Ann", "timeout")])
    centre.move(ann, "Available")
    assert centre.offered(task) == ["Ann"]


def test_the_cascade() -> None:
    """In a small team every timeout takes one worker offline, until nobody is left."""
    # Documented: routing.md section 8; each timeout moves a Worker into the timeout Activity
    centre = Centre()
    centre.workflow(default=centre.queue("All"), seconds=30)
    workers = [centre.worker(name) for name in ("Ann", "Bob", "Cid")]
    task = centre.task()
    centre.wait(90)
    assert [centre.activity_of(each) for each in workers] == ["Offline"] * 3
    assert (task.assignment_status, [status for _, status in centre.outcomes(task)]) == ("pending", ["timeout"] * 3)


# Several reservations


def ring(workers: int, most: int) -> tuple[Centre, TaskState]:
    centre = Centre()
    centre.workflow(default=centre.queue("All", max_reserved_workers=most), seconds=30)
    for number in range(workers):
        centre.worker(f"W{number}")
    return centre, centre.task()


@pytest.mark.parametrize(("workers", "most", "asked"), [(3, 2, 2), (3, 5, 3), (60, 50, 50)])
def test_up_to_so_many_at_once(workers: int, most: int, asked: int) -> None:
    """Up to MaxReservedWorkers workers are asked at the same time."""
    # Documented: routing.md section 9; up to N Workers reserved simultaneously
    centre, task = ring(workers, most)
    assert len(centre.offered(task)) == asked


def test_the_first_to_accept_wins() -> None:
    """One acceptance rescinds the other reservations; their workers are free."""
    # Documented: routing.md section 9; first accept wins, the rest are rescinded
    centre, task = ring(3, 3)
    centre.accept(task, next(each for each in centre.workspace.workers.values() if each.friendly_name == "W1"))
    assert centre.outcomes(task) == [("W0", "rescinded"), ("W1", "accepted"), ("W2", "rescinded")]
    assert sorted(centre.offered(centre.task())) == ["W0", "W2"]


def test_pending_only_after_all_have_ended() -> None:
    """The task stays reserved until the last of its reservations has ended."""
    # Documented: routing.md section 9; back to pending only after all N ended without accept
    # Documented: routing.md section 1; with several Reservations only when all have ended
    centre, task = ring(2, 2)
    first, second = centre.workspace.workers.values()
    off = centre.activity("Offline")
    centre.reject(task, first, worker_activity_sid=off)
    assert task.assignment_status == "reserved"
    centre.reject(task, second, worker_activity_sid=off)
    assert task.assignment_status == "pending"


def test_several_reservations_are_one_assignment() -> None:
    """A round of reservations counts once for the cap."""
    # Documented: routing.md section 9; counts as one assignment for the 1,000 cap
    _, task = ring(3, 3)
    assert (len(task.reservations), task.assignments) == (3, 1)
