"""Facts about workers and their channels over HTTP (resources.md sections 1.2, 4 and 5)."""

from __future__ import annotations

import pytest

from emulator.asking import ORIGIN, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk().routed()


def test_fields_of_a_worker(desk: Desk) -> None:
    """A worker without activity starts in the workspace's default one, with empty attributes and these links."""
    # Documented: resources.md section 4; fields, statistics links are about all workers
    # Observed: limits-errors-gotchas.md section 4; gotcha 25, Offline
    made, workers = desk.make("/Workers", FriendlyName="Bob"), f"{ORIGIN}{desk.base}/Workers"
    own = f"{workers}/{made['sid']}"
    assert (made["attributes"], made["available"], made["activity_name"]) == ("{}", False, "Offline")
    assert made["links"] == {
        "workspace": ORIGIN + desk.base,
        "activity": f"{ORIGIN}{desk.base}/Activities/{made['activity_sid']}",
        "channels": f"{own}/Channels",
        "worker_channels": f"{own}/Channels",
        "reservations": f"{own}/Reservations",
        "statistics": f"{workers}/Statistics",
        "real_time_statistics": f"{workers}/RealTimeStatistics",
        "cumulative_statistics": f"{workers}/CumulativeStatistics",
        "worker_statistics": f"{own}/Statistics",
    }


def test_names_of_workers(desk: Desk) -> None:
    """Names have at most 64 characters and are unique without regard to case, on create and on update."""
    # Observed: resources.md section 4; Worker with the same friendly name already exists
    refused = (400, 20001, "Worker with the same friendly name already exists")
    assert desk.post("/Workers", FriendlyName="ALICE").refusal == refused
    bob = desk.make("/Workers", FriendlyName="Bob")["sid"]
    assert desk.post(f"/Workers/{bob}", FriendlyName="alice").refusal == refused
    assert desk.post(f"/Workers/{bob}", FriendlyName="BOB").json["friendly_name"] == "BOB"
    # Documented: resources.md section 4; 64 characters
    text = "FriendlyName must not be longer than 64 characters, found 65"
    assert desk.post("/Workers", FriendlyName="x" * 65).refusal == (400, 20001, text)
    for name in ({}, {"FriendlyName": ""}, {"FriendlyName": "  "}):
        assert desk.post("/Workers", **name).refusal == (400, 20001, "FriendlyName field is required")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "Attributes must be a JSON object"),
        ("null", "Attributes must be a JSON object"),
        ("{a:1}", "Attributes is not valid JSON"),
        ("", "Attributes is not valid JSON"),
        ('{"a":"' + "x" * 4089 + '"}', "Attributes must not be longer than 4096 characters, found 4097"),
        ('{"a":1' + " " * 4090 + "}", "Attributes must not be longer than 4096 characters, found 4097"),
    ],
)
def test_attributes(desk: Desk, text: str, message: str) -> None:
    """Attributes are a JSON object of at most 4,096 characters, white space included."""
    # Documented: resources.md section 4; attributes
    assert desk.post(f"/Workers/{desk.worker}", Attributes=text).refusal == (400, 20001, message)


def test_attributes_are_replaced(desk: Desk) -> None:
    """Attributes are replaced as a whole, never merged, and take every kind of JSON."""
    # Documented: resources.md section 4; replaced as a whole
    path = f"/Workers/{desk.worker}"
    desk.post(path, Attributes='{"a": 1, "b": {"c": [true, null, "ü", 1.5]}}')
    assert desk.get(path).json["attributes"] == '{"a":1,"b":{"c":[true,null,"ü",1.5]}}'
    assert desk.post(path, Attributes='{"d":2}').json["attributes"] == '{"d":2}'


def test_an_activity_of_another_workspace(desk: Desk) -> None:
    """An activity must be of the same workspace; the recorded words are in the message."""
    # Observed: resources.md section 1.4; "ActivitySid WA… was not found for"
    foreign = Desk(seed=9).activity()
    for path in ("/Workers", f"/Workers/{desk.worker}"):
        status, code, text = desk.post(path, FriendlyName="Bob", ActivitySid=foreign).refusal
        assert (status, code) == (400, 20001)
        assert f"ActivitySid {foreign} was not found for" in text


def test_rejecting_pending_reservations(desk: Desk) -> None:
    """Pending reservations are rejected only on the way into an activity that is not available."""
    # Observed: resources.md section 4; recorded text
    text = "Unable to reject pending reservations when updating to an Available activity state."
    path = f"/Workers/{desk.worker}"
    answer = desk.post(path, ActivitySid=desk.activity(), RejectPendingReservations="true")
    assert answer.refusal == (400, 20001, text)
    task = desk.make("/Tasks")["sid"]
    desk.post(path, ActivitySid=desk.activity("Offline"), RejectPendingReservations="true")
    (reservation,) = desk.list(f"/Tasks/{task}/Reservations", "reservations")
    assert reservation["reservation_status"] == "rejected"


def test_versions_of_a_worker(desk: Desk) -> None:
    """The ETag is a quoted number from 0, one more with each change; If-Match takes it quoted or bare."""
    # Observed: resources.md section 1.2; small integer, quoted, starts at 0
    path = f"/Workers/{desk.worker}"
    assert desk.get(path).headers["etag"] == '"0"'
    answer = desk.post(path, [("Attributes", '{"a":1}')], {"if-match": '"0"'})
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    answer = desk.post(path, [("Attributes", '{"a":2}')], {"if-match": "1"})
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    # Inferred: limits-errors-gotchas.md section 3.1; 412 is recorded, code and words are not
    refused = (412, 20412, "If-Match 1 does not match the current version 2")
    assert desk.post(path, [("Attributes", '{"a":3}')], {"if-match": "1"}).refusal == refused
    assert desk.get(path).json["attributes"] == '{"a":2}'
    # Documented: resources.md section 1.2; without If-Match the last write wins
    assert desk.post(path, Attributes='{"a":4}').headers["etag"] == '"3"'


