"""What a handler wants: read from its signature when it is registered, so that a wrong one fails at the start.

Schemas come from the annotation of its parameter, or are stated where annotations cannot be read at run time.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin, get_type_hints

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.callbacks._assignment import Assignment
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._schema import Attributes, TaskAttributes, WorkerAttributes
from taskrouter_kit.models._event_groups import Event


@frozen
class Schemas:
    """What attributes of workers and tasks are decoded into; None: a JSON mapping."""

    worker: type[WorkerAttributes] | None = None
    task: type[TaskAttributes] | None = None


def schemas_of(  # Any: handlers differ
    handler: Callable[..., Any],
    scope: Mapping[str, Any],
    asked: object,
    *,
    worker: type[WorkerAttributes] | None,
    task: type[TaskAttributes] | None,
) -> Schemas:
    """Return the schemas in the annotation of *handler*'s parameter; *worker* and *task* go before it.

    *scope* are the local names where the handler is defined, *asked* is what it is registered for: its schemas
    (``ReservationTimeout[Agent, Call]``) stand where the annotation has none. Raises :class:`InvalidDeclaration` for a
    handler that cannot be called with one argument, or wants another one, and when the annotation cannot be read and
    nothing was stated.
    """
    parameter = _parameter(handler)
    given: Any = get_origin(asked) or asked
    registered = get_args(asked)
    try:
        hints = get_type_hints(function_of(handler), localns=dict(scope))
    except Exception as error:
        if worker is not None or task is not None or registered:
            return _schemas(worker, task, registered)
        raise _wrong(
            handler,
            "unreadable-annotation",
            f"The annotations of {name_of(handler)} cannot be read at run time: {error}.",
            "import the names outside 'if TYPE_CHECKING:', or state worker=… and task=…",
        ) from error
    wanted = None if parameter is None else hints.get(parameter)
    origin = get_origin(wanted) or wanted
    if isinstance(origin, type) and issubclass(origin, Assignment | Event) and not issubclass(given, origin):
        raise _wrong(
            handler,
            "wrong-type",
            f"{name_of(handler)} wants {origin.__name__}, and would get {given.__name__}.",
            "register it for what its annotation says",
        )
    return _schemas(worker, task, (*get_args(wanted), *registered))


def _schemas(
    worker: type[WorkerAttributes] | None, task: type[TaskAttributes] | None, arguments: tuple[object, ...]
) -> Schemas:
    return Schemas(worker or _first(arguments, WorkerAttributes), task or _first(arguments, TaskAttributes))


def name_of(handler: Callable[..., Any]) -> str:
    """Return what a message or a log calls *handler*."""
    if isinstance(handler, functools.partial):
        return name_of(handler.func)
    return str(getattr(handler, "__qualname__", type(handler).__name__))


def function_of(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that holds the annotations: of a partial, of an object that can be called."""
    if isinstance(handler, functools.partial):
        return function_of(handler.func)
    if inspect.isroutine(handler) or inspect.isclass(handler):
        return handler
    call: Callable[..., Any] = type(handler).__call__
    return call


def _parameter(handler: Callable[..., Any]) -> str | None:
    """Return the name of the parameter that gets the one argument; None for a handler that has no signature."""
    try:
        signature = inspect.signature(handler)
    except ValueError:
        return None
    try:
        return next(iter(signature.bind(None).arguments))
    except TypeError as error:
        raise _wrong(
            handler,
            "wrong-signature",
            f"{name_of(handler)} cannot be called with one argument: {error}.",
            "a handler takes the assignment, or the event, and nothing else",
        ) from None


def _wrong(handler: Callable[..., Any], rule: str, message: str, hint: str) -> InvalidDeclaration:
    return InvalidDeclaration(Diagnostic(rule, message, where=Where(path=name_of(handler)), hint=hint))


def _first(arguments: tuple[object, ...], base: type[Attributes[Any]]) -> Any:  # Any: a subclass of *base*
    found: list[object] = [each for each in arguments if isinstance(each, type) and issubclass(each, base)]
    return found[0] if found else None
