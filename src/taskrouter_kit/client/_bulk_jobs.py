"""Items of bulk work as jobs: what each does first, and what it does when it may have happened already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from taskrouter_kit._wire import UNSET, encode_attributes
from taskrouter_kit.client._bulk import Job
from taskrouter_kit.client._endpoints import TASKS, WORKERS, Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._flows import delete_one, fetch_one
from taskrouter_kit.client._names import Address, name_of
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._task_flows import create_task, lost_task, mark_of
from taskrouter_kit.client._worker_flows import save_worker, update_worker_channel
from taskrouter_kit.errors import NotFound
from taskrouter_kit.expr._schema import TaskAttributes
from taskrouter_kit.models._declare_parts import Worker
from taskrouter_kit.models._resources import TaskResource, WorkerResource


def worker_jobs(scope: Scope, workers: Iterable[Worker], *, update: bool) -> Iterator[Job[WorkerResource[Any]]]:
    """Yield a job for each declared worker: create it; with *update* bring one that is there up to date."""
    for worker in workers:

        def first(worker: Worker = worker) -> Flow[WorkerResource[Any]]:
            return _save(scope, worker, None)

        def again(worker: Worker = worker) -> Flow[WorkerResource[Any]]:
            return _create_or(scope, worker, update)

        yield Job(f"worker {worker.friendly_name.casefold()}", again if update else first, again)


def _save(scope: Scope, worker: Worker, sid: str | None) -> Flow[WorkerResource[Any]]:
    """Create (*sid* None) or update a worker, and set its capacities; its activity is set when it is created only."""
    activity: object = UNSET if worker.activity is None or sid is not None else worker.activity
    saved = yield from save_worker(
        scope, sid, activity, friendly_name=worker.friendly_name, attributes=worker.attributes
    )
    for channel, capacity in worker.capacity.items():
        yield from update_worker_channel(scope, ("Workers", WORKERS, saved), channel, capacity=capacity)
    return saved


def _create_or(scope: Scope, worker: Worker, update: bool) -> Flow[WorkerResource[Any]]:
    """Return the worker of that name: updated or as it is; created when there is none."""
    try:
        sid = yield from scope.sid(WORKERS, worker.friendly_name)
    except NotFound:
        return (yield from _save(scope, worker, None))
    if update:
        return (yield from _save(scope, worker, sid))
    return (yield from fetch_one(scope, WORKERS, sid))


def task_jobs(
    scope: Scope, tasks: Iterable[TaskAttributes | Mapping[str, Any]], workflow: Address, dedupe: str | None
) -> Iterator[Job[TaskResource[Any]]]:
    """Yield a job for each task; with *dedupe* one that may have been made is looked for."""
    for number, attributes in enumerate(tasks):

        def first(attributes: TaskAttributes | Mapping[str, Any] = attributes) -> Flow[TaskResource[Any]]:
            return create_task(scope, attributes, workflow, UNSET, dedupe)

        if dedupe is None:
            yield Job(f"task {number}", first, None)
            continue
        mark = (dedupe, mark_of(encode_attributes(attributes), dedupe))

        def again(attributes: Any = attributes, mark: tuple[str, str] = mark) -> Flow[TaskResource[Any]]:
            return _task_or(scope, attributes, workflow, mark)

        yield Job(f"task {mark[1]}", first, again)


def _task_or(scope: Scope, attributes: Any, workflow: Address, mark: tuple[str, str]) -> Flow[TaskResource[Any]]:
    found = yield from lost_task(scope, mark, TASKS)
    if found is not None:
        return found
    return (yield from create_task(scope, attributes, workflow, UNSET, mark[0]))


def delete_jobs(scope: Scope, endpoint: Endpoint[Any], addresses: Iterable[Address]) -> Iterator[Job[None]]:
    """Yield a job for each thing to delete; one that is gone already is done."""
    for address in addresses:

        def gone(address: Address = address) -> Flow[None]:
            return _delete_or(scope, endpoint, address)

        yield Job(f"delete {name_of(endpoint.noun, address)}", gone, gone)


def _delete_or(scope: Scope, endpoint: Endpoint[Any], address: Address) -> Flow[None]:
    try:
        yield from delete_one(scope, endpoint, address, None)
    except NotFound:
        return
