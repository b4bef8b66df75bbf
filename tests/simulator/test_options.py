"""Every option of the engine, in both settings: where sources disagree, both readings can be had."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from simulator import test_facts_voice
from simulator.centre import Centre, configuration, to, types, when
from taskrouter_kit.expr import Semantics
from taskrouter_kit.simulator import Engine, EngineOptions
from taskrouter_kit.simulator import _commands as commands


def centre_with(**options: Any) -> Centre:
    return Centre(engine=Engine(7, options=EngineOptions(**options)))


def test_every_option_is_tested_here() -> None:
    """Each option has a test of its name, which tries both settings."""
    tests = {*globals(), *vars(test_facts_voice)}
    assert [each.name for each in attrs.fields(EngineOptions) if f"test_{each.name}" not in tests] == []


@pytest.mark.parametrize(("reading", "queue"), [("later-filters", "Rest"), ("cancel", None)])
def test_skipped_out(reading: str, queue: str | None) -> None:
    """A task that is skipped out of its filter gets the later ones, or is canceled with workflow.skipped."""
    # Documented: workflows.md section 4; three pages disagree
    centre = centre_with(skipped_out=reading)
    one, rest = centre.queue("One"), centre.queue("Rest")
    centre.workflow(when("1==1", to(one, skip_if="1==1")), default=rest)
    task = centre.task()
    if queue is not None:
        assert (centre.where(task), task.assignment_status) == (queue, "pending")
    else:
        assert types(centre.events(task))[-2:] == ["workflow.skipped", "task.canceled"]


@pytest.mark.parametrize(("reading", "queue"), [("same-target", "Q1"), ("next-target", "Q2")])
def test_unanswered(reading: str, queue: str) -> None:
    """The worked example: a reservation of the first target times out at the age of 8, with 2 seconds left."""
    # Documented: workflows.md section 5; the text and the example disagree
    centre = centre_with(unanswered=reading)
    first, second = centre.queue("Q1", "first == 1"), centre.queue("Q2")
    centre.workflow(when("1==1", to(first, timeout=10), to(second, timeout=10)), seconds=5)
    task = centre.task()
    centre.wait(3)
    ann = centre.worker("Ann", first=1)
    centre.wait(5)
    assert (centre.outcomes(task), centre.activity_of(ann)) == ([("Ann", "timeout")], "Offline")
    assert centre.where(task) == queue
    centre.wait(2)
    assert centre.where(task) == "Q2"
    centre.wait(9)
    assert task.assignment_status == "pending"
    centre.wait(1)
    assert task.assignment_status == "canceled", "12 seconds after the age of 8"


def test_unanswered_in_the_last_target() -> None:
    """The last target has none after it: its other workers are asked in either reading."""
    # Inferred: workflows.md section 5; there is nowhere to go
    centre = centre_with(unanswered="next-target")
    centre.workflow(when("1==1", to(centre.queue("All"), timeout=60)), seconds=5)
    centre.worker("Ann"), centre.worker("Bob")
    task = centre.task()
    centre.wait(5)
    assert centre.outcomes(task) == [("Ann", "timeout"), ("Bob", "pending")]


@pytest.mark.parametrize(("reading", "queue"), [("cancel", None), ("next-filter", "Three")])
def test_last_timeout(reading: str, queue: str | None) -> None:
    """The timeout of a filter's last target cancels, or leads to the next filter that is true for the task."""
    # Documented: workflows.md section 5; one page says both
    centre = centre_with(last_timeout=reading)
    one, two, three = (centre.queue(name) for name in ("One", "Two", "Three"))
    centre.workflow(
        when("kind > 0", to(one, timeout=10)), when("kind > 5", to(two)), when("kind > 0", to(three, timeout=10)),
        default=two,
    )  # fmt: skip
    task = centre.task(kind=1)
    centre.wait(10)
    if queue is None:
        assert task.assignment_status == "canceled"
    else:
        assert centre.where(task) == queue
        centre.wait(10)
        assert task.reason == "Task canceled on Workflow timeout", "never to the default filter"


