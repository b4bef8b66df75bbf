"""Bulk work under a cap, and what happens to it when the caller's own code fails in the middle. Both twins."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from taskrouter_kit import Worker
from taskrouter_kit.client import AsyncService, BulkOptions, Limits, RetryPolicy, Service
from taskrouter_kit.client._exchange import Exchange, Reply
from wire_fakes import WORKSPACE, answer, refusal, worker

CAP = 5


class Capped:
    """Takes so many creates at once and refuses the others; counts."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.refused = self.in_flight = self.most = 0
        self._lock = threading.Lock()

    def begin(self) -> Reply | None:
        with self._lock:
            self.most = max(self.most, self.in_flight + 1)
            if self.in_flight >= CAP:
                self.refused += 1
                return refusal(429, 20429)
            self.in_flight += 1
            return None

    def end(self, exchange: Exchange[Any]) -> Reply:
        with self._lock:
            self.in_flight -= 1
            self.names.append(str((exchange.form or {})["FriendlyName"]))
            return answer(201, worker(len(self.names), self.names[-1]))

    def send(self, exchange: Exchange[Any]) -> Reply:
        refused = self.begin()
        if refused is None:
            time.sleep(0.001)
        return refused or self.end(exchange)

    async def asend(self, exchange: Exchange[Any]) -> Reply:
        refused = self.begin()
        if refused is None:
            await asyncio.sleep(0.001)
        return refused or self.end(exchange)

    def blocking(self, workers: Any, options: BulkOptions | None = None) -> list[Any]:
        policy = RetryPolicy(random=lambda: 0.5, limits=Limits.off())
        return Service(self.send, policy).workspace(WORKSPACE).workers.create_many(workers, options)

    def awaited(self, workers: Any, options: BulkOptions | None = None) -> list[Any]:
        policy = RetryPolicy(random=lambda: 0.5, limits=Limits.off())
        live = AsyncService(self.asend, policy).workspace(WORKSPACE)
        return asyncio.run(asyncio.wait_for(live.workers.create_many(workers, options), 20))


Face = Callable[..., "list[Any]"]
FACES: list[Callable[[Capped], Face]] = [lambda service: service.blocking, lambda service: service.awaited]
TWINS = pytest.mark.parametrize("face", FACES, ids=["blocking", "asynchronous"])
WORKERS = [Worker(f"W{number}") for number in range(300)]


@TWINS
def test_everything_is_done_once_under_a_cap(face: Callable[[Capped], Face]):
    """No item is refused for good, and none is doubled. (How few are refused is seen on a counted clock.)"""
    service = Capped()
    results = face(service)(WORKERS)
    assert [each.ending for each in results] == ["done"] * 300
    assert sorted(service.names) == sorted(each.friendly_name for each in WORKERS)
    assert service.in_flight == 0


@TWINS
def test_items_that_fail_to_come_end_the_work(face: Callable[[Capped], Face]):
    """The error of the caller's iterator is raised; what was sent is answered, and nothing is sent after it."""

    def workers() -> Iterator[Worker]:
        yield from WORKERS[:20]
        raise LookupError("no more")

    service = Capped()
    with pytest.raises(LookupError, match=r"^no more$"):
        face(service)(workers())
    assert len(service.names) <= 20


@TWINS
def test_a_progress_callback_that_fails_ends_the_work(face: Callable[[Capped], Face]):
    """Its error is raised; nothing is begun after it, and nothing is left hanging."""

    def progress(ended: int, _: int | None) -> None:
        if ended == 10:
            raise LookupError("enough")

    service = Capped()
    with pytest.raises(LookupError, match=r"^enough$"):
        face(service)(WORKERS, BulkOptions(progress=progress))
    sent = len(service.names)
    time.sleep(0.01)
    assert len(service.names) == sent


@TWINS
def test_no_work_is_no_work(face: Callable[[Capped], Face]):
    """Nothing is sent, and nothing is waited for."""
    assert face(Capped())([]) == []


@TWINS
@pytest.mark.parametrize("most", [1, 3])
def test_never_more_are_in_flight_than_asked_for(face: Callable[[Capped], Face], most: int):
    """Below the service's cap nothing is refused."""
    service = Capped()
    results = face(service)(WORKERS[:30], BulkOptions(most=most))
    assert [each.index for each in results] == list(range(30))
    assert 1 <= service.most <= most
    assert service.refused == 0
