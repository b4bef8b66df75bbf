"""An emulator of TaskRouter's REST interface over a simulated world: an imitation, and it says so.

:class:`Backend` answers requests; it does no I/O. ``InProcessHttpClient`` and its asynchronous twin put it behind the
official SDK, ``EmulatorApp`` behind ASGI. Names are loaded when they are first used: the SDK and the server are not
imported by the parts that do not need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskrouter_kit.emulator._asgi import EmulatorApp as EmulatorApp
    from taskrouter_kit.emulator._backend import Backend as Backend
    from taskrouter_kit.emulator._clocks import RunningClock as RunningClock
    from taskrouter_kit.emulator._clocks import VirtualClock as VirtualClock
    from taskrouter_kit.emulator._delivery import Answer as Answer
    from taskrouter_kit.emulator._dispatch import Delivery as Delivery
    from taskrouter_kit.emulator._disturbances import FaultRule as FaultRule
    from taskrouter_kit.emulator._inprocess import AsyncInProcessHttpClient as AsyncInProcessHttpClient
    from taskrouter_kit.emulator._inprocess import InProcessHttpClient as InProcessHttpClient
    from taskrouter_kit.emulator._messages import Reply as Reply
    from taskrouter_kit.emulator._messages import Request as Request
    from taskrouter_kit.emulator._serve import ServerThread as ServerThread
    from taskrouter_kit.emulator._store import Store as Store

_EXPORTS: dict[str, str] = {
    "Answer": "_delivery",
    "AsyncInProcessHttpClient": "_inprocess",
    "Backend": "_backend",
    "Delivery": "_dispatch",
    "EmulatorApp": "_asgi",
    "FaultRule": "_disturbances",
    "InProcessHttpClient": "_inprocess",
    "Reply": "_messages",
    "Request": "_messages",
    "RunningClock": "_clocks",
    "ServerThread": "_serve",
    "Store": "_store",
    "VirtualClock": "_clocks",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    module = _EXPORTS.get(name)
    if module is None:
        raise AttributeError(f"module 'taskrouter_kit.emulator' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"taskrouter_kit.emulator.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
