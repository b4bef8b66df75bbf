"""Events of workers: their life, activities, attributes and channels."""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from typing import Generic

from taskrouter_kit._sids import ActivitySid
from taskrouter_kit.models._event_fields import MaybeSent, as_sid, duration, milliseconds, text
from taskrouter_kit.models._event_groups import W, WorkerChannelFields, WorkerFields


class WorkerCreated(WorkerFields[W], Generic[W]):
    """A worker was created."""

    __slots__ = ()
    name = "worker.created"


class WorkerDeleted(WorkerFields[W], Generic[W]):
    """A worker was deleted."""

    __slots__ = ()
    name = "worker.deleted"


class WorkerActivityUpdate(WorkerFields[W], Generic[W]):
    """A worker changed activity."""

    __slots__ = ()
    name = "worker.activity.update"

    worker_time_in_previous_activity = MaybeSent(duration)
    worker_time_in_previous_activity_ms = MaybeSent(milliseconds)
    worker_previous_activity_sid: MaybeSent[ActivitySid] = MaybeSent(as_sid)
    worker_previous_activity_name = MaybeSent(text)


class WorkerAttributesUpdate(WorkerFields[W], Generic[W]):
    """A worker's attributes changed."""

    __slots__ = ()
    name = "worker.attributes.update"


class WorkerCapacityUpdate(WorkerChannelFields[W], Generic[W]):
    """A worker's capacity on a channel changed."""

    __slots__ = ()
    name = "worker.capacity.update"


class WorkerChannelAvailabilityUpdate(WorkerChannelFields[W], Generic[W]):
    """A worker takes, or no longer takes, tasks of a channel."""

    __slots__ = ()
    name = "worker.channel.availability.update"
