"""Credentials and people stay out of reprs, messages, pickles and logs, whatever goes wrong; errors pickle."""

import asyncio
import json
import logging
import pickle
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from shared_material import shared
from taskrouter_kit import Diagnostic, TaskRouterKitError, Worker
from taskrouter_kit.client import AiohttpClient, AsyncSdkSender, AsyncService, Limits, RetryPolicy, SdkSender, Service
from taskrouter_kit.client._exchange import Exchange
from taskrouter_kit.client._failures import failure
from taskrouter_kit.client._hints import HINTS
from taskrouter_kit.errors import ServiceError, ServiceUnavailable, StaleVersion
from wire_fakes import ACCOUNT, WORKSPACE, Script, answer, page, refusal, sid, task, worker

TOKEN = "canary0token0secret"
PERSON = "Canary Person <canary@people.example>"
ATTRIBUTES = json.dumps({"full_name": PERSON})
CANARIES = (TOKEN, "Canary Person", "canary@people", "Y2FuYXJ5")  # the last: base64 of "canary"

STATUSES = (302, 400, 401, 403, 404, 405, 409, 410, 412, 418, 422, 429, 500, 502, 503, 504)


class Canned(requests.adapters.BaseAdapter):
    """Answers without a network, or fails as connections do."""

    def __init__(self, reply: Callable[[Any], Any]) -> None:
        super().__init__()
        self._reply = reply

    def send(self, request: Any, **more: Any) -> Any:
        assert TOKEN.encode() not in str(request.url).encode()
        assert "Authorization" in request.headers
        return self._reply(request)

    def close(self) -> None:
        """Nothing is open."""


def response(status: int, body: str, **headers: str) -> Callable[[Any], Any]:
    def reply(request: Any) -> Any:
        made = requests.Response()
        made.status_code, made._content, made.url, made.request = status, body.encode(), request.url, request
        made.headers.update({"Set-Cookie": f"session={TOKEN}", "Twilio-Request-Id": "RQ1", **headers})
        return made

    return reply


def lost(kind: type[Exception]) -> Callable[[Any], Any]:
    def reply(request: Any) -> Any:
        raise kind(f"{request.url} {dict(request.headers)} {request.body} {TOKEN}", request=request)  # type: ignore[call-arg]

    return reply


def replies() -> Iterator[tuple[str, Callable[[Any], Any]]]:
    for status in STATUSES:
        said = json.dumps({"code": 20000 + status, "message": "The service's own words", "status": status})
        yield f"{status}", response(status, said)
        yield f"{status} HTML", response(status, f"<html>{PERSON}</html>")
    yield "wrong shape", response(200, ATTRIBUTES)
    yield "truncated", response(200, ATTRIBUTES[:20])
    yield "misshapen worker", response(200, json.dumps({**worker(attributes=ATTRIBUTES), "date_created": PERSON}))
    yield "bad attributes", response(200, json.dumps({**worker(), "attributes": ATTRIBUTES[:-5]}))
    for kind in (requests.ConnectionError, requests.ConnectTimeout, requests.ReadTimeout, requests.TooManyRedirects):
        yield kind.__name__, lost(kind)


def calls(live: Any) -> list[Callable[[], Any]]:
    return [
        lambda: live.workers.fetch(sid("WK", 1)).attributes,
        lambda: list(live.workers.list(friendly_name=PERSON)),
        lambda: live.workers.create(PERSON, {"full_name": PERSON}),
        lambda: live.workers.update(sid("WK", 1), attributes={"full_name": PERSON}),
        lambda: live.workers.patch_attributes(sid("WK", 1), None, lambda now: {**now, "full_name": PERSON}),
        lambda: live.workers.delete(sid("WK", 1), if_match="3"),
        lambda: live.tasks.create({"full_name": PERSON}, workflow=sid("WW", 1)),
        lambda: live.tasks.complete(sid("WT", 1), reason=PERSON),
    ]


def failing(call: Callable[[], Any]) -> TaskRouterKitError | None:
    try:
        call()
    except TaskRouterKitError as error:
        return error
    return None


def shown(error: BaseException) -> str:
    """Return everything that somebody may print, log or store of *error*."""
    parts = [str(error), repr(error), "".join(traceback.format_exception(error))]
    copy = pickle.loads(pickle.dumps(error))
    parts += [str(copy), repr(copy), pickle.dumps(error, protocol=0).decode("latin-1")]
    if isinstance(error, ServiceError):
        parts.append(repr(dict(error.headers)))
    return "\n".join(parts)


