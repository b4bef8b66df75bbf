"""Many clients at once against the HTTP face: whole lives of tasks, and what must hold when they are over.

The full size is 64 clients and 100,000 tasks: ``TASKROUTER_KIT_LOAD=64x100000``.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from emulator.asking import basic
from simulator.wild import check
from taskrouter_kit.emulator import Backend, VirtualClock

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, TASKS = (int(each) for each in os.environ.get("TASKROUTER_KIT_LOAD", "16x400").split("x"))

pytestmark = pytest.mark.network


class Connection:
    """One client on a connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, origin: str) -> Connection:
        parts = urlsplit(origin)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Any:
        body = urlencode(form or {}).encode()
        self._writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: emulator\r\nAuthorization: {basic()}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        found = re.search(r"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        content = await self._reader.readexactly(int(found[1])) if found else b""
        status = int(head.split(" ", 2)[1])
        assert status in (200, 201), (method, path, status, content)
        return json.loads(content)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


class Load:
    """Agents, each of whom makes tasks, and answers and completes what it is offered, until everything is done."""

    def __init__(self, base: str, origin: str) -> None:
        self.base, self.origin = base, origin
        self.made: list[str] = []
        self.completed: list[str] = []
        self.left = TASKS

    async def agent(self, worker: str) -> None:
        connection = await Connection.to(self.origin)
        offers = f"{self.base}/Workers/{worker}/Reservations?ReservationStatus=pending"
        while len(self.completed) < TASKS:
            if self.left > 0:
                self.left -= 1
                made = await connection.ask("POST", f"{self.base}/Tasks", {"Attributes": '{"language": "es"}'})
                self.made.append(made["sid"])
            for offer in (await connection.ask("GET", offers))["reservations"]:
                path = f"{self.base}/Workers/{worker}/Reservations/{offer['sid']}"
                accepted = await connection.ask("POST", path, {"ReservationStatus": "accepted"})
                assert accepted["reservation_status"] == "accepted"
                task = f"{self.base}/Tasks/{offer['task_sid']}"
                ended = await connection.ask("POST", task, {"AssignmentStatus": "completed"})
                assert ended["assignment_status"] == "completed"
                self.completed.append(offer["task_sid"])
        await connection.close()


async def work(origin: str) -> tuple[Load, str]:
    """Do everything; return what the clients know, and the workspace."""
    first = await Connection.to(origin)
    workspace = (await first.ask("POST", "/v1/Workspaces", {"FriendlyName": "Load", "Template": "FIFO"}))["sid"]
    base = f"/v1/Workspaces/{workspace}"
    (free,) = (await first.ask("GET", f"{base}/Activities?Available=true"))["activities"]
    (workflow,) = (await first.ask("GET", f"{base}/Workflows"))["workflows"]
    await first.ask("POST", f"{base}/Workflows/{workflow['sid']}", {"TaskReservationTimeout": "86400"})
    workers = [
        (await first.ask("POST", f"{base}/Workers", {"FriendlyName": f"W{n}", "ActivitySid": free["sid"]}))["sid"]
        for n in range(CLIENTS)
    ]
    await first.close()
    load = Load(base, origin)
    await asyncio.gather(*(load.agent(worker) for worker in workers))
    last = await Connection.to(origin)
    counted = await last.ask("GET", f"{base}/CumulativeStatistics?Minutes=40000")
    assert (counted["tasks_created"], counted["tasks_completed"], counted["reservations_accepted"]) == (TASKS,) * 3
    await last.close()
    return load, workspace


def test_many_clients_at_once(tmp_path: Path) -> None:
    """Each task is made once, accepted once and completed once; no counter is off, and nobody waits in the end."""
    command = [sys.executable, "-m", "taskrouter_kit.cli", "emulate", "--port", "0", "--speed", "10x"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            origin = process.stderr.readline().split()[3]
            load, workspace_sid = asyncio.run(work(origin))
            snapshot = asyncio.run(_snapshot(origin))
        finally:
            process.kill()
    assert len(set(load.made)) == TASKS
    assert sorted(load.made) == sorted(load.completed)
    backend = Backend(clock=VirtualClock(0))
    backend.load(snapshot)
    (account,) = backend.accounts
    workspace = account.engine.world.workspaces[workspace_sid]
    check(workspace, backend.clock.now_ms())
    assert {task.assignment_status for task in workspace.tasks.values()} <= {"completed"}
    assert [len(queue.waiting) for queue in workspace.task_queues.values()] == [0]
    assert len(workspace.workers) == CLIENTS
    assert not any(worker.open for worker in workspace.workers.values())


async def _snapshot(origin: str) -> Any:
    connection = await Connection.to(origin)
    found = await connection.ask("GET", "/_admin/snapshot")
    await connection.close()
    return found
