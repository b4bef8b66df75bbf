"""One workspace as flows see it: where its collections lie, and the names looked up in it so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.client._endpoints import WORKSPACES, Endpoint
from taskrouter_kit.client._exchange import Exchange, Field, Flow
from taskrouter_kit.client._names import Address, Names, look_up, resolve, sid_in
from taskrouter_kit.errors import CannotTell, NotFound, OutcomeUnknown
from taskrouter_kit.models._base import Resource

T = TypeVar("T")
R = TypeVar("R", bound=Resource)

#: What is looked up by name before its creation is repeated.
# Inferred: limits-errors-gotchas.md section 3.3 (no idempotency key: list by name first)
_IDENTIFIED_BY_NAME = frozenset({"Activity", "TaskChannel", "TaskQueue", "Worker", "Workflow"})


class Scope:
    """A workspace by SID, name or object, resolved at the first call. *clock* counts seconds."""

    def __init__(self, workspace: Address, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.address = workspace
        self.clock = clock
        self.names = Names()
        self._root = Names()
        #: The workspace's name as the service has it, once it was asked for.
        self.friendly_name: str | None = None

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

    def at(self, endpoint: Endpoint[Any], address: Address, act: Callable[[str], Flow[T]]) -> Flow[T]:
        """Do *act* with the SID of the thing at *address*; a remembered one that is gone is looked up once more."""
        there = yield from self.inside(endpoint)
        sid = yield from resolve(there, self.names, address)
        try:
            return (yield from act(sid))
        except NotFound:
            self.names.forget(endpoint.noun, sid)
            if sid_in(endpoint.noun, address) is not None:
                raise
            again = yield from resolve(there, self.names, address, fresh=True)
            if again == sid:
                raise
            return (yield from act(again))

    def one(self, endpoint: Endpoint[R], address: Address, act: Callable[[Endpoint[R], str], Exchange[T]]) -> Flow[T]:
        """Do *act* to the thing at *address* (see :meth:`at`)."""
        there = yield from self.inside(endpoint)
        return (yield from self.at(endpoint, address, lambda sid: iter(act(there, sid))))

    def create(self, endpoint: Endpoint[R], form: Mapping[str, Field], *, group: str | None = None) -> Flow[R]:
        """Create a thing in this workspace.

        Where the answer was lost and a name identifies the thing, it is looked for before it is sent once more. What is
        there under the name but with other contents may be somebody else's: that stays :class:`OutcomeUnknown`.
        """
        there = yield from self.inside(endpoint)
        try:
            made = yield from there.create(form, group=group)
        except OutcomeUnknown as lost:
            if endpoint.noun not in _IDENTIFIED_BY_NAME:
                raise
            try:
                sid = yield from look_up(there, _identity(form))
            except NotFound:
                return (yield from there.create(form, group=group))
            except CannotTell:
                raise lost from None  # one of them may be ours
            found = yield from there.fetch(sid)
            if not holds(form, found.raw):
                raise
            made = found
        name = _identity(form)
        if name:
            self.names.remember(endpoint.noun, name, str(made.raw.get("sid", "")))
        return made


def _identity(form: Mapping[str, Field]) -> str:
    return str(form.get("UniqueName", form.get("FriendlyName", "")))


def holds(form: Mapping[str, Field], payload: Mapping[str, Json]) -> bool:
    """Return whether *payload* holds what *form* sent: JSON by content, the rest to the letter.

    What *form* does not mention may be anything.
    """
    return all(_same(sent, payload.get(_snake(name))) for name, sent in form.items())


def _same(sent: Field, found: Json) -> bool:
    if not isinstance(sent, str):
        return sent == found
    if isinstance(found, str) and sent[:1] == "{":
        try:
            return decode_json(found) == decode_json(sent)
        except ValueError:
            return found == sent
    if isinstance(found, bool):
        return sent == ("true" if found else "false")
    return sent == ("" if found is None else str(found))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
