"""How many requests of bulk work may be in flight: what the service refuses says it. A decision; nobody waits here."""

from __future__ import annotations

import threading
from typing import Final

from attrs import frozen

_START: Final = 8

#: Round trips at a level before one more is tried: at first, and at most (doubled with each attempt that is refused).
_FIRST_PATIENCE: Final = 2
_MOST_PATIENCE: Final = 64


@frozen
class Ticket:
    """One request in flight: how many there were with it, and after how many cuts it was sent."""

    level: int
    cuts: int


class Concurrency:
    """How many requests may be in flight, at most *most*. Safe across threads.

    It is doubled a round trip until the first refusal. Each refusal of that round trip then takes one away: what is
    left is what the service took. There it stays, and tries one more ever more rarely; where that goes well, it grows
    by one a round trip.
    """

    def __init__(self, most: int) -> None:
        if most < 1:
            raise ValueError(f"At least one request is in flight; got {most}.")
        self._most = most
        self._allowed = min(_START, most)
        self._in_flight = 0
        self._cuts = 0
        self._before = 0  # in flight since before the last cut
        self._doubling = True
        self._trying = False
        self._patience = _FIRST_PATIENCE
        self._since = 0  # answers since the level changed
        self._lock = threading.Lock()

    @property
    def allowed(self) -> int:
        """How many may be in flight now."""
        return self._allowed

    def take(self) -> Ticket | None:
        """Count one more in flight; None when there are as many as may be."""
        with self._lock:
            if self._in_flight >= self._allowed:
                return None
            self._in_flight += 1
            return Ticket(self._in_flight, self._cuts)

    def returned(self, ticket: Ticket, status: int | None) -> None:
        """Count one less in flight, and learn from the answer's *status*; None: it was not sent, or has no answer."""
        with self._lock:
            together = max(ticket.level, self._in_flight)
            before = ticket.cuts < self._cuts
            self._in_flight -= 1
            self._before -= before
            if status == 429:
                self._refused(before, together)
            elif status is not None:
                self._answered()

    def _answered(self) -> None:
        self._since += 1
        if self._doubling:
            self._move(self._allowed + 1)
        elif self._trying and self._since >= self._allowed:  # one more is fine: go on
            self._trying, self._patience, self._since = False, 1, 0
        elif not self._trying and self._since >= self._patience * self._allowed:
            self._trying = self._allowed < self._most
            self._move(self._allowed + 1)

    def _refused(self, before: bool, together: int) -> None:
        if before:
            self._move(self._allowed - 1)
        elif not self._before:  # else the last cut is not over yet
            if self._trying:
                self._patience = min(_MOST_PATIENCE, self._patience * 2)
            self._cuts += 1
            self._before = self._in_flight
            self._move((self._allowed if self._trying else together) - 1)
            self._doubling = self._trying = False

    def _move(self, allowed: int) -> None:
        self._allowed = max(1, min(self._most, allowed))
        self._since = 0
