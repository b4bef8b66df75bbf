"""Events to their handlers: in the order of registration, each event once, whatever a handler does."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar, cast

from typing_extensions import ParamSpec

from taskrouter_kit._wire import Json
from taskrouter_kit.callbacks._deadline import Exhausted, Slots, awithin, contained, finished
from taskrouter_kit.callbacks._dedupe import MemorySeen, SeenStore
from taskrouter_kit.callbacks._log import described, log, shown_sid
from taskrouter_kit.callbacks._registry import EventHandler, Registry
from taskrouter_kit.callbacks._schemas import name_of
from taskrouter_kit.models._event_groups import Event
from taskrouter_kit.models._events import parse_event

P = ParamSpec("P")
V = TypeVar("V")

#: Seconds between two looks for a free slot, where a loop must not be blocked by waiting for one.
_NEXT_LOOK = 0.02


class Dispatcher:
    """Handlers of events, and what runs them."""

    def __init__(
        self,
        workers: int | None,
        seen: SeenStore | None,
        on_error: Callable[[Exception], Awaitable[None] | None] | None,
        event_deadline: float,
    ) -> None:
        self._slots = Slots(workers)
        self._event_deadline = event_deadline
        self._seen = seen
        self._on_error = on_error
        self._registry = Registry()

    def dispatch(self, event: Event | Mapping[str, Json]) -> bool:
        """Give one event to its handlers, in their order; return whether all of them succeeded.

        One that was seen before goes to none. A handler that fails is logged, and the next one runs.
        """
        parsed, sid = self._claimed(event)
        if parsed is None:
            return True
        succeeded = True
        for handler, typed in self._wanted(parsed):
            try:
                contained(functools.partial(_give, handler, typed))
            except Exception as error:  # noqa: BLE001, PERF203  # the next handler has its turn
                succeeded = False
                _log_failure(error, handler, typed)
                self._report(error)
        if not succeeded:
            self._release(sid)
        return succeeded

    async def adispatch(self, event: Event | Mapping[str, Json]) -> bool:
        """Give one event to its handlers (see :meth:`dispatch`); async handlers run in this loop."""
        parsed, sid = await self._off_loop(self._claimed, event)
        if parsed is None:
            return True
        succeeded = True
        for handler, typed in self._wanted(parsed):
            try:
                await awithin(self._agive(handler, typed))
            except Exhausted:  # noqa: PERF203  # the next handler has its turn
                succeeded = False
                log.error("No slot for %s and %r; it was not handled.", name_of(handler.function), typed)
            except Exception as error:  # noqa: BLE001  # as above
                succeeded = False
                _log_failure(error, handler, typed)
                await self._areport(error)
        if not succeeded:
            await self._off_loop(self._release, sid)
        return succeeded

    async def _off_loop(self, work: Callable[P, V], *arguments: P.args, **named: P.kwargs) -> V:
        """Do *work* with the store: on a thread, where the store is one that may have to wait for a file."""
        if self._seen is None or isinstance(self._seen, MemorySeen):
            return work(*arguments, **named)
        return await asyncio.to_thread(work, *arguments, **named)

    async def _agive(self, handler: EventHandler, event: Event) -> None:
        if not all(holds(event) for holds in handler.where):
            return
        if is_async(handler.function):
            await handler.function(event)
        else:
            await self._in_slot(handler.function, event, patience=self._event_deadline)

    def replay(self, events: Iterable[Event | Mapping[str, Json] | object]) -> Replayed:
        """Give *events* (typed ones, payloads, or event resources) to the handlers, in their order, and count."""
        taken = [self.dispatch(_payload_of(event)) for event in events]
        return Replayed(taken.count(True), taken.count(False))

    async def areplay(
        self,
        events: Iterable[Event | Mapping[str, Json] | object] | AsyncIterable[Event | Mapping[str, Json] | object],
    ) -> Replayed:
        """Give *events* to the handlers (see :meth:`replay`), one after the other; async handlers run in this loop."""
        if isinstance(events, AsyncIterable):
            taken = [await self.adispatch(_payload_of(event)) async for event in events]
        else:
            taken = [await self.adispatch(_payload_of(event)) for event in events]
        return Replayed(taken.count(True), taken.count(False))

    def _claimed(self, event: Event | Mapping[str, Json]) -> tuple[Event | None, str | None]:
        """Return the event (None: seen before) and the Sid that was claimed for it."""
        parsed = event if isinstance(event, Event) else parse_event(event)
        sid = parsed.fields.get("sid")
        if self._seen is None or not isinstance(sid, str):
            return parsed, None
        try:
            return (parsed, sid) if self._seen.claim(sid) else (None, sid)
        except Exception as error:  # noqa: BLE001  # handled twice is better than never
            log.error("The store of seen events failed for %s: %s.", shown_sid(sid), described(error))
            return parsed, None

    def _wanted(self, event: Event) -> Iterable[tuple[EventHandler, Event]]:
        for handler in self._registry.matching(event):
            yield handler, event.reading(handler.schemas.worker, handler.schemas.task)

    def _release(self, sid: str | None) -> None:
        """Forget that the event came: it is handled again when it comes again."""
        if sid is not None and self._seen is not None:
            try:
                self._seen.release(sid)
            except Exception as error:  # noqa: BLE001  # the answer does not depend on it
                log.error("The store of seen events failed for %s: %s.", shown_sid(sid), described(error))

    def _report(self, error: Exception) -> None:
        on_error = self._on_error
        if on_error is not None:
            try:
                contained(lambda: finished(on_error(error)))
            except Exception as second:  # noqa: BLE001  # reporting must not cost the answer
                log.error("on_error failed: %s.", described(second))

    async def _areport(self, error: Exception) -> None:
        if self._on_error is not None:
            try:
                await self._in_slot(self._report, error, patience=self._event_deadline)
            except Exhausted:
                log.error("No slot for on_error; it was not told.")

    async def _in_slot(self, function: Callable[[Any], Any], value: object, *, patience: float = 0.0) -> Any:
        """Return what *function* makes of *value* on a thread; wait at most *patience* seconds for a free slot."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while True:
            try:
                future: Future[Any] = self._slots.start(lambda: finished(function(value)))
            except Exhausted:  # noqa: PERF203  # that is what it waits for
                if loop.time() >= until:
                    raise
                await asyncio.sleep(_NEXT_LOOK)
            else:
                return await asyncio.wrap_future(future)


def _payload_of(event: object) -> Event | Mapping[str, Json]:
    """Return what can be dispatched: *event* itself, or the payload of an event resource."""
    return cast("Event | Mapping[str, Json]", event if isinstance(event, Event) else getattr(event, "raw", event))


def _log_failure(error: Exception, handler: EventHandler, event: Event) -> None:
    log.error("%s failed for %r: %s.", name_of(handler.function), event, described(error))


def _give(handler: EventHandler, event: Event) -> None:
    if all(holds(event) for holds in handler.where):
        finished(handler.function(event))


def is_async(function: Callable[..., Any]) -> bool:
    call: Any = getattr(function, "__call__", None)  # noqa: B004  # an object with an async __call__
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


class Replayed(NamedTuple):
    """How many events all handlers took, and how many some handler failed on."""

    handled: int
    failed: int
