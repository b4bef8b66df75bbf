"""What is done with workers and their channels; and which of them a condition fits, evaluated here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from taskrouter_kit._wire import UNSET, Unset, decode_object, encode_attributes
from taskrouter_kit.client._endpoints import ACTIVITIES, WORKER_CHANNELS, WORKERS, Endpoint
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import Below, inside_of, update_one
from taskrouter_kit.client._names import Address, channel_name
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._resources import WorkerChannelResource, WorkerResource


def save_worker(
    scope: Scope,
    address: Address | None,
    activity: Address | Unset,
    if_match: str | None = None,
    **more: object,
) -> Flow[WorkerResource[Any]]:
    """Create (*address* None) or update a worker; its activity may be given by name."""
    activity_sid: object = UNSET
    if activity is not UNSET:
        activity_sid = yield from scope.sid(ACTIVITIES, activity)
    schema: object = getattr(address, "schema", None)  # of a returned worker
    if isinstance(more.get("attributes"), WorkerAttributes):
        schema = type(more["attributes"])
    if more.get("attributes", UNSET) is not UNSET:
        more["attributes"] = encode_attributes(more["attributes"])
    form = fields(activity_sid=activity_sid, **more)
    endpoint = WORKERS.reading(schema=schema)
    if address is None:
        return (yield from scope.create(endpoint, form))
    return (yield from update_one(scope, endpoint, address, form, if_match=if_match))


def worker_fits(where: Condition[Any]) -> Callable[[WorkerResource[Any]], bool]:
    """Return the test of *where* on a returned worker: its attributes and the facts that the service knows of it."""
    from taskrouter_kit.expr._compile import compile_condition
    from taskrouter_kit.expr._facts import WORKER_FIELDS, Facts

    matches = compile_condition(where)

    def fits(worker: WorkerResource[Any]) -> bool:
        facts = Facts(worker={name: worker.raw.get(name) for name in WORKER_FIELDS})
        return bool(matches(decode_object(worker.attributes_json), {}, facts))

    return fits


def update_worker_channel(scope: Scope, below: Below, channel: Address, **form: object) -> Flow[WorkerChannelResource]:
    """Set a worker's capacity or availability on a channel (its unique name or SID)."""

    def act(there: Endpoint[WorkerChannelResource]) -> Flow[WorkerChannelResource]:
        return iter(there.update(channel_name(channel), fields(**form)))

    return inside_of(scope, WORKER_CHANNELS, below, act)
