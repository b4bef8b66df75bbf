"""Every rule id of the library has its section in docs/errors.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = re.findall(r"^### (\S+)$", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)

#: What makes findings, here and there.
MAKERS = {"Diagnostic", "Rule", "add", "finding", "_error", "_info", "_problem", "_refused", "_wrong"}
_ID = re.compile(r"[a-z]+(-[a-z]+)+\Z")


def _said() -> Iterator[str]:
    """Yield the rule ids that stand as texts where findings are made."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MAKERS:
                texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                yield from (text for text in texts if isinstance(text, str) and _ID.match(text))


def test_every_rule_has_a_section() -> None:
    """Whoever meets a rule id finds what it means and what to do."""
    said = set(_said())
    assert len(said) > 150
    assert said - set(SECTIONS) == set()


def test_no_section_is_there_twice() -> None:
    """An id means one thing."""
    assert len(SECTIONS) == len(set(SECTIONS))
