"""What mypy --strict and pyright strict accept and refuse in users' code, line by line.

``accept/`` is silent under both checkers; ``reject/`` marks each refused line ``# E: mypy-code / pyrightRule``, and the
set of complaints must be exactly that. Several codes of one checker are joined by ``+``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "src"
_MARK = re.compile(r"# E: (\S+) / (\S+)")

#: (file, line, code)
Complaints = set[tuple[str, int, str]]


def promised(column: int) -> Complaints:
    """Return what the marks say of mypy (0) or pyright (1)."""
    return set(_marks(column))


def _marks(column: int) -> Iterator[tuple[str, int, str]]:
    for file in sorted((HERE / "reject").glob("*.py")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found = _MARK.search(line)
            if found:
                for code in found[column + 1].split("+"):
                    yield f"reject/{file.name}", number, code


@pytest.fixture(scope="module")
def mypy_says() -> Complaints:
    pytest.importorskip("mypy", reason="mypy is not installed here")
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", "--config-file=", "--python-version=3.10"]
    command += ["--cache-dir", str(HERE.parents[1] / ".mypy_cache" / "typing"), "accept", "reject"]
    done = subprocess.run(
        command, cwd=HERE, env=_environment(MYPYPATH=str(SOURCE)), capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    errors = [row for row in rows if row["severity"] == "error" and not Path(row["file"]).is_absolute()]
    return {(row["file"], row["line"], row["code"]) for row in errors}  # the package itself has its own run


@pytest.fixture(scope="module")
def pyright_says() -> Complaints:
    pyright = shutil.which("pyright", path=str(Path(sys.executable).parent)) or shutil.which("pyright")
    if pyright is None:
        pytest.skip("pyright is not installed here")
    command = [pyright, "--outputjson", "--pythonpath", sys.executable, "-p", str(HERE / "pyrightconfig.json")]
    done = subprocess.run(command, cwd=HERE, env=_environment(), capture_output=True, text=True, check=False)
    rows = json.loads(done.stdout)["generalDiagnostics"]
    return {
        (
            Path(row["file"]).relative_to(HERE).as_posix(),
            row["range"]["start"]["line"] + 1,
            row.get("rule", row["message"]),
        )
        for row in rows
        if row["severity"] in ("error", "warning")
    }


def _environment(**more: str) -> dict[str, str]:
    import os

    return {**os.environ, **more}


def test_mypy_refuses_what_is_promised_and_nothing_else(mypy_says: Complaints) -> None:
    """mypy --strict: the complaints are exactly the marks."""
    assert sorted(mypy_says) == sorted(promised(0))


def test_pyright_refuses_what_is_promised_and_nothing_else(pyright_says: Complaints) -> None:
    """pyright strict: the complaints are exactly the marks."""
    assert sorted(pyright_says) == sorted(promised(1))


def test_there_are_promises() -> None:
    """The two sets above are not empty by accident."""
    assert len(promised(0)) >= 20
    assert len(promised(1)) >= 20
