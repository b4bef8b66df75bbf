"""The 61 operations, and the way from a method and a path to one of them.

:func:`find_route` walks a tree made of the table once; fixed words (``Workers/Statistics``) win over ``{Sid}``. The
tree begins where all of them begin. Most requests ask for what one before them asked for, and are remembered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from taskrouter_kit.emulator._faults import not_found, wrong_method
from taskrouter_kit.emulator._route import Route
from taskrouter_kit.emulator._routes_configuration import CONFIGURATION
from taskrouter_kit.emulator._routes_statistics import STATISTICS
from taskrouter_kit.emulator._routes_tasks import TASKS

ROUTES: Final[tuple[Route, ...]] = (*CONFIGURATION, *TASKS, *STATISTICS)


_BEGINNING: Final = "/v1/Workspaces"


class _Node:
    """One step of the tree: what follows a fixed word, what follows any value, and the routes that end here."""

    __slots__ = ("anything", "methods", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.anything: _Node | None = None
        self.methods: dict[str, Route] = {}


def _tree(routes: tuple[Route, ...]) -> _Node:
    root = _Node()
    for route in routes:
        node = root
        for part in route.template.removeprefix(_BEGINNING).split("/")[1:]:
            if part.startswith("{"):
                node.anything = node.anything or _Node()
                node = node.anything
            else:
                node = node.words.setdefault(part, _Node())
        node.methods[route.method] = route
    return root


_ROOT: Final = _tree(ROUTES)


@lru_cache(maxsize=1024)
def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Return the route for *path* and the values of its placeholders, outermost first; 404 or 405 otherwise."""
    beginning, *parts = path.removeprefix(_BEGINNING).split("/")
    node: _Node | None = _ROOT if not beginning and path.startswith(_BEGINNING) else None
    values: list[str] = []
    for part in parts:
        if node is None:
            break
        following = node.words.get(part)
        if following is None:
            following = node.anything
            values.append(part)
        node = following
    if node is None or not node.methods:
        raise not_found(path)
    route = node.methods.get(method)
    if route is None:
        raise wrong_method(method)
    return route, tuple(values)
