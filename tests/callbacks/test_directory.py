"""Names of activities and workflows that are known at the start: their SIDs go out, and a wrong name shows at once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from callbacks_requests import ASSIGNMENT, TOKEN, form
from taskrouter_kit import (
    Activity,
    AsyncTaskRouter,
    Attr,
    TaskAttributes,
    TaskQueue,
    TaskRouter,
    Worker,
    WorkerAttributes,
    Workflow,
    Workspace,
    every_worker,
)
from taskrouter_kit.callbacks import Assignment, Callbacks, Conference, Dequeue, Instruction, Reject
from taskrouter_kit.errors import InvalidDeclaration, NotFound
from taskrouter_kit.testing import Emulator

URL = "https://support.example/taskrouter"
this_module = sys.modules[__name__]


class Agent(WorkerAttributes):
    contact_uri: Attr[str]


class Call(TaskAttributes):
    call_sid: Attr[str]


available = Activity("Available", available=True)
lunch = Activity("Lunch", available=False)
everyone = TaskQueue("Everyone", every_worker())
routing = Workflow("Support Routing", [], everyone, assignment_callback_url=f"{URL}/assignment")
center = Workspace(
    "Support Center",
    activities=[available, lunch],
    task_queues=[everyone],
    workflows=[routing],
    workers=[Worker("Alice", Agent(contact_uri="client:alice"), activity=available)],
)


def test_the_code_of_a_user_works_as_it_is_written() -> None:
    """Callbacks(auth_token) and a declared Activity in the answer: its SID is found without being stated."""
    emulator = Emulator()
    callbacks = Callbacks(auth_token=emulator.auth_token)

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(from_="+15555550100", post_work_activity=available)

    emulator.serve(URL, callbacks)
    live = emulator.deploy(center)
    task = live.tasks.create(Call(call_sid="CA" + "1" * 32), workflow=routing)
    assert live.tasks.fetch(task).assignment_status == "assigned"
    (call,) = emulator.calls
    assert dict(call.options) == {
        "from": "+15555550100",
        "post_work_activity_sid": live.activities.fetch("Available").sid,
    }


@pytest.fixture
def local() -> Iterator[TaskRouter]:
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        yield taskrouter


def test_a_workspace_is_read_once_when_it_is_given(local: TaskRouter) -> None:
    """With workspace= the names are read at the start: defaults, handlers and workflows may use them."""
    live = local.workspace("Support Center")
    callbacks = Callbacks(TOKEN, workspace=live, default=Reject(activity="Lunch"), deadline=1)

    @callbacks.assignment(workflow=routing)
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(post_work_activity=available)

    workflow = live.workflows.fetch(routing).sid
    reply = callbacks.handle(*form({**ASSIGNMENT, "WorkflowSid": workflow}))
    assert json.loads(reply.body)["post_work_activity_sid"] == live.activities.fetch(available).sid
    others = callbacks.handle(*form(ASSIGNMENT))
    assert json.loads(others.body) == {"instruction": "reject", "activity_sid": live.activities.fetch(lunch).sid}


def test_a_workspace_that_is_not_there_stops_the_start(local: TaskRouter) -> None:
    """A misspelt workspace raises when Callbacks is built, not at the first call."""
    with pytest.raises(NotFound, match="did you mean 'Support Center'"):
        Callbacks(TOKEN, workspace=local.workspace("Support Centre"))


def test_sids_that_are_none_stop_the_start(local: TaskRouter) -> None:
    """A misspelt SID, and SIDs beside a workspace that would be read instead, are errors of the start."""
    with pytest.raises(InvalidDeclaration) as caught:
        Callbacks(TOKEN, activities={"Available": "WA" + "1" * 31, "Lunch": "WK" + "1" * 32, "Home": "WA" + "1" * 32})
    assert [each.rule for each in caught.value.diagnostics] == ["wrong-sid", "wrong-sid"]
    with pytest.raises(InvalidDeclaration, match="contradicting-options"):
        Callbacks(TOKEN, activities={}, workspace=local.workspace("Support Center"))


def test_an_async_workspace_says_what_to_give() -> None:
    """The workspace of an async client cannot be read where nothing is awaited."""
    asynchronous: Any = AsyncTaskRouter.local()
    with pytest.raises(InvalidDeclaration) as caught:
        Callbacks(TOKEN, workspace=asynchronous.workspace("Support Center"))
    assert str(caught.value) == (
        "The workspace is that of an async client, which cannot be read here. [wrong-type]\n"
        "  hint: await callbacks.abind(…) at the start, or read it with a blocking one"
    )


def test_an_async_workspace_is_awaited() -> None:
    """abind() reads the names with an async client, and checks the handlers as bind() does."""

    async def run() -> dict[str, str]:
        async with AsyncTaskRouter.local() as taskrouter:
            await taskrouter.apply(center)
            live = taskrouter.workspace("Support Center")
            callbacks = Callbacks(TOKEN)

            @callbacks.assignment
            async def assign(assignment: Assignment[Agent, Call]) -> Instruction:
                return Reject(activity=lunch)

            await callbacks.abind(live)
            reply = await callbacks.ahandle(*form(ASSIGNMENT))
            assert json.loads(reply.body)["activity_sid"] == (await live.activities.fetch("Lunch")).sid
            unknown = Activity("Canteen", available=False)

            def other(assignment: Assignment[Agent, Call]) -> Instruction:
                return Reject(activity=unknown)

            with pytest.raises(InvalidDeclaration, match="unknown-activity-sid"):
                callbacks.assignment(workflow="Support Routing")(other)
            return {"done": "yes"}

    assert asyncio.run(run()) == {"done": "yes"}


SAID = (
    "The SID of activity 'Lunch' is not known here. [unknown-activity-sid]\n  at {where}\n  hint: known are: Available"
)


def test_a_handler_that_names_an_unknown_activity_is_refused_when_it_is_registered() -> None:
    """Where SIDs are known, a declared activity without one is an error of the declaration, not of a call."""
    callbacks = Callbacks(TOKEN, activities={"Available": "WA" + "1" * 32})

    def globally(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(post_work_activity=lunch)

    inner = lunch

    async def locally(assignment: Assignment[Agent, Call]) -> Instruction:
        return Conference(post_work_activity=inner)

    def known(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(post_work_activity=available)

    def of_a_module(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(post_work_activity=this_module.lunch)

    def by_default(assignment: Assignment[Agent, Call], *, then: Activity = lunch) -> Instruction:
        return Dequeue(post_work_activity=then)

    for handler in (globally, locally, of_a_module, by_default):
        with pytest.raises(InvalidDeclaration) as caught:
            callbacks.assignment(handler)
        assert str(caught.value) == SAID.format(where=handler.__qualname__)
    callbacks.assignment(known)


def test_bind_checks_the_handlers_that_are_there(local: TaskRouter) -> None:
    """bind() reads a workspace after the handlers were registered, and refuses a handler it cannot serve."""
    callbacks = Callbacks(TOKEN)
    canteen = Activity("Canteen", available=False)

    @callbacks.assignment
    def assign(assignment: Assignment[Agent, Call]) -> Instruction:
        return Dequeue(post_work_activity=canteen)

    with pytest.raises(InvalidDeclaration) as caught:
        callbacks.bind(local.workspace("Support Center"))
    assert [each.rule for each in caught.value.diagnostics] == ["unknown-activity-sid"]
    assert "hint: known are: Available, Lunch, Offline" in str(caught.value)


def test_a_workflow_by_name_needs_a_workspace() -> None:
    """assignment(workflow=name) without a bound workspace says how to give one."""
    with pytest.raises(InvalidDeclaration) as caught:
        Callbacks(TOKEN).assignment(workflow="Support Routing")
    assert str(caught.value) == (
        "assignment(workflow=…) takes a workflow's SID (WW…) or the returned WorkflowResource. [wrong-sid]\n"
        "  hint: the request carries the SID only; for names give Callbacks(workspace=…)"
    )
