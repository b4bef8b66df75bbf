"""``demo --live``: asks first, keeps to a workspace of its own, and deletes that one whatever happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from taskrouter_kit import TaskRouter
from taskrouter_kit.cli import _demo
from taskrouter_kit.cli.__main__ import group

NAME = "taskrouter-kit demo (safe to delete)"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[TaskRouter]:
    """An account with a workspace of somebody else's; waiting for real moves its clock instead."""
    taskrouter = TaskRouter.local()
    taskrouter.workspaces.create("Somebody's")
    behind = taskrouter.local_taskrouter
    assert behind is not None
    monkeypatch.setattr(TaskRouter, "from_env", lambda: taskrouter)
    monkeypatch.setattr(TaskRouter, "close", lambda self: None)
    monkeypatch.setattr(_demo, "_wait_for_real", lambda seconds: behind.advance(seconds))
    yield taskrouter
    behind.close()


def demo(*more: str, answer: str = "") -> Result:
    return CliRunner().invoke(group, ["demo", "--live", *more], input=answer)


def there(account: TaskRouter) -> list[str]:
    return [each.friendly_name for each in account.workspaces.list()]


def test_no_is_no(account: TaskRouter) -> None:
    """Without a yes nothing is created."""
    refused = demo(answer="n\n")
    assert refused.exit_code == 1
    assert f"Create workspace {NAME!r} on the account, and delete it at the end? [y/N]" in refused.output
    assert there(account) == ["Somebody's"]


def test_it_tells_its_story_and_leaves_nothing(account: TaskRouter) -> None:
    """The same steps as the local demo, accepted over REST; its workspace is deleted, others are not."""
    told = demo(answer="y\n")
    assert told.exit_code == 0, told.output
    for part in ("workspace 'taskrouter-kit demo", "accepts over REST", "Alice went to activity Missed a call"):
        assert part in told.output
    assert f"Deleted workspace {NAME!r}" in told.stderr
    assert there(account) == ["Somebody's"]


def test_a_workspace_of_that_name_is_not_touched(account: TaskRouter) -> None:
    """It may be somebody's after all."""
    account.workspaces.create(NAME)
    assert demo("--yes").exit_code == 2
    assert there(account) == ["Somebody's", NAME]


def test_what_fails_in_the_middle_is_cleaned_up(account: TaskRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workspace goes, whatever happened in it."""

    def fail(seconds: float) -> None:
        assert there(account) == ["Somebody's", NAME]
        raise RuntimeError("the line broke")

    monkeypatch.setattr(_demo, "_wait_for_real", fail)
    assert isinstance(demo("--yes").exception, RuntimeError)
    assert there(account) == ["Somebody's"]


def test_without_credentials_it_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for every command that needs an account."""
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    refused = demo("--yes").exception
    assert "[missing-credentials]" in str(refused)
