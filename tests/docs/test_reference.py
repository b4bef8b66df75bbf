"""docs/reference.md lists every public name, as the code says it."""

from __future__ import annotations

import importlib.util
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The program that writes the page."""
    spec = importlib.util.spec_from_file_location("generate_reference", ROOT / "docs" / "generate_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_generated_from_the_code(generator: ModuleType) -> None:
    """Whoever changes a public name or its docstring runs ``python docs/generate_reference.py``."""
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == generator.page()


def test_every_public_name_is_on_the_page_and_says_something(generator: ModuleType) -> None:
    """A name without a line of its own has no place in the docs."""
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for name in generator.PACKAGES:
        package = import_module(name)
        for public in package.__all__:
            if not public.startswith("__"):
                assert f"`{public}`" in page, f"{name}.{public}"
                assert generator.says(package, public).endswith((".", "?")), f"{name}.{public}"


def test_every_package_without_underscore_is_listed(generator: ModuleType) -> None:
    """A new public package chooses its place on the page, as a whole or by its names."""
    source = ROOT / "src" / "taskrouter_kit"
    found = {path.name.removesuffix(".py") for path in source.iterdir() if not path.name.startswith(("_", "py."))}
    faces = {"cli", "mypy_plugin", "pytest_plugin"}
    assert found - faces == {name.partition(".")[2] for name in generator.PACKAGES if "." in name}
