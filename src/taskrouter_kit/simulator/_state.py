"""What a workspace is made of while it lives: plain mutable records, no behaviour.

Moments are milliseconds since 1970. Derived fields are not saved; they are made again from the others when a saved
world is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any  # Any: attributes are JSON documents

from attrs import define, field

from taskrouter_kit.simulator._event_log import EventLog
from taskrouter_kit.simulator._record_fields import DERIVED
from taskrouter_kit.simulator._roster import Roster
from taskrouter_kit.simulator._rules import QueueRule, WorkflowRules
from taskrouter_kit.simulator._task_state import ReservationState, TaskState
from taskrouter_kit.simulator._trace_entry import Step


@define(eq=False, weakref_slot=False)
class ActivityState:
    """One activity."""

    sid: str
    friendly_name: str
    available: bool
    date_created: int
    date_updated: int


@define(eq=False, weakref_slot=False)
class TaskChannelState:
    """One task channel."""

    sid: str
    unique_name: str
    friendly_name: str
    channel_optimized_routing: bool
    date_created: int
    date_updated: int
    built_in: bool = False


@define(eq=False, weakref_slot=False)
class WorkerChannelState:
    """One worker's share of a task channel; the counters follow its reservations."""

    sid: str
    task_channel_sid: str
    configured_capacity: int
    available: bool
    date_created: int
    date_updated: int
    #: Reservations that are pending, accepted or wrapping.
    open_reservations: int = 0
    #: Reservations that are accepted.
    assigned_tasks: int = 0
    #: When the worker last had a reservation accepted or ended on this channel.
    idle_since: int = 0

    @property
    def available_capacity_percentage(self) -> int:
        """The free part of the capacity in whole percent."""
        # Documented: expressions.md section 7; floor((1 - r / configured_capacity) * 100)
        if self.configured_capacity <= 0:
            return 0
        free = self.configured_capacity - self.open_reservations
        return max(0, free * 100 // self.configured_capacity)


@define(eq=False, weakref_slot=False)
class WorkerState:
    """One worker. ``channels`` is keyed by the SID of the task channel."""

    sid: str
    #: As which of all SIDs its own was given out: who is older has the lower one.
    number: int
    friendly_name: str
    attributes_text: str = field(repr=False)
    activity_sid: str
    date_created: int
    date_updated: int
    date_status_changed: int
    version: int = 0
    channels: dict[str, WorkerChannelState] = field(factory=dict[str, WorkerChannelState])
    #: When the worker last had a reservation accepted or ended, or became available.
    idle_since: int = 0
    previous_activity_sid: str | None = None
    #: SIDs of reservations that are pending, accepted or wrapping.
    open: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(factory=dict[str, Any], init=False, repr=False, metadata=DERIVED)  # Any: JSON
    #: SIDs of the queues that accept the worker.
    queues: set[str] = field(factory=set[str], init=False, repr=False, metadata=DERIVED)
    #: Its position in the roster of the workspace.
    position: int = field(default=-1, init=False, repr=False, metadata=DERIVED)
    #: Whether its activity is an available one.
    on_duty: bool = field(default=False, init=False, repr=False, metadata=DERIVED)


@define(eq=False, weakref_slot=False)
class TaskQueueState:
    """One task queue. ``members`` are the workers it accepts, in any activity."""

    sid: str
    friendly_name: str
    target_workers: str
    max_reserved_workers: int
    task_order: str
    reservation_activity_sid: str | None
    assignment_activity_sid: str | None
    date_created: int
    date_updated: int
    #: The compiled expression; None accepts nobody.
    rule: QueueRule | None = field(default=None, init=False, repr=False, metadata=DERIVED)
    #: The workers that the expression accepts, in any activity, by SID; in order when somebody asks for ``members``.
    accepted: dict[str, WorkerState] = field(factory=dict[str, WorkerState], init=False, repr=False, metadata=DERIVED)
    in_order: bool = field(default=True, init=False, repr=False, metadata=DERIVED)
    #: The same workers as bits, by their positions in the roster; and as bytes, for whoever looks at one of them.
    bits: int = field(default=0, init=False, repr=False, metadata=DERIVED)
    by_position: bytearray = field(factory=bytearray, init=False, repr=False, metadata=DERIVED)
    #: Channel SID -> the pending tasks of that channel, in the order in which they are served.
    lines: dict[str, list[TaskState]] = field(
        factory=dict[str, list["TaskState"]], init=False, repr=False, metadata=DERIVED
    )

    @property
    def members(self) -> dict[str, WorkerState]:
        """The workers that the expression accepts, in any activity, by SID in the order in which they were hired."""
        if not self.in_order:
            self.accepted = dict(sorted(self.accepted.items(), key=lambda item: item[1].number))
            self.in_order = True
        return self.accepted

    @property
    def waiting(self) -> list[TaskState]:
        """The pending tasks of all channels, in the order in which they are served."""
        return sorted((task for line in self.lines.values() for task in line), key=attrgetter("line_key"))


@define(eq=False, weakref_slot=False)
class WorkflowState:
    """One workflow; ``rules`` is its configuration, compiled."""

    sid: str
    friendly_name: str
    configuration: str = field(repr=False)
    assignment_callback_url: str
    fallback_assignment_callback_url: str
    task_reservation_timeout: int
    date_created: int
    date_updated: int
    #: The compiled configuration.
    rules: WorkflowRules = field(factory=WorkflowRules, init=False, repr=False, metadata=DERIVED)


@define(eq=False, weakref_slot=False)
class WorkspaceState:
    """One workspace and everything in it, each kind by SID in the order of creation."""

    sid: str
    account_sid: str
    friendly_name: str
    event_callback_url: str
    events_filter: str | None
    multi_task_enabled: bool
    prioritize_queue_order: str
    default_activity_sid: str
    timeout_activity_sid: str
    date_created: int
    date_updated: int
    activities: dict[str, ActivityState] = field(factory=dict[str, ActivityState], repr=False)
    task_channels: dict[str, TaskChannelState] = field(factory=dict[str, TaskChannelState], repr=False)
    task_queues: dict[str, TaskQueueState] = field(factory=dict[str, TaskQueueState], repr=False)
    workflows: dict[str, WorkflowState] = field(factory=dict[str, WorkflowState], repr=False)
    workers: dict[str, WorkerState] = field(factory=dict[str, WorkerState], repr=False)
    tasks: dict[str, TaskState] = field(factory=dict[str, TaskState], repr=False)
    reservations: dict[str, ReservationState] = field(factory=dict[str, ReservationState], repr=False)
    events: EventLog = field(factory=EventLog, repr=False)
    #: What becomes of the next calls: outcome, milliseconds (None: as usual), worker (None: anybody).
    call_plans: list[tuple[str, int | None, str | None]] = field(
        factory=list["tuple[str, int | None, str | None]"], repr=False
    )
    traces: dict[str, list[Step]] = field(factory=dict[str, list[Step]], repr=False)
    #: The queues whose expressions read the worker's activity, so that members come and go with it.
    read_activity: dict[str, TaskQueueState] = field(
        factory=dict[str, TaskQueueState], init=False, repr=False, metadata=DERIVED
    )
    #: The channel of tasks that name none.
    default_channel_sid: str = field(default="", init=False, repr=False, metadata=DERIVED)
    #: SID of a worker -> the SIDs of its reservations, open or not, oldest first; None until somebody asks.
    by_worker: dict[str, dict[str, None]] | None = field(default=None, init=False, repr=False, metadata=DERIVED)
    #: SIDs of the queues in which some task waits.
    waited_in: set[str] = field(factory=set[str], init=False, repr=False, metadata=DERIVED)
    #: SID of a worker -> the tasks that wait for this worker and nobody else, by SID.
    meant_for: dict[str, dict[str, TaskState]] = field(
        factory=dict[str, dict[str, TaskState]], init=False, repr=False, metadata=DERIVED
    )
    #: Who has room, and since when.
    roster: Roster = field(factory=Roster, init=False, repr=False, metadata=DERIVED)


def default_channel(workspace: WorkspaceState) -> str:
    """Return the SID of the channel of tasks that name none."""
    # Documented: resources.md section 9; the default channel is "default"
    return next(each.sid for each in workspace.task_channels.values() if each.unique_name == "default")


@define(eq=False, weakref_slot=False)
class World:
    """All workspaces of one account."""

    workspaces: dict[str, WorkspaceState] = field(factory=dict[str, WorkspaceState])
