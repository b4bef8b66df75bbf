"""The front door: complete, sorted, loadable, documented."""

from __future__ import annotations

import inspect
from pathlib import Path

import taskrouter_kit

SOURCE = Path(taskrouter_kit.__file__)


def test_every_public_name_loads() -> None:
    """Each name of ``__all__`` is what its module defines."""
    for name in taskrouter_kit.__all__:
        assert getattr(taskrouter_kit, name) is not None


def test_the_list_is_sorted_and_is_what_dir_says() -> None:
    """``__all__`` is sorted, and ``dir()`` returns it."""
    assert list(taskrouter_kit.__all__) == sorted(taskrouter_kit.__all__)
    assert dir(taskrouter_kit) == sorted(taskrouter_kit.__all__)


def test_checkers_see_the_same_names() -> None:
    """The names for the checkers (TYPE_CHECKING) are those that load."""
    text = SOURCE.read_text(encoding="utf-8")
    seen = {line.rpartition(" as ")[2] for line in text.splitlines() if line.startswith("    from ") and " as " in line}
    assert seen == set(taskrouter_kit._EXPORTS)


def test_every_class_and_function_has_a_docstring() -> None:
    """What users meet is explained where it is."""
    silent = [
        name
        for name in taskrouter_kit.__all__
        if (inspect.isclass(value := getattr(taskrouter_kit, name)) or inspect.isfunction(value))
        and not inspect.getdoc(value)
    ]
    assert silent == []
