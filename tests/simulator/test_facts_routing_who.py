"""Which worker: eligibility, capacity and order, routing.md sections 3 to 5."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import _commands as commands


def plain(rule: str = "1==1", **target: object) -> Centre:
    """Return a centre with one queue and one target."""
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All", rule), **target)))
    return centre


def test_only_members_of_the_queue() -> None:
    """A worker for whom TargetWorkers is false gets nothing."""
    # Documented: routing.md section 3; member of the target's queue
    centre = plain('languages HAS "es"')
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
    centre = plain()
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
        centre = plain()
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
    centre = plain(expression="worker.level >= task.level")
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
    centre = plain()
    centre.worker("Ann")
    task = centre.task()
    centre.reject(task)
    assert centre.offered(task) == []
    centre.wait(1)
    assert centre.outcomes(task) == [("Ann", "rejected"), ("Ann", "pending")]


def test_others_are_asked_before_those_who_declined() -> None:
    """A worker who comes later is asked before the one who rejected."""
    # Inferred: routing.md section 15; prefer others first
    centre = plain()
    centre.worker("Ann")
    task = centre.task()
    centre.reject(task)
    centre.worker("Bob")
    assert centre.outcomes(task) == [("Ann", "rejected"), ("Bob", "pending")]


def test_ignore_capacity() -> None:
    """A task for one worker that ignores capacity is offered in any activity and with no slot left."""
    # Documented: routing.md section 3; lifts capacity and availability
    centre = plain()
    ann = centre.worker("Ann", "Offline")
    centre.set_channel(ann, "default", capacity=0)
    tasks = [centre.task(routing_target=ann.sid) for _ in range(2)]
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Ann"]]
    assert centre.offered(centre.task(routing_target=ann.sid, ignore_capacity=False)) == []


# Capacity


def test_channels_do_not_compete() -> None:
    """Each channel has its own capacity."""
    # Documented: routing.md section 4; Tasks on different channels do not compete
    centre = plain()
    centre.worker("Ann")
    tasks = [centre.task(channel=name) for name in ("voice", "chat", "sms", "voice")]
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Ann"], ["Ann"], []]


def test_the_default_capacity_is_one() -> None:
    """Every channel of a new worker has room for one."""
    # Observed: routing.md section 4; default capacity is 1 per channel
    ann = plain().worker("Ann")
    assert {each.configured_capacity for each in ann.channels.values()} == {1}


@pytest.mark.parametrize("state", ["pending", "accepted", "wrapping"])
def test_what_uses_a_slot(state: str) -> None:
    """A reservation that is pending, accepted or wrapping uses one slot, and shows in the percentage."""
    # Documented: routing.md section 4; the formula of available_capacity_percentage
    # Observed: routing.md section 4; a Worker with one pending Reservation (capacity 1) got no second
    centre = plain()
    ann = centre.worker("Ann")
    channel = ann.channels[centre.channel("default")]
    centre.set_channel(ann, "default", capacity=3)
    task = centre.task()
    if state != "pending":
        centre.accept(task)
    if state == "wrapping":
        centre.end(task, "wrapping")
    assert channel.available_capacity_percentage == 66
    # Documented: routing.md section 4; assigned_tasks counts accepted ones only
    assert channel.assigned_tasks == (state == "accepted")
    assert [centre.offered(centre.task()) for _ in range(3)] == [["Ann"], ["Ann"], []]
    assert channel.available_capacity_percentage == 0


def test_no_capacity() -> None:
    """With capacity 0 nothing new comes; what is there stays, and can be accepted."""
    # Documented: routing.md section 4; no new Reservations, existing ones stay
    centre = plain()
    ann = centre.worker("Ann")
    task = centre.task()
    centre.set_channel(ann, "default", capacity=0)
    assert (centre.offered(task), centre.offered(centre.task())) == (["Ann"], [])
    centre.accept(task)
    assert centre.outcomes(task) == [("Ann", "accepted")]


def test_less_capacity_than_load() -> None:
    """A capacity below the load takes nothing away; new tasks wait until there is room."""
    # Inferred: routing.md section 4; nothing is taken away
    centre = plain()
    ann = centre.worker("Ann")
    centre.set_channel(ann, "default", capacity=3)
    tasks = [centre.task() for _ in range(3)]
    for task in tasks:
        centre.accept(task)
    centre.set_channel(ann, "default", capacity=1)
    waiting = centre.task()
    for task, offered in zip(tasks, ([], [], ["Ann"]), strict=True):
        centre.end(task)
        assert centre.offered(waiting) == offered


def test_parallel_reservations() -> None:
    """A worker may have as many pending reservations as it has room."""
    # Documented: routing.md section 4; parallel reservations up to the per-channel maximums
    centre = plain()
    ann = centre.worker("Ann")
    centre.set_channel(ann, "default", capacity=3)
    assert [centre.offered(centre.task()) for _ in range(4)] == [["Ann"], ["Ann"], ["Ann"], []]


def test_the_activity_stays_as_it_is() -> None:
    """In multitasking nothing moves a worker but a timeout."""
    # Documented: routing.md section 4; changes never automatically, except to the timeout Activity
    centre = Centre()
    busy = centre.activity("Busy")
    queue = centre.queue("All", reservation_activity_sid=busy, assignment_activity_sid=busy)
    centre.workflow(default=queue, seconds=30)
    ann = centre.worker("Ann")
    seen = []
    task = centre.task()
    for status in ("rejected", "accepted", "wrapping", "completed"):
        seen.append(centre.activity_of(ann))
        centre.wait(1)
        centre.answer(task, status)
    assert seen == ["Available"] * 4
    centre.task()
    centre.wait(30)
    assert centre.activity_of(ann) == "Offline"


def test_channels_can_block_each_other() -> None:
    """A target can keep chats away from who is on the telephone."""
    # Documented: routing.md section 4; worker.channel.chat.assigned_tasks == 0
    # Observed: routing.md section 4; production configurations do so
    centre = plain(expression="worker.channel.voice.assigned_tasks == 0")
    centre.worker("Ann")
    call, chat = centre.task(channel="voice"), centre.task(channel="sms")
    assert centre.offered(chat) == ["Ann"], "the call is not accepted yet"
    centre.accept(call)
    other = centre.task(channel="chat")
    assert centre.offered(other) == []
    centre.end(call)
    assert centre.offered(other) == ["Ann"]


@pytest.mark.parametrize("by", ["task", "reservation"])
def test_wrapping_up_lifts_a_block(by: str) -> None:
    """Who wraps up has no assigned task any more: a target that asks for that takes the worker at once."""
    # Inferred: routing.md section 4; assigned_tasks counts accepted ones only
    centre = plain(expression="worker.channel.voice.assigned_tasks == 0")
    centre.worker("Ann")
    call = centre.task(channel="voice")
    centre.accept(call)
    chat = centre.task(channel="chat")
    assert centre.offered(chat) == []
    if by == "task":
        centre.end(call, "wrapping")
    else:
        centre.answer(call, "wrapping")
    assert centre.offered(chat) == ["Ann"]


# Order


def test_longest_idle_first() -> None:
    """Without order_by the worker is asked whose last assignment is longest ago."""
    # Documented: routing.md section 5; longest time since the last task assignment
    centre = plain()
    for name in ("Ann", "Bob", "Cid"):
        centre.worker(name)
        centre.wait(1)
    asked = []
    for _ in range(6):
        task = centre.task()
        asked += centre.offered(task)
        centre.accept(task)
        centre.end(task)
        centre.wait(1)
    assert asked == ["Ann", "Bob", "Cid", "Ann", "Bob", "Cid"], "which is a round robin"


def test_order_by_and_then_idle() -> None:
    """order_by comes first; equal workers are asked by their idle time."""
    # Documented: routing.md section 5; sort by order_by, ties: longest idle
    centre = plain(order_by="worker.level DESC")
    for name, level in (("Ann", 1), ("Bob", 2), ("Cid", 2)):
        centre.worker(name, level=level)
        centre.wait(1)
    assert [centre.offered(centre.task()) for _ in range(3)] == [["Bob"], ["Cid"], ["Ann"]]


def test_a_sort_key_without_direction() -> None:
    """It sorts by the smallest first, alone and beside others."""
    # Inferred: expressions.md section 8; a key without direction sorts by ASC
    for order_by in ("worker.level", "worker.level, worker.age DESC", "worker.team DESC , worker.level"):
        centre = plain(order_by=order_by)
        for name, level in (("Ann", 2), ("Bob", 1)):
            centre.worker(name, level=level, age=7, team=1)
        assert centre.offered(centre.task()) == ["Bob"], order_by


def test_order_by_reads_fields_of_the_worker() -> None:
    """Who has more of a channel free is asked first, where the target says so."""
    # Decided: order_by reads a worker's own fields as the expression of a target does
    centre = plain(order_by="worker.channel.voice.available_capacity_percentage DESC")
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    for worker, capacity in ((ann, 4), (bob, 2)):
        own = worker.channels[centre.channel("voice")].sid
        centre.do(commands.UpdateWorkerChannel, worker_sid=worker.sid, worker_channel_sid=own, capacity=capacity)
    asked = [centre.offered(centre.task(channel="voice")) for _ in range(4)]
    assert asked == [["Ann"], ["Bob"], ["Ann"], ["Ann"]], "100 to 100 (older), 75 to 100, 75 to 50, 50 to 50 (older)"


@pytest.mark.parametrize(("optimized", "asked"), [(False, ["Bob"]), (True, ["Ann"])])
def test_idle_time_of_a_channel(optimized: bool, asked: list[str]) -> None:
    """Idle time is the whole worker's; with channel_optimized_routing each channel has its own."""
    # Documented: routing.md section 5; with channel_optimized_routing per channel
    centre = plain()
    channel = centre.channel("chat")
    centre.do(commands.UpdateTaskChannel, task_channel_sid=channel, channel_optimized_routing=optimized)
    ann, _ = centre.worker("Ann"), centre.worker("Bob")
    centre.wait(1)
    call = centre.task(channel="voice")
    assert centre.offered(call) == ["Ann"]
    centre.accept(call)
    assert centre.offered(centre.task(channel="chat")) == asked
    assert ann.sid


def test_never_assigned_sorts_by_when_it_became_available() -> None:
    """Who never had a task is as old as its arrival in an available activity."""
    # Inferred: routing.md section 5; a Worker never assigned sorts by when it became available
    centre = plain()
    ann = centre.worker("Ann", "Offline")
    centre.wait(1)
    centre.worker("Bob")
    centre.wait(1)
    centre.move(ann, "Available")
    assert [centre.offered(centre.task()) for _ in range(2)] == [["Bob"], ["Ann"]]


def test_the_final_tie() -> None:
    """Workers that are equal in everything are asked in the order of their creation."""
    # Inferred: routing.md section 5; Worker creation time, then SID
    centre = plain()
    for name in ("Zoe", "Bob", "Ann"):
        centre.worker(name)
    assert [centre.offered(centre.task()) for _ in range(3)] == [["Zoe"], ["Bob"], ["Ann"]]
