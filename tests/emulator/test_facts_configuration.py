"""Facts about workspaces, activities, task channels, queues and workflows over HTTP (resources.md sections 2 to 8)."""

from __future__ import annotations

import json

import pytest

from emulator.asking import ORIGIN, Asker, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk().routed()


def too_long(name: str, limit: int = 64) -> tuple[int, int, str]:
    return 400, 20001, f"{name} must not be longer than {limit} characters, found {limit + 1}"


def test_fields_of_a_workspace() -> None:
    """A new workspace answers with every documented field and link; the template is not among them."""
    # Documented: resources.md section 2; response fields, template not returned
    # Observed: resources.md section 2; event_callback_url "" and not null
    desk = Desk(template="FIFO")
    found, url = desk.workspace, ORIGIN + desk.base
    assert {name: value for name, value in found.items() if not name.endswith(("sid", "url", "links"))} == {
        "date_created": "2026-01-05T09:00:00Z",
        "date_updated": "2026-01-05T09:00:00Z",
        "default_activity_name": "Offline",
        "events_filter": None,
        "friendly_name": "Desk",
        "multi_task_enabled": True,
        "timeout_activity_name": "Offline",
        "prioritize_queue_order": "FIFO",
    }
    assert (found["event_callback_url"], found["url"]) == ("", url)
    assert found["default_activity_sid"] == found["timeout_activity_sid"] == desk.activity("Offline")
    assert found["links"] == {
        "activities": f"{url}/Activities",
        "statistics": f"{url}/Statistics",
        "real_time_statistics": f"{url}/RealTimeStatistics",
        "cumulative_statistics": f"{url}/CumulativeStatistics",
        "task_queues": f"{url}/TaskQueues",
        "tasks": f"{url}/Tasks",
        "workers": f"{url}/Workers",
        "workflows": f"{url}/Workflows",
        "task_channels": f"{url}/TaskChannels",
        "events": f"{url}/Events",
    }


def test_values_of_a_workspace() -> None:
    """Each parameter is taken on create; what is no template, order or address is refused."""
    # Documented: resources.md section 2; Template, PrioritizeQueueOrder, EventCallbackUrl with overrides
    asker = Asker()
    made = asker.make(
        "/v1/Workspaces",
        FriendlyName="W",
        EventCallbackUrl="https://a.example/events#rc=3",
        EventsFilter="task.created, task.updated",
        MultiTaskEnabled="false",
        PrioritizeQueueOrder="LIFO",
    )
    assert (made["event_callback_url"], made["events_filter"]) == (
        "https://a.example/events#rc=3",
        "task.created, task.updated",
    )
    assert (made["multi_task_enabled"], made["prioritize_queue_order"]) == (False, "LIFO")
    assert asker.post("/v1/Workspaces", FriendlyName="W", Template="fifo").status == 201
    for wrong in ("LIFO", "EMPTY"):
        text = f"Template must be one of NONE, FIFO, found {wrong!r}"
        assert asker.post("/v1/Workspaces", FriendlyName="W", Template=wrong).refusal == (400, 20001, text)
    text = "PrioritizeQueueOrder must be one of FIFO, LIFO, found 'UP'"
    assert asker.post("/v1/Workspaces", FriendlyName="W", PrioritizeQueueOrder="UP").refusal == (400, 20001, text)


def test_names_of_workspaces() -> None:
    """A name has at most 64 characters; two workspaces may share one, and the filter lists both."""
    # Documented: resources.md section 2; 64 characters
    # Inferred: resources.md section 2; duplicates are allowed
    asker = Asker()
    assert asker.post("/v1/Workspaces", FriendlyName="x" * 65).refusal == too_long("FriendlyName")
    for _ in range(2):
        asker.make("/v1/Workspaces", FriendlyName="x" * 64)
    assert len(asker.list("/v1/Workspaces", "workspaces", FriendlyName="x" * 64)) == 2
    assert asker.list("/v1/Workspaces", "workspaces", FriendlyName="x") == []


