"""Whatever is done, in whatever order: what must hold of a world, and that the same doing gives the same world."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from taskrouter_kit.simulator import Engine, EngineOptions, Refused, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given as sent

#: What a step does, and three numbers that choose whom and how.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "task",
                "task",
                "task",
                "accept",
                "reject",
                "cancel",
                "complete",
                "wrap",
                "away",
                "back",
                "capacity",
                "skills",
                "attributes",
                "delete",
                "wait",
                "wait",
                "queue",
                "workflow",
                "reservation",
            ]
        ),
        st.integers(0, 7),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=40,
)
WAITS = (1, 999, 5_000, 20_000, 31_000, 61_000, 130_000, 90_000_000)


def make(multi: bool, seed: int, options: EngineOptions | None = None) -> tuple[Engine, WorkspaceState]:
    engine = Engine(seed, options=options or EngineOptions())
    workspace: WorkspaceState = engine.execute(
        commands.CreateWorkspace(friendly_name="W", multi_task_enabled=multi), 0
    ).result
    on = next(each.sid for each in workspace.activities.values() if each.available)
    queues = [
        engine.execute(
            commands.CreateTaskQueue(
                workspace_sid=workspace.sid, friendly_name=name, target_workers=rule, max_reserved_workers=most,
                task_order=order,
            )
        ).result
        for name, rule, most, order in (
            ("Spanish", 'skills HAS "es"', 1, "FIFO"),
            ("All", "1==1", 2, "FIFO"),
            ("Last", "level > 1", 1, "LIFO"),
        )
    ]  # fmt: skip
    spanish, everyone, last = (queue.sid for queue in queues)
    configuration = {
        "task_routing": {
            "filters": [
                {
                    "expression": "kind == 1",
                    "targets": [
                        {"queue": spanish, "timeout": 20, "priority": 3},
                        {"queue": last, "timeout": 40, "skip_if": "workers.available == 0"},
                        {"queue": everyone, "order_by": "worker.level DESC"},
                    ],
                },
                {
                    "expression": "kind == 2",
                    "targets": [{"queue": last, "timeout": 30, "expression": "worker.level > task.level"}],
                },
            ],
            "default_filter": {"queue": everyone},
        }
    }
    engine.execute(
        commands.CreateWorkflow(
            workspace_sid=workspace.sid,
            friendly_name="F",
            configuration=json.dumps(configuration),
            task_reservation_timeout=30,
        )
    )
    for number in range(4):
        attributes = {"skills": ["es"] if number % 2 else [], "level": number}
        engine.execute(
            commands.CreateWorker(
                workspace_sid=workspace.sid,
                friendly_name=f"W{number}",
                attributes=json.dumps(attributes),
                activity_sid=on,
            )
        )
    return engine, workspace


def command_of(workspace: WorkspaceState, what: str, a: int, b: int, c: int) -> commands.Command | None:
    """Return the command of one step, or None when there is nothing to do it to."""

    def one(things: dict[str, Any]) -> Any:
        return list(things.values())[a % len(things)] if things else None

    sid = workspace.sid
    on, off = (
        next(each.sid for each in workspace.activities.values() if each.available is wanted) for wanted in (True, False)
    )
    worker, task, reservation = one(workspace.workers), one(workspace.tasks), one(workspace.reservations)
    if what == "task":
        attributes = json.dumps({"kind": b % 4, "level": c % 3})
        return commands.CreateTask(
            workspace_sid=sid, attributes=attributes, priority=c, timeout=(30, 500, 86400)[b % 3]
        )
    if what in ("accept", "reject", "reservation"):
        status = {"accept": "accepted", "reject": "rejected"}.get(what, ("wrapping", "completed")[b % 2])
        return reservation and commands.UpdateReservation(
            workspace_sid=sid, reservation_sid=reservation.sid, reservation_status=status
        )
    if what in ("cancel", "complete", "wrap"):
        status = {"cancel": "canceled", "complete": "completed", "wrap": "wrapping"}[what]
        return task and commands.UpdateTask(workspace_sid=sid, task_sid=task.sid, assignment_status=status)
    if what in ("away", "back"):
        return commands.UpdateWorker(
            workspace_sid=sid,
            worker_sid=worker.sid,
            activity_sid=off if what == "away" else on,
            reject_pending_reservations=what == "away" and b % 2 == 0,
        )
    if what == "capacity":
        channel = next(iter(worker.channels.values()))
        return commands.UpdateWorkerChannel(
            workspace_sid=sid, worker_sid=worker.sid, worker_channel_sid=channel.sid, capacity=b % 4, available=c > 1
        )
    if what == "skills":
        attributes = json.dumps({"skills": ["es"] if b % 2 else [], "level": c})
        return commands.UpdateWorker(workspace_sid=sid, worker_sid=worker.sid, attributes=attributes)
    if what == "attributes":
        attributes = json.dumps({"kind": b % 4, "level": c % 3})
        return task and commands.UpdateTask(
            workspace_sid=sid, task_sid=task.sid, attributes=attributes, priority=sent(c if c > 3 else None)
        )
    if what == "delete":
        return task and commands.DeleteTask(workspace_sid=sid, task_sid=task.sid)
    if what == "queue":
        queue = one(workspace.task_queues)
        rule = ("1==1", 'skills HAS "es"', "", "level > 2")[b % 4]
        order = ("FIFO", "LIFO")[c % 2]
        return commands.UpdateTaskQueue(
            workspace_sid=sid, task_queue_sid=queue.sid, target_workers=rule, task_order=order
        )
    workflow = one(workspace.workflows)
    return commands.UpdateWorkflow(workspace_sid=sid, workflow_sid=workflow.sid, re_evaluate_tasks=True)


def run(engine: Engine, workspace: WorkspaceState, steps: list[tuple[str, int, int, int]]) -> None:
    for what, a, b, c in steps:
        if what == "wait":
            engine.advance(engine.now + WAITS[a])
        else:
            command = command_of(workspace, what, a, b, c)
            if command is not None:
                try:
                    engine.execute(command)
                except Refused as refusal:
                    assert refusal.code in (20001, 20410)  # noqa: PT017
        check(workspace, engine.now)


def check(workspace: WorkspaceState, now: int) -> None:
    """Assert what must hold at every moment."""
    open_of: dict[str, list[str]] = {worker: [] for worker in workspace.workers}
    for reservation in workspace.reservations.values():
        task = workspace.tasks[reservation.task_sid]
        assert reservation.sid in task.reservations
        if reservation.reservation_status in ("pending", "accepted", "wrapping"):
            open_of[reservation.worker_sid].append(reservation.sid)
        if reservation.reservation_status == "pending":
            assert reservation.expires_at > now, "a reservation outlived its time"
            assert task.assignment_status == "reserved"
    for task in workspace.tasks.values():
        pending = [s for s in task.reservations if workspace.reservations[s].reservation_status == "pending"]
        accepted = [s for s in task.reservations if workspace.reservations[s].reservation_status == "accepted"]
        assert pending == task.pending_reservations
        assert bool(pending) == (task.assignment_status == "reserved")
        assert bool(accepted) <= (task.assignment_status in ("assigned", "wrapping"))
        assert (task.waits_in is not None) == (task.assignment_status == "pending")
        assert task.ttl_at is None or task.ttl_at > now, "a task outlived its time to live"
    for worker in workspace.workers.values():
        assert sorted(worker.open) == sorted(open_of[worker.sid])
        for sid, channel in worker.channels.items():
            mine = [workspace.reservations[each] for each in worker.open]
            mine = [each for each in mine if each.task_channel_sid == sid]
            assert channel.open_reservations == len(mine)
            assert channel.assigned_tasks == sum(each.reservation_status == "accepted" for each in mine)
    for queue in workspace.task_queues.values():
        assert [task.line_key for task in queue.waiting] == sorted(task.line_key for task in queue.waiting)
        assert all(task.waits_in is queue for task in queue.waiting)


@given(st.booleans(), STEPS)
def test_invariants(multi: bool, steps: list[tuple[str, int, int, int]]) -> None:
    """No task is in two states, counters agree with reservations, nothing outlives its time, lines are in order."""
    engine, workspace = make(multi, 1)
    run(engine, workspace, steps)


@given(STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_capacity_is_never_exceeded(steps: list[tuple[str, int, int, int]]) -> None:
    """While capacities stay as they are, no worker holds more than its capacity (routing.md section 4)."""
    engine, workspace = make(True, 1)
    for step in steps:
        if step[0] not in ("capacity",):
            run(engine, workspace, [step])
            for worker in workspace.workers.values():
                for channel in worker.channels.values():
                    assert channel.open_reservations <= channel.configured_capacity


@given(st.booleans(), STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_one_seed_one_world(multi: bool, steps: list[tuple[str, int, int, int]]) -> None:
    """The same steps with the same seed give the same world, byte for byte."""
    worlds = []
    for _ in range(2):
        engine, workspace = make(multi, 5)
        run(engine, workspace, steps)
        worlds.append(json.dumps(engine.save()))
    assert worlds[0] == worlds[1]


@given(st.booleans(), STEPS, STEPS)
@settings(max_examples=settings.default.max_examples // 2)
def test_saving_in_between_changes_nothing(
    multi: bool, before: list[tuple[str, int, int, int]], after: list[tuple[str, int, int, int]]
) -> None:
    """A world that was saved and loaded goes on exactly as the one that was not."""
    engine, workspace = make(multi, 9)
    run(engine, workspace, before)
    loaded = Engine.load(json.loads(json.dumps(engine.save())))
    run(engine, workspace, after)
    run(loaded, loaded.world.workspaces[workspace.sid], after)
    assert json.dumps(loaded.save()) == json.dumps(engine.save())
