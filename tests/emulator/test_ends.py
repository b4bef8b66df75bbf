"""How ``taskrouter-kit emulate`` ends: by Ctrl-C and by SIGTERM, whatever is still under way."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from emulator.asking import basic

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals on Windows"),
]


class Running:
    """A process that serves, and says where."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "taskrouter_kit.cli", "emulate", "--port", "0", "--speed", "virtual"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        self.port = int(self.process.stderr.readline().split("/ (")[0].rpartition(":")[2])

    def post(self, path: str, form: dict[str, str], kind: str = "application/x-www-form-urlencoded") -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = json.dumps(form) if kind.endswith("json") else urlencode(form)
        connection.request("POST", path, body, {"Authorization": basic(), "Content-Type": kind})
        answer = connection.getresponse().read()
        connection.close()
        return str(json.loads(answer).get("sid"))

    def end(self, how: signal.Signals) -> int:
        """Return the exit code, which must come within seconds."""
        self.process.send_signal(how)
        return self.process.wait(15)


@contextmanager
def served() -> Iterator[Running]:
    running = Running()
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_with_callbacks_under_way(how: signal.Signals, code: int) -> None:
    """An application that answers nothing keeps no process alive; Ctrl-C is the usual end: exit code 0."""
    with socket.create_server(("127.0.0.1", 0)) as silent, served() as running:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        workspace = running.post("/v1/Workspaces", {"FriendlyName": "x", "EventCallbackUrl": url})
        for number in range(6):
            running.post(f"/v1/Workspaces/{workspace}/Activities", {"FriendlyName": f"A{number}"})
        silent.accept()[0].close()
        assert running.end(how) == code


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_with_an_answer_that_is_delayed(how: signal.Signals, code: int) -> None:
    """An answer that a fault rule delays for an hour keeps no process alive either."""
    with served() as running:
        connection = socket.create_connection(("127.0.0.1", running.port))
        rule = {"effect": "latency", "seconds": "3600"}
        running.post("/_admin/faults", rule, "application/json")
        head = f"GET /v1/Workspaces HTTP/1.1\r\nHost: x\r\nAuthorization: {basic()}\r\n\r\n"
        connection.sendall(head.encode())
        running.post("/_admin/clock/advance", {"seconds": "0"})  # when this is answered, that was heard
        assert running.end(how) == code
        connection.close()
