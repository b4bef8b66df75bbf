"""Tasks that have ended are removed in one go, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from simulator.busy import centre
from taskrouter_kit.simulator import Engine, EngineOptions, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._by_worker import reservations_of

SILENT = EngineOptions(trace=False, events=False)
MINUTE, DAY = 60_000, 86_400_000

#: What is done, to which of the tasks, and how many milliseconds later.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["make", "make", "complete", "cancel", "leave", "ask", "save"]),
        st.integers(0, 5),
        st.sampled_from([0, 1, MINUTE, 5 * MINUTE, 6 * MINUTE, DAY - 1, DAY]),
    ),
    max_size=30,
)


def world_after(steps: list[tuple[str, int, int]], options: EngineOptions) -> list[Any]:
    """Return what is there after each of *steps*: tasks, reservations, and those of every worker."""
    engine, workspace = centre(True, options)
    (workflow,), sid = workspace.workflows, workspace.sid
    seen: list[Any] = []
    for what, which, later in steps:
        now = engine.now + later
        tasks = list(workspace.tasks.values())
        task = tasks[which % len(tasks)] if tasks else None
        if what == "save":
            engine = Engine.load(json.loads(json.dumps(engine.save())))
            workspace = engine.world.workspaces[sid]
        elif what == "ask":
            for worker in workspace.workers.values():
                reservations_of(workspace, worker)
        elif what == "make":
            engine.execute(commands.CreateTask(sid, "{}", workflow), now)
            for offer in engine.offered:
                engine.execute(commands.UpdateReservation(sid, offer.sid, "accepted"))
        elif what == "complete" and task is not None and task.assignment_status == "assigned":
            engine.execute(commands.UpdateTask(sid, task.sid, assignment_status="completed", reason="done"))
        elif what == "cancel" and task is not None and task.assignment_status == "pending":
            engine.execute(commands.UpdateTask(sid, task.sid, assignment_status="canceled", reason="done"))
        engine.advance(now)
        seen.append(standing(workspace))
    return seen


def standing(workspace: WorkspaceState) -> Any:
    """Return the tasks and reservations of *workspace*, and whose reservations are known by worker."""
    by_worker = None if workspace.by_worker is None else {sid: list(each) for sid, each in workspace.by_worker.items()}
    return (
        {sid: task.assignment_status for sid, task in workspace.tasks.items()},
        {sid: each.reservation_status for sid, each in workspace.reservations.items()},
        by_worker,
        {sid: worker.open for sid, worker in workspace.workers.items()},
    )


@given(STEPS)
def test_it_is_the_same_as_removing_one_after_the_other(steps: list[tuple[str, int, int]]) -> None:
    """Whatever else is due by then: an engine that tells of every removal comes to the same."""
    told = evolve(SILENT, trace=True)
    assert world_after(steps, SILENT) == world_after(steps, told)


def with_one_task(options: EngineOptions, ends_at: int) -> tuple[Engine, WorkspaceState]:
    """Return a centre with one task, which was made and accepted at 0 and completed at *ends_at*."""
    engine, workspace = centre(True, options)
    (workflow,) = workspace.workflows
    task = engine.execute(commands.CreateTask(workspace.sid, "{}", workflow), 0).result
    (offer,) = engine.offered
    engine.execute(commands.UpdateReservation(workspace.sid, offer.sid, "accepted"))
    engine.execute(commands.UpdateTask(workspace.sid, task.sid, assignment_status="completed", reason="done"), ends_at)
    return engine, workspace


def test_a_task_is_there_for_five_minutes_after_its_end() -> None:
    """The last millisecond counts, and its reservation goes with it."""
    engine, workspace = with_one_task(SILENT, 0)
    engine.advance(5 * MINUTE - 1)
    assert (len(workspace.tasks), len(workspace.reservations)) == (1, 1)
    engine.advance(5 * MINUTE)
    assert (len(workspace.tasks), len(workspace.reservations)) == (0, 0)


def test_a_task_that_has_not_ended_frees_its_worker_when_it_is_removed() -> None:
    """What was assigned for 24 hours goes step by step: whoever worked on it gets a task that has waited."""
    engine, workspace = centre(True, SILENT)
    (workflow,) = workspace.workflows
    assigned: list[str] = []
    while True:
        task = engine.execute(commands.CreateTask(workspace.sid, "{}", workflow, timeout=2 * 86_400), 0).result
        if not engine.offered:
            break
        for offer in engine.offered:
            engine.execute(commands.UpdateReservation(workspace.sid, offer.sid, "accepted"))
        assigned.append(task.sid)
    engine.advance(DAY - 1)
    assert list(workspace.tasks) == [*assigned, task.sid]
    engine.advance(DAY)
    assert list(workspace.tasks) == [task.sid]
    assert (task.assignment_status, [each.date_created for each in engine.offered]) == ("reserved", [DAY])


def test_a_late_end_counts_and_not_the_24_hours() -> None:
    """A task that ends in the last of its 24 hours is there for five minutes more."""
    engine, workspace = with_one_task(SILENT, DAY - MINUTE)
    engine.advance(DAY + 4 * MINUTE - 1)
    assert len(workspace.tasks) == 1
    engine.advance(DAY + 4 * MINUTE)
    assert not workspace.tasks


def test_a_trace_goes_with_its_task() -> None:
    """A saved world whose traces somebody has ended keeps those of no task that is gone."""
    told, before = with_one_task(evolve(SILENT, trace=True), 0)
    document = told.save()
    document["options"]["trace"] = False
    engine = Engine.load(document)
    workspace = engine.world.workspaces[before.sid]
    assert list(workspace.traces) == list(before.tasks)
    engine.advance(5 * MINUTE)
    assert (workspace.tasks, workspace.traces) == ({}, {})