@pytest.mark.parametrize(
    ("reading", "at_10", "at_30"), [("wait", "pending", "timeout"), ("cancel", "canceled", "canceled")]
)
def test_timeout_while_reserved(reading: str, at_10: str, at_30: str) -> None:
    """A reservation outlasts the timeout of its target, or ends with it."""
    # Inferred: workflows.md section 5; undocumented
    centre = centre_with(timeout_while_reserved=reading)
    first, second = centre.queue("Q1", "team == 1", max_reserved_workers=2), centre.queue("Q2")
    centre.workflow(when("1==1", to(first, timeout=10), to(second, expression="worker.team == 2")), seconds=30)
    centre.worker("Ann", team=1), centre.worker("Bob", team=1)
    task = centre.task()
    centre.wait(10)
    assert {status for _, status in centre.outcomes(task)} == {at_10}
    assert centre.where(task) == ("Q1" if reading == "wait" else "Q2")
    centre.wait(20)
    assert {status for _, status in centre.outcomes(task)} == {at_30}
    assert centre.where(task) == "Q2"


def test_unwanted() -> None:
    """A task that nothing takes is created and canceled, or not created at all."""
    # Documented: workflows.md section 6; falls out of the Workflow and is canceled
    # Observed: workflows.md section 6; a note from training: the Task is not created
    for reading in ("cancel", "refuse"):
        centre = centre_with(unwanted=reading)
        workflow = centre.workflow(when("kind == 1", to(centre.queue("All"))))
        if reading == "cancel":
            assert centre.task(kind=2).assignment_status == "canceled"
        else:
            assert centre.refusal(commands.CreateTask, attributes='{"kind": 2}') == (
                400,
                20001,
                f"The attributes match no filter of workflow {workflow.sid}, which has no default filter",
            )
            assert centre.workspace.tasks == {}
        assert centre.task(kind=1).assignment_status == "pending"


@pytest.mark.parametrize(("pending_uses_capacity", "offered"), [(True, [["Ann"], []]), (False, [["Ann"], ["Ann"]])])
def test_pending_uses_capacity(pending_uses_capacity: bool, offered: list[list[str]]) -> None:
    """A pending reservation takes a slot, or only an accepted one does."""
    # Documented: routing.md section 4; the formula and the questions and answers disagree
    centre = centre_with(pending_uses_capacity=pending_uses_capacity)
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    tasks = [centre.task(), centre.task()]
    assert [centre.offered(task) for task in tasks] == offered
    centre.accept(tasks[0])
    assert centre.offered(centre.task()) == []


@pytest.mark.parametrize(("idle_restarts_when_work_ends", "first"), [(True, "Bob"), (False, "Ann")])
def test_idle_restarts_when_work_ends(idle_restarts_when_work_ends: bool, first: str) -> None:
    """Ann accepted first and ended last: who is longest idle depends on what starts the clock."""
    # Inferred: routing.md section 5; the last assignment, or its end
    centre = centre_with(idle_restarts_when_work_ends=idle_restarts_when_work_ends)
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann"), centre.worker("Bob")
    centre.wait(1)
    tasks = []
    for _ in range(2):
        tasks.append(centre.task())
        centre.accept(tasks[-1])
        centre.wait(1)
    for task in reversed(tasks):
        centre.end(task)
        centre.wait(1)
    assert centre.offered(centre.task()) == [first]


@pytest.mark.parametrize(("idle_restarts_when_available", "first"), [(True, "Bob"), (False, "Ann")])
def test_idle_restarts_when_available(idle_restarts_when_available: bool, first: str) -> None:
    """A break puts a worker behind those who stayed, or it does not."""
    # Inferred: routing.md section 5; undocumented
    centre = centre_with(idle_restarts_when_available=idle_restarts_when_available)
    centre.workflow(default=centre.queue("All"))
    ann = centre.worker("Ann")
    centre.wait(1)
    centre.worker("Bob")
    centre.move(ann, "Offline")
    centre.wait(1)
    centre.move(ann, "Available")
    assert centre.offered(centre.task()) == [first]


@pytest.mark.parametrize("lifo_by_virtual_start_time", [True, False])
def test_lifo_by_virtual_start_time(lifo_by_virtual_start_time: bool) -> None:
    """What makes a task of a LIFO queue new: its virtual start time, or its creation."""
    # Inferred: routing.md section 6; undocumented
    centre = centre_with(lifo_by_virtual_start_time=lifo_by_virtual_start_time)
    queue = centre.queue("Last", task_order="LIFO")
    centre.workflow(default=queue)
    centre.wait(100)
    plain = centre.task()
    centre.wait(1)
    early = centre.task(virtual_start_time=5_000)
    expected = [plain, early] if lifo_by_virtual_start_time else [early, plain]
    assert [task.sid for task in queue.waiting] == [task.sid for task in expected]


