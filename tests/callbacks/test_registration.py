"""What can be registered: any function of one argument whose annotation says what it gets; the rest fails at once."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from callbacks.answering import Agent, Call, answered, made
from callbacks_requests import ASSIGNMENT, EVENT, TOKEN, form
from taskrouter_kit import Activity
from taskrouter_kit.callbacks import (
    Accept,
    Assignment,
    Callbacks,
    Dequeue,
    Event,
    Instruction,
    ReservationCanceled,
    ReservationTimeout,
    TaskCreated,
)
from taskrouter_kit.errors import InvalidDeclaration

lunch = Activity("Lunch", available=False)


def plain(assignment: Assignment[Agent, Call]) -> Instruction:
    assert assignment.task.language == "es"
    return Accept()


def with_more(number: int, assignment: Assignment[Agent, Call], *, again: bool = False) -> Instruction:
    assert (number, again, assignment.task.language) == (1, True, "es")
    return Accept()


class Callable_:
    def __call__(self, assignment: Assignment[Agent, Call]) -> Instruction:
        return plain(assignment)

    def method(self, assignment: Assignment[Agent, Call]) -> Instruction:
        return plain(assignment)

    async def later(self, assignment: Assignment[Agent, Call]) -> Instruction:
        return plain(assignment)

    @staticmethod
    def static(assignment: Assignment[Agent, Call]) -> Instruction:
        return plain(assignment)


@functools.wraps(plain)
def wrapped(*arguments: Any) -> Instruction:
    return plain(*arguments)


@pytest.mark.parametrize(
    "handler",
    [
        plain,
        wrapped,
        functools.partial(with_more, 1, again=True),
        Callable_(),
        Callable_().method,
        Callable_().later,
        Callable_.static,
    ],
)
def test_whatever_can_be_called_is_a_handler(handler: Any) -> None:
    """Functions, methods, partials, objects: the schemas are read from each."""
    callbacks = Callbacks(TOKEN)
    callbacks.assignment(handler)
    reply = callbacks.handle(*form(ASSIGNMENT))
    assert json.loads(reply.body) == {"instruction": "accept"}


def test_schemas_of_the_registration() -> None:
    """on(ReservationTimeout[Agent, Call]) says the schemas where the handler's annotation says none."""
    callbacks = Callbacks(TOKEN)
    seen: list[Any] = []
    callbacks.on(ReservationTimeout[Agent, Call], lambda event: event.task.language == "es")(
        lambda event: seen.append((event.worker, event.task))
    )

    @callbacks.on(ReservationTimeout[Agent, Call])
    def unreadable(event: ReservationTimeout[Hidden, Hidden]) -> None:  # type: ignore[name-defined] # noqa: F821
        seen.append((event.worker, event.task))

    assert callbacks.dispatch(EVENT)
    assert [(type(worker), type(task)) for worker, task in seen] == [(Agent, Call), (Agent, Call)]


def test_stated_schemas_do_not_hide_a_wrong_handler() -> None:
    """A handler of events where assignments come is refused, whatever schemas are stated."""

    def for_events(event: ReservationTimeout[Agent, Call]) -> None: ...

    register: Any = Callbacks(TOKEN).assignment(worker=Agent, task=Call)
    with pytest.raises(InvalidDeclaration, match="wants ReservationTimeout, and would get Assignment"):
        register(for_events)


def no_argument() -> Instruction:
    return Accept()


def two_arguments(a: Any, b: Any) -> Instruction:
    return Accept()


