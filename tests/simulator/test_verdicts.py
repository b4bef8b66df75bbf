"""Remembering what a target's expression said of workers: the same answers as asking them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.centre import AVAILABLE, Centre, to, when
from simulator.test_roster import asked_one_by_one
from taskrouter_kit.simulator import Engine, EngineOptions, TaskState
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator._matching import candidates
from taskrouter_kit.simulator._routing import target_of

REMEMBERED = (
    "worker.level >= task.level",
    "worker.friendly_name == task.wanted",
    "task.language IN worker.languages AND worker.level != task.level",
    "worker.team == 1",
)
ASKED = ("worker.channel.default.assigned_tasks < 1", 'worker.activity_name == "Available"', "level == 1")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["task", "task", "task", "describe", "rename", "replace", "away", "back"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=40,
)
VALUES = (0, 1, True, "1")


def centre_of(expression: str) -> Centre:
    """Return a centre of four workers, whose one target has *expression*."""
    centre = Centre(engine=Engine(3, options=EngineOptions(trace=False)))
    centre.workflow(when("1==1", to(centre.queue("All"), expression=expression)))
    for number in range(4):
        centre.worker(f"W{number}", **attributes(number, number))
    return centre


def attributes(a: int, b: int) -> dict[str, Any]:
    return {"level": VALUES[a], "team": VALUES[b], "languages": ["es", "en"][: b % 3]}


@given(st.sampled_from(REMEMBERED + ASKED), STEPS)
def test_remembering_finds_whom_asking_finds(expression: str, steps: list[tuple[str, int, int, int]]) -> None:
    """Whoever is described anew, renamed, or replaced by somebody at the same position: the answers are of today."""
    centre = centre_of(expression)
    engine, workspace = centre.engine, centre.workspace
    for what, a, b, c in steps:
        worker = list(workspace.workers.values())[a]
        if what == "task":
            centre.task(level=VALUES[a], language=("es", "en", None, 1)[b], wanted=f"W{c}")
        elif what == "describe":
            centre.describe(worker, **attributes(b, c))
        elif what == "rename" and f"w{b + c}" not in workspace.roster.named:
            centre.do(commands.UpdateWorker, worker_sid=worker.sid, friendly_name=f"W{b + c}")
        elif what == "replace" and not worker.open:
            name = worker.friendly_name
            centre.do(commands.DeleteWorker, worker_sid=worker.sid)
            centre.worker(name, **attributes(b, c))
        elif what in ("away", "back"):
            centre.move(worker, AVAILABLE if what == "back" else "Away", reject_pending_reservations=what == "away")
        for task in workspace.tasks.values():
            found = target_of(workspace, task)
            if found is not None and task.assignment_status == "pending":
                able = candidates(task, found[1], workspace, engine.now, engine.options)
                assert able == asked_one_by_one(task, found[1], workspace, engine.options, engine.now)


def verdicts_of(centre: Centre, task: TaskState) -> tuple[int, int]:
    found = target_of(centre.workspace, task)
    assert found is not None
    assert found[1].reads is not None
    key = (int, task.attributes["level"])
    verdict = centre.workspace.roster.verdicts.of("worker.level >= task.level", key)
    return verdict.known, verdict.true


def test_tasks_with_the_same_values_share_what_is_known() -> None:
    """Who was asked is not asked again, until it is described anew."""
    centre = centre_of("worker.level >= task.level")
    first = centre.task(level=1, call=1)
    assert centre.offered(first) == ["W1"]
    assert verdicts_of(centre, first) == (0b11, 0b10), "W0 was asked, and cannot"
    second = centre.task(level=1, call=2)
    assert centre.offered(second) == ["W3"]
    assert verdicts_of(centre, second) == (0b1111, 0b1010), "true is no number, and the text 1 is one"
    centre.describe(next(iter(centre.workspace.workers.values())), level=5)
    assert verdicts_of(centre, second) == (0b1110, 0b1010)


@pytest.mark.parametrize("expression", ASKED)
def test_what_changes_with_the_work_is_asked_every_time(expression: str) -> None:
    """An expression that reads channels or the activity (or a name without a prefix) is not remembered."""
    centre = centre_of(expression)
    (workflow,) = centre.workspace.workflows.values()
    assert workflow.rules.filters[0].targets[0].reads is None
