"""What went wrong in the emulator itself where nobody was there to be told: in its threads, timers and store."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from traceback import format_tb
from typing import Final, NamedTuple

from taskrouter_kit.emulator._store_failures import StoreFailed

_logger = logging.getLogger("taskrouter_kit.emulator")

#: So many are remembered.
_REMEMBERED: Final = 100


class Trouble(NamedTuple):
    """One of them: when (milliseconds of the emulator's clock), what was being done, and how it failed."""

    at: int
    doing: str
    failure: str


class Troubles:
    """Writes each of them into the log, with where it happened, and remembers the latest."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._latest: deque[Trouble] = deque(maxlen=_REMEMBERED)

    def note(self, doing: str, failure: BaseException) -> None:
        """Remember that *doing* something ended with *failure*."""
        # The text of what somebody else raised may hold what is known of people: where it was is enough for the log.
        said = f"StoreFailed: {failure}" if isinstance(failure, StoreFailed) else type(failure).__name__
        _logger.error("%s: %s\n%s", doing, said, "".join(format_tb(failure.__traceback__)))
        self._latest.append(Trouble(self._now_ms(), doing, f"{type(failure).__name__}: {failure}"))

    def clear(self) -> None:
        """Forget them."""
        self._latest.clear()

    @property
    def latest(self) -> tuple[Trouble, ...]:
        """The latest, oldest first."""
        return tuple(self._latest)
