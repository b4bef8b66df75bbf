"""Write ``docs/reference.md`` from the package: ``python docs/generate_reference.py``.

Every public name has one line: what it promises (the first line of its docstring, or the ``#:`` comment above it) and
the first page of the docs that shows it. A test compares the page with what this prints, so a name without a line of
its own, or one that was removed, is seen.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"

#: The packages that have public names, in the order of a reader's way.
PACKAGES = (
    "taskrouter_kit",
    *(
        f"taskrouter_kit.{name}"
        for name in (
            *("expr", "models", "client", "deploy", "callbacks", "recipes", "testing"),
            *("emulator", "simulator", "errors"),
        )
    ),
)

#: Where names of a package are looked for before that.
_ITS_OWN = {
    "taskrouter_kit.callbacks": "callbacks",
    "taskrouter_kit.client": "client",
    "taskrouter_kit.deploy": "workspace",
    "taskrouter_kit.emulator": "emulator",
    "taskrouter_kit.expr": "meaning",
    "taskrouter_kit.recipes": "callbacks",
    "taskrouter_kit.simulator": "engine",
    "taskrouter_kit.testing": "emulator",
}

_FRONT = import_module(PACKAGES[0])

#: Where a name is looked for, best place first.
PAGES = (
    *("tutorial", "workspace", "attributes", "client", "callbacks", "emulator", "checking", "meaning", "language"),
    *("engine", "gotchas"),
)

#: What is used through its methods: how one gets it, and its class.
FACES = (
    ("taskrouter", "taskrouter_kit", "TaskRouter", ""),
    ("taskrouter.workspaces", "taskrouter_kit.client._sync._service", "Workspaces", ""),
    ("live", "taskrouter_kit.client", "LiveWorkspace", '`taskrouter.workspace("Support Center")`'),
    ("live.activities", "taskrouter_kit.client._sync._activities", "Activities", ""),
    ("live.task_channels", "taskrouter_kit.client._sync._task_channels", "TaskChannels", ""),
    ("live.task_queues", "taskrouter_kit.client._sync._task_queues", "TaskQueues", ""),
    ("live.workflows", "taskrouter_kit.client._sync._workflows", "Workflows", ""),
    ("live.workers", "taskrouter_kit.client._sync._workers", "Workers", ""),
    ("live.tasks", "taskrouter_kit.client._sync._tasks", "Tasks", ""),
    ("live.tasks.reservations(task)", "taskrouter_kit.client._sync._reservations", "TaskReservations", ""),
    ("live.workers.reservations(worker)", "taskrouter_kit.client._sync._reservations", "WorkerReservations", ""),
    ("live.events", "taskrouter_kit.client._sync._events", "Events", ""),
    ("callbacks", "taskrouter_kit.callbacks", "Callbacks", "`Callbacks(auth_token)`"),
    ("emulator", "taskrouter_kit.testing", "Emulator", "the fixture `taskrouter_emulator`, or `Emulator()`"),
    ("engine", "taskrouter_kit.simulator", "Engine", "`Engine(seed=7)`"),
)

_INTRODUCTION = """# Reference

Every public name, one line each, with the page that shows it in use.
It is generated from the code (`python docs/generate_reference.py`); a test keeps it true.
Signatures and the rest of each docstring are in the code: `help(taskrouter_kit.Workspace)`, or your editor.
The asynchronous face has the same methods, awaited.
"""


def page() -> str:
    """Return the whole page."""
    lines = [_INTRODUCTION.rstrip()]
    for name in PACKAGES:
        lines += ["", *_of_package(import_module(name))]
    lines += ["", "## What a client, callbacks and an emulator can do"]
    for how, module, name, where in FACES:
        lines += ["", *_of_class(how, getattr(import_module(module), name), where)]
    return "\n".join(lines) + "\n"


def _of_package(package: ModuleType) -> Iterable[str]:
    yield f"## `{package.__name__}`"
    yield ""
    yield _cell(_first_line(inspect.getdoc(package)))
    yield ""
    yield "| name | |"
    yield "|---|---|"
    again: list[str] = []
    for name in package.__all__:
        if name.startswith("__"):
            continue
        if package is not _FRONT and getattr(_FRONT, name, None) is getattr(package, name):
            again.append(name)
        else:
            here = (
                _linked(name, package) if getattr(_FRONT, name, None) in (None, getattr(package, name)) else f"`{name}`"
            )
            yield f"| {here} | {_cell(says(package, name))} |"
    if again:
        yield ""
        yield f"Here too: {', '.join(f'`{name}`' for name in again)}."


def _of_class(how: str, cls: type, where: str) -> Iterable[str]:
    yield f"### `{how}`"
    yield ""
    yield _cell(_first_line(inspect.getdoc(cls))) + (f" From {where}." if where else "")
    yield ""
    yield "| | |"
    yield "|---|---|"
    for name in sorted(dir(cls)):
        member = inspect.getattr_static(cls, name)
        if not name.startswith("_") and (callable(member) or isinstance(member, property | classmethod)):
            called = "" if isinstance(member, property) else "()"
            yield f"| `.{name}{called}` | {_cell(_first_line(inspect.getdoc(getattr(cls, name))))} |"


def says(package: ModuleType, name: str) -> str:
    """Return what *name* promises: the ``#:`` comment above it, or the first line of its docstring."""
    value: object = getattr(package, name)
    if inspect.isclass(value) or inspect.isroutine(value) or inspect.ismodule(value):
        return _comment(package, name) or _first_line(inspect.getdoc(value))
    return _comment(package, name) or _first_line(inspect.getdoc(type(value)))


def _comment(package: ModuleType, name: str) -> str:
    """Return the ``#:`` comment above the definition of *name*, if there is one."""
    lines, body = _parsed(str(import_module(_home(package, name)).__file__))
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            said: list[str] = []
            above = node.lineno - 2
            while above >= 0 and lines[above].startswith("#: "):
                said.insert(0, lines[above].removeprefix("#: "))
                above -= 1
            return " ".join(said)
    return ""


def _home(package: ModuleType, name: str) -> str:
    """Return the module that defines *name*, as the package's own imports say."""
    return _homes(str(package.__file__)).get(name, package.__name__)


@cache
def _homes(file: str) -> dict[str, str]:
    """Return the names that *file* imports, with their modules."""
    imports = [node for node in ast.walk(ast.Module(_parsed(file)[1], [])) if isinstance(node, ast.ImportFrom)]
    return {each.asname or each.name: str(node.module) for node in imports for each in node.names}


@cache
def _parsed(file: str) -> tuple[list[str], list[ast.stmt]]:
    """Return the lines of *file*, and its statements."""
    text = Path(file).read_text(encoding="utf-8")
    return text.splitlines(), ast.parse(text).body


def _linked(name: str, package: ModuleType) -> str:
    shown = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    for each in (_ITS_OWN.get(package.__name__, PAGES[0]), *PAGES):
        if shown.search(_code_of(each)):
            return f"[`{name}`]({each}.md)"
    return f"`{name}`"


@cache
def _code_of(page: str) -> str:
    """Return the snippets of a page, and what stands between backticks in it."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return "\n".join([*re.findall(r"```python\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])


def _first_line(doc: str | None) -> str:
    return (doc or "").partition("\n\n")[0].replace("\n", " ")


def _cell(text: str) -> str:
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`").replace("|", "\\|")


if __name__ == "__main__":
    (DOCS / "reference.md").write_text(page(), encoding="utf-8")
