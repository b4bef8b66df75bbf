import asyncio
import gc
import threading
from contextlib import aclosing

import pytest

from taskrouter_kit import Attr, TaskAttributes
from taskrouter_kit.client._exchange import Exchange, Reply, url_of
from taskrouter_kit.errors import InvalidDeclaration, ServiceError, UnexpectedAnswer
from wire_fakes import WORKSPACE, Script, answer, page, queue, refusal, reservation, sid, task, worker


def next_url(token: str) -> str:
    return f"http://127.0.0.1:8080/v1/Workspaces/{WORKSPACE}/Workers?PageSize=2&Page=1&PageToken={token}"


def pages(*extra: Reply) -> Script:
    return Script(
        page("workers", [worker(1), worker(2)], next_url("PA2")),
        *extra,
        page("workers", [worker(3)], None),
    )


@pytest.mark.parametrize("ahead", [False, True])
def test_a_walk_survives_refusals_between_pages(ahead: bool):
    """A 429 and a 500 in mid-walk neither lose nor repeat a worker."""
    script = pages(refusal(429, 20429), refusal(500, 20500))
    found = [each.sid for each in script.client().workspace(WORKSPACE).workers.list(ahead=ahead)]
    assert found == [sid("WK", n) for n in (1, 2, 3)]


@pytest.mark.parametrize("ahead", [False, True])
def test_the_asynchronous_walk_does_the_same(ahead: bool):
    """The twin walks the same pages."""

    async def walk() -> list[str]:
        script = pages(refusal(429, 20429))
        live = script.async_client().workspace(WORKSPACE)
        return [each.sid async for each in live.workers.list(ahead=ahead)]

    assert asyncio.run(walk()) == [sid("WK", n) for n in (1, 2, 3)]


def test_a_stored_token_resumes_behind_its_page():
    """``after=`` starts where the page ended."""
    first = next(iter(pages().client().workspace(WORKSPACE).workers.list().pages()))
    assert first.next_token == "PA2"
    script = Script(page("workers", [worker(3)]))
    assert [each.sid for each in script.client().workspace(WORKSPACE).workers.list(after="PA2")] == [sid("WK", 3)]
    assert dict(script.asked[0].query)["PageToken"] == "PA2"


def test_a_repeated_token_ends_the_walk():
    """The same page twice is an error, not an endless walk."""
    script = Script(*[page("workers", [worker(1)], next_url("PA1")) for _ in range(3)])
    with pytest.raises(UnexpectedAnswer) as caught:
        list(script.client().workspace(WORKSPACE).workers.list())
    assert str(caught.value) == (
        "The service gave the same page token twice (PA1); the walk would never end. [repeated-page-token]\n"
        "  at ListWorker"
    )
    assert len(script.asked) == 2


@pytest.mark.parametrize(
    "wrong",
    [Reply(200, "<html>"), Reply(200, ""), Reply(200, "[]"), Reply(200, "null"), answer(200, {}), Reply(302, "")],
)
def test_an_answer_that_is_no_page_is_one_clear_error(wrong: Reply):
    """HTML, nothing, another shape and a redirect are all UnexpectedAnswer."""
    with pytest.raises(UnexpectedAnswer):
        list(Script(wrong).client().workspace(WORKSPACE).workers.list())


def test_the_credentials_do_not_go_to_another_host():
    """A next page of another origin is refused; another region of Twilio is asked at our own base."""
    exchange: Exchange[None] = Exchange("ListWorker", "GET", "https://evil.example/v1/x?PageToken=1", lambda _: None)
    with pytest.raises(UnexpectedAnswer) as caught:
        url_of("https://taskrouter.twilio.com", exchange)
    assert caught.value.diagnostics[0].rule == "foreign-next-page"
    regional: Exchange[None] = Exchange("L", "GET", "https://taskrouter.dublin.ie1.twilio.com/v1/x?a=1", lambda _: None)
    assert url_of("https://taskrouter.twilio.com", regional) == "https://taskrouter.twilio.com/v1/x?a=1"


def test_limit_zero_asks_nothing():
    """The SDK reads everything for ``limit=0``."""
    script = Script()
    assert list(script.client().workspace(WORKSPACE).workers.list(limit=0)) == []


def test_a_condition_is_evaluated_locally_where_asked():
    """With ``locally`` no expression is sent, and this library's evaluator decides."""
    from taskrouter_kit import WorkerAttributes

    class Agent(WorkerAttributes):
        skills: Attr[list[str]]

    answers = [worker(1, "A", '{"skills":["billing"]}'), worker(2, "B", '{"skills":[]}')]
    script = Script(page("workers", answers))
    live = script.client().workspace(WORKSPACE)
    found = [each.friendly_name for each in live.workers.list(Agent, where=Agent.skills.has("billing"), locally=True)]
    assert found == ["A"]
    assert "TargetWorkersExpression" not in script.asked[0].query


