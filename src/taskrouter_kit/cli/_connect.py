"""Where a command talks to: the account in the environment, or a local TaskRouter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from taskrouter_kit._taskrouter import TaskRouter

F = TypeVar("F", bound=Callable[..., object])


def connection_option(function: F) -> F:
    """Add ``--local [FILE]`` to a command; it arrives as ``local`` (None: the account in the environment)."""
    return click.option(
        "--local",
        is_flag=False,
        flag_value="",
        default=None,
        metavar="[FILE]",
        help="Use a local TaskRouter instead of an account; with FILE it remembers.",
    )(function)


def connect(local: str | None) -> TaskRouter:
    """Return the TaskRouter that ``--local`` asks for."""
    from taskrouter_kit._taskrouter import TaskRouter

    if local is None:
        return TaskRouter.from_env()
    return TaskRouter.local(Path(local) if local else None)
