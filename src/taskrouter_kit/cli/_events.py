"""``taskrouter-kit events``: follow a workspace's events, and replay recorded ones into handlers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any, TextIO, cast

import click

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.callbacks import Callbacks, Event, parse_event
from taskrouter_kit.callbacks._follow import follow
from taskrouter_kit.cli._connect import connect, connection_option
from taskrouter_kit.cli._load import load
from taskrouter_kit.errors import LoadError


@click.group("events", short_help="Follow events, or replay them into handlers.")
def command() -> None:
    """Follow the events of a workspace, or replay recorded ones."""


@command.command("follow")
@click.argument("workspace")
@click.option("--since", "minutes", default=0, show_default=True, type=click.IntRange(0, 43_200), help="Minutes back.")
@click.option("--interval", default=5.0, show_default=True, type=click.FloatRange(min=0.5), help="Seconds.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many events.")
@click.option("--json", "as_json", is_flag=True, help="Print whole events, attributes of people included.")
@connection_option
def follow_command(
    workspace: str, minutes: int, interval: float, limit: int | None, as_json: bool, local: str | None
) -> None:
    """Print the events of WORKSPACE (a name or SID) as they happen; one line each, oldest first."""
    with connect(local) as taskrouter:
        live = taskrouter.workspace(workspace)
        start = datetime.now(timezone.utc) - timedelta(minutes=minutes)
        events = follow(
            lambda since: live.events.list(start_date=since, page_size=1000), start, sleep=time.sleep, interval=interval
        )
        try:
            for event in islice(events, limit):
                click.echo(json.dumps(event.payload, ensure_ascii=False) if as_json else line_of(event))
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)


@command.command("replay")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--to", "handlers", metavar="MODULE:CALLBACKS", help="Give the events to these handlers.")
@click.pass_context
def replay_command(ctx: click.Context, file: TextIO, handlers: str | None) -> None:
    """Read events from FILE (JSON lines, or one JSON list; - is stdin), and print them or give them to handlers.

    Exit code 1 when a handler failed.
    """
    payloads = read_payloads(file)
    if handlers is None:
        for payload in payloads:
            click.echo(line_of(parse_event(payload)))
        return
    counts = load(handlers, Callbacks).replay(payloads)
    click.echo(f"{counts.handled} handled, {counts.failed} failed.")
    ctx.exit(1 if counts.failed else 0)


def line_of(event: Event) -> str:
    """Return *event* as a line: when, what, and the SIDs; nothing that is known of people."""
    moment = event.occurred.strftime("%H:%M:%S.%f")[:-3] if event.timed else "(no time)   "
    names = ("task_sid", "reservation_sid", "worker_sid", "task_queue_sid", "workflow_sid")
    sids = " ".join(str(event.fields[name]) for name in names if event.fields.get(name))
    return f"{moment}  {event.fields.get('event_type', '(no type)')}  {sids}".rstrip()


def read_payloads(file: Iterable[str]) -> list[dict[str, Any]]:
    """Return the events in *file*; raises :class:`LoadError` with every line that is none."""
    name = str(getattr(file, "name", "input"))
    lines = list(file)
    text = "".join(lines)
    if text.lstrip().startswith("["):
        try:
            lines = [json.dumps(each) for each in json.loads(text)]
        except ValueError:
            raise LoadError(_no_event(name, "The file starts like a JSON list and is none.")) from None
    problems: list[Diagnostic] = []
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        value = _decoded(line)
        if isinstance(value, dict):
            found.append(cast("dict[str, Any]", value))
        else:
            problems.append(_no_event(f"{name}:{number}", "This is no JSON object."))
    if problems:
        raise LoadError(problems)
    if not found:
        sys.stderr.write("There are no events in it.\n")
    return found


def _decoded(line: str) -> object:
    try:
        value: object = json.loads(line)
    except ValueError:
        return None
    return value


def _no_event(file: str, message: str) -> Diagnostic:
    return Diagnostic("not-an-event", message, where=Where(file=file), hint="one JSON object a line, or one JSON list")
