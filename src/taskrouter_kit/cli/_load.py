"""``module:object`` -> the declared object: importing a user's file, with one clear error for each way to fail."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.cli._failing_module import failure, placed
from taskrouter_kit.errors import LoadError, TaskRouterKitError

T = TypeVar("T")


def load(reference: str, expected: type[T]) -> T:
    """Return the object that *reference* names: ``module:object`` or ``path/to/file.py:object``.

    The working directory is importable, and so is the folder of a file. Without ``:object`` the module's only
    *expected* is taken. Raises :class:`LoadError` when the module does not import, has no such object, or holds
    something else; what the library refuses in the module is raised as it is, with the line that it happened in.
    """
    source, name = _split(reference)
    module = _module(source, reference)
    if not name:
        return _only(module, expected, reference)
    found: object = module
    for part in name.split("."):
        if not hasattr(found, part):
            known = sorted(_own(module, expected))
            close = get_close_matches(name, known, n=1)
            hint = f"it has: {', '.join(known)}" if known else f"it has no {expected.__name__} at all"
            hint = f"did you mean {close[0]!r}? {hint[0].upper()}{hint[1:]}" if close else hint
            raise _error("no-such-object", f"{source} has no {name!r}.", reference, hint)
        found = getattr(found, part)
    if not isinstance(found, expected):
        message = f"{reference} is a {type(found).__name__}, not a {expected.__name__}."
        raise _error("wrong-type", message, reference, None)
    return found


def _split(reference: str) -> tuple[str, str]:
    """Return what to import and what to take from it; the colon of a drive (``C:\\centre.py``) is none of ours."""
    source, _, name = reference.rpartition(":")
    return (source, name) if all(part.isidentifier() for part in name.split(".")) and source else (reference, "")


def _only(module: object, expected: type[T], reference: str) -> T:
    found = _own(module, expected)
    if len(found) == 1:
        return next(iter(found.values()))
    names = ", ".join(sorted(found)) or "none"
    hint = f"write {reference}:NAME"
    raise _error("no-such-object", f"Which {expected.__name__} of {reference}? It has: {names}.", reference, hint)


def _own(module: object, expected: type[T]) -> dict[str, T]:
    """Return what *module* has of the kind, by name; classes that it imported are not its own."""
    found = {key: value for key, value in vars(module).items() if isinstance(value, expected)}
    if expected is not type:
        return found
    return {key: value for key, value in found.items() if value.__module__ == getattr(module, "__name__", None)}


def _module(source: str, reference: str) -> object:
    is_file = source.endswith(".py") or "/" in source or "\\" in source
    if not is_file and not all(part.isidentifier() for part in source.split(".")):
        hint = "write module:object, or path/to/file.py:object"
        raise _error("no-such-module", f"{source!r} is neither a module's name nor a file's.", reference, hint)
    folder = str(Path(source).parent) if is_file else ""
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return _from_file(Path(source), reference) if is_file else importlib.import_module(source)
    except LoadError:
        raise
    except TaskRouterKitError as error:
        raise placed(error) from error
    except ModuleNotFoundError as error:
        if error.name and not is_file and source.split(".")[0] == error.name.split(".")[0]:
            hint = "run it from the folder that holds the file, or give a path: path/to/file.py:object"
            raise _error("no-such-module", f"There is no module {source!r} here.", reference, hint) from error
        raise failure(source, error) from error
    except (Exception, SystemExit) as error:  # a user's module may raise anything; it is reported, not hidden
        raise failure(source, error) from error


def _from_file(path: Path, reference: str) -> object:
    if not path.is_file():
        what = "is a folder, not a Python file" if path.is_dir() else "is not there"
        hint = "write path/to/file.py:object"
        raise _error("no-such-module", f"The file {str(path)!r} {what}.", reference, hint)
    name = f"_taskrouter_kit_loaded_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise _error("no-such-module", f"{str(path)!r} is no Python file.", reference, None)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # annotations of the file's classes are resolved through sys.modules
    spec.loader.exec_module(module)
    return module


def _error(rule: str, message: str, reference: str, hint: str | None) -> LoadError:
    return LoadError(Diagnostic(rule, message, where=Where(path=reference), hint=hint))
