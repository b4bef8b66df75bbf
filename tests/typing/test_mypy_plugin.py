"""The mypy plugin reports literal names and texts on their lines, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: A line that ends in ``# bad`` is reported, and no other.
PROGRAM = """\
from typing import Any, Final, Literal

import taskrouter_kit as kit
from taskrouter_kit import Attr, WorkerAttributes, attribute, parse, task, worker
from taskrouter_kit.expr import Place

NAME: Final = "skill-level"
worker.array("skill-level").has("x")  # bad
worker.text("routing.department")
task.text("1st")  # bad
worker.array(NAME)  # bad
kit.worker.map(path="a b")  # bad
worker.channel("my-channel").assigned_tasks  # bad
worker.map("levels")["de-AT"] > 3  # bad
worker.map("levels")["de_AT"] > 3
worker.text("a[123456789012]")  # bad
parse("skill-level > 3", place="target_workers")  # bad
parse("a == 1", place="filter")
parse("a && b", place="filter")  # bad
PLACE: Final = "filter"
TEXT: Final = "a && b"
parse("a && b", place=PLACE)  # bad
parse(TEXT, place=PLACE)  # bad
parse("a == 1", place=PLACE)
parse(
    "a == 1 AND",  # bad
    place="filter",
)
parse(place="order_by", text="worker.level")  # bad
parse("worker.level DESC", place="order_by")
parse("", place="target_workers")
parse("a == '\\ud800'", place="filter")


def loose(text: str, place: Place, name: Literal["a-b"], anything: Any) -> None:
    parse("worker.level > 3", place=place)
    parse(text, place="filter")
    parse(anything, place=anything)
    parse(**anything)
    worker.text(name)
    worker.text(text)
    worker.text(f"x-{text}")
    worker.text(*anything)


class Agent(WorkerAttributes):
    levels: Attr[dict[str, int]]
    level: Attr[int] = attribute(name="skill-level")  # bad
    rank: Attr[int] = attribute(default=3, name=NAME)  # bad
    other: Attr[int] = attribute(name="other_level")


Agent.levels["de-AT"] > 3  # bad
"""


def test_literals_are_checked(tmp_path: Path) -> None:
    """Each message is the library's own, on the line of the literal; what is no literal is left alone."""
    pytest.importorskip("mypy", reason="mypy is not installed here")
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\nplugins = taskrouter_kit.mypy_plugin\n")
    environment = {**os.environ, "MYPYPATH": str(SOURCE), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "mypy", "--output=json", "--config-file=mypy.ini", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    said = [(row["line"], row["code"], row["message"]) for row in rows if row["severity"] == "error"]
    bad = [number for number, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# bad")]
    assert [(line, code) for line, code, _ in said] == [(line, "taskrouter-kit") for line in bad], done.stdout
    messages = [message for _, _, message in said]
    hyphen = "TaskRouter's expressions cannot refer to a name with a hyphen: '{}'. (call the attribute '{}')"
    assert messages[0] == hyphen.format("skill-level", "skill_level")
    assert "A name in an expression does not start with a digit: '1st'. (call the attribute '_1st')" in messages
    assert hyphen.format("de-AT", "de_AT") in messages
    assert "'&&' is no operator of TaskRouter. (write AND)" in messages
