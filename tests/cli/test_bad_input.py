"""Each bad input gets one clear error and its exit code; nothing is half-done in silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from taskrouter_kit.cli.__main__ import main
from taskrouter_kit.emulator import Backend, ServerThread
from taskrouter_kit.errors import CannotTell

CENTER = "examples/support_center.py:center"
ROOT = Path(__file__).resolve().parents[2]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    captured = capsys.readouterr()
    return int(stopped.value.code or 0), captured.out, captured.err


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
        monkeypatch.delenv(name, raising=False)


def test_missing_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an account the error names the variables and the way without one."""
    code, _, err = run(capsys, "plan", CENTER)
    assert code == 2
    assert err == (
        "The environment does not set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. [missing-credentials]\n"
        "  at environment\n"
        "  hint: set them (or TWILIO_API_KEY and TWILIO_API_SECRET for the token), or go without an account: "
        "TaskRouter.local(), or --local on the command line\n"
    )


def test_a_module_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong module name says where it was looked for."""
    code, _, err = run(capsys, "plan", "suport_center:center", "--local")
    assert code == 2
    assert err.startswith("There is no module 'suport_center' here. [no-such-module]\n")


def test_an_object_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong object name lists what the module has."""
    code, _, err = run(capsys, "plan", "examples/support_center.py:centre", "--local")
    assert code == 2
    assert err == (
        "examples/support_center.py has no 'centre'. [no-such-object]\n"
        "  at examples/support_center.py:centre\n"
        "  hint: did you mean 'center'? It has: center\n"
    )


def test_a_schema_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Of classes the module's own are listed, not those that it imported."""
    code, _, err = run(
        capsys, "expr", "1==1", "--place", "filter", "--schema", "examples/support_center.py:Agnt", "--task", "{}"
    )
    assert code == 2
    assert "  hint: did you mean 'Agent'? It has: Agent, Call\n" in err


def test_plan_says_changes_by_exit_code(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """1 with changes, 0 without: apply to a file that remembers, then plan again."""
    store = str(tmp_path / "center.sqlite")
    assert run(capsys, "plan", CENTER, "--local", store)[0] == 1
    assert run(capsys, "apply", CENTER, "--local", store)[0] == 0
    code, out, _ = run(capsys, "plan", CENTER, "--local", store)
    assert (code, out) == (0, "Workspace 'Support Center': no changes.\n")


def test_the_word_behind_local_is_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """``--local`` takes the next word; one that is meant as the command's own is not taken for a store."""
    for arguments in (["--local", CENTER], ["--local", "support_center.py"], ["--local", "support_center:center"]):
        code, _, err = run(capsys, "plan", *arguments)
        assert code == 2
        assert f"{arguments[1]!r} is no file for a store. Give it before --local." in err


def test_an_unknown_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt verb is answered with the one that was meant."""
    code, _, err = run(capsys, "dmeo")
    assert code == 2
    assert "No such command 'dmeo'. Did you mean 'demo'?" in err


def test_a_server_that_is_not_installed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, ``emulate`` says so before it announces an address, and opens none."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    code, out, err = run(capsys, "emulate", "--port", "0")
    assert (code, out) == (2, "")
    assert err == (
        "The HTTP face of the emulator needs the server uvicorn, which is not installed. [missing-extra]\n"
        "  hint: pip install 'taskrouter-kit[emulator]'\n"
    )
    with pytest.raises(CannotTell):
        ServerThread(Backend())


def test_version() -> None:
    """--version prints the package's version."""
    from taskrouter_kit import __version__
    from taskrouter_kit.cli.__main__ import group

    result: Result = CliRunner().invoke(group, ["--version"])
    assert result.output == f"taskrouter-kit, version {__version__}\n"


def test_the_package_runs_as_a_module() -> None:
    """``python -m taskrouter_kit`` is the command line, for those whose PATH does not have it."""
    from taskrouter_kit import __version__

    command = [sys.executable, "-m", "taskrouter_kit", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"taskrouter-kit, version {__version__}\n")