def test_if_match_on_delete(desk: Desk) -> None:
    """A deletion looks at If-Match too."""
    # Documented: resources.md section 1.2; Worker update and delete
    path = f"/Workers/{desk.worker}"
    assert desk.delete(path, {"if-match": "5"}).refusal[:2] == (412, 20412)
    assert desk.post(path, (), {"if-match": "*"}).status == 200, "any version will do"
    assert desk.delete(path, {"if-match": "0"}).status == 204


def test_a_busy_worker_stays(desk: Desk) -> None:
    """A worker with a pending or accepted reservation is not deleted; an idle one is."""
    # Inferred: resources.md section 4; delete constraints
    task = desk.accepted()
    assert desk.delete(f"/Workers/{desk.worker}").refusal[:2] == (400, 20001)
    desk.post(f"/Tasks/{task}", AssignmentStatus="completed")
    assert desk.delete(f"/Workers/{desk.worker}").status == 204


def test_workers_are_filtered(desk: Desk) -> None:
    """Workers are listed by activity, availability, expression and queue, and in the order of their last change."""
    # Documented: resources.md section 4; list filters
    desk.backend.advance(5)
    bob = desk.make("/Workers", FriendlyName="Bob", Attributes='{"skills":["sales"]}')["sid"]
    sales = desk.make("/TaskQueues", FriendlyName="Sales", TargetWorkers='skills HAS "sales"')["sid"]

    def sids(**query: str) -> list[str]:
        return [each["sid"] for each in desk.list("/Workers", "workers", **query)]

    assert sids() == [desk.worker, bob]
    assert (sids(ActivityName="Offline"), sids(ActivitySid=desk.activity())) == ([bob], [desk.worker])
    assert (sids(Available="true"), sids(Available="nonsense")) == ([desk.worker], [bob])
    assert sids(TargetWorkersExpression='skills HAS "sales"') == [bob]
    # Documented: resources.md section 4; eligible Workers, any Activity
    assert (sids(TaskQueueSid=sales), sids(TaskQueueName="All")) == ([bob], [desk.worker, bob])
    assert sids(Ordering="DateStatusChanged:desc") == [bob, desk.worker]
    assert desk.get("/Workers", TargetWorkersExpression="skills HAS").refusal[:2] == (400, 20001)
    assert desk.get("/Workers", Ordering="DateStatusChanged:up").refusal[:2] == (400, 20001)


def test_attributes_in_lists(desk: Desk) -> None:
    """Attributes are there in lists, whatever the documentation says."""
    # Observed: resources.md section 4; really present
    desk.post(f"/Workers/{desk.worker}", Attributes='{"a":1}')
    assert desk.list("/Workers", "workers")[0]["attributes"] == '{"a":1}'


def test_fields_of_a_worker_channel(desk: Desk) -> None:
    """A worker channel has capacity one, is found by SID or unique name, and has no links."""
    # Documented: resources.md section 5; instance key and fields
    # Observed: resources.md section 5; configured_capacity 1
    path = f"/Workers/{desk.worker}/Channels"
    found = desk.get(f"{path}/default").json
    assert desk.get(f"{path}/{found['sid']}").json == found
    assert found["url"] == f"{ORIGIN}{desk.base}{path}/{found['sid']}"
    values = [found[name] for name in ("configured_capacity", "assigned_tasks", "available_capacity_percentage")]
    assert (values, found["available"], "links" in found) == ([1, 0, 100], True, False)
    assert desk.get(f"{path}/telegraph").refusal[:2] == (404, 20404)


def test_capacity(desk: Desk) -> None:
    """Reservations are made up to the capacity; 0 is none; the load is counted as a percentage."""
    # Documented: resources.md section 5; Capacity
    path = f"/Workers/{desk.worker}/Channels/default"
    assert desk.post(path, Capacity="4").json["configured_capacity"] == 4
    task = desk.accepted()
    found = desk.get(path).json
    assert (found["assigned_tasks"], found["available_capacity_percentage"]) == (1, 75)
    assert isinstance(found["available_capacity_percentage"], int)
    desk.post(f"/Tasks/{task}", AssignmentStatus="completed")
    assert desk.post(path, Capacity="0").json["configured_capacity"] == 0
    assert desk.make("/Tasks")["assignment_status"] == "pending"
    assert desk.post(path, Capacity="-1").refusal == (400, 20001, "Capacity must be at least 0, found -1")


def test_a_closed_channel(desk: Desk) -> None:
    """A channel that is not available gets no new tasks of its kind."""
    # Documented: resources.md section 5; Available
    desk.post(f"/Workers/{desk.worker}/Channels/voice", Available="false")
    made = [desk.make("/Tasks", TaskChannel=channel)["sid"] for channel in ("voice", "chat")]
    assert [desk.get(f"/Tasks/{sid}").json["assignment_status"] for sid in made] == ["pending", "reserved"]


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("DELETE", "/default")])
def test_worker_channels_are_neither_made_nor_deleted(desk: Desk, method: str, path: str) -> None:
    """There is no create and no delete."""
    # Documented: resources.md section 1.3; no create, no delete
    answer = desk.ask(method, f"{desk.base}/Workers/{desk.worker}/Channels{path}")
    assert answer.refusal[:2] == (405, 20004)
