"""What the rules of the handbook are about: queues, workflows, workers, tasks and offers, as plain as can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.handbook import Rules

Attributes = dict[str, Any]


@dataclass
class Queue:
    accepts: Callable[[Attributes], bool]
    order: str
    most: int
    reserved: str | None = None
    busy: str | None = None


@dataclass
class Target:
    queue: str
    timeout: int | None = None
    priority: int | None = None
    matches: Callable[[Attributes, Attributes], bool] | None = None
    skips: Callable[[Rules, str], bool] | None = None
    by: str | None = None
    known: str | None = None


@dataclass
class Filter:
    matches: Callable[[Attributes], bool]
    targets: list[Target]


@dataclass
class Workflow:
    filters: list[Filter]
    default: Target | None
    seconds: int

    def at(self, index: int) -> list[Target]:
        """Return the targets of a filter; -1 is the default filter."""
        if index >= 0:
            return self.filters[index].targets
        assert self.default is not None
        return [self.default]


@dataclass(eq=False)
class Channel:
    capacity: int = 1
    available: bool = True
    used: int = 0


@dataclass(eq=False)
class Worker:
    name: str
    number: int
    attributes: Attributes
    activity: str
    idle_since: int
    channels: dict[str, Channel]
    open: list[Offer] = field(default_factory=list)


@dataclass(eq=False)
class Offer:
    task: Task
    worker: Worker
    queue: str
    before: str
    status: str = "pending"


@dataclass(eq=False)
class Task:
    number: int
    attributes: Attributes
    priority: int
    channel: str
    workflow: str
    rules: Workflow
    virtual_start_time: int
    #: The worker or queue that it was made for.
    worker: str | None = None
    minds_capacity: bool = True
    direct: Target | None = None
    status: str = "pending"
    reason: str | None = None
    queue: str | None = None
    offers: list[Offer] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    filter: int | None = None
    entered: int = 0
    target: int = 0
    waits: bool = False
    again: bool = False
    #: Kind of timer -> when it is due.
    due: dict[int, int | None] = field(default_factory=dict)

    def pending(self) -> list[Offer]:
        return [each for each in self.offers if each.status == "pending"]
