"""Handlers against the clock: bounded threads, deadlines, and what remains of one that is late.

A handler that hangs keeps its slot until it ends; when all slots are taken, callers are told at once. A handler that
ends by what is no ordinary exception ends nobody but itself.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import queue
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TimedOut
from contextvars import copy_context
from typing import Any, TypeVar, cast

V = TypeVar("V")

#: Seconds after which a thread without work ends.
_IDLE = 30.0


class Exhausted(Exception):
    """Every slot is taken by handlers that have not ended."""


class Late(Exception):
    """A handler had not answered when its time was over."""


class Stopped(Exception):
    """A handler ended by what is no ordinary exception: ``sys.exit()``, or its own cancellation. See its cause."""


def contained(work: Callable[[], V]) -> V:
    """Return what *work* returns; raise :class:`Stopped` for what would end its caller. Ctrl-C still does."""
    try:
        return work()
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise Stopped from error


class Slots:
    """At most *size* pieces of work at the same time, on threads that do not keep the process alive.

    With *size* None they run where they are started, however long they take.
    """

    def __init__(self, size: int | None) -> None:
        self._free = None if size is None else threading.BoundedSemaphore(size)
        self._idle: list[_Runner] = []

    def start(self, work: Callable[[], V], *, patience: float = 0.0) -> Future[V]:
        """Start *work*; wait at most *patience* seconds for a slot, then raise :class:`Exhausted`.

        It sees the context variables of its caller: the number of a request in its log lines, a span of a trace.
        """
        future: Future[V] = Future()
        future.set_running_or_notify_cancel()
        free = self._free
        if free is None:
            try:
                future.set_result(contained(work))
            except Exception as error:  # noqa: BLE001  # whoever waits gets it
                future.set_exception(error)
            return future
        if not (free.acquire(timeout=patience) if patience > 0 else free.acquire(blocking=False)):
            raise Exhausted

        context = copy_context()

        def job(runner: _Runner) -> None:
            settle = context.run(_outcome, future, work)
            free.release()  # before whoever waits is told: the next piece of work may be theirs
            settle()
            self._idle.append(runner)

        try:
            self._runner().jobs.put(job)
        except RuntimeError:  # the system has no thread left
            free.release()
            raise Exhausted from None
        return future

    def _runner(self) -> _Runner:
        while self._idle:
            try:
                runner = self._idle.pop()
            except IndexError:  # another caller was faster
                break
            if runner.thread.is_alive():  # a fork leaves its threads behind
                return runner
        return _Runner(self._idle)


def _outcome(future: Future[V], work: Callable[[], V]) -> Callable[[], None]:
    """Do *work*, and return what tells *future* how it ended."""
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  # whoever waits gets it
        return functools.partial(future.set_exception, error)
    except BaseException as error:  # noqa: BLE001  # a handler ends itself, never whoever waits for it
        stopped = Stopped()
        stopped.__cause__ = error
        return functools.partial(future.set_exception, stopped)
    return functools.partial(future.set_result, result)


class _Runner:
    """A thread that does one piece of work after the other, and ends when there was none for a while."""

    def __init__(self, idle: list[_Runner]) -> None:
        self.jobs: queue.SimpleQueue[Callable[[_Runner], None]] = queue.SimpleQueue()
        self._idle = idle
        self.thread = threading.Thread(target=self._run, name="taskrouter-kit-handler", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while True:
            try:
                self.jobs.get(timeout=_IDLE)(self)
            except queue.Empty:  # noqa: PERF203  # that is how it ends
                try:
                    self._idle.remove(self)
                except ValueError:  # it was just taken for a piece of work, which comes
                    continue
                return


def finished(result: V | Awaitable[V]) -> V:
    """Return *result*; an awaitable is run to its end in a loop of its own."""
    if not inspect.isawaitable(result):
        return result

    async def wait() -> V:
        return await cast("Awaitable[V]", result)

    return asyncio.run(wait())


def within(future: Future[V], seconds: float) -> V:
    """Return what *future* yields within *seconds*, or raise :class:`Late`."""
    try:
        return future.result(max(0.0, seconds))
    except TimedOut:
        if not future.done():
            raise Late from None
        return future.result()  # it came at the last moment, or this is an exception of the handler's own


_running: set[asyncio.Future[Any]] = set()  # Any: results that nobody may wait for any more


async def awithin(awaitable: Awaitable[V], seconds: float | None = None, *, cancel: bool = False) -> V:
    """Return what *awaitable* yields within *seconds*, or raise :class:`Late` and leave it (or *cancel* it)."""
    task: asyncio.Future[V] = asyncio.ensure_future(_acontained(awaitable))
    _running.add(task)  # the loop itself would forget it
    task.add_done_callback(_forget)
    done, _ = await asyncio.wait({task}, timeout=None if seconds is None else max(0.0, seconds))
    if done:
        if task.cancelled():
            raise Stopped from asyncio.CancelledError()
        return task.result()
    if cancel:
        task.cancel()
    raise Late


async def _acontained(awaitable: Awaitable[V]) -> V:
    """Do what :func:`contained` does: in a task, ``sys.exit()`` ends the loop, and with it the server."""
    try:
        return await awaitable
    except (Exception, KeyboardInterrupt, asyncio.CancelledError):
        raise
    except BaseException as error:
        raise Stopped from error


def _forget(task: asyncio.Future[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # retrieved: it is late, and was reported as such
