"""Importing the package is light: neither the SDK nor an HTTP client is loaded before something is sent."""

from __future__ import annotations

import subprocess
import sys


def _loaded_by(statement: str) -> set[str]:
    program = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_neither_sdk_nor_http() -> None:
    """``import taskrouter_kit`` alone."""
    assert not _loaded_by("import taskrouter_kit") & {"twilio", "aiohttp", "requests", "attrs", "cattrs"}


def test_the_emulator_starts_without_what_few_need() -> None:
    """``taskrouter-kit emulate`` loads no SDK, and nothing that only mistakes, TwiML and pages of notebooks need."""
    loaded = _loaded_by("import taskrouter_kit.cli._emulate, taskrouter_kit.emulator._serve")
    few = {"html", "difflib", "decimal", "xml.etree", "urllib.request", "typing_extensions"}
    assert not loaded & {"twilio", "aiohttp", "requests", *few}


def test_declaring_loads_neither_sdk_nor_http() -> None:
    """Declaring a whole contact centre sends nothing, so it loads nothing that sends."""
    statement = "from taskrouter_kit import Workspace, TaskQueue, every_worker; TaskQueue('q', every_worker())"
    assert not _loaded_by(statement) & {"twilio", "aiohttp", "requests"}
