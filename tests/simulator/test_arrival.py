"""A task that arrives and waits in one go comes to what the commands come to one step after the other."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from simulator.busy import ASKS, BUSY, centre, live, stepwise
from simulator.wild import OPTIONS, STEPS, Step
from taskrouter_kit.simulator import Engine, EngineOptions, Outcome, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _task_commands as task_commands
from taskrouter_kit.simulator._scene import Scene

#: Nobody has room for long.
RUSH = st.lists(
    st.tuples(st.sampled_from(["task", "task", "task", "away"]), st.integers(0, 7), st.integers(0, 7), st.just(1)),
    min_size=5,
    max_size=25,
)


@pytest.mark.parametrize("steps", [BUSY, st.builds(lambda a, b, c: a + b + c, RUSH, STEPS, RUSH)])
def test_in_one_go_or_step_by_step(steps: st.SearchStrategy[list[Step]]) -> None:
    """Whatever is done in whatever order: world, events, traces and callbacks are those of an engine that takes every
    step."""

    @given(
        st.sampled_from([True, True, True, False]),
        st.sampled_from(ASKS),
        steps,
        OPTIONS,
        st.sampled_from([(True, True), (True, True), (True, False), (False, True)]),
    )
    def law(multi: bool, asks: str, steps: list[Step], options: EngineOptions, told: tuple[bool, bool]) -> None:
        options = evolve(options, trace=told[0], events=told[1])
        taken, way = (
            live(*centre(multi, options, asks), steps, Engine.save, every_step=each) for each in (True, False)
        )
        assert way == taken

    law()


def nobody_on_duty(options: EngineOptions) -> tuple[Engine, commands.CreateTask]:
    """Return a centre in which nobody is on duty, and what makes a task there."""
    engine, workspace = centre(True, options)
    for worker in workspace.workers:
        engine.execute(
            commands.UpdateWorker(
                workspace_sid=workspace.sid, worker_sid=worker, activity_sid=workspace.timeout_activity_sid
            )
        )
    (workflow,) = workspace.workflows
    return engine, commands.CreateTask(workspace.sid, '{"kind":4,"level":1}', workflow)


@pytest.mark.parametrize("options", [EngineOptions(), EngineOptions(trace=False, events=False)])
def test_who_waits_arrives_in_one_go(options: EngineOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    """A usual task for which there is nobody is made without the command's own function, whether or not it is told."""
    engine, command = nobody_on_duty(options)
    monkeypatch.setattr(task_commands, "create_task", lambda scene, command: pytest.fail("step by step"))
    task = engine.execute(command).result
    assert (task.assignment_status, task.waits_in is not None, engine.offered) == ("pending", True, ())


def test_what_happened_together_is_told_one_by_one() -> None:
    """The events of a new task are equal in the outcome of its command and among those of the workspace, and stay."""
    engine, command = nobody_on_duty(EngineOptions())
    workspace = engine.world.workspaces[command.workspace_sid]
    before = len(workspace.events)
    task, happened = engine.execute(command)
    kinds = ["workflow.entered", "task-queue.entered", "task.created", "workflow.target-matched"]
    assert [each.event_type for each in happened] == kinds
    assert {each.resource_sid for each in happened} == {task.sid}
    assert happened == workspace.events[before:]
    assert all(one is other for one, other in zip(workspace.events, workspace.events, strict=True))
    assert [*reversed(workspace.events)] == [*workspace.events][::-1]
    assert (len(workspace.events), workspace.events[-1]) == (before + 4, happened[-1])


def test_an_outcome_is_the_pair_of_result_and_events() -> None:
    """Whoever takes an outcome apart by places, pattern or copy finds the events that its names give."""
    engine, command = nobody_on_duty(EngineOptions())
    outcome = engine.execute(command)
    result, events = outcome.result, outcome.events
    assert len(events) == 4
    match outcome:
        case (made, happened):
            assert (made, happened) == (result, events)
    assert (outcome[0], outcome[-1], outcome[:]) == (result, events, (result, events))
    assert copy.copy(outcome) == outcome == Outcome(result, events) == (result, events)
    assert len({outcome, copy.copy(outcome)}) == 1
    assert outcome != engine.execute(command)
    made_activity = engine.execute(commands.CreateActivity(workspace_sid=command.workspace_sid, friendly_name="Out"))
    told = [each.to_dict() for each in made_activity.events]
    assert [each.to_dict() for each in pickle.loads(pickle.dumps(made_activity)).events] == told


