"""A parameter that was not sent."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

T = TypeVar("T")


class Unset(enum.Enum):
    """The type of :data:`UNSET`."""

    UNSET = "UNSET"

    if TYPE_CHECKING:

        def __bool__(self) -> Literal[False]: ...

    else:
        # Called without an argument, as no method of Python code would be: bool() is False, and costs half.
        __bool__ = bool


#: A parameter that was not sent: what it would change stays as it is.
UNSET: Final = Unset.UNSET
Maybe: TypeAlias = "T | Unset"


def given(value: T | None) -> T | Unset:
    """Return *value*, or UNSET for None."""
    return UNSET if value is None else value
