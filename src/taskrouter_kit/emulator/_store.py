"""What ``--store`` keeps: a snapshot and the commands since, in one SQLite file.

A command is committed before its answer leaves, so nothing acknowledged is lost when the process dies (kill -9).
The file is not synchronised with the disk at each commit: a loss of power may take the last moments with it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from taskrouter_kit.emulator._store_failures import StoreFailed, unusable

_FORMAT = "taskrouter-kit emulator store 1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (format TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS commands (id INTEGER PRIMARY KEY, document TEXT NOT NULL);
"""


class Store:
    """One SQLite file, made where it does not exist; one process uses it at a time."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._place = self.path.absolute()  # the process may go to another directory
        try:
            self._connection = sqlite3.connect(self.path, timeout=1, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as failure:
            raise unusable(self.path, str(failure)) from failure
        try:
            self._prepare()
            self._identity = _identity(self._place)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        try:
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode=WAL")
            # Decided: process death loses nothing, power loss may; a commit does not wait for the disk
            self._connection.execute("PRAGMA synchronous=OFF")
            self._connection.executescript(_SCHEMA)
            self._check_format()
        except sqlite3.Error as failure:
            raise unusable(self.path, str(failure)) from failure

    def _check_format(self) -> None:
        row = self._connection.execute("SELECT format FROM about").fetchone()
        if row is None:
            self._connection.execute("INSERT INTO about VALUES (?)", (_FORMAT,))
        elif row[0] != _FORMAT:
            raise unusable(self.path, f"it holds {row[0]!r}")

    def _check_place(self) -> None:
        """Refuse to write into a file that nobody could find again."""
        if self._identity != _identity(self._place):
            raise StoreFailed(
                "the store cannot be written: its file was moved or removed; start again to make a new one"
            )

    def append(self, *records: Mapping[str, object]) -> None:
        """Keep *records*, in order, all or none; when this returns they survive the end of the process."""
        self._check_place()
        rows = [(json.dumps(record, separators=(",", ":")),) for record in records]
        if len(rows) == 1:
            with _told("written"):
                self._connection.execute("INSERT INTO commands (document) VALUES (?)", rows[0])
            return
        with _told("written"), self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT INTO commands (document) VALUES (?)", rows)

    def replace(self, snapshot: dict[str, object] | None) -> None:
        """Keep *snapshot* (None: nothing at all) instead of everything so far."""
        document = None if snapshot is None else json.dumps(snapshot, separators=(",", ":"))
        self._check_place()
        with _told("written"), self._connection:
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM commands")
            self._connection.execute("DELETE FROM snapshot")
            if document is not None:
                self._connection.execute("INSERT INTO snapshot VALUES (1, ?)", (document,))

    def snapshot(self) -> dict[str, Any] | None:  # Any: a JSON document
        """Return the snapshot that the commands follow, or None."""
        with _told("read"):
            row = self._connection.execute("SELECT document FROM snapshot").fetchone()
        return None if row is None else json.loads(row[0])

    def commands(self) -> Iterator[dict[str, Any]]:  # Any: a JSON document
        """Return the records since the snapshot, oldest first."""
        with _told("read"):
            for (document,) in self._connection.execute("SELECT document FROM commands ORDER BY id"):
                yield json.loads(document)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _told(what: str) -> Generator[None, None, None]:
    try:
        yield
    except sqlite3.Error as failure:
        raise StoreFailed(f"the store cannot be {what}: {failure}") from failure
