"""The usual way of setting a contact centre up, step by step with the official client, and the traps beside it.

The order is that of the introductions that people follow; where such a text is wrong, the handbook stands
(limits-errors-gotchas.md section 5).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException

from taskrouter_kit.emulator import Answer
from taskrouter_kit.simulator import EngineOptions
from taskrouter_kit.testing import Emulator

ORIGIN = "https://support.example"
#: Whom each condition of a queue is true of.
CONDITIONS = {
    'skills HAS "billing"': {"Alice", "Carol"},
    'languages HAS "es"': {"Alice", "Bruno"},
    'department == "support"': {"Alice", "Bruno"},
    "experience > 5": {"Bruno", "Carol"},
    'skills HAS "billing" AND languages HAS "es"': {"Alice"},
    "1==1": {"Alice", "Bruno", "Carol"},
}
PEOPLE: dict[str, dict[str, object]] = {
    "Alice": {"skills": ["billing", "technical"], "languages": ["en", "es"], "department": "support", "experience": 5},
    "Bruno": {"skills": ["technical"], "languages": ["es"], "department": "support", "experience": 6},
    "Carol": {"skills": ["billing"], "languages": ["en"], "department": "sales", "experience": 7},
}


class Setup:
    """What the steps have made so far."""

    def __init__(self, **options: Any) -> None:
        self.emulator = Emulator(options=EngineOptions(**options))
        self.events: list[dict[str, str]] = []
        # A workspace with an address for its events
        made = self.emulator.client.taskrouter.v1.workspaces.create(
            friendly_name="Support", event_callback_url=f"{ORIGIN}/events"
        )
        self.workspace = self.emulator.client.taskrouter.v1.workspaces(made.sid)
        # Activities for being free, away and at work, whatever the workspace was born with
        self.free, self.away, self.at_work = (
            self.workspace.activities.create(friendly_name=name, available=available)
            for name, available in (("Available", True), ("Offline", False), ("On Task", False))
        )
        # A worker, whose attributes are JSON text
        self.workers = {"Alice": self.worker("Alice")}
        # A queue for each skill, and one for everybody
        self.billing, self.technical, self.everybody = (
            self.workspace.task_queues.create(friendly_name=name, target_workers=condition)
            for name, condition in (
                ("Billing", 'skills HAS "billing"'),
                ("Technical", 'skills HAS "technical"'),
                ("Everybody", "1==1"),
            )
        )
        # A workflow that sends each department's tasks to its queue, and all others to everybody
        self.workflow = self.workspace.workflows.create(
            friendly_name="Routing",
            configuration=json.dumps(self.configuration()),
            assignment_callback_url=f"{ORIGIN}/assignment",
        )

    def configuration(self) -> dict[str, Any]:
        filters = [
            {
                "filter_friendly_name": department,
                "expression": f"department == '{department}'",
                "targets": [{"queue": queue.sid, "timeout": 120}],
            }
            for department, queue in (("billing", self.billing), ("technical", self.technical))
        ]
        return {"task_routing": {"filters": filters, "default_filter": {"queue": self.everybody.sid}}}

    def worker(self, name: str, **more: object) -> Any:
        return self.workspace.workers.create(friendly_name=name, attributes=json.dumps({**PEOPLE[name], **more}))

    def task(self, **attributes: object) -> Any:
        return self.workspace.tasks.create(attributes=json.dumps(attributes), workflow_sid=self.workflow.sid)

    def free_up(self, name: str) -> None:
        self.workspace.workers(self.workers[name].sid).update(activity_sid=self.free.sid)

    def status(self, task: Any) -> str:
        found: str = self.workspace.tasks(task.sid).fetch().assignment_status
        return found

    def serve(self, path: str, **instruction: object) -> list[dict[str, str]]:
        """Answer a callback with *instruction*, and return what came."""
        seen: list[dict[str, str]] = []

        def answer(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
            seen.append(dict(parse_qsl(body.decode(), keep_blank_values=True)))
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(instruction).encode())

        self.emulator.serve(ORIGIN + path, answer)
        return seen

    def refused(self, attempt: Any) -> tuple[int, int, str]:
        with pytest.raises(TwilioRestException) as caught:
            attempt()
        return caught.value.status, caught.value.code, caught.value.msg

    @property
    def debugger(self) -> list[int]:
        return [each.code for account in self.emulator.backend.accounts for each in account.engine.machine.debugger]


def test_every_step_in_order() -> None:
    """Workspace, activities, worker, queues, workflow, task, callback: the task reaches its agent's telephone."""
    # Documented: resources.md section 2; EventCallbackUrl
    # Documented: workflows.md section 3; the first filter that is true
    setup = Setup()
    assert setup.workers["Alice"].available is False, "a new worker is in the default activity"
    asked = setup.serve(
        "/assignment", instruction="dequeue", post_work_activity_sid=setup.free.sid, **{"from": "+1555"}
    )
    events = setup.serve("/events")
    alice = setup.workspace.workers(setup.workers["Alice"].sid)
    alice.update(attributes=json.dumps({**PEOPLE["Alice"], "contact_uri": "client:alice"}))
    task = setup.task(department="billing", caller="+15558675310", call_sid="CA1", priority=1)
    assert (task.task_queue_friendly_name, task.priority, setup.status(task)) == ("Billing", 0, "pending")
    setup.free_up("Alice")
    (form,) = asked
    assert (form["TaskSid"], form["WorkerSid"]) == (task.sid, setup.workers["Alice"].sid)
    assert json.loads(form["TaskAttributes"])["caller"] == "+15558675310"
    assert setup.status(task) == "assigned"
    (reservation,) = setup.workspace.tasks(task.sid).reservations.list()
    assert (reservation.sid, reservation.reservation_status) == (form["ReservationSid"], "accepted")
    assert [call.instruction for call in setup.emulator.calls] == ["dequeue"]
    kinds = [event["EventType"] for event in events]
    assert kinds[-2:] == ["reservation.created", "reservation.accepted"]
    assert setup.debugger == []