def test_tasks_and_queues_are_chosen_locally_too():
    """A condition on tasks, and the attributes of a worker that a queue would take: no expression is sent."""

    class Call(TaskAttributes):
        language: Attr[str]

    calls = [task(1, attributes='{"language":"es"}'), task(2, attributes='{"language":"en"}'), task(3)]
    queues = [queue(1, "A", target_workers="level > 3"), queue(2, "B"), queue(3, "C", target_workers=None)]
    script = Script(page("tasks", calls), page("task_queues", queues))
    live = script.client().workspace(WORKSPACE)
    spanish = list(live.tasks.list(Call, where=Call.language == "es", locally=True))
    assert [each.attributes.language for each in spanish] == ["es"]
    fit = live.task_queues.list(evaluate_worker_attributes={"level": 3}, locally=True)
    assert [each.friendly_name for each in fit] == ["B"]
    assert [set(each.query) for each in script.asked] == [{"PageSize"}, {"PageSize"}]


@pytest.mark.parametrize("locally", [False, True])
@pytest.mark.parametrize("collection", ["tasks", "workers"])
def test_what_is_no_condition_is_refused_and_does_not_select_everything(collection: str, locally: bool):
    """A text is none until it was parsed; nothing is asked."""
    script = Script()
    live = script.client().workspace(WORKSPACE)
    with pytest.raises(InvalidDeclaration) as caught:
        getattr(live, collection).list(where='language == "es"', locally=locally)
    assert "parse(text, place=…)" in str(caught.value)
    assert script.asked == []


def test_the_first_of_none_is_none():
    """A limit of 0 is one for ``first()`` too."""
    script = Script()
    assert script.client().workspace(WORKSPACE).workers.list(limit=0).first() is None

    async def first() -> object:
        return await script.async_client().workspace(WORKSPACE).workers.list(limit=0).first()

    assert asyncio.run(first()) is None
    assert script.asked == []


def test_a_page_that_nobody_wants_any_more_fails_in_silence(caplog: pytest.LogCaptureFixture):
    """Whoever leaves a walk that reads ahead is not told of the page behind the one they left at."""
    script = pages(refusal(400, 20001))

    async def leave() -> None:
        walk = aiter(script.async_client().workspace(WORKSPACE).workers.list(ahead=True))
        async with aclosing(walk) as workers:
            async for _ in workers:
                await asyncio.sleep(0)
                await asyncio.sleep(0)  # the next page comes, and is an error
                break
        gc.collect()

    asyncio.run(leave())
    assert len(script.asked) == 2
    assert caplog.text == ""


def test_a_blocking_walk_is_one_page_ahead_and_no_further():
    """While a page is used the next one is asked for; the one behind it only when that is taken."""
    script = Script(*[page("workers", [worker(n)], next_url(f"PA{n}")) for n in range(4)], page("workers", [], None))
    walk = script.client().workspace(WORKSPACE).workers.list(ahead=True).pages()
    for taken in range(1, 4):
        next(walk)
        waited = 0
        while len(script.asked) < taken + 1 and waited < 500:
            waited += 1
            threading.Event().wait(0.01)  # another thread asks
        threading.Event().wait(0.02)
        assert len(script.asked) == taken + 1
    walk.close()  # type: ignore[attr-defined]  # it is a generator
    assert "taskrouter-page-ahead" not in str(threading.enumerate())


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("refused", [True, False])
def test_a_page_comes_before_the_error_behind_it(ahead: bool, refused: bool):
    """What was received is not lost to what comes after it: a refusal, or the same token once more."""
    second = refusal(400, 20001) if refused else page("workers", [worker(2)], next_url("PA1"))
    both = page("workers", [worker(1)], next_url("PA1")), second
    found = list[list[str]]()

    def walk() -> None:
        found.append([])
        for each in Script(*both).client().workspace(WORKSPACE).workers.list(ahead=ahead):
            found[-1].append(each.sid)

    async def walk_asynchronously() -> None:
        found.append([])
        async for each in Script(*both).async_client().workspace(WORKSPACE).workers.list(ahead=ahead):
            found[-1].append(each.sid)

    with pytest.raises(ServiceError):
        walk()
    with pytest.raises(ServiceError):
        asyncio.run(walk_asynchronously())
    assert found == [[sid("WK", 1), sid("WK", 2)][: 1 if refused else 2]] * 2


def test_a_page_says_what_came_with_it():
    """Status, headers and request id, as a single resource does."""
    answered = page("workers", [worker()])
    script = Script(Reply(answered.status, answered.body, {"Twilio-Request-Id": "RQ1"}))
    (only,) = script.client().workspace(WORKSPACE).workers.list().pages()
    assert only.meta is not None
    assert (only.meta.status, only.meta.request_id) == (200, "RQ1")


def test_events_are_chosen_by_things():
    """A task and a reservation as they were returned, everything else by name too."""
    task_sid, reservation_sid = sid("WT", 1), sid("WR", 1)
    script = Script(answer(200, reservation()), page("events", []), page("events", []))
    live = script.client().workspace(WORKSPACE)
    offer = live.tasks.reservations(task_sid).fetch(reservation_sid)
    list(live.events.list(task=task_sid, reservation=offer))
    assert dict(script.asked[1].query) == {
        "TaskSid": task_sid,
        "ReservationSid": reservation_sid,
        "PageSize": "1000",
    }
    with pytest.raises(InvalidDeclaration, match="is no Reservation SID"):
        live.events.list(reservation=task_sid)
