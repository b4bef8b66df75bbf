"""The same seed and commands: the same world on every interpreter, in every process, saved in between or not.

``recorded_days.json`` is what the days come to. After a change of what is to happen (never of how fast), write it again
with ``UPDATE_GOLDEN=1 pytest tests/simulator/test_same_everywhere.py`` and say in the commit why it differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import taskrouter_kit
from simulator.recorded_days import DAYS, Day, digests_of, live

HERE = Path(__file__).parent
GOLDEN = HERE / "recorded_days.json"


@cache
def here(name: str) -> tuple[Day, dict[str, str]]:
    """Return the day *name* as it goes by in this process, and its digests."""
    day = live(name)
    return day, digests_of(day)


def test_every_interpreter_sees_the_same_days() -> None:
    """The digests are those that are committed, whichever Python runs this."""
    found = {name: here(name)[1] for name in DAYS}
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_every_process_sees_the_same_days(hash_seed: str) -> None:
    """Whatever order sets and hashes have in a process (PYTHONHASHSEED), the digests are the same."""
    source = str(Path(taskrouter_kit.__file__).parent.parent)
    answer = subprocess.run(
        [sys.executable, str(HERE / "recorded_days.py")],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout) == {name: here(name)[1] for name in DAYS}


def test_saving_and_loading_leaves_no_mark() -> None:
    """A day whose world is saved and loaded fourteen times comes to the same, callbacks included."""
    assert here("handbook, saved and loaded")[1] == here("handbook")[1]


def test_the_days_are_full() -> None:
    """The days see every kind of event that routing knows, and every kind of refusal that they ask for."""
    seen = {event.event_type for name in DAYS for event in here(name)[0].workspace.events}
    outcomes = "created accepted rejected timeout canceled rescinded completed wrapup"
    queues = "created entered moved timeout expression.updated"
    assert {f"reservation.{each}" for each in outcomes.split()} <= seen
    assert {f"task-queue.{each}" for each in queues.split()} <= seen
    assert {f"task.{each}" for each in ["created", "updated", "canceled", "wrapup", "completed", "deleted"]} <= seen
    assert {f"workflow.{each}" for each in ["entered", "target-matched", "timeout", "skipped", "updated"]} <= seen
    refused = {refusal.split(" ", 2)[1] for name in DAYS for refusal in here(name)[0].refused}
    assert refused == {"20001", "55555"}
