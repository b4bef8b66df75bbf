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


def element(path: Path, index: int) -> Path:
    """Return the path of an element of the list at *path*; *index* counts from 0."""
    if not isinstance(index, int) or isinstance(index, bool):
        raise TypeError(f"The elements of a list have numbers; {dotted(path)}[{index!r}] is none.")
    if index < 0:
        raise IndexError("TaskRouter's indexes count from 0; there is none from the end.")
    return Path(path.scope, (*path.segments, index))


def member(path: Path, name: str) -> Path:
    """Return the path of what is called *name* in the object at *path*."""
    if not isinstance(name, str):
        raise TypeError(f"The members of an object have names; {dotted(path)}[{name!r}] is none.")
    problem = problem_with(name, owner=f"{dotted(path)}[{name!r}]")
    if problem is not None:
        raise InvalidName(problem)
    return Path(path.scope, (*path.segments, name))