def test_a_conference_instead() -> None:
    """The other answer to the callback brings caller and agent together too; both need what their error codes say."""
    # Documented: callbacks.md section 2.6; attributes call_sid and to, else 40142
    # Documented: callbacks.md section 2.3; only Tasks made by Enqueue: 40140
    for instruction, attributes, code in (
        ("conference", {"call_sid": "CA1", "to": "+1"}, None),
        ("conference", {}, 40142),
        ("dequeue", {}, 40140),
        ("dequeue", {"call_sid": "CA1"}, None),
    ):
        setup = Setup()
        setup.serve("/assignment", instruction=instruction, to="client:alice", **{"from": "+1555"})
        setup.free_up("Alice")
        task = setup.task(department="billing", **attributes)
        assert setup.status(task) == ("assigned" if code is None else "reserved")
        assert setup.debugger == ([] if code is None else [code])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_whom_a_condition_is_true_of(condition: str) -> None:
    """Arrays are asked with HAS, texts with ==, numbers are compared, conditions are joined."""
    # Documented: resources.md section 7; TargetWorkers
    setup = Setup()
    for name in ("Bruno", "Carol"):
        setup.worker(name)
    queue = setup.workspace.task_queues.create(friendly_name="Matching", target_workers=condition)
    found = setup.workspace.workers.list(task_queue_sid=queue.sid)
    assert {each.friendly_name for each in found} == CONDITIONS[condition]


def test_the_higher_priority_first() -> None:
    """Priority given with the task counts, priority among its attributes does not."""
    # Documented: routing.md section 6; priority descending
    # Documented: workflows.md section 8; a priority key inside the Task's attributes has no effect
    setup = Setup()
    plain, loud = setup.task(department="billing"), setup.task(department="billing", priority=99)
    important = setup.workspace.tasks.create(
        attributes='{"department": "billing"}', workflow_sid=setup.workflow.sid, priority=10
    )
    assert [each.priority for each in (plain, loud, important)] == [0, 0, 10]
    setup.free_up("Alice")
    assert [setup.status(each) for each in (plain, loud, important)] == ["pending", "pending", "reserved"]


