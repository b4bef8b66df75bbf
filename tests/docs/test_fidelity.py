"""docs/fidelity.md is what the marks in the code say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_fidelity", ROOT / "docs" / "generate_fidelity.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_generated_from_the_marks() -> None:
    """Whoever changes a mark runs ``python docs/generate_fidelity.py``."""
    expected = _generator().page()
    assert (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8") == expected


def test_a_mark_has_a_tag_and_a_source() -> None:
    """Every documented, observed or inferred fact names the page of the handbook it comes from."""
    generator = _generator()
    unsourced = [
        mark for mark in generator.marks() if mark.tag in {"Documented", "Observed"} and ".md" not in mark.says
    ]
    assert unsourced == []
