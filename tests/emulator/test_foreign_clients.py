"""Clients that others wrote run unchanged against the HTTP face, through every operation.

The SDK of this environment always runs; other versions and languages run where they are installed, and say so where
they are not: ``TASKROUTER_KIT_OTHER_PYTHONS`` names interpreters with another `twilio` (separated by ``:``),
``TASKROUTER_KIT_NODE_MODULES`` directories with the npm package `twilio`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskrouter_kit.emulator import Backend, ServerThread
from taskrouter_kit.emulator._routes import ROUTES

HERE = Path(__file__).parent / "clients"
OPERATIONS = {route.operation for route in ROUTES}
#: Releases of the SDK before 2024 do not have this one.
YOUNG = {"CreateTaskQueueBulkRealTimeStatistics"}

pytestmark = pytest.mark.network


@pytest.fixture
def server() -> Iterator[ServerThread]:
    with ServerThread(Backend(strict=True)) as server:
        yield server


def run(server: ServerThread, *command: str, **environment: str) -> set[str]:
    """Run a client against *server*; return the operations that it got through."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PYTHON"))}
    done = subprocess.run(
        [*command, server.url], env={**inherited, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    refused = [each for each in server.backend.journal if each.status >= 400]
    assert [(each.operation, each.status) for each in refused] == [("FetchTask", 404)]
    return {each.operation for each in server.backend.journal}


def test_this_python_sdk(server: ServerThread) -> None:
    """The installed Python SDK walks all 61 operations, also in strict mode, with one refusal: the one it asks for."""
    assert run(server, sys.executable, str(HERE / "walk.py")) == OPERATIONS


@pytest.mark.parametrize("python", os.environ.get("TASKROUTER_KIT_OTHER_PYTHONS", "").split(":"))
def test_another_python_sdk(server: ServerThread, python: str) -> None:
    """Another release of the Python SDK walks every operation that it has."""
    if not python:
        pytest.skip("TASKROUTER_KIT_OTHER_PYTHONS names no interpreter with another release of the SDK")
    assert run(server, python, str(HERE / "walk.py")) >= OPERATIONS - YOUNG


@pytest.mark.parametrize("modules", os.environ.get("TASKROUTER_KIT_NODE_MODULES", "").split(":"))
def test_npm_sdk(server: ServerThread, modules: str) -> None:
    """The npm SDK walks every operation that it has: 3.84 lacks one, since 5 there are all 61."""
    node = shutil.which("node")
    if node is None or not (Path(modules) / "twilio").is_dir():
        pytest.skip("there is no node, or TASKROUTER_KIT_NODE_MODULES names no directory with the package twilio")
    assert run(server, node, str(HERE / "walk.js"), NODE_PATH=modules) >= OPERATIONS - YOUNG
