"""What bulk work would take, without doing it; what came of it; and whose work a journal belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.client._bulk import BulkOptions, BulkResult, Job, Journal
from taskrouter_kit.errors import LoadError

T = TypeVar("T")

#: Seconds that a call is taken to last, and how many the service is taken to serve at once, when time is estimated.
# Decided: a round trip over the internet, and the concurrency that the service's answers mention
_LATENCY, _IN_FLIGHT = 0.1, 40


@frozen
class Estimate:
    """What bulk work would take: ``calls`` to the service at least, and about how many ``seconds``."""

    items: int
    calls: int
    seconds: float


class BulkResults(list[BulkResult[T]]):
    """One result for each item, in the order of the items. ``estimate`` is set by a dry run, which sends nothing."""

    estimate: Estimate | None = None

    @property
    def failed(self) -> list[BulkResult[T]]:
        """What was refused: nothing was done, and the error is beside it."""
        return [each for each in self if each.ending == "failed"]

    @property
    def unknown(self) -> list[BulkResult[T]]:
        """What may or may not have been done: look before you do it again."""
        return [each for each in self if each.ending == "unknown"]


def planned(jobs: Iterable[Job[T]], options: BulkOptions) -> BulkResults[T]:
    """Return what would be done, and what it would take; what a journal says is done is ``before``."""
    journal = Journal(options.journal, reading=True)
    results: BulkResults[T] = BulkResults()
    calls, slowest = 0, 0.0
    for index, job in enumerate(jobs):
        done = job.key in journal.done
        results.append(BulkResult(index, job.key, "before" if done else "planned"))
        if not done:
            calls += job.calls
            slowest += 0.0 if job.pace is None else 1.0 / job.pace
    waiting = sum(each.ending == "planned" for each in results)
    seconds = max(slowest, calls * _LATENCY / min(_IN_FLIGHT, options.most))
    results.estimate = Estimate(waiting, calls, seconds)
    return results


def claim(path: str | PathLike[str] | None, work: str) -> None:
    """Write into a new journal whose it is; raises :class:`LoadError` for the journal of other work.

    A worker that one workspace has is not done in another, and what was created is not deleted.
    """
    if path is None:
        return
    file = Path(path)
    if not file.exists() or not file.stat().st_size:
        file.write_text(json.dumps(["work", work]) + "\n", "utf-8")
        return
    with file.open("rb") as lines:
        first = lines.readline()
    try:
        event, other = json.loads(first)
    except (ValueError, TypeError):
        return  # it is no journal at all: who reads it names the line
    if event == "work" and other != work:
        message = f"This is the journal of other work: {other}; not of: {work}."
        hint = "each run has a journal of its own; name the workspace as that run did"
        raise LoadError(Diagnostic("other-journal", message, where=Where(file=str(file)), hint=hint))
