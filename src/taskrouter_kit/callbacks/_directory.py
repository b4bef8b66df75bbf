"""The SIDs behind the names that handlers use: given, read from a workspace once, or looked up when first needed.

An answer needs SIDs, and a declared activity has none. Whoever posts an assignment says account and workspace, and the
auth token that its signature was checked with may read them: so a name can always be found.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from types import ModuleType
from typing import Any, Protocol

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.callbacks._log import described, log, shown_sid
from taskrouter_kit.callbacks._schemas import function_of, name_of
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._declare_parts import Activity
from taskrouter_kit.models._instruction_options import ActivitySids

#: Account and workspace -> the SIDs of its activities by name.
LookUp = Callable[[str, str], Mapping[str, str]]

#: Seconds before a workspace is asked again: for a name that it did not have, and after it could not be asked.
_PATIENCE = 30.0
_AFTER_FAILURE = 1.0
#: Seconds for which an answer is taken as it was: activities are deleted and made again, with another SID.
_FRESH = 600.0
_REQUEST_TIMEOUT = 3.0
# Decided: the account that a local TaskRouter has when nobody says another; the service has no such account
_LOCAL_ACCOUNT = "AC" + "0" * 32


class _Named(Protocol):
    @property
    def sid(self) -> str: ...
    @property
    def friendly_name(self) -> str: ...


class _Listed(Protocol):
    def list(self) -> Iterable[_Named]: ...


class BoundWorkspace(Protocol):
    """A workspace of a client: ``TaskRouter.from_env().workspace("Support Center")``."""

    @property
    def activities(self) -> _Listed:
        """Its activities, to be listed."""
        ...

    @property
    def workflows(self) -> _Listed:
        """Its workflows, to be listed."""
        ...


class _AsyncListed(Protocol):
    def list(self) -> AsyncIterable[_Named]: ...


class AsyncBoundWorkspace(Protocol):
    """A workspace of an async client."""

    @property
    def activities(self) -> _AsyncListed:
        """Its activities, to be listed."""
        ...

    @property
    def workflows(self) -> _AsyncListed:
        """Its workflows, to be listed."""
        ...


class Directory:
    """Finds SIDs by name. Its repr shows no token."""

    def __init__(
        self, activities: ActivitySids | None, tokens: tuple[str, ...], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._activities = activities
        self._workflows: Mapping[str, str] = {}
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, Mapping[str, str]] = {}
        self._not_before: dict[str, float] = {}
        self._fresh_until: dict[str, float] = {}
        #: How a workspace that was not bound is asked; None: it is not.
        self.look_up: LookUp | None = (lambda account, workspace: ask(account, workspace, tokens)) if tokens else None

    @property
    def given(self) -> ActivitySids | None:
        """The SIDs of activities as they were given or read; None: they are looked up."""
        return self._activities

    def bind(self, workspace: BoundWorkspace) -> None:
        """Read the names of *workspace* once; what its client raises is raised."""
        _check_workspace(workspace)
        if not isinstance(workspace.activities.list(), Iterable):
            raise InvalidDeclaration(
                Diagnostic(
                    "wrong-type",
                    "The workspace is that of an async client, which cannot be read here.",
                    hint="await callbacks.abind(…) at the start, or read it with a blocking one",
                )
            )
        activities = {each.friendly_name: each.sid for each in workspace.activities.list()}
        workflows = {each.friendly_name: each.sid for each in workspace.workflows.list()}
        self._activities, self._workflows = activities, workflows

    async def abind(self, workspace: AsyncBoundWorkspace) -> None:
        """Read the names of an async client's *workspace* once."""
        _check_workspace(workspace)
        activities = {each.friendly_name: each.sid async for each in workspace.activities.list()}
        workflows = {each.friendly_name: each.sid async for each in workspace.workflows.list()}
        self._activities, self._workflows = activities, workflows

    def workflow_sid(self, workflow: object) -> str:
        """Return the SID of *workflow*: its own, its resource's, or that of its name in the bound workspace."""
        sid: object = getattr(workflow, "sid", workflow)
        if isinstance(sid, str) and looks_like_sid(sid, "WW"):
            return sid
        name: object = getattr(workflow, "friendly_name", workflow)
        found = self._workflows.get(name) if isinstance(name, str) else None
        if found is not None:
            return found
        raise InvalidDeclaration(
            Diagnostic(
                "wrong-sid",
                "assignment(workflow=…) takes a workflow's SID (WW…) or the returned WorkflowResource.",
                hint="the request carries the SID only; for names give Callbacks(workspace=…)",
            )
        )

    def activities(self, account_sid: object, workspace_sid: object) -> ActivitySids:
        """Return what knows the SIDs of activities in the workspace of a request; it may take a request of its own."""
        if self._activities is not None:
            return self._activities
        return lambda name: self._ask(name, str(account_sid), str(workspace_sid))

    def at_hand(self, names: Iterable[str], workspace_sid: object) -> bool:
        """Return whether the SIDs of the activities *names* are known without asking."""
        if self._activities is not None:
            return True
        found, fresh = self._found.get(str(workspace_sid), {}), self._fresh_until.get(str(workspace_sid), 0.0)
        return all(name in found and self._clock() < fresh for name in names)

    def _ask(self, name: str, account_sid: str, workspace_sid: str) -> str | None:
        known = self._found.get(workspace_sid, {}).get(name)
        if self.look_up is None or (known is not None and self._clock() < self._fresh_until[workspace_sid]):
            return known
        if not self._lock.acquire(blocking=known is None):
            return known  # somebody asks already: what was known is good enough meanwhile
        try:
            return self._ask_again(self.look_up, name, account_sid, workspace_sid)
        finally:
            self._lock.release()

    def _ask_again(self, look_up: LookUp, name: str, account_sid: str, workspace_sid: str) -> str | None:
        known, now = self._found.get(workspace_sid, {}).get(name), self._clock()
        fresh = known is not None and now < self._fresh_until[workspace_sid]
        if fresh or now < self._not_before.get(workspace_sid, 0.0):
            return known
        self._not_before[workspace_sid] = now + _AFTER_FAILURE
        try:
            found = dict(look_up(account_sid, workspace_sid))
        except Exception as error:
            log.error("The activities of workspace %s cannot be read: %s.", shown_sid(workspace_sid), described(error))
            if known is None:
                raise
            return known
        now = self._clock()
        self._fresh_until[workspace_sid], self._not_before[workspace_sid] = now + _FRESH, now + _PATIENCE
        self._found[workspace_sid] = found
        return found.get(name)

    def check(self, handler: Callable[..., Any]) -> None:  # Any: handlers differ
        """Raise :class:`InvalidDeclaration` when *handler* names a declared activity whose SID was not given."""
        given = self._activities
        if given is None or callable(given):
            return
        missing = sorted({each.friendly_name for each in _activities_in(handler) if each.friendly_name not in given})
        if missing:
            where = Where(path=name_of(handler))
            raise InvalidDeclaration(
                Diagnostic(
                    "unknown-activity-sid",
                    f"The SID of activity {name!r} is not known here.",
                    where=where,
                    hint=f"known are: {', '.join(sorted(given)) or 'none'}",
                )
                for name in missing
            )


