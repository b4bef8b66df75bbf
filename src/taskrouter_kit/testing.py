"""An emulator for tests: deploy a declared workspace, create tasks through real clients, move the time, ask why.

The pytest plugin hands one out as the fixture ``taskrouter_emulator``; without pytest, make an :class:`Emulator`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.emulator._accounts import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from taskrouter_kit.emulator._backend import Backend
from taskrouter_kit.emulator._clocks import Clock
from taskrouter_kit.emulator._delivery import Answer as Answer
from taskrouter_kit.emulator._delivery import CallbackFunction
from taskrouter_kit.emulator._delivery import Delivery as Delivery
from taskrouter_kit.emulator._disturbances import FaultRule as FaultRule
from taskrouter_kit.errors import DeadlinePassed
from taskrouter_kit.models._declare_workspace import Workspace
from taskrouter_kit.simulator import (
    DebuggerEntry,
    Engine,
    RecordedCall,
    Refusal,
    TaskState,
    WorkspaceState,
    trace_of,
    trace_text,
)
from taskrouter_kit.simulator import EngineOptions as EngineOptions
from taskrouter_kit.simulator import TraceEntry as TraceEntry
from taskrouter_kit.simulator._call_commands import CallOutcome, HangUp, PlanCall
from taskrouter_kit.simulator._position import rules_of, target_of
from taskrouter_kit.simulator._standing import refusals
from taskrouter_kit.simulator._task_state import OPEN
from taskrouter_kit.simulator._unset import UNSET

if TYPE_CHECKING:
    from taskrouter_kit._taskrouter import TaskRouter
    from taskrouter_kit.callbacks import Callbacks
    from taskrouter_kit.client._sync._service import LiveWorkspace

__all__ = ["Answer", "Delivery", "Emulator", "EngineOptions", "FaultRule", "HasSid", "Routed", "TraceEntry"]


class HasSid(Protocol):
    """A task as a client returned it: anything with a ``sid``."""

    @property
    def sid(self) -> str | None:
        """The SID."""
        ...


@frozen
class Routed:
    """Where a task is, and why.

    ``worker`` is the friendly name of the worker who has it or is asked first (None while it waits), ``workers`` all
    who are asked at the moment; ``queue`` and ``workflow`` are friendly names; ``filter`` is the name of the filter
    that took it (None for the default filter, and for a task in no filter). ``why`` tells its way, step by step;
    ``steps`` has the same as data. ``refusals`` says of a waiting task why each worker (by friendly name) cannot take
    it at this moment.
    """

    status: str
    worker: str | None
    workers: tuple[str, ...]
    queue: str | None
    workflow: str | None
    filter: str | None
    why: str = field(repr=False)
    steps: tuple[TraceEntry, ...] = field(repr=False, default=())
    refusals: Mapping[str, str] = field(repr=False, factory=dict[str, str])

    def __str__(self) -> str:
        return self.why


class Emulator:
    """A TaskRouter in this process, on virtual time, with real clients in front of it. It never calls the network.

    ``seed`` decides every SID and every chance. ``options`` choose between readings where the
    sources disagree. ``strict`` refuses parameters that the service would ignore.
    ``published_limits`` answers 429 above the rates that the service publishes. ``over_http`` sends callbacks to their
    URLs over real HTTP, from threads (to functions where one serves the URL); :meth:`settle` waits for them.
    """

    #: The account that the clients of this emulator use.
    account_sid = DEFAULT_ACCOUNT
    #: Its auth token, which signs callbacks.
    auth_token = DEFAULT_TOKEN

    def __init__(
        self,
        *,
        seed: int = 0,
        options: EngineOptions | None = None,
        strict: bool = False,
        as_posted: bool = False,
        published_limits: bool = False,
        over_http: bool = False,
    ) -> None:
        self.backend = Backend(
            seed=seed,
            options=options,
            strict=strict,
            as_posted=as_posted,
            published_limits=published_limits,
            deliver_in_background=over_http,
        )

    @cached_property
    def client(self) -> Any:  # Any: a twilio.rest.Client; the SDK has no types
        """The official client of the SDK, answered in process."""
        from twilio.rest import Client

        from taskrouter_kit.emulator._inprocess import InProcessHttpClient

        # An empty environment would fall back to os.environ, where a region may rewrite the host.
        return Client(
            self.account_sid, self.auth_token, http_client=InProcessHttpClient(self.backend), environment={"_": ""}
        )

    @cached_property
    def async_client(self) -> Any:  # Any: a twilio.rest.Client; the SDK has no types
        """The official client for its ``…_async`` methods, answered in process; any event loop will do."""
        from twilio.rest import Client

        from taskrouter_kit.emulator._inprocess import AsyncInProcessHttpClient

        http_client = AsyncInProcessHttpClient(self.backend)
        return Client(self.account_sid, self.auth_token, http_client=http_client, environment={"_": ""})

    @cached_property
    def taskrouter(self) -> TaskRouter:
        """This library's client, on the official one; it does not retry, so that a fault shows at once."""
        from taskrouter_kit._taskrouter import TaskRouter
        from taskrouter_kit.client._retry import RetryPolicy

        return TaskRouter(self.client, policy=RetryPolicy(attempts=1))

    @property
    def clock(self) -> Clock:
        """The virtual clock."""
        return self.backend.clock

    def deploy(self, workspace: Workspace) -> LiveWorkspace:
        """Make what *workspace* declares, through plan and apply, and return the client of it."""
        self.taskrouter.apply(workspace)
        return self.taskrouter.workspace(workspace.friendly_name)

    def advance(self, seconds: float) -> None:
        """Move the time by *seconds*: every timer that is due fires in its order, callbacks go out at their moment."""
        self.backend.advance(seconds)

    def run_until_idle(self, limit_seconds: float = 30 * 86_400) -> float:
        """Move the time until no timer is armed, or by *limit_seconds*; return the seconds that it moved."""
        return self.backend.run_until_idle(limit_seconds)

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until every callback that went out over HTTP is answered, with what it set off; at most *seconds*.

        These are seconds of real time; virtual time stands still. Raises :class:`DeadlinePassed`.
        """
        if not self.backend.settle(seconds):
            message = f"Callbacks were still under way after {seconds:g} seconds."
            raise DeadlinePassed(Diagnostic("deadline-passed", message, hint="does the application answer at all?"))

    def route(self, task: HasSid | str) -> Routed:
        """Return where *task* (a task, or its SID) is now and how it came there; LookupError when it is gone."""
        sid = task if isinstance(task, str) else task.sid
        return self.backend.locked(lambda: self._route(sid))

    def _route(self, sid: str | None) -> Routed:
        for account, workspace in self.backend.workspaces():
            state = workspace.tasks.get(sid or "")
            if state is not None:
                return _routed(account.engine, workspace, state)
        raise LookupError(f"there is no task {sid}: tasks are removed 5 minutes after their end")

    def serve(self, prefix: str, function: CallbackFunction | Callbacks) -> None:
        """Let *function* answer the callbacks whose URL starts with *prefix*: ``(url, headers, body) -> reply``.

        The reply has ``status``, ``headers`` and ``body`` (:class:`Answer`); None is an empty 204. It may be a
        ``Callbacks``, or its ``handle``: then the SIDs of activities are found here, and no network is asked.
        """
        from taskrouter_kit.callbacks import Callbacks

        function = function.handle if isinstance(function, Callbacks) else function
        owner: object = getattr(function, "__self__", None)
        if isinstance(owner, Callbacks):
            owner.directory.look_up = self._activities
        self.backend.functions.serve(prefix, function)

    def _activities(self, account_sid: str, workspace_sid: str) -> dict[str, str]:
        found = next((each for _, each in self.backend.workspaces() if each.sid == workspace_sid), None)
        return {} if found is None else {each.friendly_name: sid for sid, each in found.activities.items()}

    def fault(self, *rules: FaultRule) -> None:
        """Let things go wrong as *rules* say."""
        self.backend.disturbances.add(*rules)

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """The callbacks that went out, oldest first."""
        return self.backend.deliveries

    def plan_call(
        self, outcome: CallOutcome, *, worker: str | None = None, seconds: float | None = None, times: int = 1
    ) -> None:
        """Say what becomes of the next *times* calls that instructions make: everybody answers unless planned.

        *worker* (friendly name or SID) plans for that worker only; LookupError when there is none. *seconds* is how
        long it takes; when nobody answers, that is the instruction's own timeout unless said.
        """
        planned = 0
        for account, workspace in self.backend.workspaces():
            name = (worker or "").casefold()
            found = [each for each in workspace.workers.values() if worker in (None, each.sid)]
            found = found or [each for each in workspace.workers.values() if each.friendly_name.casefold() == name]
            if worker is not None and not found:
                continue
            command = PlanCall(
                workspace_sid=workspace.sid,
                outcome=outcome,
                after_ms=UNSET if seconds is None else round(seconds * 1000),
                worker_sid=UNSET if worker is None else found[0].sid,
                times=times,
            )
            self.backend.carry_out(account, command)
            planned += 1
        if not planned:
            raise LookupError("there is no workspace" if worker is None else f"there is no worker {worker}")

    def enqueue(self, twiml: object, *, from_: str = "", to: str = "", **parameters: str) -> str | None:
        """Let a caller hear *twiml*, and return the SID of the task that its ``<Enqueue workflowSid>`` makes.

        The task has the parameters of the call among its attributes (``call_sid``, ``from``, ``to`` …); *parameters*
        adds to them, in snake_case. Where no task can be made it is None, and :attr:`debugger` says why (14220, 14221,
        14222). ValueError where *twiml* puts nobody into the queue of a workflow; LookupError without a workspace.
        """
        from taskrouter_kit.emulator._twiml import enqueue_call

        return enqueue_call(self.backend, str(twiml), {"from": from_, "to": to, **parameters})

    def hang_up(self, task: HasSid | str) -> None:
        """Let the caller of *task* hang up while it waits, or either side while they talk; LookupError when it is gone.

        A waiting task is canceled, the call of a dequeue completes its task, and a conference leaves it wrapping.
        """
        sid = task if isinstance(task, str) else task.sid
        for account, workspace in self.backend.workspaces():
            if sid in workspace.tasks:
                self.backend.carry_out(account, HangUp(workspace_sid=workspace.sid, task_sid=sid or ""))
                return
        raise LookupError(f"there is no task {sid}")

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The telephone calls that instructions would have made, oldest first."""
        accounts = self.backend.accounts
        return self.backend.locked(lambda: tuple(call for each in accounts for call in each.engine.machine.calls))

    @property
    def debugger(self) -> tuple[DebuggerEntry, ...]:
        """What the service would have written into its debugger, oldest first."""
        accounts = self.backend.accounts
        return self.backend.locked(lambda: tuple(entry for each in accounts for entry in each.engine.machine.debugger))

    def reset(self) -> None:
        """Forget everything: workspaces, faults, callback functions, deliveries. The clock goes on."""
        self.backend.reset()
        self.backend.functions.clear()

    def save(self) -> dict[str, Any]:  # Any: JSON
        """Return everything as a JSON object."""
        return self.backend.save()

    def load(self, snapshot: Mapping[str, Any]) -> None:  # Any: JSON
        """Become what :meth:`save` returned; ValueError for anything else."""
        self.backend.load(snapshot)


