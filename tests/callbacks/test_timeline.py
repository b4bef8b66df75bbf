"""Timelines: what became of each task, whatever the order its events came in."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from taskrouter_kit.callbacks import (
    Callbacks,
    Event,
    MemorySeen,
    SqliteSeen,
    Timelines,
    in_order,
    parse_event,
    service_level,
    timelines,
)

START = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
BILLING, DEFAULT, ALICE, BOB = "WQ" + "1" * 32, "WQ" + "2" * 32, "WK" + "1" * 32, "WK" + "2" * 32


def event(kind: str, second: int, task: int = 1, **fields: str) -> Event:
    moment = int((START + timedelta(seconds=second)).timestamp() * 1000)
    names = {"task_sid": f"WT{task:032x}", "sid": f"EV{second:016x}{task:016x}"}
    return parse_event({"event_type": kind, "timestamp_ms": str(moment), **names, **fields})


def life() -> list[Event]:
    """One task: Billing, a missed offer, moved to Default, accepted by Bob, completed."""
    return [
        event("task-queue.entered", 0, task_queue_sid=BILLING, task_queue_name="Billing"),
        event("task.created", 1),
        event("reservation.created", 2, reservation_sid="WR" + "1" * 32, worker_sid=ALICE),
        event("reservation.timeout", 32, reservation_sid="WR" + "1" * 32, worker_sid=ALICE),
        event("task-queue.timeout", 60, task_queue_sid=BILLING),
        event("task-queue.moved", 61, task_queue_sid=DEFAULT, task_queue_name="Default"),
        event("reservation.created", 62, reservation_sid="WR" + "2" * 32, worker_sid=BOB),
        event("reservation.accepted", 65, reservation_sid="WR" + "2" * 32, worker_sid=BOB),
        event("task.wrapup", 125),
        event("task.completed", 135, task_completed_reason="solved"),
    ]


def test_a_task_is_told_from_its_events() -> None:
    """Waits, offers, handling and why a queue was left follow from the events, in any order and repeated."""
    shuffled = life() * 2
    random.Random(7).shuffle(shuffled)
    (task,) = timelines(shuffled).values()
    assert [(each.task_queue_name, each.waited, each.why) for each in task.stays] == [
        ("Billing", timedelta(seconds=60), "timeout"),
        ("Default", timedelta(seconds=4), "assigned"),
    ]
    assert [(each.worker_sid, each.outcome) for each in task.offers] == [(ALICE, "timeout"), (BOB, "accepted")]
    assert (task.waited, task.handled) == (timedelta(seconds=65), timedelta(seconds=70))
    assert (task.accepted_by, task.outcome, task.reason) == (BOB, "completed", "solved")


def test_the_first_answer_to_an_offer_is_its_outcome() -> None:
    """An accepted reservation that is canceled with its task was accepted, and stays so."""
    offer = {"reservation_sid": "WR" + "1" * 32, "worker_sid": ALICE}
    kinds = [
        ("reservation.created", 0),
        ("reservation.accepted", 5),
        ("reservation.canceled", 9),
        ("task.canceled", 10),
    ]
    (task,) = timelines(event(kind, second, **offer) for kind, second in kinds).values()
    assert [(each.outcome, each.answered) for each in task.offers] == [("accepted", START + timedelta(seconds=5))]
    assert (task.accepted_by, task.outcome) == (ALICE, "canceled")


def test_a_queue_may_be_entered_again() -> None:
    """A target that timed out may be followed by one in the same queue: two stays."""
    kinds = [("entered", 0), ("timeout", 30), ("moved", 31)]
    events = [event(f"task-queue.{kind}", second, task_queue_sid=BILLING) for kind, second in kinds]
    (task,) = timelines(events).values()
    assert [(each.task_queue_sid, each.why) for each in task.stays] == [(BILLING, "timeout"), (BILLING, None)]


@pytest.mark.parametrize("order", [("moved", "entered"), ("entered", "moved")])
@pytest.mark.parametrize("named", [BILLING, DEFAULT], ids=["the queue left", "the queue entered"])
def test_a_move_that_is_told_twice_is_one_move(order: tuple[str, str], named: str) -> None:
    """Whichever queue task-queue.moved names, and in whichever order both come: one stay in each queue."""
    second = {kind: event(f"task-queue.{kind}", 61 + at, task_queue_sid=DEFAULT) for at, kind in enumerate(order)}
    if named == BILLING and order[0] == "moved":
        second["moved"] = event("task-queue.moved", 61, task_queue_sid=BILLING)
    events = [life()[0], *second.values(), event("task.canceled", 70)]
    (task,) = timelines(events).values()
    assert [(each.task_queue_sid, each.why) for each in task.stays] == [(BILLING, "moved"), (DEFAULT, "canceled")]


def test_the_service_level_counts_what_is_known() -> None:
    """Accepted in time or late, given up, and waiting tasks with what is left of their time."""
    events = life()
    events += [event("task.created", 0, 2), event("task.canceled", 10, 2)]
    events += [event("task.created", 100, 3), event("task.created", 10, 4)]
    level = service_level(timelines(events).values(), timedelta(seconds=70), START + timedelta(seconds=120))
    assert (level.in_time, level.late, level.abandoned, level.waiting) == (1, 0, 1, 2)
    assert level.at_risk == ((f"WT{4:032x}", timedelta(seconds=-40)), (f"WT{3:032x}", timedelta(seconds=50)))
    assert level.share == 1 / 3
    assert service_level([], timedelta(1), START).share is None


def test_a_stream_is_put_in_order_within_a_hold() -> None:
    """With a hold, events come out by their time as soon as the hold has passed; without, after the last."""
    seconds = [5, 1, 3, 20, 18, 40]
    events = [event("task.updated", second) for second in seconds]
    read: list[int] = []

    def stream() -> Any:
        for each, second in zip(events, seconds, strict=True):
            read.append(second)
            yield each

    ordered = in_order(stream(), timedelta(seconds=10))
    assert next(ordered) == events[1]
    assert read == [5, 1, 3, 20]
    assert [each.occurred for each in ordered] == [START + timedelta(seconds=n) for n in (3, 5, 18, 20, 40)]
    assert [each.occurred for each in in_order(events)] == [START + timedelta(seconds=n) for n in sorted(seconds)]


def test_stores_forget_after_their_window(tmp_path: Any) -> None:
    """Both stores know a Sid within the window, forget it after, and on release."""
    now = [0.0]
    window = timedelta(seconds=10)
    stores = [
        MemorySeen(window, clock=lambda: now[0]),
        SqliteSeen(tmp_path / "seen.db", window, clock=lambda: now[0]),
    ]
    for store in stores:
        now[0] = 0.0
        assert [store.claim("EV1"), store.claim("EV1"), store.claim("EV2")] == [True, False, True]
        store.release("EV2")
        assert store.claim("EV2")
        now[0] = 10.0
        assert store.claim("EV1")
    database = stores[1]
    assert isinstance(database, SqliteSeen)
    again = SqliteSeen(tmp_path / "seen.db", window, clock=lambda: now[0])
    assert not again.claim("EV1")
    now[0] = 30.0
    assert again.prune() == 1
    again.close()
    database.close()


def test_a_file_does_not_grow_for_ever(tmp_path: Any) -> None:
    """A store in a file drops what is older than its window, without being asked."""
    now = [0.0]
    store = SqliteSeen(tmp_path / "seen.db", timedelta(seconds=10), clock=lambda: now[0])
    for second in range(100):
        now[0] = float(second)
        assert store.claim(f"EV{second}")
    store.close()
    with closing(sqlite3.connect(tmp_path / "seen.db")) as database:
        ((kept,),) = database.execute("SELECT count(*) FROM seen")
    assert 10 <= kept <= 20


def test_memory_has_a_limit() -> None:
    """A store in memory keeps at most its size: the oldest goes."""
    store = MemorySeen(size=2)
    assert all(store.claim(sid) for sid in ("a", "b", "c"))
    assert store.claim("a")
    assert not store.claim("c")


def test_timelines_grow_with_what_comes() -> None:
    """Events are taken in as callbacks bring them; each question is answered from all that came so far."""
    stories = Timelines(size=2)
    callbacks = Callbacks("token")
    callbacks.on(Event)(stories.add)
    events = life()
    task = str(events[0].fields["task_sid"])
    for each in reversed(events[:8]):
        callbacks.dispatch(each)
    assert (stories.of(task).accepted_by, stories.of(task).outcome) == (BOB, None)
    for each in events:
        callbacks.dispatch(each)
    assert stories.all() == timelines(events)
    stories.add(parse_event({"EventType": "workspace.updated"}))
    stories.add(event("task.created", 0, 2))
    assert set(stories.all()) == {task, f"WT{2:032x}"}
    stories.add(event("task.created", 0, 3))
    assert set(stories.all()) == {f"WT{2:032x}", f"WT{3:032x}"}
    with pytest.raises(LookupError):
        stories.of(task)
    stories.forget(f"WT{2:032x}")
    assert set(stories.all()) == {f"WT{3:032x}"}
