"""Lanes of timers: the order of a sorted list, and what no longer fits is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.wild import make
from taskrouter_kit.simulator import EngineOptions, TaskState, _timers
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._timers import NEVER, REMOVAL, REOFFER, TARGET, TTL, Timer, Timers

KINDS = (TTL, TARGET, REOFFER)
#: Time that passes, the kind of a timer, its span (None: take the timers that are due), and whether an armed one is
#: disarmed before.
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(KINDS),
        st.none() | st.sampled_from([0, 1, 5, 7]),
        st.booleans(),
    ),
    max_size=40,
)


def tasks(count: int) -> tuple[dict[str, object], list[TaskState]]:
    """Return a world with so many tasks that have no timer, by workspace, and the tasks."""
    engine, workspace = make(True, 1)
    for _ in range(count):
        engine.execute(commands.CreateTask(workspace_sid=workspace.sid, attributes='{"kind": 9}'))
    made = list(workspace.tasks.values())
    for task in made:
        for kind in KINDS:
            let_be_due(task, kind, None)
    return {workspace.sid: workspace}, made


def let_be_due(task: TaskState, kind: int, at: int | None) -> None:
    """Let the timer *kind* of *task* be due at *at*, or disarm it."""
    if kind == TARGET:
        task.target_deadline = at
    elif kind == REOFFER:
        task.reoffer_at = at
    elif at is None:
        task.assignment_status = "assigned"
    else:
        task.assignment_status, task.date_created = "pending", at - task.timeout * 1000


@pytest.fixture(scope="module", params=["passed over", "let go"])
def let_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """Timers that no longer fit, as they usually are; or let go of whenever one was passed over."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "let go":
            patch.setattr(_timers, "_MANY", 0)
        yield


@pytest.mark.usefixtures("let_go")
@given(STEPS, st.integers(0, 60))
def test_lanes_fire_as_a_sorted_list_does(steps: list[tuple[int, int, int | None, bool]], reload_at: int) -> None:
    """Whatever is armed and disarmed when, and loaded again in between: by moment, then kind, then age."""
    workspaces, made = tasks(len(steps))
    (sid,) = workspaces
    timers, now = Timers(workspaces), 0  # type: ignore[arg-type]
    plain: list[tuple[int, int, int]] = []
    for number, (passes, kind, span, disarms) in enumerate(steps):
        now += passes
        if disarms and plain:
            _, other, victim = plain.pop(number % len(plain))
            let_be_due(made[victim], other, None)
        if number == reload_at:
            timers = Timers(workspaces, list(timers.armed()))  # type: ignore[arg-type]
        if span is not None:
            let_be_due(made[number], kind, now + span)
            lane = timers.lanes[kind].get(span)
            if lane is None:
                timers.open(kind, span, now + span, sid, made[number].sid)
            else:
                lane.extend((now + span, sid, made[number].sid))
            plain = sorted([*plain, (now + span, kind, number)])
        else:
            due = [each for each in plain if each[0] <= now]
            plain = plain[len(due) :]
            taken = []
            while timers.soonest <= now:
                at, what, where, about = timers.pop()
                assert where == sid
                if about is not None:
                    taken.append((at, what, made.index(about)))
            assert taken == due
        expected: list[Timer] = [(at, what, sid, made[which].sid) for at, what, which in plain]
        assert list(timers.armed()) == expected
        assert timers.soonest <= (plain[0][0] if plain else NEVER)
        assert timers.next() == (plain[0][0] if plain else None)


def test_timers_that_somebody_mixed_up_fire_in_order() -> None:
    """A saved world that was edited may have its timers in any order."""
    workspaces, made = tasks(3)
    (sid,) = workspaces
    for at, task in zip((30, 10, 20), made, strict=True):
        let_be_due(task, TTL, at)
    timers = Timers(workspaces, [(task.ttl_at or 0, TTL, sid, task.sid) for task in made])  # type: ignore[arg-type]
    assert (timers.soonest, [timers.pop()[0] for _ in made]) == (10, [10, 20, 30])


@pytest.mark.parametrize("trace", [False, True])
@pytest.mark.parametrize("seconds", [30, 86_400])
def test_memory_follows_from_what_is_there(monkeypatch: pytest.MonkeyPatch, seconds: int, trace: bool) -> None:
    """However many tasks were accepted and completed today, few of their timers are kept; those that fit all are."""
    monkeypatch.setattr(_timers, "_MANY", 20)
    engine, workspace = make(True, 1, EngineOptions(trace=trace, events=False))
    execute, sid, most = engine.execute, workspace.sid, 0
    (workflow,) = workspace.workflows
    # No target has a timeout: of these timers most would be passed over soon.
    routing = {"task_routing": {"default_filter": {"queue": next(iter(workspace.task_queues))}}}
    execute(
        commands.UpdateWorkflow(
            workspace_sid=sid,
            workflow_sid=workflow,
            configuration=json.dumps(routing),
            task_reservation_timeout=seconds,
        )
    )
    for moment in range(1, 1_001):
        now = moment * 10_000
        task = execute(commands.CreateTask(workspace_sid=sid, attributes="{}"), now).result
        for offer in engine.offered:
            execute(commands.UpdateReservation(sid, offer.sid, "accepted"))
        if moment > 1:
            execute(commands.UpdateTask(sid, task.sid, assignment_status="completed", reason="done"))
        most = max(most, sum(len(lane) for lanes in engine.machine.timers.lanes for lane in lanes.values()) // 3)
    (started,) = [each.sid for each in workspace.tasks.values() if each.assignment_status == "assigned"]
    armed = [each for _, kind, _, each in engine.machine.timers.armed() if kind == REMOVAL]
    assert sorted(armed) == sorted(workspace.tasks)
    assert armed[-1] == started
    assert len(workspace.tasks) < 50
    assert most < 200
