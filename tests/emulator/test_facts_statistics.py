"""Facts about statistics over HTTP (resources.md section 12)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.asking import ORIGIN, Desk, Heard

NOBODY = "0" * 32
RESERVATIONS = {f"reservations_{name}" for name in ("created", "accepted", "rejected", "timed_out", "canceled")}
TASKS = {f"tasks_{name}" for name in ("canceled", "completed", "deleted", "moved")}
WAITS = {"wait_duration_until_accepted", "wait_duration_until_canceled", "split_by_wait_time"}
COMMON = RESERVATIONS | TASKS | WAITS | {"reservations_rescinded", "avg_task_acceptance_time"}
TIMES = {"start_time", "end_time", "account_sid", "workspace_sid", "url"}


@pytest.fixture
def desk() -> Desk:
    """Return a desk where one task was accepted after ten seconds, and one waits for thirty."""
    desk = Desk().routed(worker=False)
    desk.make("/Tasks", Priority="5")
    desk.backend.advance(10)
    desk.worker = desk.make("/Workers", FriendlyName="Alice", ActivitySid=desk.activity())["sid"]
    task = desk.list("/Tasks", "tasks")[0]["sid"]
    (reservation,) = desk.list(f"/Tasks/{task}/Reservations", "reservations")
    desk.post(f"/Tasks/{task}/Reservations/{reservation['sid']}", ReservationStatus="accepted")
    desk.make("/Tasks")
    desk.backend.advance(30)
    return desk


@pytest.mark.parametrize(
    ("place", "own"),
    [
        ("", {"tasks_created", "tasks_timed_out_in_workflow"}),
        ("/Workflows/{workflow}", {"tasks_entered", "tasks_timed_out_in_workflow", "workflow_sid"}),
        ("/TaskQueues/{queue}", {"tasks_entered", "wait_duration_in_queue_until_accepted", "task_queue_sid"}),
    ],
)
def test_cumulative(desk: Desk, place: str, own: set[str]) -> None:
    """Each cumulative answer has its documented keys, counts and times."""
    # Documented: resources.md section 12; cumulative endpoints
    path = place.format(workflow=desk.workflow, queue=desk.queue) + "/CumulativeStatistics"
    found = desk.get(path).json
    assert set(found) == COMMON | TIMES | own
    assert found["url"] == ORIGIN + desk.base + path
    assert (found["reservations_created"], found["reservations_accepted"]) == (1, 1)
    assert found.get("tasks_created", found.get("tasks_entered")) == 2
    assert found["wait_duration_until_accepted"] == {"avg": 10, "min": 10, "max": 10, "total": 10}


@pytest.mark.parametrize(
    ("place", "own"),
    [
        ("", {"activity_statistics", "total_workers"}),
        ("/Workflows/{workflow}", {"workflow_sid"}),
        (
            "/TaskQueues/{queue}",
            {
                *("task_queue_sid", "activity_statistics", "total_available_workers", "total_eligible_workers"),
                *("longest_relative_task_age_in_queue", "longest_relative_task_sid_in_queue"),
            },
        ),
    ],
)
def test_real_time(desk: Desk, place: str, own: set[str]) -> None:
    """Each real-time answer has its documented keys; the task that waits longest is named."""
    # Documented: resources.md section 12; real-time endpoints, tasks_by_priority keyed by string
    # Observed: resources.md section 12; all statuses in tasks_by_status
    path = place.format(workflow=desk.workflow, queue=desk.queue) + "/RealTimeStatistics"
    found, waiting = desk.get(path).json, desk.list("/Tasks", "tasks")[1]["sid"]
    tasks = {"longest_task_waiting_age", "longest_task_waiting_sid", "tasks_by_priority", "tasks_by_status"}
    assert set(found) == tasks | own | {"total_tasks", "account_sid", "workspace_sid", "url"}
    assert (found["longest_task_waiting_age"], found["longest_task_waiting_sid"]) == (30, waiting)
    assert (found["tasks_by_priority"], found["total_tasks"]) == ({"0": 1, "5": 1}, 2)
    statuses = {"pending": 1, "reserved": 0, "assigned": 1, "wrapping": 0, "canceled": 0, "completed": 0}
    assert found["tasks_by_status"] == statuses


def test_offered_tasks_wait_and_ended_ones_do_not_count() -> None:
    """A task that is offered still waits; tasks that ended are told by status and are in no total."""
    # Documented: resources.md section 12; total_tasks, longest_task_waiting_age
    desk = Desk().routed()
    offered = desk.make("/Tasks")["sid"]
    desk.backend.advance(20)
    ended = desk.make("/Tasks")["sid"]
    desk.post(f"/Tasks/{ended}", AssignmentStatus="canceled")
    found = desk.get("/RealTimeStatistics").json
    assert (found["longest_task_waiting_age"], found["longest_task_waiting_sid"]) == (20, offered)
    assert (found["tasks_by_status"]["canceled"], found["tasks_by_status"]["reserved"]) == (1, 1)
    assert (found["total_tasks"], found["tasks_by_priority"]) == (1, {"0": 1})


def test_entered_and_moved() -> None:
    """A task that moves on has entered both queues, and was moved out of the first."""
    # Documented: resources.md section 12; tasks_entered, tasks_moved
    desk = Desk().routed(worker=False)
    other = desk.make("/TaskQueues", FriendlyName="Other")["sid"]
    targets = [{"queue": desk.queue, "timeout": 10}, {"queue": other}]
    document = {"task_routing": {"filters": [{"expression": "1==1", "targets": targets}]}}
    desk.post(f"/Workflows/{desk.workflow}", Configuration=json.dumps(document))
    desk.make("/Tasks")
    desk.backend.advance(10)
    for queue, counts in ((desk.queue, (1, 1)), (other, (1, 0))):
        found = desk.get(f"/TaskQueues/{queue}/CumulativeStatistics").json
        assert (found["tasks_entered"], found["tasks_moved"]) == counts
    assert desk.get("/CumulativeStatistics").json["tasks_moved"] == 1


def test_nobody_waits() -> None:
    """Without a waiting task the age is 0 and there is no SID."""
    # Inferred: resources.md section 12; longest_task_waiting_age 0, sid null
    found = Desk().get("/RealTimeStatistics").json
    assert (found["longest_task_waiting_age"], found["longest_task_waiting_sid"]) == (0, None)


def test_activities_of_workers(desk: Desk) -> None:
    """Each activity is there, zeros included."""
    # Documented: resources.md section 12; activity_statistics
    for path in ("/RealTimeStatistics", "/Workers/RealTimeStatistics", f"/TaskQueues/{desk.queue}/RealTimeStatistics"):
        found = desk.get(path).json["activity_statistics"]
        assert [(each["friendly_name"], each["workers"]) for each in found] == [
            *(("Offline", 0), ("Available", 1), ("Unavailable", 0))
        ]
        assert set(found[0]) == {"sid", "friendly_name", "workers"}


def test_workers_of_a_queue(desk: Desk) -> None:
    """Eligible workers are counted in any activity; the available ones include those who are busy."""
    # Documented: resources.md section 12; total_eligible_workers and total_available_workers
    desk.make("/Workers", FriendlyName="Bob")
    found = desk.get(f"/TaskQueues/{desk.queue}/RealTimeStatistics").json
    assert (found["total_eligible_workers"], found["total_available_workers"]) == (2, 1)
    # Documented: resources.md section 12; these two exist only on TaskQueue statistics
    assert "total_available_workers" not in desk.get("/Workers/RealTimeStatistics").json


def test_split_by_wait_time(desk: Desk) -> None:
    """For each threshold it is counted what happened above and below it."""
    # Documented: resources.md section 12; split_by_wait_time
    found = desk.get("/CumulativeStatistics", SplitByWaitTime="5,60").json["split_by_wait_time"]
    nothing, one = ({"tasks_canceled": 0, "reservations_accepted": number} for number in (0, 1))
    assert found == {"5": {"above": one, "below": nothing}, "60": {"above": nothing, "below": one}}
    exactly = desk.get("/CumulativeStatistics", SplitByWaitTime="10").json["split_by_wait_time"]
    assert exactly == {"10": {"above": nothing, "below": one}}, "a wait of just as long is not above"
    assert desk.get("/CumulativeStatistics", SplitByWaitTime="5,x").refusal[:2] == (400, 20001)


def test_both_at_once(desk: Desk) -> None:
    """`/Statistics` has cumulative and realtime; of one worker cumulative only."""
    # Documented: resources.md section 12; /Statistics of the three
    for path in ("", f"/Workflows/{desk.workflow}", f"/TaskQueues/{desk.queue}", "/Workers"):
        found = desk.get(f"{path}/Statistics").json
        assert {"cumulative", "realtime", "account_sid", "workspace_sid", "url"} <= set(found)
    found = desk.get(f"/Workers/{desk.worker}/Statistics").json
    assert set(found) == {"cumulative", "worker_sid", "account_sid", "workspace_sid", "url"}


def test_durations_of_activities(desk: Desk) -> None:
    """Worker statistics say how long workers were in each activity."""
    # Documented: resources.md section 12; activity_durations
    found = desk.get("/Workers/CumulativeStatistics").json["activity_durations"]
    assert set(found[0]) == {"sid", "friendly_name", "min", "max", "avg", "total"}
    assert {each["friendly_name"]: each["total"] for each in found}["Available"] == 30


def test_statistics_of_queues_are_listed(desk: Desk) -> None:
    """The list of queues' statistics is paged, and filtered by name."""
    # Documented: resources.md section 12; TaskQueues/Statistics
    desk.make("/TaskQueues", FriendlyName="Second")
    found = desk.list("/TaskQueues/Statistics", "task_queues_statistics", FriendlyName="Second")
    assert [set(each) >= {"cumulative", "realtime", "task_queue_sid"} for each in found] == [True]
    assert "PageToken" in desk.get("/TaskQueues/Statistics", PageSize="1").json["meta"]["next_page_url"]