def test_multitasking_is_one_way(desk: Desk) -> None:
    """From single to multi is a change, back is refused and changes nothing."""
    # Documented: resources.md section 2; multi to single refused
    assert desk.post("", MultiTaskEnabled="false").refusal[:2] == (400, 20001)
    assert desk.get().json["multi_task_enabled"] is True
    single = Asker(desk.backend).make("/v1/Workspaces", FriendlyName="W", MultiTaskEnabled="false")
    path = f"/v1/Workspaces/{single['sid']}"
    assert Asker(desk.backend).post(path, FriendlyName="V").json["multi_task_enabled"] is False
    assert Asker(desk.backend).post(path, MultiTaskEnabled="true").json["multi_task_enabled"] is True


def test_the_default_activity(desk: Desk) -> None:
    """Default and timeout activity are changed by SID; one of another workspace is refused."""
    # Documented: resources.md section 2; DefaultActivitySid, TimeoutActivitySid
    free = desk.activity()
    found = desk.post("", DefaultActivitySid=free, TimeoutActivitySid=desk.activity("Unavailable")).json
    assert (found["default_activity_name"], found["timeout_activity_name"]) == ("Available", "Unavailable")
    assert desk.make("/Workers", FriendlyName="Bob")["activity_name"] == "Available"
    foreign = Desk(seed=9).activity()
    assert desk.post("", DefaultActivitySid=foreign).refusal[:2] == (400, 20001)


def test_template_fifo_over_http() -> None:
    """The template FIFO adds a queue for everybody and a workflow with only a default filter to it."""
    # Observed: resources.md section 2.1; Sample Queue, Default Fifo Workflow
    desk = Desk(template="FIFO")
    (queue,), (workflow,) = desk.list("/TaskQueues", "task_queues"), desk.list("/Workflows", "workflows")
    assert (queue["friendly_name"], queue["target_workers"], queue["task_order"]) == ("Sample Queue", "1==1", "FIFO")
    assert (workflow["friendly_name"], workflow["task_reservation_timeout"]) == ("Default Fifo Workflow", 120)
    assert json.loads(workflow["configuration"])["task_routing"]["default_filter"]["queue"] == queue["sid"]
    assert not workflow["assignment_callback_url"]


def test_fields_of_an_activity(desk: Desk) -> None:
    """An activity is unavailable unless it is said otherwise."""
    # Documented: resources.md section 3; fields
    # Observed: resources.md section 3; the default is false
    made = desk.make("/Activities", FriendlyName="Lunch")
    assert made["available"] is False
    assert set(made) == {
        *("sid", "account_sid", "workspace_sid", "friendly_name", "available"),
        *("date_created", "date_updated", "url", "links"),
    }
    assert made["links"] == {"workspace": ORIGIN + desk.base}
    assert desk.post("/Activities", FriendlyName="x" * 65).refusal == too_long("FriendlyName")


def test_available_is_for_life(desk: Desk) -> None:
    """Available on an update answers 200 and changes nothing, whether or not workers are in the activity."""
    # Observed: resources.md section 3; update 200, value unchanged
    for name, word in (("Available", "false"), ("Unavailable", "true")):
        answer = desk.post(f"/Activities/{desk.activity(name)}", Available=word)
        assert (answer.status, answer.json["available"]) == (200, name == "Available")


def test_activities_are_filtered(desk: Desk) -> None:
    """Available lists by availability: every word but the three true ones lists the unavailable ones."""

    # Documented: limits-errors-gotchas.md section 4; gotcha 46
    def names(word: str) -> list[str]:
        return [each["friendly_name"] for each in desk.list("/Activities", "activities", Available=word)]

    assert (names("true"), names("available")) == (["Available"], ["Offline", "Unavailable"])


