"""A small centre whose tasks mostly go the usual way, and what is done to it: to compare ways that come to the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from simulator.wild import Step, check, command_of, make
from taskrouter_kit.simulator import Engine, EngineOptions, Refused, WorkspaceState, _engine
from taskrouter_kit.simulator import _commands as commands

#: What a workflow asks for that keeps its tasks off the plain way; mostly nothing.
ASKS = ["", "", "", "callback", "clock", "events"]
#: What keeps tasks on the plain way comes again and again among everything else.
BUSY = st.lists(
    st.tuples(
        st.sampled_from([*["task", "accept", "complete", "wait"] * 3, "capacity"]),
        st.integers(0, 7),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    min_size=10,
    max_size=60,
)


def centre(multi: bool, options: EngineOptions, asks: str = "") -> tuple[Engine, WorkspaceState]:
    """Return a small centre whose tasks mostly wait for anybody; its workflow *asks* for more than that."""
    engine, workspace = make(multi, 7, options)
    spanish, two, last, _ = workspace.task_queues
    busy = next(each.sid for each in workspace.activities.values() if not each.available)
    everybody = engine.execute(
        commands.CreateTaskQueue(
            workspace_sid=workspace.sid,
            friendly_name="Everybody",
            target_workers="1==1",
            assignment_activity_sid=busy,
        )
    ).result.sid
    for worker in list(workspace.workers.values())[:2]:
        channel = worker.channels[workspace.default_channel_sid].sid
        engine.execute(
            commands.UpdateWorkerChannel(
                workspace_sid=workspace.sid, worker_sid=worker.sid, worker_channel_sid=channel, capacity=3
            )
        )
    filters = [
        {"expression": "kind == 1", "targets": [{"queue": spanish, "priority": 3, "skip_if": "1==1"}]},
        {"expression": "kind == 2", "targets": [{"queue": last}]},
        {"expression": "kind == 3", "targets": [{"queue": last, "timeout": 20}, {"queue": everybody}]},
        {"expression": "kind == 4 AND level == 1", "targets": [{"queue": two, "priority": 2}]},
        {"expression": "kind == 5", "targets": [{"queue": two, "expression": "worker.level > task.level"}]},
        {"expression": "kind == 6", "targets": [{"queue": two, "known_worker_friendly_name": "task.agent"}]},
        {"expression": "kind == 7", "targets": [{"queue": two, "order_by": "worker.level DESC"}]},
    ]
    if asks == "clock":
        filters.append({"expression": "level == 2 AND taskrouter.currentHour > 0", "targets": [{"queue": spanish}]})
    routing = {"task_routing": {"filters": filters, "default_filter": {"queue": everybody}}}
    for workflow in workspace.workflows:
        engine.execute(
            commands.UpdateWorkflow(
                workspace_sid=workspace.sid,
                workflow_sid=workflow,
                configuration=json.dumps(routing),
                assignment_callback_url="https://example.com/" if asks == "callback" else "",
            )
        )
    if asks == "events":
        engine.execute(
            commands.UpdateWorkspace(workspace_sid=workspace.sid, event_callback_url="https://example.com/events")
        )
    return engine, workspace


def usual(engine: Engine, workspace: WorkspaceState, step: Step) -> commands.Command | None:
    """Return the command of *step* as somebody in a hurry sends it, now with less and now with more in it."""
    what, a, b, c = step
    command = command_of(workspace, what, a, b, c)
    (workflow,) = workspace.workflows
    if isinstance(command, commands.CreateTask) and not command.routing_target:
        other: dict[int, dict[str, Any]] = {
            1: {"priority": commands.UNSET, "timeout": commands.UNSET},
            2: {"virtual_start_time": engine.now - c, "ignore_capacity": c % 2 == 0},
            3: {"task_channel_sid": ""},
            4: {"routing_target": workflow},
            5: {"task_queue_sid": ("", "WQ0", next(iter(workspace.task_queues)))[c % 3]},
            6: {"task_channel_sid": workspace.default_channel_sid, "priority": 0},
        }
        return evolve(command, workflow_sid=commands.UNSET if a == b == c else workflow, **other.get(a, {}))
    if isinstance(command, commands.UpdateTask) and command.assignment_status and c:
        more: dict[int, dict[str, Any]] = {
            1: {"priority": b},
            2: {"attributes": "{}"},
            3: {"virtual_start_time": b},
            4: {"task_channel_sid": ("", *workspace.task_channels)[a % 3]},
        }
        return evolve(command, reason=f"for {c} reasons" if c > 1 else "", **more.get(b, {}))
    if isinstance(command, commands.UpdateReservation) and c == 7:
        return evolve(command, worker_activity_sid=("", workspace.timeout_activity_sid, "WA0")[b % 3])
    return command


def stepwise(engine: Engine) -> Engine:
    """Let *engine* carry every command out one step after the other, and nothing in one go."""
    engine._actions, engine._silent = _engine._STEPWISE, False
    return engine


def live(
    engine: Engine, workspace: WorkspaceState, steps: list[Step], world: Callable[[Engine], Any], *, every_step: bool
) -> list[Any]:
    """Take *steps*; return what each did or why it was refused, and at last what *world* says.

    With *every_step* nothing is done in one go.
    """
    seen: list[Any] = []
    sid = workspace.sid
    if every_step:
        stepwise(engine)
    for step in steps:
        if step[1:] in ((1, 1, 1), (2, 2, 2), (3, 3, 3)):
            seen += engine.outbox
            engine = Engine.load(json.loads(json.dumps(engine.save())))
            if every_step:
                stepwise(engine)
            workspace = engine.world.workspaces[sid]
        command = None if step[0] == "wait" else usual(engine, workspace, step)
        try:
            if command is None:
                happened = engine.advance(engine.now + 10 ** (step[1] % 6))
            else:
                happened = list(engine.execute(command, engine.now + step[2]).events)
            seen.append([each.to_dict() for each in happened])
        except Refused as refusal:
            seen.append(refusal.message)
        seen.append([(each.sid, each.worker_name) for each in engine.offered])
        check(workspace, engine.now)
    return [*seen, list(engine.outbox), world(engine)]
