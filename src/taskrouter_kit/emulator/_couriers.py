"""The threads that take callbacks to applications, and the line in front of them, which is only so long."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias

from taskrouter_kit.emulator._troubles import Troubles

Work: TypeAlias = Callable[[], None]

#: So many callbacks are under way at once.
_MOST: Final = 4
#: Seconds after which a thread without work ends.
_IDLE: Final = 2.0


class Couriers:
    """Do pieces of work in their order, a few at once, on threads that do not keep the process alive."""

    def __init__(self, most_waiting: int, troubles: Troubles) -> None:
        self._most_waiting = most_waiting
        self._troubles = troubles
        self._line = deque[Work]()
        lock = threading.Lock()
        self._work = threading.Condition(lock)
        self._quiet = threading.Condition(lock)
        self._threads = 0
        self._busy = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many pieces of work are in the line."""
        return len(self._line)

    @property
    def half_empty(self) -> bool:
        """Whether the line is at most half as long as it may be."""
        return 2 * len(self._line) <= self._most_waiting

    def take(self, work: Work) -> bool:
        """Put *work* at the end of the line; return False, and nothing more, where the line is full."""
        with self._work:
            if len(self._line) >= self._most_waiting:
                return False
            if self._closed:
                return True
            self._line.append(work)
            if self._threads < _MOST and self._threads - self._busy < len(self._line):
                threading.Thread(target=self._go, name="taskrouter-callback", daemon=True).start()
                self._threads += 1
            else:
                self._work.notify()
            return True

    def forget(self) -> None:
        """Empty the line."""
        with self._work:
            self._line.clear()
            self._tell_when_quiet()

    def close(self) -> None:
        """Empty the line and take nothing more; what is under way ends by itself, and nobody waits for it."""
        with self._work:
            self._closed = True
            self._line.clear()
            self._tell_when_quiet()
            self._work.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until the line is empty and nothing is under way; return whether that was so within *seconds*."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._busy and not self._line, seconds)

    def _go(self) -> None:
        while (work := self._next()) is not None:
            self._do(work)

    def _do(self, work: Work) -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001  # sys.exit() of an application's function ends nobody here
            self._troubles.note("a callback could not be handled", failure)
        finally:
            with self._work:
                self._busy -= 1
                self._tell_when_quiet()

    def _next(self) -> Work | None:
        """Return what is first in the line; None where this thread is to end."""
        with self._work:
            while not self._line:
                if self._closed or (not self._work.wait(_IDLE) and not self._line):
                    self._threads -= 1
                    return None
            self._busy += 1
            return self._line.popleft()

    def _tell_when_quiet(self) -> None:
        if not self._busy and not self._line:
            self._quiet.notify_all()
