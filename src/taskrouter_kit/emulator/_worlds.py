"""The worlds of all accounts: what commands and time do to them, and that a store keeps it.

Everything here is asked with the lock held, except where it says that it takes the lock itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from taskrouter_kit.emulator._accounts import Account, Accounts
from taskrouter_kit.emulator._clocks import LATEST_MS, Clock
from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._keeper import Keeper, repeat
from taskrouter_kit.emulator._store_failures import StoreFailed, unusable
from taskrouter_kit.emulator._troubles import Troubles
from taskrouter_kit.simulator import DebuggerEntry, Engine, EngineOptions, Outcome, Refused
from taskrouter_kit.simulator._commands import Command

if TYPE_CHECKING:
    from taskrouter_kit.emulator._store import Store

_SNAPSHOT: Final = "taskrouter-kit emulator 1"


class Worlds:
    """The accounts with their engines, the clock, and the store if there is one."""

    def __init__(
        self,
        clock: Clock,
        troubles: Troubles,
        *,
        seed: int,
        options: EngineOptions,
        credentials: Mapping[str, str] | None,
        keys: Mapping[str, str] | None,
        store: Store | None,
    ) -> None:
        self.clock = clock
        self.troubles = troubles
        #: Held while anything here is read or changed; never while an application is asked.
        self.lock = threading.RLock()
        self.accounts = Accounts(self._new_engine, credentials, keys)
        #: Called when the answer of a callback has changed something: a timer may be due sooner than before.
        self.changed: Callable[[], object] = _nothing
        self._seed = seed
        self._options = options
        self._keeper: Keeper | None = None
        if store is not None:
            self._restore(store, Keeper(store, troubles))

    def _new_engine(self, account_sid: str) -> Engine:
        # Each account has SIDs of its own, whatever the order in which accounts come.
        seed = (self._seed << 32) ^ crc32(account_sid.encode())
        return Engine(seed, options=self._options, start=self.clock.now_ms(), account_sid=account_sid)

    def holds(self, account: Account) -> bool:
        """Return whether *account* is still one of them: not forgotten by a reset or the load of a snapshot."""
        return self.accounts.hold(account)

    def perform(self, account: Account, command: Command, now: int) -> Outcome:
        """Let the account's engine, which is at *now* already, carry *command* out; keep it when there is a store."""
        keeper = self._keeper
        if keeper is None:
            return account.engine.execute(command, now)
        keeper.check()
        outcome = account.engine.execute(command, now)
        keeper.command(account, command, now)
        return outcome

    def bring_up(self, account: Account, now: int) -> None:
        """Fire the account's timers that are due by *now*, and note the time where it fired any."""
        if not account.engine.is_due(now):
            return
        account.engine.advance(now)
        if self._keeper is not None:
            self._keeper.moment(account, now)

    def note(self, account: Account, code: int, message: str, sid: str) -> None:
        """Write an entry into the debugger of *account*, unless it is gone."""
        if self.holds(account):
            entry = DebuggerEntry(account.engine.now, code, message, sid)
            account.engine.machine.debugger.append(entry)
            if self._keeper is not None:
                self._keeper.entry(account, entry, self.clock.now_ms())

    def move_to(self, moment: int) -> None:
        """Move the clock to *moment*, and every account with it; what breaks in one does so when all had their turn."""
        self.clock.move_to(moment)
        broken: list[Exception] = []
        for account in self.accounts:
            try:
                self.bring_up(account, self.clock.now_ms())
            except Exception as failure:  # noqa: BLE001, PERF203  # it is raised, only later
                broken.append(failure)
        if broken:
            raise broken[0]

    def next_timer(self) -> int | None:
        """Return when the next timer of any account fires, or None."""
        due = [account.engine.next_timer() for account in self.accounts]
        return min((each for each in due if each is not None), default=None)

    def forget(self) -> None:
        """Forget all accounts, in the store too; :class:`StoreFailed` and no change where it cannot."""
        if self._keeper is not None:
            self._keeper.replace(None)
        self.accounts.forget()

    def save(self) -> dict[str, Any]:  # Any: JSON
        """Return everything as a JSON object, auth tokens left out; takes the lock."""
        with self.lock:
            return _document(self.clock.now_ms(), {account.sid: account.engine for account in self.accounts})

    def load(self, document: Mapping[str, Any]) -> None:  # Any: JSON
        """Become what :meth:`save` wrote; ValueError for anything else, and then nothing has changed."""
        if document.get("format") != _SNAPSHOT:
            raise ValueError(f"expected a snapshot of format {_SNAPSHOT!r}, found {document.get('format')!r}")
        try:
            engines = {sid: Engine.load(each) for sid, each in document["accounts"].items()}
            now = document["now"]
        except (LookupError, TypeError, AttributeError, OverflowError, Refused) as failure:
            raise ValueError(f"the snapshot is damaged: {failure!r}") from failure
        odd = [sid for sid, engine in engines.items() if engine.machine.account_sid != sid]
        moments = [now, *(engine.now for engine in engines.values())]
        if odd or not all(type(each) is int and 0 <= each <= LATEST_MS for each in moments):
            raise ValueError("the snapshot is damaged: " + ("whose are the accounts" if odd else "when is now") + "?")
        now = max(now, self.clock.now_ms())
        if self._keeper is not None:
            self._keeper.replace(_document(now, engines))
        tokens = {account.sid: account.auth_token for account in self.accounts}
        self.accounts.forget()
        self.clock.move_to(now)
        for sid, engine in engines.items():
            self.accounts.account(sid, tokens.get(sid)).engine = engine

    def _restore(self, store: Store, keeper: Keeper) -> None:
        """Become what *store* holds, and make one snapshot of it; LoadError, and the store as it is, otherwise."""
        try:
            snapshot = store.snapshot()
            records = list(store.commands())
            if snapshot is not None:
                self.load(snapshot)
            for record in records:
                self.clock.move_to(record["now"])
                repeat(record, self.accounts.account(record["account"]), record["now"])
        except (LookupError, TypeError, ValueError, AttributeError, Refused, StoreFailed) as failure:
            raise unusable(store.path, f"what it holds cannot be repeated ({failure!r})") from failure
        keeper.begin(self.accounts, compact=self.save() if records else None)
        self._keeper = keeper

    def close(self) -> None:
        """Let go of the store; what it would have to keep is refused from then on."""
        if self._keeper is not None:
            self._keeper.close()


def _nothing() -> None:
    """Nobody fires timers by himself."""


def _document(now: int, engines: Mapping[str, Engine]) -> dict[str, Any]:  # Any: JSON
    return {
        "format": _SNAPSHOT,
        "now": now,
        "date": iso(now),
        "accounts": {sid: engine.save() for sid, engine in engines.items()},
    }
