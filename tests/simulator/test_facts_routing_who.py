"""Which workers may be asked at all: routing.md section 3."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, one_target


def test_only_members_of_the_queue() -> None:
    """A worker for whom TargetWorkers is false gets nothing."""
    # Documented: routing.md section 3; member of the target's queue
    centre = one_target('languages HAS "es"')
    centre.worker("Ann", languages=["en"])
    centre.worker("Bob", languages=["en", "es"])
    assert [centre.offered(centre.task()) for _ in range(2)] == [["Bob"], []]


@pytest.mark.parametrize("rule", ['activity_name == "Available"', "available == true", 'activity_name != "Offline"'])
def test_a_queue_may_read_the_activity(rule: str) -> None:
    """A queue that reads the activity has other members after every change of one, whoever made it."""
    # Inferred: expressions.md section 7; queue membership changes with every activity change
    centre = Centre()
    queue = centre.queue("Here", rule)
    centre.workflow(default=queue, seconds=30)
    ann = centre.worker("Ann")
    assert centre.members(queue) == ["Ann"]
    centre.task()
    centre.wait(30)
    assert (centre.activity_of(ann), centre.members(queue)) == ("Offline", [])
    centre.move(ann, "Available")
    assert centre.members(queue) == ["Ann"]


def test_only_available_activities() -> None:
    """A worker in an activity that is not available gets nothing."""
    # Documented: routing.md section 3; its Activity has available = true
    centre = one_target()
    ann = centre.worker("Ann", "Unavailable")
    task = centre.task()
    assert centre.offered(task) == []
    centre.activity("Ready", available=True)
    centre.move(ann, "Ready")
    assert centre.offered(task) == ["Ann"], "whichever available activity"


def test_only_with_a_free_channel() -> None:
    """A worker whose channel for the task is closed or full gets nothing on it."""
    # Documented: routing.md section 3; its WorkerChannel is available and has free capacity
    for closed, open_ in (({"available": False}, {"available": True}), ({"capacity": 0}, {"capacity": 1})):
        centre = one_target()
        ann = centre.worker("Ann")
        centre.set_channel(ann, "chat", **closed)
        chat, voice = centre.task(channel="chat"), centre.task(channel="voice")
        assert (centre.offered(chat), centre.offered(voice)) == ([], ["Ann"])
        centre.set_channel(ann, "chat", **open_)
        assert centre.offered(chat) == ["Ann"]


def test_single_tasking_takes_one_at_a_time() -> None:
    """In a single-tasking workspace a worker with a task or reservation gets no other, on whatever channel."""
    # Documented: routing.md section 3; it has no Task or Reservation
    centre = Centre(multi=False)
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann")
    centre.set_channel(ann, "chat", capacity=5)
    first, second = centre.task(channel="chat"), centre.task(channel="voice")
    assert (centre.offered(first), centre.offered(second)) == (["Ann"], [])
    centre.accept(first)
    assert centre.offered(second) == []
    centre.end(first)
    assert centre.offered(second) == ["Ann"]


def test_only_where_the_target_is_true() -> None:
    """The target's expression narrows the queue."""
    # Documented: routing.md section 3; target expression true
    centre = one_target(expression="worker.level >= task.level")
    centre.worker("Ann", level=1)
    centre.worker("Bob", level=2)
    assert [centre.offered(centre.task(level=level)) for level in (2, 3)] == [["Bob"], []]


def test_never_twice_for_one_task() -> None:
    """A worker is asked once at a time for a task, whatever its capacity."""
    # Inferred: routing.md section 3; no pending Reservation for this same Task
    centre = Centre()
    centre.workflow(default=centre.queue("All", max_reserved_workers=3))
    ann = centre.worker("Ann")
    centre.set_channel(ann, "default", capacity=3)
    assert centre.offered(centre.task()) == ["Ann"]


def test_asked_again_after_a_rejection() -> None:
    """Who rejected may be asked again, when there is nobody else."""
    # Inferred: routing.md section 3; after it rejected or timed out, it may be offered again
    centre = one_target()
    centre.worker("Ann")
    task = centre.task()
    centre.reject(task)
    assert centre.offered(task) == []
    centre.wait(1)
    assert centre.outcomes(task) == [("Ann", "rejected"), ("Ann", "pending")]


def test_others_are_asked_before_those_who_declined() -> None:
    """A worker who comes later is asked before the one who rejected."""
    # Inferred: routing.md section 15; prefer others first
    centre = one_target()
    centre.worker("Ann")
    task = centre.task()
    centre.reject(task)
    centre.worker("Bob")
    assert centre.outcomes(task) == [("Ann", "rejected"), ("Bob", "pending")]


def test_ignore_capacity() -> None:
    """A task for one worker that ignores capacity is offered in any activity and with no slot left."""
    # Documented: routing.md section 3; lifts capacity and availability
    centre = one_target()
    ann = centre.worker("Ann", "Offline")
    centre.set_channel(ann, "default", capacity=0)
    tasks = [centre.task(routing_target=ann.sid) for _ in range(2)]
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Ann"]]
    assert centre.offered(centre.task(routing_target=ann.sid, ignore_capacity=False)) == []
