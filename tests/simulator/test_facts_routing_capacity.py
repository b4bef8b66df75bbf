"""How much a worker takes at once, channel by channel: routing.md section 4."""

from __future__ import annotations

import pytest

from simulator.centre import Centre, one_target


def test_channels_do_not_compete() -> None:
    """Each channel has its own capacity."""
    # Documented: routing.md section 4; Tasks on different channels do not compete
    centre = one_target()
    centre.worker("Ann")
    tasks = [centre.task(channel=name) for name in ("voice", "chat", "sms", "voice")]
    assert [centre.offered(task) for task in tasks] == [["Ann"], ["Ann"], ["Ann"], []]


def test_the_default_capacity_is_one() -> None:
    """Every channel of a new worker has room for one."""
    # Observed: routing.md section 4; default capacity is 1 per channel
    ann = one_target().worker("Ann")
    assert {each.configured_capacity for each in ann.channels.values()} == {1}


@pytest.mark.parametrize("state", ["pending", "accepted", "wrapping"])
def test_what_uses_a_slot(state: str) -> None:
    """A reservation that is pending, accepted or wrapping uses one slot, and shows in the percentage."""
    # Documented: routing.md section 4; the formula of available_capacity_percentage
    # Observed: routing.md section 4; a Worker with one pending Reservation (capacity 1) got no second
    centre = one_target()
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
    centre = one_target()
    ann = centre.worker("Ann")
    task = centre.task()
    centre.set_channel(ann, "default", capacity=0)
    assert (centre.offered(task), centre.offered(centre.task())) == (["Ann"], [])
    centre.accept(task)
    assert centre.outcomes(task) == [("Ann", "accepted")]


def test_less_capacity_than_load() -> None:
    """A capacity below the load takes nothing away; new tasks wait until there is room."""
    # Inferred: routing.md section 4; nothing is taken away
    centre = one_target()
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
    centre = one_target()
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
    centre = one_target(expression="worker.channel.voice.assigned_tasks == 0")
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
    centre = one_target(expression="worker.channel.voice.assigned_tasks == 0")
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
