"""The mypy plugin reports literal names and texts on their lines, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"

PROGRAM = """\
from taskrouter_kit import Attr, WorkerAttributes, attribute, parse, task, worker

worker.array("skill-level").has("x")
worker.text("routing.department")
task.text("1st")
worker.channel("my-channel").assigned_tasks
parse("skill-level > 3", place="target_workers")
parse("a == 1", place="filter")
parse("a && b", place="filter")
name = "skill" + "-level"
worker.text(name)


class Agent(WorkerAttributes):
    level: Attr[int] = attribute(name="skill-level")
    other: Attr[int] = attribute(name="other_level")
"""


def test_literals_are_checked(tmp_path: Path) -> None:
    """Each message is the library's own; a name that is no literal is left alone."""
    pytest.importorskip("mypy", reason="mypy is not installed here")
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\nplugins = taskrouter_kit.mypy_plugin\n")
    environment = {**os.environ, "MYPYPATH": str(SOURCE), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "mypy", "--output=json", "--config-file=mypy.ini", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    said = [(row["line"], row["code"], row["message"]) for row in rows if row["severity"] == "error"]
    hyphen = "TaskRouter's expressions cannot refer to a name with a hyphen: '{}'. (call the attribute '{}')"
    digit = "A name in an expression does not start with a digit: '1st'. (call the attribute '_1st')"
    assert [(line, code) for line, code, _ in said] == [(n, "taskrouter-kit") for n in (3, 5, 6, 7, 9, 15)], done.stdout
    messages = {line: message for line, _, message in said}
    assert messages[3] == hyphen.format("skill-level", "skill_level")
    assert messages[5] == digit
    assert messages[6] == hyphen.format("my-channel", "my_channel")
    assert "hyphen" in messages[7].lower()
    assert messages[9] == "'&&' is no operator of TaskRouter. (write AND)"
    assert messages[15] == hyphen.format("skill-level", "skill_level")
