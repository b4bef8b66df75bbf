"""Every section of the handbook that has facts about behaviour is cited by a test, or is said here to be elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared_material import shared

TESTS = Path(__file__).resolve().parents[1]
#: Sections whose facts are not behaviour of the engine or of the emulator, and whose they are.
ELSEWHERE = {
    ("workflows.md", "13"): "what a linter should check: the rules of docs/errors.md",
    ("routing.md", "13"): "transfers, which the public REST API does not have: docs/fidelity_missing.md",
    ("callbacks.md", "7.1"): "tokens for browsers: client",
    ("callbacks.md", "7.2"): "tokens for browsers: client",
    ("callbacks.md", "7.3"): "the websocket of the JavaScript SDK: docs/fidelity_missing.md",
    ("resources.md", "13"): "what a deployer must know: deploy",
    ("limits-errors-gotchas.md", "3.3"): "when to send again: client",
}
_PAGES = ("workflows.md", "routing.md", "callbacks.md", "resources.md", "limits-errors-gotchas.md")
_NUMBER = r"\d+(?:\.\d+)?"
_CITED = re.compile(rf"([a-z-]+\.md) sections? ({_NUMBER}(?:(?:, | and | to ){_NUMBER})*)")


def cited() -> set[tuple[str, str]]:
    """Return page and section of everything that tests cite."""
    found = set()
    for path in TESTS.rglob("*.py"):
        for page, numbers in _CITED.findall(path.read_text(encoding="utf-8")):
            found |= {(page, number) for number in re.findall(_NUMBER, numbers)}
    return found


@pytest.mark.parametrize("page", _PAGES)
def test_every_section_with_facts_is_cited(page: str) -> None:
    """A section with documented or observed facts has a test that cites it."""
    section, facts = "", set()
    for line in shared(f"reference/{page}").read_text(encoding="utf-8").splitlines():
        heading = re.match(rf"#+ ({_NUMBER})", line)
        if heading is not None:
            section = heading[1]
        elif section and re.search(r"\[[DS]\]", line):
            facts.add((page, section))
    assert len(facts) > 5
    assert facts - cited() - ELSEWHERE.keys() == set()
    assert {each for each in ELSEWHERE if each[0] == page} <= facts - cited(), "what is cited is not elsewhere"
