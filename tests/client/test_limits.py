"""The pace of requests: documented, learnt from refusals, and learnt from what answers say."""

import asyncio

import pytest

from taskrouter_kit.client import Limits, RetryPolicy
from taskrouter_kit.client._exchange import Exchange
from taskrouter_kit.expr._parser import parse
from wire_fakes import WORKSPACE, Script, answer, page, refusal, sid, worker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


NOTHING_LEFT = {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "0"}


def test_a_group_is_spread_over_its_documented_second():
    """Three expression lists a second: the fourth waits a whole one."""
    limits = Limits(clock=Clock())
    turns = [limits.reserve("expression-lists") for _ in range(4)]
    assert turns == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_a_refusal_halves_the_pace_and_success_gives_it_back():
    """Never above what is documented."""
    limits = Limits(clock=Clock())
    limits.refused("expression-lists")
    assert limits.rate("expression-lists") == 1.5
    for _ in range(50):
        limits.went_well("expression-lists")
    assert limits.rate("expression-lists") == 3.0


def test_a_group_without_a_documented_pace_gets_one_at_its_first_refusal_and_loses_it_again():
    """Queues and workflows: one a second, then ever faster, then free."""
    limits = Limits(clock=Clock())
    assert limits.reserve("routing-writes") == 0.0
    limits.refused("routing-writes")
    assert limits.rate("routing-writes") == 1.0
    for _ in range(70):
        limits.went_well("routing-writes")
    assert limits.rate("routing-writes") is None


def test_an_operation_of_which_nothing_remains_waits_for_the_next_second():
    """Only that operation, and only once."""
    clock = Clock()
    limits = Limits(clock=clock)
    limits.heard(None, "FetchWorker", NOTHING_LEFT)
    assert limits.reserve(None, "FetchTask") == 0.0
    clock.now += 0.25
    assert limits.reserve(None, "FetchWorker") == 0.75
    clock.now += 0.75
    assert limits.reserve(None, "FetchWorker") == 0.0


@pytest.mark.parametrize("spelling", ["X-Rate-Limit-Remaining", "x-rate-limit-remaining", "X-RATE-LIMIT-REMAINING"])
@pytest.mark.parametrize(("text", "waits"), [("0", 1.0), ("1", 0.0), ("none", 0.0), ("-1", 0.0), ("", 0.0), ("٠", 0.0)])
def test_texts_that_are_no_numbers_are_passed_over(spelling: str, text: str, waits: float):
    """The values of these headers are not documented beyond their names."""
    limits = Limits(clock=Clock())
    limits.heard(None, "FetchWorker", {spelling: text})
    assert limits.reserve(None, "FetchWorker") == waits


def test_a_limit_below_the_documented_one_becomes_the_pace():
    """And a higher one changes nothing."""
    limits = Limits(clock=Clock())
    limits.heard("expression-lists", "ListWorker", {"X-Rate-Limit-Limit": "1000"})
    assert limits.rate("expression-lists") == 3.0
    limits.heard("expression-lists", "ListWorker", {"X-Rate-Limit-Limit": "2"})
    limits.went_well("expression-lists")
    assert limits.rate("expression-lists") == 2.0


def test_both_faces_wait_after_an_answer_with_nothing_left():
    """The next request of the operation, on success as on refusal."""
    answers = [answer(200, worker(), X_Rate_Limit_Remaining="0"), answer(200, worker())]
    clock = Clock()
    script = Script(*answers)
    live = script.client(limits=Limits({}, clock=clock)).workspace(WORKSPACE)
    live.workers.fetch(sid("WK", 1))
    live.workers.fetch(sid("WK", 1))
    assert script.slept == [1.0]

    again = Script(refusal(429, 20429, X_Rate_Limit_Remaining="0"), answer(200, worker()))
    there = again.async_client(limits=Limits({}, clock=clock)).workspace(WORKSPACE)
    asyncio.run(there.workers.fetch(sid("WK", 1)))
    assert again.slept == [pytest.approx(0.6), 1.0]


def test_a_list_by_expression_is_paced_and_a_plain_one_is_not():
    """Three a second is the service's limit for expressions only."""
    script = Script(*[page("workers", []) for _ in range(3)])
    limits = Limits(clock=Clock())
    live = script.client(limits=limits).workspace(WORKSPACE)
    skilled = parse('skills HAS "billing"', place="target_workers")
    list(live.workers.list(where=skilled))
    list(live.workers.list())
    assert script.slept == []
    list(live.workers.list(where=skilled))
    assert script.slept == [pytest.approx(1 / 3)]


def test_retry_after_is_waited_for_up_to_the_cap():
    """A number of seconds, or a date counted from the answer's own; beyond the cap the error comes at once."""
    dated = {"Retry_After": "Mon, 05 Jan 2026 09:00:09 GMT", "Date": "Mon, 05 Jan 2026 09:00:02 GMT"}
    for headers in ({"Retry_After": "7"}, dated):
        script = Script(refusal(429, 20429, **headers), answer(200, worker()))
        script.client().workspace(WORKSPACE).workers.fetch(sid("WK", 1))
        assert script.slept == [pytest.approx(7.1)]
    from taskrouter_kit.client._failures import failure
    from taskrouter_kit.client._retry import Attempts, GiveUp

    exchange: Exchange[None] = Exchange("FetchWorker", "GET", "/v1/x", lambda _: None)
    error = failure(exchange, refusal(429, 20429, Retry_After="31"))
    assert isinstance(Attempts(RetryPolicy(limits=Limits.off()), exchange).after(error), GiveUp)


def test_a_retry_after_that_is_no_number_is_passed_over():
    """Headers hold what they like: a superscript two is a digit, and no number."""
    script = Script(refusal(429, 20429, Retry_After="²"), answer(200, worker()))
    script.client().workspace(WORKSPACE).workers.fetch(sid("WK", 1))
    assert script.slept == [pytest.approx(0.6)]
