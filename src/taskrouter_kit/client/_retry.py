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
from email.utils import parsedate_to_datetime
from typing import Any

from attrs import evolve, field, frozen

from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._limits import Limits
from taskrouter_kit.errors import NotFound, NotSent, OutcomeUnknown, RateLimited, ServiceError, ServiceUnavailable


async def _async_sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


@frozen
class RetryPolicy:
    """How often and how long to wait. Durations are seconds; the waits double and are jittered.

    ``attempts`` counts the first one. A ``Retry-After`` longer than ``cap`` is not waited for: the error comes at once.
    ``limits`` paces what the service paces; ``sleep``, ``asleep`` and ``random`` are injected in tests.
    """

    attempts: int = 5
    base: float = 0.8
    cap: float = 30.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    asleep: Callable[[float], Awaitable[None]] = field(default=_async_sleep, repr=False)
    random: Callable[[], float] = field(default=random.random, repr=False)
    limits: Limits = field(factory=Limits, repr=False)


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
        self._lost = False

    def after(self, error: ServiceError) -> float | GiveUp | Reply:
        """Return how many seconds to wait before the next attempt, or that there is none.

        A reply: a deletion that was repeated because its answer was lost, and finds nothing, is done.
        """
        self._made += 1
        limited = isinstance(error, RateLimited)
        lost = isinstance(error, ServiceUnavailable)
        if limited:
            self._policy.limits.refused(self._exchange.group)
        if self._lost and self._exchange.method == "DELETE" and isinstance(error, NotFound):
            return Reply(204, "", error.headers)
        if not limited and not lost:
            return GiveUp(error)
        sent = lost and not isinstance(error, NotSent)
        if sent and not self._exchange.repeatable:
            return GiveUp(_unknown(error))
        self._lost = self._lost or sent
        if self._made >= self._policy.attempts:
            return GiveUp(error)
        return self._wait(error)

    def _wait(self, error: ServiceError) -> float | GiveUp:
        jitter = self._policy.random()
        asked = retry_after(error)
        if asked is not None:
            return GiveUp(error) if asked > self._policy.cap else asked + jitter * self._policy.base / 4
        longest = min(self._policy.cap, self._policy.base * float(2 ** (self._made - 1)))
        return longest * (0.5 + jitter / 2)


def retry_after(error: ServiceError) -> float | None:
    """Return the seconds that the service asked to wait: a number, or a date counted from the answer's own ``Date``.

    The machine's clock is not asked, so that one that jumps changes nothing.
    """
    headers = {key.lower(): value.strip() for key, value in error.headers.items()}
    asked = headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        waits = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, waits.total_seconds())


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
