"""Doing something after a while, in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

#: Does something after some seconds.
Later: TypeAlias = Callable[[float, Callable[[], None]], None]


def on_a_timer(seconds: float, action: Callable[[], None]) -> None:
    """Do *action* on a thread after *seconds*; what is pending when the process ends is not done."""
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
