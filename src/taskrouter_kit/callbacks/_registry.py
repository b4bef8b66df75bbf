"""Which function gets which request: assignment handlers by workflow, event handlers by type, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_origin

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.callbacks._schemas import Schemas, name_of
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._event_groups import Event

# Any: handlers are typed where they are registered, and kept together here
Handler = Callable[[Any], Any]


@frozen
class EventHandler:
    """A function, the type of events it wants, what else must hold, and its schemas."""

    function: Handler
    kind: type[Event]
    where: tuple[Callable[[Any], bool], ...]
    schemas: Schemas


@frozen
class AssignmentHandler:
    """A function and its schemas."""

    function: Handler
    schemas: Schemas


@frozen
class Registry:
    """All handlers of one :class:`Callbacks`."""

    assignments: dict[str | None, AssignmentHandler] = field(factory=dict[str | None, AssignmentHandler])
    events: list[EventHandler] = field(factory=list[EventHandler])

    def add_assignment(self, workflow: str | None, handler: AssignmentHandler) -> None:
        """Register the handler of *workflow* (a SID; None: of every other one). Two for one are an error."""
        if workflow in self.assignments:
            what = "of every workflow" if workflow is None else f"of workflow {workflow}"
            raise InvalidDeclaration(
                Diagnostic(
                    "duplicate-handler",
                    f"There is a handler for the assignments {what} already.",
                    where=Where(path=name_of(handler.function)),
                    hint="one request has one answer; say workflow=… to tell them apart",
                )
            )
        self.assignments[workflow] = handler

    def assignment(self, workflow: str | None) -> AssignmentHandler | None:
        """Return the handler of *workflow*, or the one of every other workflow."""
        return self.assignments.get(workflow) or self.assignments.get(None)

    def matching(self, event: Event) -> Iterator[EventHandler]:
        """Yield the handlers that may want *event*, in the order of their registration."""
        return (each for each in self.events if isinstance(event, each.kind))


def conditions(where: tuple[object, ...]) -> tuple[Callable[[Any], bool], ...]:
    """Return what must hold of an event; a second type of event is refused: as a condition it would always hold."""
    for each in where:
        if isinstance(each, type) or get_origin(each) is not None or not callable(each):
            raise InvalidDeclaration(
                Diagnostic(
                    "wrong-type",
                    f"on() takes one type of event, and functions of the event that must hold; got {each!r}.",
                    hint="register the handler once for each type",
                )
            )
    return where  # type: ignore[return-value]  # each is callable


def event_kind(asked: object) -> type[Event]:
    """Return the event class in *asked*: ``ReservationTimeout`` or ``ReservationTimeout[Agent, Call]``."""
    origin = get_origin(asked) or asked
    if isinstance(origin, type) and issubclass(origin, Event):
        return origin
    raise InvalidDeclaration(
        Diagnostic(
            "wrong-type",
            f"on() takes a type of event; got {asked!r}.",
            hint="for example on(ReservationTimeout); on(Event) takes all",
        )
    )
