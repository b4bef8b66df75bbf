"""The emulator without any transport: a request in, a reply out, over the engines of all accounts.

:meth:`Backend.handle` is synchronous and does no I/O of its own; callbacks leave through a carrier. Every change goes
through an engine as a command, so that store, snapshot and journal see everything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from taskrouter_kit.emulator._accounts import Account
from taskrouter_kit.emulator._call import Call
from taskrouter_kit.emulator._clocks import LATEST_MS, Clock, VirtualClock
from taskrouter_kit.emulator._couriers import Couriers
from taskrouter_kit.emulator._delivery import Delivery, FunctionCarrier
from taskrouter_kit.emulator._dispatch import Dispatcher
from taskrouter_kit.emulator._disturbances import CONNECTION_RESET, Disturbances, fault_of
from taskrouter_kit.emulator._faults import Fault, not_kept
from taskrouter_kit.emulator._messages import Reply, Request
from taskrouter_kit.emulator._pace import PublishedLimits
from taskrouter_kit.emulator._paging import TokenMemory
from taskrouter_kit.emulator._parameters import report_unknown
from taskrouter_kit.emulator._route import Route
from taskrouter_kit.emulator._routes import find_route
from taskrouter_kit.emulator._store_failures import StoreFailed
from taskrouter_kit.emulator._troubles import Troubles
from taskrouter_kit.emulator._worlds import Worlds
from taskrouter_kit.simulator import EngineOptions, Outcome, Refused, WorkspaceState
from taskrouter_kit.simulator._commands import Command

if TYPE_CHECKING:
    from taskrouter_kit.emulator._store import Store

#: Requests that the journal remembers.
_JOURNAL: Final = 10_000
#: Callbacks that wait to go out over HTTP, unless said.
# Decided: as many as are remembered when they have gone out
MOST_WAITING: Final = 10_000

T = TypeVar("T")


class JournalEntry(NamedTuple):
    """One request that was answered; no parameters are kept, they may be attributes of people."""

    at: int
    method: str
    path: str
    operation: str
    status: int


class Backend:
    """A TaskRouter of one's own.

    ``credentials`` (SID -> token) lets only those in; without, any well-formed account is. ``strict`` refuses
    parameters that the service would ignore. ``as_posted`` keeps JSON as it was posted instead of compacting it.
    ``published_limits`` answers 429 above the limits that the service publishes. ``store`` keeps everything in a file.
    ``deliver_in_background`` sends callbacks over HTTP from threads; when ``most_waiting_callbacks`` of them wait, the
    next ones are not sent: events are dropped, and an assignment counts as answered by neither callback nor fallback.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 0,
        options: EngineOptions | None = None,
        strict: bool = False,
        as_posted: bool = False,
        published_limits: bool = False,
        credentials: Mapping[str, str] | None = None,
        keys: Mapping[str, str] | None = None,
        store: Store | None = None,
        deliver_in_background: bool = False,
        most_waiting_callbacks: int = MOST_WAITING,
    ) -> None:
        if most_waiting_callbacks < 1:
            raise ValueError(f"most_waiting_callbacks must be at least 1, found {most_waiting_callbacks}")
        self.clock: Clock = clock or VirtualClock()
        self.seed = seed
        self.options = options or EngineOptions()
        self.strict = strict
        self.as_posted = as_posted
        self.troubles = Troubles(self.clock.now_ms)
        self._worlds = Worlds(
            self.clock, self.troubles, seed=seed, options=self.options, credentials=credentials, keys=keys, store=store
        )
        self.accounts = self._worlds.accounts
        self.disturbances = Disturbances(seed)
        self._journal: deque[tuple[int, str, str, str, int]] = deque(maxlen=_JOURNAL)
        self.functions = FunctionCarrier()
        self.requests_seen = 0
        self._limits = PublishedLimits() if published_limits else None
        self._memory = TokenMemory()
        self._lock = self._worlds.lock
        self._perform = self._worlds.perform
        #: Whether callbacks go out over HTTP from threads, and not to functions before an answer leaves.
        self.delivers_in_background = deliver_in_background
        couriers = Couriers(most_waiting_callbacks, self.troubles) if deliver_in_background else None
        self._dispatcher = Dispatcher(self._worlds, self.disturbances, self.functions, couriers)

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """The requests that were answered, oldest first; only so many are remembered."""
        return tuple(JournalEntry(*each) for each in tuple(self._journal))

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The callbacks that went out, oldest first; threads add to them meanwhile."""
        return tuple(self._dispatcher.deliveries)

    @property
    def callbacks_waiting(self) -> int:
        """How many callbacks wait to go out over HTTP."""
        return self._dispatcher.waiting

    @property
    def callbacks_dropped(self) -> int:
        """How many callbacks were not sent because too many were waiting."""
        return self._dispatcher.dropped

    def handle(self, request: Request) -> Reply:
        """Answer *request*; callbacks that it sets off go out before (in process) or after (over HTTP) it returns."""
        with self._lock:
            self.requests_seen += 1
            now = self.clock.now_ms()
            operation = ""
            try:
                account = self.accounts.authenticate(request.headers.get("authorization"))
                route, values = find_route(request.method, request.path)
                operation = route.operation
                reply = self._answer(account, route, values, request, now)
            except Fault as fault:
                reply = fault.reply()
            except Refused as refusal:
                reply = Fault(refusal.status, refusal.code, refusal.message).reply()
            except StoreFailed as failure:
                if failure.carried_out:
                    self.troubles.note(f"{operation} could not be kept", failure)
                reply = not_kept(str(failure), carried_out=failure.carried_out).reply()
            self._journal.append((now, request.method, request.path, operation, reply.status))
            mail = self._dispatcher.collect()
        if mail:
            self._dispatcher.deliver()
        return reply

    def _answer(self, account: Account, route: Route, values: tuple[str, ...], request: Request, now: int) -> Reply:
        rule = self.disturbances.strike_request(route.operation) if self.disturbances.rules else None
        if rule is not None and rule.effect == "reset":
            return Reply(CONNECTION_RESET)
        if rule is not None and rule.effect != "reset-after":
            raise fault_of(rule)
        if self._limits is not None:
            self._limits.check(route.operation, request, now)
        if self.strict:
            self._check_names(route, request)
        if account.engine.is_due(now):
            self._worlds.bring_up(account, now)
        call = Call(account, request, values, now, self._memory, self.as_posted, self._perform)
        reply = route.handler(call)
        return Reply(CONNECTION_RESET) if rule is not None and rule.effect == "reset-after" else reply

    def _check_names(self, route: Route, request: Request) -> None:
        unknown = [name for name, _ in request.query if name not in (*route.query, *route.undocumented)]
        unknown += [name for name, _ in request.form if name not in route.form]
        if unknown:
            raise report_unknown(list(dict.fromkeys(unknown)), route.operation)

    def workspaces(self) -> list[tuple[Account, WorkspaceState]]:
        """Return every workspace that there is at this moment, with its account."""
        with self._lock:
            return [(account, each) for account in self.accounts for each in account.engine.world.workspaces.values()]

    def carry_out(self, account: Account, command: Command) -> Outcome:
        """Do what no request can ask for, as an operation would, and let callbacks go out."""
        with self._turn():
            now = self.clock.now_ms()
            self._worlds.bring_up(account, now)
            return self._perform(account, command, now)

    @contextmanager
    def _turn(self) -> Generator[None, None, None]:
        """Hold the lock; what was set off meanwhile goes out when it has been let go."""
        with self._lock:
            yield
            mail = self._dispatcher.collect()
        if mail:
            self._dispatcher.deliver()

    def delay_of(self, request: Request) -> float:
        """Return how many seconds a rule makes *request* wait; the face waits, the backend never does."""
        if not self.disturbances.rules:
            return 0.0
        try:
            route, _ = find_route(request.method, request.path)
        except Fault:
            return 0.0
        return self.disturbances.latency_of(route.operation)

    # --- time

    def advance(self, seconds: float) -> None:
        """Move the time by *seconds*; timers fire and callbacks go out in their order, each at its moment.

        ValueError for a time that runs backwards, and beyond the year 9000.
        """
        if not 0 <= seconds < LATEST_MS / 1000:
            raise ValueError(f"the time moves by seconds from 0 on, found {seconds!r}")
        to = self.clock.now_ms() + round(seconds * 1000)
        if to > LATEST_MS:
            raise ValueError("the time does not move beyond the year 9000")
        self.advance_to(to)

    def advance_to(self, to: int) -> None:
        """Move the time to *to* (milliseconds since 1970)."""
        while self._go_to_next_timer(to):
            pass
        with self._turn():
            self._worlds.move_to(to)

    def run_until_idle(self, limit_seconds: float = 30 * 86_400) -> float:
        """Move the time until no timer is armed, or by *limit_seconds*; return how many seconds it moved."""
        begun = self.clock.now_ms()
        end = begun + round(limit_seconds * 1000)
        while self._go_to_next_timer(end):
            pass
        return (self.clock.now_ms() - begun) / 1000

    def settle(self, seconds: float) -> bool:
        """Wait until no callback is under way over HTTP, at most *seconds* of real time; return whether that is so."""
        return self._dispatcher.settle(seconds)

    def catch_up(self) -> None:
        """Fire what is due by now; a running clock moves by itself."""
        self.advance_to(self.clock.now_ms())

    def _go_to_next_timer(self, limit: int) -> bool:
        """Move the time to the next timer, if one is due by *limit*, and let what it sets off go out."""
        with self._turn():
            due = self.next_timer()
            if due is None or due > limit:
                return False
            self._worlds.move_to(due)
        return True

    def next_timer(self) -> int | None:
        """Return when the next timer of any account fires, or an event goes out late, or None."""
        due = self._worlds.next_timer(), self._dispatcher.next_due()
        return min((each for each in due if each is not None), default=None)

    def when_changed(self, tell: Callable[[], object]) -> None:
        """Call *tell*, from whichever thread, when the answer of a callback has changed something."""
        self._worlds.changed = tell

    def seconds_to_next_timer(self) -> float | None:
        """Return the real seconds until the next timer is due on a running clock, or None without a timer."""
        with self._lock:
            due = self.next_timer()
        if due is None:
            return None
        speed: float = getattr(self.clock, "speed", 1.0)
        return max(0.0, (due - self.clock.now_ms()) / 1000 / speed)

    # --- state

    def reset(self) -> None:
        """Forget everything but configuration: accounts, faults, journal, deliveries. The clock goes on.

        Where a store cannot forget, it raises what the store says, and nothing has changed.
        """
        with self._lock:
            self._worlds.forget()
            self.disturbances.clear()
            self._journal.clear()
            self._dispatcher.clear()
            self.troubles.clear()
            self._memory = TokenMemory()

    def save(self) -> dict[str, Any]:  # Any: JSON
        """Return everything as a JSON object, auth tokens left out."""
        return self._worlds.save()

    def load(self, document: Mapping[str, Any]) -> None:  # Any: JSON
        """Become what :meth:`save` wrote; ValueError for anything else, and then nothing has changed."""
        with self._lock:
            self._worlds.load(document)
            self._dispatcher.forget_waiting()

    def close(self) -> None:
        """Stop delivering, and let go of the store."""
        self._dispatcher.close()
        with self._lock:
            self._worlds.close()

    def locked(self, action: Callable[[], T]) -> T:
        """Return what *action*, which changes nothing, returns, with nothing else happening meanwhile."""
        with self._lock:
            return action()
