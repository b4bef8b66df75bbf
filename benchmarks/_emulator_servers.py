"""The servers that the emulator's HTTP face is measured against, each a process of its own, and the emulator itself."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlencode

from _emulator_load import NUMBER

ROOT = Path(__file__).resolve().parents[1]
AUTHORIZATION = "Basic " + b64encode(f"AC{'0' * 32}:token".encode()).decode()
FORM = "application/x-www-form-urlencoded"
_CALL = {"language": "es", "department": "billing", "caller": f"+1555{NUMBER.decode()}", "n": 1}
TASK = {"Attributes": json.dumps(_CALL)}

#: Does nothing: READS says whether that is to read the form, check its JSON and store it, or to leave it alone.
BARE = """
import json, urllib.parse
import uvicorn
STORED = []
BODY = b'{"sid": "' + b"x" * (SIZE - 11) + b'"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
if DRESSED:
    from taskrouter_kit.emulator._headers import encoded
    from taskrouter_kit.emulator._messages import Reply
    HEADERS = encoded(Reply(201, BODY, (("ETag", '"0"'),)), 1)
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    message = await receive()
    if READS:
        form = dict(urllib.parse.parse_qsl(message["body"].decode()))
        json.loads(form.get("Attributes", "{}"))
        STORED.append(form)
    await send({"type": "http.response.start", "status": 201, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
protocol = "auto"
if GATHERED:
    from taskrouter_kit.emulator._one_write import OneWriteProtocol as protocol
uvicorn.run(app, host="127.0.0.1", port=PORT, access_log=False, log_level="warning", ws="none", http=protocol)
"""


class Peer:
    """One server process."""

    def __init__(self, name: str, command: list[str], port: int) -> None:
        self.name, self.port = name, port
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        # An installed package has its bytecode; start-up is measured with it.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        started = time.perf_counter()
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/v1/Workspaces", headers={"Authorization": AUTHORIZATION})
                connection.getresponse().read()
                break
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"{name} ended with {self.process.returncode}") from None
                time.sleep(0.002)
        self.first_answer_ms = (time.perf_counter() - started) * 1000
        self.first_cpu_ms = self.cpu_seconds() * 1000
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        self.idle_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has had so far."""
        # The clock of another process, as clock_getcpuclockid() of the C library names it on Linux.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def post(self, path: str, form: dict[str, str]) -> dict[str, object]:
        """Return the document that the answer to a form holds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, urlencode(form), {"Authorization": AUTHORIZATION, "Content-Type": FORM})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{self.name}: POST {path}: {answer.status} {body[:300]!r}")
        return json.loads(body)  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the process."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


#: Starts a server; returns it with the request to load it with.
Maker: TypeAlias = "Callable[[], tuple[Peer, bytes]]"


def raw_post(path: str, form: dict[str, str], authorization: str = AUTHORIZATION, extra: str = "") -> bytes:
    """Return a request as it stands on the wire."""
    body = urlencode(form).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\n{extra}"
        f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def bare(name: str, *, reads: bool = False, dressed: bool = False) -> tuple[Peer, bytes]:
    """Start a bare application; with *dressed* its answer has size and headers of the emulator's, and leaves as they.

    That is in one write; the server itself makes two of each answer.
    """
    port = free_port()
    script = Path(tempfile.mkdtemp()) / "bare.py"
    values = {"PORT": port, "READS": reads, "DRESSED": dressed, "GATHERED": dressed, "SIZE": 1414 if dressed else 901}
    source = BARE
    for word, value in values.items():
        source = source.replace(word, str(value))
    script.write_text(source)
    return Peer(name, [sys.executable, str(script)], port), raw_post("/v1/Workspaces", TASK)


def emulator(name: str) -> tuple[Peer, bytes]:
    """Start the emulator with a workspace of one queue, in which tasks are made and wait."""
    port = free_port()
    command = [sys.executable, "-m", "taskrouter_kit.cli", "emulate", "--port", str(port), "--speed", "virtual"]
    peer = Peer(name, command, port)
    base = f"/v1/Workspaces/{peer.post('/v1/Workspaces', {'FriendlyName': 'Benchmark'})['sid']}"
    queue = peer.post(f"{base}/TaskQueues", {"FriendlyName": "All"})["sid"]
    configuration = {"task_routing": {"filters": [], "default_filter": {"queue": queue}}}
    form = {"FriendlyName": "All", "Configuration": json.dumps(configuration)}
    workflow = peer.post(f"{base}/Workflows", form)["sid"]
    return peer, raw_post(f"{base}/Tasks", {**TASK, "WorkflowSid": str(workflow)})


def prism(command: list[str], spec: str) -> tuple[Peer, bytes]:
    """Start Prism, which makes answers up from Twilio's document and keeps nothing."""
    port = free_port()
    path = f"/v1/Workspaces/WS{'0' * 32}/Tasks"
    peer = Peer("Prism mock (stateless)", [*command, "mock", "-h", "127.0.0.1", "-p", str(port), spec], port)
    return peer, raw_post(path, TASK, extra="Accept: application/json\r\n")


#: What says to moto that SQS is meant; nothing checks the signature.
SQS = "AWS4-HMAC-SHA256 Credential=a/20260105/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"


def moto(python: str) -> tuple[Peer, bytes]:
    """Start another service's emulator (SQS, a message sent): an order of magnitude, not like for like."""
    port = free_port()
    peer = Peer("moto server (SQS)", [python, "-m", "moto.server", "-p", str(port)], port)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    form = urlencode({"Action": "CreateQueue", "QueueName": "q"})
    connection.request("POST", "/", form, {"Authorization": SQS, "Content-Type": FORM})
    created = connection.getresponse().read()
    if b"QueueUrl" not in created:
        raise SystemExit(f"moto: {created[:300]!r}")
    body = {"Action": "SendMessage", "QueueUrl": f"http://127.0.0.1:{port}/123456789012/q", **TASK, "MessageBody": "{}"}
    return peer, raw_post("/123456789012/q", body, SQS)


def node(modules: str) -> list[str]:
    """Return the command that starts Prism from a directory of npm packages."""
    return ["node", f"{modules}/@stoplight/prism-cli/dist/index.js"]


def peers() -> tuple[tuple[list[str], str] | None, str | None]:
    """Return how to start Prism and moto, None for what is not here; print what is left out."""
    modules, found = os.environ.get("PRISM_NODE_MODULES"), shutil.which("prism")
    command = node(modules) if modules else [found] if found else None
    spec = Path(os.environ.get("TASKROUTER_SPEC", ROOT.parent / "shared/openapi/twilio_taskrouter_v1.json"))
    if command is None or not spec.exists():
        print("left out: Prism (npm install @stoplight/prism-cli, PRISM_NODE_MODULES; TASKROUTER_SPEC)")
        command = None
    python = os.environ.get("TASKROUTER_KIT_MOTO_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import moto.server, flask"], capture_output=True, check=False).returncode:
        print("left out: moto (pip install 'moto[server]'; TASKROUTER_KIT_MOTO_PYTHON names its interpreter)")
        python = ""
    return (command, str(spec)) if command else None, python or None
