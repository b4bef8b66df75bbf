"""Twilio's OpenAPI document judges our client: all operations, through Prism, against a mock and the emulator."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract.drive_client import drive
from shared_material import shared
from taskrouter_kit.emulator import Backend, ServerThread

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twilio's document, made stricter: every documented property of an answer is required, nothing else allowed."""
    strict = tmp_path_factory.mktemp("prism") / "strict.json"
    source = shared("openapi/twilio_taskrouter_v1.json")
    subprocess.run([sys.executable, shared("contract/strict_spec.py"), source, strict], check=True)
    said, made = (json.loads(path.read_text("utf-8"))["paths"] for path in (source, strict))
    for path, operation, status, kind in answers_of(said):  # the copy has lost the texts called description
        examples = said[path][operation]["responses"][status]["content"][kind]["examples"]
        made[path][operation]["responses"][status]["content"][kind]["examples"] = examples
    whole = json.loads(strict.read_text("utf-8"))
    strict.write_text(json.dumps({**whole, "paths": made}), "utf-8")
    return strict


def answers_of(paths: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield where the answers with examples stand."""
    for path, operations in paths.items():
        for name, operation in operations.items():
            for status, answer in operation.get("responses", {}).items() if isinstance(operation, dict) else ():
                for kind, content in answer.get("content", {}).items():
                    if "examples" in content:
                        yield path, name, status, kind


def prism() -> list[str]:
    """Return the command that starts Prism, or skip: it is an npm package, not a Python one."""
    modules = os.environ.get("PRISM_NODE_MODULES")
    node = shutil.which("node")
    if modules and node:
        return [node, str(Path(modules) / "@stoplight/prism-cli/dist/index.js")]
    found = shutil.which("prism")
    if found is None:
        pytest.skip("Prism is not here (npm install @stoplight/prism-cli; PRISM_NODE_MODULES names its node_modules)")
    return [found]


@contextmanager
def running(document: Path, verb: str, *upstream: str) -> Iterator[str]:
    """Run Prism on a free port; yield its URL."""
    command = prism()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command += [verb, "-h", "127.0.0.1", "-p", str(port), "--errors", str(document), *upstream]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "Prism is listening" in line:
                    break
            else:
                pytest.fail("Prism ended before it listened")
            drain(process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def drain(process: subprocess.Popen[str]) -> None:
    """Read what Prism prints, so that it never waits for a reader."""

    threading.Thread(target=lambda: process.stdout and process.stdout.read(), daemon=True).start()


def judged(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [row for row in rows if row["violations"]]


@pytest.mark.parametrize("mode", ["min", "max"])
def test_a_mock_of_twilios_document_finds_no_fault_in_our_requests(document: Path, mode: str):
    """61 of 61 operations, with the fewest and with all parameters; every answer of the mock is read."""
    with running(document, "mock") as url:
        rows, errors = drive(url, mode, live=False)
    assert judged(rows) == []
    assert errors == []
    assert len({row["operation"] for row in rows}) == 61


@pytest.mark.parametrize("mode", ["min", "max"])
def test_between_client_and_emulator_twilios_document_finds_no_fault(document: Path, mode: str):
    """61 of 61 operations, and no request of ours or answer of the emulator that it does not allow."""
    with ServerThread(Backend()) as server, running(document, "proxy", server.url) as url:
        rows, errors = drive(url, mode, live=True)
    assert judged(rows) == []
    assert errors == []
    assert len({row["operation"] for row in rows}) == 61
