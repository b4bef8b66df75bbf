"""Performing flows: the only place where sync and async differ.

``send`` performs one exchange and returns its reply, whatever its status. What is no success becomes an error that is
thrown into the flow, so that a flow can handle it where it asked; what is safe to repeat is repeated first.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol, TypeAlias, TypeVar

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Unset
from taskrouter_kit.client._exchange import Exchange, Flow, Reply
from taskrouter_kit.client._failures import failure
from taskrouter_kit.client._retry import Attempts, GiveUp, RetryPolicy
from taskrouter_kit.errors import InvalidDeclaration, ServiceError

T = TypeVar("T")

#: Quiet unless asked: one line an exchange, with operation, path and status; no query, form, body or header.
_logger = logging.getLogger("taskrouter_kit.client")

# Any: each exchange decodes to a type of its own
Send: TypeAlias = Callable[[Exchange[Any]], Reply]
AsyncSend: TypeAlias = Callable[[Exchange[Any]], Awaitable[Reply]]


S = TypeVar("S")


def timed(send: S, timeout: float | timedelta | Unset | None) -> S:
    """Return *send* with *timeout* (seconds or a ``timedelta``; None: none) for one request; UNSET leaves it."""
    if isinstance(timeout, Unset):
        return send
    with_timeout: Callable[[float | None], S] | None = getattr(send, "with_timeout", None)
    if with_timeout is None:
        raise InvalidDeclaration(Diagnostic("wrong-type", f"A {type(send).__name__} has no time limit to change."))
    return with_timeout(timeout.total_seconds() if isinstance(timeout, timedelta) else timeout)


class Perform(Protocol):
    """Performs a flow and returns its result."""

    def __call__(self, flow: Flow[T], /) -> T: ...


class AsyncPerform(Protocol):
    """Performs a flow; its result is awaited."""

    def __call__(self, flow: Flow[T], /) -> Awaitable[T]: ...


class Pause(Exchange[None]):
    """Not a call: the flow waits. Whoever performs it sleeps as the policy says."""

    @property
    def seconds(self) -> float:
        """How long."""
        return float(self.path)


def pause(seconds: float) -> Flow[None]:
    """Wait *seconds*, in whatever way the performer waits."""
    yield Pause("Pause", "GET", str(seconds), lambda _: None)


def drive(flow: Flow[T], send: Send, policy: RetryPolicy) -> T:
    """Perform *flow* with a blocking *send*, and return its result."""
    try:
        exchange = next(flow)
        while True:
            answer = _perform(exchange, send, policy)
            exchange = flow.throw(answer) if isinstance(answer, ServiceError) else flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's return value is untyped


def _perform(exchange: Exchange[Any], send: Send, policy: RetryPolicy) -> Reply | ServiceError:
    """Return the reply to *exchange*, or the error that remains after what may be repeated was."""
    if isinstance(exchange, Pause):
        policy.sleep(exchange.seconds)
        return Reply(204, "")
    attempts = Attempts(policy, exchange)
    while True:
        paced = policy.limits.reserve(exchange.group, exchange.operation)
        if paced:
            policy.sleep(paced)
        try:
            reply = send(exchange)
            policy.limits.heard(exchange.group, exchange.operation, reply.headers)
            _logger.debug("%s %s: %d", exchange.operation, exchange.method, reply.status)
            if 200 <= reply.status < 300:
                policy.limits.went_well(exchange.group)
                return reply
            error = failure(exchange, reply)
        except ServiceError as lost:
            error = lost
        decision = attempts.after(error)
        if isinstance(decision, GiveUp):
            return decision.error
        if isinstance(decision, Reply):
            return decision
        _logger.info("%s %s: again in %.2f s", exchange.operation, exchange.method, decision)
        policy.sleep(decision)


async def adrive(flow: Flow[T], send: AsyncSend, policy: RetryPolicy) -> T:
    """Perform *flow* with an awaitable *send*, and return its result."""
    try:
        exchange = next(flow)
        while True:
            answer = await _aperform(exchange, send, policy)
            exchange = flow.throw(answer) if isinstance(answer, ServiceError) else flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's return value is untyped


async def _aperform(exchange: Exchange[Any], send: AsyncSend, policy: RetryPolicy) -> Reply | ServiceError:
    if isinstance(exchange, Pause):
        await policy.asleep(exchange.seconds)
        return Reply(204, "")
    attempts = Attempts(policy, exchange)
    while True:
        paced = policy.limits.reserve(exchange.group, exchange.operation)
        if paced:
            await policy.asleep(paced)
        try:
            reply = await send(exchange)
            policy.limits.heard(exchange.group, exchange.operation, reply.headers)
            _logger.debug("%s %s: %d", exchange.operation, exchange.method, reply.status)
            if 200 <= reply.status < 300:
                policy.limits.went_well(exchange.group)
                return reply
            error = failure(exchange, reply)
        except ServiceError as lost:
            error = lost
        decision = attempts.after(error)
        if isinstance(decision, GiveUp):
            return decision.error
        if isinstance(decision, Reply):
            return decision
        _logger.info("%s %s: again in %.2f s", exchange.operation, exchange.method, decision)
        await policy.asleep(decision)