def test_fields_of_a_task_channel(desk: Desk) -> None:
    """A channel has a unique name for life, and is found by it; routing is not optimized unless said."""
    # Documented: resources.md section 6; fields, instance key
    # Observed: resources.md section 6; default of ChannelOptimizedRouting
    made = desk.make("/TaskChannels", FriendlyName="Fax", UniqueName="fax")
    assert (made["unique_name"], made["friendly_name"], made["channel_optimized_routing"]) == ("fax", "Fax", False)
    assert desk.get("/TaskChannels/fax").json == made
    again = desk.post("/TaskChannels/fax", UniqueName="telefax", ChannelOptimizedRouting="true").json
    assert (again["unique_name"], again["channel_optimized_routing"]) == ("fax", True)
    for missing in ({}, {"UniqueName": ""}):
        refusal = (400, 20001, "UniqueName field is required")
        assert desk.post("/TaskChannels", FriendlyName="Fax", **missing).refusal == refusal
    # Inferred: resources.md section 6; duplicates of unique_name
    assert desk.post("/TaskChannels", FriendlyName="Fax", UniqueName="fax").refusal[:2] == (400, 20001)
    assert desk.delete("/TaskChannels/fax").status == 204


def test_two_lists_share_a_key(desk: Desk) -> None:
    """Task channels and worker channels are both listed under `channels`."""
    # Documented: resources.md section 1.3; list key channels
    assert len(desk.list("/TaskChannels", "channels")) == 5
    assert len(desk.list(f"/Workers/{desk.worker}/Channels", "channels")) == 5


def test_fields_of_a_queue(desk: Desk) -> None:
    """A queue takes everybody, one worker at a time, first in first out; a link leads to each of its statistics."""
    # Documented: resources.md section 7; defaults and fields
    # Observed: sdk.md section 4; both fields null, and still a reservation_activity link
    made, url = desk.make("/TaskQueues", FriendlyName="Q"), ORIGIN + desk.base
    own = f"{url}/TaskQueues/{made['sid']}"
    assert (made["target_workers"], made["max_reserved_workers"], made["task_order"]) == ("1==1", 1, "FIFO")
    for activity in ("reservation", "assignment"):
        assert (made[f"{activity}_activity_sid"], made[f"{activity}_activity_name"]) == (None, None)
    assert set(made["links"]) == {
        *("workspace", "reservation_activity", "assignment_activity", "statistics", "real_time_statistics"),
        *("cumulative_statistics", "list_statistics", "bulk_real_time_statistics"),
    }
    assert made["links"]["statistics"] == f"{own}/Statistics"
    assert made["links"]["list_statistics"] == f"{url}/TaskQueues/Statistics"
    assert made["links"]["bulk_real_time_statistics"] == f"{url}/TaskQueues/RealTimeStatistics"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("MaxReservedWorkers", "0", "MaxReservedWorkers must be between 1 and 50, found 0"),
        ("MaxReservedWorkers", "51", "MaxReservedWorkers must be between 1 and 50, found 51"),
        ("TaskOrder", "fifo", "TaskOrder must be one of FIFO, LIFO, found 'fifo'"),
        ("ReservationActivitySid", "WA1", "ReservationActivitySid 'WA1' is not a valid WA SID"),
    ],
)
def test_limits_of_a_queue(desk: Desk, name: str, value: str, text: str) -> None:
    """A queue reserves 1 to 50 workers, in order FIFO or LIFO."""
    # Documented: resources.md section 7; MaxReservedWorkers, TaskOrder
    for path, more in ((f"/TaskQueues/{desk.queue}", {}), ("/TaskQueues", {"FriendlyName": "Other"})):
        assert desk.post(path, **more, **{name: value}).refusal == (400, 20001, text)


def test_expression_of_a_queue(desk: Desk) -> None:
    """A syntax error is 400 with the recorded words in its message; an empty expression is accepted."""
    # Observed: limits-errors-gotchas.md section 3.1; extraneous input 'evel' expecting OPERATOR
    answer = desk.post("/TaskQueues", FriendlyName="Bad", TargetWorkers="skill-level == 3")
    assert answer.refusal[:2] == (400, 20001)
    assert "extraneous input 'evel' expecting OPERATOR" in answer.refusal[2]
    # Observed: resources.md section 7; empty string accepted, target_workers null
    assert desk.make("/TaskQueues", FriendlyName="Empty", TargetWorkers="")["target_workers"] is None
    sid = desk.make("/Tasks", WorkflowSid=desk.workflow)["sid"]
    assert desk.get(f"/Tasks/{sid}").json["assignment_status"] == "reserved"


