"""Where a command talks to: the account in the environment, or a local TaskRouter."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from taskrouter_kit._taskrouter import TaskRouter

F = TypeVar("F", bound=Callable[..., object])

_REFERENCE = re.compile(r"[\w.]{2,}:\w+\Z")


def connection_option(function: F) -> F:
    """Add ``--local [FILE]`` to a command; it arrives as ``local`` (None: the account in the environment)."""
    return click.option(
        "--local",
        is_flag=False,
        flag_value="",
        default=None,
        metavar="[FILE]",
        callback=_a_store,
        help="Use a local TaskRouter instead of an account; with FILE it remembers.",
    )(function)


def _a_store(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Refuse what is meant as the command's own argument: ``--local`` takes the word that follows it."""
    if value and (value.endswith(".py") or _REFERENCE.search(value)):
        raise click.BadParameter(f"{value!r} is no file for a store. Give it before --local.", ctx, param)
    return value


def connect(local: str | None) -> TaskRouter:
    """Return the TaskRouter that ``--local`` asks for."""
    from taskrouter_kit._taskrouter import TaskRouter

    if local is None:
        return TaskRouter.from_env()
    return TaskRouter.local(Path(local) if local else None)