def test_what_an_assistant_hands_over() -> None:
    """The context of a conversation travels with the task to whoever gets it."""
    # Documented: callbacks.md section 1; TaskAttributes
    setup = Setup()
    asked = setup.serve("/assignment")
    context = {"conversation_id": "CH1", "profile_id": "P1", "ai_summary": 'Wants a "refund"; is cross', "priority": 5}
    setup.free_up("Alice")
    setup.task(department="billing", **context)
    assert json.loads(asked[0]["TaskAttributes"]) == {"department": "billing", **context}


def test_overflow() -> None:
    """Specialists for a minute, then everybody for two, then the workflow is over: no default filter helps."""
    # Documented: workflows.md section 5; the timeout of the last target cancels, the default filter is not used
    setup = Setup()
    document = setup.configuration()
    document["task_routing"]["filters"][0]["targets"] = [
        {"queue": setup.billing.sid, "timeout": 60},
        {"queue": setup.everybody.sid, "timeout": 120},
    ]
    setup.workspace.workflows(setup.workflow.sid).update(configuration=json.dumps(document))
    task = setup.task(department="billing")
    setup.emulator.advance(seconds=60)
    assert setup.workspace.tasks(task.sid).fetch().task_queue_friendly_name == "Everybody"
    setup.emulator.advance(seconds=119)
    assert setup.status(task) == "pending"
    setup.emulator.advance(seconds=1)
    found = setup.workspace.tasks(task.sid).fetch()
    assert (found.assignment_status, found.reason) == ("canceled", "Task canceled on Workflow timeout")


def test_how_many_are_available() -> None:
    """Statistics of workers tell their activities; how many are available is told of queues only."""
    # Documented: resources.md section 12; total_available_workers exists only on TaskQueue statistics
    # Documented: limits-errors-gotchas.md section 4; gotcha 27
    setup = Setup()
    setup.free_up("Alice")
    setup.task(department="billing")
    of_workers = setup.workspace.workers.statistics().fetch().realtime
    by_activity = {each["sid"]: each["workers"] for each in of_workers["activity_statistics"]}
    assert (by_activity[setup.free.sid], of_workers["total_workers"]) == (1, 1)
    assert "total_available_workers" not in of_workers
    of_queue = setup.workspace.task_queues(setup.billing.sid).statistics().fetch().realtime
    assert of_queue["total_available_workers"] == 1, "a reserved worker is available, too"


# Traps


def test_a_hyphen() -> None:
    """An attribute with a hyphen is stored; an expression with it is refused when it is written, not in silence."""
    # Observed: limits-errors-gotchas.md section 4; gotcha 1
    setup = Setup()
    worker = setup.workspace.workers.create(friendly_name="Dora", attributes='{"skill-level": 5}')
    assert json.loads(worker.attributes) == {"skill-level": 5}
    status, code, message = setup.refused(
        lambda: setup.workspace.task_queues.create(friendly_name="Senior", target_workers="skill-level > 3")
    )
    assert (status, code) == (400, 20001)
    assert "extraneous input 'evel' expecting OPERATOR" in message
    setup.workspace.task_queues.create(friendly_name="Senior", target_workers="skill_level > 3")


def test_has_beside_a_text() -> None:
    """HAS on a text is accepted and matches nobody, and the trace says so."""
    # Observed: limits-errors-gotchas.md section 4; gotcha 2
    setup = Setup()
    queue = setup.workspace.task_queues.create(friendly_name="Support", target_workers='department HAS "support"')
    assert setup.workspace.task_queues(queue.sid).statistics().fetch().realtime["total_eligible_workers"] == 0
    setup.workspace.task_queues(queue.sid).update(target_workers='department == "support"')
    assert setup.workspace.task_queues(queue.sid).statistics().fetch().realtime["total_eligible_workers"] == 1


