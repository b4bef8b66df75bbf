"""``Callbacks``: what the service posts goes in, an answer comes out, in time and whatever a handler does.

The order is fixed: size, signature, content, handler. Every assignment is answered with 200 and an instruction (or an
empty body); an exception, a late handler and a full house have configured answers. ``_asgi`` and ``_wsgi`` are thin.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, TypeVar, overload

from taskrouter_kit._wire import Json
from taskrouter_kit.callbacks._answering import assignment_for, rendered
from taskrouter_kit.callbacks._asgi import AsgiApp
from taskrouter_kit.callbacks._assignment import Assignment
from taskrouter_kit.callbacks._deadline import Exhausted, Late, awithin, finished, within
from taskrouter_kit.callbacks._dedupe import SeenStore
from taskrouter_kit.callbacks._directory import AsyncBoundWorkspace, BoundWorkspace, Directory
from taskrouter_kit.callbacks._dispatch import Dispatcher, is_async
from taskrouter_kit.callbacks._log import described, log, shown_sid
from taskrouter_kit.callbacks._registry import (
    AssignmentHandler,
    EventHandler,
    conditions,
    event_kind,
)
from taskrouter_kit.callbacks._reply import Reply, answer, noted, refused
from taskrouter_kit.callbacks._request import (
    BadRequest,
    Headers,
    Request,
    content_of,
    posted_in,
    request_of,
)
from taskrouter_kit.callbacks._schemas import name_of, schemas_of
from taskrouter_kit.callbacks._settings import checked
from taskrouter_kit.callbacks._signature import check_loopback
from taskrouter_kit.callbacks._wsgi import WsgiApp
from taskrouter_kit.expr._schema import TaskAttributes, WorkerAttributes
from taskrouter_kit.models._event_groups import Event
from taskrouter_kit.models._instruction_base import Instruction, activity_names
from taskrouter_kit.models._instruction_options import ActivitySids

A = TypeVar("A")
K = TypeVar("K")
E = TypeVar("E", bound=Event)
I_ = TypeVar("I_", bound="Instruction | Awaitable[Instruction | None] | None")
R_ = TypeVar("R_", bound="Awaitable[None] | None")


class Callbacks(Dispatcher):
    """Answers assignment and event callbacks; one URL serves both.

    ``auth_token``: one, or several while one is rotated. ``public_url``: scheme and host that Twilio calls, behind a
    proxy. ``default`` is answered when a handler is late or none is free, ``fallback`` (else ``default``) when it
    raises; None is an empty 200: the reservation stays pending. ``deadline`` and ``event_deadline`` are seconds.
    ``workers``: how many sync handlers run at the same time, on threads; None: on the caller's thread and without a
    deadline, for tests with an emulator in this process. ``workspace``: a client's workspace, whose activities and
    workflows are read now, once, so that handlers may name them; or ``activities``: the SIDs of activity names. With
    neither, an activity's SID is asked of the service when an answer first names it.
    ``seen``: recognises events that come twice. ``misfit="fallback"`` keeps attributes that do not fit the schemas
    from the handler. ``on_error`` gets every exception of a handler; the log names only its type and place.
    ``unsigned=True`` checks nothing and answers on the loopback interface only.
    """

    def __init__(
        self,
        auth_token: str | Sequence[str] = (),
        *,
        public_url: str | None = None,
        default: Instruction | None = None,
        fallback: Instruction | None = None,
        deadline: float | timedelta = 4.0,
        event_deadline: float | timedelta = 14.0,
        workers: int | None = 256,
        activities: ActivitySids | None = None,
        workspace: BoundWorkspace | None = None,
        seen: SeenStore | None = None,
        misfit: Literal["handler", "fallback"] = "handler",
        on_error: Callable[[Exception], Awaitable[None] | None] | None = None,
        unsigned: bool = False,
    ) -> None:
        settings = checked(
            auth_token,
            public_url=public_url,
            unsigned=unsigned,
            deadline=deadline,
            event_deadline=event_deadline,
            workers=workers,
            misfit=misfit,
            answers={"default": default, "fallback": fallback},
            activities=activities,
            workspace=workspace,
            on_error=on_error,
        )
        super().__init__(workers, seen, on_error, settings.event_deadline)
        self._deadline = settings.deadline
        self._signatures = settings.signatures
        self.directory = Directory(activities, settings.tokens)
        if workspace is not None:
            self.directory.bind(workspace)
        self._default = answer(default, self.directory.given)
        self._fallback = self._default if fallback is None else answer(fallback, self.directory.given)
        self._misfits = misfit == "handler"

    # -- registration ------------------------------------------------------------------------------------------------

    @overload
    def assignment(self, handler: Callable[[Assignment[A, K]], I_]) -> Callable[[Assignment[A, K]], I_]: ...
    @overload
    def assignment(
        self,
        handler: None = None,
        *,
        workflow: object = None,
        worker: type[WorkerAttributes] | None = None,
        task: type[TaskAttributes] | None = None,
    ) -> Callable[[Callable[[Assignment[A, K]], I_]], Callable[[Assignment[A, K]], I_]]: ...
    def assignment(
        self,
        handler: Any = None,  # Any: typed by the overloads
        *,
        workflow: object = None,
        worker: type[WorkerAttributes] | None = None,
        task: type[TaskAttributes] | None = None,
    ) -> Any:
        """Register the function that answers assignments: of *workflow* (its SID or resource), or of all others.

        The schemas are read from its annotation ``Assignment[Agent, Call]``, or stated as *worker* and *task*. Where
        activities are known, a declared one that the function names must be among them. *workflow* may be a name or
        a declared one where a workspace is bound.
        """
        sid = None if workflow is None else self.directory.workflow_sid(workflow)
        scope = sys._getframe(1).f_locals

        def register(function: Any) -> Any:
            schemas = schemas_of(function, scope, Assignment, worker=worker, task=task)
            self.directory.check(function)
            self._registry.add_assignment(sid, AssignmentHandler(function, schemas))
            return function

        return register if handler is None else register(handler)

    def on(
        self,
        event: type[E],
        *where: Callable[[E], bool],
        worker: type[WorkerAttributes] | None = None,
        task: type[TaskAttributes] | None = None,
    ) -> Callable[[Callable[[E], R_]], Callable[[E], R_]]:
        """Register a function for a type of *event* (``Event`` for all), where every one of *where* holds.

        The schemas are read from its annotation, or from *event* (``ReservationTimeout[Agent, Call]``), or stated.
        """
        kind = event_kind(event)
        scope = sys._getframe(1).f_locals

        def register(function: Callable[[E], R_]) -> Callable[[E], R_]:
            schemas = schemas_of(function, scope, event, worker=worker, task=task)
            self._registry.events.append(EventHandler(function, kind, conditions(where), schemas))
            return function

        return register

    def bind(self, workspace: BoundWorkspace) -> None:
        """Read the activities and workflows of a client's *workspace* once, so that handlers may name them.

        Raises :class:`InvalidDeclaration` when a handler that is registered names a declared activity it does not
        have, and what the client raises.
        """
        self.directory.bind(workspace)
        self._check_handlers()

    async def abind(self, workspace: AsyncBoundWorkspace) -> None:
        """Read the activities and workflows of an async client's *workspace*, as :meth:`bind` does."""
        await self.directory.abind(workspace)
        self._check_handlers()

    def _check_handlers(self) -> None:
        for handler in self._registry.assignments.values():
            self.directory.check(handler.function)

    # -- answering ---------------------------------------------------------------------------------------------------

    def handle(self, url: str, headers: Headers, body: bytes, *, client: str | None = None) -> Reply:
        """Return the answer to one POST. *url* is the whole URL with its query, *client* the peer's address if known.

        Never raises for what came in; a handler that is late goes on in its thread, and its answer is dropped.
        """
        until = time.monotonic() + self._deadline
        try:
            posted = self._checked(request_of(url, headers, body), client)
        except BadRequest as bad:
            return self._refuse(bad)
        if isinstance(posted, list):
            return self._note(posted)
        handler = self._handler_of(posted)
        if handler is None:
            return self._default
        try:
            assignment = assignment_for(handler, posted, misfits=self._misfits)
            if assignment is None:
                return self._fallback
            future = self._slots.start(
                lambda: rendered(finished(handler.function(assignment)), assignment, self.directory)
            )
            return within(future, until - time.monotonic())
        except Exception as error:  # noqa: BLE001  # whatever a handler does, the service gets its answer
            reply = self._failed(error, handler, posted)
            self._tell(error, until)
            return reply

    async def ahandle(self, url: str, headers: Headers, body: bytes, *, client: str | None = None) -> Reply:
        """Return the answer to one POST (see :meth:`handle`); async handlers run in this loop, others on a thread."""
        until = time.monotonic() + self._deadline
        try:
            posted = self._checked(request_of(url, headers, body), client)
        except BadRequest as bad:
            return self._refuse(bad)
        if isinstance(posted, list):
            return await self._anote(posted)
        handler = self._handler_of(posted)
        if handler is None:
            return self._default
        try:
            assignment = assignment_for(handler, posted, misfits=self._misfits)
            if assignment is None:
                return self._fallback
            if is_async(handler.function):
                result = await awithin(handler.function(assignment), until - time.monotonic(), cancel=True)
                if self.directory.at_hand(activity_names(result), assignment.fields.get("workspace_sid")):
                    return rendered(result, assignment, self.directory)
                work = self._in_slot(lambda given: rendered(result, given, self.directory), assignment)
            else:
                work = self._in_slot(
                    lambda given: rendered(finished(handler.function(given)), given, self.directory), assignment
                )
            return await awithin(work, until - time.monotonic())
        except Exception as error:  # noqa: BLE001  # as above
            reply = self._failed(error, handler, posted)
            await self._atell(error, until)
            return reply

    def _checked(self, request: Request, client: str | None) -> Mapping[str, Json] | list[Event]:
        """Return what was posted, once it is known who posted it."""
        if self._signatures is None:
            check_loopback(request, client)
            return posted_in(content_of(request))
        if not request.header("x-twilio-signature"):
            self._signatures.check(request, "")
        content = content_of(request)
        self._signatures.check(request, content)
        return posted_in(content)

    def _refuse(self, bad: BadRequest) -> Reply:
        log.warning("Refused a callback with %d: %s", bad.status, bad.sentence)
        return refused(bad.status, bad.sentence)

    # -- assignments -------------------------------------------------------------------------------------------------

    def _handler_of(self, payload: Mapping[str, Json]) -> AssignmentHandler | None:
        workflow = payload.get("WorkflowSid")
        handler = self._registry.assignment(workflow if isinstance(workflow, str) else None)
        if handler is None:
            log.error("No handler for assignments of workflow %s; answered with the default.", shown_sid(workflow))
        return handler

    def _failed(self, error: Exception, handler: AssignmentHandler, payload: Mapping[str, Json]) -> Reply:
        reservation = shown_sid(payload.get("ReservationSid"))
        name = name_of(handler.function)
        if isinstance(error, Late):
            log.error("%s was late for reservation %s; answered with the default.", name, reservation)
            return self._default
        if isinstance(error, Exhausted):
            log.error("No slot for %s and reservation %s; answered with the default.", name, reservation)
            return self._default
        log.error("%s failed for reservation %s: %s.", name, reservation, described(error))
        return self._fallback

    def _tell(self, error: Exception, until: float) -> None:
        """Give *error* to on_error, for as long as the answer can wait; whoever is slow goes on."""
        if self._on_error is None or isinstance(error, Late | Exhausted):
            return
        try:
            within(self._slots.start(lambda: self._report(error)), until - time.monotonic())
        except (Late, Exhausted):
            log.error("on_error has not ended when the answer had to go out.")

    async def _atell(self, error: Exception, until: float) -> None:
        if self._on_error is None or isinstance(error, Late | Exhausted):
            return
        try:
            await awithin(self._in_slot(self._report, error), until - time.monotonic())
        except (Late, Exhausted):
            log.error("on_error has not ended when the answer had to go out.")

    # -- events ------------------------------------------------------------------------------------------------------

    def _note(self, events: Iterable[Event]) -> Reply:
        until = time.monotonic() + self._event_deadline
        try:
            future = self._slots.start(
                lambda: [self.dispatch(event) for event in events], patience=self._event_deadline
            )
        except Exhausted:
            log.error("No slot for an event; it was not handled.")
            return refused(503, "No handler is free.")
        try:
            within(future, until - time.monotonic())
        except Late:
            log.error("Event handlers take longer than %.1f s; they go on.", self._event_deadline)
        return noted()

    async def _anote(self, events: Iterable[Event]) -> Reply:
        async def work() -> None:
            for event in events:
                await self.adispatch(event)

        try:
            await awithin(work(), self._event_deadline)
        except Late:
            log.error("Event handlers take longer than %.1f s; they go on.", self._event_deadline)
        return noted()

    # -- adapters ----------------------------------------------------------------------------------------------------

    def asgi(self) -> AsgiApp:
        """Return an ASGI application; any path below where it is mounted is accepted."""
        return AsgiApp(self.ahandle)

    def wsgi(self) -> WsgiApp:
        """Return a WSGI application; any path below where it is mounted is accepted."""
        return WsgiApp(self.handle)
