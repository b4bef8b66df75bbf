"""Whatever can be done to a small centre, in whatever order: what property tests of the engine draw from."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from taskrouter_kit.simulator import Engine, EngineOptions, Refused, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._commands import given as sent
from taskrouter_kit.simulator._membership import accepts, queue_facts

#: What a step does, and three numbers that choose whom and how.
Step = tuple[str, int, int, int]
#: What can be done; what keeps a centre busy comes more often.
KINDS = [
    *["task"] * 6,
    *["accept"] * 4,
    *["back"] * 3,
    *["wait"] * 3,
    *["reject", "complete", "away"] * 2,
    *["cancel", "wrap", "capacity", "skills", "attributes", "delete", "queue", "workflow", "configuration"],
    *["reservation", "unreachable", "direct", "instruct", "hang up", "plan", "enqueue"],
    *["hire", "hire", "leave", "channel", "office", "optimize", "rename"],
]
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)), min_size=10, max_size=50
)
#: Every reading of every option that does not change what a trace is.
OPTIONS = st.builds(
    EngineOptions,
    skipped_out=st.sampled_from(["later-filters", "cancel"]),
    unanswered=st.sampled_from(["same-target", "next-target"]),
    last_timeout=st.sampled_from(["cancel", "next-filter"]),
    target_times_from=st.sampled_from(["filter", "task"]),
    timeout_while_reserved=st.sampled_from(["wait", "cancel"]),
    unwanted=st.sampled_from(["cancel", "refuse"]),
    routing_target=st.sampled_from(["wait", "cancel"]),
    pending_uses_capacity=st.booleans(),
    top_up=st.booleans(),
    idle_restarts_when_work_ends=st.booleans(),
    idle_restarts_when_available=st.booleans(),
    lifo_by_virtual_start_time=st.booleans(),
    reoffer_after_ms=st.sampled_from([1, 1_000, 20_000]),
    most_assignments=st.sampled_from([2, 1_000]),
)
WAITS = (1, 999, 1_000, 5_000, 11_000, 20_000, 31_000, 130_000)
#: Longer than a task may be assigned.
DAY = 90_000_000
#: What is done -> to whom it is mostly done: a reservation or task in one of these states.
FITTING = {
    "accept": ("pending",),
    "reject": ("pending",),
    "unreachable": ("pending",),
    "instruct": ("pending",),
    "reservation": ("accepted", "wrapping"),
    "cancel": ("pending", "reserved"),
    "complete": ("assigned", "wrapping"),
    "wrap": ("assigned",),
    "hang up": ("reserved", "assigned"),
    "attributes": ("pending", "reserved"),
    "channel": ("pending",),
}


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
            ("Here", 'activity_name != "Offline" AND level < 3', 3, "FIFO"),
        )
    ]  # fmt: skip
    spanish, everyone, last, here = (queue.sid for queue in queues)
    texts = configurations(spanish, everyone, last, here)
    engine.execute(
        commands.CreateWorkflow(
            workspace_sid=workspace.sid,
            friendly_name="F",
            configuration=texts[0],
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


def configurations(spanish: str, everyone: str, last: str, here: str) -> list[str]:
    """Return two configurations over four queues."""
    by_kind = [
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
        {
            "expression": "kind == 3",
            "targets": [
                {"queue": everyone, "known_worker_friendly_name": "task.agent", "timeout": 25},
                {"queue": here, "expression": "worker.channel.default.assigned_tasks == 0", "timeout": 25},
                {"queue": here, "skip_if": "1==1"},
            ],
        },
        {"expression": "kind > 1", "targets": [{"queue": spanish, "timeout": 50}]},
    ]
    return [
        json.dumps({"task_routing": {"filters": by_kind, "default_filter": {"queue": everyone}}}),
        json.dumps({"task_routing": {"filters": by_kind[::-1]}}),
    ]


def command_of(workspace: WorkspaceState, what: str, a: int, b: int, c: int) -> commands.Command | None:
    """Return the command of one step, or None when there is nothing to do it to."""

    def one(things: dict[str, Any]) -> Any:
        return list(things.values())[a % len(things)] if things else None

    def fitting(things: dict[str, Any]) -> Any:
        """Return one that *what* can be done to, where there is one; once in a while any other."""
        fit = {
            sid: each
            for sid, each in things.items()
            if getattr(each, "reservation_status", None) in FITTING.get(what, ())
            or getattr(each, "assignment_status", None) in FITTING.get(what, ())
        }
        return one(fit if fit and (a + b + c) % 7 else things)

    sid = workspace.sid
    on, off = (
        next(each.sid for each in workspace.activities.values() if each.available is wanted) for wanted in (True, False)
    )
    worker, task, reservation = one(workspace.workers), fitting(workspace.tasks), fitting(workspace.reservations)
    if what == "task":
        attributes = json.dumps({"kind": b % 5, "level": c % 3, "agent": f"W{a}", "call_sid": "CA1", "to": "+1"})
        return commands.CreateTask(
            workspace_sid=sid,
            attributes=attributes,
            priority=c,
            timeout=(30, 500, 86400)[b % 3],
            task_channel_sid=sent(list(workspace.task_channels)[1] if a == 7 else None),
        )
    if what == "hire":
        name = f"W{4 + len(workspace.reservations) + c}"
        attributes = json.dumps({"skills": ["es"] if b % 2 else [], "level": c % 4})
        return commands.CreateWorker(
            workspace_sid=sid, friendly_name=name, attributes=attributes, activity_sid=(on, off)[a % 2]
        )
    if what == "office":
        return commands.UpdateWorkspace(workspace_sid=sid, prioritize_queue_order=("FIFO", "LIFO")[a % 2])
    if what == "rename":
        # A queue reads the name of the activity.
        return commands.UpdateActivity(workspace_sid=sid, activity_sid=off, friendly_name=("Offline", "Away")[b % 2])
    if what == "optimize":
        channel = list(workspace.task_channels)[a % 2]
        return commands.UpdateTaskChannel(
            workspace_sid=sid, task_channel_sid=channel, channel_optimized_routing=b % 2 == 0
        )
    if what == "enqueue":
        workflow = next(iter(workspace.workflows))
        return commands.Enqueue(workspace_sid=sid, workflow_sid=workflow, attributes=json.dumps({"kind": b % 5}))
    if what in ("away", "back", "capacity", "skills", "leave", "direct") and worker is None:
        return None
    if what == "leave":
        return commands.DeleteWorker(workspace_sid=sid, worker_sid=worker.sid)
    if what == "channel":
        other = list(workspace.task_channels)[b % 2]
        return task and commands.UpdateTask(workspace_sid=sid, task_sid=task.sid, task_channel_sid=other)
    if what == "direct":
        target = (worker.sid, one(workspace.task_queues).sid)[b % 2]
        ignore = sent(c % 2 == 0 or None)
        return commands.CreateTask(workspace_sid=sid, routing_target=target, ignore_capacity=ignore, timeout=500)
    if what == "instruct":
        name = ("dequeue", "conference", "call", "redirect")[b % 4]
        options = {"from": "+15550100", "to": "+15550101", "url": "https://example.com/", "call_sid": "CA1"}
        options |= {
            "accept": ("true", "false")[c % 2],
            "timeout": str(5 + 20 * c),
            "post_work_activity_sid": (on, off)[c % 2],
        }
        if c == 6:
            options |= {"status_callback_events": "never", "status_callback": "nowhere"}
        return reservation and commands.Instruct(
            workspace_sid=sid, reservation_sid=reservation.sid, instruction=name, options=options
        )
    if what == "hang up":
        return task and commands.HangUp(workspace_sid=sid, task_sid=task.sid)
    if what == "plan":
        outcome = commands.CALL_OUTCOMES[b % 4]
        return commands.PlanCall(workspace_sid=sid, outcome=outcome, after_ms=sent((None, 0, 7_000)[c % 3]))
    if what == "unreachable":
        return reservation and commands.FailCallback(workspace_sid=sid, reservation_sid=reservation.sid)
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
        channel = list(worker.channels.values())[a % 2]
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
    if what == "configuration":
        texts = configurations(*list(workspace.task_queues)[:4])
        return commands.UpdateWorkflow(
            workspace_sid=sid, workflow_sid=workflow.sid, configuration=texts[b % 2], re_evaluate_tasks=c % 2 == 0
        )
    return commands.UpdateWorkflow(workspace_sid=sid, workflow_sid=workflow.sid, re_evaluate_tasks=True)


def run(engine: Engine, workspace: WorkspaceState, steps: list[tuple[str, int, int, int]]) -> None:
    for what, a, b, c in steps:
        if what == "wait":
            engine.advance(engine.now + (DAY if b == c == 7 else WAITS[a]))
        else:
            command = command_of(workspace, what, a, b, c)
            if command is not None:
                try:
                    engine.execute(command)
                except Refused as refusal:
                    assert refusal.code in (20001, 20410, 40114, 40123, 40134, 40135, 40136, 40140, 40142, 40159)  # noqa: PT017
        check(workspace, engine.now)


def check(workspace: WorkspaceState, now: int) -> None:
    """Assert what must hold at every moment."""
    open_of: dict[str, list[str]] = {worker: [] for worker in workspace.workers}
    for reservation in workspace.reservations.values():
        task = workspace.tasks[reservation.task_sid]
        assert reservation.sid in task.reservations
        assert reservation.worker_sid in workspace.workers, "a reservation of somebody who left"
        if reservation.reservation_status in ("pending", "accepted", "wrapping"):
            open_of[reservation.worker_sid].append(reservation.sid)
        if reservation.reservation_status == "pending":
            assert reservation.on_hold or reservation.expires_at > now, "a reservation outlived its time"
            call = reservation.call
            assert call is None or not call.holds or (call.ends_at or 0) > now, "a call rings for ever"
            assert task.assignment_status == "reserved"
    for task in workspace.tasks.values():
        pending = [s for s in task.reservations if workspace.reservations[s].reservation_status == "pending"]
        accepted = [s for s in task.reservations if workspace.reservations[s].reservation_status == "accepted"]
        assert task.attributes == json.loads(task.attributes_text), "attributes are those of another text"
        assert pending == list(task.pending_reservations)
        assert bool(pending) == (task.assignment_status == "reserved")
        assert bool(accepted) <= (task.assignment_status in ("assigned", "wrapping"))
        assert (task.waits_in is not None) == (task.assignment_status == "pending")
        assert task.ttl_at is None or task.ttl_at > now, "a task outlived its time to live"
        waits = task.assignment_status in ("pending", "reserved")
        assert waits or task.target_deadline is None
        assert waits or task.reoffer_at is None
    for worker in workspace.workers.values():
        assert sorted(worker.open) == sorted(open_of[worker.sid])
        for sid, channel in worker.channels.items():
            mine = [workspace.reservations[each] for each in worker.open]
            mine = [each for each in mine if each.task_channel_sid == sid]
            assert channel.open_reservations == len(mine)
            assert channel.assigned_tasks == sum(each.reservation_status == "accepted" for each in mine)
    if workspace.by_worker is not None:  # as soon as somebody asked, as whoever removes a worker does
        mine_of: dict[str, dict[str, None]] = {}
        for sid, reservation in workspace.reservations.items():
            mine_of.setdefault(reservation.worker_sid, {})[sid] = None
        assert {sid: list(each) for sid, each in workspace.by_worker.items()} == {
            sid: list(each) for sid, each in mine_of.items()
        }
    for queue in workspace.task_queues.values():
        inside = [each.sid for each in workspace.workers.values() if accepts(queue, each, queue_facts(each, workspace))]
        assert list(queue.members) == inside, "a queue has other members than its expression says"
        assert [task.line_key for task in queue.waiting] == sorted(task.line_key for task in queue.waiting)
        assert all(task.waits_in is queue for task in queue.waiting)
        assert all(workspace.tasks.get(task.sid) is task for task in queue.waiting), "a task that is gone waits"
