"""Items of bulk work as jobs: what each does first, and what it does when it may have happened already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import UNSET, encode_attributes
from taskrouter_kit.client._bulk import Job
from taskrouter_kit.client._bulk_kinds import Kind
from taskrouter_kit.client._endpoints import TASKS, Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._flex import delete_guarded, is_guarded
from taskrouter_kit.client._flows import delete_one, fetch_one, update_one
from taskrouter_kit.client._names import Address, as_compared, name_of, sid_in
from taskrouter_kit.client._scope import Scope, holds
from taskrouter_kit.client._task_flows import create_task, lost_task, mark_of
from taskrouter_kit.errors import InvalidDeclaration, NotFound, OutcomeUnknown
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.models._resources import TaskResource

D = TypeVar("D")


def declared_jobs(scope: Scope, kind: Kind[D], items: Iterable[D], *, update: bool) -> Iterator[Job[Any]]:
    """Yield a job for each declared thing: create it; with *update* bring one that is there up to date."""
    noun = kind.endpoint.noun.lower()
    for item in items:

        def first(item: D = item) -> Flow[Any]:
            return _create(scope, kind, item)

        def again(item: D = item) -> Flow[Any]:
            return _create_or(scope, kind, item, update)

        calls = 1 + update + kind.further_calls(item)
        key = f"{noun} {as_compared(kind.endpoint.noun, kind.name(item))}"
        yield Job(key, again if update else first, again, calls=calls, pace=kind.pace)


def _create(scope: Scope, kind: Kind[D], item: D) -> Flow[Any]:
    form = yield from kind.form(scope, item)
    if kind.at_birth is not None:
        form = {**form, **(yield from kind.at_birth(scope, item))}
    made = yield from scope.create(_reading(kind, item), form, group=kind.group)
    if kind.rest is not None:
        yield from kind.rest(scope, item, made)
    return made


def _create_or(scope: Scope, kind: Kind[D], item: D, update: bool) -> Flow[Any]:
    """Return the thing of that name: updated, or as it is when it is what was to be made; created if there is none."""
    name = kind.name(item)
    try:
        found = yield from fetch_one(scope, _reading(kind, item), name)
    except NotFound:
        return (yield from _create(scope, kind, item))
    if kind.check is not None:
        kind.check(item, found)
    form = yield from kind.form(scope, item)
    if not holds(form, found.raw):
        if not update:
            message = f"There is a {kind.endpoint.noun} {name!r} with other contents; ours or not, nobody can tell."
            raise OutcomeUnknown(Diagnostic("outcome-unknown", message, where=Where(path=found.sid)))
        found = yield from update_one(scope, _reading(kind, item), found, form, group=kind.group)
    if kind.rest is not None:
        yield from kind.rest(scope, item, found)
    return found


def _reading(kind: Kind[Any], item: object) -> Endpoint[Any]:
    """Return the collection of *kind*, its attributes read by the schema that *item* is written in."""
    attributes: object = getattr(item, "attributes", None)
    return kind.endpoint.reading(schema=type(attributes)) if isinstance(attributes, WorkerAttributes) else kind.endpoint


def change_jobs(
    scope: Scope, kind: Kind[Any], changes: Iterable[tuple[Address, Mapping[str, Any]]], known: Iterable[str]
) -> Iterator[Job[Any]]:
    """Yield a job for each (address, changes); doing it twice is doing it once. *known* are the names of changes."""
    allowed, seen = frozenset(known), dict[str, int]()
    noun = kind.endpoint.noun
    for address, values in changes:
        name = name_of(noun, address)
        seen[name] = number = seen.get(name, 0) + 1

        def change(address: Address = address, values: Mapping[str, Any] = values) -> Flow[Any]:
            return _change(scope, kind, address, values, allowed)

        calls = 1 if sid_in(noun, address) else 2
        key = f"update {noun.lower()} {name}" + (f" ({number})" if number > 1 else "")
        yield Job(key, change, change, calls=calls, pace=kind.pace)


def _change(
    scope: Scope, kind: Kind[Any], address: Address, values: Mapping[str, Any], allowed: frozenset[str]
) -> Flow[Any]:
    unknown = sorted(set(values) - allowed)
    if unknown:  # the service would say yes and do nothing
        noun = kind.endpoint.noun
        message = f"{noun} has no change called {', '.join(unknown)}."
        hint = f"it has {', '.join(sorted(allowed))}"
        raise InvalidDeclaration(Diagnostic("unknown-change", message, where=Where(path=noun), hint=hint))
    return (yield from kind.change(scope, address, **values))


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
    """Yield a job for each thing to delete; one that is gone already is done, one that Flex made is refused."""
    for address in addresses:

        def gone(address: Address = address) -> Flow[None]:
            return _delete_or(scope, endpoint, address)

        name = name_of(endpoint.noun, address)
        yield Job(f"delete {name}", gone, gone, calls=1 if sid_in(endpoint.noun, address) else 2)


def _delete_or(scope: Scope, endpoint: Endpoint[Any], address: Address) -> Flow[None]:
    try:
        if is_guarded(endpoint):
            yield from delete_guarded(scope, endpoint, address)
        else:
            yield from delete_one(scope, endpoint, address, None)
    except NotFound:
        return
