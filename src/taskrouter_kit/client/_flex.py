"""The guard of Twilio Flex: its workspace, and what Flex made in it, are deleted only by who says so twice.

Twice: ``even_flex=True``, and ``confirm`` with the thing's name as the service has it. What somebody else added to the
workspace of Flex, and everything in other workspaces, is deleted as usual.
"""

# Documented: limits-errors-gotchas.md section 4 (gotcha 52); resources.md section 2.1

from __future__ import annotations

from typing import Any, Final

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._endpoints import WORKSPACES, Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._flows import delete_one, fetch_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.errors import PlanRefused
from taskrouter_kit.models._declare_parts import BUILT_IN_CHANNELS

#: The one workspace of a Flex account.
# Documented: resources.md section 2.1
FLEX_WORKSPACE: Final = "Flex Task Assignment"

#: What Flex makes in it, by kind.
# Documented: resources.md section 2.1 (activities, channels)
# Decided: the queue and the workflow that a new Flex project has are guarded too; no source names them
_MANAGED: Final[dict[str, frozenset[str]]] = {
    "Activity": frozenset({"Available", "Unavailable", "Break", "Offline"}),
    "TaskChannel": frozenset(BUILT_IN_CHANNELS),
    "TaskQueue": frozenset({"Everyone"}),
    "Workflow": frozenset({"Assign to Anyone"}),
}


def delete_guarded(
    scope: Scope, endpoint: Endpoint[Any], address: Address, even_flex: bool = False, confirm: str | None = None
) -> Flow[None]:
    """Delete the thing at *address*, unless it is one that Flex made and that was not said twice."""
    if not (yield from _in_flex(scope)):
        return (yield from delete_one(scope, endpoint, address, None))
    found = yield from fetch_one(scope, endpoint, address)
    name = str(found.raw.get("unique_name") or found.raw.get("friendly_name") or "")
    if name in _MANAGED[endpoint.noun]:
        say_twice(f"{endpoint.noun} {name!r} was made by Twilio Flex, which needs it.", name, even_flex, confirm)
    yield from delete_one(scope, endpoint, found, None)
    scope.names.forget(endpoint.noun, name)


def is_guarded(endpoint: Endpoint[Any]) -> bool:
    """Return whether Flex makes things of this kind."""
    return endpoint.noun in _MANAGED


def say_twice(what: str, name: str, even_flex: bool, confirm: str | None) -> None:
    """Raise :class:`PlanRefused` unless it was said twice that *name* goes."""
    if even_flex and confirm == name:
        return
    hint = f"if that is meant, say it twice: even_flex=True, confirm={name!r}"
    raise PlanRefused(Diagnostic("flex-workspace", what, where=Where(path=FLEX_WORKSPACE), hint=hint))


def _in_flex(scope: Scope) -> Flow[bool]:
    """Return whether *scope* is the workspace of Flex; asked once."""
    if scope.friendly_name is None:
        sid = yield from scope.workspace_sid()
        scope.friendly_name = (yield from WORKSPACES.fetch(sid)).friendly_name
    return scope.friendly_name == FLEX_WORKSPACE
