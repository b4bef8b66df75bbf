"""docs/design.md draws the layers that import-linter checks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_drawn_layers_are_the_checked_ones() -> None:
    """The arrows of the page and the contract in pyproject.toml are the same list."""
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    (drawn,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    contract = re.search(
        r"^layers = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert contract is not None
    assert [line.strip() for line in drawn.splitlines()] == re.findall(r'"([^"]+)"', contract[1])
