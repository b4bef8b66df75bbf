"""The routing engine: commands and time in, results and events out. No I/O, no clock, no chance of its own.

(state, command, now) and the seed decide everything; the same commands give the same world, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from taskrouter_kit.simulator import _arrival as arrival
from taskrouter_kit.simulator import _commands as commands
from taskrouter_kit.simulator import _instructions as instructions
from taskrouter_kit.simulator import _lifecycle as lifecycle
from taskrouter_kit.simulator import _offering as offering
from taskrouter_kit.simulator import _plain as plain
from taskrouter_kit.simulator import _queue_commands as queue_commands
from taskrouter_kit.simulator import _routing as routing
from taskrouter_kit.simulator import _saving as saving
from taskrouter_kit.simulator import _task_commands as task_commands
from taskrouter_kit.simulator import _trace as trace
from taskrouter_kit.simulator import _voice as voice
from taskrouter_kit.simulator import _worker_commands as worker_commands
from taskrouter_kit.simulator import _workspace_commands as workspace_commands
from taskrouter_kit.simulator._commands import Command
from taskrouter_kit.simulator._enqueue import enqueue
from taskrouter_kit.simulator._event_log import unfold
from taskrouter_kit.simulator._event_state import EventState
from taskrouter_kit.simulator._options import DEFAULT, EngineOptions
from taskrouter_kit.simulator._outcome import Outcome, make_outcome
from taskrouter_kit.simulator._refusals import Refused, not_found
from taskrouter_kit.simulator._removal import remove_ended
from taskrouter_kit.simulator._scene import Machine, Scene
from taskrouter_kit.simulator._state import WorkspaceState, World
from taskrouter_kit.simulator._task_state import ReservationState
from taskrouter_kit.simulator._timers import CALL, REMOVAL, RESERVATION, TARGET, TTL, Timers

#: What most commands come to that make nothing.
_NOTHING: Final = Outcome(None, ())


class Engine:
    """One account's workspaces, and the time in them. Moments are milliseconds since 1970."""

    def __init__(
        self,
        seed: int = 0,
        *,
        options: EngineOptions = DEFAULT,
        start: int = 0,
        account_sid: str = "AC" + "0" * 32,
    ) -> None:
        self.world = World()
        self.machine = Machine(seed, start, account_sid, Timers(self.world.workspaces), options)
        self._scenes: dict[str, Scene] = {}
        self._actions = _actions(options)
        #: Whether nobody wants to know what becomes of a task.
        self._silent = not (options.trace or options.events)

    @property
    def options(self) -> EngineOptions:
        """The readings that this engine follows."""
        return self.machine.options

    @property
    def now(self) -> int:
        """The latest moment that the engine has seen."""
        return self.machine.now

    @property
    def outbox(self) -> Any:  # Any: a deque of AssignmentCall and EventCall
        """Callbacks that are to be sent, oldest first; who sends them takes them out."""
        return self.machine.outbox

    @property
    def offered(self) -> tuple[ReservationState, ...]:
        """The reservations that the last :meth:`execute` or :meth:`advance` made, in their order."""
        return self.machine.offered

    def execute(self, command: Command, now: int | None = None) -> Outcome:
        """Carry *command* out at *now*, after every timer that is due by then; raise :class:`Refused` otherwise.

        A refused command has changed nothing but the time.
        """
        machine = self.machine
        machine.offered = ()
        if now is None:
            now = machine.now
        if machine.timers.soonest <= now:
            self._go_on(now)
            machine.happened.clear()
        elif now > machine.now:
            machine.now = now
        order: Any = command  # Any: each action takes its own kind
        try:
            try:
                result = self._actions[type(order)](self._scenes[order.workspace_sid], order)
            except KeyError as failure:
                result = self._unusual(order, failure)
        except BaseException as failure:
            # What it had noted until then is no part of what the next command does.
            machine.happened.clear()
            if isinstance(failure, Refused):
                # What was looked for in vain is nothing to whoever reads why: it may be what is known of people.
                failure.__suppress_context__ = True
            raise
        if machine.happened:
            return make_outcome(Outcome, (result, machine.take_happened()))
        # Made without the function that named fields are passed through.
        return _NOTHING if result is None else make_outcome(Outcome, (result, ()))

    def _unusual(self, order: Any, failure: KeyError) -> Any:  # Any: a command, and what it makes
        """Carry *order* out, which is about a whole workspace, or say which thing that it names is not there."""
        if order.__class__ not in self._actions:
            return self._change_world(order)
        workspace = self.world.workspaces.get(order.workspace_sid)
        if workspace is None:
            raise not_found(f"/Workspaces/{order.workspace_sid}")
        # Commands look first for what they are about: nothing has changed.
        raise _missing(workspace, order, failure.args[0]) or failure

    def _change_world(self, command: object) -> WorkspaceState | None:
        """Carry a command out that makes a workspace or takes it away."""
        if isinstance(command, commands.CreateWorkspace):
            workspace = workspace_commands.create_workspace(self.machine, self.world, command)
            self._scenes[workspace.sid] = Scene(self.machine, workspace, self.world)
            return workspace
        if not isinstance(command, commands.DeleteWorkspace):
            raise TypeError(f"{type(command).__name__} is none of the commands") from None
        scene = self._scenes.pop(command.workspace_sid, None)
        if scene is None:
            raise not_found(f"/Workspaces/{command.workspace_sid}")
        # Observed: resources.md section 2.1; cascades to all children
        del self.world.workspaces[scene.sid]
        # Documented: callbacks.md section 4.3; workspace.deleted
        scene.emit("workspace.deleted", scene.sid, scene.workspace.friendly_name, dict)
        return None

    def next_timer(self) -> int | None:
        """Return when the next timer fires, or None when none is armed."""
        return self.machine.timers.next()

    def is_due(self, moment: int) -> bool:
        """Return whether a timer (armed or stale) is due by *moment*; when not, :meth:`advance` only moves the time."""
        return self.machine.timers.soonest <= moment

    def advance(self, to: int) -> list[EventState]:
        """Move the time to *to*, firing every timer that is due by then in its order; return what happened."""
        machine = self.machine
        machine.offered = ()
        self._go_on(to)
        return list(unfold(machine.take_happened()))

    def _go_on(self, to: int) -> None:
        machine = self.machine
        armed = machine.timers
        while armed.soonest <= to:
            if self._silent and remove_ended(armed, to):
                continue
            at, kind, workspace_sid, about = armed.pop()
            if about is not None:
                self._fire(at, kind, workspace_sid, about)
        if to > machine.now:
            machine.now = to

    def _fire(self, at: int, kind: int, workspace_sid: str, about: Any) -> None:  # Any: the kind decides
        """Do what a timer of *kind* that is due at *at*, and armed, is for."""
        scene, machine = self._scenes[workspace_sid], self.machine
        if at > machine.now:
            machine.now = at
        if scene.traced:
            trace.timer_fired(scene, kind, at, about.sid)
        if kind == REMOVAL:
            # Documented: limits-errors-gotchas.md section 2; system-deleted after 24 h, removed 5 minutes after the end
            alive = about.assignment_status in ("assigned", "wrapping")
            lifecycle.remove_task(scene, about, "task.system-deleted" if alive else "task.deleted")
        elif kind == RESERVATION:
            lifecycle.time_out(scene, about)
        elif kind == CALL:
            voice.call_ended(scene, about)
        elif kind == TTL:
            lifecycle.cancel_task(scene, about, routing.TTL_EXCEEDED)
        elif kind == TARGET:
            routing.target_timed_out(scene, about)
        else:
            offering.reoffer(scene, about)

    def save(self) -> dict[str, Any]:  # Any: JSON
        """Return everything as a JSON object; the outbox is not part of it."""
        return saving.save(self.machine, self.world)

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Engine:  # Any: JSON
        """Return the engine that :meth:`save` wrote."""
        machine, world = saving.load(document)
        engine = cls(options=machine.options)
        engine.machine, engine.world = machine, world
        engine._scenes = {sid: Scene(machine, workspace, world) for sid, workspace in world.workspaces.items()}
        return engine


