"""What every blocking collection stands on: a workspace, and something that performs flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Generic, TypeVar

from taskrouter_kit._wire import Unset
from taskrouter_kit.client._bulk import BulkOptions, Job
from taskrouter_kit.client._bulk_plan import BulkResults, claim, planned
from taskrouter_kit.client._bulk_run import run
from taskrouter_kit.client._drive import Send, drive, timed
from taskrouter_kit.client._endpoints import Endpoint
from taskrouter_kit.client._exchange import Field, Flow
from taskrouter_kit.client._flows import Below, walk_of
from taskrouter_kit.client._names import name_of
from taskrouter_kit.client._pages import Pager, Walk, Wanted
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.models._base import Resource

T = TypeVar("T")
R = TypeVar("R", bound=Resource)


class Performer:
    """Performs flows with one sender and one policy. Safe to share across threads as far as the sender is."""

    def __init__(self, send: Send, policy: RetryPolicy) -> None:
        self.send = send
        self.policy = policy

    def __call__(self, flow: Flow[T], /) -> T:
        """Perform *flow* and return its result."""
        return drive(flow, self.send, self.policy)

    def with_options(self, policy: RetryPolicy | None, timeout: float | timedelta | Unset | None) -> Performer:
        """Return the same performer with another policy, or another limit for one request."""
        return Performer(timed(self.send, timeout), policy or self.policy)

    def bulk(self, jobs: Iterable[Job[T]], options: BulkOptions | None, work: str) -> BulkResults[T]:
        """Do all *jobs*, several at a time; returns one result for each, in their order. *work* says what they are."""
        options = options or BulkOptions()
        if options.dry_run:
            return planned(jobs, options)
        claim(options.journal, work)
        return run(self.send, self.policy, jobs, options)


class Collection(Generic[R]):
    """One collection of a workspace, or (*below*) of one thing in it."""

    _endpoint: Endpoint[R]

    def __init__(self, perform: Performer, scope: Scope, below: Below | None = None) -> None:
        self._perform = perform
        self._scope = scope
        self._owner = below

    @property
    def _below(self) -> Below:
        """What this collection belongs to; only asked where it does belong to something."""
        if self._owner is None:
            raise TypeError(f"{type(self).__name__} stands on its own")
        return self._owner

    def _work(self, verb: str) -> str:
        """Return what bulk work of this collection is called."""
        workspace = name_of("Workspace", self._scope.address)
        return f"{verb} {self._endpoint.segment} of {workspace}"

    def _pager(
        self,
        query: Mapping[str, Field],
        *,
        limit: int | None,
        page_size: int | None,
        after: str | None,
        ahead: bool = False,
        keep: Callable[[Any], bool] | None = None,
        endpoint: Endpoint[Any] | None = None,
        group: str | None = None,
        **addresses: Any,  # Any: (endpoint, address) pairs, see walk_of
    ) -> Pager[Any]:  # Any: the caller's signature says of what
        chosen = self._endpoint if endpoint is None else endpoint

        def walk() -> Flow[Walk[Any]]:
            return walk_of(self._scope, chosen, query, group=group, below=self._owner, **addresses)

        wanted: Wanted[Any] = Wanted[Any].of(limit, page_size, after, ahead, keep)  # pyright: ignore[reportUnknownMemberType]
        return Pager(self._perform, walk, wanted)
