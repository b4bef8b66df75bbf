"""Facts about tasks over HTTP (resources.md section 9)."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.asking import ACCOUNT, ORIGIN, Desk

NOBODY = "0" * 32


@pytest.fixture
def desk() -> Desk:
    return Desk().routed(worker=False)


def test_fields_of_a_task(desk: Desk) -> None:
    """A task answers with every documented field and link."""
    # Documented: resources.md section 9; fields
    made, url = desk.make("/Tasks"), ORIGIN + desk.base
    sid = made["sid"]
    assert made.pop("task_queue_entered_date") is None
    assert made == {
        "account_sid": ACCOUNT,
        "workspace_sid": desk.workspace["sid"],
        "sid": sid,
        "age": 0,
        "assignment_status": "pending",
        "attributes": "{}",
        "addons": "{}",
        "priority": 0,
        "reason": None,
        "timeout": 86400,
        "date_created": "2026-01-05T09:00:00Z",
        "date_updated": "2026-01-05T09:00:00Z",
        "virtual_start_time": "2026-01-05T09:00:00Z",
        "task_queue_sid": desk.queue,
        "task_queue_friendly_name": "All",
        "task_channel_sid": desk.get("/TaskChannels/default").json["sid"],
        "task_channel_unique_name": "default",
        "workflow_sid": desk.workflow,
        "workflow_friendly_name": "All",
        "routing_target": None,
        "ignore_capacity": False,
        "url": f"{url}/Tasks/{sid}",
        "links": {
            "task_queue": f"{url}/TaskQueues/{desk.queue}",
            "workflow": f"{url}/Workflows/{desk.workflow}",
            "workspace": url,
            "reservations": f"{url}/Tasks/{sid}/Reservations",
        },
    }


def test_a_task_is_told_of_as_it_was_made(desk: Desk) -> None:
    """The answer to a creation says pending and version 0, also where a worker is reserved in the same moment."""
    # Documented: routing.md section 1; POST Tasks: pending
    # Documented: resources.md section 9; task_queue_entered_date null at creation
    # Observed: resources.md section 1.2; a version starts at 0, background changes bump it
    desk.make("/Workers", FriendlyName="Alice", ActivitySid=desk.activity())
    made = desk.post("/Tasks", Priority="3")
    assert (made.json["assignment_status"], made.json["task_queue_sid"]) == ("pending", desk.queue)
    assert (made.json["task_queue_entered_date"], made.headers["etag"]) == (None, '"0"')
    later = desk.get(f"/Tasks/{made.json['sid']}")
    assert (later.json["assignment_status"], later.headers["etag"]) == ("reserved", '"1"')
    assert later.json["task_queue_entered_date"] == "2026-01-05T09:00:00Z"
    same = ("priority", "task_queue_sid", "workflow_sid", "date_created", "attributes")
    assert [later.json[name] for name in same] == [made.json[name] for name in same]


def test_the_age_grows(desk: Desk) -> None:
    """The age is the seconds since creation at the time of the request."""
    # Documented: resources.md section 9; age
    sid = desk.make("/Tasks")["sid"]
    desk.backend.advance(12.7)
    assert desk.get(f"/Tasks/{sid}").json["age"] == 12


def test_which_workflow(desk: Desk) -> None:
    """Without WorkflowSid the only workflow is taken; with two it is required."""
    # Observed: resources.md section 9; "WorkflowSid field is required"
    assert desk.make("/Tasks")["workflow_sid"] == desk.workflow
    desk.make("/Workflows", FriendlyName="Second", Configuration=desk.configuration)
    assert desk.post("/Tasks").refusal == (400, 20001, "WorkflowSid field is required")
    assert desk.make("/Tasks", WorkflowSid=desk.workflow)["workflow_sid"] == desk.workflow
    assert desk.post("/Tasks", WorkflowSid=f"WW{NOBODY}").refusal[:2] == (400, 20001)


@pytest.mark.parametrize(
    ("name", "fine", "wrong", "text"),
    [
        ("Timeout", "1209600", "1209601", "Timeout must be between 1 and 1209600, found 1209601"),
        ("Priority", "2147483647", "2147483648", "Priority must be between 0 and 2147483647, found 2147483648"),
        ("Priority", "0", "-1", "Priority must be between 0 and 2147483647, found -1"),
        ("Priority", "7", "high", "Priority must be an integer"),
    ],
)
def test_limits_of_a_task(desk: Desk, name: str, fine: str, wrong: str, text: str) -> None:
    """A task lives up to two weeks; its priority is 0 to 2**31 - 1."""
    # Documented: limits-errors-gotchas.md section 2; Task TTL, Task priority
    assert desk.make("/Tasks", **{name: fine})[name.lower()] == int(fine)
    assert desk.post("/Tasks", **{name: wrong}).refusal == (400, 20001, text)


def test_attributes_of_a_task(desk: Desk) -> None:
    """Attributes have at most 4,096 characters; an update replaces the whole; lists show them."""
    # Documented: resources.md section 9; attributes
    # Observed: resources.md section 9; present in lists
    sid = desk.make("/Tasks", Attributes='{"a":"' + "x" * 4088 + '"}')["sid"]
    text = "Attributes must not be longer than 4096 characters, found 4097"
    assert desk.post("/Tasks", Attributes='{"a":"' + "x" * 4089 + '"}').refusal == (400, 20001, text)
    desk.post(f"/Tasks/{sid}", Attributes='{"b":1}')
    assert [each["attributes"] for each in desk.list("/Tasks", "tasks")] == ['{"b":1}']


@pytest.mark.parametrize("key", ["voice", "{sid}"])
def test_channel_of_a_task(desk: Desk, key: str) -> None:
    """The channel is named by SID or unique name; an unknown one is refused."""
    # Documented: resources.md section 9; TaskChannel
    sid = desk.get("/TaskChannels/voice").json["sid"]
    assert desk.make("/Tasks", TaskChannel=key.format(sid=sid))["task_channel_unique_name"] == "voice"
    assert desk.post("/Tasks", TaskChannel="telegraph").refusal[:2] == (400, 20001)


def test_virtual_start_time(desk: Desk) -> None:
    """It is not in the future (the word is in the message) and not before 1900."""
    # Observed: resources.md section 9; error text contains "future"
    # Documented: resources.md section 9; not before 1900
    made = desk.make("/Tasks", VirtualStartTime="2026-01-05T08:00:00Z")
    assert made["virtual_start_time"] == "2026-01-05T08:00:00Z"
    made = desk.make("/Tasks", VirtualStartTime="2026-01-05T02:30:00-05:30")
    assert made["virtual_start_time"] == "2026-01-05T08:00:00Z"
    refused = (400, 20001, "VirtualStartTime cannot be in the future")
    assert desk.post("/Tasks", VirtualStartTime="2026-01-05T09:00:01Z").refusal == refused
    assert desk.post("/Tasks", VirtualStartTime="1899-12-31T23:59:59Z").refusal[:2] == (400, 20001)
    assert desk.post("/Tasks", VirtualStartTime="yesterday").refusal[:2] == (400, 20001)


def test_routing_target(desk: Desk) -> None:
    """A routing target is a worker, queue or workflow; of a worker the capacity is not looked at."""
    # Documented: resources.md section 9; RoutingTarget, IgnoreCapacity
    worker = desk.make("/Workers", FriendlyName="Bob", ActivitySid=desk.activity())["sid"]
    made = desk.make("/Tasks", RoutingTarget=worker)
    assert (made["routing_target"], made["ignore_capacity"]) == (worker, True)
    made = desk.make("/Tasks", RoutingTarget=worker, IgnoreCapacity="no")
    assert (made["ignore_capacity"], desk.get(f"/Tasks/{made['sid']}").json["assignment_status"]) == (False, "pending")
    assert desk.make("/Tasks", RoutingTarget=desk.queue)["routing_target"] == desk.queue
    text = f"RoutingTarget 'WT{NOBODY}' must be the SID of a Worker, TaskQueue or Workflow"
    assert desk.post("/Tasks", RoutingTarget=f"WT{NOBODY}").refusal == (400, 20001, text)


def wrong_state(desk: Desk, verb: str, sid: str, why: str) -> tuple[int, int, str]:
    place = f"task {sid} in workspace {desk.workspace['sid']} for account {ACCOUNT}"
    return 400, 20001, f"Cannot {verb} {place} because {why}"


def test_wrong_states() -> None:
    """A status that the task cannot take is refused in the recorded words, and changes nothing."""
    # Observed: resources.md section 9.1; messages
    desk = Desk().routed()
    assigned, waiting = desk.accepted(), desk.make("/Tasks")["sid"]
    for status, verb, sid, why in (
        ("completed", "complete", waiting, "it is not currently assigned."),
        ("canceled", "cancel", assigned, "it is not pending or reserved."),
        ("wrapping", "wrap up a", waiting, "it's not currently assigned"),
    ):
        answer = desk.post(f"/Tasks/{sid}", AssignmentStatus=status)
        assert answer.refusal == wrong_state(desk, verb, sid, why)
    # Inferred: resources.md section 9.1; other status values
    for status in ("pending", "reserved", "assigned", "done"):
        assert desk.post(f"/Tasks/{waiting}", AssignmentStatus=status).refusal[:2] == (400, 20001)
    assert desk.get(f"/Tasks/{assigned}").json["assignment_status"] == "assigned"


def test_reason_of_an_end() -> None:
    """A reason is kept; a task ends without one too."""
    # Observed: resources.md section 9; SDK tests cancel without it and succeed
    desk = Desk().routed()
    first, second = desk.accepted(), desk.make("/Tasks")["sid"]
    assert desk.post(f"/Tasks/{first}", AssignmentStatus="completed", Reason="done").json["reason"] == "done"
    found = desk.post(f"/Tasks/{second}", AssignmentStatus="canceled").json
    assert (found["assignment_status"], found["reason"]) == ("canceled", None)


def test_ended_tasks_disappear() -> None:
    """Five minutes after its end a task is gone: 404 with code 20404, for late updates too."""
    # Documented: resources.md section 9; 5 minutes
    desk = Desk().routed()
    task = desk.accepted()
    desk.post(f"/Tasks/{task}", AssignmentStatus="completed")
    desk.backend.advance(299)
    assert desk.get(f"/Tasks/{task}").status == 200
    desk.backend.advance(2)
    path = f"/Workspaces/{desk.workspace['sid']}/Tasks/{task}"
    gone = (404, 20404, f"The requested resource {path} was not found")
    assert desk.get(f"/Tasks/{task}").refusal == desk.post(f"/Tasks/{task}", Reason="late").refusal == gone


def test_deleting_a_task() -> None:
    """A task is deleted in any state, 204, and its pending reservations with it."""
    # Documented: resources.md section 9; DELETE, pending Reservations removed
    desk = Desk().routed()
    task = desk.make("/Tasks")["sid"]
    (reservation,) = desk.list(f"/Workers/{desk.worker}/Reservations", "reservations")
    assert desk.delete(f"/Tasks/{task}").status == 204
    assert desk.get(f"/Tasks/{task}").refusal[:2] == (404, 20404)
    left = desk.list(f"/Workers/{desk.worker}/Reservations", "reservations", ReservationStatus="pending")
    assert reservation["sid"] not in [each["sid"] for each in left]
    assert desk.delete(f"/Tasks/{desk.accepted()}").status == 204


def test_versions_of_a_task() -> None:
    """A reservation made in the background moves the version, so a stale If-Match is 412; deletion looks too."""
    # Observed: resources.md section 1.2; background changes bump a Task's version
    desk = Desk().routed(worker=False)
    made = desk.post("/Tasks")
    path, before = f"/Tasks/{made.json['sid']}", made.headers["etag"]
    desk.make("/Workers", FriendlyName="Bob", ActivitySid=desk.activity())
    after = desk.get(path).headers["etag"]
    assert int(after.strip('"')) > int(before.strip('"'))
    assert desk.post(path, [("Priority", "1")], {"if-match": before}).refusal[:2] == (412, 20412)
    assert desk.delete(path, {"if-match": before}).refusal[:2] == (412, 20412)
    assert desk.delete(path, {"if-match": after}).status == 204


def test_tasks_are_filtered() -> None:
    """Tasks are listed by priority, states (repeated or with commas), workflow, queue, expression and target."""
    # Documented: resources.md section 9; list filters
    desk = Desk().routed()
    first = desk.make("/Tasks", Attributes='{"lang":"es"}', Priority="3")["sid"]
    second = desk.make("/Tasks", Attributes='{"lang":"en"}')["sid"]

    def sids(query: Any = (), **named: str) -> list[str]:
        return [each["sid"] for each in desk.list("/Tasks", "tasks", **dict(query), **named)]

    assert sids() == [first, second]
    assert (sids(Priority="3"), sids(AssignmentStatus="pending")) == ([first], [second])
    assert sids(AssignmentStatus="pending,reserved") == [first, second]
    assert sids({"AssignmentStatus": ["pending", "reserved"]}) == [first, second]
    assert sids(WorkflowSid=desk.workflow, TaskQueueName="All") == [first, second]
    assert (sids(WorkflowName="all"), sids(TaskQueueSid=f"WQ{NOBODY}")) == ([], [])
    assert (sids(TaskQueueName="Other"), sids(WorkflowSid=f"WW{NOBODY}")) == ([], [])
    assert (sids(Priority="0"), sids(HasAddons="true"), sids(HasAddons="false")) == ([second], [], [first, second])
    direct = desk.make("/Tasks", RoutingTarget=desk.worker)["sid"]
    assert (sids(RoutingTarget=desk.worker), sids(RoutingTarget=desk.queue)) == ([direct], [])
    assert desk.delete(f"/Tasks/{direct}").status == 204
    assert sids(EvaluateTaskAttributes='lang == "en"') == [second]
    assert desk.get("/Tasks", AssignmentStatus="waiting").refusal[:2] == (400, 20001)
    assert desk.get("/Tasks", EvaluateTaskAttributes="lang =").refusal[:2] == (400, 20001)


def test_order_of_tasks(desk: Desk) -> None:
    """Oldest first; Ordering takes pairs; DateCreated and VirtualStartTime do not go together."""
    # Documented: resources.md section 9; Ordering
    low = desk.make("/Tasks", Priority="1")["sid"]
    desk.backend.advance(1)
    high = desk.make("/Tasks", Priority="5")["sid"]
    desk.backend.advance(1)
    late = desk.make("/Tasks", Priority="5")["sid"]

    def sids(**query: str) -> list[str]:
        return [each["sid"] for each in desk.list("/Tasks", "tasks", **query)]

    assert sids() == [low, high, late]
    assert sids(Ordering="Priority:desc,DateCreated:desc") == [late, high, low]
    assert sids(Ordering="Priority:asc,DateCreated:desc") == [low, late, high]
    assert sids(Ordering="VirtualStartTime:desc") == [late, high, low]
    text = "Ordering cannot combine DateCreated and VirtualStartTime"
    answer = desk.get("/Tasks", Ordering="DateCreated:asc,VirtualStartTime:asc")
    assert answer.refusal == (400, 20001, text)
