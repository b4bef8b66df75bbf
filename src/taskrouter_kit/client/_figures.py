"""Statistics and events: the exchanges that read them, with the period they are asked for."""

# Documented: resources.md section 12

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import UNSET, Json, Unset
from taskrouter_kit.client._endpoints import TASK_CHANNELS, TASK_QUEUES, Endpoint, read_json
from taskrouter_kit.client._exchange import Exchange, Field, Flow, Reply, path
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Page, Walk, read_page
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._base import Meta
from taskrouter_kit.models._statistics import BulkRealTimeStatistics, EventResource, Figures, Statistics, read_figures

S = TypeVar("S", bound=Figures)

EVENTS = Endpoint("Event", "Events", "events", EventResource)

#: Most queues of one bulk request.
# Documented: limits-errors-gotchas.md section 2
MOST_QUEUES = 50
BULK_STATISTICS = "bulk-statistics"


def period(
    minutes: int | timedelta | Unset,
    start_date: datetime | Unset,
    end_date: datetime | Unset,
    split_by_wait_time: Sequence[int] | Unset = UNSET,
    **more: object,
) -> dict[str, Field]:
    """Return the fields of a period; *minutes* back from now, or from *start_date* to *end_date* (aware datetimes).

    Raises :class:`InvalidDeclaration` for a time that is no whole number of minutes: the service counts no others.
    """
    if isinstance(minutes, timedelta):
        whole, rest = divmod(minutes, timedelta(minutes=1))
        if rest:
            message = f"minutes: the service counts whole minutes; got {minutes}"
            raise InvalidDeclaration(Diagnostic("unsendable-value", message, where=Where(path="minutes")))
        minutes = whole
    if isinstance(split_by_wait_time, Unset):
        split: object = UNSET
    else:
        split = ",".join(str(each) for each in split_by_wait_time)
    return fields(minutes=minutes, start_date=start_date, end_date=end_date, split_by_wait_time=split, **more)


def figures(
    scope: Scope,
    operation: str,
    cls: type[S],
    query: Mapping[str, Field],
    *segments: str,
    of: tuple[Endpoint[Any], Address] | None = None,
    channel: Address | Unset = UNSET,
    **addresses: tuple[Endpoint[Any], Address | Unset],
) -> Flow[S]:
    """Read the statistics of the workspace, or (*of*) of one thing in it."""
    workspace = yield from scope.workspace_sid()
    asked = dict(query)
    for name, (kind, wanted) in {**addresses, "task_channel": (TASK_CHANNELS, channel)}.items():
        if wanted is not UNSET:
            asked |= fields(**{name: (yield from scope.sid(kind, wanted))})

    def read(*above: str) -> Flow[S]:
        exchange: Exchange[S] = Exchange(
            operation,
            "GET",
            path("Workspaces", workspace, *above, *segments),
            decode=lambda reply: _read(exchange, cls, reply),
            query=asked,
        )
        return iter(exchange)

    if of is None:
        return (yield from read())
    endpoint, address = of
    return (yield from scope.at(endpoint, address, lambda sid: read(endpoint.segment, sid)))


def _read(exchange: Exchange[Any], cls: type[S], reply: Reply) -> S:
    return read_figures(cls, read_json(exchange, reply), Meta(reply.status, reply.headers))


def bulk(scope: Scope, queues: Sequence[Address]) -> Flow[BulkRealTimeStatistics]:
    """Read the real-time statistics of 1 to 50 queues at once."""
    if not 1 <= len(queues) <= MOST_QUEUES:
        message = f"Bulk statistics take 1 to {MOST_QUEUES} queues; got {len(queues)}."
        raise InvalidDeclaration(Diagnostic("too-many-queues", message))
    workspace = yield from scope.workspace_sid()
    sids: list[str] = []
    for queue in queues:
        sids.append((yield from scope.sid(TASK_QUEUES, queue)))  # noqa: PERF401  (no yield in a comprehension)
    exchange: Exchange[BulkRealTimeStatistics] = Exchange(
        "CreateTaskQueueBulkRealTimeStatistics",
        "POST",
        path("Workspaces", workspace, "TaskQueues", "RealTimeStatistics"),
        decode=lambda reply: _read(exchange, BulkRealTimeStatistics, reply),
        json={"queueSids": list[Json](sids)},
        group=BULK_STATISTICS,
    )
    return (yield from exchange)


def queues_statistics(scope: Scope, query: Mapping[str, Field], channel: Address | Unset) -> Flow[Walk[Statistics]]:
    """Describe a walk over the statistics of all queues."""
    workspace = yield from scope.workspace_sid()
    asked = dict(query)
    if channel is not UNSET:
        asked |= fields(task_channel=(yield from scope.sid(TASK_CHANNELS, channel)))
    operation = "ListTaskQueuesStatistics"
    where = path("Workspaces", workspace, "TaskQueues", "Statistics")

    def first(extra: Mapping[str, Field]) -> Exchange[Page[Statistics]]:
        exchange: Exchange[Page[Statistics]] = Exchange(
            operation, "GET", where, decode=lambda reply: read(exchange, reply), query={**asked, **extra}
        )
        return exchange

    def all_figures(items: list[Json]) -> list[Statistics]:
        return [read_figures(Statistics, item) for item in items]

    def read(exchange: Exchange[Any], reply: Reply) -> Page[Statistics]:
        payload = read_json(exchange, reply)
        return read_page(payload, "task_queues_statistics", all_figures, operation, reply)

    return Walk(first, operation)
