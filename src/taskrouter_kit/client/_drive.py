"""Performing flows: the only place where sync and async differ.

``send`` performs one exchange and returns its reply, whatever its status. What is no success becomes an error that is
thrown into the flow, so that a flow can handle it where it asked; what is safe to repeat is repeated first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from taskrouter_kit.client._exchange import Exchange, Flow, Reply
from taskrouter_kit.client._failures import failure
from taskrouter_kit.client._retry import Attempts, GiveUp, RetryPolicy
from taskrouter_kit.errors import ServiceError

T = TypeVar("T")

# Any: each exchange decodes to a type of its own
Send: TypeAlias = Callable[[Exchange[Any]], Reply]
AsyncSend: TypeAlias = Callable[[Exchange[Any]], Awaitable[Reply]]


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
    attempts = Attempts(policy, exchange)
    while True:
        try:
            reply = send(exchange)
            if 200 <= reply.status < 300:
                return reply
            error = failure(exchange, reply)
        except ServiceError as lost:
            error = lost
        decision = attempts.after(error)
        if isinstance(decision, GiveUp):
            return decision.error
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
    attempts = Attempts(policy, exchange)
    while True:
        try:
            reply = await send(exchange)
            if 200 <= reply.status < 300:
                return reply
            error = failure(exchange, reply)
        except ServiceError as lost:
            error = lost
        decision = attempts.after(error)
        if isinstance(decision, GiveUp):
            return decision.error
        await policy.asleep(decision)