@pytest.mark.parametrize(("what", "reply"), [pytest.param(*each, id=each[0]) for each in replies()])
def test_no_error_of_any_kind_shows_credentials_or_people(
    what: str, reply: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
):
    """Eight kinds of call, each failing in each way, with everything logged."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    http = TwilioHttpClient(timeout=1)
    http.session.mount("http://", Canned(reply))
    client = Client(ACCOUNT, TOKEN, environment={"_": ""}, http_client=http)
    client.taskrouter.base_url = "http://taskrouter.test"
    policy = RetryPolicy(attempts=2, sleep=lambda _: None, limits=Limits.off())
    live = Service(SdkSender(client), policy).workspace(WORKSPACE)
    caught = 0
    with caplog.at_level(logging.DEBUG, "taskrouter_kit"):
        for call in calls(live):
            error = failing(call)
            if error is not None:
                caught += 1
                text = shown(error)
                assert [each for each in CANARIES if each in text] == [], (what, text)
    ours = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("taskrouter_kit"))
    assert caught >= 1, what
    assert ours
    assert [each for each in CANARIES if each in ours] == []
    assert [
        each for each in CANARIES if each in repr([live, live.workers, live._perform, policy, SdkSender(client)])
    ] == []


def test_the_asynchronous_face_shows_none_either(caplog: pytest.LogCaptureFixture):
    """A connection that is refused, over the real transport."""
    from twilio.rest import Client

    async def run() -> list[str]:
        async with AiohttpClient(timeout=2) as http:
            client = Client(ACCOUNT, TOKEN, environment={"_": ""}, http_client=http)
            client.taskrouter.base_url = "http://127.0.0.1:1"

            async def asleep(_: float) -> None: ...

            policy = RetryPolicy(attempts=2, asleep=asleep, limits=Limits.off())
            live = AsyncService(AsyncSdkSender(client), policy).workspace(WORKSPACE)
            texts = [repr([http, live, live.workers])]
            for call in calls(live)[2:4]:
                with pytest.raises(ServiceUnavailable) as caught:
                    await call()
                texts.append(shown(caught.value))
            return texts

    with caplog.at_level(logging.DEBUG, "taskrouter_kit"):
        texts = asyncio.run(run())
    texts += [each.getMessage() for each in caplog.records if each.name.startswith("taskrouter_kit")]
    assert len(texts) > 4
    assert [each for each in CANARIES if each in "\n".join(texts)] == []


def test_what_was_returned_holds_people_only_where_they_are_asked_for():
    """A resource's repr shows no attributes, and its pickle no client."""
    script = Script(page("workers", [worker(attributes=ATTRIBUTES)]), answer(200, task(attributes=ATTRIBUTES)))
    live = script.client().workspace(WORKSPACE)
    (alice,) = live.workers.list()
    found = live.tasks.fetch(sid("WT", 1))
    assert found.meta is not None
    for each in (alice, found):
        assert "canary" not in repr(each).lower()
        assert pickle.loads(pickle.dumps(each)).attributes == {"full_name": PERSON}
    assert "canary" not in repr(Worker("Alice", {"full_name": PERSON})).lower()
    assert "canary" not in repr(script.asked).lower()


def test_bulk_results_and_conflicts_show_no_people():
    """The attributes that collided are data of the error, and of nothing that is printed or pickled."""
    etag = {"ETag": '"1"'}
    answers = [answer(200, worker(attributes=ATTRIBUTES), **etag), refusal(412, 20412)] * 10
    script = Script(*answers, answer(200, worker(attributes=ATTRIBUTES), **etag))
    with pytest.raises(StaleVersion) as caught:
        script.client().workspace(WORKSPACE).workers.patch_attributes(sid("WK", 1), None, lambda now: {**now, "a": 1})
    assert caught.value.theirs == {"full_name": PERSON}
    assert caught.value.mine == {"full_name": PERSON, "a": 1}
    assert [each for each in CANARIES if each in shown(caught.value)] == []
    lost = Script(answer(201, worker(attributes=ATTRIBUTES)))
    results = lost.client().workspace(WORKSPACE).workers.create_many([Worker("Alice", {"full_name": PERSON})])
    assert "canary" not in repr(results).lower()


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_pickles_with_all_it_says(status: int):
    """Class, status, code, request, request id, headers, diagnostics and text."""
    exchange: Exchange[None] = Exchange("UpdateTask", "POST", "/v1/Workspaces/WS1/Tasks/WT1", lambda _: None)
    error = failure(exchange, refusal(status, 20000 + status, "No.", Twilio_Request_Id="RQ1", Retry_After="3"))
    copy = pickle.loads(pickle.dumps(error))
    names = ("status", "code", "request", "request_id", "headers", "diagnostics")
    assert type(copy) is type(error)
    assert [getattr(copy, name) for name in names] == [getattr(error, name) for name in names]
    assert (copy.status, copy.code, copy.request_id) == (status, 20000 + status, "RQ1")
    assert str(copy) == str(error)


def test_there_is_a_hint_for_every_code_of_the_handbooks_tables():
    """Read from the handbook itself: codes and ranges in the first column of the tables of errors."""
    text = shared("reference/limits-errors-gotchas.md").read_text("utf-8")
    tables = text[text.index("## 3. Errors") : text.index("## 4. Gotchas")]
    cells: set[str] = set()
    for line in tables.splitlines():
        columns = [each.strip() for each in line.split("|")]
        if len(columns) > 3:
            cells |= {columns[1], columns[2]}
    codes: set[int] = set()
    for cell in cells:
        if re.fullmatch(r"[\d\s,–/-]+", cell):
            for first, last in re.findall(r"(\d{5})(?:\s*–\s*(\d{5}))?", cell):
                codes |= set(range(int(first), int(last or first) + 1))
    assert {20001, 20429, 14201, 14204, 40131, 55555, 81009} <= codes
    assert len(codes) > 70
    assert sorted(codes - set(HINTS)) == []


def test_the_log_is_quiet_unless_asked(capfd: pytest.CaptureFixture[str]):
    """Nothing is printed, and no handler is installed."""
    script = Script(refusal(503, 20503), answer(200, worker()))
    script.client().workspace(WORKSPACE).workers.fetch(sid("WK", 1))
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("taskrouter_kit").handlers == []
    assert logging.getLogger("taskrouter_kit.client").handlers == []


def test_a_diagnostic_of_a_lost_connection_says_what_to_whom_and_nothing_more():
    """The SDK's own text holds the query."""
    error = ServiceUnavailable(Diagnostic("service-unavailable", "The request timed out: ReadTimeout."))
    assert repr(pickle.loads(pickle.dumps(error))) == repr(error)
