"""Evaluation moments (routing.md section 3): whatever frees a worker lets waiting tasks be offered at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.centre import Centre, centre_with, to, when
from taskrouter_kit.simulator import AssignmentCall, TaskState, WorkerState
from taskrouter_kit.simulator import _commands as commands


def busy(*, accepted: bool = False, multi: bool = True) -> tuple[Centre, WorkerState, TaskState, TaskState]:
    """Return a centre in which Ann has one task, and another one waits for her."""
    centre = Centre(multi=multi)
    centre.workflow(default=centre.queue("All"), seconds=30)
    ann = centre.worker("Ann")
    mine, next_one = centre.task(), centre.task()
    if accepted:
        centre.accept(mine)
    assert (centre.offered(next_one), next_one.assignment_status) == ([], "pending")
    return centre, ann, mine, next_one


def rejected(centre: Centre, mine: TaskState) -> None:
    centre.reject(mine)


def timed_out_and_still_available(centre: Centre, mine: TaskState) -> None:
    centre.do(commands.UpdateWorkspace, timeout_activity_sid=centre.activity("Available"))
    centre.wait(30)


def unreachable(centre: Centre, mine: TaskState) -> None:
    centre.do(commands.FailCallback, reservation_sid=centre.reservation(mine).sid)


def canceled(centre: Centre, mine: TaskState) -> None:
    centre.end(mine, "canceled")


def deleted(centre: Centre, mine: TaskState) -> None:
    centre.do(commands.DeleteTask, task_sid=mine.sid)


def completed(centre: Centre, mine: TaskState) -> None:
    centre.end(mine)


def completed_by_its_reservation(centre: Centre, mine: TaskState) -> None:
    centre.answer(mine, "completed")


Way = Callable[[Centre, TaskState], None]
WHILE_OFFERED: list[Way] = [rejected, timed_out_and_still_available, unreachable, canceled, deleted]
WHILE_ACCEPTED: list[Way] = [completed, completed_by_its_reservation, deleted]


@pytest.mark.parametrize("way", WHILE_OFFERED, ids=lambda way: way.__name__)
@pytest.mark.parametrize("multi", [True, False])
def test_an_offer_that_ends(way: Way, multi: bool) -> None:
    """The worker of an offer that came to nothing is offered the next task at once."""
    # Inferred: routing.md section 3; evaluated when a Reservation ended
    centre, _, mine, next_one = busy(multi=multi)
    way(centre, mine)
    assert centre.offered(next_one) == ["Ann"]


@pytest.mark.parametrize("way", WHILE_ACCEPTED, ids=lambda way: way.__name__)
@pytest.mark.parametrize("multi", [True, False])
def test_work_that_ends(way: Way, multi: bool) -> None:
    """The worker whose work ends is offered the next task at once."""
    # Inferred: routing.md section 3; evaluated when a Reservation ended
    centre, _, mine, next_one = busy(accepted=True, multi=multi)
    way(centre, mine)
    assert centre.offered(next_one) == ["Ann"]


def test_work_that_the_service_ends() -> None:
    """A task that was assigned for a day and is removed frees its worker for the next one."""
    # Documented: routing.md section 1; 24 h after assignment: task.system-deleted
    centre, _, mine, _ = busy(accepted=True)
    centre.wait(100)
    late = centre.task()
    centre.wait(86_300)
    assert (mine.sid in centre.workspace.tasks, centre.offered(late)) == (False, ["Ann"])


def test_a_rescinded_offer() -> None:
    """A worker who was too late is offered the next task at once."""
    # Documented: routing.md section 9; first accept wins, the rest are rescinded
    centre = Centre()
    both, bobs = centre.queue("Both", max_reserved_workers=2), centre.queue("Bob's", "team == 2")
    centre.workflow(when("kind == 1", to(bobs)), default=both)
    ann, bob = centre.worker("Ann"), centre.worker("Bob", team=2)
    shared = centre.task()
    waiting = centre.task(kind=1)
    assert (centre.offered(shared), centre.offered(waiting)) == (["Ann", "Bob"], [])
    centre.accept(shared, ann)
    assert centre.outcomes(shared) == [("Ann", "accepted"), ("Bob", "rescinded")]
    assert (centre.offered(waiting), len(bob.open)) == (["Bob"], 1)


@pytest.mark.parametrize("how", ["task", "reservation"])
def test_wrapping_up(how: str) -> None:
    """Targets that read assigned_tasks see it fall when a worker begins to wrap up."""
    # Documented: routing.md section 4; assigned_tasks counts accepted ones only
    centre = Centre()
    free = "worker.channel.voice.assigned_tasks == 0"
    centre.workflow(when("chat == true", to(centre.queue("Chat"), expression=free)), default=centre.queue("Calls"))
    centre.worker("Ann")
    call, chat = centre.task(channel="voice"), centre.task(channel="chat", chat=True)
    assert centre.offered(chat) == ["Ann"]
    centre.reject(chat)
    centre.accept(call)
    centre.wait(1)
    assert centre.offered(chat) == []
    if how == "task":
        centre.end(call, "wrapping")
    else:
        centre.answer(call, "wrapping")
    assert centre.offered(chat) == ["Ann"]


def test_whoever_stays_available_after_a_timeout_is_asked_last() -> None:
    """With an available timeout activity the task goes to others first, and comes back after a pause."""
    # Inferred: routing.md section 15; exclude Workers who let it go until no other is left
    centre = Centre()
    centre.workflow(default=centre.queue("All"), seconds=30)
    centre.do(commands.UpdateWorkspace, timeout_activity_sid=centre.activity("Available"))
    centre.worker("Ann")
    task = centre.task()
    centre.wait(30)
    assert (centre.outcomes(task), task.assignment_status) == ([("Ann", "timeout")], "pending")
    centre.wait(0.999)
    assert centre.offered(task) == []
    centre.wait(0.001)
    assert centre.offered(task) == ["Ann"]


def test_a_callback_that_fails_gives_the_activity_back() -> None:
    """A single-tasking worker whose callback failed is in its previous activity again."""
    # Inferred: routing.md section 7; canceled: back to the previous Activity
    centre = Centre(multi=False)
    reserved, busy_ = centre.activity("Reserved"), centre.activity("Busy")
    queue = centre.queue("All", reservation_activity_sid=reserved, assignment_activity_sid=busy_)
    centre.workflow(default=queue)
    ann = centre.worker("Ann")
    task = centre.task()
    assert centre.activity_of(ann) == "Reserved"
    centre.do(commands.FailCallback, reservation_sid=centre.reservation(task).sid)
    assert (centre.outcomes(task), centre.activity_of(ann)) == ([("Ann", "canceled")], "Available")


@pytest.mark.parametrize("moment", ["accepted", "ended"])
def test_idle_on_one_channel(moment: str) -> None:
    """On an optimized channel both the acceptance and the end of a chat put a worker behind the others."""
    # Documented: routing.md section 5; with channel_optimized_routing=true per channel
    centre = centre_with(idle_restarts_when_work_ends=moment == "ended")
    centre.workflow(default=centre.queue("All"))
    centre.do(commands.UpdateTaskChannel, task_channel_sid=centre.channel("chat"), channel_optimized_routing=True)
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    for worker in (ann, bob):
        centre.set_channel(worker, "chat", capacity=2)
    centre.wait(1)
    first = centre.task(channel="chat")
    centre.accept(first)
    centre.wait(1)
    second = centre.task(channel="chat")
    centre.accept(second)
    assert (centre.outcomes(first), centre.outcomes(second)) == ([("Ann", "accepted")], [("Bob", "accepted")])
    centre.wait(1)
    if moment == "ended":
        centre.end(second)
        centre.wait(1)
        centre.end(first)
        assert centre.offered(centre.task(channel="chat")) == ["Bob"], "Ann ended last"
    else:
        centre.set_channel(ann, "chat", capacity=1)
        third = centre.task(channel="chat")
        centre.accept(third)
        centre.set_channel(ann, "chat", capacity=3)
        assert centre.outcomes(third) == [("Bob", "accepted")]
        assert centre.offered(centre.task(channel="chat")) == ["Ann"], "Bob accepted last"


def test_the_pause_is_not_prolonged() -> None:
    """Whatever happens to the worker during the pause, the next offer comes when it was to come."""
    # Inferred: routing.md section 15; a delay of a virtual second
    centre, ann, mine, _ = busy()
    centre.set_channel(ann, "default", capacity=2)
    centre.reject(mine)
    centre.wait(0.5)
    centre.set_channel(ann, "default", capacity=3)
    assert centre.offered(mine) == []
    centre.wait(0.5)
    assert centre.offered(mine) == ["Ann"]


@pytest.mark.parametrize("trace", [True, False])
def test_the_best_of_all_is_asked(trace: bool) -> None:
    """Whoever comes first in the target's order is asked, not the first who was found, with and without a trace."""
    # Documented: routing.md section 5; sort by order_by
    centre = centre_with(trace=trace)
    centre.workflow(when("1==1", to(centre.queue("All"), order_by="worker.level DESC")))
    for level in (1, 3, 2):
        centre.worker(f"Level {level}", level=level)
    assert centre.offered(centre.task()) == ["Level 3"]


