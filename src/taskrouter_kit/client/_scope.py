"""One workspace as flows see it: where its collections lie, and the names looked up in it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from taskrouter_kit._sids import PREFIXES, looks_like_sid
from taskrouter_kit.client._endpoints import WORKSPACES, Endpoint
from taskrouter_kit.client._exchange import Exchange, Field, Flow
from taskrouter_kit.client._names import Address, Names, name_of, resolve
from taskrouter_kit.errors import NotFound
from taskrouter_kit.models._base import Resource

T = TypeVar("T")
R = TypeVar("R", bound=Resource)


class Scope:
    """A workspace by SID, name or object, resolved at the first call."""

    def __init__(self, workspace: Address) -> None:
        self.address = workspace
        self.names = Names()
        self._root = Names()

    def workspace_sid(self) -> Flow[str]:
        """Return the workspace's SID."""
        return (yield from resolve(WORKSPACES, self._root, self.address))

    def inside(self, endpoint: Endpoint[R], *below: str) -> Flow[Endpoint[R]]:
        """Return *endpoint* of this workspace (below *below* of it)."""
        workspace = yield from self.workspace_sid()
        return endpoint.at("Workspaces", workspace, *below)

    def sid(self, endpoint: Endpoint[Any], address: Address) -> Flow[str]:
        """Return the SID of the thing at *address* in this workspace."""
        there = yield from self.inside(endpoint)
        return (yield from resolve(there, self.names, address))

    def one(self, endpoint: Endpoint[R], address: Address, act: Callable[[Endpoint[R], str], Exchange[T]]) -> Flow[T]:
        """Do *act* to the thing at *address*; a remembered SID that is gone is looked up once more."""
        there = yield from self.inside(endpoint)
        sid = yield from resolve(there, self.names, address)
        try:
            return (yield from act(there, sid))
        except NotFound:
            self.names.forget(endpoint.noun, sid)
            if looks_like_sid(name_of(endpoint.noun, address), PREFIXES[endpoint.noun]):
                raise
            again = yield from resolve(there, self.names, address, fresh=True)
            if again == sid:
                raise
            return (yield from act(there, again))

    def create(self, endpoint: Endpoint[R], form: Mapping[str, Field], *, group: str | None = None) -> Flow[R]:
        """Create a thing in this workspace."""
        there = yield from self.inside(endpoint)
        return (yield from there.create(form, group=group))
