"""Laws of streams: order is restored whatever came first, an event is new once, a timeline needs no order."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit.callbacks import (
    Callbacks,
    Event,
    MemorySeen,
    Reordered,
    SeenStore,
    SqliteSeen,
    event_types,
    in_order,
    parse_event,
    timelines,
)
from taskrouter_kit.errors import InvalidDeclaration

START = 1_767_603_600_000
KINDS = sorted(event_types())


@st.composite
def streams(draw: st.DrawFn) -> list[Event]:
    """Events of two tasks within two seconds, each with a Sid of its own."""
    rows = draw(st.lists(st.tuples(st.integers(0, 2_000), st.sampled_from(KINDS), st.integers(1, 2)), max_size=12))
    return [
        parse_event(
            {
                "EventType": kind,
                "Sid": f"EV{number:032x}",
                "TimestampMs": str(START + moment),
                "TaskSid": f"WT{task:032x}",
                "TaskQueueSid": f"WQ{number % 3:032x}",
                "ReservationSid": f"WR{task:032x}",
                "WorkerSid": f"WK{task:032x}",
            }
        )
        for number, (moment, kind, task) in enumerate(rows)
    ]


@given(streams(), st.randoms(use_true_random=False))
def test_order_does_not_depend_on_delivery(events: list[Event], random: Any) -> None:
    """Whatever the order of delivery, the order that comes out is the same, and by time."""
    expected = list(in_order(events))
    shuffled = list(events)
    random.shuffle(shuffled)
    assert list(in_order(shuffled)) == expected
    assert sorted(each.occurred for each in events) == [each.occurred for each in expected]
    assert {id(each) for each in expected} == {id(each) for each in events}


@given(streams(), st.randoms(use_true_random=False), st.integers(0, 1_000))
def test_holding_back_restores_what_is_not_later(events: list[Event], random: Any, late: int) -> None:
    """With hold, a stream whose events are not later than that comes out in order; nothing is lost in any stream."""
    hold = timedelta(milliseconds=late)
    arriving = sorted(events, key=lambda each: each.occurred + timedelta(milliseconds=random.uniform(0, late)))
    assert list(in_order(arriving, hold)) == list(in_order(events))
    shuffled = list(events)
    random.shuffle(shuffled)
    assert {id(each) for each in in_order(shuffled, hold)} == {id(each) for each in events}


class Waits:
    """A ``later`` on time that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pending: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, action: Callable[[], None]) -> None:
        self.pending.append((self.now + seconds, action))

    def move_to(self, moment: float) -> None:
        while self.pending and min(self.pending, key=lambda each: each[0])[0] <= moment:
            due = min(self.pending, key=lambda each: each[0])
            self.pending.remove(due)
            self.now = due[0]
            due[1]()
        self.now = moment


@given(streams(), st.randoms(use_true_random=False), st.integers(1, 1_000))
def test_pushed_events_are_reordered(events: list[Event], random: Any, late: int) -> None:
    """Events that come late by less than hold reach the handler in order, each held at most twice as long."""
    waits, seen, arrived = Waits(), [], {}

    def handler(event: Event) -> None:
        seen.append(event)
        assert waits.now - arrived[id(event)] <= 2 * late / 1000 + 1e-6

    reordered = Reordered(handler, timedelta(milliseconds=late), later=waits)
    delays = {id(each): random.uniform(0, late * 0.99) for each in events}
    arriving = sorted(events, key=lambda each: each.occurred.timestamp() * 1000 + delays[id(each)])
    for each in arriving:
        waits.move_to(each.occurred.timestamp() - START / 1000 + delays[id(each)] / 1000)
        arrived[id(each)] = waits.now
        reordered(each)
    waits.move_to(10_000)
    assert seen == list(in_order(events))
    assert waits.pending == []


def test_a_handler_of_reordered_events_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    """An exception is logged without its text, and the next event comes; a real timer releases what was held."""
    seen: list[str] = []
    done = threading.Event()

    def handler(event: Event) -> None:
        seen.append(event.event_type)
        if len(seen) == 1:
            raise ValueError("secret")
        done.set()

    callbacks = Callbacks("token")
    callbacks.on(Event)(Reordered(handler, timedelta(milliseconds=50)))
    for kind, moment in (("reservation.created", 5), ("task.created", 1)):
        callbacks.dispatch({"EventType": kind, "TimestampMs": str(START + moment)})
    assert seen == []
    assert done.wait(10)
    assert seen == ["task.created", "reservation.created"]
    assert "ValueError at" in caplog.text
    assert "secret" not in caplog.text
    with pytest.raises(InvalidDeclaration, match="invalid-hold"):
        Reordered(handler, timedelta(0))