def test_how_long_an_activity_lasted() -> None:
    """The time in an activity is counted from the move into it, whatever else about the worker changed meanwhile."""
    # Documented: callbacks.md section 4.2; WorkerTimeInPreviousActivity
    # Documented: resources.md section 4; date_status_changed
    centre = Centre()
    ann = centre.worker("Ann")
    centre.wait(10)
    centre.describe(ann, level=1)
    centre.wait(5.5)
    centre.move(ann, "Offline")
    told = centre.events()[-1].data
    assert (told["WorkerTimeInPreviousActivity"], told["WorkerTimeInPreviousActivityMs"]) == ("15", "15500")
    assert (ann.date_status_changed, ann.date_updated) == (15_500, 15_500)
    centre.wait(1)
    centre.describe(ann, level=2)
    assert (ann.date_status_changed, ann.date_updated) == (15_500, 16_500)


def test_the_pause_counts_from_the_first_who_declined() -> None:
    """Somebody who comes, is asked and declines during the pause does not make it longer."""
    # Inferred: routing.md section 15; a delay of a virtual second
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task()
    centre.reject(task)
    centre.wait(0.5)
    centre.worker("Bob")
    centre.reject(task)
    assert centre.outcomes(task) == [("Ann", "rejected"), ("Bob", "rejected")]
    centre.wait(0.5)
    assert centre.offered(task) == ["Ann"]


