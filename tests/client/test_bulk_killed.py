"""Bulk work in a process that is killed (`kill -9`): nothing is left out, nothing with a name is done twice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from client import bulk_script
from taskrouter_kit.emulator import Backend, ServerThread

pytestmark = pytest.mark.network

COUNT = 60


def furnished(url: str) -> Any:
    from twilio.rest import Client

    from taskrouter_kit.client import Limits, RetryPolicy, SdkSender, Service

    client = Client("AC" + "0" * 32, "t", environment={"_": ""})
    client.taskrouter.base_url = url
    service = Service(SdkSender(client), RetryPolicy(limits=Limits.off()))
    service.workspaces.create("Support")
    live = service.workspace("Support")
    queue = live.task_queues.create("All", target_workers="1==1")
    routing = {"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}
    live.workflows.create("Routing", configuration=json.dumps(routing))
    return live


def start(url: str, journal: Path, kind: str) -> subprocess.Popen[str]:
    command = [sys.executable, bulk_script.__file__, url, str(journal), kind, str(COUNT)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed_again_and_again(url: str, journal: Path, kind: str, kills: int) -> list[str]:
    """Kill the work when its journal has grown by a random number of bytes, several times; then let it end."""
    chance = Random(kind)
    for _ in range(kills):
        with start(url, journal, kind) as process:
            enough = size(journal) + chance.randrange(20, 900)
            while process.poll() is None and size(journal) < enough:
                time.sleep(0.001)  # real time: another process is watched
            process.kill()
    with start(url, journal, kind) as process:
        printed, _ = process.communicate()
    assert process.returncode == 0
    return printed.split()


def size(journal: Path) -> int:
    return journal.stat().st_size if journal.exists() else 0


def test_killed_workers_are_all_there_once(tmp_path: Path) -> None:
    """Six at a time, killed in the middle four times, started a fifth time: each is there, and none was refused."""
    with ServerThread(Backend()) as server:
        live = furnished(server.url)
        endings = killed_again_and_again(server.url, tmp_path / "journal", "workers", 4)
        names = Counter(each.friendly_name for each in live.workers.list())
    assert names == {f"W{n}": 1 for n in range(COUNT)}
    assert len(endings) == COUNT
    assert set(endings) <= {"done", "before"}


def test_killed_tasks_with_a_mark_are_all_there_once(tmp_path: Path) -> None:
    """The dedupe attribute finds those whose fate nobody had written down."""
    with ServerThread(Backend()) as server:
        live = furnished(server.url)
        endings = killed_again_and_again(server.url, tmp_path / "journal", "marked", 3)
        orders = Counter(each.attributes["order"] for each in live.tasks.list())
    assert orders == {f"A{n}": 1 for n in range(COUNT)}
    assert set(endings) <= {"done", "before"}


def test_killed_tasks_without_a_mark_are_never_made_twice(tmp_path: Path) -> None:
    """Those that were under way are reported as unknown; no other is missing."""
    with ServerThread(Backend()) as server:
        live = furnished(server.url)
        endings = killed_again_and_again(server.url, tmp_path / "journal", "bare", 3)
        orders = Counter(each.attributes["order"] for each in live.tasks.list())
    assert set(orders.values()) == {1}
    assert len(endings) == COUNT
    missing = {n for n in range(COUNT) if f"A{n}" not in orders}
    assert missing <= {n for n, ending in enumerate(endings) if ending == "unknown"}
    assert endings.count("unknown") <= 3 * 6
