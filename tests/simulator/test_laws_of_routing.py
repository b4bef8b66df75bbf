"""Laws that hold in every reading: capacity, ends, timers, traces that leave nothing out, nobody idle beside work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.wild import OPTIONS, STEPS, Step, command_of, make, run
from taskrouter_kit.simulator import (
    Engine,
    EngineOptions,
    Refused,
    ReservationState,
    TaskState,
    TraceEntry,
    WorkspaceState,
)
from taskrouter_kit.simulator import _trace_entry as trace_entry
from taskrouter_kit.simulator._position import target_of
from taskrouter_kit.simulator._standing import refusal_of

#: Where a reservation may go from each of its states.
WAYS = {
    None: {"pending"},
    "pending": {"accepted", "rejected", "timeout", "canceled", "rescinded"},
    "accepted": {"wrapping", "completed", "canceled"},
    "wrapping": {"completed", "canceled"},
}
#: The same for a task.
TASK_WAYS = {
    None: {"pending"},
    "pending": {"reserved", "canceled"},
    "reserved": {"pending", "assigned", "canceled"},
    "assigned": {"wrapping", "completed"},
    "wrapping": {"completed"},
}
#: Until when a timer of each name may have been overtaken: by which change of its object.
OVERTAKEN = {
    "time to live": {"assigned", "canceled"},
    "reservation timeout": {"accepted", "rejected", "timeout", "canceled", "rescinded"},
    "removal": {"completed", "canceled"},
    "call": {"accepted", "rejected", "timeout", "canceled", "rescinded"},
}
#: In which states of its task or reservation a timer of each name may fire.
FIRES = {
    "time to live": {"pending", "reserved"},
    "target timeout": {"pending", "reserved"},
    "next offer": {"pending", "reserved"},
    "reservation timeout": {"pending"},
    "call": {"pending"},
    "removal": {"assigned", "wrapping", "completed", "canceled"},
}


class Kept(dict[str, list[trace_entry.Step]]):
    """Traces that are remembered when their task is removed."""

    def __init__(self) -> None:
        super().__init__()
        self.gone: dict[str, list[TraceEntry]] = {}

    def pop(self, key: str, *default: Any) -> Any:
        if key in self:
            self.gone[key] = [TraceEntry(each) for each in self[key]]
        return super().pop(key, *default)


def play(multi: bool, steps: list[Step], options: EngineOptions) -> tuple[Engine, dict[str, list[TraceEntry]]]:
    """Do *steps* and let everything run out; return the traces of all tasks that ever were."""
    engine, workspace = make(multi, 2, options)
    workspace.traces = kept = Kept()
    run(engine, workspace, steps)
    while (due := engine.next_timer()) is not None:
        engine.advance(due)
    assert workspace.tasks == {}, "every task ends, and is removed"
    return engine, kept.gone


@given(st.booleans(), STEPS)
def test_capacity_is_never_exceeded(multi: bool, steps: list[Step]) -> None:
    """No reservation is made for a worker without room, unless the task ignores capacity (routing.md section 4)."""
    engine, workspace = make(multi, 1)
    for step in steps:
        known = set(workspace.reservations)
        run(engine, workspace, [step])
        for sid in workspace.reservations.keys() - known:
            made = workspace.reservations[sid]
            worker = workspace.workers[made.worker_sid]
            open_ = [workspace.reservations[each] for each in worker.open]
            if made not in open_ or any(workspace.tasks[each.task_sid].ignore_capacity for each in open_):
                continue
            channel = worker.channels[made.task_channel_sid]
            mine = [each for each in open_ if not multi or each.task_channel_sid == made.task_channel_sid]
            assert len(mine) <= (channel.configured_capacity if multi else 1)


@given(st.booleans(), STEPS, OPTIONS)
def test_each_reservation_ends_exactly_once(multi: bool, steps: list[Step], options: EngineOptions) -> None:
    """Reservations and tasks go their documented ways, and each comes to one end."""
    _, traces = play(multi, steps, options)
    for entries in traces.values():
        moves = [entry.data for entry in entries if "to" in entry.data]
        tasks = [move for move in moves if "reservation" not in move]
        assert [move["to"] for move in tasks[:-1]] == [move["from"] for move in tasks[1:]]
        assert all(move["to"] in TASK_WAYS[move["from"]] for move in tasks)
        own: dict[str, list[tuple[str | None, str]]] = {}
        for move in moves:
            if "reservation" in move:
                own.setdefault(move["reservation"], []).append((move["from"], move["to"]))
        for ways in own.values():
            assert all(after in WAYS[before] for before, after in ways)
            assert all(first[1] == second[0] for first, second in pairwise(ways))
            assert [after for _, after in ways if after not in WAYS] == [ways[-1][1]], "one end, and nothing after it"


@given(st.booleans(), STEPS, OPTIONS)
def test_every_timer_fires_at_its_time_or_is_disarmed(multi: bool, steps: list[Step], options: EngineOptions) -> None:
    """A timer that is armed fires at its moment, once, unless a change of its object overtook it."""
    _, traces = play(multi, steps, options)
    for sid, entries in traces.items():
        armed = [(place, entry) for place, entry in enumerate(entries) if entry.what == "timer.armed"]
        fired = [(place, entry) for place, entry in enumerate(entries) if entry.what == "timer.fired"]
        for place, entry in fired:
            of = entry.data["of"]
            own = [each.data for each in entries[:place] if "to" in each.data]
            states = [data["to"] for data in own if data.get("reservation", sid) == of]
            assert states[-1] in FIRES[entry.data["timer"]], "a timer fires that should have been disarmed"
        key = Counter((entry.data["timer"], entry.data["at"], entry.data["of"]) for _, entry in fired)
        assert all(count == 1 for count in key.values())
        for place, entry in fired:
            name, at, of = entry.data["timer"], entry.data["at"], entry.data["of"]
            assert entry.at == at
            assert any((name, at, of) == tuple(each.data[f] for f in ("timer", "at", "of")) for _, each in armed)
            assert any(before < place for before, _ in armed)
        for place, entry in armed:
            name, at, of = entry.data["timer"], entry.data["at"], entry.data["of"]
            if not key[name, at, of]:
                later = [each for each in entries[place + 1 :] if each.at <= at]
                assert any(overtakes(each, name, of, sid) for each in later) or gone(entries, at), (name, at)


def overtakes(entry: TraceEntry, timer: str, of: str, task: str) -> bool:
    """Return whether *entry* tells of a change that leaves nothing for the timer to do."""
    data = entry.data
    if entry.what == "call" and timer in ("call", "reservation timeout"):
        return data["reservation"] == of
    if timer in OVERTAKEN:
        return data.get("to") in OVERTAKEN[timer] and data.get("reservation", task) == of
    if timer == "next offer":
        return entry.what in ("target.entered", "task.reserved", "task.canceled", "timer.fired")
    changed = entry.what in ("target.entered", "task.assigned", "task.canceled", "workflow.entered")
    rearmed = entry.what == "timer.armed" and data["timer"] == timer
    return changed or rearmed or entry.what == "target.timeout"


def gone(entries: list[TraceEntry], at: int) -> bool:
    """Return whether the task was removed, by hand, before *at*."""
    return entries[-1].at <= at


@given(st.booleans(), STEPS, OPTIONS)
def test_nobody_is_idle_beside_work(multi: bool, steps: list[Step], options: EngineOptions) -> None:
    """No waiting task has a worker who could take it, outside the pause before the next offer.

    Whether a worker could is asked of the plain rules, which the engine itself does not use.
    """
    engine, workspace = make(multi, 1, options)
    for step in steps:
        run(engine, workspace, [step])
        for task in list(workspace.tasks.values()):
            found = target_of(workspace, task) if task.assignment_status == "pending" else None
            if found is not None:
                idle = able(engine, workspace, task.sid)
                assert idle == [], f"{idle} could take a task that waits"


def able(engine: Engine, workspace: WorkspaceState, sid: str) -> list[str]:
    """Return the names of the workers who could take a task in its target."""
    task = workspace.tasks[sid]
    found = target_of(workspace, task)
    assert found is not None
    return [
        each.friendly_name
        for each in workspace.workers.values()
        if refusal_of(each, task, found[1], workspace, engine.options, engine.now) is None
    ]


@given(st.booleans(), STEPS, OPTIONS)
def test_a_refused_command_changes_nothing(multi: bool, steps: list[Step], options: EngineOptions) -> None:
    """What is refused leaves no mark: no half-made object, no timer, no number that was given away."""
    engine, workspace = make(multi, 6, options)
    for what, a, b, c in steps:
        command = None if what == "wait" else command_of(workspace, what, a, b, c)
        if command is None:
            engine.advance(engine.now + 1_000)
            continue
        engine.advance(engine.now)
        before = json.dumps(engine.save())
        try:
            engine.execute(command)
        except Refused:
            assert json.dumps(engine.save()) == before


#: A task whose workflow sends it back into a target that it has left before its time: one moment, armed twice.
THERE_AND_BACK: tuple[list[Step], list[Step]] = (
    [
        *[("task", 0, 0, 0)] * 2,
        ("task", 0, 1, 0),
        *[("accept", 0, 0, 0)] * 4,
        ("wait", 4, 0, 0),
        ("queue", 0, 0, 0),
        ("hire", 0, 0, 0),
    ],
    [
        ("task", 0, 1, 0),
        *[("task", 0, 0, 0)] * 4,
        *[("accept", 0, 0, 1)] * 2,
        ("reject", 0, 0, 1),
        ("wait", 4, 0, 0),
        ("workflow", 0, 0, 0),
    ],
)


@example(False, *THERE_AND_BACK, EngineOptions(unanswered="next-target", reoffer_after_ms=1, most_assignments=2))
@given(st.booleans(), STEPS, STEPS, OPTIONS)
@settings(max_examples=settings.default.max_examples // 2)
def test_saving_in_mid_run_changes_nothing(
    multi: bool, before: list[Step], after: list[Step], options: EngineOptions
) -> None:
    """Whatever the options, a world that was saved and loaded goes on as the one that was not, trace included."""
    engine, workspace = make(multi, 9, options)
    run(engine, workspace, before)
    loaded = Engine.load(json.loads(json.dumps(engine.save())))
    run(engine, workspace, after)
    run(loaded, loaded.world.workspaces[workspace.sid], after)
    assert json.dumps(loaded.save()) == json.dumps(engine.save())


@contextmanager
def watched() -> Iterator[list[tuple[str, str, str | None, str]]]:
    """Write down every change of a state (whose task, whose, from, to) at the moment that it is made."""
    seen: list[tuple[str, str, str | None, str]] = []

    def watch(kind: type[Any], name: str, task: str) -> None:
        def assign(self: Any, attribute: str, value: Any) -> None:
            if attribute == name:
                before = getattr(self, name, None)
                seen.append((getattr(self, task), self.sid, before, value))
            object.__setattr__(self, attribute, value)

        kind.__setattr__ = assign  # type: ignore[assignment]

    watch(TaskState, "assignment_status", "sid")
    watch(ReservationState, "reservation_status", "task_sid")
    try:
        yield seen
    finally:
        for kind in (TaskState, ReservationState):
            del kind.__setattr__


@given(st.booleans(), STEPS)
def test_every_change_of_a_state_is_one_record(multi: bool, steps: list[Step]) -> None:
    """Each change of a task's or reservation's state has one record, and no record tells of another."""
    engine, workspace = make(multi, 3)
    workspace.traces = kept = Kept()
    with watched() as seen:
        run(engine, workspace, steps)
    told: list[tuple[str, str, str | None, str]] = []
    here = {sid: [TraceEntry(each) for each in steps] for sid, steps in kept.items()}
    for sid, entries in {**kept.gone, **here}.items():
        changes = [entry.data for entry in entries if "to" in entry.data]
        told += [(sid, data.get("reservation", sid), data["from"], data["to"]) for data in changes]
    order = {sid: number for number, sid in enumerate(dict.fromkeys(task for task, *_ in seen))}
    seen.sort(key=lambda change: (order[change[0]], change[1]))
    told.sort(key=lambda change: (order[change[0]], change[1]))
    assert told == seen


@given(st.booleans(), st.booleans(), STEPS, OPTIONS)
def test_without_a_trace_everything_else_is_the_same(
    multi: bool, events: bool, steps: list[Step], options: EngineOptions
) -> None:
    """Keeping a trace changes nothing but the trace; without events, too, where tasks go the plain way."""
    worlds = []
    for kept in (True, False):
        engine, workspace = make(multi, 4, options=evolve(options, trace=kept, events=events))
        run(engine, workspace, steps)
        document = engine.save()
        del document["options"]["trace"]
        for each in document["workspaces"]:
            assert bool(each.pop("traces")) <= kept
        worlds.append(json.dumps(document))
    assert worlds[0] == worlds[1]