def test_a_callback_that_fails_too_late() -> None:
    """A reservation that was answered in another way is not canceled when its callback fails at last."""
    # Documented: routing.md section 2; accepted leaves to wrapping and completed only
    centre, _, mine, _ = busy(accepted=True)
    centre.do(commands.FailCallback, reservation_sid=centre.reservation(mine).sid)
    assert centre.outcomes(mine) == [("Ann", "accepted")]
    centre.do(commands.FailCallback, reservation_sid="WR" + "0" * 32)


def test_a_worker_who_left() -> None:
    """A deleted worker is in no queue, no counter and no line any more."""
    # Documented: workflows.md section 4; counters of the target's queue
    centre = Centre()
    queue, rest = centre.queue("All"), centre.queue("Rest", "1==2")
    centre.workflow(when("1==1", to(queue, skip_if="workers.available == 0")), default=rest)
    ann = centre.worker("Ann")
    task = centre.task()
    centre.end(task, "canceled")
    centre.do(commands.DeleteWorker, worker_sid=ann.sid)
    assert (centre.members(queue), queue.bits) == ([], 0)
    assert [(line.positions, line.free) for line in centre.workspace.roster.lines.values()] == [([], 0)]
    assert centre.where(centre.task()) == "Rest"
    assert [(line.positions, line.free) for line in centre.workspace.roster.lines.values()] == [([], 0)]


def test_what_the_assignment_callback_is_sent() -> None:
    """The callback goes to the workflow's address, its fallback to the other, and the age is the task's own."""
    # Documented: callbacks.md section 1; TaskAge in seconds, FallbackAssignmentCallbackUrl
    centre = Centre()
    urls = ("https://centre.example/assignment", "https://centre.example/fallback")
    centre.workflow(
        default=centre.queue("All"), assignment_callback_url=urls[0], fallback_assignment_callback_url=urls[1]
    )
    centre.wait(100)
    centre.task(virtual_start_time=5_000, priority=3)
    centre.wait(7.9)
    centre.worker("Ann")
    (call,) = [each for each in centre.engine.outbox if isinstance(each, AssignmentCall)]
    assert (call.url, call.fallback_url) == urls
    assert {"TaskAge": "7", "TaskPriority": "3", "Timestamp": "107"}.items() <= dict(call.form).items()
