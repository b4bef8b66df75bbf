"""Activities of a workspace."""

from __future__ import annotations

from taskrouter_kit._wire import UNSET, Unset
from taskrouter_kit.client._async._many import AsyncDeclaring
from taskrouter_kit.client._bulk_kinds import ACTIVITY
from taskrouter_kit.client._changes import ActivityChanges
from taskrouter_kit.client._endpoints import ACTIVITIES
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flex import delete_guarded
from taskrouter_kit.client._flows import fetch_one, update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._pages import AsyncPager
from taskrouter_kit.models._declare_parts import Activity
from taskrouter_kit.models._resources import ActivityResource


class AsyncActivities(AsyncDeclaring[ActivityResource, ActivityChanges, Activity]):
    """What workers can be doing. ``available`` is fixed when an activity is created."""

    _endpoint = ACTIVITIES
    _kind = ACTIVITY
    _changes = ActivityChanges

    async def create(self, friendly_name: str, *, available: bool) -> ActivityResource:
        """Create an activity."""
        return await self._perform(
            self._scope.create(ACTIVITIES, fields(friendly_name=friendly_name, available=available))
        )

    async def fetch(self, activity: Address) -> ActivityResource:
        """Return one activity; raises :class:`NotFound`."""
        return await self._perform(fetch_one(self._scope, ACTIVITIES, activity))

    async def update(self, activity: Address, *, friendly_name: str) -> ActivityResource:
        """Rename an activity. (``available`` cannot be changed: the service would say yes and do nothing.)"""
        form = fields(friendly_name=friendly_name)
        return await self._perform(update_one(self._scope, ACTIVITIES, activity, form))

    async def delete(self, activity: Address, *, even_flex: bool = False, confirm: str | None = None) -> None:
        """Delete an activity. What Flex made goes only when it is said twice (see :meth:`AsyncWorkspaces.delete`)."""
        return await self._perform(delete_guarded(self._scope, ACTIVITIES, activity, even_flex, confirm))

    def list(
        self,
        *,
        friendly_name: str | Unset = UNSET,
        available: bool | Unset = UNSET,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
        ahead: bool = False,
    ) -> AsyncPager[ActivityResource]:
        """Walk the activities; ``friendly_name`` selects by exact name."""
        query = fields(friendly_name=friendly_name, available=available)
        return self._pager(query, limit=limit, page_size=page_size, after=after, ahead=ahead)
