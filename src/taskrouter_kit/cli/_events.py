"""``taskrouter-kit events``: follow a workspace's events, and replay recorded ones into handlers."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

import click

from taskrouter_kit.callbacks import Callbacks, Event, MissingField, follow, in_order, parse_event, read_events
from taskrouter_kit.cli._connect import connect, connection_option
from taskrouter_kit.cli._load import load
from taskrouter_kit.errors import RateLimited, ServiceUnavailable
from taskrouter_kit.models import EventResource


class _Seconds(click.FloatRange):
    """Seconds that somebody can wait: a range lets NaN pass."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # Any: click's
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is no time to wait.", param, ctx)
        return seconds


@click.group("events", short_help="Follow events, or replay them into handlers.")
def command() -> None:
    """Follow the events of a workspace, or replay recorded ones."""


@command.command("follow")
@click.argument("workspace")
@click.option("--since", "minutes", default=0, show_default=True, type=click.IntRange(0, 43_200), help="Minutes back.")
@click.option("--interval", default=5.0, show_default=True, type=_Seconds(min=0.5), help="Seconds.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many events.")
@click.option("--json", "as_json", is_flag=True, help="Print whole events, attributes of people included.")
@connection_option
def follow_command(
    workspace: str, minutes: int, interval: float, limit: int | None, as_json: bool, local: str | None
) -> None:
    """Print the events of WORKSPACE (a name or SID) as they happen; one line each, oldest first.

    A local TaskRouter has its own time, which stands still: what it has is printed, and that is the end.
    """
    with connect(local) as taskrouter:
        live = taskrouter.workspace(workspace)
        behind = taskrouter.local_taskrouter
        now = datetime.now(timezone.utc) if behind is None else behind.now
        events = follow(
            _Patient(lambda since: list(live.events.list(start_date=since, page_size=1000))),
            now - timedelta(minutes=minutes),
            sleep=time.sleep if behind is None else _stand_still,
            interval=interval,
        )
        try:
            for event in islice(events, limit):
                click.echo(json.dumps(event.payload, ensure_ascii=False) if as_json else line_of(event))
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
        except _StandsStill:
            click.echo("The time of a local TaskRouter stands still: these are all.", err=True)


class _Patient:
    """Asks; once it had an answer, a service that is not there is told of, and asked again."""

    def __init__(self, ask: Callable[[datetime], Sequence[EventResource]]) -> None:
        self._ask = ask
        self._answered = False

    def __call__(self, since: datetime) -> Sequence[EventResource]:
        try:
            found = self._ask(since)
        except (ServiceUnavailable, RateLimited) as error:
            if not self._answered:
                raise
            click.echo(f"{error}\nAsking again.", err=True)
            return ()
        self._answered = True
        return found


class _StandsStill(Exception):
    """There is nothing to wait for."""


def _stand_still(_: float) -> None:
    raise _StandsStill


@command.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--to", "handlers", metavar="MODULE:CALLBACKS", help="Give the events to these handlers.")
@click.option("--in-order", "sort", is_flag=True, help="By the time they happened, not as they stand in FILE.")
@click.pass_context
def replay_command(ctx: click.Context, file: str, handlers: str | None, sort: bool) -> None:
    """Read events from FILE (- is stdin), and print them or give them to handlers.

    FILE is one JSON list, or has an event in each line: JSON, or the form of a callback, as in a log. Exit code 1
    when a handler failed, 2 when something in FILE is no event: then none is given to a handler.
    """
    payloads = read_events(sys.stdin if file == "-" else file, name="stdin" if file == "-" else None)
    if not payloads:
        click.echo("There are no events in it.", err=True)
    events = [parse_event(payload) for payload in payloads]
    if sort:
        events = list(in_order(events))
    if handlers is None:
        for event in events:
            click.echo(line_of(event))
        return
    counts = load(handlers, Callbacks).replay(events)
    click.echo(f"{counts.handled} handled, {counts.failed} failed.")
    ctx.exit(1 if counts.failed else 0)


def line_of(event: Event) -> str:
    """Return *event* as a line: when, what, and the SIDs; nothing that is known of people."""
    try:
        moment = event.occurred.strftime("%H:%M:%S.%f")[:-3]
    except MissingField:
        moment = "(no time)   "
    names = ("event_type", "task_sid", "reservation_sid", "worker_sid", "task_queue_sid", "workflow_sid")
    kind, *sids = (_shown(event.fields.get(name)) for name in names)
    return f"{moment}  {kind or '(no type)'}  {' '.join(each for each in sids if each)}".rstrip()


def _shown(value: object) -> str:
    """Return a name or SID for a terminal; nothing that steers it, and no document."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 64 else ""
