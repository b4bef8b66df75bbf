"""``taskrouter-kit emulate``: TaskRouter on this machine, over HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.emulator._clocks import Clock, RunningClock, VirtualClock
from taskrouter_kit.errors import LoadError
from taskrouter_kit.simulator._json_kinds import is_object

if TYPE_CHECKING:
    from taskrouter_kit.emulator._backend import Backend

_SPEED = re.compile(r"(\d+(?:\.\d+)?)x\Z")


class _Speed(click.ParamType[float]):
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
        if match is None or float(match[1]) == 0:
            self.fail(f"{value!r} is neither 'real', 'virtual' nor a factor such as '60x'.", param, ctx)
        return float(match[1])


@click.command("emulate", short_help="Run a TaskRouter of your own on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--load",
    "load_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Start from this snapshot (JSON, as /_admin/snapshot returns it).",
)
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep everything in this SQLite file; nothing acknowledged is lost when the process dies.",
)
@click.option("--speed", type=_Speed(), default="real", show_default=True, help="real, virtual, or a factor: 60x.")
@click.option("--seed", type=int, default=0, show_default=True, help="What every invented SID comes from.")
@click.option("--strict", is_flag=True, help="Refuse parameters that the service would ignore.")
@click.option("--account", "accounts", multiple=True, metavar="SID:TOKEN", help="Let in only these accounts.")
def command(
    host: str,
    port: int,
    load_file: Path | None,
    store: Path | None,
    speed: float,
    seed: int,
    strict: bool,
    accounts: tuple[str, ...],
) -> None:
    """Run a TaskRouter of your own: no Twilio account, no network, all 61 operations.

    Point a client at it: client.taskrouter.base_url = "http://127.0.0.1:8080".
    The page at / shows what is going on; /_admin/ moves the clock, resets, saves and breaks things on purpose.
    """
    from taskrouter_kit.emulator._backend import Backend
    from taskrouter_kit.emulator._serve import serve
    from taskrouter_kit.emulator._store import Store

    clock: Clock = VirtualClock() if speed == 0 else RunningClock(speed=speed)
    backend = Backend(
        clock=clock,
        seed=seed,
        strict=strict,
        credentials=_credentials(accounts),
        store=None if store is None else Store(store),
        deliver_in_background=True,
    )
    if load_file is not None:
        _load(backend, load_file)
    click.echo(f"TaskRouter emulator on http://{host}:{port}/ (an imitation; nothing reaches Twilio)", err=True)
    serve(backend, host=host, port=port)


def _credentials(accounts: tuple[str, ...]) -> dict[str, str] | None:
    """Return Account SID -> token, or None when everybody is let in."""
    if not accounts:
        return None
    found: dict[str, str] = {}
    for text in accounts:
        sid, colon, token = text.partition(":")
        if not colon or not token:
            raise click.BadParameter("expected SID:TOKEN (the token is not shown here)", param_hint="--account")
        found[sid] = token
    return found


def _load(backend: Backend, path: Path) -> None:
    try:
        backend.load(_snapshot(path))
    except ValueError as failure:
        raise LoadError(
            Diagnostic("unreadable-snapshot", f"This is no snapshot: {failure}.", where=Where(file=str(path)))
        ) from failure


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