def test_an_outcome_has_what_its_command_did_and_nothing_else() -> None:
    """What timers did before a command is told by the workspace alone, and what a command did is told once."""
    engine, command = nobody_on_duty(EngineOptions())
    workspace = engine.world.workspaces[command.workspace_sid]
    task = engine.execute(command).result
    change = commands.UpdateActivity(workspace_sid=workspace.sid, activity_sid=next(iter(workspace.activities)))
    changed = engine.execute(change, engine.now + task.timeout * 1000).events
    assert [each.event_type for each in changed] == ["activity.updated"]
    assert [each.event_type for each in workspace.events[-2:]] == ["task.canceled", "activity.updated"]
    assert engine.advance(engine.now) == []


def test_what_a_command_told_before_it_failed_is_not_told_with_the_next() -> None:
    """An error in the middle of a command, which is one of ours, leaves nothing for the outcome of another one."""
    engine, command = nobody_on_duty(EngineOptions())

    def fail(scene: Scene, command: commands.UpdateActivity) -> None:
        scene.emit("activity.updated", command.activity_sid, "Idle", dict)
        raise ZeroDivisionError

    engine._actions = {**engine._actions, commands.UpdateActivity: fail}
    with pytest.raises(ZeroDivisionError):
        engine.execute(commands.UpdateActivity(workspace_sid=command.workspace_sid, activity_sid="WA1"))
    made = engine.execute(commands.CreateActivity(workspace_sid=command.workspace_sid, friendly_name="Out"))
    assert [each.event_type for each in made.events] == ["activity.created"]


@pytest.mark.parametrize("read", [True, False])
def test_what_happened_together_is_forgotten_together(read: bool) -> None:
    """After a month the events of a new task are gone, all of them in one moment, whether or not they were read."""
    engine, command = nobody_on_duty(EngineOptions())
    workspace = engine.world.workspaces[command.workspace_sid]
    month = 30 * 86_400_000
    engine.execute(command, 1_000)
    kept, gone = (1_000 + month, 4), (1_001 + month, 0)
    for now, left in (kept, gone) if read else (gone,):
        engine.execute(commands.CreateActivity(workspace_sid=workspace.sid, friendly_name=f"{now}"), now)
        made = [each for each in workspace.events if each.event_date_ms == 1_000]
        assert len(made) == left


def two_days(options: EngineOptions, change: Callable[[WorkspaceState], commands.Command | None], **task: Any) -> Any:
    """Return what comes of two tasks with a change between them: in one go, and step by step."""
    ends = []
    for every_step in (False, True):
        engine, command = nobody_on_duty(options)
        if every_step:
            stepwise(engine)
        workspace = engine.world.workspaces[command.workspace_sid]
        for now in (5_000, 9_000):
            engine.execute(evolve(command, **task), now)
            if (between := change(workspace)) is not None:
                engine.execute(between)
        ends.append(engine.save())
    return ends


def queue_of(workspace: WorkspaceState) -> str:
    return next(each.sid for each in workspace.task_queues.values() if each.friendly_name == "All")


@pytest.mark.parametrize(
    "change",
    [
        lambda it: commands.UpdateTaskQueue(workspace_sid=it.sid, task_queue_sid=queue_of(it), friendly_name="Alle"),
        lambda it: commands.UpdateTaskQueue(workspace_sid=it.sid, task_queue_sid=queue_of(it), target_workers="2==2"),
        lambda it: commands.UpdateWorkflow(
            workspace_sid=it.sid, workflow_sid=next(iter(it.workflows)), friendly_name="Other"
        ),
    ],
)
def test_who_comes_later_is_told_of_by_later_names(change: Callable[[WorkspaceState], commands.Command]) -> None:
    """After a queue or workflow got another name or expression, events and traces of new tasks have that one."""
    changed: list[bool] = []

    def once(workspace: WorkspaceState) -> commands.Command | None:
        changed.append(True)
        return change(workspace) if len(changed) % 2 else None

    way, taken = two_days(EngineOptions(), once)
    assert way == taken


@pytest.mark.parametrize(
    "task",
    [
        {"virtual_start_time": 1_000},
        {"priority": 7, "timeout": 60, "ignore_capacity": True},
        {"attributes": '{"kind":5,"level":1}'},
        {"attributes": '{"kind":6,"agent":"W1"}'},
        {"attributes": '{"kind":7}'},
    ],
)
def test_what_a_task_says_of_itself(task: dict[str, Any]) -> None:
    """Whatever a task says, and whatever its target asks for, is told as it is when every step is taken."""
    way, taken = two_days(EngineOptions(), lambda workspace: None, **task)
    assert way == taken