class _Reasons(Mapping[str, str]):
    """Friendly name of a worker -> why it cannot take the task, explained when somebody reads it."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self._refusals = {each.worker_name: each for each in refusals}

    def __getitem__(self, name: str) -> str:
        return self._refusals[name].text

    def __iter__(self) -> Iterator[str]:
        return iter(self._refusals)

    def __len__(self) -> int:
        return len(self._refusals)


def _routed(engine: Engine, workspace: WorkspaceState, task: TaskState) -> Routed:
    reservations = [workspace.reservations[sid] for sid in task.reservations]
    asked = tuple(each.worker_name for each in reservations if each.reservation_status in OPEN)
    queue = workspace.task_queues.get(task.task_queue_sid or "")
    workflow = workspace.workflows.get(task.workflow_sid or "")
    rules = rules_of(workspace, task)
    rule = None if rules is None or task.filter_index is None else rules.filter_at(task.filter_index)
    return Routed(
        status=task.assignment_status,
        worker=asked[0] if asked else None,
        workers=asked,
        queue=None if queue is None else queue.friendly_name,
        workflow=None if workflow is None else workflow.friendly_name,
        filter=(rule.name or None) if rule is not None else None,
        why=trace_text(workspace, task.sid),
        steps=trace_of(workspace, task.sid),
        refusals=_Reasons(_refusals(engine, workspace, task)),
    )


def _refusals(engine: Engine, workspace: WorkspaceState, task: TaskState) -> list[Refusal]:
    found = target_of(workspace, task)
    if found is None or task.assignment_status != "pending":
        return []
    return refusals(task, found[1], workspace, engine.options, engine.now)
