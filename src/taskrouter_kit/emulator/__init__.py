"""An emulator of TaskRouter's REST interface over a simulated world: an imitation, and it says so.

:class:`Backend` answers requests; it does no I/O. ``InProcessHttpClient`` and its asynchronous twin put it behind the
official SDK, ``EmulatorApp`` behind ASGI. Names are loaded when they are first used: the SDK and the server are not
imported by the parts that do not need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit.emulator._asgi import EmulatorApp as EmulatorApp
    from taskrouter_kit.emulator._backend import Backend as Backend
    from taskrouter_kit.emulator._clocks import RunningClock as RunningClock
    from taskrouter_kit.emulator._clocks import VirtualClock as VirtualClock
    from taskrouter_kit.emulator._delivery import Answer as Answer
    from taskrouter_kit.emulator._delivery import Delivery as Delivery
    from taskrouter_kit.emulator._disturbances import FaultRule as FaultRule
    from taskrouter_kit.emulator._inprocess import AsyncInProcessHttpClient as AsyncInProcessHttpClient
    from taskrouter_kit.emulator._inprocess import InProcessHttpClient as InProcessHttpClient
    from taskrouter_kit.emulator._messages import Reply as Reply
    from taskrouter_kit.emulator._messages import Request as Request
    from taskrouter_kit.emulator._serve import ServerThread as ServerThread
    from taskrouter_kit.emulator._store import Store as Store

_EXPORTS: dict[str, str] = {
    "Answer": "taskrouter_kit.emulator._delivery",
    "AsyncInProcessHttpClient": "taskrouter_kit.emulator._inprocess",
    "Backend": "taskrouter_kit.emulator._backend",
    "Delivery": "taskrouter_kit.emulator._delivery",
    "EmulatorApp": "taskrouter_kit.emulator._asgi",
    "FaultRule": "taskrouter_kit.emulator._disturbances",
    "InProcessHttpClient": "taskrouter_kit.emulator._inprocess",
    "Reply": "taskrouter_kit.emulator._messages",
    "Request": "taskrouter_kit.emulator._messages",
    "RunningClock": "taskrouter_kit.emulator._clocks",
    "ServerThread": "taskrouter_kit.emulator._serve",
    "Store": "taskrouter_kit.emulator._store",
    "VirtualClock": "taskrouter_kit.emulator._clocks",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
