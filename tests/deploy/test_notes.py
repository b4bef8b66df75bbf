"""What a plan says besides its changes: where it is refused, and what people should know before they carry it out."""

from __future__ import annotations

from typing import Literal

import pytest
from attrs import evolve as changed
from support_center import center

from taskrouter_kit import (
    Activity,
    Attr,
    Filter,
    Target,
    TaskQueue,
    TaskRouter,
    Worker,
    WorkerAttributes,
    Workflow,
    Workspace,
    every_worker,
    parse,
)
from taskrouter_kit import task as any_task
from taskrouter_kit.deploy import Plan
from taskrouter_kit.errors import CannotTell

everyone = TaskQueue("Default", every_worker())
some = any_task.text("kind") == "a"


def rules(plan: Plan) -> list[str]:
    """The rules of its notes, without the one that every small declaration has."""
    return [note.rule for note in plan.notes if note.rule != "timeout-activity-unset"]


def deployed(center: Workspace) -> TaskRouter:
    taskrouter = TaskRouter.local()
    taskrouter.apply(center)
    return taskrouter


def test_what_nobody_declares_is_named_and_left_alone() -> None:
    """A renamed queue is a new queue, and the plan says that the old one stays."""
    with deployed(center) as taskrouter:
        queues = [queue for queue in center.task_queues if queue.friendly_name == "Default"]
        plan = taskrouter.plan(
            changed(center, task_queues=[*queues, TaskQueue("Invoices", every_worker())], workflows=[])
        )
    assert str(plan).splitlines() == [
        "Workspace 'Support Center': 1 to create.",
        "  + task queue 'Invoices'",
        "  note: Nobody declares these task queues, and they are left as they are: 'Billing', 'Technical'. "
        "[not-declared]",
        "    at Workspace 'Support Center'",
        "    hint: a new name in the declaration is a new thing; delete the old one when nothing uses it any more",
        "  note: Nobody declares these workflows, and they are left as they are: 'Support Routing'. [not-declared]",
        "    at Workspace 'Support Center'",
        "    hint: a new name in the declaration is a new thing; delete the old one when nothing uses it any more",
    ]


def test_a_long_list_of_others_is_cut() -> None:
    """Five are named, of the rest the number; what every workspace comes with is not mentioned."""
    crowd = Workspace("C", workers=[Worker(f"W{n}") for n in range(9)], task_queues=[everyone])
    with deployed(crowd) as taskrouter:
        (note,) = (
            each for each in taskrouter.plan(changed(crowd, workers=[Worker("W0")])).notes if "workers" in each.message
        )
    assert note.message.endswith("left as they are: 'W1', 'W2', 'W3', 'W4', 'W5' and 3 more.")


def test_a_name_that_several_things_have_is_refused() -> None:
    """Which queue is meant? Nobody knows, so nothing is sent."""
    with deployed(Workspace("C", task_queues=[everyone])) as taskrouter:
        taskrouter.workspace("C").task_queues.create("Default")
        plan = taskrouter.plan(Workspace("C", task_queues=[everyone]))
        assert [refusal.rule for refusal in plan.refusals] == ["ambiguous-name"]
        assert "There are 2 task queues called 'Default': WQ" in str(plan)
        taskrouter.workspaces.create("C")
        with pytest.raises(CannotTell, match="There are 2 workspaces called 'C'"):
            taskrouter.plan(Workspace("C"))


def test_a_target_that_ends_is_pointed_out() -> None:
    """The default does not catch what times out: such a task is canceled."""
    timed = Filter("Timed", some, [Target(everyone), Target(everyone, timeout=60)])
    caught = Filter("Caught", some, [Target(everyone, timeout=60), Target(everyone)])
    declared = Workspace("C", task_queues=[everyone], workflows=[Workflow("R", [timed, caught], everyone)])
    with TaskRouter.local() as taskrouter:
        (note,) = (each for each in taskrouter.plan(declared).notes if each.rule == "last-target-timeout")
    assert note.message.startswith("A task that waits longer than 60 s in the last target is canceled;")
    assert note.where.path == "Workflow 'R'.filters['Timed']"


