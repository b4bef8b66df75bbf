"""The demo runs, and its transcript in the README is what it prints (UPDATE_README=1 writes it)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from taskrouter_kit.cli.__main__ import group

README = Path(__file__).resolve().parents[2] / "README.md"
_BLOCK = re.compile(r"(<!-- demo: [^>]*-->\n\n```text\n)(.*?)(```\n\n<!-- end of demo -->)", re.DOTALL)


def transcript() -> str:
    result = CliRunner().invoke(group, ["demo"])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_readme_shows_what_the_demo_prints() -> None:
    """The transcript in the README is generated, never written by hand."""
    text = README.read_text(encoding="utf-8")
    printed = transcript()
    if os.environ.get("UPDATE_README"):
        README.write_text(_BLOCK.sub(lambda found: found[1] + printed + found[3], text), encoding="utf-8")
        pytest.skip("the README was written")
    shown = _BLOCK.search(text)
    assert shown is not None
    assert shown[2] == printed


def test_piped_output_is_plain() -> None:
    """No escape codes where nobody would see the colours."""
    assert "\x1b" not in transcript()


def test_the_story_is_told_whole() -> None:
    """Which filter and why, the queue, who is eligible, the offer, the answer, the end, and the missed call."""
    told = transcript()
    for part in (
        'department == "billing" is true, task.department is "billing"',
        "queue     Billing",
        "Alice (Available): eligible",
        "reserved  for Alice, 30 s to answer",
        'it answered {"instruction": "accept"}',
        "reservation accepted, task assigned",
        "task completed",
        "reservation timeout after 30 s",
        "Alice went to activity Missed a call",
        "pending again, in queue Billing",
        "taskrouter-kit demo --live",
    ):
        assert part in told
