"""Doing bulk work: in threads for the blocking face, in tasks for the asynchronous one. Results come in order.

Each thread or task does one job after the other. A job is begun when its first request may be sent; a request after
that (a retry, a second step) waits for its turn.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from attrs import evolve

from taskrouter_kit.client._bulk import BulkOptions, BulkResult, Job, Journal, begin, ended
from taskrouter_kit.client._bulk_plan import BulkResults
from taskrouter_kit.client._concurrency import Concurrency, Ticket
from taskrouter_kit.client._drive import AsyncSend, Send, adrive, drive
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.errors import ServiceError, TaskRouterKitError

T = TypeVar("T")

#: In bulk a refused request waits little: its slot is the scarce thing.
_ATTEMPTS, _BASE, _CAP = 12, 0.05, 30.0


def patient(policy: RetryPolicy) -> RetryPolicy:
    """Return *policy* with the persistence that bulk work needs."""
    return evolve(policy, attempts=max(policy.attempts, _ATTEMPTS), base=min(policy.base, _BASE), cap=_CAP)


class _Work(Generic[T]):
    """The jobs that are left, and what became of the others; whoever asked is told of each."""

    def __init__(self, jobs: Iterable[Job[T]], options: BulkOptions) -> None:
        self.journal = Journal(options.journal)
        self._total = len(jobs) if isinstance(jobs, list) else None
        self.workers = options.most if self._total is None else min(options.most, self._total)
        self._progress = options.progress
        self._left = enumerate(jobs)
        self._found: dict[int, BulkResult[T]] = {}
        self._stopped = False
        self._lock = threading.Lock()

    def next(self) -> tuple[int, Job[T]] | None:
        """Return the next job and its place, or None at the end. Safe across threads."""
        with self._lock:
            return None if self._stopped else next(self._left, None)

    def stop(self) -> None:
        """Begin no other job."""
        self._stopped = True

    def add(self, result: BulkResult[T]) -> None:
        self._found[result.index] = result
        if self._progress is not None:
            self._progress(len(self._found), self._total)

    def in_order(self) -> BulkResults[T]:
        return BulkResults(self._found[index] for index in sorted(self._found))


class _Gate:
    """Lets as many threads through as there may be requests in flight."""

    def __init__(self, most: int) -> None:
        self._control = Concurrency(most)
        self._changed = threading.Condition()

    def enter(self) -> Ticket:
        with self._changed:
            while (ticket := self._control.take()) is None:
                self._changed.wait()
            return ticket

    def leave(self, ticket: Ticket, status: int | None) -> None:
        with self._changed:
            self._control.returned(ticket, status)
            self._changed.notify_all()


def run(send: Send, policy: RetryPolicy, jobs: Iterable[Job[T]], options: BulkOptions) -> BulkResults[T]:
    """Do all *jobs*; returns one result for each, in their order."""
    gate, policy = _Gate(options.most), patient(policy)
    work: _Work[T] = _Work(jobs, options)
    finished: SimpleQueue[BulkResult[T] | BaseException | None] = SimpleQueue()

    def worker() -> None:
        held: list[Ticket] = []

        def gated(exchange: Exchange[Any]) -> Reply:
            if not held:
                held.append(gate.enter())
            try:
                reply = send(exchange)
            except ServiceError:
                gate.leave(held.pop(), None)
                raise
            gate.leave(held.pop(), reply.status)
            return reply

        try:
            while True:
                if not held:
                    held.append(gate.enter())
                if (following := work.next()) is None:
                    return
                finished.put(attempt(*following, gated))
        except BaseException as error:  # noqa: BLE001  # it is raised where the work was started
            work.stop()
            finished.put(error)
        finally:
            for ticket in held:
                gate.leave(ticket, None)
            finished.put(None)

    def attempt(index: int, job: Job[T], gated: Send) -> BulkResult[T]:
        flow = begin(work.journal, index, job)
        if isinstance(flow, BulkResult):
            return flow
        outcome: object
        try:
            outcome = drive(flow, gated, policy)
        except TaskRouterKitError as error:
            outcome = error
        return ended(work.journal, index, job, outcome)

    try:
        with ThreadPoolExecutor(max(1, work.workers), "taskrouter-bulk") as pool:
            try:
                running = [pool.submit(worker) for _ in range(work.workers)]
                ending = 0
                while ending < len(running):
                    result = finished.get()
                    if isinstance(result, BaseException):
                        raise result
                    if result is None:
                        ending += 1
                    else:
                        work.add(result)
            finally:
                work.stop()
    finally:
        work.journal.close()
    return work.in_order()


class _AsyncGate:
    """Lets as many tasks through as there may be requests in flight; one that has begun goes before a new one.

    Who has just been answered goes on at once where it may: waking another would cost a turn of the loop.
    """

    def __init__(self, most: int) -> None:
        self._control = Concurrency(most)
        self._begun: deque[asyncio.Future[Ticket]] = deque()
        self._idle: deque[asyncio.Future[Ticket]] = deque()

    async def enter(self, *, new: bool = False) -> Ticket:
        ticket = None if self._begun else self._control.take()
        if ticket is None:
            turn: asyncio.Future[Ticket] = asyncio.get_running_loop().create_future()
            (self._idle if new else self._begun).append(turn)
            return await turn
        if self._idle:
            self._wake(self._idle)
        return ticket

    def leave(self, ticket: Ticket, status: int | None, *, last: bool = False) -> None:
        self._control.returned(ticket, status)
        self._wake(self._begun)
        if last:
            self._wake(self._idle)

    def _wake(self, waiting: deque[asyncio.Future[Ticket]]) -> None:
        while waiting:
            if waiting[0].done():  # given up
                waiting.popleft()
            elif (free := self._control.take()) is None:
                return
            else:
                waiting.popleft().set_result(free)


async def arun(send: AsyncSend, policy: RetryPolicy, jobs: Iterable[Job[T]], options: BulkOptions) -> BulkResults[T]:
    """Do all *jobs*; returns one result for each, in their order."""
    gate, policy = _AsyncGate(options.most), patient(policy)
    work: _Work[T] = _Work(jobs, options)

    async def worker() -> None:
        held: list[Ticket] = []

        async def gated(exchange: Exchange[Any]) -> Reply:
            if not held:
                held.append(await gate.enter())
            try:
                reply = await send(exchange)
            except ServiceError:
                gate.leave(held.pop(), None)
                raise
            gate.leave(held.pop(), reply.status)
            return reply

        try:
            while True:
                if not held:
                    held.append(await gate.enter(new=True))
                if (following := work.next()) is None:
                    return
                work.add(await attempt(*following, gated))
        except BaseException:
            work.stop()
            raise
        finally:
            for ticket in held:
                gate.leave(ticket, None, last=True)

    async def attempt(index: int, job: Job[T], gated: AsyncSend) -> BulkResult[T]:
        flow = begin(work.journal, index, job)
        if isinstance(flow, BulkResult):
            return flow
        outcome: object
        try:
            outcome = await adrive(flow, gated, policy)
        except TaskRouterKitError as error:
            outcome = error
        return ended(work.journal, index, job, outcome)

    running = [asyncio.ensure_future(worker()) for _ in range(work.workers)]
    try:
        await asyncio.gather(*running)
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        work.journal.close()
    return work.in_order()
