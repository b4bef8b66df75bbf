"""One operation as data: method, path template, operation id, handler, and the parameters that it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from taskrouter_kit.emulator._call import Call
from taskrouter_kit.emulator._messages import Reply

if TYPE_CHECKING:
    from attrs import frozen
else:
    from attrs import define as frozen  # as in _messages.py

Handler: TypeAlias = "Callable[[Call], Reply]"


@frozen(eq=False)
class Route:
    """One operation. ``query`` and ``form`` are the parameters it reads; strict mode reports all others.

    ``undocumented`` are parameters of the query that the published document does not have.
    """

    operation: str
    method: str
    template: str
    handler: Handler
    query: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    if_match: bool = False
    undocumented: tuple[str, ...] = ()
