"""What users paste from the docs has no complaint of mypy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Pages that show nothing that a checker should refuse, and need no untyped framework.
PAGES = (
    *("README.md", "docs/index.md", "docs/tutorial.md", "docs/life_of_a_task.md", "docs/workspace.md"),
    *("docs/attributes.md", "docs/checking.md", "docs/client.md", "docs/engine.md"),
)


def test_pasted_snippets_pass_mypy(tmp_path: Path) -> None:
    """Each page as one file, strict but for its little functions without annotations."""
    pytest.importorskip("mypy", reason="mypy is not installed here")
    for page in PAGES:
        snippets = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
        assert snippets, page
        (tmp_path / f"page_{Path(page).stem.lower()}.py").write_text("\n\n".join(snippets), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--allow-untyped-defs", "--allow-untyped-calls"]
    command += ["--config-file=", "--cache-dir", str(ROOT / ".mypy_cache" / "docs"), "."]
    environment = {**os.environ, "MYPYPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'examples'}"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    complaints = [line for line in done.stdout.splitlines() if line.startswith("page_")]
    assert complaints == [], done.stderr
    assert done.returncode in (0, 1), done.stdout + done.stderr
