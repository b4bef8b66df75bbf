"""The embedded local TaskRouter: a backend on virtual time with the official SDK's client in front of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from taskrouter_kit.emulator._accounts import DEFAULT_TOKEN
from taskrouter_kit.emulator._backend import Backend
from taskrouter_kit.simulator import EngineOptions

#: The account of a local TaskRouter.
ACCOUNT_SID = "AC" + "0" * 32


class LocalTaskRouter:
    """A TaskRouter in this process. Its time stands still until it is moved; with *path* it remembers in that file."""

    def __init__(
        self, path: str | PathLike[str] | None = None, *, seed: int = 0, options: EngineOptions | None = None
    ) -> None:
        store = None
        if path is not None:
            from taskrouter_kit.emulator._store import Store

            store = Store(Path(fspath(path)))
        self.backend = Backend(seed=seed, options=options, store=store)

    def twilio_client(self) -> Any:  # Any: a twilio.rest.Client; the SDK is untyped
        """Return an official client whose requests are answered here: the SDK's own code runs unchanged."""
        from twilio.rest import Client

        from taskrouter_kit.emulator._inprocess import InProcessHttpClient

        # A region or edge in the environment would rewrite the host; an empty mapping would fall back to os.environ.
        return Client(ACCOUNT_SID, DEFAULT_TOKEN, http_client=InProcessHttpClient(self.backend), environment={"_": ""})

    @property
    def now(self) -> datetime:
        """What time it is there (aware, UTC)."""
        return datetime.fromtimestamp(0, timezone.utc) + timedelta(milliseconds=self.backend.clock.now_ms())

    def advance(self, seconds: float) -> None:
        """Move the time by *seconds*: timers fire in their order, callbacks go out."""
        self.backend.advance(seconds)

    def serve(self, prefix: str, function: Any) -> None:  # Any: (url, headers, body) -> anything with status and body
        """Let *function* answer every callback whose URL begins with *prefix*, in process."""
        self.backend.functions.serve(prefix, function)

    def close(self) -> None:
        """Let go of the file, if there is one."""
        self.backend.close()