def keyword_only(*, assignment: Assignment[Agent, Call]) -> Instruction:
    return Accept()


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        (no_argument, "too many positional arguments"),
        (two_arguments, "missing a required argument: 'b'"),
        (keyword_only, "too many positional arguments"),
    ],
)
def test_a_handler_takes_one_argument(handler: Any, why: str) -> None:
    """A handler that could never be called is refused when it is registered, for assignments and events."""
    callbacks = Callbacks(TOKEN)
    for register in (callbacks.assignment, callbacks.on(Event)):
        with pytest.raises(InvalidDeclaration) as caught:
            register(handler)
        assert str(caught.value) == (
            f"{handler.__name__} cannot be called with one argument: {why}. [wrong-signature]\n"
            f"  at {handler.__name__}\n"
            "  hint: a handler takes the assignment, or the event, and nothing else"
        )


def created(event: TaskCreated[Call]) -> None: ...


def test_a_handler_gets_what_it_wants() -> None:
    """A handler of another type of event, or of events where assignments come, is refused."""
    callbacks: Any = Callbacks(TOKEN)
    with pytest.raises(InvalidDeclaration) as caught:
        callbacks.on(ReservationTimeout)(created)
    assert str(caught.value) == (
        "created wants TaskCreated, and would get ReservationTimeout. [wrong-type]\n"
        "  at created\n"
        "  hint: register it for what its annotation says"
    )
    for register, handler in (
        (callbacks.assignment, created),
        (callbacks.on(Event), created),
        (callbacks.on(TaskCreated), plain),
    ):
        with pytest.raises(InvalidDeclaration, match="wrong-type"):
            register(handler)


def test_a_handler_may_want_more_than_it_gets() -> None:
    """A base class, a union, Any and no annotation at all take what comes."""
    callbacks: Any = Callbacks(TOKEN)
    seen: list[str] = []

    def base(event: Event) -> None:
        seen.append("base")

    def union(event: ReservationTimeout[Agent, Call] | ReservationCanceled[Agent, Call]) -> None:
        seen.append("union")

    def anything(event: Any) -> None:
        seen.append("anything")

    def bare(event) -> None:  # type: ignore[no-untyped-def]
        seen.append("bare")

    for handler in (base, union, anything, bare):
        callbacks.on(ReservationTimeout)(handler)
    callbacks.handle(*form(EVENT))
    assert seen == ["base", "union", "anything", "bare"]


@pytest.mark.parametrize("condition", [ReservationCanceled, ReservationCanceled[Agent, Call], "x", True])
def test_one_type_at_a_time(condition: Any) -> None:
    """A second type of event would be a condition that always holds: it is refused."""
    callbacks: Any = Callbacks(TOKEN)

    def handler(event: Event) -> None: ...

    with pytest.raises(InvalidDeclaration) as caught:
        callbacks.on(ReservationTimeout, condition)(handler)
    assert [each.rule for each in caught.value.diagnostics] == ["wrong-type"]
    assert "register the handler once for each type" in str(caught.value)


def resting(reason: str, assignment: Assignment[Agent, Call]) -> Instruction:
    return Dequeue(post_work_activity=lunch)


def test_activities_are_seen_through_a_partial() -> None:
    """A declared activity that nobody knows is found in the function behind a partial, too."""
    callbacks = Callbacks(TOKEN, activities={"Available": "WA" + "1" * 32})
    with pytest.raises(InvalidDeclaration, match="The SID of activity 'Lunch' is not known here"):
        callbacks.assignment(functools.partial(resting, "noon"))


def test_schemas_can_be_stated() -> None:
    """Where annotations cannot be read at run time, worker= and task= say the schemas; else it is an error."""
    callbacks = made()

    def unreadable(assignment: Assignment[Hidden, Hidden]) -> Instruction:  # type: ignore[name-defined] # noqa: F821
        assert assignment.task.language == "es"
        return Accept()

    with pytest.raises(InvalidDeclaration) as caught:
        callbacks.assignment(unreadable)
    assert [each.rule for each in caught.value.diagnostics] == ["unreadable-annotation"]
    callbacks.assignment(worker=Agent, task=Call)(unreadable)
    assert answered(callbacks.handle(*form(ASSIGNMENT))) == {"instruction": "accept"}
