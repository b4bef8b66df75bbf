"""Looking at nobody who has no room, finding in sets and lines: the same answers as asking every worker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.test_invariants import STEPS, make, run
from taskrouter_kit.expr import sort_workers
from taskrouter_kit.simulator import Engine, EngineOptions, TaskState, WorkerState, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._matching import candidates
from taskrouter_kit.simulator._position import target_of
from taskrouter_kit.simulator._rules import TargetRule
from taskrouter_kit.simulator._standing import refusal_of

Step = tuple[str, int, int, int]


def asked_one_by_one(
    task: TaskState, rule: TargetRule, workspace: WorkspaceState, options: EngineOptions, now: int
) -> list[WorkerState]:
    """Return the workers that may take *task*: everybody is asked, and then they are sorted."""
    found = []
    for worker in workspace.workers.values():
        refusal = refusal_of(worker, task, rule, workspace, options, now)
        if refusal is None or refusal.reason == "declined":
            found.append(worker)
    found.sort(key=lambda worker: (worker.idle_since, worker.number))
    return (
        found if rule.order_by is None else sort_workers(rule.order_by, found, attributes=lambda each: each.attributes)
    )


@given(st.booleans(), st.booleans(), STEPS)
def test_sets_and_lines_find_whom_asking_finds(multi: bool, pending_counts: bool, steps: list[Step]) -> None:
    """After any step, for every pending task, the same workers in the same order."""
    options = EngineOptions(pending_uses_capacity=pending_counts)
    engine, workspace = make(multi, 3, options)
    for step in steps:
        run(engine, workspace, [step])
        for queue in workspace.task_queues.values():
            assert queue.bits == sum(1 << worker.position for worker in queue.members.values())
            accepted = [worker.sid for worker in workspace.workers.values() if queue.sid in worker.queues]
            assert list(queue.members) == accepted
        for task in workspace.tasks.values():
            found = target_of(workspace, task)
            if found is not None and task.assignment_status == "pending":
                able = candidates(task, found[1], workspace, engine.now, options)
                assert able == asked_one_by_one(task, found[1], workspace, options, engine.now)


@given(st.booleans(), STEPS)
def test_a_trace_changes_nothing(multi: bool, steps: list[Step]) -> None:
    """Without a trace only those are looked for who are asked; the world is the same."""
    worlds: list[dict[str, Any]] = []
    for trace in (True, False):
        engine, workspace = make(multi, 4, EngineOptions(trace=trace))
        run(engine, workspace, steps)
        world = engine.save()
        del world["options"]
        for each in world["workspaces"]:
            del each["traces"]
        worlds.append(world)
    assert worlds[0] == worlds[1]


def centre(count: int) -> tuple[Engine, WorkspaceState]:
    engine = Engine()
    workspace: WorkspaceState = engine.execute(commands.CreateWorkspace(friendly_name="W"), 0).result
    engine.execute(commands.CreateTaskQueue(workspace_sid=workspace.sid, friendly_name="All", target_workers="1==1"))
    for number in range(count):
        engine.execute(commands.CreateWorker(workspace_sid=workspace.sid, friendly_name=f"W{number}"))
    return engine, workspace


def test_who_left_leaves_no_hole_for_long() -> None:
    """Removing workers and hiring others does not make the sets longer, and the order of hiring stays."""
    engine, workspace = centre(3)
    engine.execute(
        commands.CreateWorkflow(workspace_sid=workspace.sid, friendly_name="F", configuration=to_all(workspace))
    )
    (queue,) = workspace.task_queues.values()
    for step in range(500):
        oldest = next(iter(workspace.workers.values()))
        engine.execute(commands.DeleteWorker(workspace_sid=workspace.sid, worker_sid=oldest.sid))
        engine.execute(commands.CreateWorker(workspace_sid=workspace.sid, friendly_name=oldest.friendly_name))
        workers, roster = list(workspace.workers.values()), workspace.roster
        assert [each for each in roster.workers if each is not None] == workers
        assert [roster.workers[each.position] for each in workers] == workers
        assert list(roster.each_of(queue.bits)) == list(roster.each_of(roster.everybody)) == workers
        assert len(roster.workers) < 100
        (activity,) = {each.activity_sid for each in workers}
        assert roster.in_activity[activity] == roster.everybody
        if step % 90 == 0:
            move_all(engine, workspace)
            task = engine.execute(commands.CreateTask(workspace_sid=workspace.sid)).result
            (offer,) = engine.offered
            assert offer.worker is workers[0], "the longest idle one, whatever its position"
            engine.execute(commands.DeleteTask(workspace_sid=workspace.sid, task_sid=task.sid))
            move_all(engine, workspace)


def to_all(workspace: WorkspaceState) -> str:
    """Return a configuration that sends every task to the one queue."""
    (sid,) = workspace.task_queues
    return json.dumps({"task_routing": {"default_filter": {"queue": sid}}})


def move_all(engine: Engine, workspace: WorkspaceState) -> None:
    """Move everybody to the other one of two activities, the newest last."""
    offline, available, *_ = workspace.activities.values()
    for worker in workspace.workers.values():
        other = offline if worker.activity_sid == available.sid else available
        engine.execute(
            commands.UpdateWorker(workspace_sid=workspace.sid, worker_sid=worker.sid, activity_sid=other.sid),
            engine.now + 1,
        )


@pytest.mark.parametrize("name", ["W0", "w0"])
def test_a_name_is_free_again_after_its_worker(name: str) -> None:
    """A worker is found by its present name, in any case, and by no other."""
    engine, workspace = centre(1)
    (worker,) = workspace.workers.values()
    engine.execute(commands.UpdateWorker(workspace_sid=workspace.sid, worker_sid=worker.sid, friendly_name="Other"))
    again = engine.execute(commands.CreateWorker(workspace_sid=workspace.sid, friendly_name=name)).result
    assert workspace.roster.named == {"other": worker, "w0": again}
    loaded = Engine.load(json.loads(json.dumps(engine.save())))
    (copy,) = loaded.world.workspaces.values()
    assert {each: found.sid for each, found in copy.roster.named.items()} == {"other": worker.sid, "w0": again.sid}
