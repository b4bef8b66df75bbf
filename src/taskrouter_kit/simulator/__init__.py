"""The routing engine: a contact centre in memory, on virtual time.

:class:`Engine` takes ``commands`` and time; it does no I/O, and the same commands with the same seed
give the same world on every machine.
"""

from __future__ import annotations

from taskrouter_kit.simulator import _commands
from taskrouter_kit.simulator._engine import Engine as Engine
from taskrouter_kit.simulator._event_state import EventState as EventState
from taskrouter_kit.simulator._options import EngineOptions as EngineOptions
from taskrouter_kit.simulator._outcome import Outcome as Outcome
from taskrouter_kit.simulator._refusals import Refused as Refused
from taskrouter_kit.simulator._scene import AssignmentCall as AssignmentCall
from taskrouter_kit.simulator._scene import DebuggerEntry as DebuggerEntry
from taskrouter_kit.simulator._scene import EventCall as EventCall
from taskrouter_kit.simulator._scene import RecordedCall as RecordedCall
from taskrouter_kit.simulator._standing import Refusal as Refusal
from taskrouter_kit.simulator._state import ActivityState as ActivityState
from taskrouter_kit.simulator._state import TaskChannelState as TaskChannelState
from taskrouter_kit.simulator._state import TaskQueueState as TaskQueueState
from taskrouter_kit.simulator._state import WorkerChannelState as WorkerChannelState
from taskrouter_kit.simulator._state import WorkerState as WorkerState
from taskrouter_kit.simulator._state import WorkflowState as WorkflowState
from taskrouter_kit.simulator._state import WorkspaceState as WorkspaceState
from taskrouter_kit.simulator._task_state import ReservationState as ReservationState
from taskrouter_kit.simulator._task_state import TaskState as TaskState
from taskrouter_kit.simulator._trace_entry import TraceEntry as TraceEntry
from taskrouter_kit.simulator._trace_text import trace_of as trace_of
from taskrouter_kit.simulator._trace_text import trace_text as trace_text

#: Everything that can be done to a world, as values.
commands = _commands

__all__ = [
    "ActivityState",
    "AssignmentCall",
    "DebuggerEntry",
    "Engine",
    "EngineOptions",
    "EventCall",
    "EventState",
    "Outcome",
    "RecordedCall",
    "Refusal",
    "Refused",
    "ReservationState",
    "TaskChannelState",
    "TaskQueueState",
    "TaskState",
    "TraceEntry",
    "WorkerChannelState",
    "WorkerState",
    "WorkflowState",
    "WorkspaceState",
    "commands",
    "trace_of",
    "trace_text",
]
