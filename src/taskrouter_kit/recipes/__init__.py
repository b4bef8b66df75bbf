"""Ready parts on top of the client and the callbacks."""

from __future__ import annotations

from taskrouter_kit.recipes._escalation import Escalation as Escalation
from taskrouter_kit.recipes._escalation import escalate as escalate
from taskrouter_kit.recipes._last_agent import last_agent_first as last_agent_first
from taskrouter_kit.recipes._missed_calls import MissedCalls as MissedCalls

__all__ = ["Escalation", "MissedCalls", "escalate", "last_agent_first"]
