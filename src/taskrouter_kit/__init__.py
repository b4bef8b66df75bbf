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
    from taskrouter_kit.expr._compile import compile_condition as compile_condition
    from taskrouter_kit.expr._evaluate import evaluate as evaluate
    from taskrouter_kit.expr._facts import Facts as Facts
    from taskrouter_kit.expr._facts import clock_facts as clock_facts
    from taskrouter_kit.expr._parser import parse as parse
    from taskrouter_kit.expr._render import render as render
    from taskrouter_kit.expr._semantics import Semantics as Semantics

#: Public name -> module that defines it. Sorted.
_EXPORTS: dict[str, str] = {
    "Diagnostic": "taskrouter_kit._diagnostics",
    "Facts": "taskrouter_kit.expr._facts",
    "Semantics": "taskrouter_kit.expr._semantics",
    "TaskRouterKitError": "taskrouter_kit.errors",
    "clock_facts": "taskrouter_kit.expr._facts",
    "compile_condition": "taskrouter_kit.expr._compile",
    "evaluate": "taskrouter_kit.expr._evaluate",
    "parse": "taskrouter_kit.expr._parser",
    "render": "taskrouter_kit.expr._render",
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
