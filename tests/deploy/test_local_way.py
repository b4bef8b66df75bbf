"""The whole way from Python: declare, plan, apply, create, reserve, accept, complete; and planning again is empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve as changed
from support_center import Agent, Call, center, missed, offline

from taskrouter_kit import Activity, TaskRouter, Worker, Workspace, evolve
from taskrouter_kit.deploy import Create, Update
from taskrouter_kit.errors import ApplyStopped, NotFound, PlanRefused, Unauthorized


def test_a_call_is_routed_accepted_and_completed() -> None:
    """A billing call goes to Alice, who takes it."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        live = taskrouter.workspace("Support Center")
        call = Call(department="billing", language="es", caller="+15555550100")
        task = live.tasks.create(call, workflow="Support Routing", task_channel="voice")
        assert task.attributes.language == "es"
        reservation = live.tasks.reservations(task).list(status="pending").first()
        assert reservation is not None
        assert reservation.worker_name == "Alice"
        live.tasks.reservations(task).accept(reservation)
        assert live.tasks.fetch(task).assignment_status == "assigned"
        assert (live.tasks.complete(task) or task).assignment_status == "completed"
        assert (live.tasks.complete(task) or task).assignment_status == "completed"


def test_planning_after_applying_is_empty() -> None:
    """What was applied is what is there, in meaning."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        plan = taskrouter.plan(center)
        assert not plan
        assert str(plan) == "Workspace 'Support Center': no changes."


def test_a_change_is_one_update() -> None:
    """Only what differs in meaning is planned, with both values."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        alice = center.workers[0]
        assert isinstance(alice.attributes, Agent)
        older = changed(alice, attributes=evolve(alice.attributes, experience=7))
        (change,) = taskrouter.plan(changed(center, workers=[older]))
        assert isinstance(change, Update)
        assert (change.kind, change.name, change.changed) == ("Worker", "Alice", ("attributes",))


def test_names_of_workers_ignore_case() -> None:
    """'alice' is the Alice who is there; she is neither created again nor renamed."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        renamed = changed(center.workers[0], friendly_name="alice")
        assert not taskrouter.plan(changed(center, workers=[renamed])).created


def test_nothing_is_deleted() -> None:
    """What is not declared is left alone."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        smaller = changed(center, activities=[offline, missed], workers=[], workflows=[], task_queues=[])
        assert not taskrouter.plan(smaller)
        assert len(list(taskrouter.workspace("Support Center").task_queues.list())) == 3


def test_what_never_changes_is_refused_before_anything_is_sent() -> None:
    """An activity's ``available`` is fixed for life; the plan says so and cannot be applied."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        flipped = Workspace("Support Center", activities=[Activity("Missed a call", available=True)])
        plan = taskrouter.plan(flipped)
        assert [refusal.rule for refusal in plan.refusals] == ["activity-available-immutable"]
        with pytest.raises(PlanRefused, match="never changes that"):
            taskrouter.apply(plan)


def test_a_stop_in_the_middle_says_what_was_done() -> None:
    """The error of a plan that stops names what came before it."""
    with TaskRouter.local() as taskrouter:
        plan = taskrouter.plan(Workspace("New", activities=[Activity("Here", available=True)], workers=[Worker("Al")]))
        taskrouter.apply(plan)
        with pytest.raises(ApplyStopped) as stopped:
            taskrouter.apply(changed(plan, workspace_sid="WS" + "0" * 32, changes=plan.changes[1:]))
    assert stopped.value.done == ()
    assert "The plan stopped at Activity 'Here'. Done before it: nothing." in str(stopped.value)


def test_an_unknown_workspace_names_those_that_are_there() -> None:
    """A misspelt name is answered with the one that comes close."""
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        with pytest.raises(NotFound) as refused:
            taskrouter.workspace("Suport Center").workers.list().first()
    assert str(refused.value) == (
        "There is no workspace 'Suport Center'. [unknown-workspace]\n  hint: did you mean 'Support Center'?"
    )


def test_a_file_remembers(tmp_path: Path) -> None:
    """With a path, the local TaskRouter is there again the next time."""
    path = tmp_path / "center.sqlite"
    with TaskRouter.local(path) as taskrouter:
        taskrouter.apply(center)
    with TaskRouter.local(path) as taskrouter:
        assert not taskrouter.plan(center)


def test_a_plan_is_a_value() -> None:
    """It is counted and serialised without a client."""
    with TaskRouter.local() as taskrouter:
        plan = taskrouter.plan(center)
    assert len(plan.created) == 9
    assert isinstance(plan.changes[0], Create)
    data = plan.to_data()
    assert data["workspace"] == "Support Center"
    assert data["workspace_sid"] is None


def test_wrong_credentials_are_one_clear_error() -> None:
    """The service's own words, the request, and what to check; never the credentials."""
    from twilio.rest import Client

    from taskrouter_kit.emulator._backend import Backend
    from taskrouter_kit.emulator._inprocess import InProcessHttpClient

    account = "AC" + "1" * 32
    front = InProcessHttpClient(Backend(credentials={account: "right"}))
    taskrouter = TaskRouter(Client(account, "wrong-secret", http_client=front, environment={"_": ""}))
    with pytest.raises(Unauthorized) as refused:
        taskrouter.plan(center)
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert "hint: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in str(refused.value)
    assert "wrong-secret" not in str(refused.value) + repr(refused.value)
