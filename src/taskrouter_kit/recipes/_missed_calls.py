"""Keep workers available after a missed call, without offering them the same task again and again.

A reservation that times out puts its worker into the workspace's timeout activity. Setting the worker available at
once offers the same task to the same worker, up to a thousand times. Here a worker comes back later each time, and
after too many misses in a row stays away until a person says otherwise.
"""

# Observed: limits-errors-gotchas.md section 4 (gotcha 3); # Inferred: gotcha 29, the loop

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from attrs import define, field

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.callbacks import Callbacks, ReservationAccepted, ReservationTimeout
from taskrouter_kit.callbacks._later import Later, on_a_timer
from taskrouter_kit.client._names import Address, name_of
from taskrouter_kit.client._sync._service import LiveWorkspace
from taskrouter_kit.errors import InvalidDeclaration, NotFound, ServiceError, StaleVersion
from taskrouter_kit.models._declare_problems import Problems

log = logging.getLogger("taskrouter_kit.recipes")

#: How often a worker that could not be brought back for the service's sake is tried again, and after how long.
_ATTEMPTS = 5
_NEXT_ATTEMPT = 30.0

_MISFIT = "recipe-misfit"
_LONG_AGO = datetime.fromtimestamp(0, timezone.utc)


@define
class _Record:
    """What is known of one worker: when it accepted last, and which reservations it missed since, and when."""

    missed: dict[str, datetime] = field(factory=dict[str, datetime])
    accepted: datetime = _LONG_AGO


class MissedCalls:
    """Brings a worker back to *available* after each miss, later each time; rests one that misses too many in a row.

    ``missed`` is the workspace's timeout activity. ``back_off``: seconds (or ``timedelta``) before the first return,
    the second, …; a miss beyond the last puts the worker into ``resting`` (None: leaves it in *missed*). An accepted
    reservation starts the count again. A worker who changed activity meanwhile is left alone: that was a person.
    An event that comes twice, or late, counts once and where it belongs. Counts and waits live in this process;
    :meth:`recover` at the start brings back those whom the last process left.
    """

    def __init__(
        self,
        workspace: LiveWorkspace,
        *,
        missed: Address,
        available: Address,
        resting: Address | None = None,
        back_off: Sequence[int | timedelta] = (10, 60, 300),
        later: Later = on_a_timer,
    ) -> None:
        self._workspace = workspace
        self._missed = missed
        self._available = available
        self._resting = resting
        self._delays = [each.total_seconds() if isinstance(each, timedelta) else float(each) for each in back_off]
        self._later = later
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}
        if any(delay <= 0 for delay in self._delays):
            raise InvalidDeclaration(
                Diagnostic(
                    "invalid-back-off",
                    "Each wait of back_off is more than 0 seconds.",
                    hint="a worker who is available at once is offered the same task again",
                )
            )

    def install(self, callbacks: Callbacks) -> None:
        """Look at the workspace, and register for the events it needs.

        Raises :class:`NotFound` for an activity that is not there, and :class:`InvalidDeclaration` with everything
        in the workspace that would keep a worker from coming back.
        """
        self._look()
        callbacks.on(ReservationTimeout)(self.on_timeout)
        callbacks.on(ReservationAccepted)(self.on_accepted)

    def _look(self) -> None:
        workspace, activities = self._workspace.fetch(), self._workspace.activities
        missed, available = activities.fetch(self._missed), activities.fetch(self._available)
        resting = None if self._resting is None else activities.fetch(self._resting)
        problems = Problems("MissedCalls")
        if missed.sid != workspace.timeout_activity_sid:
            goes = f"A reservation that times out puts its worker into {workspace.timeout_activity_name!r}"
            hint = "make it the workspace's timeout_activity, or say missed=… as the workspace does"
            problems.add(_MISFIT, f"{goes}, not into {missed.friendly_name!r}.", hint=hint, field="missed")
        for name, activity, wanted in (
            ("missed", missed, False),
            ("available", available, True),
            ("resting", resting, False),
        ):
            if activity is not None and activity.available is not wanted:
                said = "is not available" if wanted else "is available, and is offered tasks"
                problems.add(_MISFIT, f"A worker in {activity.friendly_name!r} {said}.", field=name)
        passing = [each.strip() for each in (workspace.events_filter or "").split(",") if each.strip()]
        kept_back = [
            each.name for each in (ReservationTimeout, ReservationAccepted) if passing and each.name not in passing
        ]
        if kept_back:
            problems.add(_MISFIT, f"The workspace's events filter keeps back {' and '.join(kept_back)}.")
        problems.raise_any()
        self._missed, self._available = missed.sid, available.sid
        self._resting = None if resting is None else resting.sid

    def misses(self, worker_sid: str) -> int:
        """Return how many reservations in a row the worker has missed."""
        with self._lock:
            record = self._records.get(worker_sid)
            return 0 if record is None else len(record.missed)

    def on_accepted(self, event: ReservationAccepted[Any, Any]) -> None:
        """Start the worker's count again."""
        with self._lock:
            record = self._records.setdefault(event.worker_sid, _Record())
            record.accepted = max(record.accepted, event.occurred)
            record.missed = {sid: moment for sid, moment in record.missed.items() if moment > record.accepted}

    def on_timeout(self, event: ReservationTimeout[Any, Any]) -> None:
        """Count the miss, and decide when the worker comes back."""
        worker, reservation, moment = event.worker_sid, event.reservation_sid, event.occurred
        with self._lock:
            record = self._records.setdefault(worker, _Record())
            if reservation in record.missed or moment <= record.accepted:
                return
            record.missed[reservation] = moment
            count = len(record.missed)
        self._decide(worker, count)

    def recover(self) -> int:
        """Treat every worker that is in the missed activity now as after a first miss; return how many that were."""
        left = [worker.sid for worker in self._workspace.workers.list(activity=self._missed)]
        for worker in left:
            self._decide(worker, 1)
        return len(left)

    def _decide(self, worker: str, count: int) -> None:
        if count <= len(self._delays):
            self._later(self._delays[count - 1], lambda: self._move(worker, self._available))
        elif self._resting is not None:
            self._move(worker, self._resting)

    def _move(self, worker_sid: str, activity: Address, attempt: int = 1) -> None:
        """Move the worker, if it is still where the miss put it; try again where the service could not do it."""
        try:
            self._move_if_missed(worker_sid, activity)
        except ServiceError as error:
            log.error("Worker %s was not moved (attempt %d): %s", worker_sid, attempt, error)
            if attempt < _ATTEMPTS:
                self._later(_NEXT_ATTEMPT, lambda: self._move(worker_sid, activity, attempt + 1))

    def _move_if_missed(self, worker_sid: str, activity: Address) -> None:
        try:
            worker = self._workspace.workers.fetch(worker_sid)
        except NotFound:
            return  # gone
        if name_of("Activity", self._missed) not in (worker.activity_sid, worker.activity_name):
            return
        version = None if worker.meta is None else worker.meta.etag
        try:
            self._workspace.workers.update(worker_sid, activity=activity, if_match=version)
        except StaleVersion:
            return  # somebody else decided in between
