"""The emulator's HTTP face against a bare ASGI application on the same server, in one run.

    python benchmarks/emulator.py [--seconds 4] [--connections 16] [--peers] [--prism NODE_MODULES SPEC] [--moto PYTHON]

Prints requests per second of stateful POSTs (task creation), the server's CPU time per request, time to the first
answer, and resident memory, each as a ratio to the bare application: the median of the ratios of the rounds, in which
the servers take turns. The load comes from one process of this machine; with two cores each side has one. On a machine
that does other work too, believe the ratio of CPU times. ``--peers`` adds Prism (PRISM_NODE_MODULES, or `prism` on the
path, and Twilio's document beside this checkout or in TASKROUTER_SPEC) and moto (this interpreter, or the one that
TASKROUTER_KIT_MOTO_PYTHON names), and says which of them is left out because it is not here.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
AUTHORIZATION = "Basic " + b64encode(f"AC{'0' * 32}:token".encode()).decode()
FORM = "application/x-www-form-urlencoded"

BARE = """
import json, urllib.parse
import uvicorn
STORED = []
BODY = b'{"sid": "' + b"x" * (SIZE - 11) + b'"}'
HEADERS = [(b"content-type", b"application/json")]
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
uvicorn.run(app, host="127.0.0.1", port=PORT, access_log=False, log_level="warning", ws="none")
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
        self.idle_mb = self.memory_mb()

    def memory_mb(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def post(self, path: str, form: dict[str, str]) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, urlencode(form), {"Authorization": AUTHORIZATION, "Content-Type": FORM})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{self.name}: POST {path}: {answer.status} {body[:300]!r}")
        return json.loads(body)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Load(asyncio.Protocol):
    """One connection that asks again as soon as it has its answer."""

    def __init__(self, port: int, request: bytes, counts: list[int]) -> None:
        self.port, self.request, self.counts, self.buffer = port, request, counts, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def connection_lost(self, failure: Exception | None) -> None:
        """Come again: some servers close after each answer."""
        loop = asyncio.get_running_loop()
        again = loop.create_connection(lambda: Load(self.port, self.request, self.counts), "127.0.0.1", self.port)
        self.next = loop.create_task(again)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        headers = self.buffer[:head].lower()
        if b"transfer-encoding: chunked" in headers:
            if not self.buffer.endswith(b"0\r\n\r\n"):
                return
        else:
            at = headers.index(b"content-length:") + 15
            length = int(headers[at : headers.find(b"\r\n", at) if b"\r\n" in headers[at:] else None])
            if len(self.buffer) < head + 4 + length:
                return
        self.counts[0 if self.buffer[9:10] in (b"2",) else 1] += 1
        self.buffer = b""
        if b"connection: close" in headers:
            self.transport.abort()  # type: ignore[attr-defined]
            return
        self.transport.write(self.request)  # type: ignore[attr-defined]


async def load(port: int, request: bytes, connections: int, seconds: float) -> tuple[float, int, int]:
    loop, counts = asyncio.get_running_loop(), [0, 0]
    for _ in range(connections):
        await loop.create_connection(lambda: Load(port, request, counts), "127.0.0.1", port)
    await asyncio.sleep(0.5)
    begun, before = time.perf_counter(), counts[0]
    await asyncio.sleep(seconds)
    return (counts[0] - before) / (time.perf_counter() - begun), sum(counts), counts[1]


def raw_post(path: str, form: dict[str, str], authorization: str = AUTHORIZATION, extra: str = "") -> bytes:
    body = urlencode(form).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\n{extra}"
        f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


TASK = {"Attributes": json.dumps({"language": "es", "department": "billing", "caller": "+15555550100", "n": 1})}


def bare(reads: bool = False, dressed: bool = False) -> tuple[Peer, bytes]:
    """A bare application; with *dressed* its answer has the size and the headers of the emulator's."""
    port = free_port()
    script = Path(tempfile.mkdtemp()) / "bare.py"
    values = {"PORT": port, "READS": reads, "DRESSED": dressed, "SIZE": 1414 if dressed else 901}
    source = BARE
    for word, value in values.items():
        source = source.replace(word, str(value))
    script.write_text(source)
    does = [*(["parses form and JSON"] if reads else []), *(["our size and headers"] if dressed else [])]
    name = f"bare, {' and '.join(does)}" if does else "bare ASGI application"
    return Peer(name, [sys.executable, str(script)], port), raw_post("/v1/Workspaces", TASK)


