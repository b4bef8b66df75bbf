"""``taskrouter-kit emulate``: TaskRouter on this machine, over HTTP."""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.cli._click_types import FloatType
from taskrouter_kit.cli._reading import Reading, engine_options
from taskrouter_kit.emulator._clocks import Clock, RunningClock, VirtualClock
from taskrouter_kit.errors import LoadError
from taskrouter_kit.simulator._json_kinds import is_object

if TYPE_CHECKING:
    from taskrouter_kit.emulator._backend import Backend
    from taskrouter_kit.emulator._store import Store

#: Faster than this, a month would bring a clock to the end of the dates.
_FASTEST = 100_000
_SPEED = re.compile(r"(\d+(?:\.\d+)?)x\Z")


class _Speed(FloatType):
    """``real``, ``virtual``, or a factor such as ``60x``."""

    name = "speed"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the factor; 0 stands for virtual time."""
        if not isinstance(value, str):
            return float(str(value))
        match = _SPEED.match(value)
        if value == "real":
            return 1.0
        if value == "virtual":
            return 0.0
        if match is None or not 0 < float(match[1]) <= _FASTEST:
            factor = f"a factor up to {_FASTEST:,} such as '60x'"
            self.fail(f"{value!r} is neither 'real', 'virtual' nor {factor}.", param, ctx)
        return float(match[1])


@click.command("emulate", short_help="Run a TaskRouter of your own on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--load",
    "load_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Start from this snapshot (JSON, as /_admin/snapshot returns it), where the store holds nothing yet.",
)
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep everything in this SQLite file; nothing acknowledged is lost when the process dies.",
)
@click.option("--speed", type=_Speed(), default="real", show_default=True, help="real, virtual, or a factor: 60x.")
@click.option("--seed", type=int, default=0, show_default=True, help="What every invented SID comes from.")
@click.option(
    "--option",
    "options",
    multiple=True,
    type=Reading(),
    metavar="NAME=VALUE",
    help="Follow another reading where the sources disagree, such as last_timeout=next-filter.",
)
@click.option("--strict", is_flag=True, help="Refuse parameters that the service would ignore.")
@click.option("--as-posted", is_flag=True, help="Keep JSON as it was posted instead of compacting it.")
@click.option("--published-limits", is_flag=True, help="Answer 429 above the rates that the service publishes.")
@click.option(
    "--most-waiting-callbacks",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="When so many callbacks wait for the application, further ones are not sent, and counted.",
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="SID:TOKEN",
    help="Let in only these: accounts (AC…:TOKEN), and API keys (SK…:SECRET) of the first account.",
)
@click.option(
    "--tls",
    nargs=2,
    type=click.Path(exists=True, dir_okay=False),
    metavar="CERTIFICATE KEY",
    help="Speak HTTPS with these PEM files, for clients that know nothing else.",
)
def command(
    host: str,
    port: int,
    load_file: Path | None,
    store: Path | None,
    speed: float,
    seed: int,
    options: tuple[tuple[str, object], ...],
    strict: bool,
    as_posted: bool,
    published_limits: bool,
    most_waiting_callbacks: int,
    accounts: tuple[str, ...],
    tls: tuple[str, str] | None,
) -> None:
    """Run a TaskRouter of your own: no Twilio account, no network, all 61 operations.

    Point a client at it: client.taskrouter.base_url = "http://127.0.0.1:8080".
    The page at / shows what is going on; /_admin/ moves the clock, resets, saves and breaks things on purpose.
    """
    from taskrouter_kit.emulator._backend import Backend
    from taskrouter_kit.emulator._serve import check_server, check_tls, listen, serve

    check_server()
    credentials, keys = _credentials(accounts)
    try:
        readings = engine_options(options)
    except ValueError as refusal:
        raise click.BadParameter(str(refusal.args[0]), param_hint="--option") from refusal
    if tls is not None:
        check_tls(tls)
    snapshot = None if load_file is None else _snapshot(load_file)
    with listen(host, port) as listener, _kept(store) as kept:
        clock: Clock = VirtualClock() if speed == 0 else RunningClock(speed=speed)
        backend = Backend(
            clock=clock,
            seed=seed,
            options=readings,
            strict=strict,
            as_posted=as_posted,
            published_limits=published_limits,
            credentials=credentials,
            keys=keys,
            store=kept,
            deliver_in_background=True,
            most_waiting_callbacks=most_waiting_callbacks,
        )
        if load_file is not None and snapshot is not None:
            if backend.workspaces():
                message = f"{store} holds workspaces, which the snapshot would replace: leave one of the two out."
                raise click.BadParameter(message, param_hint="--load")
            _load(backend, snapshot, load_file)
        name = f"[{host}]" if ":" in host else host
        origin = f"{'http' if tls is None else 'https'}://{name}:{listener.getsockname()[1]}/"
        click.echo(f"TaskRouter emulator on {origin} (an imitation; nothing reaches Twilio)", err=True)
        serve(backend, listener, tls=tls)


def _kept(path: Path | None) -> AbstractContextManager[Store | None]:
    """Open the store, if there is one; who has none does not load SQLite."""
    if path is None:
        return nullcontext()
    from taskrouter_kit.emulator._store import Store

    return closing(Store(path))


def _credentials(accounts: tuple[str, ...]) -> tuple[dict[str, str] | None, dict[str, str]]:
    """Return SID -> token (None when everybody is let in), and the account of each API key."""
    found: dict[str, str] = {}
    for text in accounts:
        sid, colon, token = text.partition(":")
        if not colon or not token or not (looks_like_sid(sid, "AC") or looks_like_sid(sid, "SK")):
            message = "expected SID:TOKEN with the SID of an account or API key (the token is not shown here)"
            raise click.BadParameter(message, param_hint="--account")
        found[sid] = token
    first = next((sid for sid in found if sid.startswith("AC")), None)
    if found and first is None:
        raise click.BadParameter("API keys need an account, AC…:TOKEN, that they belong to", param_hint="--account")
    return found or None, {sid: first for sid in found if sid.startswith("SK") and first is not None}


def _load(backend: Backend, snapshot: dict[str, object], path: Path) -> None:
    from taskrouter_kit.emulator._store_failures import StoreFailed

    try:
        backend.load(snapshot)
    except ValueError as failure:
        raise LoadError(
            Diagnostic("unreadable-snapshot", f"This is no snapshot: {failure}.", where=Where(file=str(path)))
        ) from failure
    except StoreFailed as failure:
        raise LoadError(Diagnostic("unusable-store", f"The snapshot cannot be kept: {failure}.")) from failure


def _snapshot(path: Path) -> dict[str, object]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as failure:
        raise LoadError(
            Diagnostic("unreadable-snapshot", f"The snapshot is not JSON: {failure}.", where=Where(file=str(path)))
        ) from failure
    if not is_object(document):
        raise LoadError(
            Diagnostic("unreadable-snapshot", "The snapshot is not a JSON object.", where=Where(file=str(path)))
        )
    return document
