"""Task channels of a workspace."""

from __future__ import annotations

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._async._many import AsyncDeclaring
from taskrouter_kit.client._bulk_kinds import TASK_CHANNEL
from taskrouter_kit.client._changes import TaskChannelChanges
from taskrouter_kit.client._endpoints import TASK_CHANNELS
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flex import delete_guarded
from taskrouter_kit.client._flows import fetch_one, update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import AsyncPager
from taskrouter_kit.models._declare_parts import TaskChannel
from taskrouter_kit.models._resources import TaskChannelResource


class AsyncTaskChannels(AsyncDeclaring[TaskChannelResource, TaskChannelChanges, TaskChannel]):
    """Kinds of work. ``unique_name`` is fixed when a channel is created."""

    _endpoint = TASK_CHANNELS
    _kind = TASK_CHANNEL
    _changes = TaskChannelChanges

    async def create(
        self, unique_name: str, friendly_name: str, *, channel_optimized_routing: bool | Unset = UNSET
    ) -> TaskChannelResource:
        """Create a channel."""
        form = fields(
            friendly_name=friendly_name, unique_name=unique_name, channel_optimized_routing=channel_optimized_routing
        )
        return await self._perform(self._scope.create(TASK_CHANNELS, form))

    async def fetch(self, channel: Address) -> TaskChannelResource:
        """Return one channel; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, TASK_CHANNELS, channel))

    async def update(
        self,
        channel: Address,
        *,
        friendly_name: str | Unset = UNSET,
        channel_optimized_routing: bool | Unset = UNSET,
    ) -> TaskChannelResource:
        """Update a channel."""
        form = fields(friendly_name=friendly_name, channel_optimized_routing=channel_optimized_routing)
        return await self._perform(update_one(self._scope, TASK_CHANNELS, channel, form))

    async def delete(self, channel: Address, *, even_flex: bool = False, confirm: str | None = None) -> None:
        """Delete a channel. What Flex made goes only when it is said twice (see :meth:`AsyncWorkspaces.delete`)."""
        return await self._perform(delete_guarded(self._scope, TASK_CHANNELS, channel, even_flex, confirm))

    def list(
        self, *, limit: int | None = None, page_size: int | None = None, after: str | None = None, ahead: bool = False
    ) -> AsyncPager[TaskChannelResource]:
        """Walk the channels."""
        return self._pager({}, limit=limit, page_size=page_size, after=after, ahead=ahead)
