"""What every blocking collection stands on: a workspace, and something that performs flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from taskrouter_kit.client._drive import Send, drive
from taskrouter_kit.client._endpoints import Endpoint
from taskrouter_kit.client._exchange import Field, Flow
from taskrouter_kit.client._flows import delete_one, fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import Pager, Walk
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

    def __call__(self, flow: Flow[T]) -> T:
        """Perform *flow* and return its result."""
        return drive(flow, self.send, self.policy)


class Collection(Generic[R]):
    """One collection of a workspace."""

    _endpoint: Endpoint[R]

    def __init__(self, perform: Performer, scope: Scope, *below: str) -> None:
        self._perform = perform
        self._scope = scope
        self._below = below

    def _pager(
        self,
        query: Mapping[str, Field],
        *,
        limit: int | None,
        page_size: int | None,
        after: str | None,
        endpoint: Endpoint[Any] | None = None,
        group: str | None = None,
    ) -> Pager[Any]:  # Any: the caller's signature says of what
        chosen = self._endpoint if endpoint is None else endpoint

        def walk() -> Walk[Any]:
            return self._perform(self._scope.inside(chosen, *self._below)).walk(query, group=group)

        perform = self._perform
        return Pager(lambda exchange: perform(iter(exchange)), walk, limit=limit, page_size=page_size, after=after)

    def _fetch(self, address: Address, endpoint: Endpoint[R] | None = None) -> R:
        chosen = self._endpoint if endpoint is None else endpoint
        return self._perform(fetch_one(self._scope, chosen, address))

    def _delete(self, address: Address, if_match: str | None = None) -> None:
        self._perform(delete_one(self._scope, self._endpoint, address, if_match))
        self._scope.names.forget(self._endpoint.noun, address if isinstance(address, str) else "")