def bulk(desk: Desk, document: Any) -> Heard:
    path = f"{desk.base}/TaskQueues/RealTimeStatistics"
    return desk.ask("POST", path, json.dumps(document).encode(), headers={"content-type": "application/json"})


@pytest.mark.parametrize("name", ["queueSids", "QueueSids"])
def test_many_queues_at_once(desk: Desk, name: str) -> None:
    """The bulk request takes JSON under either name, answers 200, and has zeros for a queue it does not know."""
    # Documented: resources.md section 12; TaskQueues/RealTimeStatistics
    answer = bulk(desk, {name: [desk.queue, f"WQ{NOBODY}"]})
    found = answer.json["task_queue_data"]
    assert (answer.status, answer.json["task_queue_response_count"]) == (200, 2)
    assert [(each["task_queue_sid"], each["total_tasks"]) for each in found] == [(desk.queue, 2), (f"WQ{NOBODY}", 0)]


@pytest.mark.parametrize("sids", [[], [f"WQ{NOBODY}"] * 51, ["WQ1"], ["WT" + NOBODY], "x", None])
def test_what_bulk_refuses(desk: Desk, sids: Any) -> None:
    """Fewer than 1 or more than 50 queues, and what is no SID of a queue, is 400."""
    # Documented: resources.md section 12; 1 to 50 SIDs, malformed SID 400
    assert bulk(desk, {"queueSids": sids}).refusal[:2] == (400, 20001)


