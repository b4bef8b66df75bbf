"""How many requests of bulk work are in flight, against services that refuse in different ways. On a counted clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import pytest

from taskrouter_kit.client._concurrency import Concurrency, Ticket

LATENCY, BACK_OFF = 0.03, 0.04
#: Seconds that the client takes to send one request, and to read one answer.
SENDING, READING = 0.0004, 0.0001


class Run:
    """Sends *items* to a service that takes *cap* (a number, or a function of the time) at once; counts."""

    def __init__(self, cap: int | Callable[[float], int], items: int = 2000, most: int = 64) -> None:
        self.control = Concurrency(most)
        self.now = self.busy = 0.0
        self.refused = self.at_service = self.left = 0
        self.allowed: list[tuple[float, int]] = []
        self._cap: Callable[[float], int] = (lambda _: cap) if isinstance(cap, int) else cap
        self._events: list[tuple[float, int, str, Ticket | None]] = []
        self._number = 0
        self.left = items
        done = 0
        while done < items:
            self._send()
            self.now, _, what, ticket = heapq.heappop(self._events)
            done += what == "answer"
            self._happen(what, ticket)
            self.allowed.append((self.now, self.control.allowed))

    def _send(self) -> None:
        while self.left and (ticket := self.control.take()) is not None:
            self.left -= 1
            self.busy = max(self.busy, self.now) + SENDING
            self._later(self.busy, "arrive", ticket)

    def _happen(self, what: str, ticket: Ticket | None) -> None:
        if what == "again":
            self.left += 1
            return
        assert ticket is not None
        if what == "arrive" and self.at_service < self._cap(self.now):
            self.at_service += 1
            self._later(self.now + LATENCY, "served", ticket)
        elif what == "arrive":
            self._later(self.now + 0.0005, "refusal", ticket)
        elif what == "served":
            self.at_service -= 1
            self._later(self.now, "answer", ticket)
        elif what == "answer":
            self.busy = max(self.busy, self.now) + READING
            self.control.returned(ticket, 201)
        else:
            self.refused += 1
            self.control.returned(ticket, 429)
            self._later(self.now + BACK_OFF, "again", None)

    def _later(self, when: float, what: str, ticket: Ticket | None) -> None:
        self._number += 1
        heapq.heappush(self._events, (when, self._number, what, ticket))

    def between(self, start: float, end: float) -> set[int]:
        return {allowed for when, allowed in self.allowed if start <= when <= end}


@pytest.mark.parametrize("cap", [5, 10, 23, 40])
def test_a_cap_is_found_and_kept(cap: int):
    """Within a tenth of the time that the cap itself needs, with at most 3 % refused."""
    run = Run(cap)
    assert run.now <= 2000 * LATENCY / cap * 1.1
    assert run.refused <= 0.03 * 2000
    assert run.between(run.now / 2, run.now) <= {cap, cap + 1}


def test_a_service_without_a_cap_gets_as_many_as_the_caller_allows():
    """Nothing is refused, and never are more in flight than were asked for."""
    run = Run(1000, most=64)
    assert run.refused == 0
    assert max(allowed for _, allowed in run.allowed) == 64


def test_a_cap_of_one_is_enough():
    """There is always one in flight."""
    run = Run(1, items=100)
    assert {1} <= run.between(1.0, run.now) <= {1, 2}


def test_a_cap_that_falls_is_followed():
    """From 40 to 10 within three round trips."""
    run = Run(lambda now: 40 if now < 0.7 else 10)
    assert run.between(0.7 + 4 * LATENCY, 1.5) <= {10, 11}


def test_a_cap_that_rises_is_noticed():
    """From 10 to 40: by one a round trip once the first attempt went well."""
    run = Run(lambda now: 10 if now < 0.7 else 40)
    assert run.between(2.8, run.now) <= {39, 40, 41}
    assert run.refused <= 0.03 * 2000


def test_a_lost_answer_teaches_nothing():
    """It is one less in flight, and that is all."""
    control = Concurrency(64)
    tickets = [control.take() for _ in range(8)]
    assert control.take() is None
    for ticket in tickets:
        assert ticket is not None
        control.returned(ticket, None)
    assert control.allowed == 8
    assert control.take() is not None


def test_at_least_one_is_in_flight():
    """None would never end."""
    with pytest.raises(ValueError, match=r"^At least one request is in flight; got 0\.$"):
        Concurrency(0)
