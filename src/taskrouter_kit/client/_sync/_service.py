"""The blocking client: workspaces, and one workspace with its collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._drive import Send
from taskrouter_kit.client._endpoints import WORKSPACES
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._names import Address, Names, resolve
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.client._sync._parts import Activities, TaskChannels, TaskQueues, Workflows
from taskrouter_kit.client._sync._performing import Performer
from taskrouter_kit.client._sync._tasks import Tasks
from taskrouter_kit.client._sync._workers import Workers
from taskrouter_kit.models._resources import WorkspaceResource


class LiveWorkspace:
    """A workspace of the service, by name, SID or object; found at the first call."""

    def __init__(self, perform: Performer, workspace: Address) -> None:
        scope = Scope(workspace)
        self._perform = perform
        self._scope = scope
        self.activities = Activities(perform, scope)
        self.task_channels = TaskChannels(perform, scope)
        self.task_queues = TaskQueues(perform, scope)
        self.workflows = Workflows(perform, scope)
        self.workers = Workers(perform, scope)
        self.tasks = Tasks(perform, scope)

    @property
    def sid(self) -> str:
        """The workspace's SID (asked for when it is not known yet)."""
        return self._perform(self._scope.workspace_sid())

    def fetch(self) -> WorkspaceResource:
        """Return the workspace itself."""
        return self._perform(iter(WORKSPACES.at().fetch(self.sid)))


class Workspaces:
    """All workspaces of the account."""

    def __init__(self, perform: Performer) -> None:
        self._perform = perform

    def create(
        self,
        friendly_name: str,
        *,
        event_callback_url: str | Unset = UNSET,
        events_filter: Sequence[str] | Unset = UNSET,
        multi_task_enabled: bool | Unset = UNSET,
        template: Literal["NONE", "FIFO"] | Unset = UNSET,
        prioritize_queue_order: Literal["FIFO", "LIFO"] | Unset = UNSET,
    ) -> WorkspaceResource:
        """Create a workspace."""
        form = fields(
            friendly_name=friendly_name,
            event_callback_url=event_callback_url,
            events_filter=",".join(events_filter) if not isinstance(events_filter, Unset) else UNSET,
            multi_task_enabled=multi_task_enabled,
            template=template,
            prioritize_queue_order=prioritize_queue_order,
        )
        return self._perform(iter(WORKSPACES.create(form)))

    def fetch(self, workspace: Address) -> WorkspaceResource:
        """Return one workspace; raises :class:`NotFound`."""
        return self._perform(iter(WORKSPACES.fetch(self._sid(workspace))))

    def update(
        self,
        workspace: Address,
        *,
        friendly_name: str | Unset = UNSET,
        default_activity_sid: str | Unset = UNSET,
        timeout_activity_sid: str | Unset = UNSET,
        event_callback_url: str | Unset | None = UNSET,
        events_filter: Sequence[str] | Unset = UNSET,
        multi_task_enabled: bool | Unset = UNSET,
        prioritize_queue_order: Literal["FIFO", "LIFO"] | Unset = UNSET,
    ) -> WorkspaceResource:
        """Update a workspace."""
        form = fields(
            friendly_name=friendly_name,
            default_activity_sid=default_activity_sid,
            timeout_activity_sid=timeout_activity_sid,
            event_callback_url=event_callback_url,
            events_filter=",".join(events_filter) if not isinstance(events_filter, Unset) else UNSET,
            multi_task_enabled=multi_task_enabled,
            prioritize_queue_order=prioritize_queue_order,
        )
        return self._perform(iter(WORKSPACES.update(self._sid(workspace), form)))

    def delete(self, workspace: Address) -> None:
        """Delete a workspace with everything in it. There is no way back."""
        self._perform(iter(WORKSPACES.delete(self._sid(workspace))))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
    ) -> Pager[WorkspaceResource]:
        """Walk the workspaces; ``friendly_name`` selects by exact name."""
        walk = WORKSPACES.walk(fields(friendly_name=friendly_name))
        perform = self._perform
        return Pager(
            lambda exchange: perform(iter(exchange)), lambda: walk, limit=limit, page_size=page_size, after=after
        )

    def _sid(self, workspace: Address) -> str:
        return self._perform(_workspace_sid(workspace))


def _workspace_sid(workspace: Address) -> Flow[str]:
    return (yield from resolve(WORKSPACES, Names(), workspace))


class Service:
    """TaskRouter, blocking. ``send`` performs one exchange, ``policy`` says what is repeated and when."""

    def __init__(self, send: Send, policy: RetryPolicy | None = None) -> None:
        self._perform = Performer(send, policy or RetryPolicy())

    @property
    def workspaces(self) -> Workspaces:
        """All workspaces of the account."""
        return Workspaces(self._perform)

    def workspace(self, workspace: Address) -> LiveWorkspace:
        """Return one workspace by name, SID or object; nothing is asked before its first call."""
        return LiveWorkspace(self._perform, workspace)