def test_a_queue_in_use_stays(desk: Desk) -> None:
    """A queue that a workflow mentions is not deleted; after the workflow it is."""
    # Observed: resources.md section 7; refused with code 20001
    assert desk.delete(f"/TaskQueues/{desk.queue}").refusal[:2] == (400, 20001)
    assert desk.delete(f"/Workflows/{desk.workflow}").status == 204
    assert desk.delete(f"/TaskQueues/{desk.queue}").status == 204


def test_queues_are_filtered(desk: Desk) -> None:
    """Queues are listed by what a worker, or a worker with given attributes, would be eligible for, and in order."""
    # Documented: resources.md section 7; list filters
    desk.backend.advance(5)
    spanish = desk.make("/TaskQueues", FriendlyName="Spanish", TargetWorkers='languages HAS "es"')["sid"]

    def sids(**query: str) -> list[str]:
        return [each["sid"] for each in desk.list("/TaskQueues", "task_queues", **query)]

    assert sids(WorkerSid=desk.worker) == [desk.queue]
    assert sids(EvaluateWorkerAttributes='{"languages":["es"]}') == [desk.queue, spanish]
    assert sids(Ordering="DateUpdated:desc") == [spanish, desk.queue]
    assert desk.get("/TaskQueues", Ordering="Sid:asc").refusal[:2] == (400, 20001)
    assert desk.get("/TaskQueues", EvaluateWorkerAttributes="x").refusal[:2] == (400, 20001)


def test_fields_of_a_workflow(desk: Desk) -> None:
    """A workflow has two minutes for a reservation, no document type, and links to its statistics."""
    # Documented: resources.md section 8; defaults and fields
    found = desk.get(f"/Workflows/{desk.workflow}").json
    # Observed: workflows.md section 2.6; real responses carry null as document_content_type
    assert (found["task_reservation_timeout"], found["document_content_type"]) == (120, None)
    assert {"statistics", "real_time_statistics", "cumulative_statistics"} <= set(found["links"])
    assert desk.post("/Workflows", FriendlyName="x").refusal == (400, 20001, "Configuration field is required")
    assert desk.post("/Workflows", Configuration="{}").refusal == (400, 20001, "FriendlyName field is required")


@pytest.mark.parametrize("seconds", ["0", "86401", "2h", ""])
def test_reservation_timeouts(desk: Desk, seconds: str) -> None:
    """A reservation lasts 1 to 86,400 seconds."""
    # Documented: limits-errors-gotchas.md section 2; TaskReservationTimeout
    assert desk.post(f"/Workflows/{desk.workflow}", TaskReservationTimeout=seconds).refusal[:2] == (400, 20001)
    for fine in ("1", "86400"):
        found = desk.post(f"/Workflows/{desk.workflow}", TaskReservationTimeout=fine).json
        assert found["task_reservation_timeout"] == int(fine)


def test_size_of_a_configuration(desk: Desk) -> None:
    """A configuration has at most 1,038,576 bytes, as posted."""
    # Documented: limits-errors-gotchas.md section 2; workflow configuration
    document = json.loads(desk.configuration)
    document["note"] = ""
    document["note"] = "x" * (1_038_576 - len(json.dumps(document)))
    assert desk.post(f"/Workflows/{desk.workflow}", Configuration=json.dumps(document)).status == 200
    document["note"] += "x"
    text = "Configuration must not be longer than 1038576 bytes"
    answer = desk.post(f"/Workflows/{desk.workflow}", Configuration=json.dumps(document))
    assert answer.refusal == (400, 20001, text)
    document["note"] = "é" * 600_000
    answer = desk.post(f"/Workflows/{desk.workflow}", Configuration=json.dumps(document, ensure_ascii=False))
    assert answer.refusal == (400, 20001, text), "600,000 characters of two bytes each"


