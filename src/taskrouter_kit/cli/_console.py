"""Output for people: colour on a terminal, plain text when piped. Results go to stdout, talk to stderr."""

from __future__ import annotations

from rich.console import Console
from rich.theme import Theme

_THEME = Theme(
    {
        "step": "bold cyan",
        "good": "green",
        "bad": "red",
        "name": "bold",
        "quiet": "dim",
    }
)


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints what it is given: no wrapping, no guessing of what to colour."""
    return Console(theme=_THEME, stderr=stderr, highlight=False, soft_wrap=True, emoji=False)