def _check_workspace(workspace: object) -> None:
    """Say what is wanted instead of a workspace's name, or a declared one, which has no SIDs."""
    if not hasattr(getattr(workspace, "activities", None), "list"):
        message = f"Expected the workspace of a client; got a {type(workspace).__name__}."
        hint = 'TaskRouter.from_env().workspace("its name")'
        raise InvalidDeclaration(Diagnostic("wrong-type", message, hint=hint))


def _activities_in(handler: Callable[..., Any]) -> Iterable[Activity]:
    """Yield the declared activities that *handler* names: globals, those of a module, locals around it, defaults."""
    function: Any = inspect.unwrap(function_of(handler))
    function = getattr(function, "__func__", function)
    try:
        names = inspect.getclosurevars(function)
    except TypeError:
        return
    defaults: list[object] = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    values: list[object] = [*names.globals.values(), *names.nonlocals.values(), *defaults]
    for value in values:
        if isinstance(value, Activity):
            yield value
        elif isinstance(value, ModuleType):
            found = (vars(value).get(name) for name in function.__code__.co_names)
            yield from (each for each in found if isinstance(each, Activity))


def ask(account_sid: str, workspace_sid: str, tokens: tuple[str, ...]) -> dict[str, str]:
    """Return the activities of a workspace of the service, with the first of *tokens* that it takes."""
    from twilio.base.exceptions import TwilioException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    no_sids = not looks_like_sid(account_sid, "AC") or not looks_like_sid(workspace_sid, "WS")
    if no_sids or account_sid == _LOCAL_ACCOUNT:
        return {}
    refused: list[TwilioException] = []
    for token in tokens:  # while one is rotated, the service takes one of them
        client: Any = Client(account_sid, token, http_client=TwilioHttpClient(timeout=_REQUEST_TIMEOUT))
        try:
            activities = client.taskrouter.v1.workspaces(workspace_sid).activities.list(page_size=1000)
        except TwilioException as error:
            refused.append(error)
        else:
            return {str(each.friendly_name): str(each.sid) for each in activities}
    raise refused[-1]
