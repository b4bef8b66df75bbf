"""What ``--store`` keeps, and that nothing acknowledged is lost when the process dies."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.rest import Client

from emulator.asking import Desk, basic
from taskrouter_kit.emulator import Answer, Backend, InProcessHttpClient, Store, VirtualClock
from taskrouter_kit.errors import LoadError
from taskrouter_kit.expr import Semantics
from taskrouter_kit.simulator import EngineOptions

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {
    "Authorization": "Basic " + b64encode(f"AC{'0' * 32}:token".encode()).decode(),
    "Content-Type": "application/x-www-form-urlencoded",
}


def client_of(backend: Backend) -> Any:
    return Client("AC" + "0" * 32, "token", http_client=InProcessHttpClient(backend), environment={"_": ""})


def test_a_backend_goes_on_where_it_was(tmp_path: Path) -> None:
    """Workspaces, tasks, reservations, timers and SIDs are the same after a restart; so is what follows."""
    first = Backend(store=Store(tmp_path / "a.sqlite"))
    twin = Backend()
    for backend in (first, twin):
        client = client_of(backend)
        made = client.taskrouter.v1.workspaces.create(friendly_name="Kept", template="FIFO")
        workspace = client.taskrouter.v1.workspaces(made.sid)
        on = next(each.sid for each in workspace.activities.list() if each.available)
        workspace.workers.create(friendly_name="Alice", activity_sid=on)
        workspace.tasks.create(attributes='{"n":1}')
        backend.advance(30)
        workspace.tasks.create(attributes='{"n":2}')
    first.close()
    second = Backend(store=Store(tmp_path / "a.sqlite"))
    assert second.save()["accounts"] == twin.save()["accounts"]
    for backend in (second, twin):
        backend.advance(500)
    assert second.save() == twin.save()
    second.close()


@pytest.mark.parametrize("restarts", [1, 2])
def test_a_world_keeps_its_seed_and_its_options(tmp_path: Path, restarts: int) -> None:
    """A store that is opened with another seed and other options goes on with those that its world was made with."""
    options = EngineOptions(last_timeout="next-filter", semantics=Semantics(numeric_strings=False))
    first = Backend(seed=5, options=options, store=Store(tmp_path / "a.sqlite"))
    made = client_of(first).taskrouter.v1.workspaces.create(friendly_name="Kept", template="FIFO")
    client_of(first).taskrouter.v1.workspaces(made.sid).tasks.create(attributes="{}")
    expected = first.save()["accounts"]
    first.close()
    for _ in range(restarts):
        again = Backend(seed=6, store=Store(tmp_path / "a.sqlite"))
        (account,) = again.accounts
        assert (account.engine.options, again.save()["accounts"]) == (options, expected)
        again.close()


def test_reset_empties_the_store(tmp_path: Path) -> None:
    """After a reset nothing comes back."""
    backend = Backend(store=Store(tmp_path / "a.sqlite"))
    client_of(backend).taskrouter.v1.workspaces.create(friendly_name="x")
    backend.reset()
    backend.close()
    again = Backend(store=Store(tmp_path / "a.sqlite"))
    assert client_of(again).taskrouter.v1.workspaces.list() == []
    again.close()


def test_a_refused_command_is_not_kept(tmp_path: Path) -> None:
    """What was refused does not come back, and does not stop the start."""
    backend = Backend(store=Store(tmp_path / "a.sqlite"))
    client = client_of(backend)
    made = client.taskrouter.v1.workspaces.create(friendly_name="x")
    with pytest.raises(Exception, match="WorkflowSid field is required"):
        client.taskrouter.v1.workspaces(made.sid).tasks.create()
    backend.close()
    again = Backend(store=Store(tmp_path / "a.sqlite"))
    assert [each.friendly_name for each in client_of(again).taskrouter.v1.workspaces.list()] == ["x"]
    again.close()


@pytest.mark.parametrize("content", [b"no database at all, " * 100, None])
def test_a_file_that_is_no_store(tmp_path: Path, content: bytes | None) -> None:
    """A file of another kind is refused, named, and left as it is."""
    path = tmp_path / "other"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(LoadError) as caught:
        Store(path)
    (finding,) = caught.value.diagnostics
    assert (finding.rule, finding.where.file) == ("unusable-store", str(path))
    assert content is None or path.read_bytes() == content


@pytest.mark.parametrize("seed", range(3))
def test_the_file_holds_what_memory_holds(tmp_path: Path, seed: int) -> None:
    """Whatever threads ask, answers of callbacks do, and resets and loads replace meanwhile: the file has the same."""
    backend = Backend(store=Store(tmp_path / "a.sqlite"), deliver_in_background=True)
    answers = [b"", b"nonsense", b'{"instruction": "accept"}', b'{"instruction": "reject"}', b'{"instruction": "hold"}']
    chance = random.Random(seed)

    def answer(url: str, headers: object, body: bytes) -> Answer:
        return Answer(chance.choice([200, 200, 500]), {"Content-Type": "application/json"}, chance.choice(answers))

    def work(number: int) -> None:
        desk = Desk(backend=backend, authorization=basic("AC" + str(number) * 32)).routed()
        desk.post(f"/Workflows/{desk.workflow}", AssignmentCallbackUrl="https://app.example/")
        for _ in range(40):
            made = desk.post("/Tasks")
            if made.status == 201 and number == 2:
                desk.post(f"/Tasks/{made.json['sid']}", AssignmentStatus="canceled")
            backend.advance(chance.choice([0, 0, 0, 0, 0, 1, 1, 30]))
            if number == 3 and chance.random() < 0.1:
                backend.locked(lambda: backend.load(backend.save()))
        done.append(number)

    done: list[int] = []
    backend.functions.serve("https://app.example", answer)
    threads = [threading.Thread(target=work, args=[number], daemon=True) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert backend.settle(60)
    assert sorted(done) == [1, 2, 3]
    assert backend.troubles.latest == ()
    expected = backend.save()["accounts"]
    assert all(each["workspaces"][0]["tasks"] for each in expected.values())
    backend.close()
    again = Backend(clock=VirtualClock(0), store=Store(tmp_path / "a.sqlite"))
    found = again.save()["accounts"]
    for each in (*expected.values(), *found.values()):
        del each["now"]  # a refused command moves it, and is not kept
    assert found == expected
    again.close()


@pytest.mark.network
@pytest.mark.parametrize("seed", range(int(os.environ.get("TASKROUTER_KIT_KILLS", "3"))))
def test_nothing_acknowledged_is_lost_on_kill(tmp_path: Path, seed: int) -> None:
    """Every task whose creation was answered is there after kill -9 at a random moment and a restart."""
    path, acknowledged = tmp_path / "kill.sqlite", list[str]()
    process, port = _start(path)
    try:
        base = f"/v1/Workspaces/{_post(port, '/v1/Workspaces', {'FriendlyName': 'x', 'Template': 'FIFO'})['sid']}/Tasks"
        killed = threading.Timer(random.Random(seed).uniform(0.05, 0.4), process.send_signal, [signal.SIGKILL])
        killed.start()
        try:
            while True:
                acknowledged.append(str(_post(port, base, {"Attributes": "{}"})["sid"]))
        except (OSError, http.client.HTTPException, ValueError):
            pass
        killed.join()
    finally:
        process.kill()
        process.wait()
    backend = Backend(store=Store(path))
    (account,) = backend.accounts
    (workspace,) = account.engine.world.workspaces.values()
    assert acknowledged
    assert set(acknowledged) <= set(workspace.tasks)
    assert len(workspace.tasks) <= len(acknowledged) + 1
    backend.close()


def _start(path: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "taskrouter_kit.cli", "emulate", "--port", str(port), "--speed", "virtual"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [*command, "--store", str(path)], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    ready = threading.Event()
    while not ready.wait(0.02):
        assert process.poll() is None, "the emulator did not start"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            ready.set()
        except OSError:
            continue
    return process, port


def _post(port: int, path: str, form: dict[str, str]) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, urlencode(form), HEADERS)
        answer = connection.getresponse()
        found: dict[str, object] = json.loads(answer.read())
    finally:
        connection.close()
    return found
