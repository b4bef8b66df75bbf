"""Paths as people write them, and the step from one to what stands below it."""

from __future__ import annotations

from taskrouter_kit.errors import InvalidName
from taskrouter_kit.expr._names import problem_with
from taskrouter_kit.expr._nodes import Path


def dotted(path: Path) -> str:
    """Return *path* as it is written with its prefix: ``worker.routing.skills[0]``."""
    text = path.scope.value
    for segment in path.segments:
        text += f"[{segment}]" if isinstance(segment, int) else f".{segment}" if text else segment
    return text


def below(path: Path, key: str | int) -> Path:
    """Return the path one step below *path*; a key is one name, an index counts from 0."""
    if isinstance(key, int):
        if key < 0:
            raise IndexError("TaskRouter's indexes count from 0; there is none from the end.")
    elif (problem := problem_with(key, owner=f"{dotted(path)}[{key!r}]")) is not None:
        raise InvalidName(problem)
    return Path(path.scope, (*path.segments, key))
