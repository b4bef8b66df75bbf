"""Ready parts on top of the client and the callbacks."""

from __future__ import annotations

from taskrouter_kit.recipes._missed_calls import MissedCalls as MissedCalls

__all__ = ["MissedCalls"]
