"""``apply``: asks before it sends, says what was done, and ends with the exit code that belongs to the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from taskrouter_kit import Activity, TaskRouter, Workspace
from taskrouter_kit.cli import _deploy
from taskrouter_kit.cli.__main__ import group

CENTRE = """\
from taskrouter_kit import Activity, Workspace
center = Workspace("Center", activities=[Activity("Here", available=True)])
"""


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with a small centre."""
    (tmp_path / "centre.py").write_text(CENTRE)
    monkeypatch.chdir(tmp_path)
    return "centre.py:center"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> TaskRouter:
    """What a command takes for the account in the environment: a local TaskRouter that outlives it."""
    taskrouter = TaskRouter.local()
    monkeypatch.setattr(_deploy, "connect", lambda local: taskrouter)
    return taskrouter


def test_it_asks_before_anything_is_sent(centre: str, account: TaskRouter) -> None:
    """Without --local and --yes, the plan is shown; "no" sends nothing and is the answer 1."""
    refused = CliRunner().invoke(group, ["apply", centre], input="n\n")
    assert refused.exit_code == 1
    assert "+ activity 'Here'" in refused.stdout
    assert list(account.workspaces.list()) == []
    done = CliRunner().invoke(group, ["apply", centre], input="y\n")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].startswith("Applied 2 changes to workspace WS")
    assert not account.plan(Workspace("Center", activities=[Activity("Here", available=True)]))


def test_a_refused_plan_is_the_answer_one(centre: str, account: TaskRouter) -> None:
    """What cannot be done is said once, and nothing is sent."""
    account.apply(Workspace("Center", activities=[Activity("Here", available=False)]))
    refused = CliRunner().invoke(group, ["apply", centre, "--yes"])
    assert refused.exit_code == 1
    assert refused.stderr == "Nothing was sent: the plan is refused.\n"
    assert refused.output.count("activity-available-immutable") == 1


def test_nothing_to_do_asks_nothing(centre: str, account: TaskRouter) -> None:
    """A plan without changes is done at once."""
    account.apply(Workspace("Center", activities=[Activity("Here", available=True)]))
    assert CliRunner().invoke(group, ["apply", centre]).exit_code == 0
