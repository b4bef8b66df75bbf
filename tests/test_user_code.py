"""The code that users write, as the design has it: every snippet runs and every command answers, word for word.

What the page marks *later* is left out. The callbacks of its section 5 are asked over HTTP in
``callbacks/test_user_code.py``.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shlex
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared_material import shared
from taskrouter_kit import AsyncTaskRouter, TaskRouter, Workflow, parse, task, worker
from taskrouter_kit.cli.__main__ import group
from taskrouter_kit.errors import InvalidName
from taskrouter_kit.testing import Emulator


@pytest.fixture(scope="module")
def page() -> str:
    """The page, or a skip where it is not."""
    return shared("design/USER_CODE.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def snippet(page: str, containing: str) -> str:
    (found,) = (block for block in blocks(page, "python") if containing in block)
    return found


@pytest.fixture
def desk(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the page's first file in it, as a user would have it."""
    (tmp_path / "support_center.py").write_text(snippet(page, "class Agent"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "support_center", raising=False)
    monkeypatch.setattr(sys, "path", ["", *(each for each in sys.path if not each.endswith("examples"))])
    return tmp_path


@pytest.fixture
def center(desk: Path) -> dict[str, Any]:
    """The names of that file."""
    module = types.ModuleType("support_center_of_the_page")
    sys.modules[module.__name__] = module
    exec(compile((desk / "support_center.py").read_text(encoding="utf-8"), module.__name__, "exec"), module.__dict__)
    return module.__dict__


@pytest.fixture
def account(center: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> TaskRouter:
    """What ``from_env`` gives: a local TaskRouter with the page's centre in it, and a task for Alice."""
    taskrouter = TaskRouter.local()
    taskrouter.apply(center["center"])
    monkeypatch.setattr(TaskRouter, "from_env", lambda: taskrouter)
    monkeypatch.setattr(AsyncTaskRouter, "from_env", AsyncTaskRouter.local)
    return taskrouter


def run(code: str, names: dict[str, Any]) -> None:
    """Run *code*, which may await at its top."""
    compiled = compile(code, "the page", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    if compiled.co_flags & inspect.CO_COROUTINE:
        asyncio.run(types.FunctionType(compiled, names)())
    else:
        exec(compiled, names)


def test_what_is_declared_prints_as_the_page_says(center: dict[str, Any]) -> None:
    """The place decides the prefix; a bare condition has one only where it mixes scopes."""
    agent, call = center["Agent"], center["Call"]
    assert str(center["billing"].target_workers) == 'skills HAS "billing"'
    assert str(center["everyone"].target_workers) == "1==1"
    assert str(center["routing"].filters[0].targets[0].expression) == "task.language IN worker.languages"
    assert str(agent.experience > 5) == "experience > 5"
    assert str(call.language.in_(agent.languages)) == "task.language IN worker.languages"
    assert str(center["routing"].filters[1].targets[0].skip_if) == "workers.available == 0"


def test_a_configuration_goes_out_and_comes_back(center: dict[str, Any]) -> None:
    """Keys that nobody knows are kept."""
    document = center["routing"].document()
    document["task_routing"]["filters"][0]["from_elsewhere"] = {"kept": True}
    again = Workflow.from_configuration(document, queues=center["center"].task_queues)
    assert again.document() == document


def test_columns_without_a_schema() -> None:
    """The same columns by path, checked when they are built; text that exists is parsed for its place."""
    assert str(worker.array("skills").has("billing")) == 'skills HAS "billing"'
    assert str(task.text("department") == "billing") == 'department == "billing"'
    assert str(worker.number("routing.levels.billing") >= 3) == "routing.levels.billing >= 3"
    assert str(task.text("department").is_null()) == "department == null"
    with pytest.raises(InvalidName, match="skill_level"):
        worker.text("skill-level")
    assert str(parse('skills HAS "billing"', place="target_workers")) == 'skills HAS "billing"'


def commands(page: str) -> list[list[str]]:
    lines = [line.removeprefix("$ ") for block in blocks(page, "console") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if "# later" not in line]


def test_every_command_answers(page: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, on an account that is a local TaskRouter with a file: 1 false, 1 changes, 0 done."""
    assert [command[0] for command in commands(page)] == ["expr", "plan", "apply"]
    monkeypatch.setattr(TaskRouter, "from_env", lambda: TaskRouter.local(desk / "account.sqlite"))

    def answer(command: list[str], *more: str) -> Result:
        return CliRunner().invoke(group, [*command, *more], input="y\n", catch_exceptions=False)

    expr, plan, apply = commands(page)
    told = answer(expr)
    assert (told.exit_code, "level: absent" in told.stdout) == (1, True)
    assert answer(plan).exit_code == 1
    assert answer(apply).exit_code == 0
    again = answer(plan)
    assert (again.exit_code, again.stdout) == (0, "Workspace 'Support Center': no changes.\n")
    assert answer(plan, "--local").exit_code == 1
    assert answer(apply, "--local", "local.sqlite").exit_code == 0
    assert answer(plan, "--local", "local.sqlite").exit_code == 0


def test_the_commands_that_come_later_are_not_there_yet(page: str) -> None:
    """Whoever builds one of them takes its mark from the page, and this test with it."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines() if "# later" in line]
    later = {shlex.split(line.removeprefix("$ "), comments=True)[1] for line in lines}
    assert later & set(group.list_commands(None)) == set()  # type: ignore[arg-type]


def test_the_same_from_python(account: TaskRouter, center: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """``plan = taskrouter.plan(center)``, ``print(plan)``, ``taskrouter.apply(plan)``."""
    plan = account.plan(center["center"])
    print(plan)  # noqa: T201
    assert capsys.readouterr().out == "Workspace 'Support Center': no changes.\n"
    assert account.apply(plan).done == ()


def test_the_program_runs(page: str, account: TaskRouter, center: dict[str, Any], capsys: Any) -> None:
    """Section 4, from creating a task to the statistics, and its asynchronous half."""
    run(snippet(page, "from_env() as taskrouter"), center)
    assert capsys.readouterr().out == "Alice ['billing', 'technical']\n"


def test_the_program_did_what_it_says(page: str, account: TaskRouter, center: dict[str, Any]) -> None:
    """The attribute was changed, the activity set, and the task created with its priority and time to live."""
    kept = account.close
    account.close = lambda: None  # type: ignore[method-assign]
    run(snippet(page, "from_env() as taskrouter"), center)
    live = account.workspace("Support Center")
    alice = live.workers.fetch("Alice", center["Agent"])
    assert (alice.attributes.experience, alice.activity_name) == (7, "Available")
    (made,) = live.tasks.list(center["Call"])
    assert (made.priority, made.timeout, made.attributes.department) == (10, 3600, "billing")
    kept()


def test_the_test_of_the_page_passes(page: str, center: dict[str, Any]) -> None:
    """Section 6, with the emulator of the plugin."""
    code = snippet(page, "taskrouter_emulator")
    exec(compile(code, "the page", "exec"), center)
    (name,) = re.findall(r"def (test_\w+)", code)
    function: Callable[[Emulator], None] = center[name]
    function(Emulator())


def test_the_plugin_finds_the_test_of_the_page(page: str, desk: Path) -> None:
    """As a user runs it: a file beside the centre, ``pytest``, nothing else."""
    code = "from support_center import *\n\n" + snippet(page, "taskrouter_emulator")
    (desk / "test_center.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=desk, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
