"""The worlds of all accounts: what commands and time do to them, and that a store keeps it.

Everything here is asked with the lock held, except where it says that it takes the lock itself.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final
from zlib import crc32

from taskrouter_kit.emulator._accounts import DEFAULT_TOKEN, Account, Accounts
from taskrouter_kit.emulator._clocks import Clock
from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._store import Store
from taskrouter_kit.simulator import Engine, EngineOptions, Outcome, Refused
from taskrouter_kit.simulator._commands import Command, command_from_json, command_to_json

_SNAPSHOT: Final = "taskrouter-kit emulator 1"


class Worlds:
    """The accounts with their engines, the clock, and the store if there is one."""

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int,
        options: EngineOptions,
        credentials: Mapping[str, str] | None,
        keys: Mapping[str, str] | None,
        store: Store | None,
    ) -> None:
        self.clock = clock
        #: Held while anything here is read or changed; never while an application is asked.
        self.lock = threading.RLock()
        self.accounts = Accounts(self._new_engine, credentials, keys)
        self._seed = seed
        self._options = options
        self._store = store
        #: The accounts of which the store holds more than nothing.
        self._kept: set[str] = set()
        if store is not None:
            self._restore(store)

    def _new_engine(self, account_sid: str) -> Engine:
        # Each account has SIDs of its own, whatever the order in which accounts come.
        seed = (self._seed << 32) ^ crc32(account_sid.encode())
        return Engine(seed, options=self._options, start=self.clock.now_ms(), account_sid=account_sid)

    def holds(self, account: Account) -> bool:
        """Return whether *account* is still one of them: not forgotten by a reset or the load of a snapshot."""
        return self.accounts.hold(account)

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

    def bring_up(self, account: Account, now: int) -> None:
        """Fire the account's timers that are due by *now*, and note the time where it fired any."""
        if not account.engine.is_due(now):
            return
        account.engine.advance(now)
        if self._store is not None:
            self._store.append({"account": account.sid, "now": now})

    def move_to(self, moment: int) -> None:
        """Move the clock to *moment*, and every account with it."""
        self.clock.move_to(moment)
        for account in self.accounts:
            self.bring_up(account, self.clock.now_ms())

    def next_timer(self) -> int | None:
        """Return when the next timer of any account fires, or None."""
        due = [account.engine.next_timer() for account in self.accounts]
        return min((each for each in due if each is not None), default=None)

    def forget(self) -> None:
        """Forget all accounts, in the store too."""
        self.accounts.forget()
        if self._store is not None:
            self._store.replace(None)
            self._kept.clear()

    def save(self) -> dict[str, Any]:  # Any: JSON
        """Return everything as a JSON object, auth tokens left out; takes the lock."""
        with self.lock:
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
        tokens = {account.sid: account.auth_token for account in self.accounts}
        self.accounts.forget()
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
        """Let go of the store."""
        if self._store is not None:
            self._store.close()
            self._store = None
