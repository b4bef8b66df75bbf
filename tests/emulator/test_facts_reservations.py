"""Facts about reservations and events over HTTP (resources.md sections 10 and 11)."""

from __future__ import annotations

import pytest

from emulator.asking import ORIGIN, Desk

NOBODY = "0" * 32


class Offered(Desk):
    """A task that Alice is offered."""

    def __init__(self) -> None:
        super().__init__()
        self.routed()
        self.task: str = self.make("/Tasks")["sid"]
        (self.reservation,) = self.list(f"/Tasks/{self.task}/Reservations", "reservations")
        self.path = f"/Tasks/{self.task}/Reservations/{self.reservation['sid']}"
        self.other_path = f"/Workers/{self.worker}/Reservations/{self.reservation['sid']}"


@pytest.fixture
def desk() -> Offered:
    return Offered()


def test_two_views(desk: Offered) -> None:
    """A reservation is seen below its task and below its worker; only the url differs."""
    # Documented: resources.md section 10; two views of one object
    one, other, url = desk.get(desk.path).json, desk.get(desk.other_path).json, ORIGIN + desk.base
    assert (one["url"], other["url"]) == (url + desk.path, url + desk.other_path)
    assert {**one, "url": ""} == {**other, "url": ""} == {**desk.reservation, "url": ""}
    assert one["links"] == {
        "task": f"{url}/Tasks/{desk.task}",
        "worker": f"{url}/Workers/{desk.worker}",
        "workspace": url,
    }
    found = (one["reservation_status"], one["task_sid"], one["worker_sid"], one["worker_name"])
    assert found == ("pending", desk.task, desk.worker, "Alice")


def test_the_wrong_parent(desk: Offered) -> None:
    """Below another task or worker the reservation is not there."""
    # Documented: resources.md section 1.3; the path names the parent
    other = desk.make("/Tasks")["sid"]
    assert desk.get(f"/Tasks/{other}/Reservations/{desk.reservation['sid']}").refusal[:2] == (404, 20404)
    assert desk.get(f"/Tasks/WT{NOBODY}/Reservations").refusal[:2] == (404, 20404)
    assert desk.get(f"/Workers/WK{NOBODY}/Reservations").refusal[:2] == (404, 20404)


@pytest.mark.parametrize("view", ["path", "other_path"])
def test_versions_of_a_reservation(desk: Offered, view: str) -> None:
    """Both views have the ETag, and both look at If-Match."""
    # Documented: resources.md section 1.2; Reservation update, both paths
    path = getattr(desk, view)
    version = desk.get(path).headers["etag"]
    accept = [("ReservationStatus", "accepted")]
    assert desk.post(path, accept, {"if-match": '"99"'}).refusal[:2] == (412, 20412)
    answer = desk.post(path, accept, {"if-match": version})
    assert (answer.status, answer.json["reservation_status"]) == (200, "accepted")
    assert int(answer.headers["etag"].strip('"')) == int(version.strip('"')) + 1


def test_rejecting_into_an_activity(desk: Offered) -> None:
    """WorkerActivitySid goes with rejected, and only with it."""
    # Documented: resources.md section 10; rejected only
    text = "WorkerActivitySid is allowed with ReservationStatus rejected only"
    lunch = desk.activity("Unavailable")
    answer = desk.post(desk.path, ReservationStatus="accepted", WorkerActivitySid=lunch)
    assert answer.refusal == (400, 20001, text)
    answer = desk.post(desk.path, ReservationStatus="rejected", WorkerActivitySid=lunch)
    assert answer.json["reservation_status"] == "rejected"
    assert desk.get(f"/Workers/{desk.worker}").json["activity_name"] == "Unavailable"


def test_rejecting_by_an_instruction(desk: Offered) -> None:
    """The instruction to reject moves the worker into WorkerActivitySid, too."""
    # Documented: callbacks.md section 2.2; activity_sid
    lunch = desk.activity("Unavailable")
    answer = desk.post(desk.path, Instruction="reject", WorkerActivitySid=lunch)
    assert answer.json["reservation_status"] == "rejected"
    assert desk.get(f"/Workers/{desk.worker}").json["activity_name"] == "Unavailable"