@pytest.mark.parametrize(
    ("workflow", "said"),
    [
        (Workflow("R", [Filter("A", some, [Target(everyone)])]), ["no-default"]),
        (Workflow("R", [Filter("A", some, [Target(everyone)])], everyone), []),
    ],
)
def test_a_workflow_without_default_is_pointed_out(workflow: Workflow, said: list[str]) -> None:
    """A task that no filter takes is canceled, unless there is a default."""
    with TaskRouter.local() as taskrouter:
        assert rules(taskrouter.plan(Workspace("C", task_queues=[everyone], workflows=[workflow]))) == said


def test_a_filter_for_every_task_is_a_default() -> None:
    """``1==1`` as the last filter takes the rest."""
    read = Workflow.from_configuration(
        '{"task_routing": {"filters": [{"expression": "1 == 1", "targets": [{"queue": "Default"}]}]}}',
        queues=[everyone],
    )
    with TaskRouter.local() as taskrouter:
        assert rules(taskrouter.plan(Workspace("C", task_queues=[everyone], workflows=[read]))) == []


def test_multi_tasking_is_left_alone_unless_it_is_declared() -> None:
    """It can never be switched off again, so no plan switches it on unasked, and one that was asked says so."""
    with TaskRouter.local() as taskrouter:
        taskrouter.workspaces.create("Legacy", multi_task_enabled=False)
        assert not taskrouter.plan(Workspace("Legacy"))
        plan = taskrouter.plan(Workspace("Legacy", multi_task_enabled=True))
        assert rules(plan) == ["multi-tasking-for-good"]
        assert [change.changed for change in plan.updated] == [("multi_task_enabled",)]
        taskrouter.apply(plan)
        assert rules(taskrouter.plan(Workspace("Legacy", multi_task_enabled=True))) == []


def test_a_timeout_activity_that_is_there_needs_no_note() -> None:
    """Only where it is still 'Offline' does anybody have to think about it."""
    with deployed(center) as taskrouter:
        notes = [note.rule for note in taskrouter.plan(changed(center, timeout_activity=None)).notes]
    assert "timeout-activity-unset" not in notes


def test_an_activity_of_every_new_workspace_is_refused_before_there_is_one() -> None:
    """'Offline' comes with a workspace and is never available: the plan for a new one says so, not the middle of it."""
    with TaskRouter.local() as taskrouter:
        plan = taskrouter.plan(Workspace("New", activities=[Activity("Offline", available=True)]))
        assert [refusal.rule for refusal in plan.refusals] == ["activity-available-immutable"]
        assert plan.refusals[0].message.startswith("Activity 'Offline' of every new workspace has available=False")
        adopted = Workspace("New", activities=[Activity("Offline", available=False)])
        taskrouter.apply(adopted)
        assert not taskrouter.plan(adopted)


def test_notes_are_data_too() -> None:
    """Programs read them from the plan's data, each with its place."""
    with TaskRouter.local() as taskrouter:
        data = taskrouter.plan(Workspace("C")).to_data()
    (note,) = data["notes"]  # type: ignore[misc,assignment]
    assert (note["rule"], note["at"]) == ("timeout-activity-unset", "Workspace 'C'.timeout_activity")  # type: ignore[index,call-overload]


class Agent(WorkerAttributes):
    """What the workers below carry."""

    skills: Attr[list[Literal["billing", "technical"]]]


def test_an_expression_that_nobody_can_meet_is_pointed_out() -> None:
    """A skill that nobody lists, an attribute that the workers do not have: such a queue waits for ever."""
    centre = Workspace(
        "C",
        task_queues=[
            TaskQueue("Typo", Agent.skills.has("biling")),  # type: ignore[arg-type]
            TaskQueue("Text", parse('skils HAS "billing"', place="target_workers")),
            TaskQueue("Fine", Agent.skills.has("billing")),
        ],
        workers=[Worker("Al", Agent(skills=["billing"]))],
    )
    with TaskRouter.local() as taskrouter:
        notes = [note for note in taskrouter.plan(centre).notes if note.severity == "warning"]
        assert [(note.rule, note.where.path) for note in notes] == [
            ("not-allowed-value", "TaskQueue 'Typo'.target_workers"),
            ("unknown-attribute", "TaskQueue 'Text'.target_workers"),
        ]
        untyped = changed(centre, workers=[*centre.workers, Worker("Bo", {"skils": ["billing"]})])
        assert [note.rule for note in taskrouter.plan(untyped).notes if note.severity == "warning"] == []
        assert taskrouter.plan(center).notes == ()
