"""A saved world that somebody has damaged is refused when it is loaded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.centre import Centre
from taskrouter_kit.simulator import Engine
from taskrouter_kit.simulator._timers import RESERVATION


@pytest.fixture(scope="module")
def saved() -> str:
    """A world in which one task is assigned, another one waits, and Bob is off duty."""
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    centre.accept(centre.task())
    centre.worker("Bob", "Offline")
    centre.task(caller="+15550100")
    return json.dumps(centre.engine.save())


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (["sids"], None, "sids is of type NoneType"),
        (["debugger"], [{"at": "1", "code": 1, "message": "", "sid": ""}], "DebuggerEntry.at is of type str"),
        (["workspaces", 0, "friendly_name"], 1, "WorkspaceState.friendly_name is of type int"),
        (["workspaces", 0, "prioritize_queue_order"], "NEXT", "WorkspaceState.prioritize_queue_order is none of FIFO"),
        (["workspaces", 0, "timeout_activity_sid"], "WA1", "the default or the timeout activity is missing"),
        (["workspaces", 0, "task_channels", 0, "unique_name"], "other", "there is no task channel 'default'"),
        (["workspaces", 0, "workers", 0, "activity_sid"], "WA1", "the activity or a channel of worker WK"),
        (["workspaces", 0, "workers", 1, "channels"], [], "the activity or a channel of worker WK"),
        (["workspaces", 0, "workers", 0, "open"], [1], "not everything in WorkerState.open is of type str"),
        (["workspaces", 0, "workers", 0, "channels", 0, "available"], 1, "WorkerChannelState.available is of type int"),
        (["workspaces", 0, "tasks", 1, "priority"], True, "TaskState.priority is of type bool"),
        (["workspaces", 0, "tasks", 1, "priority"], 10**30, "TaskState.priority is too large"),
        (["workspaces", 0, "tasks", 1, "attributes_text"], ["+1"], "TaskState.attributes_text is of type list"),
        (["workspaces", 0, "tasks", 1, "assignment_status"], "lost", "TaskState.assignment_status is none of assigned"),
        (["workspaces", 0, "tasks", 1, "task_channel_sid"], "TC1", "the channel or the queue of task WT"),
        (["workspaces", 0, "tasks", 1, "task_queue_sid"], "WQ1", "the channel or the queue of task WT"),
        (["workspaces", 0, "tasks", 1, "waits_in"], None, "TaskState has no waits_in"),
        (["workspaces", 0, "tasks", 1, "colour"], "red", "TaskState has no colour"),
        (["workspaces", 0, "reservations", 0, "expires_at"], None, "ReservationState.expires_at is of type NoneType"),
        (["workspaces", 0, "events", 0, "event_type"], "dance", "event.event_type is none of activity.created"),
        (["workspaces", 0, "events", 0, "data"], {"A": 1}, "not everything in event.data is of type str"),
    ],
)
def test_what_cannot_be(saved: str, place: list[Any], value: object, message: str) -> None:
    """What a record cannot hold, and what is not there, is named; its value, which may be somebody's, is not."""
    document = json.loads(saved)
    *way, last = place
    record = document
    for step in way:
        record = record[step]
    record[last] = value
    with pytest.raises(ValueError, match=f"^{message}") as caught:
        Engine.load(document)
    assert "+1" not in str(caught.value)
    assert Engine.load(json.loads(saved)).save() == json.loads(saved)


def test_a_step_that_cannot_be(saved: str) -> None:
    """A step of a trace without its sentence is named."""
    document = json.loads(saved)
    (workspace,) = document["workspaces"]
    next(iter(workspace["traces"].values()))[0]["why"] = None
    with pytest.raises(ValueError, match=r"step\.why is of type NoneType"):
        Engine.load(document)


def test_a_timer_of_a_reservation_that_is_gone(saved: str) -> None:
    """It is passed over, as one that no longer fits is, whether its workspace is there or not."""
    document = json.loads(saved)
    expected = Engine.load(document)
    now, sid = document["now"], document["workspaces"][0]["sid"]
    document["timers"] += [[now + 1, RESERVATION, sid, "WR0"], [now + 1, RESERVATION, "WS0", "WR0"]]
    engine = Engine.load(document)
    assert engine.save() == expected.save()
    engine.advance(now + 10**9)
    expected.advance(now + 10**9)
    assert engine.save() == expected.save()
