"""What became of each task: its waits, offers and handling, folded from events; and whether it was served in time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from attrs import define, field, frozen

from taskrouter_kit._wire import Json
from taskrouter_kit.callbacks._order import in_order
from taskrouter_kit.models._event_groups import Event


@define
class QueueStay:
    """A task's stay in one queue. ``why``: how it left (``assigned``, ``moved``, ``timeout``, ``canceled``, …)."""

    task_queue_sid: str
    task_queue_name: str | None
    entered: datetime
    left: datetime | None = None
    why: str | None = None

    @property
    def waited(self) -> timedelta | None:
        """How long it stayed; None while it does."""
        return None if self.left is None else self.left - self.entered


@define
class Offer:
    """One reservation: to whom, when, and what came of it (``accepted``, ``timeout``, …; None: undecided)."""

    reservation_sid: str
    worker_sid: str | None
    offered: datetime
    answered: datetime | None = None
    outcome: str | None = None


@define
class TaskTimeline:
    """The life of one task, as far as its events tell."""

    task_sid: str
    created: datetime | None = None
    stays: list[QueueStay] = field(factory=list[QueueStay])
    offers: list[Offer] = field(factory=list[Offer])
    accepted: datetime | None = None
    accepted_by: str | None = None
    wrapping: datetime | None = None
    ended: datetime | None = None
    #: ``completed``, ``canceled``, ``deleted`` or ``system-deleted``; None while it lives.
    outcome: str | None = None
    reason: str | None = None

    @property
    def started(self) -> datetime | None:
        """When its wait began, as far as it is known: its creation, its first queue or its first offer."""
        known = [self.stays[0].entered] if self.stays else []
        known += [self.offers[0].offered] if self.offers else []
        known += [self.created] if self.created is not None else []
        return min(known) if known else None

    @property
    def waited(self) -> timedelta | None:
        """From the start to the first acceptance; None when it was never accepted."""
        return None if self.accepted is None or self.started is None else self.accepted - self.started

    @property
    def handled(self) -> timedelta | None:
        """From the acceptance to the end; None until both happened, in that order."""
        if self.accepted is None or self.ended is None or self.ended < self.accepted:
            return None
        return self.ended - self.accepted


def timelines(events: Iterable[Event]) -> dict[str, TaskTimeline]:
    """Return the timeline of every task in *events*, by SID; *events* may come in any order, and more than once."""
    found: dict[str, TaskTimeline] = {}
    seen: set[str] = set()
    for event in in_order(events):
        sid = event.fields.get("sid")
        if isinstance(sid, str):
            if sid in seen:
                continue
            seen.add(sid)
        task = event.fields.get("task_sid")
        if isinstance(task, str):
            _apply(found.setdefault(task, TaskTimeline(task)), event)
    return found


