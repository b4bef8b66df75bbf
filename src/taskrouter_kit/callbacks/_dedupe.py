"""Which events were seen before: stores of Sids with a window, in memory and in SQLite.

An event is claimed before its handlers run and released when one of them failed, so that a repetition is handled.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

#: Seconds between two attempts to open a file that somebody else is opening.
_MOMENT = 0.02


class SeenStore(Protocol):
    """Remembers Sids for a while. Called from several threads."""

    def claim(self, sid: str) -> bool:
        """Return whether *sid* is new, and remember it."""
        ...

    def release(self, sid: str) -> None:
        """Forget *sid*: it was not handled."""
        ...


class MemorySeen:
    """Remembers in this process, for *window*, at most *size* Sids (the oldest go first)."""

    def __init__(
        self,
        window: timedelta = timedelta(hours=1),
        *,
        size: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window = window.total_seconds()
        self._size = size
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, float] = OrderedDict()

    def claim(self, sid: str) -> bool:
        """Return whether *sid* is new within the window, and remember it."""
        now = self._clock()
        with self._lock:
            while self._seen and next(iter(self._seen.values())) <= now - self._window:
                self._seen.popitem(last=False)
            if sid in self._seen:
                return False
            self._seen[sid] = now
            if len(self._seen) > self._size:
                self._seen.popitem(last=False)
            return True

    def release(self, sid: str) -> None:
        """Forget *sid*."""
        with self._lock:
            self._seen.pop(sid, None)


class SqliteSeen:
    """Remembers in a file that several processes may share, for *window* of wall-clock time.

    What is older goes once in a window. After a power failure the last Sids may be forgotten, so that an event which
    comes again is handled again.
    """

    def __init__(
        self,
        path: str | Path,
        window: timedelta = timedelta(days=1),
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._window = window.total_seconds()
        self._clock = clock
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
        self._prepare()
        self._prune_at = clock() + self._window

    def _prepare(self) -> None:
        """Make the table. Whoever opens the file at the same moment is waited for: SQLite itself does not, for WAL."""
        for patience in (*[_MOMENT] * 100, None):
            try:
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("PRAGMA synchronous=NORMAL")
                self._database.execute("CREATE TABLE IF NOT EXISTS seen (sid TEXT PRIMARY KEY, at REAL) WITHOUT ROWID")
            except sqlite3.OperationalError as error:  # noqa: PERF203  # that is what it waits for
                if patience is None or "locked" not in str(error):
                    raise
                time.sleep(patience)
            else:
                return

    def claim(self, sid: str) -> bool:
        """Return whether *sid* is new within the window, and remember it; one statement, so one process wins."""
        now = self._clock()
        statement = "INSERT INTO seen VALUES (?, ?) ON CONFLICT (sid) DO UPDATE SET at = excluded.at WHERE seen.at <= ?"
        with self._lock:
            new = self._database.execute(statement, (sid, now, now - self._window)).rowcount == 1
            if now >= self._prune_at:
                self._prune_at = now + self._window
                self._drop()
            return new

    def release(self, sid: str) -> None:
        """Forget *sid*."""
        with self._lock:
            self._database.execute("DELETE FROM seen WHERE sid = ?", (sid,))

    def prune(self) -> int:
        """Drop what is older than the window now, and return how many that were."""
        with self._lock:
            return self._drop()

    def _drop(self) -> int:
        return self._database.execute("DELETE FROM seen WHERE at <= ?", (self._clock() - self._window,)).rowcount

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
