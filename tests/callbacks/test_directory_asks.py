"""SIDs that nobody stated: the service is asked for them once, and again in time, while answers go out."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from callbacks_requests import ASSIGNMENT, TOKEN, form
from taskrouter_kit import Activity
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Instruction, Reject
from taskrouter_kit.callbacks import _directory as directory

available = Activity("Available", available=True)


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
