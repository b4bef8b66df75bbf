"""When the store fails: a disk that is full, a file that is gone or damaged; what is not kept is not acknowledged."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from emulator.asking import Desk
from emulator.center import Center
from taskrouter_kit.emulator import Answer, Backend, Store
from taskrouter_kit.emulator._store_failures import StoreFailed
from taskrouter_kit.errors import LoadError


def full(store: Store, pages: int = 0) -> None:
    """Let the disk of *store* be full (or not any more, with many pages)."""
    connection: sqlite3.Connection = store._connection
    connection.execute(f"PRAGMA max_page_count={pages or connection.execute('PRAGMA page_count').fetchone()[0]}")


def test_a_full_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be kept is not acknowledged; reading goes on; with room again everything is kept, in its order."""
    store = Store(tmp_path / "a.sqlite")
    desk = Desk(backend=Backend(store=store)).routed(worker=False)
    full(store)
    text = json.dumps({"x": "y" * 3_500})
    kept: list[str] = []
    for _ in range(50):
        answer = desk.post("/Tasks", Attributes=text)
        if answer.status != 201:
            break
        kept.append(answer.json["sid"])
    assert answer.refusal[:2] == (500, 20500)
    assert "could not be kept" in answer.refusal[2]
    assert desk.post("/Tasks", Attributes=text).refusal[:2] == (503, 20503)
    assert desk.get("/Tasks").status == 200
    assert len(desk.backend.troubles.latest) >= 1
    assert "the store" in caplog.text
    full(store, 1_000_000)
    kept.append(desk.make("/Tasks")["sid"])
    expected = desk.backend.save()
    desk.backend.close()
    again = Backend(store=Store(tmp_path / "a.sqlite"))
    assert again.save() == expected
    ((_, workspace),) = again.workspaces()
    assert set(kept) <= set(workspace.tasks)
    again.close()


def test_timers_on_a_full_disk(tmp_path: Path) -> None:
    """Time goes on although its passing cannot be kept; it is kept as soon as there is room."""
    store = Store(tmp_path / "a.sqlite")
    desk = Desk(backend=Backend(store=store)).routed()
    task = desk.make("/Tasks")["sid"]
    store._connection.execute("PRAGMA query_only=1")
    desk.backend.advance(121)
    assert desk.status(task) == "pending"
    assert desk.post("/Tasks").refusal[0] == 503
    store._connection.execute("PRAGMA query_only=0")
    desk.make("/Tasks")
    expected = desk.backend.save()
    desk.backend.close()
    again = Backend(store=Store(tmp_path / "a.sqlite"))
    assert again.save() == expected
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone(tmp_path: Path, replaced: bool) -> None:
    """Nothing is acknowledged that is written into a file which nobody would find again."""
    path = tmp_path / "a.sqlite"
    desk = Desk(backend=Backend(store=Store(path))).routed()
    path.unlink()
    if replaced:
        path.write_bytes(b"")
    statuses = [desk.post("/Tasks").refusal[:2] for _ in range(2)]
    assert statuses == [(500, 20500), (503, 20503)]
    assert desk.get("/Tasks").status == 200
    desk.backend.close()


def test_another_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that was named by a relative path is found again wherever the process goes."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(backend=Backend(store=Store("a.sqlite"))).routed()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    desk.make("/Tasks")
    desk.backend.close()


def test_after_the_end(tmp_path: Path) -> None:
    """A backend whose store was closed makes no change that would be lost."""
    desk = Desk(backend=Backend(store=Store(tmp_path / "a.sqlite"))).routed()
    desk.make("/Tasks")
    desk.backend.close()
    assert desk.post("/Tasks").refusal == (503, 20503, "Nothing was done: the store is closed")
    desk.backend.advance(121)
    assert desk.get("/Tasks").status == 200
    desk.backend.close()


