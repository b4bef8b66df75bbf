"""One operation as data: method, path template, operation id, handler, and the parameters that it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import field, frozen

from taskrouter_kit.emulator._call import Call
from taskrouter_kit.emulator._messages import Reply

Handler: TypeAlias = "Callable[[Call], Reply]"


@frozen
class Route:
    """One operation. ``query`` and ``form`` are the parameters it reads; strict mode reports all others."""

    operation: str
    method: str
    template: str
    handler: Handler
    query: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    if_match: bool = False
    known: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset((*self.query, *self.form)))