def emulator() -> tuple[Peer, bytes]:
    port = free_port()
    command = [sys.executable, "-m", "taskrouter_kit.cli", "emulate", "--port", str(port), "--speed", "virtual"]
    peer = Peer("taskrouter-kit emulate", command, port)
    base = f"/v1/Workspaces/{peer.post('/v1/Workspaces', {'FriendlyName': 'Benchmark'})['sid']}"
    queue = peer.post(f"{base}/TaskQueues", {"FriendlyName": "All"})["sid"]
    configuration = {"task_routing": {"filters": [], "default_filter": {"queue": queue}}}
    workflow = peer.post(f"{base}/Workflows", {"FriendlyName": "All", "Configuration": json.dumps(configuration)})[
        "sid"
    ]
    return peer, raw_post(f"{base}/Tasks", {**TASK, "WorkflowSid": str(workflow)})


def prism(command: list[str], spec: str) -> tuple[Peer, bytes]:
    port = free_port()
    path = f"/v1/Workspaces/WS{'0' * 32}/Tasks"
    peer = Peer("Prism mock (stateless)", [*command, "mock", "-h", "127.0.0.1", "-p", str(port), spec], port)
    return peer, raw_post(path, TASK, extra="Accept: application/json\r\n")


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


def moto(python: str) -> tuple[Peer, bytes]:
    """Another service's emulator (SQS, a message sent): an order of magnitude, not like for like."""
    port = free_port()
    peer = Peer("moto server (SQS)", [python, "-m", "moto.server", "-p", str(port)], port)
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(
        "POST", "/", urlencode({"Action": "CreateQueue", "QueueName": "q"}), {**SQS, "Content-Type": FORM}
    )
    created = connection.getresponse().read()
    if b"QueueUrl" not in created:
        raise SystemExit(f"moto: {created[:300]!r}")
    body = {"Action": "SendMessage", "QueueUrl": f"http://127.0.0.1:{port}/123456789012/q", **TASK, "MessageBody": "{}"}
    return peer, raw_post("/123456789012/q", body, SQS["Authorization"])


#: What says to moto that SQS is meant; nothing checks the signature.
SQS = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260105/us-east-1/sqs/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


class Row:
    """What was measured of one server, a value for each round."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.costs: list[float] = []
        self.firsts: list[float] = []
        self.idles: list[float] = []
        self.errors = 0

    def measure(self, peer: Peer, request: bytes, options: argparse.Namespace) -> None:
        self.firsts.append(peer.first_answer_ms)
        self.idles.append(peer.idle_mb)
        begun = peer.cpu_seconds()
        rate, answers, failed = asyncio.run(load(peer.port, request, options.connections, options.seconds))
        self.rates.append(rate)
        self.costs.append((peer.cpu_seconds() - begun) / answers * 1e6)
        self.errors += failed
        peer.stop()


def ratio(mine: list[float], theirs: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(mine, theirs, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--peers", action="store_true", help="Prism and moto, where they are installed")
    parser.add_argument("--prism", nargs=2, metavar=("NODE_MODULES", "SPEC"))
    parser.add_argument("--moto", metavar="PYTHON", help="an interpreter in which moto[server] is installed")
    options = parser.parse_args()
    makers = [bare, lambda: bare(reads=True), lambda: bare(dressed=True), emulator]
    prism_here, moto_here = peers() if options.peers else (None, None)
    if options.prism:
        prism_here = node(options.prism[0]), options.prism[1]
    if prism_here is not None:
        makers.append(lambda: prism(*prism_here))
    python = options.moto or moto_here
    if python is not None:
        makers.append(lambda: moto(python))
    rows: dict[str, Row] = {}
    for make in makers:
        make()[0].stop()  # once before, so that bytecode and files are warm
    for _ in range(options.rounds):
        for make in makers:
            peer, request = make()
            rows.setdefault(peer.name, Row()).measure(peer, request, options)
    reference = next(iter(rows.values()))
    titles = ("server", "POST/s", "ratio", "us CPU", "ratio", "first ms", "ratio", "idle MB", "ratio", "errors")
    print(f"{titles[0]:28}" + "".join(f"{title:>9}" for title in titles[1:]))
    for name, row in rows.items():
        print(
            f"{name:28}{statistics.median(row.rates):9.0f}{ratio(row.rates, reference.rates):9.2f}"
            f"{statistics.median(row.costs):9.0f}{ratio(reference.costs, row.costs):9.2f}"
            f"{statistics.median(row.firsts):9.0f}{ratio(row.firsts, reference.firsts):9.2f}"
            f"{statistics.median(row.idles):9.0f}{ratio(row.idles, reference.idles):9.2f}{row.errors:9.0f}"
        )


if __name__ == "__main__":
    main()
