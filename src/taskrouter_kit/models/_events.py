"""Any payload -> the typed event in it: forms of callbacks, REST events and CloudEvents; what is not known stays whole.

``ReservationTimeout[Agent, Call]`` says which schemas the attributes have; ``event.worker`` and ``event.task`` decode
them when asked. Without schemas they are JSON mappings. The types are declared in ``_events_workspace``,
``_events_tasks``, ``_events_reservations`` and ``_events_workers``.
"""

# Documented: callbacks.md sections 4.1 to 4.3

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.models import _events_reservations, _events_tasks, _events_workers, _events_workspace
from taskrouter_kit.models._event_groups import Event, UnknownEvent

#: The modules whose import declares every type.
DECLARED = (_events_workspace, _events_tasks, _events_reservations, _events_workers)

#: Names that the service used before.
# Observed: callbacks.md section 4.3
_FORMER = {"worker.activity": "worker.activity.update", "worker.attributes": "worker.attributes.update"}

_CLOUD_PREFIX = "com.twilio.taskrouter."


def event_types() -> Mapping[str, type[Event]]:
    """Return every event type by the service's name for it."""
    return dict(Event._types)


def parse_event(
    payload: Mapping[str, Json],
    *,
    worker: type[Attributes[Any]] | None = None,
    task: type[Attributes[Any]] | None = None,
) -> Event:
    """Return the event in *payload*: form fields of a callback, a REST event, or a CloudEvent.

    *worker* and *task* are the schemas of attributes. A type that is not known gives an :class:`UnknownEvent`.
    """
    if not isinstance(cast(object, payload), Mapping):
        message = f"Expected the payload of one event, a mapping; got a {type(payload).__name__}."
        raise InvalidDeclaration(Diagnostic("wrong-type", message, hint="read_events() takes files and lines of them"))
    data = payload.get("data")
    inner = _unwrapped(payload, data) if "specversion" in payload and isinstance(data, Mapping) else payload
    name = next((value for key, value in inner.items() if key.replace("_", "").lower() == "eventtype"), None)
    known = str(name).removeprefix(_CLOUD_PREFIX)
    cls = Event._types.get(_FORMER.get(known, known), UnknownEvent)
    event = cls(inner, worker=worker, task=task)
    event.payload = payload
    return event


def _unwrapped(envelope: Mapping[str, Json], data: Mapping[str, Json]) -> dict[str, Json]:
    """Return the event inside a CloudEvent, with what the envelope says about it."""
    # Documented: callbacks.md section 5
    inner = data.get("payload")
    fields: dict[str, Json] = {
        "event_type": str(envelope.get("type", "")).removeprefix(_CLOUD_PREFIX),
        "sid": data.get("sid") or envelope.get("id"),
        "account_sid": data.get("account_sid"),
        "event_date": data.get("timestamp") or envelope.get("time"),
    }
    own = dict(inner) if isinstance(inner, Mapping) else {}
    taken = {key.replace("_", "").lower() for key in own}
    return {**{key: value for key, value in fields.items() if key.replace("_", "") not in taken and value}, **own}
