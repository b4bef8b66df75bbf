"""Every public exception, in one tree.

::

    TaskRouterKitError
    ├── InvalidDeclaration (ValueError)      something declared in Python cannot be what it says
    │   ├── InvalidName                      an attribute, channel or activity name TaskRouter cannot refer to
    │   ├── InvalidAttributes                an attributes document is too long or does not fit its schema
    │   └── NotNegatable                     ~ on a condition that the language cannot negate
    ├── ExpressionError (ValueError)         an expression text
    │   └── ExpressionSyntaxError            text that TaskRouter's parser would refuse
    ├── CannotTell                           a question that could not be answered (exit code 2)
    │   ├── MissingCredentials               environment or arguments hold no usable credentials
    │   └── LoadError                        a module, object or file that could not be loaded
    ├── MissingField (ValueError)            a field of a callback or event was read that is not there, or garbled
    ├── DeadlinePassed (TimeoutError)        what was waited for did not happen in time
    ├── ServiceError                         the service, or the way to it
    │   ├── NotFound                         404: no such thing, or gone
    │   ├── Unauthorized                     401 / 403: who you are, or what you may
    │   ├── ValidationRefused                400: the service refused the request
    │   ├── Conflict                         409, 410: the state of the thing does not allow it
    │   ├── StaleVersion                     412: someone else changed it in between
    │   ├── RateLimited                      429, still after all retries
    │   ├── ServiceUnavailable               5xx or no connection; the request had no effect or was safe to repeat
    │   │   └── NotSent                      no connection could be made: nothing was sent
    │   ├── OutcomeUnknown                   the request may or may not have been carried out
    │   └── UnexpectedAnswer                 no TaskRouter answer (HTML, wrong shape, foreign next page)
    ├── PlanRefused                          a plan would do what it may not do without being told
    └── ApplyStopped                         a plan was carried out in part; says which

Each error carries data first: ``diagnostics`` (see :class:`taskrouter_kit.Diagnostic`), and for service errors the
status, Twilio code, request and headers. All of them pickle, and none holds credentials or attributes of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from taskrouter_kit._diagnostics import Diagnostic, render_all

__all__ = [
    "ApplyStopped",
    "CannotTell",
    "Conflict",
    "DeadlinePassed",
    "ExpressionError",
    "ExpressionSyntaxError",
    "InvalidAttributes",
    "InvalidDeclaration",
    "InvalidName",
    "LoadError",
    "MissingCredentials",
    "MissingField",
    "NotFound",
    "NotNegatable",
    "NotSent",
    "OutcomeUnknown",
    "PlanRefused",
    "RateLimited",
    "ServiceError",
    "ServiceUnavailable",
    "StaleVersion",
    "TaskRouterKitError",
    "Unauthorized",
    "UnexpectedAnswer",
    "ValidationRefused",
]

#: Headers that no error keeps.
_SESSION = frozenset({"set-cookie", "authorization"})


class TaskRouterKitError(Exception):
    """Base of every error of this library. ``diagnostics`` holds all findings, most important first."""

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__(found)
        self.diagnostics = found

    def __str__(self) -> str:
        return render_all(self.diagnostics)


class InvalidDeclaration(TaskRouterKitError, ValueError):
    """Something declared in Python cannot be what it says; all problems of the declaration are in it."""


class InvalidName(InvalidDeclaration):
    """A name that TaskRouter's expression language cannot refer to."""


class InvalidAttributes(InvalidDeclaration):
    """An attributes document is no JSON object, is too long, or does not fit its schema."""


class NotNegatable(InvalidDeclaration):
    """``~`` on a condition for which the expression language has no negation."""


class ExpressionError(TaskRouterKitError, ValueError):
    """A problem with an expression text."""


class ExpressionSyntaxError(ExpressionError):
    """Text that TaskRouter's parser would refuse (its code 20001)."""


class CannotTell(TaskRouterKitError):
    """The question could not be answered."""


class MissingField(TaskRouterKitError, ValueError):
    """A field of an assignment or event was read that the service did not send, or that is not what it should be."""


