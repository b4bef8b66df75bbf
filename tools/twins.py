"""Writes the asynchronous face of the client from the blocking one, so that the twins cannot drift.

``python tools/twins.py`` rewrites ``src/taskrouter_kit/client/_async``; a test fails when that would change a file.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "src" / "taskrouter_kit" / "client"

_WORDS = [
    ("taskrouter_kit.client._sync", "taskrouter_kit.client._async"),
    ("the blocking one's", "the asynchronous one's"),
    ("blocking", "asynchronous"),
    ("Blocking", "Asynchronous"),
]
_NAMES = [
    *("Pager", "Service", "LiveWorkspace", "Workspaces", "Activities", "TaskChannels", "TaskQueues", "Workflows"),
    *("Workers", "WorkerChannels", "Tasks", "TaskReservations", "WorkerReservations", "Collection", "Performer"),
    *("Events", "Send", "Changing", "Declaring", "Offers"),
]

#: Methods that ask for nothing themselves.
_PLAIN = {
    "__init__",
    "_pager",
    "_below",
    "_work",
    "walk",
    "policy",
    "workspace",
    "workspaces",
    "with_options",
    "events",
}


def asynchronous(source: str) -> str:
    """Return the asynchronous twin of a module of the blocking face."""
    for old, new in _WORDS:
        source = source.replace(old, new)
    for name in _NAMES:
        source = re.sub(rf'(?<![\w."])(?<!``){name}\b(?!`)(?!")', f"Async{name}", source)
    source = source.replace("import drive", "import adrive").replace(", drive", ", adrive")
    source = source.replace("return drive(", "return await adrive(")
    source = source.replace("return self._perform(", "return await self._perform(")
    source = source.replace("return self._perform.bulk(", "return await self._perform.bulk(")
    source = source.replace("import run\n", "import arun\n").replace("return run(", "return await arun(")
    return re.sub(r"^( +)def (\w+)\((.*?)\) -> (.*?):( \.\.\.)?$", _signature, source, flags=re.MULTILINE | re.DOTALL)


def _signature(found: re.Match[str]) -> str:
    text = found.group(0)
    result = found.group(4)
    name = found.group(2)
    if name in _PLAIN or re.match(r"Async(Pager|WorkerChannels|TaskReservations|WorkerReservations)\b", result):
        return text
    return text.replace("def ", "async def ", 1)


def twins() -> dict[Path, str]:
    """Return what each module of the asynchronous face should hold."""
    return {
        CLIENT / "_async" / source.name: _formatted(asynchronous(source.read_text("utf-8")))
        for source in sorted((CLIENT / "_sync").glob("*.py"))
    }


def _formatted(source: str) -> str:
    for arguments in (["check", "--select", "I", "--fix", "-q"], ["format", "-q"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", "src/twin.py", "-"]
        done = subprocess.run(command, input=source, text=True, capture_output=True, check=True, cwd=ROOT)
        source = done.stdout
    return source


if __name__ == "__main__":
    for path, text in twins().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
