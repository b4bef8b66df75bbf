"""Something that happened, and the types of events. What an event says is put together when somebody reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

from taskrouter_kit.simulator._invented import next_sid

#: Makes the parameters of an event of what was noted when it happened.
Later: TypeAlias = "Callable[..., dict[str, str]]"

#: Every event type that a filter may name.
# Documented: callbacks.md section 4.3
EVENT_TYPES: Final = frozenset(
    f"{resource}.{change}"
    for resource, changes in {
        "activity": "created updated deleted",
        "reservation": "created accepted rejected timeout canceled rescinded completed failed wrapup",
        "task": "created updated canceled wrapup completed deleted system-deleted transfer-initiated "
        "transfer-attempt-failed transfer-failed transfer-canceled transfer-completed",
        "task-channel": "created updated deleted",
        "task-queue": "created deleted expression.updated entered moved timeout",
        "worker": "created deleted activity.update attributes.update capacity.update channel.availability.update",
        "workflow": "created updated deleted entered target-matched timeout skipped",
        "workspace": "created updated deleted",
    }.items()
    for change in changes.split()
)

_NOUNS: Final = {
    "activity": "Activity",
    "reservation": "Reservation",
    "task": "Task",
    "task-channel": "TaskChannel",
    "task-queue": "TaskQueue",
    "worker": "Worker",
    "workflow": "Workflow",
    "workspace": "Workspace",
}
#: Event type -> its noun, and what happened.
_SENTENCES: Final = {
    each: (_NOUNS[each.partition(".")[0]], each.partition(".")[2].replace("-", " ").replace(".", " "))
    for each in EVENT_TYPES
}
#: Events named after a queue or workflow that are about a task.
_ABOUT_TASKS: Final = frozenset(
    {
        "task-queue.entered",
        "task-queue.moved",
        "task-queue.timeout",
        "workflow.entered",
        "workflow.target-matched",
        "workflow.timeout",
        "workflow.skipped",
    }
)


#: Where an event has its moment.
WHEN: Final = 3


class EventState(tuple[Any, ...]):  # Any: each kind of event has its own
    """One event. ``data`` holds the callback's parameters by their names, all as text.

    An engine makes several for each step of a task, and few are ever read: what an event says is made when somebody
    asks. What is kept is a tuple: the SID of the event, or how many SIDs came before it of those that begin at the
    second, which is a number; the type; when; the SID of the resource; whom its sentence is about; and of what, and by
    what, its data are made: both last, and nothing changes in them any more.
    """

    @cached_property
    def sid(self) -> str:
        """The event's SID."""
        return self[0] if isinstance(self[0], str) else next_sid("EV", self[0], self[1])

    @property
    def event_type(self) -> str:
        """What happened, as a filter of events names it."""
        return str(self[2])

    @property
    def event_date_ms(self) -> int:
        """When, in milliseconds since 1970."""
        return int(self[WHEN])

    @property
    def resource_sid(self) -> str:
        """What it happened to."""
        return str(self[4])

    @cached_property
    def data(self) -> dict[str, str]:
        """What the event tells of its resource; nobody changes it."""
        later: Later = self[7]
        return later(*self[6])

    @property
    def resource_type(self) -> str:
        """The kind of the resource."""
        # Inferred: callbacks.md section 4.1; from the names of the event types
        return "task" if self.event_type in _ABOUT_TASKS else self.event_type.partition(".")[0]

    @cached_property
    def description(self) -> str:
        """What happened, in a sentence."""
        return _sentence(self.event_type, self[5])

    def to_dict(self) -> dict[str, Any]:  # Any: JSON
        """Return plain JSON data."""
        return {
            "sid": self.sid,
            "event_type": self.event_type,
            "description": self.description,
            "event_date_ms": self.event_date_ms,
            "resource_type": self.resource_type,
            "resource_sid": self.resource_sid,
            "data": self.data,
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> EventState:  # Any: JSON
        """Return the event that :meth:`to_dict` wrote."""
        event = cls(
            (
                document["sid"],
                0,
                document["event_type"],
                document["event_date_ms"],
                document["resource_sid"],
                "",
                (document["data"],),
                dict,
            )
        )
        vars(event)["description"] = document["description"]
        return event

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, EventState) and self.to_dict() == other.to_dict())

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.sid)

    def __repr__(self) -> str:
        return f"EventState(sid={self.sid!r}, event_type={self.event_type!r}, event_date_ms={self.event_date_ms})"


def _sentence(event_type: str, subject: str) -> str:
    # Inferred: resources.md section 11; the one recorded sentence is "Worker … updated to … Activity"
    if event_type == "worker.activity.update":
        return subject
    noun, change = _SENTENCES[event_type]
    return f"{noun} {subject} {change}" if subject else f"{noun} {change}"
