"""Typed TaskRouter: declare, check, deploy, route and test a Twilio contact centre.

Importing this package loads neither the Twilio SDK nor an HTTP client: each public name is loaded when it is first
used (PEP 562). ``_EXPORTS`` is the one list of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._version import __version__ as __version__

if TYPE_CHECKING:
    from taskrouter_kit._diagnostics import Diagnostic as Diagnostic
    from taskrouter_kit.errors import TaskRouterKitError as TaskRouterKitError

#: Public name -> module that defines it. Sorted.
_EXPORTS: dict[str, str] = {
    "Diagnostic": "taskrouter_kit._diagnostics",
    "TaskRouterKitError": "taskrouter_kit.errors",
}

__all__ = sorted([*_EXPORTS, "__version__"])  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    module = _EXPORTS.get(name)
    if module is None:
        raise AttributeError(f"module 'taskrouter_kit' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