def test_opening_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that cannot be made smaller is opened as it is, and nothing of it is lost."""
    desk = Desk(backend=Backend(store=Store(tmp_path / "a.sqlite"))).routed()
    expected = desk.backend.save()
    desk.backend.close()

    def refuse(store: Store, snapshot: object) -> None:
        raise StoreFailed("the store cannot be written: the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "replace", refuse)
        for _ in range(2):
            desk.backend = Backend(store=Store(tmp_path / "a.sqlite"))
            assert desk.backend.save() == expected
            assert desk.backend.troubles.latest[0].doing == "the store could not be made smaller"
            desk.backend.close()
    again = Backend(store=Store(tmp_path / "a.sqlite"))
    assert again.save() == expected
    again.close()


def test_an_answer_on_a_full_disk(tmp_path: Path) -> None:
    """What the answer of a callback does and the store cannot take spoils no request: it is told, and kept later."""
    store = Store(tmp_path / "a.sqlite")
    center = Center(backend=Backend(store=store))

    def answer(form: dict[str, str]) -> Answer:
        store._connection.execute("PRAGMA query_only=1")
        return Answer(200, {"Content-Type": "application/json"}, b'{"instruction": "accept"}')

    center.serve("/assignment", answer)
    task = center.task()
    assert center.workspace.tasks(task.sid).fetch().assignment_status == "assigned"
    (trouble,) = center.backend.troubles.latest
    assert trouble.doing == "what came of a callback could not be kept"
    store._connection.execute("PRAGMA query_only=0")
    center.workspace.update(friendly_name="There is room again")
    expected = center.backend.save()
    center.backend.close()
    again = Backend(store=Store(tmp_path / "a.sqlite"))
    assert again.save() == expected
    again.close()


@pytest.mark.parametrize("change", ["reset", "load"])
def test_what_cannot_be_replaced_stays(tmp_path: Path, change: str) -> None:
    """A reset or a snapshot that the store cannot take changes nothing, and says why."""
    store = Store(tmp_path / "a.sqlite")
    desk = Desk(backend=Backend(store=store)).routed()
    before = desk.backend.save()
    store._connection.execute("PRAGMA query_only=1")
    if change == "reset":
        answer = desk.ask("POST", "/_admin/reset")
    else:
        document = json.dumps({**before, "accounts": {}}).encode()
        answer = desk.ask("POST", "/_admin/snapshot", document, headers={"content-type": "application/json"})
    assert (answer.status, answer.json["error"].partition(":")[0]) == (500, "the store cannot be written")
    assert desk.backend.save() == before
    desk.backend.close()


def test_refused_answers_are_remembered(tmp_path: Path) -> None:
    """What the debugger says of a callback's answer is there when the store is opened again."""
    center = Center(backend=Backend(store=Store(tmp_path / "a.sqlite")))
    center.serve("/assignment", lambda form: Answer(200, {"Content-Type": "text/plain"}, b"accept"))
    center.task()
    (account,) = center.backend.accounts
    expected = list(account.engine.machine.debugger)
    assert [each.code for each in expected] == [40000]
    center.backend.close()
    for _ in range(2):
        again = Backend(store=Store(tmp_path / "a.sqlite"))
        (account,) = again.accounts
        assert list(account.engine.machine.debugger) == expected
        again.close()


@pytest.mark.parametrize(
    ("table", "document"),
    [
        ("commands", "{"),
        ("commands", "[]"),
        ("commands", '{"account": "AC1", "now": 1, "command": "Dance"}'),
        (
            "commands",
            '{"account": "AC1", "now": 1, "command": "DeleteTask", "workspace_sid": "WS1", "task_sid": "WT1"}',
        ),
        ("commands", '{"now": 1}'),
        ("snapshot", "{}"),
        ("snapshot", '{"format": "taskrouter-kit emulator 1", "now": 1, "accounts": {"AC1": {}}}'),
    ],
)
def test_a_damaged_store(tmp_path: Path, table: str, document: str) -> None:
    """A store whose content cannot be read or repeated is one clear error that names the file, which stays as it is."""
    path = tmp_path / "a.sqlite"
    Store(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"INSERT INTO {table} VALUES (1, ?)", (document,))
    connection.commit()
    connection.close()
    store = Store(path)
    with pytest.raises(LoadError) as caught:
        Backend(store=store)
    (finding,) = caught.value.diagnostics
    assert (finding.rule, finding.where.file) == ("unusable-store", str(path))
    store.close()