class Timelines:
    """Timelines that grow with the events that come, in any order and repeated: ``callbacks.on(Event)(all.add)``.

    The events of at most *size* tasks are kept, attributes included; those of the task that was heard of first go
    first. Safe across threads.
    """

    def __init__(self, *, size: int = 10_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._events: dict[str, list[Event]] = {}

    def add(self, event: Event) -> None:
        """Take *event* in; one that is of no task changes nothing."""
        task = event.fields.get("task_sid")
        if isinstance(task, str):
            with self._lock:
                self._events.setdefault(task, []).append(event)
                if len(self._events) > self._size:
                    del self._events[next(iter(self._events))]

    def of(self, task_sid: str) -> TaskTimeline:
        """Return the timeline of one task; LookupError for a task that no event was of, or that went."""
        with self._lock:
            events = list(self._events[task_sid])
        return timelines(events)[task_sid]

    def all(self) -> dict[str, TaskTimeline]:
        """Return the timeline of every task, by SID."""
        with self._lock:
            events = [event for each in self._events.values() for event in each]
        return timelines(events)

    def forget(self, task_sid: str) -> None:
        """Drop the events of one task."""
        with self._lock:
            self._events.pop(task_sid, None)


_ENDS = {"task.completed": "completed", "task.canceled": "canceled", "task.deleted": "deleted",
         "task.system-deleted": "system-deleted"}  # fmt: skip
_ANSWERS = ("accepted", "rejected", "timeout", "canceled", "rescinded", "failed")


def _apply(timeline: TaskTimeline, event: Event) -> None:
    """Add what *event* tells to *timeline*; each event adds to one part."""
    fields, now = event.fields, event.occurred
    group, _, what = event.name.partition(".")
    if event.name == "task.created":
        timeline.created = now
    elif event.name == "task.wrapup":
        timeline.wrapping = now
    elif event.name in {"task-queue.entered", "task-queue.moved", "task-queue.timeout"}:
        _queue(timeline, fields, now, what)
    elif group == "reservation":
        _reservation(timeline, fields, now, what)
    elif event.name in _ENDS:
        timeline.ended, timeline.outcome = now, _ENDS[event.name]
        timeline.reason = _text(fields, "task_canceled_reason") or _text(fields, "task_completed_reason")
        _leave(timeline, now, timeline.outcome)
    elif event.name == "workflow.timeout":
        _leave(timeline, now, "workflow timeout")


def _queue(timeline: TaskTimeline, fields: Mapping[str, Json], now: datetime, what: str) -> None:
    queue, stay = _text(fields, "task_queue_sid"), timeline.stays[-1] if timeline.stays else None
    if what != "timeout" and stay is not None and stay.left is None and stay.task_queue_sid == queue:
        return  # Inferred: callbacks.md section 4.3; a move may be told twice, as moved and as entered
    _leave(timeline, now, "timeout" if what == "timeout" else "moved")
    if what != "timeout" and queue is not None:
        timeline.stays.append(QueueStay(queue, _text(fields, "task_queue_name"), now))


def _reservation(timeline: TaskTimeline, fields: Mapping[str, Json], now: datetime, what: str) -> None:
    sid = _text(fields, "reservation_sid")
    if sid is None:
        return
    worker = _text(fields, "worker_sid")
    offer = next((each for each in timeline.offers if each.reservation_sid == sid), None)
    if offer is None:
        offer = Offer(sid, worker, now)
        timeline.offers.append(offer)
    if what in _ANSWERS and offer.outcome is None:
        offer.answered, offer.outcome = now, what
    if what == "accepted" and timeline.accepted is None:
        timeline.accepted, timeline.accepted_by = now, worker
        _leave(timeline, now, "assigned")


def _leave(timeline: TaskTimeline, now: datetime, why: str) -> None:
    if timeline.stays and timeline.stays[-1].left is None:
        timeline.stays[-1].left, timeline.stays[-1].why = now, why


def _text(fields: Mapping[str, Json], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


@frozen
class ServiceLevel:
    """How many tasks were accepted in time, too late, given up before, and are still waiting.

    ``share`` counts tasks whose fate is known: accepted, canceled or overdue. ``at_risk`` are the tasks that still
    wait, the most urgent first, with what is left of their time (negative: overdue).
    """

    in_time: int
    late: int
    abandoned: int
    waiting: int
    at_risk: tuple[tuple[str, timedelta], ...]

    @property
    def share(self) -> float | None:
        """Share of tasks in time, 0 … 1; None when no fate is known."""
        overdue = sum(1 for _, left in self.at_risk if left < timedelta(0))
        known = self.in_time + self.late + self.abandoned + overdue
        return None if known == 0 else self.in_time / known


def service_level(tasks: Iterable[TaskTimeline], within: timedelta, now: datetime) -> ServiceLevel:
    """Return how *tasks* were served, if each should be accepted *within* a time; *now* is for those that wait."""
    in_time = late = abandoned = 0
    waiting: list[tuple[str, timedelta]] = []
    for each in tasks:
        if each.waited is not None:
            in_time, late = (in_time + 1, late) if each.waited <= within else (in_time, late + 1)
        elif each.outcome is not None:
            abandoned += 1
        elif each.started is not None:
            waiting.append((each.task_sid, each.started + within - now))
    waiting.sort(key=lambda item: (item[1], item[0]))
    return ServiceLevel(in_time, late, abandoned, len(waiting), tuple(waiting))
