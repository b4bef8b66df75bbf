"""What goes wrong with a store: apart from it, for whoever keeps nothing does not have to load SQLite."""

from __future__ import annotations

from pathlib import Path

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import LoadError


class StoreFailed(Exception):
    """The file could not be written or read; ``carried_out`` says that what it did not take was done."""

    carried_out = False


def unusable(path: Path, why: str) -> LoadError:
    """Return the error of a file that is no store, or a damaged one."""
    return LoadError(
        Diagnostic(
            "unusable-store",
            f"The store cannot be used: {why}.",
            where=Where(file=str(path)),
            hint="Name a file that an emulator made, or one that does not exist yet; only one emulator may use it.",
        )
    )
