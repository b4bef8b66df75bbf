"""Laws of deploying: what was applied is there, a stopped plan is finished by the next one, and nothing else moves."""

from __future__ import annotations

import json

from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from property.workspaces import workspaces
from taskrouter_kit import TaskRouter, Workflow, Workspace
from taskrouter_kit.deploy import Update
from taskrouter_kit.errors import PlanRefused


@given(workspaces())
def test_the_plan_after_applying_is_empty(declared: Workspace) -> None:
    """Whatever is declared is found again, in meaning, as it was declared."""
    with TaskRouter.local() as taskrouter:
        if _apply(taskrouter, declared):
            plan = taskrouter.plan(declared)
            assert not plan, str(plan)


@given(workspaces(), workspaces())
def test_any_workspace_becomes_any_other(first: Workspace, second: Workspace) -> None:
    """Updates reach every field; what the service never changes is refused before anything is sent."""
    with TaskRouter.local() as taskrouter:
        if not _apply(taskrouter, first):
            return
        before = taskrouter.plan(first).to_data()
        if _apply(taskrouter, second):
            assert not taskrouter.plan(second), str(taskrouter.plan(second))
        elif taskrouter.plan(second).refusals:
            assert taskrouter.plan(first).to_data() == before


@given(workspaces(), st.data())
def test_a_plan_that_stopped_is_finished_by_the_next(declared: Workspace, data: st.DataObject) -> None:
    """After the first n changes, a new plan holds the others and leads to the same end."""
    with TaskRouter.local() as taskrouter:
        plan = taskrouter.plan(declared)
        done = data.draw(st.integers(0, len(plan)), label="changes done")
        try:
            taskrouter.apply(changed(plan, changes=plan.changes[:done]))
            rest = taskrouter.plan(declared)
            assert len(rest) <= len(plan) - done + len(declared.activities) + len(declared.task_channels)
            taskrouter.apply(rest)
        except PlanRefused:
            return
        assert not taskrouter.plan(declared)


@given(workspaces())
def test_a_plan_is_json(declared: Workspace) -> None:
    """Its data survive JSON as they are."""
    with TaskRouter.local() as taskrouter:
        data = taskrouter.plan(declared).to_data()
    assert json.loads(json.dumps(data)) == data


@given(workspaces())
def test_a_configuration_reads_back_as_it_was_declared(declared: Workspace) -> None:
    """``from_configuration`` is the inverse of ``configuration``."""
    for workflow in declared.workflows:
        again = Workflow.from_configuration(workflow.configuration(), queues=declared.task_queues)
        assert again.document() == workflow.document()


def _apply(taskrouter: TaskRouter, declared: Workspace) -> bool:
    """Apply *declared*; False when the service can never hold it (an activity it comes with is declared otherwise)."""
    plan = taskrouter.plan(declared)
    if plan.refusals:
        return False
    taskrouter.apply(plan)
    return True


def test_true_is_not_one() -> None:
    """In attributes, true and 1 are different values, though Python calls them equal."""
    from taskrouter_kit import Worker

    with TaskRouter.local() as taskrouter:
        taskrouter.apply(Workspace("Center", workers=[Worker("Al", {"vip": 1, "list": [0]})]))
        (change,) = taskrouter.plan(Workspace("Center", workers=[Worker("Al", {"vip": True, "list": [False]})]))
    assert isinstance(change, Update)
    assert change.changed == ("attributes",)
