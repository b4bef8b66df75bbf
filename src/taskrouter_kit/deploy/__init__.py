"""Routing as code: what a declared workspace would change (:class:`Plan`), and carrying it out (:class:`Applied`).

``TaskRouter.plan`` and ``TaskRouter.apply`` return these; nothing here talks to the service by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit.deploy._actual import Kind as Kind
    from taskrouter_kit.deploy._apply import Applied as Applied
    from taskrouter_kit.deploy._changes import Change as Change
    from taskrouter_kit.deploy._changes import Create as Create
    from taskrouter_kit.deploy._changes import Update as Update
    from taskrouter_kit.deploy._plan import Plan as Plan

#: Public name -> module that defines it.
_EXPORTS: dict[str, str] = {
    "Applied": "taskrouter_kit.deploy._apply",
    "Change": "taskrouter_kit.deploy._changes",
    "Create": "taskrouter_kit.deploy._changes",
    "Kind": "taskrouter_kit.deploy._actual",
    "Plan": "taskrouter_kit.deploy._plan",
    "Update": "taskrouter_kit.deploy._changes",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
