"""Names of activities and workflows in handlers: their SIDs are found, and what is wrong shows at the start."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
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
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Conference, Dequeue, Instruction, Reject
from taskrouter_kit.callbacks import _directory as directory
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


class Asked:
    """A look-up that counts, and may fail or be slow."""

    def __init__(self, *answers: Mapping[str, str] | Exception) -> None:
        self.answers = list(answers)
        self.questions: list[tuple[str, str]] = []

    def __call__(self, account: str, workspace: str) -> Mapping[str, str]:
        self.questions.append((account, workspace))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def looking(asked: Asked, clock: Any = None) -> Callbacks:
    callbacks = Callbacks(TOKEN, fallback=Accept())
    if clock is not None:
        callbacks.directory = directory.Directory(None, (), clock=clock)
    callbacks.directory.look_up = asked

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Reject(activity=available)

    return callbacks


FOUND = {"instruction": "reject", "activity_sid": "WA" + "1" * 32}


def test_200_at_once_ask_once() -> None:
    """Concurrent assignments cost one question, sync and async, and all get the SID."""
    asked = Asked({"Available": "WA" + "1" * 32})
    callbacks = looking(asked)
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda _: callbacks.handle(*form(ASSIGNMENT)), range(200)))
    assert [json.loads(reply.body) for reply in replies] == [FOUND] * 200
    assert asked.questions == [(ASSIGNMENT["AccountSid"], ASSIGNMENT["WorkspaceSid"])]


def test_an_async_handler_does_not_wait_in_its_loop() -> None:
    """The question is asked on a thread: the event loop goes on meanwhile."""
    callbacks = Callbacks(TOKEN)
    asked, release = threading.Event(), threading.Event()

    def slow(account: str, workspace: str) -> Mapping[str, str]:
        asked.set()
        assert release.wait(3)
        return {"Available": "WA" + "1" * 32}

    callbacks.directory.look_up = slow

    @callbacks.assignment
    async def assign(assignment: Assignment[Any, Any]) -> Instruction:
        return Reject(activity=available)

    async def run() -> bytes:
        answering = asyncio.ensure_future(callbacks.ahandle(*form(ASSIGNMENT)))
        while not asked.is_set():
            await asyncio.sleep(0)
        release.set()  # the loop is free to do it
        return (await answering).body

    assert json.loads(asyncio.run(run())) == FOUND


def test_an_old_answer_does_while_it_is_asked_again() -> None:
    """When ten minutes are over, one assignment asks; those that come meanwhile take what was known, at once."""
    now, asked, release = [0.0], threading.Event(), threading.Event()

    def slow(account: str, workspace: str) -> Mapping[str, str]:
        if now[0] > 0:
            asked.set()
            assert release.wait(3)
        return {"Available": "WA" + ("2" if now[0] else "1") * 32}

    callbacks = looking(Asked(), lambda: now[0])
    callbacks.directory.look_up = slow
    assert json.loads(callbacks.handle(*form(ASSIGNMENT)).body) == FOUND
    now[0] = 601.0
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(callbacks.handle, *form(ASSIGNMENT))
        assert asked.wait(3)
        assert json.loads(callbacks.handle(*form(ASSIGNMENT)).body) == FOUND
        release.set()
        assert json.loads(asking.result().body) == {**FOUND, "activity_sid": "WA" + "2" * 32}


def test_what_could_not_be_asked_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    """A failed question costs the fallback and is asked again a second later; an unknown name after half a minute."""
    now = [100.0]
    asked = Asked(OSError("no route"), {"Lunch": "WA" + "2" * 32}, {"Available": "WA" + "1" * 32})
    callbacks = looking(asked, lambda: now[0])
    seen = []
    for moment in (100.0, 100.5, 101.5, 120.0, 131.6, 131.7):
        now[0] = moment
        seen.append((json.loads(callbacks.handle(*form(ASSIGNMENT)).body)["instruction"], len(asked.questions)))
    assert seen == [("accept", 1), ("accept", 1), ("accept", 2), ("accept", 2), ("reject", 3), ("reject", 3)]
    said = [record for record in caplog.records if "cannot be read: OSError" in record.getMessage()]
    assert [record.levelname for record in said] == ["ERROR"]
    assert "no route" not in caplog.text


def test_what_is_known_is_looked_up_again_in_time() -> None:
    """An activity that was deleted and made again has its new SID after ten minutes; a failure keeps the old one."""
    now = [0.0]
    new = {"instruction": "reject", "activity_sid": "WA" + "2" * 32}
    asked = Asked({"Available": "WA" + "1" * 32}, OSError("no route"), {"Available": "WA" + "2" * 32})
    callbacks = looking(asked, lambda: now[0])
    seen = []
    for moment in (0.0, 599.0, 600.0, 600.5, 601.5, 700.0):
        now[0] = moment
        seen.append((json.loads(callbacks.handle(*form(ASSIGNMENT)).body), len(asked.questions)))
    assert seen == [(FOUND, 1), (FOUND, 1), (FOUND, 2), (FOUND, 2), (new, 3), (new, 3)]


def test_the_service_is_asked_with_the_token_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a token is rotated, the one that is refused gives way to the other; requests have a time limit."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response

    seen: list[tuple[str, str, Any, Any]] = []

    def request(self: Any, method: str, url: str, auth: Any = None, **_: Any) -> Response:
        seen.append((method, url.partition("?")[0], auth[1], self.timeout))
        if auth[1] == "old":
            return Response(401, '{"code": 20003, "message": "Authenticate", "status": 401}')
        page = {"activities": [{"friendly_name": "Available", "sid": "WA" + "1" * 32}], "meta": {"key": "activities"}}
        return Response(200, json.dumps(page))

    monkeypatch.setattr(TwilioHttpClient, "request", request)
    account, workspace = ASSIGNMENT["AccountSid"], ASSIGNMENT["WorkspaceSid"]
    assert directory.ask(account, workspace, ("old", "new")) == {"Available": "WA" + "1" * 32}
    url = f"https://taskrouter.twilio.com/v1/Workspaces/{workspace}/Activities"
    assert seen == [("GET", url, "old", 3.0), ("GET", url, "new", 3.0)]
    assert directory.ask("AC" + "0" * 32, workspace, ("new",)) == {}
    assert directory.ask("nonsense", workspace, ("new",)) == {}
    assert len(seen) == 2


def test_a_workflow_by_name_needs_a_workspace() -> None:
    """assignment(workflow=name) without a bound workspace says how to give one."""
    with pytest.raises(InvalidDeclaration) as caught:
        Callbacks(TOKEN).assignment(workflow="Support Routing")
    assert str(caught.value) == (
        "assignment(workflow=…) takes a workflow's SID (WW…) or the returned WorkflowResource. [wrong-sid]\n"
        "  hint: the request carries the SID only; for names give Callbacks(workspace=…)"
    )
