"""Which schemas a handler wants: read from its annotations, or stated where those cannot be read at run time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_type_hints

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._schema import Attributes, TaskAttributes, WorkerAttributes


@frozen
class Schemas:
    """What attributes of workers and tasks are decoded into; None: a JSON mapping."""

    worker: type[WorkerAttributes] | None = None
    task: type[TaskAttributes] | None = None


def schemas_of(  # Any: handlers differ
    handler: Callable[..., Any],
    scope: Mapping[str, Any],
    *,
    worker: type[WorkerAttributes] | None,
    task: type[TaskAttributes] | None,
) -> Schemas:
    """Return the schemas in the annotation of *handler*'s first parameter; *worker* and *task* go before it.

    *scope* are the local names where the handler is defined. Raises :class:`InvalidDeclaration` when the annotation
    cannot be read and nothing was stated.
    """
    if worker is not None and task is not None:
        return Schemas(worker, task)
    try:
        hints = get_type_hints(handler, localns=dict(scope))
    except Exception as error:
        if worker is not None or task is not None:
            return Schemas(worker, task)
        raise InvalidDeclaration(
            Diagnostic(
                "unreadable-annotation",
                f"The annotations of {_name(handler)} cannot be read at run time: {error}.",
                where=Where(path=_name(handler)),
                hint="import the names outside 'if TYPE_CHECKING:', or state worker=… and task=…",
            )
        ) from error
    parameters = [name for name in inspect.signature(handler).parameters if name in hints]
    arguments = get_args(hints[parameters[0]]) if parameters else ()
    return Schemas(worker or _first(arguments, WorkerAttributes), task or _first(arguments, TaskAttributes))


def _first(arguments: tuple[object, ...], base: type[Attributes[Any]]) -> Any:  # Any: a subclass of *base*
    found: list[object] = [each for each in arguments if isinstance(each, type) and issubclass(each, base)]
    return found[0] if found else None


def _name(handler: Callable[..., Any]) -> str:
    return str(getattr(handler, "__qualname__", type(handler).__name__))