@given(streams(), st.randoms(use_true_random=False))
def test_timelines_need_no_order_and_no_uniqueness(events: list[Event], random: Any) -> None:
    """Shuffled and repeated events give the same timelines; what is told fits together."""
    expected = timelines(events)
    delivered = [*events, *random.sample(events, len(events) // 2)]
    random.shuffle(delivered)
    assert timelines(delivered) == expected
    for story in expected.values():
        for stay in story.stays:
            assert stay.left is None or stay.left >= stay.entered
            assert (stay.left is None) == (stay.why is None)
        assert [stay.entered for stay in story.stays] == sorted(stay.entered for stay in story.stays)
        assert (story.accepted is None) == (story.accepted_by is None)
        for offer in story.offers:
            assert (offer.answered is None) == (offer.outcome is None)
        for duration in (story.waited, story.handled):
            assert duration is None or duration >= timedelta(0)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.sampled_from("abcd")),
        st.tuples(st.just("release"), st.sampled_from("abcd")),
        st.tuples(st.just("wait"), st.integers(1, 15)),
        st.tuples(st.just("prune"), st.just(0)),
    ),
    max_size=30,
)


@given(steps)
@pytest.mark.parametrize("kind", [MemorySeen, SqliteSeen])
def test_a_store_is_the_set_of_what_it_saw(kind: Any, steps: list[tuple[str, Any]]) -> None:
    """A Sid is new exactly when it was not claimed within the window, or was released since."""
    now = [0.0]
    window = timedelta(seconds=10)
    store = kind(window, clock=lambda: now[0]) if kind is MemorySeen else kind(":memory:", window, clock=lambda: now[0])
    model: dict[str, float] = {}
    for step, value in steps:
        if step == "wait":
            now[0] += value
        elif step == "prune":
            if isinstance(store, SqliteSeen):
                store.prune()
        elif step == "release":
            store.release(value)
            model.pop(value, None)
        else:
            new = value not in model or model[value] <= now[0] - 10
            assert store.claim(value) is new
            if new:
                model[value] = now[0]
    if isinstance(store, SqliteSeen):
        store.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite", "sqlite, one each"])
def test_threads_agree_who_was_first(kind: str, tmp_path: Path) -> None:
    """Of many threads that claim the same Sids, each Sid has one winner."""
    threads, sids = 8, [f"EV{number}" for number in range(40)]
    shared: SeenStore = MemorySeen() if kind == "memory" else SqliteSeen(tmp_path / "seen.db")
    stores = [SqliteSeen(tmp_path / "seen.db") if "each" in kind else shared for _ in range(threads)]
    begin = threading.Barrier(threads)

    def claim(store: SeenStore) -> list[str]:
        begin.wait(10)
        return [sid for sid in sids if store.claim(sid)]

    with ThreadPoolExecutor(threads) as pool:
        won = [sid for each in pool.map(claim, stores) for sid in each]
    assert sorted(won) == sorted(sids)
    for store in {id(each): each for each in [*stores, shared]}.values():
        if isinstance(store, SqliteSeen):
            store.close()


PROCESS = """
import sys
from taskrouter_kit.callbacks import SqliteSeen
sys.stdin.readline()
store = SqliteSeen(sys.argv[1])
print(" ".join(sid for sid in (f"EV{number}" for number in range(100)) if store.claim(sid)))
store.close()
"""


def test_stores_that_open_at_the_same_moment_all_open(tmp_path: Path) -> None:
    """Opening a new file from many threads at once fails for none of them."""
    for round_ in range(20):
        begin = threading.Barrier(6)

        def opened(begin: threading.Barrier = begin, path: Path = tmp_path / f"{round_}.db") -> bool:
            begin.wait(10)
            store = SqliteSeen(path)
            new = store.claim("EV1")
            store.close()
            return new

        with ThreadPoolExecutor(6) as pool:
            assert [each.result() for each in [pool.submit(opened) for _ in range(6)]].count(True) == 1


def test_processes_agree_who_was_first(tmp_path: Path) -> None:
    """Several processes that open the same file at the same moment have one winner for each Sid."""
    command = [sys.executable, "-c", PROCESS, str(tmp_path / "seen.db")]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    outputs = [each.communicate(timeout=60) for each in running]
    assert [each.returncode for each in running] == [0] * 4, outputs
    won = [sid for out, _ in outputs for sid in out.split()]
    assert sorted(won) == sorted(f"EV{number}" for number in range(100))
