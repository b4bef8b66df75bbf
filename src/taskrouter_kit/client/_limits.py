"""Pacing: how long a request waits for its turn, by group of operations. A decision; who waits is the driver's matter.

A group starts with the rate the service documents, or without one. A 429 in a group halves its rate; each success
gives a little of it back. What an answer says of its limit (``X-Rate-Limit-*``) counts for its operation.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

#: Requests per second that the service documents.
# Documented: limits-errors-gotchas.md section 2
DOCUMENTED: Mapping[str, float] = {"expression-lists": 3.0, "bulk-statistics": 5.0}

#: The rate a group without one starts from after its first 429.
# Observed: resources.md section 7 (a published tool writes queues and workflows at one a second)
_AFTER_REFUSAL = 1.0


#: Seconds that an operation waits whose answer said that nothing of its limit remains.
# Inferred: limits-errors-gotchas.md section 2; the limits that are documented count by the second
_WINDOW = 1.0

_LIMIT, _REMAINING = "x-rate-limit-limit", "x-rate-limit-remaining"


class Limits:
    """The pace of each group. Safe across threads; after a fork each process paces itself."""

    def __init__(self, rates: Mapping[str, float] = DOCUMENTED, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._documented = dict(rates)
        self._rates = dict(rates)
        self._clock = clock
        self._free: dict[str, float] = {}
        self._held: dict[str, float] = {}
        self._lock = threading.Lock()

    @classmethod
    def off(cls) -> Limits:
        """Return limits that never wait before a first refusal: for a local TaskRouter."""
        return cls({})

    def reserve(self, group: str | None, operation: str = "") -> float:
        """Take the next turn of *group* and return the seconds until it comes (0.0: now); *operation* may be held."""
        paced = group is not None and group in self._rates
        if not paced and operation not in self._held:
            return 0.0
        with self._lock:
            now = self._clock()
            turn = max(now, self._held.get(operation, now))
            if turn == now:
                self._held.pop(operation, None)
            if group is not None and group in self._rates:
                turn = max(turn, self._free.get(group, now))
                self._free[group] = turn + 1.0 / self._rates[group]
            return turn - now

    def heard(self, group: str | None, operation: str, headers: Mapping[str, str]) -> None:
        """Learn from what an answer says of its limit.

        With nothing remaining, *operation* waits for the next second. A limit below the documented rate of *group*
        is its rate from now on. Texts that are no whole numbers are passed over.
        """
        # Documented: resources.md section 1 (X-Rate-Limit-Limit, -Remaining and -Config come with all operations)
        said = {name.lower(): value for name, value in headers.items() if name[:7].lower() == "x-rate-"}
        if not said:
            return
        limit, remaining = _whole(said.get(_LIMIT)), _whole(said.get(_REMAINING))
        if remaining == 0:
            with self._lock:
                self._held[operation] = self._clock() + _WINDOW
        if limit and group is not None and limit < self._documented.get(group, 0.0):
            with self._lock:
                self._documented[group] = float(limit)
                self._rates[group] = min(self._rates.get(group, float(limit)), float(limit))

    def refused(self, group: str | None) -> None:
        """Slow *group* down: the service answered 429."""
        if group is None:
            return
        with self._lock:
            known = self._rates.get(group)
            self._rates[group] = _AFTER_REFUSAL if known is None else max(known / 2, 0.1)

    def went_well(self, group: str | None) -> None:
        """Give *group* a twentieth of its pace back; one without a documented rate is let go at 20 a second."""
        if group is None or group not in self._rates:
            return
        with self._lock:
            faster = self._rates[group] * 1.05
            documented = self._documented.get(group)
            if documented is not None:
                self._rates[group] = min(documented, faster)
            elif faster > 20.0:
                del self._rates[group]
            else:
                self._rates[group] = faster

    def rate(self, group: str) -> float | None:
        """Return the requests a second that *group* is held to, or None."""
        return self._rates.get(group)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
