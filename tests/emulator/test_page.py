"""The page at `/`, as a browser shows it. Runs where Chromium is installed."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from emulator.asking import Desk
from taskrouter_kit.emulator import ServerThread
from taskrouter_kit.emulator._delivery import Answer

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell")
ODD_NAME = '<img src=x onerror=document.title=1> & "Söhne"'

pytestmark = pytest.mark.network


class Shown:
    """A desk with two tasks, and what the browser makes of it."""

    def __init__(self, browser: str, profile: Path) -> None:
        self._browser = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        self.desk = Desk().routed()
        self.desk.make("/Workers", FriendlyName=ODD_NAME)
        self.desk.make("/TaskQueues", FriendlyName="Nobody's", TargetWorkers="level > 9")
        self.assigned = self.desk.accepted()
        self.waiting = self.desk.make("/Tasks", Attributes='{"subject":"<b>Rechnung</b>"}')["sid"]

    def open(self, url: str) -> str:
        """Return the document at *url* after three seconds of the browser's own time."""
        command = [*self._browser, "--virtual-time-budget=3000", "--dump-dom", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout


def words(document: str) -> str:
    """Return the words of *document*, each cell apart."""
    return html.unescape(re.sub(r"\s*<[^>]*>\s*", " | ", document))


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    browser = os.environ.get("TASKROUTER_KIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip("no Chromium is installed: none of " + ", ".join(NAMES) + "; TASKROUTER_KIT_CHROMIUM can name one")
    return Shown(browser, tmp_path)


def section(document: str, begin: str, end: str) -> str:
    return words(document.split(begin, 1)[1].split(end, 1)[0])


def test_the_page_in_a_browser(shown: Shown) -> None:
    """Queues with waiting tasks, workers with activity and load, tasks: all as text, whatever it contains."""
    with ServerThread(shown.desk.backend) as server:
        document = shown.open(server.url)
    queues, workers = section(document, "Task queues", "<h3>Workers"), section(document, "<h3>Workers", "<h3>Tasks")
    tasks = section(document, "<h3>Tasks", "<section")
    assert re.search(r"\| All [| ]+1==1 [| ]+1 / 2 [| ]+1 [| ]+0 s [| ]+" + shown.waiting[:8], queues)
    assert re.search(r"\| Nobody's [| ]+level > 9 [| ]+0 / 0 [| ]+0 ", queues)
    assert re.search(r"\| Alice [| ]+Available [| ]+default 1/1 [| ]+" + shown.assigned[:8], workers)
    assert html.escape(ODD_NAME, quote=False) in document
    assert "<title>TaskRouter emulator</title>" in document
    assert re.search(shown.waiting[:8] + r"… [| ]+pending [| ]+All [| ]+default [| ]+0 [| ]+0 s ", tasks)
    assert '{"subject":"<b>Rechnung</b>"}' in tasks
    assert re.search(shown.assigned[:8] + r"… [| ]+assigned .*\| Alice \|", tasks)
    assert "<h3>Debugger" not in document


def test_what_went_wrong_in_a_browser(shown: Shown) -> None:
    """Callbacks with what came back, and what the debugger says of a task, are on the page, newest first."""
    desk, backend = shown.desk, shown.desk.backend
    backend.functions.serve("https://app.example", lambda url, headers, body: Answer(500))
    for workflow in desk.list("/Workflows", "workflows"):
        desk.post(f"/Workflows/{workflow['sid']}", AssignmentCallbackUrl="https://app.example/assignment?<b>")
    desk.post(f"/Tasks/{shown.assigned}", AssignmentStatus="completed")
    with ServerThread(backend) as server:
        document = words(shown.open(server.url))
    assert re.search(r"Callbacks, newest first.*assignment [| ]+https://app.example/assignment\?<b> [| ]+500", document)


def test_what_fails_in_the_emulator_in_a_browser(shown: Shown) -> None:
    """What went wrong in the emulator itself is on top of the page, with when it was; without it nothing is there."""
    with ServerThread(shown.desk.backend) as server:
        before = shown.open(server.url)
        shown.desk.backend.troubles.note("timers could not be fired", RuntimeError("<b>broken</b>"))
        after = words(shown.open(server.url))
    assert '<p id="troubles" class="bad" hidden=""></p>' in before
    said = "At 2026-01-05T09:00:00Z timers could not be fired (RuntimeError: <b>broken</b>); see the log."
    assert said in after


def test_a_trace_in_a_browser(shown: Shown) -> None:
    """An address with a task shows the trace of it, with the reason for each worker that cannot take it."""
    with ServerThread(shown.desk.backend) as server:
        there = words(shown.open(f"{server.url}/#{shown.waiting}"))
        gone = words(shown.open(f"{server.url}/#WT{'0' * 32}"))
    assert "Alice has no capacity left on the channel default (1 of 1 in use)" in there
    assert "This task is gone" in gone
