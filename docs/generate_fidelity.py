"""Write ``docs/fidelity.md`` from the marks in the code: ``python docs/generate_fidelity.py``.

A mark is a comment ``# Documented: <source>; <what it says>`` (or Observed, Inferred, Decided). This reads source files
as text, imports nothing, and sorts everything, so that the page changes only when a mark does. A test compares the
page with what this prints.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TAGS = ("Documented", "Observed", "Inferred", "Decided")
_MARK = re.compile(
    r"#\s*(Documented|Observed|Inferred|Decided):\s*(.+?)(?=;?\s*#\s*(?:Documented|Observed|Inferred|Decided):|$)"
)
_OPTION_CLASSES = ("EngineOptions", "Semantics")

_INTRODUCTION = """# Fidelity

The local TaskRouter is an imitation.
This page lists every place where its behaviour rests on a fact about the service, and how sure that fact is.
It is generated from the marks in the code (`python docs/generate_fidelity.py`); a test keeps it true.

- **Documented**: Twilio's documentation says so.
- **Observed**: seen in recorded sessions, production configurations or public code.
- **Inferred**: concluded from the above; the service may do otherwise.
- **Decided**: nothing is known; we chose.

A source such as `callbacks.md section 4` is no page of these docs.
It is a section of the notes on the service from which the library was built, and which are not part of it.

Nothing here was checked against a live account by this project's tests.
"""


class Mark(NamedTuple):
    """One mark: its tag, what it says, and where it stands."""

    tag: str
    says: str
    file: str


def marks() -> list[Mark]:
    """Return every mark of the package and its tests, sorted by file and order of appearance."""
    found = []
    for folder in ("src", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "typing" in path.parts:
                continue
            found += _marks_of(path)
    return found


def _marks_of(path: Path) -> list[Mark]:
    name = path.relative_to(ROOT).as_posix()
    found: list[Mark] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        for tag, says in _MARK.findall(line):
            text = says.strip()
            following = number + 1
            while following < len(lines) and re.match(r"\s*#   \S", lines[following]):
                text += " " + lines[following].strip().lstrip("# ")
                following += 1
            found.append(Mark(tag, text.rstrip(";").strip(), name))
    return found


def options() -> list[tuple[str, str, str, str]]:
    """Return (class, option, default, what it does) of every option that chooses between readings."""
    rows = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(f"class {name}" in text for name in _OPTION_CLASSES):
            continue
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and node.name in _OPTION_CLASSES:
                for item in node.body:
                    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value:
                        said = _comment_above(lines, item.lineno - 1)
                        rows.append((node.name, item.target.id, _default_of(item.value), said))
    return rows


def _default_of(value: ast.expr) -> str:
    """Return the text of a default, also of one inside ``field(default=...)``."""
    if isinstance(value, ast.Call):
        value = next((each.value for each in value.keywords if each.arg == "default"), value)
    return ast.unparse(value)


def _comment_above(lines: list[str], index: int) -> str:
    said: list[str] = []
    while index > 0 and lines[index - 1].strip().startswith("#"):
        index -= 1
        line = lines[index].strip()
        if not _MARK.search(line):
            said.insert(0, line.lstrip("#: ").strip())
    return " ".join(said)


def page() -> str:
    """Return the whole page."""
    found = marks()
    counts = Counter(mark.tag for mark in found)
    in_tests = Counter(mark.tag for mark in found if mark.file.startswith("tests/"))
    lines = [_INTRODUCTION, "## In numbers", "", "| | in code | in tests |", "|---|---:|---:|"]
    lines += [f"| {tag} | {counts[tag] - in_tests[tag]} | {in_tests[tag]} |" for tag in TAGS]
    lines += [
        "",
        "## Options",
        "",
        "Where sources disagree, or nothing is known and users could need the other reading.",
        "",
    ]
    lines += ["| option | default | what it chooses |", "|---|---|---|"]
    lines += [f"| `{owner}.{name}` | `{default}` | {_cell(said)} |" for owner, name, default, said in options()]
    missing = ROOT / "docs" / "fidelity_missing.md"
    if missing.exists():
        lines += ["", "## What is missing", "", missing.read_text(encoding="utf-8").strip()]
    by_file: dict[str, list[Mark]] = defaultdict(list)
    for mark in found:
        by_file[mark.file].append(mark)
    lines += ["", "## Every mark"]
    for file, its in by_file.items():
        lines += ["", f"### `{file}`", ""]
        lines += [f"- **{mark.tag}**: {_cell(mark.says)}" for mark in its]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (ROOT / "docs" / "fidelity.md").write_text(page(), encoding="utf-8")
