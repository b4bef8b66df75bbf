"""What the rules act on: one workspace at one moment, with the engine's SIDs, timers, events and outbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from attrs import define, field, frozen

from taskrouter_kit.simulator._event_log import Noted
from taskrouter_kit.simulator._event_state import EventState, Later
from taskrouter_kit.simulator._invented import next_sid, offset_of
from taskrouter_kit.simulator._options import DEFAULT, EngineOptions
from taskrouter_kit.simulator._state import WorkspaceState, World
from taskrouter_kit.simulator._task_state import ReservationState
from taskrouter_kit.simulator._timers import Lane, Timers

#: So many entries of the debugger, and calls, are remembered.
# Decided: as many as the emulator remembers requests and callbacks
_REMEMBERED: Final = 10_000

#: Makes an event without the function that a class is called through.
_event: Final[Callable[[type[EventState], tuple[Any, ...]], EventState]] = tuple.__new__  # pyright: ignore


@frozen
class AssignmentCall:
    """An assignment callback that is to be sent. ``form`` are its parameters."""

    workspace_sid: str
    reservation_sid: str
    url: str
    fallback_url: str
    form: tuple[tuple[str, str], ...] = field(repr=False)


@frozen
class EventCall:
    """An event callback that is to be sent. ``form`` are its parameters."""

    workspace_sid: str
    event_sid: str
    event_type: str
    url: str
    form: tuple[tuple[str, str], ...] = field(repr=False)


@frozen
class DebuggerEntry:
    """What the service would write into its debugger: ``at`` in milliseconds, the code, the sentence, whom about."""

    at: int
    code: int
    message: str
    sid: str


@frozen
class RecordedCall:
    """A telephone call that an instruction would have made; nothing was dialled. ``options`` are the instruction's."""

    at: int
    instruction: str
    reservation_sid: str
    task_sid: str
    worker_sid: str
    options: tuple[tuple[str, str], ...] = field(repr=False)
    #: What became of it, or will.
    outcome: str = "answered"


@define
class Machine:
    """What all workspaces of an engine share."""

    seed: int
    now: int
    account_sid: str
    timers: Timers = field(repr=False)
    options: EngineOptions = DEFAULT
    #: How many SIDs were given out; the number of the latest one breaks ties by creation.
    sids: int = 0
    happened: list[Noted] = field(factory=list["Noted"], repr=False)
    #: Reservations made by the last command, or by the last timers.
    offered: tuple[ReservationState, ...] = field(default=(), repr=False)
    outbox: deque[AssignmentCall | EventCall] = field(factory=deque["AssignmentCall | EventCall"], repr=False)
    #: The latest of both: an engine may run for months.
    debugger: deque[DebuggerEntry] = field(factory=lambda: deque[DebuggerEntry](maxlen=_REMEMBERED), repr=False)
    calls: deque[RecordedCall] = field(factory=lambda: deque[RecordedCall](maxlen=_REMEMBERED), repr=False)
    #: Where the SIDs of this seed begin.
    offset: int = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.offset = offset_of(self.seed)

    def sid(self, prefix: str) -> str:
        """Return a SID that was never given out: it follows from the seed and how many came before."""
        count = self.sids = self.sids + 1
        return next_sid(prefix, count, self.offset)

    def take_happened(self) -> tuple[Noted, ...]:
        """Return what happened, once."""
        happened = tuple(self.happened)
        self.happened.clear()
        return happened


@frozen
class Scene:
    """One workspace at one moment."""

    machine: Machine
    workspace: WorkspaceState
    world: World
    #: The readings that the engine follows.
    options: EngineOptions = field(init=False, repr=False)
    #: Whether anybody wants to know why, and what happened: asked before either is put into words.
    traced: bool = field(init=False, repr=False)
    told: bool = field(init=False, repr=False)
    #: The workspace's SID and the lanes of the engine's timers, which every timer that is armed needs.
    sid: str = field(init=False, repr=False)
    lanes: tuple[dict[int, Lane], ...] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        machine = self.machine
        object.__setattr__(self, "options", machine.options)
        object.__setattr__(self, "traced", machine.options.trace)
        object.__setattr__(self, "told", machine.options.events)
        object.__setattr__(self, "sid", self.workspace.sid)
        object.__setattr__(self, "lanes", machine.timers.lanes)

    @property
    def now(self) -> int:
        """The moment, in milliseconds since 1970."""
        return self.machine.now

    def emit(
        self, event_type: str, resource_sid: str, subject: str, later: Later, told: tuple[Any, ...] = ()
    ) -> None:  # Any: each kind of event has its own
        """Note that *event_type* happened, and put its callback into the outbox when the workspace wants it.

        What the event tells is what *later* makes of *told*, in which nothing changes any more; its sentence is about
        *subject*.
        """
        if not self.told:
            return
        machine, workspace = self.machine, self.workspace
        count = machine.sids = machine.sids + 1
        event = _event(EventState, (count, machine.offset, event_type, machine.now, resource_sid, subject, told, later))
        self.keep(event)
        if workspace.event_callback_url and _wanted(workspace.events_filter, event_type):
            form = tuple(event_form(event, workspace).items())
            machine.outbox.append(EventCall(workspace.sid, event.sid, event_type, workspace.event_callback_url, form))

    def keep(self, noted: Noted) -> None:
        """Remember what happened."""
        machine = self.machine
        self.workspace.events.note(noted, machine.now)
        machine.happened.append(noted)

    def debug(self, code: int, message: str, sid: str) -> None:
        """Note what the service would write into its debugger."""
        self.machine.debugger.append(DebuggerEntry(self.machine.now, code, message, sid))


def _wanted(events_filter: str | None, event_type: str) -> bool:
    # Documented: callbacks.md section 4; an empty filter lets everything through
    return not events_filter or event_type in {part.strip() for part in events_filter.split(",")}


def event_form(event: EventState, workspace: WorkspaceState) -> dict[str, str]:
    """Return the parameters of the callback of *event*."""
    # Documented: callbacks.md section 4.1; common parameters
    return {
        "Sid": event.sid,
        "EventType": event.event_type,
        "AccountSid": workspace.account_sid,
        "WorkspaceSid": workspace.sid,
        "WorkspaceName": workspace.friendly_name,
        "EventDescription": event.description,
        "ResourceType": event.resource_type,
        "ResourceSid": event.resource_sid,
        # Observed: sdk.md section 4; Timestamp in seconds, TimestampMs in milliseconds
        "Timestamp": str(event.event_date_ms // 1000),
        "TimestampMs": str(event.event_date_ms),
        **event.data,
    }
