"""Many of one kind at a time: created, updated, brought up to date or deleted; one result each, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from taskrouter_kit.client._bulk import BulkOptions
from taskrouter_kit.client._bulk_jobs import change_jobs, declared_jobs, delete_jobs
from taskrouter_kit.client._bulk_kinds import Kind
from taskrouter_kit.client._bulk_plan import BulkResults
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._sync._performing import Collection
from taskrouter_kit.models._base import Resource

R = TypeVar("R", bound=Resource)
D = TypeVar("D")
C = TypeVar("C", bound=Mapping[str, Any])  # Any: a TypedDict of changes


class Changing(Collection[R], Generic[R, C]):
    """A collection whose things can be changed and deleted many at a time."""

    _kind: Kind[Any]
    _changes: type[C]

    def update_many(self, changes: Iterable[tuple[Address, C]], options: BulkOptions | None = None) -> BulkResults[R]:
        """Update things, several at a time: each is a name, SID or object, and the keywords of :meth:`update`."""
        jobs = change_jobs(self._scope, self._kind, changes, self._changes.__annotations__)
        return self._perform.bulk(jobs, options, self._work("update"))

    def delete_many(self, addresses: Iterable[Address], options: BulkOptions | None = None) -> BulkResults[None]:
        """Delete things, several at a time; one that is gone already is done, one that Flex made is refused."""
        jobs = delete_jobs(self._scope, self._endpoint, addresses)
        return self._perform.bulk(jobs, options, self._work("delete"))


class Declaring(Changing[R, C], Generic[R, C, D]):
    """A collection whose things are declared, and can be created many at a time."""

    def create_many(self, items: Iterable[D], options: BulkOptions | None = None) -> BulkResults[R]:
        """Create declared things, several at a time; one result each, in order, errors beside it.

        With ``BulkOptions(journal=…)`` a run that was killed is started again and does nothing twice.
        """
        jobs = declared_jobs(self._scope, self._kind, items, update=False)
        return self._perform.bulk(jobs, options, self._work("create"))

    def upsert_many(self, items: Iterable[D], options: BulkOptions | None = None) -> BulkResults[R]:
        """Create the declared things that are missing, and bring the others (by name) up to date."""
        jobs = declared_jobs(self._scope, self._kind, items, update=True)
        return self._perform.bulk(jobs, options, self._work("upsert"))
