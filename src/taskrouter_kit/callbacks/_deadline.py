"""Handlers against the clock: bounded threads, deadlines, and what remains of one that is late.

A handler that hangs keeps its slot until it ends; when all slots are taken, callers are told at once.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, wait
from datetime import timedelta
from typing import Any, TypeVar, cast

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidDeclaration

V = TypeVar("V")


class Exhausted(Exception):
    """Every slot is taken by handlers that have not ended."""


class Late(Exception):
    """A handler had not answered when its time was over."""


class Stopped(Exception):
    """A handler ended by what is no ordinary exception: ``sys.exit()``, or its own cancellation."""


class Slots:
    """At most *size* handlers at the same time, each on a thread of its own that does not keep the process alive.

    With *size* None they run where they are started, however long they take.
    """

    def __init__(self, size: int | None) -> None:
        self._free = None if size is None else threading.BoundedSemaphore(size)

    def start(self, work: Callable[[], V], *, patience: float = 0.0) -> Future[V]:
        """Start *work*; wait at most *patience* seconds for a slot, then raise :class:`Exhausted`."""
        free = self._free
        if free is not None and not (free.acquire(timeout=patience) if patience > 0 else free.acquire(blocking=False)):
            raise Exhausted
        future: Future[V] = Future()
        future.set_running_or_notify_cancel()

        def run() -> None:
            try:
                try:
                    result = work()
                except Exception as error:  # noqa: BLE001  # whoever waits gets it
                    future.set_exception(error)
                except BaseException as error:  # noqa: BLE001  # a handler ends itself, never whoever waits for it
                    stopped = Stopped(type(error).__name__)
                    stopped.__cause__ = error
                    future.set_exception(stopped)
                else:
                    future.set_result(result)
            finally:
                if free is not None:
                    free.release()

        if free is None:
            run()
            return future
        try:
            threading.Thread(target=run, name="taskrouter-kit-handler", daemon=True).start()
        except RuntimeError:  # the system has no thread left
            free.release()
            raise Exhausted from None
        return future


def finished(result: V | Awaitable[V]) -> V:
    """Return *result*; an awaitable is run to its end in a loop of its own."""
    if not inspect.isawaitable(result):
        return result

    async def wait() -> V:
        return await cast("Awaitable[V]", result)

    return asyncio.run(wait())


def within(future: Future[V], seconds: float) -> V:
    """Return what *future* yields within *seconds*, or raise :class:`Late`."""
    done, _ = wait([future], timeout=max(0.0, seconds))
    if not done:
        raise Late
    return future.result()


_abandoned: set[asyncio.Future[Any]] = set()  # Any: results that nobody waits for


async def awithin(awaitable: Awaitable[V], seconds: float, *, cancel: bool) -> V:
    """Return what *awaitable* yields within *seconds*, or raise :class:`Late` and leave it (or *cancel* it)."""
    task: asyncio.Future[V] = asyncio.ensure_future(awaitable)
    done, _ = await asyncio.wait({task}, timeout=max(0.0, seconds))
    if done:
        if task.cancelled():
            raise Stopped("CancelledError")
        return task.result()
    _abandoned.add(task)
    task.add_done_callback(_forget)
    if cancel:
        task.cancel()
    raise Late


def _forget(task: asyncio.Future[Any]) -> None:
    _abandoned.discard(task)
    if not task.cancelled():
        task.exception()  # retrieved: it is late, and was reported as such


def seconds_below(value: float | timedelta, limit: float, name: str) -> float:
    """Return *value* in seconds; raises :class:`InvalidDeclaration` unless it is between 0 and *limit*."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if not 0 < seconds < limit:
        raise InvalidDeclaration(
            Diagnostic(
                "invalid-deadline",
                f"{name} is more than 0 and less than {limit:g} seconds, when the service gives up; got {seconds:g}.",
            )
        )
    return seconds
