"""Procedures of several calls, as generators: names resolved, then the call; what every collection needs.

They are what both faces perform; tests drive them with a list of replies. The verbs of one kind of thing lie beside:
``_task_flows``, ``_worker_flows``, ``_routing_flows``, ``_workspace_flows``, ``_attributes``, ``_instructing``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._endpoints import Endpoint
from taskrouter_kit.client._exchange import Exchange, Field, Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._names import Address, name_of
from taskrouter_kit.client._names import below as below_name
from taskrouter_kit.client._pages import Walk
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.models._base import Resource

R = TypeVar("R", bound=Resource)

#: What a collection belongs to: its path segment, what kind it is, and which one.
Below: TypeAlias = "tuple[str, Endpoint[Any], Address]"


def fetch_one(scope: Scope, endpoint: Endpoint[R], address: Address) -> Flow[R]:
    """Read the thing at *address*."""

    def act(there: Endpoint[R], sid: str) -> Exchange[R]:
        return there.fetch(sid)

    return scope.one(endpoint, address, act)


def update_one(
    scope: Scope,
    endpoint: Endpoint[R],
    address: Address,
    form: Mapping[str, Field],
    *,
    if_match: str | None = None,
    group: str | None = None,
) -> Flow[R]:
    """Update the thing at *address*; only if it still has version *if_match*, where one is given.

    A thing that is renamed is remembered by its new name, and its old one may be another's.
    """

    def act(there: Endpoint[R], sid: str) -> Exchange[R]:
        return there.update(sid, form, if_match=if_match, group=group)

    updated = yield from scope.one(endpoint, address, act)
    name, sid = form.get("FriendlyName"), updated.raw.get("sid")
    if isinstance(name, str) and isinstance(sid, str) and endpoint.noun != "TaskChannel":
        scope.names.forget(endpoint.noun, sid)
        scope.names.remember(endpoint.noun, name, sid)
    return updated


def delete_one(scope: Scope, endpoint: Endpoint[Any], address: Address, if_match: str | None) -> Flow[None]:
    """Delete the thing at *address*; only if it still has version *if_match*, where one is given."""

    def act(there: Endpoint[Any], sid: str) -> Exchange[None]:
        return there.delete(sid, if_match=if_match)

    yield from scope.one(endpoint, address, act)
    scope.names.forget(endpoint.noun, name_of(endpoint.noun, address))


def walk_of(
    scope: Scope,
    endpoint: Endpoint[R],
    query: Mapping[str, Field],
    *,
    group: str | None = None,
    below: Below | None = None,
    **addresses: tuple[Endpoint[Any], Address | Unset],
) -> Flow[Walk[R]]:
    """Describe a walk over *endpoint*; *below* is what it belongs to, *addresses* are filters given by name."""
    above: tuple[str, ...] = ()
    if below is not None:
        segment, parent, address = below
        above = (segment, (yield from scope.sid(parent, address)))
    there = yield from scope.inside(endpoint, *above)
    selected = dict(query)
    for name, (kind, wanted) in addresses.items():
        if wanted is not UNSET:
            selected |= fields(**{name: (yield from scope.sid(kind, wanted))})
    return there.walk(selected, group=group)


def fetch_below(scope: Scope, endpoint: Endpoint[R], below: Below, address: Address) -> Flow[R]:
    """Read the thing at *address*, a SID or object, of what it belongs to."""
    name = below_name(endpoint, address)

    def act(there: Endpoint[R]) -> Flow[R]:
        return iter(there.fetch(name))

    return inside_of(scope, endpoint, below, act)


def inside_of(scope: Scope, endpoint: Endpoint[R], below: Below, act: Callable[[Endpoint[R]], Flow[R]]) -> Flow[R]:
    """Do *act* in *endpoint* of what it belongs to."""
    segment, parent, owner = below
    workspace = yield from scope.workspace_sid()
    return (yield from scope.at(parent, owner, lambda sid: act(endpoint.at("Workspaces", workspace, segment, sid))))