#: Field of a command that says what it is about -> among what that is, and in which path.
_ABOUT: Final = {
    "activity_sid": ("activities", "Activities"),
    "task_channel_sid": ("task_channels", "TaskChannels"),
    "task_queue_sid": ("task_queues", "TaskQueues"),
    "workflow_sid": ("workflows", "Workflows"),
    "worker_sid": ("workers", "Workers"),
    "task_sid": ("tasks", "Tasks"),
    "reservation_sid": ("reservations", "Reservations"),
}


def _missing(workspace: WorkspaceState, command: object, sid: object) -> Refused | None:
    """Return the refusal of a command about *sid*, which is not there; None where it is about something else."""
    for name, (kind, path) in _ABOUT.items():
        if getattr(command, name, None) == sid and sid not in getattr(workspace, kind):
            return not_found(f"/Workspaces/{workspace.sid}/{path}/{sid}")
    return None


def _fail_callback(scene: Scene, command: commands.FailCallback) -> None:
    reservation = scene.workspace.reservations.get(command.reservation_sid)
    if reservation is not None and reservation.reservation_status == "pending":
        # Documented: routing.md section 8; neither callback nor fallback reachable
        lifecycle.cancel_reservation(scene, reservation, "neither the callback nor its fallback answered")


#: Every command, one step after the other.
_STEPWISE: Final[Mapping[type[Any], Callable[..., Any]]] = {  # Any: each command has its own type
    commands.UpdateWorkspace: workspace_commands.update_workspace,
    commands.CreateActivity: workspace_commands.create_activity,
    commands.UpdateActivity: workspace_commands.update_activity,
    commands.DeleteActivity: workspace_commands.delete_activity,
    commands.CreateTaskChannel: worker_commands.create_task_channel,
    commands.UpdateTaskChannel: worker_commands.update_task_channel,
    commands.DeleteTaskChannel: worker_commands.delete_task_channel,
    commands.CreateTaskQueue: queue_commands.create_task_queue,
    commands.UpdateTaskQueue: queue_commands.update_task_queue,
    commands.DeleteTaskQueue: queue_commands.delete_task_queue,
    commands.CreateWorkflow: queue_commands.create_workflow,
    commands.UpdateWorkflow: queue_commands.update_workflow,
    commands.DeleteWorkflow: queue_commands.delete_workflow,
    commands.CreateWorker: worker_commands.create_worker,
    commands.UpdateWorker: worker_commands.update_worker,
    commands.DeleteWorker: worker_commands.delete_worker,
    commands.UpdateWorkerChannel: worker_commands.update_worker_channel,
    commands.CreateTask: task_commands.create_task,
    commands.UpdateTask: task_commands.update_task,
    commands.DeleteTask: task_commands.delete_task,
    commands.UpdateReservation: instructions.update_reservation,
    commands.Instruct: instructions.instruct,
    commands.FailCallback: _fail_callback,
    commands.PlanCall: voice.plan_call,
    commands.HangUp: voice.hang_up,
    commands.Enqueue: enqueue,
}
#: The same in one go, where no more than the usual can happen; the second for engines whose tasks go the plain way.
_USUAL: Final[Mapping[type[Any], Callable[..., Any]]] = {**_STEPWISE, commands.CreateTask: arrival.create_task}
_PLAIN: Final[Mapping[type[Any], Callable[..., Any]]] = {
    **_STEPWISE,
    commands.CreateTask: plain.create_task,
    commands.UpdateReservation: plain.update_reservation,
    commands.UpdateTask: plain.update_task,
}


def _actions(options: EngineOptions) -> Mapping[type[Any], Callable[..., Any]]:  # Any: each command has its own type
    return _PLAIN if plain.is_plain(options) else _USUAL
