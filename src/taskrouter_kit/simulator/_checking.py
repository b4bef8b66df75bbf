"""Whether what a saved world says can be: a damaged one is refused when it is loaded, and not met later.

What is wrong is said without the value: it may be what is known of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, Final

import attrs

from taskrouter_kit.simulator import _state as state
from taskrouter_kit.simulator._event_state import EVENT_TYPES
from taskrouter_kit.simulator._record_fields import saved_names
from taskrouter_kit.simulator._task_state import LIVE, OPEN

#: Annotation of a field -> the classes of its values.
_CLASSES: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "str | None": (str, NoneType),
    "int | None": (int, NoneType),
    "tuple[str, ...]": (tuple,),
    "tuple[int, ...]": (tuple,),
    "dict": (dict,),
}
#: Annotation of a field -> the class of its members.
_MEMBERS: Final[Mapping[str, type]] = {"tuple[str, ...]": str, "tuple[int, ...]": int}
#: 9999-12-31T23:59:59.999Z: later moments have no date, and no other number is as large.
_LARGEST: Final = 253_402_300_799_999
_ENDED: Final = frozenset({"completed", "canceled"})
#: Name of a field -> the words that it may have.
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "assignment_status": LIVE | _ENDED,
    "reservation_status": OPEN | _ENDED | {"rejected", "timeout", "rescinded"},
    "task_order": frozenset({"FIFO", "LIFO"}),
    "prioritize_queue_order": frozenset({"FIFO", "LIFO"}),
    "event_type": EVENT_TYPES,
}
_EVENT: Final = {"sid": "str", "event_type": "str", "description": "str", "resource_sid": "str", "event_date_ms": "int"}
_STEP: Final = {"at": "int", "what": "str", "why": "str", "data": "dict"}
#: Class of records -> what may be saved of one, and name and annotation of each field that is looked at.
_FIELDS: Final[dict[type[Any], tuple[frozenset[str], tuple[tuple[str, str], ...]]]] = {}  # Any: a class of attrs


def checked(kind: type[Any], fields: dict[str, Any]) -> dict[str, Any]:  # Any: a record, the values of its fields
    """Return *fields*, which can be those of a record of *kind*; ValueError otherwise."""
    if kind not in _FIELDS:
        every = [(each.name, str(each.type)) for each in attrs.fields(kind)]
        _FIELDS[kind] = frozenset(saved_names(kind)), tuple(each for each in every if each[1] in _CLASSES)
    names, looked_at = _FIELDS[kind]
    if not names.issuperset(fields):
        raise ValueError(f"{kind.__name__} has no {min(fields.keys() - names)}")
    for name, annotation in looked_at:
        if name in fields:
            _check(kind.__name__, name, fields[name], annotation)
    return fields


def checked_event(document: Mapping[str, Any]) -> Mapping[str, Any]:  # Any: JSON
    """Return what an event was saved as; ValueError where it cannot be."""
    for name, annotation in _EVENT.items():
        _check("event", name, document[name], annotation)
    _check("event", "data", tuple(document["data"].values()), "tuple[str, ...]")
    return document


def checked_step(document: Mapping[str, Any]) -> Mapping[str, Any]:  # Any: JSON
    """Return what a step of a trace was saved as; ValueError where it cannot be."""
    for name, annotation in _STEP.items():
        _check("step", name, document[name], annotation)
    return document


def check_counters(document: Mapping[str, Any]) -> None:  # Any: JSON
    """Raise ValueError where a saved engine does not say how far it had come."""
    for name in ("seed", "now", "sids"):
        if document[name].__class__ is not int:
            raise ValueError(f"{name} is of type {type(document[name]).__name__}")


def _check(record: str, name: str, value: Any, annotation: str) -> None:  # Any: JSON
    found: Any = value.__class__  # Any: a class
    if found not in _CLASSES[annotation]:
        raise ValueError(f"{record}.{name} is of type {found.__name__}")
    if found is int and abs(value) > _LARGEST:
        raise ValueError(f"{record}.{name} is too large")
    if annotation in _MEMBERS and any(type(each) is not _MEMBERS[annotation] for each in value):
        raise ValueError(f"not everything in {record}.{name} is of type {_MEMBERS[annotation].__name__}")
    if name in _WORDS and value not in _WORDS[name]:
        raise ValueError(f"{record}.{name} is none of {', '.join(sorted(_WORDS[name]))}")


def check_places(workspace: state.WorkspaceState) -> None:
    """Raise ValueError where the parts of *workspace* do not fit together."""
    channels = workspace.task_channels.keys()
    if all(each.unique_name != "default" for each in workspace.task_channels.values()):
        raise ValueError("there is no task channel 'default'")
    if not {workspace.default_activity_sid, workspace.timeout_activity_sid} <= workspace.activities.keys():
        raise ValueError("the default or the timeout activity is missing")
    for worker in workspace.workers.values():
        if worker.activity_sid not in workspace.activities or worker.channels.keys() != channels:
            raise ValueError(f"the activity or a channel of worker {worker.sid} is missing")
    for task in workspace.tasks.values():
        queue_sid, live = task.task_queue_sid, task.assignment_status in LIVE
        if task.task_channel_sid not in channels or (live and queue_sid and queue_sid not in workspace.task_queues):
            raise ValueError(f"the channel or the queue of task {task.sid} is missing")
