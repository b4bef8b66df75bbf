"""Tasks and their reservations while they live: plain mutable records, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final  # Any: attributes are JSON documents

from attrs import define, field

from taskrouter_kit.simulator._record_fields import DERIVED, reference

if TYPE_CHECKING:
    from taskrouter_kit.simulator._rules import WorkflowRules
    from taskrouter_kit.simulator._state import TaskQueueState, WorkerChannelState, WorkerState

#: What a task reads as before its attributes are read; nobody changes attributes in place.
_NOTHING: Final[Mapping[str, Any]] = {}  # Any: JSON
#: Reservation states that use a slot of a channel.
# Documented: routing.md section 4; pending, accepted and wrapping
OPEN = frozenset({"pending", "accepted", "wrapping"})
#: Task states in which a task is routed.
# Documented: routing.md section 1
LIVE = frozenset({"pending", "reserved", "assigned", "wrapping"})
#: Of these, the ones that a worker is still looked for.
ROUTED = frozenset({"pending", "reserved"})


class _TaskInMotion:
    """What changes in every life of a task, side by side in memory: when it is completed, none of it is near by."""

    __slots__ = ("assignment_status", "date_updated", "delete_at", "reason", "reservations", "version")


@define(eq=False, weakref_slot=False)
class TaskState(_TaskInMotion):
    """One task and where it stands in its workflow."""

    sid: str
    #: As which of all SIDs its own was given out: who is older has the lower one.
    number: int
    attributes_text: str = field(repr=False)
    assignment_status: str
    priority: int
    timeout: int
    workflow_sid: str | None
    task_channel_sid: str
    routing_target: str | None
    ignore_capacity: bool
    virtual_start_time: int
    date_created: int
    date_updated: int
    attributes: Mapping[str, Any] = field(default=_NOTHING, repr=False, metadata=DERIVED)  # Any: JSON
    version: int = 0
    reason: str | None = None
    task_queue_sid: str | None = None
    task_queue_entered_date: int | None = None
    #: Which filter of the configuration the task is in (-1: the default filter), and which target of it.
    filter_index: int | None = None
    target_index: int = 0
    filter_entered: int = 0
    target_deadline: int | None = None
    delete_at: int | None = None
    reoffer_at: int | None = None
    #: Times the task went from pending to reserved.
    assignments: int = 0
    #: Tuples, because all empty ones are one object: a task that is made makes nothing else.
    reservations: tuple[str, ...] = ()
    pending_reservations: tuple[str, ...] = ()
    #: Workers that let a reservation of the task end, who are asked last.
    declined: tuple[str, ...] = ()
    #: Filters that the task was skipped out of in this evaluation.
    skipped_filters: tuple[int, ...] = ()
    #: Whether the time in its target ended while a reservation was pending: the task leaves the target after that.
    target_over: bool = False
    #: Why the task goes through its workflow again when its reservation ends without being accepted, if it does.
    evaluate_again: str | None = None
    #: The configuration that the task goes on with after its workflow got another one.
    old_configuration: str | None = field(default=None, repr=False)
    #: That configuration, compiled.
    old_rules: WorkflowRules | None = field(default=None, repr=False, metadata=DERIVED)
    #: Its place in the line of that queue, fixed when it joined.
    line_key: tuple[int, int, int] = field(default=(0, 0, 0), repr=False, metadata=DERIVED)
    #: The queue in which the task waits.
    waits_in: TaskQueueState | None = field(default=None, repr=False, metadata=DERIVED)

    @property
    def lives_until(self) -> int:
        """When it is canceled if nobody has accepted it by then."""
        return self.date_created + self.timeout * 1000

    @property
    def ttl_at(self) -> int | None:
        """The same; None where somebody has accepted it, or it has ended."""
        # Documented: routing.md section 1; TTL applies only while pending or reserved
        return self.lives_until if self.assignment_status in ROUTED else None

    @property
    def routed_directly(self) -> bool:
        """Whether the task was made for a worker or a queue, so that no filter is asked about it."""
        # Inferred: routing.md section 12; Workflow filters bypassed
        return self.routing_target is not None and self.routing_target.startswith(("WK", "WQ"))


@define(eq=False)
class CallState:
    """The call that an instruction has made to the worker of a reservation."""

    instruction: str
    #: What becomes of it, and when that is known (None: it is known).
    outcome: str
    ends_at: int | None = None
    #: Whether the reservation waits for the call to be accepted; its own clock stands still meanwhile.
    holds: bool = False
    #: The activity into which the worker goes when the task is completed.
    post_work_activity_sid: str | None = None
    #: Why the reservation was canceled, if it was because of the call.
    canceled_reason_code: int | None = None


class _ReservationInMotion:
    """The same of a reservation."""

    __slots__ = ("channel", "date_updated", "reservation_status", "sid", "version", "worker")


@define(eq=False, weakref_slot=False)
class ReservationState(_ReservationInMotion):
    """One reservation: a task offered to a worker."""

    sid: str
    task: TaskState = field(repr=False, metadata=reference("task_sid"))
    worker: WorkerState = field(repr=False, metadata=reference("worker_sid"))
    channel: WorkerChannelState = field(repr=False, metadata=reference("task_channel_sid"))
    task_queue_sid: str | None
    reservation_status: str
    date_created: int
    date_updated: int
    expires_at: int
    version: int = 0
    previous_activity_sid: str | None = None
    call: CallState | None = None

    @property
    def task_sid(self) -> str:
        """The task that is offered."""
        return self.task.sid

    @property
    def worker_sid(self) -> str:
        """Whom it is offered to."""
        return self.worker.sid

    @property
    def worker_name(self) -> str:
        """What this worker is called now."""
        # Decided: no document says whose name a reservation has whose worker was renamed
        return self.worker.friendly_name

    @property
    def task_channel_sid(self) -> str:
        """The channel on which it takes a slot of the worker."""
        return self.channel.task_channel_sid

    @property
    def canceled_reason_code(self) -> int | None:
        """Why it was canceled, if it was because of a call."""
        return None if self.call is None else self.call.canceled_reason_code

    @property
    def on_hold(self) -> bool:
        """Whether it waits for a call to be accepted."""
        return self.call is not None and self.call.holds
