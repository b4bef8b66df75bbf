"""What is done with a workspace as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from taskrouter_kit._wire import UNSET
from taskrouter_kit.client._endpoints import ACTIVITIES, WORKSPACES
from taskrouter_kit.client._exchange import Field, Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flex import FLEX_WORKSPACE, say_twice
from taskrouter_kit.client._names import Address, Names, resolve
from taskrouter_kit.client._pages import Walk
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.models._resources import WorkspaceResource


def workspace_sid(names: Names, workspace: Address) -> Flow[str]:
    """Return the SID of a workspace by name, SID or object."""
    return (yield from resolve(WORKSPACES, names, workspace))


def fetch_workspace(names: Names, workspace: Address) -> Flow[WorkspaceResource]:
    """Read a workspace."""
    sid = yield from workspace_sid(names, workspace)
    return (yield from WORKSPACES.fetch(sid))


def fetch_inside(scope: Scope) -> Flow[WorkspaceResource]:
    """Read the workspace that *scope* is of."""
    return (yield from WORKSPACES.fetch((yield from scope.workspace_sid())))


def update_workspace(names: Names, workspace: Address, **more: object) -> Flow[WorkspaceResource]:
    """Update a workspace; its default and timeout activity may be given by name."""
    scope = Scope(workspace)
    sid = yield from workspace_sid(names, workspace)
    scope.address = sid
    for name in ("default_activity", "timeout_activity"):
        activity = more.pop(name, UNSET)
        if activity is not UNSET:
            more[f"{name}_sid"] = yield from scope.sid(ACTIVITIES, activity)
    return (yield from WORKSPACES.update(sid, fields(**more)))


def delete_workspace(names: Names, workspace: Address, even_flex: bool, confirm: str | None) -> Flow[None]:
    """Delete a workspace with all in it; Flex's own only when it is said twice."""
    sid = yield from workspace_sid(names, workspace)
    if (yield from WORKSPACES.fetch(sid)).friendly_name == FLEX_WORKSPACE:
        what = f"{FLEX_WORKSPACE!r} is the workspace of Twilio Flex; deleting it removes the contact centre."
        say_twice(what, FLEX_WORKSPACE, even_flex, confirm)
    yield from WORKSPACES.delete(sid)


def walk_workspaces(query: Mapping[str, Field]) -> Flow[Walk[WorkspaceResource]]:
    """Describe a walk over the account's workspaces."""
    yield from ()
    return WORKSPACES.walk(query)