def test_bulk_has_a_limit_of_its_own() -> None:
    """Five bulk requests a second, then 429, when published limits are on."""
    # Documented: resources.md section 12; 5 requests/s
    desk = Desk(published_limits=True).routed()
    assert [bulk(desk, {"queueSids": [desk.queue]}).status for _ in range(6)] == [200] * 5 + [429]


def test_periods(desk: Desk) -> None:
    """The last 15 minutes, or as asked; not further back than 30 days: 400 with code 14241."""
    # Documented: resources.md section 12; Minutes, StartDate, EndDate
    path = "/CumulativeStatistics"
    desk.backend.advance(15 * 60)
    assert desk.get(path).json["tasks_created"] == 0
    assert desk.get(path, Minutes="60").json["tasks_created"] == 2
    found = desk.get(path, StartDate="2026-01-05T09:00:00Z", EndDate="2026-01-05T09:00:05Z").json
    assert (found["tasks_created"], found["reservations_created"]) == (1, 0)
    assert (found["start_time"], found["end_time"]) == ("2026-01-05T09:00:00Z", "2026-01-05T09:00:05Z")
    assert desk.get(path, StartDate="2025-12-05T00:00:00Z").refusal[:2] == (400, 14241)
    backwards = {"StartDate": "2026-01-05T09:00:05Z", "EndDate": "2026-01-05T09:00:00Z"}
    assert desk.get(path, **backwards).refusal == (400, 20001, "EndDate cannot be before StartDate")


@pytest.mark.parametrize("channel", ["voice", "{voice}"])
def test_of_one_channel(desk: Desk, channel: str) -> None:
    """TaskChannel, a SID or a unique name, counts the tasks of that channel."""
    # Documented: resources.md section 12; TaskChannel
    desk.make("/Tasks", TaskChannel="voice")
    key = channel.format(voice=desk.get("/TaskChannels/voice").json["sid"])
    assert desk.get("/RealTimeStatistics", TaskChannel=key).json["total_tasks"] == 1
    assert desk.get("/CumulativeStatistics", TaskChannel=key).json["tasks_created"] == 1


def test_the_statistics_of_no_channel(desk: Desk) -> None:
    """A TaskChannel that does not exist counts nothing, and is no error."""
    desk.make("/Tasks", TaskChannel="voice")
    for key in ("telepathy", "TC" + "0" * 32):
        assert desk.get("/RealTimeStatistics", TaskChannel=key).json["total_tasks"] == 0
        assert desk.get("/CumulativeStatistics", TaskChannel=key).json["tasks_created"] == 0
