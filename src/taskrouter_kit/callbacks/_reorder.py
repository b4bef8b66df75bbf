"""Events that callbacks bring, to a handler in the order in which they happened."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from itertools import count

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.callbacks._deadline import contained, finished
from taskrouter_kit.callbacks._later import Later, on_a_timer
from taskrouter_kit.callbacks._log import described, log
from taskrouter_kit.callbacks._order import Place, place_of
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._event_groups import Event


class Reordered:
    """Holds each event for *hold* to twice that, and then gives it to *handler* behind all that happened before it.

    ``callbacks.on(Event)(Reordered(handler, timedelta(seconds=2)))``. One that is later than that comes when it comes.
    The handler is called on one thread at a time, an async one in a loop of its own; the callback was answered long
    before. So an exception in it is logged and changes nothing, and what is held when the process ends is lost.
    """

    def __init__(
        self,
        handler: Callable[[Event], Awaitable[None] | None],
        hold: timedelta = timedelta(seconds=2),
        *,
        later: Later = on_a_timer,
    ) -> None:
        if hold <= timedelta(0):
            raise InvalidDeclaration(Diagnostic("invalid-hold", "hold is more than 0 seconds."))
        self._handler = handler
        self._hold = hold.total_seconds()
        self._later = later
        self._serial = count()
        self._waiting: list[tuple[Place, int, Event]] = []
        #: The last ones of those that came before the timer was set, and since.
        self._ripe: tuple[Place, int] | None = None
        self._young: tuple[Place, int] | None = None
        self._adding = threading.Lock()
        self._handling = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Take *event* in."""
        key = (place_of(event), next(self._serial))
        with self._adding:
            heapq.heappush(self._waiting, (*key, event))
            if self._ripe is not None:
                self._young = key if self._young is None else max(key, self._young)
                return
            self._ripe = key
        self._later(self._hold, self._release)

    def _release(self) -> None:
        """Hand over what was held long enough, behind everything that happened before it; wait for the rest."""
        with self._handling:
            while (event := self._next()) is not None:
                try:
                    contained(partial(self._handle, event))
                except Exception as error:  # noqa: BLE001, PERF203  # the next event has its turn
                    log.error("A handler of reordered events failed for %r: %s.", event, described(error))
            with self._adding:
                self._ripe, self._young = self._young, None
                more = self._ripe is not None
        if more:
            self._later(self._hold, self._release)

    def _handle(self, event: Event) -> None:
        finished(self._handler(event))

    def _next(self) -> Event | None:
        with self._adding:
            if self._ripe is None or not self._waiting or self._waiting[0][:2] > self._ripe:
                return None
            return heapq.heappop(self._waiting)[-1]
