"""In which order the workers are asked who may be: routing.md section 5."""

from __future__ import annotations

import pytest

from simulator.centre import one_target
from taskrouter_kit.simulator import _commands as commands


def test_longest_idle_first() -> None:
    """Without order_by the worker is asked whose last assignment is longest ago."""
    # Documented: routing.md section 5; longest time since the last task assignment
    centre = one_target()
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
    centre = one_target(order_by="worker.level DESC")
    for name, level in (("Ann", 1), ("Bob", 2), ("Cid", 2)):
        centre.worker(name, level=level)
        centre.wait(1)
    assert [centre.offered(centre.task()) for _ in range(3)] == [["Bob"], ["Cid"], ["Ann"]]


def test_a_sort_key_without_direction() -> None:
    """It sorts by the smallest first, alone and beside others."""
    # Inferred: expressions.md section 8; a key without direction sorts by ASC
    for order_by in ("worker.level", "worker.level, worker.age DESC", "worker.team DESC , worker.level"):
        centre = one_target(order_by=order_by)
        for name, level in (("Ann", 2), ("Bob", 1)):
            centre.worker(name, level=level, age=7, team=1)
        assert centre.offered(centre.task()) == ["Bob"], order_by


def test_order_by_reads_fields_of_the_worker() -> None:
    """Who has more of a channel free is asked first, where the target says so."""
    # Decided: order_by reads a worker's own fields as the expression of a target does
    centre = one_target(order_by="worker.channel.voice.available_capacity_percentage DESC")
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
    centre = one_target()
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
    centre = one_target()
    ann = centre.worker("Ann", "Offline")
    centre.wait(1)
    centre.worker("Bob")
    centre.wait(1)
    centre.move(ann, "Available")
    assert [centre.offered(centre.task()) for _ in range(2)] == [["Bob"], ["Ann"]]


def test_the_final_tie() -> None:
    """Workers that are equal in everything are asked in the order of their creation."""
    # Inferred: routing.md section 5; Worker creation time, then SID
    centre = one_target()
    for name in ("Zoe", "Bob", "Ann"):
        centre.worker(name)
    assert [centre.offered(centre.task()) for _ in range(3)] == [["Zoe"], ["Bob"], ["Ann"]]
