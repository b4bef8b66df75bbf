"""What a page says that a snippet prints is what it prints."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"```(python|text)\n(.*?)```(?:\n\n(?=```text))?", re.DOTALL)
#: A block of Python, then, with nothing but an empty line between, what it prints.
_PRINTED = re.compile(r"```python\n(?:(?!```).)*```\n\n```text\n", re.DOTALL)


def _pages() -> list[Path]:
    return [page for page in sorted((ROOT / "docs").glob("*.md")) if _PRINTED.search(page.read_text(encoding="utf-8"))]


def test_there_are_such_pages() -> None:
    """The tutorial is one of them, so that this file tests something."""
    assert "tutorial.md" in [page.name for page in _pages()]


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.stem)
def test_the_shown_output_is_the_output(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A page is one program; each shown output belongs to the snippet above it."""
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": page.stem}
    shown = {found.end() for found in _PRINTED.finditer(text)}
    printed = ""
    for block in _BLOCK.finditer(text):
        if block[1] == "python":
            out = StringIO()
            with redirect_stdout(out):
                exec(compile(block[2], str(page), "exec", dont_inherit=True), names)
            printed = out.getvalue()
        elif block.start(2) in shown:
            assert printed == block[2], f"line {text.count(chr(10), 0, block.start()) + 1} of {page.name}"
