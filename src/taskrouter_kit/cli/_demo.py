"""``taskrouter-kit demo``: the whole way once, with no account: declare, deploy, route, answer, miss a call.

The file that it runs is ``examples/support_center.py``. With ``--live`` the same happens on the account in the
environment, in a workspace of its own name, after asking; it is deleted at the end.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
from attrs import evolve as changed

from taskrouter_kit._taskrouter import TaskRouter
from taskrouter_kit.cli._console import console
from taskrouter_kit.cli._demo_story import Story
from taskrouter_kit.cli._load import load
from taskrouter_kit.models._declare_workspace import Workspace

#: Where the example lies: beside the package's source, or inside an installed package.
_EXAMPLES = (
    Path(__file__).resolve().parents[3] / "examples" / "support_center.py",
    Path(__file__).with_name("_support_center.py"),
)
_LIVE_NAME = "taskrouter-kit demo (safe to delete)"
_RESERVATION_SECONDS_LIVE = 5


@click.command("demo")
@click.option("--live", is_flag=True, help="Use the account in TWILIO_ACCOUNT_SID / TWILIO_AUTH_TOKEN.")
@click.option("--yes", "-y", is_flag=True, help="With --live: do not ask.")
def command(live: bool, yes: bool) -> None:
    """Deploy and route a whole contact centre, with no account."""
    path = next(path for path in _EXAMPLES if path.is_file())
    example = _Example(path)
    if live:
        _run_live(example, yes=yes)
    else:
        _run_local(example)


class _Example:
    """What the example file declares."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.center = load(f"{path}:center", Workspace)
        self.agent: Any = load(f"{path}:Agent", type)
        self.call: Any = load(f"{path}:Call", type)


class Phone:
    """The application behind the assignment callback: it answers, until nobody is at the desk any more."""

    def __init__(self) -> None:
        self.answers = True

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Any:
        """Answer one callback."""
        # Documented: callbacks.md section 1; an empty answer leaves the reservation pending: somebody else decides
        body = json.dumps({"instruction": "accept"}).encode() if self.answers else b""
        return SimpleNamespace(status=200, headers={"Content-Type": "application/json"}, body=body)


def _ignore(url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take an event and do nothing with it."""


def _run_local(example: _Example) -> None:
    with TaskRouter.local() as taskrouter:
        local = taskrouter.local_taskrouter
        assert local is not None
        phone = Phone()
        for workflow in example.center.workflows:
            if workflow.assignment_callback_url:
                local.serve(workflow.assignment_callback_url, phone)
        if example.center.event_callback_url:
            local.serve(example.center.event_callback_url, _ignore)
        story = Story(console(), taskrouter, example.center, example.agent, example.call)
        story.opening("a local TaskRouter: no account, virtual time")
        story.deploy()
        story.answered_call(by_callback=True)
        phone.answers = False
        story.missed_call(wait=lambda seconds: local.advance(seconds))
        story.closing()


def _run_live(example: _Example, *, yes: bool) -> None:
    center = _live_center(example.center)
    with TaskRouter.from_env() as taskrouter, _own_workspace(taskrouter, yes=yes):
        story = Story(console(), taskrouter, center, example.agent, example.call)
        story.opening(f"the account in the environment, workspace {_LIVE_NAME!r}")
        story.deploy()
        story.answered_call(by_callback=False)
        story.missed_call(wait=_wait_for_real)
        story.closing()


def _live_center(center: Workspace) -> Workspace:
    """Return the example under a name of its own, without the callbacks of an application that does not exist."""
    workflows = [
        changed(each, assignment_callback_url=None, task_reservation_timeout=_RESERVATION_SECONDS_LIVE)
        for each in center.workflows
    ]
    return changed(center, friendly_name=_LIVE_NAME, workflows=workflows, event_callback_url=None)


@contextmanager
def _own_workspace(taskrouter: TaskRouter, *, yes: bool) -> Generator[None, None, None]:
    """Ask first, and delete the workspace of the demo at the end, whatever happened."""
    if next(iter(taskrouter.workspaces.list(friendly_name=_LIVE_NAME)), None) is not None:
        raise click.UsageError(f"The account has a workspace {_LIVE_NAME!r} already; delete it first.")
    if not yes:
        click.confirm(
            f"Create workspace {_LIVE_NAME!r} on the account, and delete it at the end?", abort=True, err=True
        )
    try:
        yield
    finally:
        left = next(iter(taskrouter.workspaces.list(friendly_name=_LIVE_NAME)), None)
        if left is not None:
            taskrouter.workspaces.delete(left)
            click.echo(f"Deleted workspace {_LIVE_NAME!r} ({left.sid}).", err=True)


def _wait_for_real(seconds: float) -> None:
    import time

    time.sleep(min(seconds, _RESERVATION_SECONDS_LIVE) + 2)
