"""What a user's module raised while it was imported -> one error with the line of the user's own code."""

from __future__ import annotations

import builtins
import inspect
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from attrs import evolve

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import LoadError, TaskRouterKitError

E = TypeVar("E", bound=TaskRouterKitError)

#: Folders whose code is not the user's: the standard library, what is installed, and this package.
_NOT_THE_USERS = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parents[1]),
)
_NO_SUCH_IMPORT = re.compile(r"cannot import name '(\w+)' from")
_NO_SUCH_KEYWORD = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")


def placed(error: E) -> E:
    """Return *error* with its findings placed at the line of the user's code that it came from."""
    line = _line(error)
    if line is not None:
        found = tuple(evolve(each, where=evolve(each.where, file=line)) for each in error.diagnostics)
        error.diagnostics, error.args = found, (found,)
    return error


def failure(source: str, error: BaseException) -> LoadError:
    """Return what is said when the module *source* raised *error*."""
    hint: str | None = None
    if isinstance(error, SystemExit):
        message = f"{source} ends the program while it is imported."
        hint = 'put what it runs under if __name__ == "__main__":'
    elif isinstance(error, ModuleNotFoundError):
        message = f"{source} needs {error.name!r}, which is not installed."
    elif isinstance(error, SyntaxError):
        return _unreadable(source, error)
    else:
        said = str(error).partition(". Did you mean")[0]  # newer interpreters propose too, and the hint does so for all
        message = f"{source} does not import: {type(error).__name__}: {said}"
        hint = _did_you_mean(error)
    line = _line(error)
    where = Where(file=line) if line else Where(path=source)
    return LoadError(Diagnostic("module-fails", message, where=where, hint=hint))


def _unreadable(source: str, error: SyntaxError) -> LoadError:
    where = Where(file=_shown(error.filename or source))
    if error.text is not None and error.lineno is not None:
        line = error.text.rstrip("\n")
        start = min(max((error.offset or 1) - 1, 0), len(line))
        text = "\n" * (error.lineno - 1) + line
        where = evolve(where, text=text, span=(len(text) - len(line) + start, len(text) - len(line) + start + 1))
    return LoadError(Diagnostic("module-fails", f"{source} is not Python: {error.msg}.", where=where))


def _line(error: BaseException) -> str | None:
    """Return ``file:line`` of the innermost code of the user's own, or None where there is none."""
    users = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(("<", *_NOT_THE_USERS))
    ]
    return f"{_shown(users[-1].filename)}:{users[-1].lineno}" if users else None


def _shown(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def _did_you_mean(error: BaseException) -> str | None:
    known: Iterable[str] = ()
    name: str | None = None
    if isinstance(error, AttributeError):
        name, known = error.name, dir(error.obj)
    elif isinstance(error, NameError):
        name, known = error.name, [*_globals(error), *dir(builtins)]
    elif isinstance(error, TypeError) and (found := _NO_SUCH_KEYWORD.match(str(error))):
        name, known = found[2], _keywords(_globals(error).get(found[1]))
    elif isinstance(error, ImportError) and (found := _NO_SUCH_IMPORT.match(str(error))):
        name, known = found[1], dir(sys.modules.get(error.name or ""))
    close = get_close_matches(name, list(known), n=1) if name else []
    return f"did you mean {close[0]!r}?" if close else None


def _globals(error: BaseException) -> Mapping[str, object]:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1].f_globals if frames else {}


def _keywords(called: object) -> Iterable[str]:
    return inspect.signature(called).parameters if isinstance(called, type) else ()
