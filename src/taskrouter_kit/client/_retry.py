"""Whether to try again, and when: a pure decision from the exchange, the failure and the attempt.

A 429 was never carried out, so it is always repeated. A 5xx or a lost connection is repeated where doing it twice is
the same as doing it once; where it is not (a create), nobody knows whether it happened: ``OutcomeUnknown``.
"""

# Documented: limits-errors-gotchas.md section 3.3 (429 was never processed)
# Inferred: limits-errors-gotchas.md section 3.3; a create whose answer was lost may exist

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from attrs import evolve, field, frozen

from taskrouter_kit.client._exchange import Exchange
from taskrouter_kit.errors import NotSent, OutcomeUnknown, RateLimited, ServiceError, ServiceUnavailable


async def _async_sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


@frozen
class RetryPolicy:
    """How often and how long to wait. Durations are seconds; the waits double and are jittered.

    ``sleep``, ``asleep`` and ``random`` are injected in tests.
    """

    attempts: int = 5
    base: float = 0.8
    cap: float = 30.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    asleep: Callable[[float], Awaitable[None]] = field(default=_async_sleep, repr=False)
    random: Callable[[], float] = field(default=random.random, repr=False)


@frozen
class GiveUp:
    """Do not try again; this is the error."""

    error: ServiceError


class Attempts:
    """The attempts at one exchange."""

    def __init__(self, policy: RetryPolicy, exchange: Exchange[Any]) -> None:
        self._policy = policy
        self._exchange = exchange
        self._made = 0

    def after(self, error: ServiceError) -> float | GiveUp:
        """Return how many seconds to wait before the next attempt, or that there is none."""
        self._made += 1
        limited = isinstance(error, RateLimited)
        lost = isinstance(error, ServiceUnavailable)
        if not limited and not lost:
            return GiveUp(error)
        if lost and not self._exchange.repeatable and not isinstance(error, NotSent):
            return GiveUp(_unknown(error))
        if self._made >= self._policy.attempts:
            return GiveUp(error)
        return self._wait(error)

    def _wait(self, error: ServiceError) -> float:
        asked = next((value for key, value in error.headers.items() if key.lower() == "retry-after"), None)
        if asked is not None and asked.strip().isdigit():
            return min(float(asked), self._policy.cap)
        longest = min(self._policy.cap, self._policy.base * float(2 ** (self._made - 1)))
        return longest * (0.5 + self._policy.random() / 2)


def _unknown(error: ServiceError) -> OutcomeUnknown:
    found = [
        evolve(each, rule="outcome-unknown", hint="it may have been carried out: look before you do it again")
        for each in error.diagnostics
    ]
    return OutcomeUnknown(
        found,
        status=error.status,
        code=error.code,
        request=error.request,
        request_id=error.request_id,
        headers=error.headers,
    )
