"""Bulk work: jobs, what became of them, and the journal that makes a restart safe.

A job has a key; the journal (one JSON line an event) says which keys were begun and which are done. After a crash a job
that was begun but not ended *may* have happened: one with a name or a dedupe attribute looks first, one without is
reported as outcome unknown and never repeated.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, Generic, Literal, TextIO, TypeVar

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.errors import LoadError, OutcomeUnknown, TaskRouterKitError

T = TypeVar("T")

Ending = Literal["done", "failed", "unknown", "before", "planned"]


@frozen
class BulkOptions:
    """How bulk work is done.

    ``most`` bounds the requests in flight; below it the service's own limit is found. ``journal`` names the file that
    makes a restart safe. ``progress`` is told (ended, total or None) after each item. ``dry_run`` sends nothing: every
    result is ``planned``, and the results' ``estimate`` says what it would take.
    """

    most: int = 64
    journal: str | PathLike[str] | None = None
    progress: Callable[[int, int | None], None] | None = None
    dry_run: bool = False


@frozen
class BulkResult(Generic[T]):
    """What became of one item: ``value``, or the error beside it. ``before``: done in an earlier run of the journal."""

    index: int
    key: str
    ending: Ending
    value: T | None = field(default=None, repr=False)
    error: TaskRouterKitError | None = field(default=None, repr=False)


@frozen
class Job(Generic[T]):
    """One item of work. ``again`` is what to do when it may have happened already; None: nobody can know."""

    key: str
    first: Callable[[], Flow[T]]
    again: Callable[[], Flow[T]] | None
    #: Calls that it takes at least, and how many such jobs the service takes a second (None: it does not say).
    calls: int = 1
    pace: float | None = None


class Journal:
    """What was begun and what has ended, written down before it is believed. Safe across threads; one process a file.

    A line is the system's when :meth:`note` returns: it outlives the process, whatever kills it, but maybe not a power
    failure of the machine. *reading* only reads: no file is made or mended.
    """

    def __init__(self, path: str | PathLike[str] | None, *, reading: bool = False) -> None:
        self.begun: set[str] = set()
        self.done: set[str] = set()
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        if path is not None:
            self._read(Path(path), mend=not reading)
        if path is not None and not reading:
            self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115  (closed by close)

    def _read(self, path: Path, mend: bool) -> None:
        if not path.exists():
            return
        text = path.read_bytes()
        lines = text.split(b"\n")
        if lines[-1] and mend:  # a line that was being written when the process died
            os.truncate(path, len(text) - len(lines[-1]))  # never written anew: it could die in the middle of that too
        for number, line in enumerate(lines[:-1], 1):
            try:
                event, key = json.loads(line)
            except (ValueError, TypeError) as error:
                where = Where(file=str(path), path=f"line {number}")
                raise LoadError(
                    Diagnostic("unreadable-journal", "This is no line of a journal.", where=where)
                ) from error
            if event == "refused":
                self.begun.discard(key)
            elif event != "work":
                (self.begun if event == "begun" else self.done).add(key)

    def note(self, event: Literal["begun", "done"], key: str) -> None:
        """Write *event* down before going on."""
        with self._lock:
            (self.begun if event == "begun" else self.done).add(key)
            if self._file is not None:
                self._file.write(json.dumps([event, key]) + "\n")
                self._file.flush()

    def forget(self, key: str) -> None:
        """Write down that what was begun did not happen."""
        with self._lock:
            self.begun.discard(key)
            if self._file is not None:
                self._file.write(json.dumps(["refused", key]) + "\n")
                self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def begin(journal: Journal, index: int, job: Job[T]) -> BulkResult[T] | Flow[T]:
    """Return the flow that does *job* now, or its result when there is nothing (or nothing safe) to do."""
    if job.key in journal.done:
        return BulkResult(index, job.key, "before")
    if job.key in journal.begun:
        if job.again is None:
            message = "An earlier run was stopped while this was sent; it may have been carried out."
            error = OutcomeUnknown(Diagnostic("outcome-unknown", message, where=Where(path=job.key)))
            return BulkResult(index, job.key, "unknown", error=error)
        return job.again()
    journal.note("begun", job.key)
    return job.first()


def ended(journal: Journal, index: int, job: Job[Any], outcome: object) -> BulkResult[Any]:
    """Return what became of *job*; *outcome* is its value or its error."""
    if isinstance(outcome, OutcomeUnknown):
        return BulkResult(index, job.key, "unknown", error=outcome)
    if isinstance(outcome, TaskRouterKitError):
        journal.forget(job.key)  # it was refused, so it did not happen: a later run may try it afresh
        return BulkResult(index, job.key, "failed", error=outcome)
    journal.note("done", job.key)
    return BulkResult(index, job.key, "done", value=outcome)
