"""Wrong centres, each with one thing a newcomer gets wrong: what the command line says, whole, and its exit code."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from taskrouter_kit.cli.__main__ import main

START = """\
from typing import Literal
from taskrouter_kit import *

class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "technical"]]]
    level: Attr[int]

available = Activity("Available", available=True)
everyone = TaskQueue("Default", every_worker())
billing = TaskQueue("Billing", Agent.skills.has("billing"))
"""
CASES = {
    "a misspelt argument": (
        'center = Workspace("C", activites=[available])',
        """\
        centre.py does not import: TypeError: Workspace.__init__() got an unexpected keyword argument 'activites'
          at centre.py:11
          hint: did you mean 'activities'?
        """,
    ),
    "a misspelt attribute": (
        'center = Workspace("C", task_queues=[TaskQueue("Q", Agent.skils.has("billing"))])',
        """\
        centre.py does not import: AttributeError: type object 'Agent' has no attribute 'skils' [module-fails]
          at centre.py:11
          hint: did you mean 'skills'?
        """,
    ),
    "a misspelt name": (
        'center = Workspace("C", activities=[availble])',
        """\
        centre.py does not import: NameError: name 'availble' is not defined [module-fails]
          at centre.py:11
          hint: did you mean 'available'?
        """,
    ),
    "a misspelt import": (
        "from taskrouter_kit import Workspce",
        """\
        centre.py does not import: ImportError: cannot import name 'Workspce' from 'taskrouter_kit'
          at centre.py:11
          hint: did you mean 'Workspace'?
        """,
    ),
    "a package that is not there": (
        "import nowhere_to_be_found",
        """\
        centre.py needs 'nowhere_to_be_found', which is not installed. [module-fails]
          at centre.py:11
        """,
    ),
    "no Python": (
        'center = Workspace("C"',
        """\
        centre.py is not Python: '(' was never closed. [module-fails]
          at centre.py 11:19
            center = Workspace("C"
                              ^
        """,
    ),
    "a program": (
        "raise SystemExit(3)",
        """\
        centre.py ends the program while it is imported. [module-fails]
          at centre.py:11
          hint: put what it runs under if __name__ == "__main__":
        """,
    ),
    "a queue and activities that nobody declared": (
        'center = Workspace("C", default_activity=available, workflows=[Workflow("R", [], billing)],'
        ' workers=[Worker("Al", activity=available, capacity={"fax": 1})])',
        """\
        The workspace does not declare the activity 'Available'. [undeclared-activity]
          at centre.py:11: Workspace 'C'.default_activity
          hint: add it to activities=

        The workspace does not declare the queue 'Billing'. [undeclared-queue]
          at centre.py:11: Workspace 'C'.workflows['R']
          hint: add it to task_queues=

        The workspace does not declare the activity 'Available'. [undeclared-activity]
          at centre.py:11: Workspace 'C'.workers['Al'].activity
          hint: add it to activities=

        Nobody declared a task channel 'fax'. [undeclared-channel]
          at centre.py:11: Workspace 'C'.workers['Al'].capacity
          hint: declare TaskChannel('fax') in task_channels=, or use one of: chat, default, sms, video, voice
        """,
    ),
    "another queue of the same name": (
        'center = Workspace("C", task_queues=[billing],'
        ' workflows=[Workflow("R", [], TaskQueue("Billing", every_worker()))])',
        """\
        The workspace declares another queue 'Billing' than the one that is meant here. [undeclared-queue]
          at centre.py:11: Workspace 'C'.workflows['R']
          hint: use one object for both: the one in task_queues=
        """,
    ),
    "names twice": (
        'center = Workspace("C", task_queues=[billing, TaskQueue("Billing", every_worker())],'
        ' workers=[Worker("al"), Worker("AL")])',
        """\
        Workers 'al' and 'AL' differ only in case, which TaskRouter ignores. [duplicate-name]
          at centre.py:11: Workspace 'C'.workers
          hint: rename one of them

        Two task queues are called 'Billing'. [duplicate-name]
          at centre.py:11: Workspace 'C'.task_queues
          hint: rename one of them
        """,
    ),
    "a hyphen": (
        'queue = TaskQueue("Q", worker.number("skill-level") > 3)',
        """\
        TaskRouter's expressions cannot refer to a name with a hyphen: 'skill-level'. [invalid-name]
          at centre.py:11: skill-level
          hint: call the attribute 'skill_level'
        """,
    ),
    "a text that TaskRouter would refuse": (
        'queue = TaskQueue("Q", parse("level > 3 && vip", place="target_workers"))',
        """\
        '&&' is no operator of TaskRouter. [symbol-and]
          at centre.py:11 1:11
            level > 3 && vip
                      ^^
          hint: write AND
        """,
    ),
    "attributes that do not fit": (
        'al = Worker("Al", Agent(skills=["biling"], level="3"))',
        """\
        'skills' does not fit: it is none of the values that the schema allows. [attribute-misfit]
          at centre.py:11: $.skills[0]

        'level' does not fit: expected a whole number, got a text. [attribute-misfit]
          at centre.py:11: $.level
        """,
    ),
    "attributes by another name": (
        'al = Worker("Al", Agent(skill=["billing"], level=3))',
        """\
        Agent has no attribute 'skill'. [unknown-attribute]
          at centre.py:11: $.skill
          hint: known: skills, level

        Agent needs 'skills'. [missing-attribute]
          at centre.py:11: $.skills
        """,
    ),
    "texts where things are wanted": (
        'filters = [Filter("B", "department == 1", ["Default"])]',
        """\
        Expected a condition; got 'department == 1'. [not-a-condition]
          at centre.py:11: Filter 'B'.expression
          hint: an existing text becomes a condition with parse(text, place=…)

        Expected a Target; got 'Default'. [wrong-type]
          at centre.py:11: Filter 'B'.targets[0]
          hint: wrap the queue: Target(queue)
        """,
    ),
    "no wait and no priority": (
        "target = Target(everyone, timeout=0, priority=-1)",
        """\
        Expected a whole number of at least 1 seconds; got 0. [invalid-number]
          at centre.py:11: Target('Default').timeout
          hint: leave it out to wait without a limit

        Expected a whole number from 0 to 2147483647; got -1. [invalid-number]
          at centre.py:11: Target('Default').priority
        """,
    ),
    "and for &": (
        'queue = TaskQueue("Q", Agent.skills.has("billing") and Agent.level > 3)',
        """\
        centre.py does not import: TypeError: A condition has no truth value here: it is evaluated by TaskRouter.
          at centre.py:11
        """,
    ),
    "another thing": (
        "center = [Workspace('C')]",
        """\
        centre.py:center is a list, not a Workspace. [wrong-type]
          at centre.py:center
        """,
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_one_clear_error(
    case: str, verb: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All problems at once, each with its line and what to do; no traceback, nothing on stdout, exit code 2."""
    text, expected = CASES[case]
    monkeypatch.chdir(tmp_path)
    Path("centre.py").write_text(START + text + "\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main([verb, "centre.py:center", "--local"])
    out, err = capsys.readouterr()
    assert (stopped.value.code, out) == (2, "")
    wanted = dedent(expected).splitlines()
    said = err.splitlines()
    assert said[0].startswith(wanted[0])  # an import error goes on with the interpreter's own path
    assert said[1:] == wanted[1:]


def test_the_line_is_that_of_the_users_own_module(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may import its neighbours, and a mistake in one of them is placed there."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "neighbour_of_centre.py").write_text("\nfrom taskrouter_kit import *\nActivity('')\n")
    (tmp_path / "sub" / "centre.py").write_text("import neighbour_of_centre\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["plan", "sub/centre.py", "--local"])
    line = str(Path("sub") / "neighbour_of_centre.py")
    assert f"  at {line}:3\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("", "'' is neither a module's name nor a file's. [no-such-module]"),
        ("a-b:center", "'a-b' is neither a module's name nor a file's. [no-such-module]"),
        (r"C:\missing.py:center", r"The file 'C:\\missing.py' is not there. [no-such-module]"),
        ("missing.py:center", "The file 'missing.py' is not there. [no-such-module]"),
        ("./:center", "The file '.' is a folder, not a Python file. [no-such-module]"),
        ("missing_module:center", "There is no module 'missing_module' here. [no-such-module]"),
    ],
)
def test_what_names_no_module(reference: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A reference that leads nowhere is told how to be written."""
    with pytest.raises(SystemExit) as stopped:
        main(["plan", reference, "--local"])
    err = capsys.readouterr().err
    assert stopped.value.code == 2
    assert err.startswith(said + "\n")
    assert "path/to/file.py:object" in err
