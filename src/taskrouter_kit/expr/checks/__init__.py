"""The checker: what an expression will not do, said before TaskRouter is silent about it."""

from __future__ import annotations

from taskrouter_kit.expr.checks._check import check as check
from taskrouter_kit.expr.checks._rules import RULES as RULES
from taskrouter_kit.expr.checks._rules import Rule as Rule

__all__ = ["RULES", "Rule", "check"]
