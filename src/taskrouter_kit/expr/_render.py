"""Tree -> text. First version: see the final one for the rules."""

from __future__ import annotations

from typing import Any

from taskrouter_kit.expr._condition import Condition


def render(condition: Condition[Any]) -> str:  # Any: every scope
    """Return the canonical text of *condition*."""
    raise NotImplementedError
