"""Ready parts on top of the client and the callbacks. Each name is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit.recipes._escalation import Escalation as Escalation
    from taskrouter_kit.recipes._escalation import escalate as escalate
    from taskrouter_kit.recipes._last_agent import last_agent_first as last_agent_first
    from taskrouter_kit.recipes._missed_calls import MissedCalls as MissedCalls

#: Public name -> module that defines it.
_EXPORTS: dict[str, str] = {
    "Escalation": "taskrouter_kit.recipes._escalation",
    "MissedCalls": "taskrouter_kit.recipes._missed_calls",
    "escalate": "taskrouter_kit.recipes._escalation",
    "last_agent_first": "taskrouter_kit.recipes._last_agent",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
