"""The front doors: complete, sorted, loadable, documented; the same names for Python and for the checkers."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from taskrouter_kit import AsyncTaskRouter, TaskRouter

LAZY = ("taskrouter_kit", *(f"taskrouter_kit.{name}" for name in ("client", "deploy", "emulator", "expr", "models")))
EAGER = tuple(f"taskrouter_kit.{name}" for name in ("callbacks", "errors", "recipes", "simulator", "testing"))


@pytest.fixture(params=LAZY)
def lazy(request: pytest.FixtureRequest) -> ModuleType:
    """A package whose names are loaded when they are first used."""
    return import_module(request.param)


@pytest.fixture(params=[*LAZY, *EAGER])
def package(request: pytest.FixtureRequest) -> ModuleType:
    """A package that users import from."""
    return import_module(request.param)


def _exported(package: ModuleType) -> dict[str, str]:
    """Return the names that *package* takes over for its users (``from x import name as name``), with their modules."""
    lines = [line.split() for line in Path(str(package.__file__)).read_text(encoding="utf-8").splitlines()]
    return {words[5]: words[1] for words in lines if words[:1] == ["from"] and words[4:5] == ["as"]}


def test_every_public_name_loads(package: ModuleType) -> None:
    """Each name of ``__all__`` is what its module defines."""
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_the_list_is_sorted(package: ModuleType) -> None:
    """``__all__`` is sorted and says nothing twice."""
    assert list(package.__all__) == sorted(set(package.__all__))


def test_the_list_is_complete(package: ModuleType) -> None:
    """What a package takes over for its users, and what it defines without an underscore, is in ``__all__``."""
    defined = {name for name, value in vars(package).items() if getattr(value, "__module__", "") == package.__name__}
    public = {name for name in {*_exported(package), *defined} if not name.startswith("_")}
    assert public - set(package.__all__) == set()


def test_a_lazy_list_is_what_dir_says(lazy: ModuleType) -> None:
    """The table that the list comes from is sorted too; ``dir()`` returns the list."""
    assert list(lazy._EXPORTS) == sorted(lazy._EXPORTS)
    assert dir(lazy) == sorted(lazy.__all__)


def test_checkers_see_the_same_names(lazy: ModuleType) -> None:
    """The names for the checkers (TYPE_CHECKING) are those that load, from the same modules."""
    exported = _exported(lazy)
    exported.pop("__version__", None)
    assert exported == lazy._EXPORTS


def test_every_class_and_function_has_a_docstring(package: ModuleType) -> None:
    """What users meet is explained where it is."""
    values = {name: getattr(package, name) for name in package.__all__}
    silent = [
        name
        for name, value in values.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not value.__doc__  # inherited ones do not count
    ]
    assert silent == []


def test_the_two_faces_offer_the_same() -> None:
    """``TaskRouter`` and ``AsyncTaskRouter``: the same names with the same parameters; only what waits is awaited."""

    def offered(face: type) -> dict[str, list[tuple[str, object, object]]]:
        found = {name: getattr(face, name) for name in dir(face) if not name.startswith("_")}
        signatures = {name: inspect.signature(value) for name, value in found.items() if callable(value)}
        signatures["__init__"] = inspect.signature(face)
        return {
            name: [(each.name, each.kind, each.default) for each in signature.parameters.values()]
            for name, signature in signatures.items()
        }

    blocking, awaited = offered(TaskRouter), offered(AsyncTaskRouter)
    assert blocking == awaited
    assert {"plan", "apply", "local", "from_env", "workspace", "close", "with_options"} <= set(blocking)
    assert inspect.iscoroutinefunction(AsyncTaskRouter.plan)
    assert not inspect.iscoroutinefunction(TaskRouter.plan)


def test_an_unknown_name_is_an_attribute_error(lazy: ModuleType) -> None:
    """As of any module, with the name and the module in it."""
    with pytest.raises(AttributeError) as refused:
        lazy.Workspce
    assert str(refused.value) == f"module {lazy.__name__!r} has no attribute 'Workspce'"
    assert (refused.value.name, refused.value.obj) == ("Workspce", lazy)
