"""Clocks of the emulator: virtual (moved by hand), real, and real time sped up. Milliseconds since 1970."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

#: Where a virtual clock starts: 2026-01-05T09:00:00Z, a Monday morning.
START_MS = 1_767_603_600_000
#: No clock goes beyond 9000-01-01T00:00:00Z: later moments have no date that every part could write.
LATEST_MS: Final = 221_845_392_000_000


class Clock(Protocol):
    """What the backend asks for the time."""

    @property
    def virtual(self) -> bool:
        """Whether the time moves only when somebody moves it."""
        ...

    def now_ms(self) -> int:
        """Return the time now; it never goes back."""
        ...

    def move_to(self, now_ms: int) -> None:
        """Go forward to *now_ms*; a time in the past is no move."""
        ...


class VirtualClock:
    """A clock that stands still until it is moved."""

    virtual = True

    def __init__(self, start_ms: int = START_MS) -> None:
        self._now_ms = start_ms

    def now_ms(self) -> int:
        """Return the time now."""
        return self._now_ms

    def move_to(self, now_ms: int) -> None:
        """Go forward to *now_ms*."""
        self._now_ms = max(self._now_ms, now_ms)


class RunningClock:
    """A clock that runs by itself, *speed* times as fast as the injected *monotonic* seconds."""

    virtual = False

    def __init__(
        self,
        start_ms: int | None = None,
        *,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.speed = speed
        self._monotonic = monotonic
        self._origin = monotonic()
        self._start_ms = round(wall() * 1000) if start_ms is None else start_ms
        self._latest = self._start_ms

    def now_ms(self) -> int:
        """Return the time now."""
        elapsed = round((self._monotonic() - self._origin) * 1000 * self.speed)
        self._latest = max(self._latest, self._start_ms + elapsed)
        return self._latest

    def move_to(self, now_ms: int) -> None:
        """Jump forward to *now_ms* and run on from there."""
        ahead = now_ms - self.now_ms()
        if ahead > 0:
            self._start_ms += ahead
            self._latest = now_ms
