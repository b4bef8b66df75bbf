"""Packages whose public names are loaded when they are first used (PEP 562).

A package lists its names for checkers under ``TYPE_CHECKING`` and for Python in one table; this module makes the
table work. ``__getattr__`` is hidden from checkers, so that a misspelt import is an error there too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def loading(package: str, exports: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of *package*; *exports* maps a public name to the module that has it."""

    def load(name: str) -> object:
        module = exports.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        value: object = getattr(import_module(module), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return list(sys.modules[package].__all__)

    return load, names
