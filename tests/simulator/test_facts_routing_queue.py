"""Who is asked when several wait: whole lines, equal moments, and workers who are not meant (routing.md section 6)."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, centre_with, to, when
from taskrouter_kit.simulator import TaskState, trace_of


def test_room_for_several() -> None:
    """A worker with room for three is offered the first three that wait, in their order."""
    # Documented: routing.md section 4; parallel pending Reservations up to capacity
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann", "Offline")
    centre.set_channel(ann, "default", capacity=3)
    tasks = [centre.task() for _ in range(5)]
    centre.move(ann, "Available")
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Ann"], ["Ann"], [], []]


def test_room_for_several_of_many_queues() -> None:
    """Room for three is filled from all queues of a worker, by priority."""
    # Inferred: routing.md section 6; same order over the union
    centre = Centre()
    one, two = centre.queue("One"), centre.queue("Two")
    centre.workflow(when("kind == 1", to(one)), default=two)
    ann = centre.worker("Ann", "Offline")
    centre.set_channel(ann, "default", capacity=3)
    tasks = [centre.task(kind=kind, priority=priority) for kind, priority in ((1, 0), (1, 3), (2, 2), (2, 1), (1, 4))]
    centre.move(ann, "Available")
    assert [bool(centre.offered(task)) for task in tasks] == [False, True, True, False, True]
    made = [centre.workspace.reservations[sid].task_sid for sid in ann.open]
    assert made == [tasks[4].sid, tasks[1].sid, tasks[2].sid]


def test_a_stack_in_one_moment() -> None:
    """Of two tasks of a LIFO queue that were made in the same moment the one that was made last is served first."""
    # Documented: routing.md section 6; newest first
    centre = Centre()
    queue = centre.queue("Last", task_order="LIFO")
    centre.workflow(default=queue)
    first, second = centre.task(), centre.task()
    assert [task.sid for task in queue.waiting] == [second.sid, first.sid]
    centre.worker("Ann")
    assert (centre.offered(first), centre.offered(second)) == ([], ["Ann"])


def steps(centre: Centre, task: TaskState) -> list[str]:
    """Return what the trace of *task* has."""
    return [step.what for step in trace_of(centre.workspace, task.sid)]


@pytest.mark.parametrize("kind", ["known", "target", "unlike", "full"])
def test_whoever_is_not_meant_leaves_no_step(kind: str) -> None:
    """A worker who gets room and cannot take a task anyway leaves no step in its trace."""
    # Inferred: routing.md section 6; a Task whose target excludes this Worker is passed over
    centre = Centre()
    everybody, others = centre.queue("Everybody"), centre.queue("Others")
    centre.workflow(
        when("kind == 'known'", to(everybody, known_worker_friendly_name="task.agent")),
        when("kind == 'unlike'", to(everybody, expression="worker.level > task.level")),
        when("kind == 'full'", to(others)),
        default=everybody,
    )
    ann, bob = centre.worker("Ann", "Offline", level=1), centre.worker("Bob", "Offline", level=1)
    if kind == "target":
        task = centre.task(routing_target=ann.sid, ignore_capacity=False)
    else:
        task = centre.task(kind=kind, agent="Ann", level=3)
    if kind == "full":
        centre.task(priority=5)
    before = steps(centre, task)
    centre.move(bob, "Available")
    assert steps(centre, task) == before
    centre.describe(bob, level=2)
    assert steps(centre, task) == before


@pytest.mark.parametrize("trace", [True, False])
def test_who_declined_is_not_counted(trace: bool) -> None:
    """Whoever declined may be longest idle: the next one is asked all the same, with and without a trace."""
    # Inferred: routing.md section 15; exclude Workers who rejected until no other is left
    centre = centre_with(trace=trace, idle_restarts_when_work_ends=False)
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    centre.wait(1)
    centre.worker("Bob")
    task = centre.task()
    centre.reject(task)
    assert centre.outcomes(task) == [("Ann", "rejected"), ("Bob", "pending")]


def test_longest_idle_of_a_few_among_many() -> None:
    """Of the few members of a queue in a large team the one that is longest idle is asked, whoever was hired first."""
    # Documented: routing.md section 5; longest idle
    centre = Centre()
    few = centre.queue("Few", "few == 1")
    centre.workflow(when("few == 1", to(few)), default=centre.queue("All"))
    team = [centre.worker(f"W{number}", few=int(number in (3, 9))) for number in range(70)]
    centre.wait(1)
    centre.move(team[3], "Offline")
    centre.wait(1)
    centre.move(team[3], "Available")
    assert centre.offered(centre.task(few=1)) == ["W9"]