def test_re_evaluation() -> None:
    """ReEvaluateTasks drives waiting tasks through the workflow again; without it they stay."""
    # Documented: resources.md section 8; ReEvaluateTasks, default false
    desk = Desk().routed(worker=False)
    task = desk.make("/Tasks", WorkflowSid=desk.workflow)["sid"]
    other = desk.make("/TaskQueues", FriendlyName="Other")["sid"]
    text = desk.configuration.replace(desk.queue, other)
    for again, queue in (({}, desk.queue), ({"ReEvaluateTasks": "true"}, other)):
        assert desk.post(f"/Workflows/{desk.workflow}", Configuration=text, **again).status == 200
        assert desk.get(f"/Tasks/{task}").json["task_queue_sid"] == queue


@pytest.mark.parametrize("name", ["AssignmentCallbackUrl", "FallbackAssignmentCallbackUrl", "EventCallbackUrl"])
def test_addresses_of_callbacks(desk: Desk, name: str) -> None:
    """Callbacks go to http or https addresses; an empty one clears, anything else is refused."""
    # Inferred: resources.md section 2; what is no address is refused
    path = "" if name == "EventCallbackUrl" else f"/Workflows/{desk.workflow}"
    field = "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
    assert desk.post(path, **{name: "https://a.example/x"}).json[field] == "https://a.example/x"
    for wrong in ("a.example/x", "ftp://a.example/x", "https://", "https://[::1/", "javascript:alert(1)"):
        assert desk.post(path, **{name: wrong}).refusal == (400, 20001, f"{name} {wrong!r} is not a valid URL")
    assert desk.post(path, **{name: ""}).json[field] in ("", None)


def test_unknown_keys_of_a_configuration_are_kept(desk: Desk) -> None:
    """A key that the service does not know stays in the configuration."""
    # Observed: sdk.md section 4; unknown keys kept
    document = json.loads(desk.configuration)
    document["task_routing"]["Expression"] = "kept"
    made = desk.make("/Workflows", FriendlyName="Second", Configuration=json.dumps(document))
    assert json.loads(made["configuration"]) == document


@pytest.mark.parametrize("path", ["/Activities/{activity}", "/Workflows/{workflow}", "/TaskQueues/{queue}"])
def test_etags_are_not_everywhere(desk: Desk, path: str) -> None:
    """Configuration has no ETag, and If-Match is not looked at."""
    # Documented: resources.md section 1.2; nowhere else
    own = path.format(activity=desk.activity(), workflow=desk.workflow, queue=desk.queue)
    answer = desk.post(own, [("FriendlyName", "New")], {"if-match": "77"})
    assert (answer.status, "etag" in answer.headers) == (200, False)


def test_deleting_a_workspace(desk: Desk) -> None:
    """Deleting a workspace takes everything along, running tasks too."""
    # Observed: resources.md section 2.1; 204, cascades
    task = desk.accepted()
    assert desk.delete().status == 204
    for path in ("", f"/Tasks/{task}", f"/Workers/{desk.worker}", "/Events"):
        assert desk.get(path).refusal[:2] == (404, 20404)


def test_activities_in_use_stay(desk: Desk) -> None:
    """An activity that is default or timeout, that a worker is in, or that a queue names, is not deleted."""
    # Inferred: resources.md section 3; delete constraints
    lunch = desk.make("/Activities", FriendlyName="Lunch")["sid"]
    desk.post(f"/TaskQueues/{desk.queue}", ReservationActivitySid=lunch)
    for sid in (desk.activity("Offline"), desk.activity("Available"), lunch):
        assert desk.delete(f"/Activities/{sid}").refusal[:2] == (400, 20001)
    desk.post(f"/TaskQueues/{desk.queue}", ReservationActivitySid="")
    assert desk.delete(f"/Activities/{lunch}").status == 204