@pytest.mark.parametrize("handler", [False, True])
def test_the_cascade(handler: bool) -> None:
    """A missed offer takes its worker Offline; a handler that only brings the worker back has it asked again."""
    # Observed: limits-errors-gotchas.md section 4; gotchas 3 and 29
    setup = Setup()

    def bring_back(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        form = dict(parse_qsl(body.decode()))
        if handler and form["EventType"] == "reservation.timeout":
            setup.workspace.workers(form["WorkerSid"]).update(activity_sid=setup.free.sid)
        return Answer(204)

    setup.emulator.serve(f"{ORIGIN}/events", bring_back)
    setup.workers["Carol"] = setup.worker("Carol")
    for name in ("Alice", "Carol"):
        setup.free_up(name)
    task = setup.task(department="other")
    setup.emulator.advance(seconds=120)
    setup.emulator.advance(seconds=120)
    activities = [setup.workspace.workers(each.sid).fetch().activity_name for each in setup.workers.values()]
    offered = [each.worker_name for each in setup.workspace.tasks(task.sid).reservations.list()]
    if handler:
        assert (activities, setup.status(task)) == (["Available", "Available"], "reserved")
        assert offered[:3] == ["Alice", "Carol", "Alice"]
    else:
        assert (activities, setup.status(task)) == (["Offline", "Offline"], "pending")
        assert offered == ["Alice", "Carol"]


def test_what_cannot_be_changed() -> None:
    """An activity's availability is kept whatever an update says; multitasking is not left again."""
    # Observed: limits-errors-gotchas.md section 4; gotcha 4, whether or not workers are in it
    # Documented: limits-errors-gotchas.md section 4; gotcha 5
    setup = Setup()
    for used in (False, True):
        if used:
            setup.free_up("Alice")
        url = setup.workspace.activities(setup.free.sid).fetch().url
        answer = setup.emulator.client.request("POST", url, data={"Available": "false", "FriendlyName": f"Free {used}"})
        assert (answer.status_code, json.loads(answer.text)["available"]) == (200, True)
    assert setup.refused(lambda: setup.workspace.update(multi_task_enabled=False))[:2] == (400, 20001)


def test_no_cure_by_a_default_filter() -> None:
    """A default filter takes what no filter matches, and nothing whose time ran out in a target."""
    # Documented: limits-errors-gotchas.md section 4; gotcha 6
    setup = Setup()
    matched, other = setup.task(department="billing"), setup.task(department="other")
    setup.emulator.advance(seconds=120)
    assert [setup.status(each) for each in (matched, other)] == ["canceled", "pending"]


def test_names_without_case() -> None:
    """Workers' names are unique whatever their case."""
    # Observed: limits-errors-gotchas.md section 4; gotcha 8
    setup = Setup()
    refusal = setup.refused(lambda: setup.workspace.workers.create(friendly_name="ALICE"))
    assert refusal[:2] == (400, 20001)
    assert "Worker with the same friendly name already exists" in refusal[2]


def test_which_workflow() -> None:
    """With one workflow a task needs to name none, with two it does."""
    # Documented: limits-errors-gotchas.md section 4; gotcha 9
    setup = Setup()
    assert setup.workspace.tasks.create(attributes="{}").workflow_sid == setup.workflow.sid
    setup.workspace.workflows.create(friendly_name="Other", configuration=json.dumps(setup.configuration()))
    refusal = setup.refused(lambda: setup.workspace.tasks.create(attributes="{}"))
    assert refusal[:2] == (400, 20001)
    assert "WorkflowSid field is required" in refusal[2]


def test_pages_are_not_numbered() -> None:
    """The parameter Page is refused; the token of a page leads to the next one."""
    # Documented: limits-errors-gotchas.md section 4; gotcha 10
    setup = Setup()
    url = setup.workspace.fetch().links["task_queues"]
    answer = setup.emulator.client.request("GET", url, params={"PageSize": 2, "Page": 1})
    assert (answer.status_code, json.loads(answer.text)["code"]) == (400, 40153)
    assert [len(list(setup.workspace.task_queues.list(page_size=size))) for size in (1, 2, 50)] == [3, 3, 3]
