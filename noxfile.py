"""What a contributor and CI run: ``nox`` runs everything, ``nox -s typing`` one part of it.

Tests run on every supported interpreter that is found; the other sessions on the one that runs nox.
``nox -s nightly`` is the long run: all property tests with tens of thousands of cases, and the slow tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYPROJECT = nox.project.load_toml("pyproject.toml")
SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"


def interpreters() -> list[str]:
    """Return the supported versions whose interpreter really starts, the running one first; make nox find them."""
    found = [THIS]
    for version in SUPPORTED:
        root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
        folders = sorted(root.glob(f"versions/{version}.*/bin"))
        on_path = shutil.which(f"python{version}")
        for folder in [Path(on_path).parent] * bool(on_path) + folders:
            if version not in found and _starts(str(folder / f"python{version}"), version):
                os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
                found.append(version)
    return found


def _starts(executable: str, version: str) -> bool:
    probe = [executable, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == version


def groups(*names: str) -> list[str]:
    """Return the requirements of the dependency groups *names*."""
    return [requirement for name in names for requirement in nox.project.dependency_groups(PYPROJECT, name)]


#: What is the same under every interpreter and takes its time: processes, load, browsers, the fault matrix.
ONCE = (
    *("tests/client/test_faults.py", "tests/client/test_many_writers.py", "tests/simulator/test_same_everywhere.py"),
    *("tests/emulator/test_load.py", "tests/emulator/test_store.py", "tests/emulator/test_page.py"),
    *("tests/emulator/test_foreign_clients.py", "tests/emulator/test_pytest_plugin.py"),
)


@nox.session(python=interpreters())
def tests(session: nox.Session) -> None:
    """The test suite, every snippet of the docs among it; under further interpreters with few generated cases."""
    session.install("-q", "-e", ".[all]", *groups("test"))
    command = ["pytest", "-q", "-n", "auto", "--ignore=tests/typing"]
    environment = {"PYTHONPATH": ""}
    if session.python != THIS:
        command += [f"--ignore={file}" for file in ONCE]
        environment["HYPOTHESIS_PROFILE"] = "brief"
    session.run(*command, *session.posargs, env=environment)


@nox.session
def typing(session: nox.Session) -> None:
    """mypy --strict and pyright strict over the package, then what both accept and refuse in users' code."""
    session.install("-q", "-e", ".[all]", *groups("test", "typing"))
    session.run("mypy")
    session.run("pyright")
    session.run("pytest", "-q", "tests/typing", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, and the contract on who may import whom."""
    session.install("-q", "-e", ".", *groups("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def build(session: nox.Session) -> None:
    """The wheel holds the package alone and installs with the ``cli`` extra; the demo runs from it."""
    session.install("-q", "build")
    out = Path(session.create_tmp()).resolve() / "dist"
    shutil.rmtree(out, ignore_errors=True)
    session.run("python", "-m", "build", "-q", "--outdir", str(out))
    wheel = next(out.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    strangers = [name for name in names if not name.startswith(("taskrouter_kit/", "taskrouter_kit-"))]
    missing = {"taskrouter_kit/py.typed", "taskrouter_kit/emulator/page.html"} - set(names)
    if strangers or missing:
        session.error(f"The wheel has {strangers} and lacks {sorted(missing)}.")
    session.run("python", "-m", "venv", "--clear", str(out / "venv"))
    python = str(out / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    session.run(python, "-m", "pip", "install", "-q", f"{wheel}[cli]", external=True)
    with session.chdir(out):
        session.run(python, "-m", "taskrouter_kit.cli", "--version", external=True)
        session.run(python, "-m", "taskrouter_kit.cli", "demo", external=True, silent=True)


@nox.session(default=False)
def nightly(session: nox.Session) -> None:
    """Property tests with tens of thousands of cases, and everything marked slow."""
    session.install("-q", "-e", ".[all]", *groups("test"))
    session.run(
        "pytest", "-q", "-n", "auto", "--ignore=tests/typing", env={"HYPOTHESIS_PROFILE": "nightly", "RUN_SLOW": "1"}
    )


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Every benchmark, one after the other; each prints its ratios."""
    session.install("-q", "-e", ".[all]", *groups("bench"))
    for script in sorted(Path("benchmarks").glob("[a-z]*.py")):
        session.run("python", str(script))
