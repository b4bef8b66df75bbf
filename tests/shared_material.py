"""Where the handbook and the corpus lie, when they lie beside the checkout; tests that read them skip elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]


def shared(relative: str) -> Path:
    """Return the path of *relative* below the shared material, or skip the test with the reason."""
    base = Path(os.environ.get("TASKROUTER_KIT_SHARED", _ROOT.parent / "shared"))
    path = base / relative
    if not path.exists():
        pytest.skip(f"the shared material is not beside this checkout ({relative})")
    return path