class DeadlinePassed(TaskRouterKitError, TimeoutError):
    """What was waited for did not happen in time."""


class MissingCredentials(CannotTell):
    """Neither arguments nor environment hold usable credentials."""


class LoadError(CannotTell):
    """A module, object or file that was named could not be loaded."""


class PlanRefused(TaskRouterKitError):
    """A plan would do what the service cannot, or what it may not do without being told."""


class ApplyStopped(TaskRouterKitError):
    """A plan was carried out in part. ``done`` says what was, in order; ``cause`` is the service's error."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic], *, done: Iterable[str] = ()) -> None:
        super().__init__(diagnostics)
        self.done = tuple(done)

    @classmethod
    def at(cls, kind: str, name: str, done: list[str], error: TaskRouterKitError) -> ApplyStopped:
        """Build the error for the change of *kind* called *name* that *error* stopped."""
        before = "; ".join(done) if done else "nothing"
        stop = Diagnostic(
            "apply-stopped",
            f"The plan stopped at {kind} {name!r}. Done before it: {before}.",
            hint="mend the cause and apply a new plan: it goes on from there",
        )
        return cls((stop, *error.diagnostics), done=done)

    def __reduce__(self) -> tuple[Callable[..., ApplyStopped], tuple[Any, ...]]:  # Any: the pickle protocol's own type
        return _apply_stopped, (self.diagnostics, self.done)


def _apply_stopped(diagnostics: tuple[Diagnostic, ...], done: tuple[str, ...]) -> ApplyStopped:
    return ApplyStopped(diagnostics, done=done)


class ServiceError(TaskRouterKitError):
    """The service, or the way to it. Says what Twilio said; never what was sent.

    ``status`` is the HTTP status (None: no answer), ``code`` Twilio's own, ``request`` the method and path,
    ``request_id`` what Twilio's support asks for, ``headers`` those of the answer (without what may hold a session).
    """

    def __init__(
        self,
        diagnostics: Diagnostic | Iterable[Diagnostic],
        *,
        status: int | None = None,
        code: int | None = None,
        request: str | None = None,
        request_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.code = code
        self.request = request
        self.request_id = request_id
        kept = (headers or {}).items()
        self.headers: Mapping[str, str] = {name: value for name, value in kept if name.lower() not in _SESSION}

    def __reduce__(self) -> tuple[Callable[..., ServiceError], tuple[Any, ...]]:  # Any: the pickle protocol's own type
        fields = (self.status, self.code, self.request, self.request_id, self.headers)
        return _service_error, (type(self), self.diagnostics, *fields)


def _service_error(
    kind: type[ServiceError],
    diagnostics: tuple[Diagnostic, ...],
    status: int | None,
    code: int | None,
    request: str | None,
    request_id: str | None,
    headers: Mapping[str, str],
) -> ServiceError:
    return kind(diagnostics, status=status, code=code, request=request, request_id=request_id, headers=headers)


class NotFound(ServiceError):
    """404: no such thing, or gone (a task disappears five minutes after its end)."""


class Unauthorized(ServiceError):
    """401 or 403: who you are, or what you may."""


class ValidationRefused(ServiceError):
    """400: the service refused the request; nothing was done."""


class Conflict(ServiceError):
    """409 or 410: the state of the thing does not allow it (any more)."""


class StaleVersion(ServiceError):
    """412: someone else changed the thing in between; nothing was written.

    After a read-change-write that lost too often, ``mine`` are the attributes that were to be written and ``theirs``
    those that are there now. They are data only: no message, log or pickle holds them.
    """

    mine: object = None
    theirs: object = None


class RateLimited(ServiceError):
    """429, still after all retries; nothing was done."""


class ServiceUnavailable(ServiceError):
    """5xx or no connection, and the request was safe to repeat or had no effect."""


class NotSent(ServiceUnavailable):
    """No connection could be made: nothing was sent."""


class OutcomeUnknown(ServiceError):
    """The request may or may not have been carried out: look before doing it again."""


class UnexpectedAnswer(ServiceError):
    """An answer that TaskRouter does not give: no JSON, another shape, a next page of another origin."""
