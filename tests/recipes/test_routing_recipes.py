"""Last-agent routing and escalation, routed by the local TaskRouter."""

from __future__ import annotations

import asyncio

from support_center import Agent, available, center

from taskrouter_kit import (
    AsyncTaskRouter,
    Attr,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    Worker,
    Workflow,
    Workspace,
    attribute,
    every_worker,
    evolve,
)
from taskrouter_kit.recipes import Escalation, escalate, last_agent_first
from taskrouter_kit.testing import Emulator


class Call(TaskAttributes):
    department: Attr[str]
    last_agent: Attr[str | None] = attribute(default=None)


class Handover(Escalation):
    department: Attr[str]


everyone = TaskQueue("Everyone", every_worker())


def agent(name: str, experience: int) -> Worker:
    skills = Agent(skills=["billing"], languages=["en"], department="support", experience=experience)
    return Worker(name, skills, activity=available)


def workspace(filters: list[Filter]) -> Workspace:
    return Workspace(
        "Recipes",
        activities=center.activities,
        task_queues=[everyone],
        workflows=[Workflow("Main", filters, everyone)],
        workers=[agent("Alice", 1), agent("Bob", 2)],
    )


def test_a_caller_goes_back_to_who_knows_them_and_others_do_not_wait() -> None:
    """With a SID the task waits for that worker; with null it goes to anybody at once."""
    rest = [Target(everyone, order_by=Agent.experience.desc())]
    emulator = Emulator()
    live = emulator.deploy(
        workspace(last_agent_first("Support", Call.department == "support", Call.last_agent, everyone, rest))
    )
    alice = live.workers.fetch("Alice").sid
    known = live.tasks.create(Call(department="support", last_agent=alice), workflow="Main")
    assert emulator.route(known).worker == "Alice"
    unknown = live.tasks.create(Call(department="support"), workflow="Main")
    assert emulator.route(unknown).worker == "Bob"


def test_who_does_not_come_is_not_waited_for_longer() -> None:
    """After the timeout the other targets serve."""
    rest = [Target(everyone, order_by=Agent.experience.desc())]
    emulator = Emulator()
    filters = last_agent_first("Support", Call.department == "support", Call.last_agent, everyone, rest, timeout=20)
    live = emulator.deploy(workspace(filters))
    alice = live.workers.update("Alice", activity="Offline").sid
    task = live.tasks.create(Call(department="support", last_agent=alice), workflow="Main")
    assert emulator.route(task).worker is None
    emulator.advance(seconds=21)
    assert emulator.route(task).worker == "Bob"


def test_an_escalation_carries_its_context_and_fits() -> None:
    """The human gets the context; a summary that is too long is cut, not refused."""
    emulator = Emulator()
    live = emulator.deploy(workspace([Filter("Human", Handover.department == "support", [Target(everyone)])]))
    context = Handover(conversation_id="CH1", reason="billing", summary='"tired"\n' * 2_000, department="support")
    task = escalate(live, context, workflow="Main", priority=5)
    found = live.tasks.fetch(task, Handover)
    assert found.priority == 5
    assert found.attributes.conversation_id == "CH1"
    assert found.attributes.summary.startswith('"tired"\n"tired"')
    assert found.attributes.summary.endswith("…")
    assert 4080 <= len(found.attributes_json or "") <= 4096


def test_a_conversation_waits_for_one_human_only() -> None:
    """Escalated twice it keeps its task, also while somebody has it; after that task's end it gets a new one."""
    emulator = Emulator()
    live = emulator.deploy(workspace([]))
    context = Handover(conversation_id="CH1", reason="billing", summary="tired", department="support")
    first = escalate(live, context, workflow="Main")
    again = escalate(live, evolve(context, summary="very tired"), workflow="Main")
    assert (again.sid, again.attributes.summary) == (first.sid, "tired")
    assert escalate(live, evolve(context, conversation_id='CH"2'), workflow="Main").sid != first.sid
    (reservation,) = live.tasks.reservations(first).list()
    live.tasks.reservations(first).accept(reservation.sid)
    assert escalate(live, context, workflow="Main").sid == first.sid
    live.tasks.complete(first)
    assert escalate(live, context, workflow="Main").sid != first.sid


def test_an_escalation_is_awaited_with_an_async_client() -> None:
    """With the workspace of an async client the same function is awaited."""

    async def run() -> str:
        async with AsyncTaskRouter.local() as taskrouter:
            await taskrouter.apply(workspace([]))
            live = taskrouter.workspace("Recipes")
            context = Handover(conversation_id="CH1", reason="billing", summary="tired", department="support")
            task = await escalate(live, context, workflow="Main")
            assert (await escalate(live, context, workflow="Main")).sid == task.sid
            again = await live.tasks.fetch(task, Handover)
            return again.attributes.conversation_id

    assert asyncio.run(run()) == "CH1"