def test_lists_among_the_options_of_an_instruction(desk: Offered) -> None:
    """A list repeats its name in a request; the call is recorded with all of it, as a callback's answer has it."""
    # Documented: resources.md section 1; lists repeat the name
    # Documented: callbacks.md section 2.3; status_callback_events, a comma list
    desk.post(f"/Tasks/{desk.task}", Attributes='{"call_sid":"CA1"}')
    events = [("DequeueStatusCallbackEvent", "initiated"), ("DequeueStatusCallbackEvent", "completed")]
    form = [("Instruction", "dequeue"), ("DequeueTo", "client:alice"), *events]
    assert desk.post(desk.path, form).json["reservation_status"] == "accepted"
    (account,) = desk.backend.accounts
    (call,) = account.engine.machine.calls
    assert dict(call.options)["status_callback_events"] == "initiated,completed"


def test_reservations_are_filtered(desk: Offered) -> None:
    """Both lists know ReservationStatus; the one below tasks WorkerSid too."""
    # Documented: resources.md section 10; list filters
    for path in (f"/Tasks/{desk.task}/Reservations", f"/Workers/{desk.worker}/Reservations"):
        assert len(desk.list(path, "reservations", ReservationStatus="pending")) == 1
        assert desk.list(path, "reservations", ReservationStatus="accepted") == []
        assert desk.get(path, ReservationStatus="open").refusal[:2] == (400, 20001)
    path = f"/Tasks/{desk.task}/Reservations"
    assert desk.list(path, "reservations", WorkerSid=f"WK{NOBODY}") == []
    assert len(desk.list(path, "reservations", WorkerSid=desk.worker)) == 1
    desk.post(desk.path, ReservationStatus="accepted")
    desk.post(f"/Tasks/{desk.task}", AssignmentStatus="completed")
    for view in (path, f"/Workers/{desk.worker}/Reservations"):
        found = [len(desk.list(view, "reservations", ReservationStatus=each)) for each in ("completed", "accepted")]
        assert found == [1, 0]


def test_a_rescinded_reservation() -> None:
    """Accepting a reservation that was rescinded is 410."""
    # Documented: resources.md section 10; HTTP 410
    desk = Desk().routed()
    desk.post(f"/TaskQueues/{desk.queue}", MaxReservedWorkers="2")
    desk.make("/Workers", FriendlyName="Bob", ActivitySid=desk.activity())
    path = f"/Tasks/{desk.make('/Tasks')['sid']}/Reservations"
    first, second = (each["sid"] for each in desk.list(path, "reservations"))
    assert desk.post(f"{path}/{first}", ReservationStatus="accepted").status == 200
    assert desk.get(f"{path}/{second}").json["reservation_status"] == "rescinded"
    # Inferred: limits-errors-gotchas.md section 3.1; code 20410
    assert desk.post(f"{path}/{second}", ReservationStatus="accepted").refusal[:2] == (410, 20410)


def test_a_reservation_that_has_ended(desk: Offered) -> None:
    """Accepting one that timed out or was rejected is refused."""
    # Inferred: resources.md section 10; 400 with code 20001
    desk.backend.advance(121)
    assert desk.get(desk.path).json["reservation_status"] == "timeout"
    assert desk.post(desk.path, ReservationStatus="accepted").refusal[:2] == (400, 20001)


def test_supervise_is_on_the_task_path(desk: Offered) -> None:
    """Supervise is known below tasks only."""
    # Documented: resources.md section 10; supervise (Task path only)
    text = "Instruction supervise is not allowed on a Worker Reservation"
    assert desk.post(desk.other_path, Instruction="supervise").refusal == (400, 20001, text)


@pytest.mark.parametrize(("method", "where"), [("POST", "list"), ("DELETE", "instance")])
def test_reservations_are_neither_made_nor_deleted(desk: Offered, method: str, where: str) -> None:
    """There is no create and no delete."""
    # Documented: resources.md section 10; no create, no delete
    for path in (desk.path, desk.other_path):
        own = path if where == "instance" else path.rsplit("/", 1)[0]
        assert desk.ask(method, desk.base + own).refusal[:2] == (405, 20004)


