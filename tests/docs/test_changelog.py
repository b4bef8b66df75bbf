"""Fragments of the changelog are named by what they are, and are sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FRAGMENTS = sorted((Path(__file__).resolve().parents[2] / "changelog.d").iterdir())
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed|deprecated|removed)\.md\Z")


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_a_fragment_has_a_kind_and_says_something(fragment: Path) -> None:
    """``<slug>.<added|changed|fixed|deprecated|removed>.md``, and a few whole sentences."""
    assert _NAME.match(fragment.name)
    text = fragment.read_text(encoding="utf-8").strip()
    assert text.endswith(".")
    assert text[0].isupper() or text[0] in "`~"
    assert len(text) <= 800


def test_a_slug_is_used_once() -> None:
    """One change is one fragment."""
    slugs = [fragment.name.split(".")[0] for fragment in FRAGMENTS]
    assert len(slugs) == len(set(slugs))
