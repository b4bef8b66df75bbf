"""The plain way of a task comes to what the commands come to one step after the other."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from simulator.busy import ASKS, BUSY, centre, live, stepwise
from simulator.wild import OPTIONS, STEPS, Step
from taskrouter_kit.simulator import Engine, EngineOptions, Refused, WorkspaceState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _instructions as instructions
from taskrouter_kit.simulator import _lifecycle as lifecycle
from taskrouter_kit.simulator import _plain as plain
from taskrouter_kit.simulator import _task_commands as task_commands

QUIET = EngineOptions(trace=False, events=False)


def bare(engine: Engine) -> dict[str, Any]:
    """Return the world of *engine* without what a trace adds."""
    world = engine.save()
    del world["options"]
    for each in world["workspaces"]:
        del each["traces"]
    return world


@pytest.mark.parametrize("steps", [BUSY, STEPS, st.builds(lambda a, b, c: a + b + c, BUSY, STEPS, BUSY)])
def test_the_plain_way_leads_where_all_the_steps_lead(steps: st.SearchStrategy[list[Step]]) -> None:
    """Whatever is done in whatever order: the world is that of an engine with a trace, which takes every step."""

    @given(st.sampled_from([True, True, True, False]), st.sampled_from(ASKS), steps, OPTIONS)
    def law(multi: bool, asks: str, steps: list[Step], options: EngineOptions) -> None:
        known = evolve(
            options, top_up=False, pending_uses_capacity=True, idle_restarts_when_work_ends=True, events=False
        )
        steps_taken, way = (
            live(*centre(multi, evolve(known, trace=trace), asks), steps, bare, every_step=trace)
            for trace in (True, False)
        )
        assert way == steps_taken

    law()


@pytest.mark.parametrize("loaded", [False, True])
def test_a_task_goes_the_plain_way(monkeypatch: pytest.MonkeyPatch, loaded: bool) -> None:
    """A quiet engine makes, accepts, completes and removes a usual task without any of the functions for all tasks."""
    engine, workspace = centre(True, QUIET)
    if loaded:
        engine = Engine.load(json.loads(json.dumps(engine.save())))
        workspace = engine.world.workspaces[workspace.sid]
    (workflow,) = workspace.workflows
    for module, name in (
        (task_commands, "create_task"),
        (task_commands, "update_task"),
        (instructions, "update_reservation"),
        (lifecycle, "remove_task"),
    ):
        monkeypatch.setattr(module, name, lambda *arguments: pytest.fail("not the plain way"))
    task = engine.execute(commands.CreateTask(workspace_sid=workspace.sid, workflow_sid=workflow)).result
    (offer,) = engine.offered
    engine.execute(
        commands.UpdateReservation(
            workspace_sid=workspace.sid, reservation_sid=offer.sid, reservation_status="accepted"
        )
    )
    assert (task.assignment_status, offer.reservation_status) == ("assigned", "accepted")
    engine.execute(
        commands.UpdateTask(
            workspace_sid=workspace.sid, task_sid=task.sid, assignment_status="completed", reason="done"
        )
    )
    assert (task.assignment_status, offer.reservation_status, task.reason) == ("completed", "completed", "done")
    engine.advance(engine.now + QUIET.removal_after_ms)
    assert (workspace.tasks, workspace.reservations) == ({}, {})


@pytest.mark.parametrize(
    "options",
    [
        EngineOptions(),
        evolve(QUIET, trace=True),
        evolve(QUIET, events=True),
        evolve(QUIET, top_up=True),
        evolve(QUIET, pending_uses_capacity=False),
        evolve(QUIET, idle_restarts_when_work_ends=False),
    ],
)
def test_whoever_asks_for_more_does_not_go_it(options: EngineOptions) -> None:
    """Traces, events and the readings that it does not know keep an engine off the plain way."""
    assert plain.is_plain(QUIET)
    assert not plain.is_plain(options)


@pytest.mark.parametrize("workflow", [None, "WW0", ""])
def test_a_refusal_tells_nothing_of_what_was_looked_for(workflow: str | None) -> None:
    """Attributes that cannot be read are not in its traceback, and neither is that something is looked for first."""
    engine, workspace = centre(True, QUIET)
    secret = "-".join(("born", "in", "1970"))
    named = next(iter(workspace.workflows)) if workflow is None else workflow
    with pytest.raises(Refused) as refusal:
        engine.execute(commands.CreateTask(workspace.sid, f"{{{secret}", named))
    told = "".join(traceback.format_exception(refusal.type, refusal.value, refusal.tb))
    assert secret not in told
    assert "KeyError" not in told


class Centre:
    """A centre of whom each step is a sentence; it goes the plain way or, with a trace, every step."""

    def __init__(self, trace: bool, multi: bool = True) -> None:
        self.engine, workspace = centre(multi, evolve(QUIET, trace=trace))
        self.every_step = trace
        if trace:
            stepwise(self.engine)
        self.sid = workspace.sid
        (self.workflow,) = workspace.workflows
        self.seen: list[Any] = []

    @property
    def workspace(self) -> WorkspaceState:
        return self.engine.world.workspaces[self.sid]

    def do(self, command: commands.Command, after: int = 10) -> Any:
        try:
            made = self.engine.execute(command, self.engine.now + after).result
        except Refused as refusal:
            self.seen.append(refusal.message)
            return None
        self.seen.append([(each.sid, each.worker_name) for each in self.engine.offered])
        return made

    def task(self) -> tuple[str, str]:
        """Make a task; return its SID, and that of its reservation, if it has one."""
        task = self.do(commands.CreateTask(self.sid, "{}", self.workflow))
        return task.sid, next(iter(task.reservations), "")

    def accept(self, reservation: str, **more: str) -> None:
        self.do(commands.UpdateReservation(self.sid, reservation, "accepted", **more))

    def complete(self, task: str, **more: Any) -> None:
        self.do(commands.UpdateTask(self.sid, task, assignment_status="completed", **{"reason": "done", **more}))

    def away(self, worker: str) -> None:
        off = next(each.sid for each in self.workspace.activities.values() if not each.available)
        self.do(commands.UpdateWorker(workspace_sid=self.sid, worker_sid=worker, activity_sid=off))

    def load(self) -> None:
        self.engine = Engine.load(json.loads(json.dumps(self.engine.save())))
        if self.every_step:
            stepwise(self.engine)


def accept_what_timed_out(centre: Centre) -> None:
    task, first = centre.task()
    centre.engine.advance(centre.engine.now + 31_000)
    assert centre.workspace.tasks[task].pending_reservations not in ((), (first,))
    centre.accept(first)


def accept_into_nothing(centre: Centre) -> None:
    centre.accept(centre.task()[1], worker_activity_sid="WA0")


def complete_with_no_reason(centre: Centre) -> None:
    task, offer = centre.task()
    centre.accept(offer)
    centre.complete(task, reason="")
    assert centre.workspace.tasks[task].reason is None


def complete_on_another_channel(centre: Centre) -> None:
    task, offer = centre.task()
    centre.accept(offer)
    centre.complete(task, task_channel_sid=list(centre.workspace.task_channels)[1])
    assert centre.workspace.tasks[task].assignment_status == "assigned"


def complete_where_nobody_stands_in_line(centre: Centre) -> None:
    task, offer = centre.task()
    centre.accept(offer)
    centre.load()
    centre.complete(task)
    centre.task()


def complete_by_who_has_gone(centre: Centre) -> None:
    task, offer = centre.task()
    centre.accept(offer)
    centre.away(centre.workspace.reservations[offer].worker_sid)
    centre.complete(task)
    for _ in range(8):
        centre.task()


def accept_among_several(centre: Centre) -> None:
    """Who has accepted, and has room for more, has been idle for less long than the others."""
    _, offer = centre.task()
    centre.accept(offer)
    for _ in range(8):
        centre.task()


def make_on_two_channels(centre: Centre) -> None:
    task, offer = centre.task()
    other = list(centre.workspace.task_channels)[1]
    centre.do(commands.CreateTask(centre.sid, "{}", centre.workflow, task_channel_sid=other))
    centre.accept(offer)
    centre.complete(task)
    for _ in range(5):
        centre.do(commands.CreateTask(centre.sid, "{}", centre.workflow, task_channel_sid=other))


def make_when_another_is_not_answered(centre: Centre) -> None:
    """What the timers before a command have offered is told with what the command offers."""
    for _ in range(3):
        centre.task()
    before = len(centre.seen)
    centre.do(commands.CreateTask(centre.sid, "{}", centre.workflow), after=31_000)
    (offered,) = centre.seen[before:]
    assert len(offered) > 1


def accept_beside_the_only_line(centre: Centre) -> None:
    """Who accepts on a channel that nobody stands in line for stands further back in the line of another one."""
    other = list(centre.workspace.task_channels)[1]
    made = [centre.do(commands.CreateTask(centre.sid, "{}", centre.workflow, task_channel_sid=other)) for _ in range(2)]
    centre.load()
    centre.task()
    centre.accept(made[1].reservations[0])
    for _ in range(8):
        centre.task()


def one_task_at_a_time(centre: Centre) -> None:
    task, offer = centre.task()
    centre.accept(offer)
    worker = centre.workspace.reservations[offer].worker_sid
    assert not centre.workspace.workers[worker].on_duty, "the queue has an activity for who works for it"
    centre.complete(task)
    for _ in range(8):
        centre.task()


@pytest.mark.parametrize(
    "script",
    [
        accept_what_timed_out,
        accept_into_nothing,
        complete_with_no_reason,
        complete_on_another_channel,
        complete_where_nobody_stands_in_line,
        complete_by_who_has_gone,
        accept_among_several,
        make_on_two_channels,
        make_when_another_is_not_answered,
        accept_beside_the_only_line,
    ],
)
def test_what_leaves_the_plain_way(script: Callable[[Centre], None]) -> None:
    """What is refused, or more than usual, comes to the same on both ways."""
    ends = []
    for trace in (True, False):
        each = Centre(trace)
        script(each)
        ends.append((each.seen, bare(each.engine)))
    assert ends[0] == ends[1]


def test_single_tasking_leaves_the_plain_way() -> None:
    """Where workers have one task at a time, they change their activities, and room on a channel does not count."""
    ends = []
    for trace in (True, False):
        each = Centre(trace, multi=False)
        one_task_at_a_time(each)
        ends.append((each.seen, bare(each.engine)))
    assert ends[0] == ends[1]
