"""What the store is told of the worlds, in its order; what it cannot take is held until it can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import asdict

from taskrouter_kit.emulator._accounts import Account
from taskrouter_kit.emulator._store_failures import StoreFailed
from taskrouter_kit.emulator._troubles import Troubles
from taskrouter_kit.simulator import DebuggerEntry, Engine, EngineOptions
from taskrouter_kit.simulator._commands import Command, command_from_json, command_to_json

if TYPE_CHECKING:
    from taskrouter_kit.emulator._store import Store


class Keeper:
    """Writes records into *store*. A record that could not be written comes before all that follow."""

    def __init__(self, store: Store, troubles: Troubles) -> None:
        self._store = store
        self._troubles = troubles
        #: The accounts of which the store holds more than nothing.
        self._known: set[str] = set()
        self._held: list[Mapping[str, object]] = []
        self._closed = False

    def begin(self, accounts: Iterable[Account], *, compact: dict[str, Any] | None) -> None:  # Any: JSON
        """Go on with what the store holds of *accounts*, and make it smaller where *compact* says all of it."""
        self._known = {account.sid for account in accounts}
        try:
            if compact is not None:
                self.replace(compact)
        except StoreFailed as failure:
            self._troubles.note("the store could not be made smaller", failure)

    def check(self) -> None:
        """Write what is held; :class:`StoreFailed` where that is still not possible, before anything is changed."""
        if self._closed:
            raise StoreFailed("the store is closed")
        if self._held:
            self._write()

    def command(self, account: Account, command: Command, now: int) -> None:
        """Keep that *command* was carried out; :class:`StoreFailed` where it is only held."""
        if account.sid not in self._known:
            # Whoever starts again with another seed or other options gets the engine that the commands were for.
            self._known.add(account.sid)
            made = {"seed": account.engine.machine.seed, "options": account.engine.options.to_json()}
            self._held.append({"account": account.sid, "now": now, "engine": made})
        self._held.append({"account": account.sid, "now": now, **command_to_json(command)})
        try:
            self._write()
        except StoreFailed as failure:
            failure.carried_out = True
            raise

    def moment(self, account: Account, now: int) -> None:
        """Keep that timers were fired by *now*; nobody waits to be told so, and a failure is only noted."""
        if self._closed:
            return
        record = {"account": account.sid, "now": now}
        if self._held and self._held[-1].keys() == record.keys() and self._held[-1]["account"] == account.sid:
            self._held[-1] = record
        else:
            self._held.append(record)
        self._write_or_note("the store could not take the time")

    def entry(self, account: Account, entry: DebuggerEntry, now: int) -> None:
        """Keep what the debugger says of a callback's answer, which no command says."""
        if not self._closed:
            self._held.append({"account": account.sid, "now": now, "debugger": asdict(entry)})
            self._write_or_note("the store could not take an entry of the debugger")

    def replace(self, snapshot: dict[str, Any] | None) -> None:  # Any: JSON
        """Keep *snapshot* (None: nothing) instead of everything so far; :class:`StoreFailed` where nothing changed."""
        self._store.replace(snapshot)
        self._held.clear()
        self._known = set() if snapshot is None else set(snapshot["accounts"])

    def close(self) -> None:
        """Write what is held, if that is possible by now, and let go of the store: no change is made from then on."""
        if self._held and not self._closed:
            self._write_or_note("the store was closed without what it could not take")
        self._closed = True
        self._store.close()

    def _write_or_note(self, doing: str) -> None:
        try:
            self._write()
        except StoreFailed as failure:
            self._troubles.note(doing, failure)

    def _write(self) -> None:
        self._store.append(*self._held)
        self._held.clear()


def repeat(record: Mapping[str, Any], account: Account, now: int) -> None:  # Any: JSON
    """Do to *account* what *record* says."""
    if "engine" in record:
        options = EngineOptions.from_json(record["engine"]["options"])
        account.engine = Engine(record["engine"]["seed"], options=options, start=now, account_sid=account.sid)
    elif "debugger" in record:
        account.engine.machine.debugger.append(DebuggerEntry(**record["debugger"]))
    elif "command" in record:
        command = {name: value for name, value in record.items() if name not in ("account", "now")}
        account.engine.execute(command_from_json(command), now)
    else:
        account.engine.advance(now)
    account.engine.outbox.clear()
