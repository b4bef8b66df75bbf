"""Options about requests, the language and the trace, in both settings; those of routing are in test_options.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.centre import centre_with, configuration, to, when
from taskrouter_kit.expr import Semantics
from taskrouter_kit.simulator import Engine, EngineOptions
from taskrouter_kit.simulator import _commands as commands


def test_unique_activity_names() -> None:
    """Two activities of one name are made, unless names are to be unique."""
    # Inferred: resources.md section 3; older documents: unique per Workspace
    centre = centre_with(unique_activity_names=True)
    status, code, _ = centre.refusal(commands.CreateActivity, friendly_name="Offline")
    assert (status, code) == (400, 20001)
    away = centre.activity("Unavailable")
    assert centre.refusal(commands.UpdateActivity, activity_sid=away, friendly_name="Offline")[:2] == (400, 20001)
    centre.do(commands.UpdateActivity, activity_sid=away, friendly_name="Unavailable")
    centre = centre_with()
    centre.do(commands.CreateActivity, friendly_name="Offline")
    assert [each.friendly_name for each in centre.workspace.activities.values()].count("Offline") == 2


def test_hyphens_in_channel_names() -> None:
    """A task channel with a hyphen in its unique name is made, or refused."""
    # Documented: resources.md section 6; docs forbid hyphens, a capture shows one
    for allowed in (True, False):
        centre = centre_with(hyphens_in_channel_names=allowed)
        fields = {"friendly_name": "Letters", "unique_name": "my-letters"}
        if allowed:
            assert centre.do(commands.CreateTaskChannel, **fields).unique_name == "my-letters"
        else:
            assert centre.refusal(commands.CreateTaskChannel, **fields)[:2] == (400, 20001)
        centre.do(commands.CreateTaskChannel, friendly_name="Letters", unique_name="my_letters")


@pytest.mark.parametrize("status", ["wrapping", "completed"])
def test_flex(status: str) -> None:
    """Reservations are wrapped and completed by themselves, or only together with their task."""
    # Documented: resources.md section 10; ReservationStatus: accepted, rejected, Flex also wrapping, completed
    for flex in (True, False):
        centre = centre_with(flex=flex)
        centre.workflow(default=centre.queue("All"))
        centre.worker("Ann")
        task = centre.task()
        made = centre.accept(task)
        fields = {"reservation_sid": made.sid, "reservation_status": status}
        if flex:
            centre.do(commands.UpdateReservation, **fields)
        else:
            refusal = centre.refusal(commands.UpdateReservation, **fields)
            assert refusal == (400, 20001, f"ReservationStatus cannot be set to {status} without Flex")
            centre.end(task, status)
        assert (task.assignment_status, made.reservation_status) == (status, status)


def test_reason_required() -> None:
    """A task is canceled without a reason, unless one is required."""
    # Observed: resources.md section 9; an SDK's tests cancel without it
    for required in (False, True):
        centre = centre_with(reason_required=required)
        centre.workflow(default=centre.queue("All"))
        task = centre.task()
        if required:
            refusal = centre.refusal(commands.UpdateTask, task_sid=task.sid, assignment_status="canceled")
            assert refusal == (400, 20001, "Reason is required when AssignmentStatus is canceled")
        else:
            centre.update(task, assignment_status="canceled")
            assert task.assignment_status == "canceled"


def test_reject_needs_activity() -> None:
    """The instruction to reject does without an activity, unless it is required."""
    # Documented: callbacks.md section 2.2; a table says required, the text optional
    for needed in (False, True):
        centre = centre_with(reject_needs_activity=needed)
        centre.workflow(default=centre.queue("All"))
        centre.worker("Ann")
        task = centre.task()
        fields: dict[str, Any] = {"reservation_sid": centre.reservation(task).sid, "instruction": "reject"}
        if needed:
            assert centre.refusal(commands.Instruct, **fields) == (400, 40100, "reject needs activity_sid")
        else:
            centre.do(commands.Instruct, **fields)
        assert centre.outcomes(task) == [("Ann", "pending" if needed else "rejected")]


def test_redirect_accepts() -> None:
    """A redirect without accept leaves the reservation pending, or accepts it."""
    # Documented: callbacks.md section 2.5; the table says false, the text speaks of acceptance
    for accepts in (False, True):
        centre = centre_with(redirect_accepts=accepts)
        centre.workflow(default=centre.queue("All"))
        centre.worker("Ann")
        task = centre.task()
        options = {"call_sid": "CA1", "url": "https://example.com/voice"}
        sid = centre.reservation(task).sid
        centre.do(commands.Instruct, reservation_sid=sid, instruction="redirect", options=options)
        assert centre.outcomes(task) == [("Ann", "accepted" if accepts else "pending")]


def test_semantics() -> None:
    """The engine evaluates queues, filters and targets with the chosen readings of the language."""
    # Inferred: expressions.md section 6; numeric strings
    for coerces in (True, False):
        centre = centre_with(semantics=Semantics(numeric_strings=coerces))
        queue, rest = centre.queue("Five", "level == 5"), centre.queue("Rest")
        workflow = centre.workflow(when("kind == 5", to(queue, expression="worker.level == task.level")), default=rest)
        centre.worker("Ann", level="5")
        assert centre.members(queue) == (["Ann"] if coerces else [])
        assert centre.where(centre.task(kind="5")) == ("Five" if coerces else "Rest")
        loaded = Engine.load(json.loads(json.dumps(centre.engine.save())))
        assert loaded.options == centre.engine.options
        assert loaded.save() == centre.engine.save()
        text = configuration(when("kind == 6", to(queue)), default=rest)
        centre.do(commands.UpdateWorkflow, workflow_sid=workflow.sid, configuration=text)
        assert centre.where(centre.task(kind="6")) == ("Five" if coerces else "Rest")


def test_trace() -> None:
    """An engine that keeps no trace has none."""
    # Decided: for speed
    for kept in (True, False):
        centre = centre_with(trace=kept)
        centre.workflow(default=centre.queue("All"))
        assert (centre.task().sid in centre.workspace.traces) is kept


def test_events() -> None:
    """An engine that keeps no events tells of nothing; what it offers is known all the same."""
    # Decided: for speed
    for kept in (True, False):
        centre = centre_with(events=kept)
        centre.workflow(default=centre.queue("All"))
        centre.worker("Ann")
        task = centre.task()
        assert [each.task_sid for each in centre.engine.offered] == [task.sid]
        assert bool(centre.workspace.events) is kept
        centre.wait(1)
        assert centre.engine.offered == ()


@pytest.mark.parametrize("fields", [{"skipped_out": "x"}, {"reoffer_after_ms": 0}, {"most_assignments": 0}])
def test_a_setting_that_does_not_exist(fields: dict[str, Any]) -> None:
    """Options refuse what they do not know."""
    with pytest.raises(ValueError, match=next(iter(fields))):
        EngineOptions(**fields)
