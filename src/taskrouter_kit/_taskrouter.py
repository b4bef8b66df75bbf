"""The facade: ties client, deploy and emulator together. No logic of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._async._service import AsyncService
from taskrouter_kit.client._drive import timed
from taskrouter_kit.client._limits import Limits
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._sync._service import Service
from taskrouter_kit.client._twilio import SdkSender, client_from_env
from taskrouter_kit.deploy._apply import Applied, apply
from taskrouter_kit.deploy._changes import Change
from taskrouter_kit.deploy._diff import diff
from taskrouter_kit.deploy._plan import Plan
from taskrouter_kit.deploy._read import read
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._declare_workspace import Workspace

if TYPE_CHECKING:
    from taskrouter_kit.client._aio import AsyncSdkSender
    from taskrouter_kit.emulator._local import LocalTaskRouter
    from taskrouter_kit.simulator._options import EngineOptions


class TaskRouter(Service):
    """TaskRouter, typed and blocking: ``TaskRouter.from_env()``, ``TaskRouter(twilio_client)``, ``TaskRouter.local()``.

    *policy* says what is repeated and when; *timeout* is for one request, in seconds or a ``timedelta`` (None: no
    limit; unless said, 30 seconds). A context manager; what it opened is closed at the end. Safe across threads as
    far as the SDK's client is.
    """

    def __init__(
        self,
        client: Any,  # Any: a twilio.rest.Client; the SDK is untyped
        *,
        policy: RetryPolicy | None = None,
        timeout: float | timedelta | Unset | None = UNSET,
    ) -> None:
        self._sender = timed(SdkSender(_twilio_client(client)), timeout)
        super().__init__(self._sender, policy)
        #: Whether the SDK's client was made here: then its connections are closed here too.
        self._made_client = False
        #: The local TaskRouter behind this client, when there is one.
        self.local_taskrouter: LocalTaskRouter | None = None

    @classmethod
    def from_env(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        policy: RetryPolicy | None = None,
        timeout: float | timedelta | Unset | None = UNSET,
    ) -> Self:
        """Return a client for the account in the environment; raises :class:`MissingCredentials`."""
        made = cls(client_from_env(environment), policy=policy, timeout=timeout)
        made._made_client = True
        return made

    @classmethod
    def local(
        cls, path: str | PathLike[str] | None = None, *, seed: int = 0, options: EngineOptions | None = None
    ) -> Self:
        """Return a client for an embedded local TaskRouter: same client, same HTTP shapes, no account, virtual time.

        With *path* (a SQLite file) it remembers. ``local_taskrouter`` moves its clock. *options* choose between
        readings where the sources about the service disagree.
        """
        from taskrouter_kit.emulator._local import LocalTaskRouter

        behind = LocalTaskRouter(path, seed=seed, options=options)
        made = cls(behind.twilio_client(), policy=RetryPolicy(attempts=1, limits=Limits.off()))
        made.local_taskrouter = behind
        return made

    def plan(self, workspace: Workspace) -> Plan:
        """Return what deploying *workspace* would change. Reads only."""
        return diff(_declared(workspace), self._perform(read(workspace)))

    def apply(self, plan: Plan | Workspace, *, on_change: Callable[[Change], None] | None = None) -> Applied:
        """Carry out *plan* (or the plan for a workspace); ``on_change`` is told each change as it lands.

        Raises :class:`PlanRefused` before anything is sent, :class:`ApplyStopped` (which says what was done) when
        the service stops it in the middle.
        """
        decided = plan if isinstance(plan, Plan) else self.plan(plan)
        return self._perform(apply(decided, on_change))

    def close(self) -> None:
        """Close what was opened here: a local TaskRouter, the connections of :meth:`from_env`; not a given client's."""
        if self._made_client:
            self._sender.close()
        if self.local_taskrouter is not None:
            self.local_taskrouter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncTaskRouter(AsyncService):
    """The asynchronous twin of :class:`TaskRouter`: the same names, awaited; lists are walked with ``async for``.

    Made anywhere, used in one event loop, closed by ``async with`` (or :meth:`close`).
    """

    def __init__(
        self,
        client: Any,  # Any: a twilio.rest.Client; the SDK is untyped
        *,
        policy: RetryPolicy | None = None,
        timeout: float | timedelta | Unset | None = UNSET,
    ) -> None:
        from taskrouter_kit.client._aio import AsyncSdkSender

        self._sender: AsyncSdkSender = timed(AsyncSdkSender(_twilio_client(client)), timeout)
        super().__init__(self._sender, policy)
        #: The local TaskRouter behind this client, when there is one.
        self.local_taskrouter: LocalTaskRouter | None = None

    @classmethod
    def from_env(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        policy: RetryPolicy | None = None,
        timeout: float | timedelta | Unset | None = UNSET,
    ) -> Self:
        """Return a client for the account in the environment; raises :class:`MissingCredentials`."""
        return cls(client_from_env(environment), policy=policy, timeout=timeout)

    @classmethod
    def local(
        cls, path: str | PathLike[str] | None = None, *, seed: int = 0, options: EngineOptions | None = None
    ) -> Self:
        """Return a client for an embedded local TaskRouter, as :meth:`TaskRouter.local` does."""
        from taskrouter_kit.emulator._inprocess import AsyncInProcessHttpClient
        from taskrouter_kit.emulator._local import LocalTaskRouter

        behind = LocalTaskRouter(path, seed=seed, options=options)
        client = behind.twilio_client()
        client.http_client = AsyncInProcessHttpClient(behind.backend)
        made = cls(client, policy=RetryPolicy(attempts=1, limits=Limits.off()))
        made.local_taskrouter = behind
        return made

    async def plan(self, workspace: Workspace) -> Plan:
        """Return what deploying *workspace* would change. Reads only."""
        return diff(_declared(workspace), await self._perform(read(workspace)))

    async def apply(self, plan: Plan | Workspace, *, on_change: Callable[[Change], None] | None = None) -> Applied:
        """Carry out *plan* (or the plan for a workspace), as :meth:`TaskRouter.apply` does."""
        decided = plan if isinstance(plan, Plan) else await self.plan(plan)
        return await self._perform(apply(decided, on_change))

    async def close(self) -> None:
        """Close what was opened here: a local TaskRouter, an own session; what was given stays open."""
        await self._sender.aclose()
        if self.local_taskrouter is not None:
            self.local_taskrouter.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _declared(workspace: object) -> Workspace:
    """Return *workspace*, or say what is wanted instead of a name, a module, or what the service returned."""
    if isinstance(workspace, Workspace):
        return workspace
    message = f"Expected a declared Workspace; got a {type(workspace).__name__}."
    hint = 'one that exists is reached by workspace("its name"); a plan is made from what is declared'
    raise InvalidDeclaration(Diagnostic("wrong-type", message, hint=hint))


def _twilio_client(client: Any) -> Any:  # Any: a twilio.rest.Client; the SDK is untyped
    """Return *client*, or say what is wanted instead of credentials."""
    if hasattr(client, "taskrouter"):
        return client
    message = f"Expected a twilio.rest.Client; got a {type(client).__name__}."
    hint = "TaskRouter.from_env() takes the credentials from the environment"
    raise InvalidDeclaration(Diagnostic("wrong-type", message, hint=hint))