def test_fields_of_an_event(desk: Offered) -> None:
    """An event has its data as an object of texts with snake_case keys."""
    # Documented: resources.md section 11; fields, all values are strings
    (event,) = desk.list("/Events", "events", EventType="reservation.created")
    assert set(event) == {
        *("sid", "account_sid", "workspace_sid", "event_type", "description", "event_date", "event_date_ms"),
        *("event_data", "actor_type", "actor_sid", "actor_url", "resource_type", "resource_sid", "resource_url"),
        *("source", "source_ip_address", "url"),
    }
    assert all(isinstance(value, str) and key == key.lower() for key, value in event["event_data"].items())
    assert (event["event_data"]["task_sid"], event["event_data"]["worker_name"]) == (desk.task, "Alice")
    assert (event["actor_type"], event["resource_type"], event["source"]) == ("workspace", "reservation", "twilio")
    assert event["event_date"] == "2026-01-05T09:00:00Z"
    assert isinstance(event["event_date_ms"], int)
    assert desk.get(f"/Events/{event['sid']}").json == event


def test_versions_in_events(desk: Offered) -> None:
    """The version of the ETag is the version in the event's data."""
    # Observed: resources.md section 1.2; TaskVersion, WorkerVersion, ReservationVersion
    (event,) = desk.list("/Events", "events", EventType="reservation.created")
    assert event["event_data"]["reservation_version"] == desk.get(desk.path).headers["etag"].strip('"')


def test_events_are_filtered(desk: Offered) -> None:
    """Events of the last 15 minutes by type, task, worker, queue, workflow and reservation, newest first."""

    # Documented: resources.md section 11; list filters
    # Inferred: resources.md section 11; newest first
    def types(**query: str) -> list[str]:
        return [each["event_type"] for each in desk.list("/Events", "events", **query)]

    assert set(types(EventType="task.created")) == {"task.created"}
    assert "worker.created" not in types(TaskSid=desk.task)
    assert types(ReservationSid=desk.reservation["sid"]) == ["reservation.created"]
    assert "reservation.created" in types(WorkerSid=desk.worker, TaskQueueSid=desk.queue, WorkflowSid=desk.workflow)
    assert desk.get("/Events", TaskSid="WT1").refusal[:2] == (400, 20001)
    desk.backend.advance(5)
    desk.make("/Workers", FriendlyName="Late")
    dates = [each["event_date_ms"] for each in desk.list("/Events", "events")]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] - dates[-1] == 5_000
    assert len(types(EndDate="2026-01-05T09:00:04Z")) == len(dates) - 1
    desk.backend.advance(16 * 60 - 5)
    assert types(EventType="task.created") == []
    assert types(EventType="task.created", Minutes="20") == ["task.created"]
    assert types(EventType="task.created", StartDate="2026-01-05T09:00:00Z", EndDate="2026-01-05T09:01:00Z") == [
        "task.created"
    ]


def test_events_are_gone_after_a_month() -> None:
    """An event is there for 30 days and not a moment longer, whether or not anything has happened since."""
    # Documented: resources.md section 11; kept 30 days
    desk = Desk()
    desk.make("/Activities", FriendlyName="Lunch")
    (event,) = desk.list("/Events", "events", EventType="activity.created")
    month = {"EventType": "activity.created", "Minutes": "50000"}
    for seconds, found, status in ((30 * 86_400, [event], 200), (0.001, [], 404)):
        desk.backend.advance(seconds)
        assert desk.list("/Events", "events", **month) == found
        assert desk.list("/Events", "events", EndDate="2026-01-06T00:00:00Z", **month) == found
        assert desk.get(f"/Events/{event['sid']}").status == status


def test_reservations_of_a_worker() -> None:
    """A worker's reservations are its own, oldest first, also after a load, until their tasks are gone."""
    # Documented: resources.md section 10; Reservations of a Worker
    desk = Desk().routed()
    tasks = []
    for _ in range(3):
        tasks.append(desk.accepted())
        desk.post(f"/Tasks/{tasks[-1]}", AssignmentStatus="completed")
    desk.make("/Workers", FriendlyName="Bob", ActivitySid=desk.activity())
    desk.make("/Tasks"), desk.make("/Tasks")
    path = f"/Workers/{desk.worker}/Reservations"
    mine = [each["task_sid"] for each in desk.list(path, "reservations")]
    assert mine[:3] == tasks
    assert len(mine) == 4
    desk.backend.load(desk.backend.save())
    assert [each["task_sid"] for each in desk.list(path, "reservations")] == mine
    desk.delete(f"/Tasks/{tasks[1]}")
    assert [each["task_sid"] for each in desk.list(path, "reservations")] == [mine[0], *mine[2:]]