def test_top_up() -> None:
    """A task that is offered to fewer workers than it may be asks those who come later, or does not."""
    # Inferred: routing.md section 9; later Workers may top up while fewer than N are pending
    for tops in (False, True):
        centre = centre_with(top_up=tops)
        centre.workflow(default=centre.queue("All", max_reserved_workers=2))
        centre.worker("Ann")
        task = centre.task()
        centre.worker("Bob"), centre.worker("Cid")
        assert centre.offered(task) == (["Ann", "Bob"] if tops else ["Ann"])
        assert task.assignments == 1


def test_multitasking_is_final() -> None:
    """A multitasking workspace may become single-tasking, where that is allowed and another one is."""
    # Documented: resources.md section 2; unless another legacy single-tasking Workspace exists
    for final in (True, False):
        centre = centre_with(multitasking_is_final=final)
        refusal = (400, 20001, "MultiTaskEnabled cannot be set to false once multitasking is enabled")
        assert centre.refusal(commands.UpdateWorkspace, multi_task_enabled=False) == refusal
        Centre(engine=centre.engine, multi=False)
        if final:
            assert centre.refusal(commands.UpdateWorkspace, multi_task_enabled=False) == refusal
        else:
            centre.do(commands.UpdateWorkspace, multi_task_enabled=False)
        assert centre.workspace.multi_task_enabled is final


def test_routing_target() -> None:
    """A task for a worker who cannot take it waits for that worker, or is canceled with the recorded reason."""
    # Observed: routing.md section 12; RoutingTarget not available for Reservation acceptance
    for reading in ("wait", "cancel"):
        centre = centre_with(routing_target=reading)
        centre.workflow(default=centre.queue("All"))
        ann = centre.worker("Ann", "Offline")
        task = centre.task(routing_target=ann.sid, ignore_capacity=False)
        if reading == "wait":
            assert task.assignment_status == "pending"
            centre.move(ann, "Available")
            assert centre.offered(task) == ["Ann"]
        else:
            assert task.assignment_status == "canceled"
            assert task.reason == f"RoutingTarget not available for Reservation acceptance: {ann.sid}"


def test_reoffer_after_ms() -> None:
    """The only worker, who rejected, is asked again after the pause."""
    # Inferred: routing.md section 15; at least one virtual second
    for pause in (1_000, 5_000):
        centre = centre_with(reoffer_after_ms=pause)
        centre.workflow(default=centre.queue("All"))
        centre.worker("Ann")
        task = centre.task()
        centre.reject(task)
        centre.wait(pause / 1000 - 0.001)
        assert centre.offered(task) == []
        centre.wait(0.001)
        assert centre.offered(task) == ["Ann"]


def test_most_assignments() -> None:
    """After so many assignments a task is canceled."""
    # Documented: routing.md section 1; 1,000, older documents said 10
    assert EngineOptions().most_assignments == 1_000
    centre = centre_with(most_assignments=10)
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task()
    for _ in range(10):
        centre.reject(task)
        centre.wait(1)
    assert (task.assignment_status, len(task.reservations)) == ("canceled", 10)


def test_removal_after_ms() -> None:
    """A task that ended is gone after five minutes, or after as long as is said."""
    # Documented: routing.md section 1; 5 minutes, the page says 5 to 8
    for pause in (300_000, 480_000):
        centre = centre_with(removal_after_ms=pause)
        centre.workflow(default=centre.queue("All"))
        task = centre.task()
        centre.end(task, "canceled")
        centre.wait(pause / 1000 - 0.001)
        assert task.sid in centre.workspace.tasks
        assert centre.wait(0.001) == ["task.deleted"]


def test_unique_activity_names() -> None:
    """Two activities of one name are refused, unless that is allowed."""
    # Inferred: resources.md section 3; older documents: unique per Workspace
    status, code, _ = centre_with().refusal(commands.CreateActivity, friendly_name="Offline")
    assert (status, code) == (400, 20001)
    centre = centre_with(unique_activity_names=False)
    centre.do(commands.CreateActivity, friendly_name="Offline")
    assert [each.friendly_name for each in centre.workspace.activities.values()].count("Offline") == 2


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
