"""The front doors: complete, sorted, loadable, documented; the same names for Python and for the checkers."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

LAZY = ("taskrouter_kit", *(f"taskrouter_kit.{name}" for name in ("client", "deploy", "emulator", "expr", "models")))


@pytest.fixture(params=LAZY)
def package(request: pytest.FixtureRequest) -> ModuleType:
    """A package whose names are loaded when they are first used."""
    return import_module(request.param)


def test_every_public_name_loads(package: ModuleType) -> None:
    """Each name of ``__all__`` is what its module defines."""
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_the_list_is_sorted_and_is_what_dir_says(package: ModuleType) -> None:
    """``__all__`` is sorted, and so is the table it comes from; ``dir()`` returns it."""
    assert list(package.__all__) == sorted(package.__all__)
    assert list(package._EXPORTS) == sorted(package._EXPORTS)
    assert dir(package) == sorted(package.__all__)


def test_checkers_see_the_same_names(package: ModuleType) -> None:
    """The names for the checkers (TYPE_CHECKING) are those that load, from the same modules."""
    lines = [line.split() for line in Path(str(package.__file__)).read_text(encoding="utf-8").splitlines()]
    seen = {words[5]: words[1] for words in lines if words[:1] == ["from"] and words[4:5] == ["as"]}
    assert {name: module for name, module in seen.items() if name != "__version__"} == package._EXPORTS


def test_every_class_and_function_has_a_docstring(package: ModuleType) -> None:
    """What users meet is explained where it is."""
    values = {name: getattr(package, name) for name in package.__all__}
    silent = [
        name
        for name, value in values.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not inspect.getdoc(value)
    ]
    assert silent == []


def test_an_unknown_name_is_an_attribute_error(package: ModuleType) -> None:
    """As of any module, with the name and the module in it."""
    with pytest.raises(AttributeError) as refused:
        package.Workspce
    assert str(refused.value) == f"module {package.__name__!r} has no attribute 'Workspce'"
    assert (refused.value.name, refused.value.obj) == ("Workspce", package)
