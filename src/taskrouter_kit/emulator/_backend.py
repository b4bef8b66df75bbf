"""The emulator without any transport: a request in, a reply out, over the engines of all accounts.

:meth:`Backend.handle` is synchronous and does no I/O of its own; callbacks leave through a carrier. Every change goes
through an engine as a command, so that store, snapshot and journal see everything.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from zlib import crc32

from taskrouter_kit.emulator._accounts import DEFAULT_TOKEN, Account, Accounts
from taskrouter_kit.emulator._call import Call
from taskrouter_kit.emulator._clocks import Clock, VirtualClock
from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._delivery import FunctionCarrier
from taskrouter_kit.emulator._dispatch import Delivery, Dispatcher
from taskrouter_kit.emulator._disturbances import CONNECTION_RESET, Disturbances, fault_of
from taskrouter_kit.emulator._faults import Fault
from taskrouter_kit.emulator._messages import Reply, Request
from taskrouter_kit.emulator._pace import PublishedLimits
from taskrouter_kit.emulator._paging import TokenMemory
from taskrouter_kit.emulator._parameters import report_unknown
from taskrouter_kit.emulator._route import Route
from taskrouter_kit.emulator._routes import find_route
from taskrouter_kit.emulator._store import Store
from taskrouter_kit.simulator import Engine, EngineOptions, Outcome, Refused
from taskrouter_kit.simulator._commands import Command, command_from_json, command_to_json

_SNAPSHOT: Final = "taskrouter-kit emulator 1"
#: Requests that the journal remembers.
_JOURNAL: Final = 10_000


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
    ) -> None:
        self.clock: Clock = clock or VirtualClock()
        self.seed = seed
        self.options = options or EngineOptions()
        self.strict = strict
        self.as_posted = as_posted
        self.accounts = Accounts(self._new_engine, credentials, keys)
        self.disturbances = Disturbances(seed)
        self._journal: deque[tuple[int, str, str, str, int]] = deque(maxlen=_JOURNAL)
        self.functions = FunctionCarrier()
        self.requests_seen = 0
        self._limits = PublishedLimits() if published_limits else None
        self._memory = TokenMemory()
        self._lock = threading.RLock()
        self._dispatcher = Dispatcher(self, in_background=deliver_in_background)
        self._store = store
        #: The accounts of which the store holds more than nothing.
        self._kept: set[str] = set()
        if store is not None:
            self._restore(store)

    def _new_engine(self, account_sid: str) -> Engine:
        # Each account has SIDs of its own, whatever the order in which accounts come.
        seed = (self.seed << 32) ^ crc32(account_sid.encode())
        return Engine(seed, options=self.options, start=self.clock.now_ms(), account_sid=account_sid)

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """The requests that were answered, oldest first; only so many are remembered."""
        return tuple(JournalEntry(*each) for each in tuple(self._journal))

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The callbacks that went out, oldest first; threads add to them meanwhile."""
        return tuple(self._dispatcher.deliveries)

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
            self._journal.append((now, request.method, request.path, operation, reply.status))
            self._dispatcher.deliver()
            return reply

    def _answer(self, account: Account, route: Route, values: tuple[str, ...], request: Request, now: int) -> Reply:
        rule = self.disturbances.strike_request(route.operation)
        if rule is not None and rule.effect == "reset":
            return Reply(CONNECTION_RESET)
        if rule is not None and rule.effect != "reset-after":
            raise fault_of(rule)
        if self._limits is not None:
            self._limits.check(route.operation, request, now)
        if self.strict:
            self._check_names(route, request)
        self.bring_up(account, now)
        call = Call(account, request, values, now, self._memory, self.as_posted, self.perform)
        reply = route.handler(call)
        return Reply(CONNECTION_RESET) if rule is not None and rule.effect == "reset-after" else reply

    def _check_names(self, route: Route, request: Request) -> None:
        unknown = [name for name, _ in request.query if name not in route.query]
        unknown += [name for name, _ in request.form if name not in route.form]
        if unknown:
            raise report_unknown(list(dict.fromkeys(unknown)), route.operation)

    def perform(self, account: Account, command: Command, now: int) -> Outcome:
        """Let the account's engine, which is at *now* already, carry *command* out; keep it when there is a store."""
        outcome = account.engine.execute(command, now)
        if self._store is not None:
            record = {"account": account.sid, "now": now, **command_to_json(command)}
            if account.sid in self._kept:
                self._store.append(record)
            else:
                # Whoever starts again with another seed or other options gets the engine that the commands were for.
                self._kept.add(account.sid)
                made = {"seed": account.engine.machine.seed, "options": account.engine.options.to_json()}
                self._store.append({"account": account.sid, "now": now, "engine": made}, record)
        return outcome

    def carry_out(self, account: Account, command: Command) -> Outcome:
        """Do what no request can ask for, as :meth:`perform` does, and let callbacks go out."""
        with self._lock:
            now = self.clock.now_ms()
            self.bring_up(account, now)
            outcome = self.perform(account, command, now)
            self._dispatcher.deliver()
            return outcome

    def delay_of(self, request: Request) -> float:
        """Return how many seconds a rule makes *request* wait; the face waits, the backend never does."""
        if not self.disturbances:
            return 0.0
        try:
            route, _ = find_route(request.method, request.path)
        except Fault:
            return 0.0
        return self.disturbances.latency_of(route.operation)

    # --- time

    def advance(self, seconds: float) -> None:
        """Move the time by *seconds*; timers fire and callbacks go out in their order, each at its moment."""
        self.advance_to(self.clock.now_ms() + round(seconds * 1000))

    def advance_to(self, to: int) -> None:
        """Move the time to *to* (milliseconds since 1970)."""
        with self._lock:
            while True:
                due = self.next_timer()
                if due is None or due > to:
                    break
                self._step(due)
            self._step(to)

    def run_until_idle(self, limit_seconds: float = 30 * 86_400) -> float:
        """Move the time until no timer is armed, or by *limit_seconds*; return how many seconds it moved."""
        with self._lock:
            begun = self.clock.now_ms()
            end = begun + round(limit_seconds * 1000)
            while True:
                due = self.next_timer()
                if due is None or due > end:
                    return (self.clock.now_ms() - begun) / 1000
                self._step(due)

    def settle(self, seconds: float) -> bool:
        """Wait until no callback is under way over HTTP, at most *seconds* of real time; return whether that is so."""
        return self._dispatcher.settle(seconds)

    def catch_up(self) -> None:
        """Fire what is due by now; a running clock moves by itself."""
        self.advance_to(self.clock.now_ms())

    def _step(self, to: int) -> None:
        self.clock.move_to(to)
        for account in self.accounts:
            self.bring_up(account, self.clock.now_ms())
        self._dispatcher.deliver()

    def bring_up(self, account: Account, now: int) -> None:
        """Fire the account's timers that are due by *now*, and note the time where it fired any."""
        if not account.engine.is_due(now):
            return
        account.engine.advance(now)
        if self._store is not None:
            self._store.append({"account": account.sid, "now": now})

    def next_timer(self) -> int | None:
        """Return when the next timer of any account fires, or None."""
        due = [account.engine.next_timer() for account in self.accounts]
        return min((each for each in (*due, self._dispatcher.next_due()) if each is not None), default=None)

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
        """Forget everything but configuration: accounts, faults, journal, deliveries. The clock goes on."""
        with self._lock:
            self.accounts.forget()
            self.disturbances.clear()
            self._journal.clear()
            self._dispatcher.clear()
            self._memory = TokenMemory()
            if self._store is not None:
                self._store.replace(None)
                self._kept.clear()

    def save(self) -> dict[str, Any]:  # Any: JSON
        """Return everything as a JSON object, auth tokens left out."""
        with self._lock:
            return {
                "format": _SNAPSHOT,
                "now": self.clock.now_ms(),
                "date": iso(self.clock.now_ms()),
                "accounts": {account.sid: account.engine.save() for account in self.accounts},
            }

    def load(self, document: Mapping[str, Any]) -> None:  # Any: JSON
        """Become what :meth:`save` wrote; ValueError for anything else, and then nothing has changed."""
        if document.get("format") != _SNAPSHOT:
            raise ValueError(f"expected a snapshot of format {_SNAPSHOT!r}, found {document.get('format')!r}")
        try:
            engines = {sid: Engine.load(each) for sid, each in document["accounts"].items()}
            now = int(document["now"])
        except (KeyError, TypeError, AttributeError, Refused) as failure:
            raise ValueError(f"the snapshot is damaged: {failure!r}") from failure
        with self._lock:
            tokens = {account.sid: account.auth_token for account in self.accounts}
            self.accounts.forget()
            self._dispatcher.forget_waiting()
            self.clock.move_to(now)
            for sid, engine in engines.items():
                self.accounts.account(sid, tokens.get(sid, DEFAULT_TOKEN)).engine = engine
            if self._store is not None:
                self._store.replace(self.save())
                self._kept = set(engines)

    def _restore(self, store: Store) -> None:
        """Become what *store* holds, and make one snapshot of it."""
        snapshot = store.snapshot()
        records = list(store.commands())
        self._store = None
        if snapshot is not None:
            self.load(snapshot)
        for record in records:
            account = self.accounts.account(record.pop("account"))
            now = record.pop("now")
            self.clock.move_to(now)
            if "engine" in record:
                options = EngineOptions.from_json(record["engine"]["options"])
                seed = record["engine"]["seed"]
                account.engine = Engine(seed, options=options, start=now, account_sid=account.sid)
            elif record:
                account.engine.execute(command_from_json(record), now)
            else:
                account.engine.advance(now)
            account.engine.outbox.clear()
        self._store = store
        self._kept = {account.sid for account in self.accounts}
        if records:
            store.replace(self.save())

    def close(self) -> None:
        """Stop delivering, and let go of the store."""
        self._dispatcher.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    def locked(self, action: Callable[[], Any]) -> Any:  # Any: whatever the action returns
        """Return what *action* returns, with nothing else happening meanwhile."""
        with self._lock:
            return action()
