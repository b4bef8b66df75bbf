"""Doing bulk work: in threads for the blocking face, in tasks for the asynchronous one. Results come in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from attrs import evolve

from taskrouter_kit.client._bulk import BulkOptions, BulkResult, Concurrency, Job, Journal, begin, ended
from taskrouter_kit.client._drive import AsyncSend, Send, adrive, drive
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.errors import TaskRouterKitError

T = TypeVar("T")

#: In bulk a refused request waits little: its slot is the scarce thing.
_ATTEMPTS, _BASE, _CAP = 12, 0.05, 30.0


def patient(policy: RetryPolicy) -> RetryPolicy:
    """Return *policy* with the persistence that bulk work needs."""
    return evolve(policy, attempts=max(policy.attempts, _ATTEMPTS), base=min(policy.base, _BASE), cap=_CAP)


def run(send: Send, policy: RetryPolicy, jobs: Iterable[Job[T]], options: BulkOptions) -> list[BulkResult[T]]:
    """Do all *jobs*; returns one result for each, in their order."""
    control, journal = Concurrency(options.most), Journal(options.journal)
    results: dict[int, BulkResult[T]] = {}
    total = len(jobs) if isinstance(jobs, list) else None

    def counted(exchange: Exchange[Any]) -> Reply:
        round_ = control.sending()
        reply = send(exchange)
        control.refused(round_) if reply.status == 429 else control.answered()
        return reply

    def do(index: int, job: Job[T]) -> BulkResult[T]:
        flow = begin(journal, index, job)
        if isinstance(flow, BulkResult):
            return flow
        outcome: object
        try:
            outcome = drive(flow, counted, patient(policy))
        except TaskRouterKitError as error:
            outcome = error
        return ended(journal, index, job, outcome)

    def collect(finished: Iterable[Future[BulkResult[T]]]) -> None:
        for each in finished:
            result = each.result()
            results[result.index] = result
            if options.progress is not None:
                options.progress(len(results), total)

    try:
        with ThreadPoolExecutor(options.most, "taskrouter-bulk") as pool:
            pending: set[Future[BulkResult[T]]] = set()
            for index, job in enumerate(jobs):
                while len(pending) >= control.allowed:
                    finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                    collect(finished)
                pending.add(pool.submit(do, index, job))
            collect(wait(pending).done)
    finally:
        journal.close()
    return list(_in_order(results))


async def arun(
    send: AsyncSend, policy: RetryPolicy, jobs: Iterable[Job[T]], options: BulkOptions
) -> list[BulkResult[T]]:
    """Do all *jobs*; returns one result for each, in their order."""
    control, journal = Concurrency(options.most), Journal(options.journal)
    results: dict[int, BulkResult[T]] = {}
    total = len(jobs) if isinstance(jobs, list) else None

    async def counted(exchange: Exchange[Any]) -> Reply:
        round_ = control.sending()
        reply = await send(exchange)
        control.refused(round_) if reply.status == 429 else control.answered()
        return reply

    async def do(index: int, job: Job[T]) -> BulkResult[T]:
        flow = begin(journal, index, job)
        if isinstance(flow, BulkResult):
            return flow
        outcome: object
        try:
            outcome = await adrive(flow, counted, patient(policy))
        except TaskRouterKitError as error:
            outcome = error
        return ended(journal, index, job, outcome)

    def collect(finished: Iterable[asyncio.Task[BulkResult[T]]]) -> None:
        for each in finished:
            result = each.result()
            results[result.index] = result
            if options.progress is not None:
                options.progress(len(results), total)

    pending: set[asyncio.Task[BulkResult[T]]] = set()
    try:
        for index, job in enumerate(jobs):
            while len(pending) >= control.allowed:
                finished, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                collect(finished)
            pending.add(asyncio.ensure_future(do(index, job)))
        if pending:
            collect((await asyncio.wait(pending))[0])
    finally:
        for each in pending:
            each.cancel()
        journal.close()
    return list(_in_order(results))


def _in_order(results: dict[int, BulkResult[T]]) -> Iterator[BulkResult[T]]:
    return (results[index] for index in sorted(results))
