"""``events``: recorded events into handlers, and live ones by asking."""

from __future__ import annotations

import io
import json
import time
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import Activity, TaskQueue, Workflow, Workspace, every_worker
from taskrouter_kit._taskrouter import TaskRouter
from taskrouter_kit.callbacks import follow
from taskrouter_kit.cli import _events as commands
from taskrouter_kit.cli.__main__ import main
from taskrouter_kit.cli._events import line_of
from taskrouter_kit.testing import Emulator, FaultRule

HANDLERS = """
from taskrouter_kit.callbacks import Callbacks, Event
callbacks = Callbacks("token")

@callbacks.on(Event)
def every(event: Event) -> None:
    if event.event_type == "task.deleted":
        raise RuntimeError
"""
EVENTS = [
    {"EventType": "task.created", "TaskSid": "WT" + "1" * 32, "TimestampMs": "1767603600250", "TaskAttributes": "{}"},
    {"event_type": "task.deleted", "event_data": {"task_sid": "WT" + "2" * 32}},
]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    captured = capsys.readouterr()
    return int(stopped.value.code or 0), captured.out, captured.err


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "handlers.py").write_text(HANDLERS, encoding="utf-8")
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(each) for each in EVENTS), encoding="utf-8")
    (tmp_path / "list.json").write_text(json.dumps(EVENTS, indent=1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["lines.jsonl", "list.json"])
def test_replay_prints_or_gives_to_handlers(files: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without handlers each event is a line; with them failures are counted and the exit code is 1."""
    code, out, _ = run(capsys, "events", "replay", str(files / name))
    assert (code, out) == (
        0,
        f"09:00:00.250  task.created  WT{'1' * 32}\n(no time)     task.deleted  WT{'2' * 32}\n",
    )
    code, out, _ = run(capsys, "events", "replay", str(files / name), "--to", f"{files / 'handlers.py'}:callbacks")
    assert (code, out) == (1, "1 handled, 1 failed.\n")


def test_replay_in_order(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page of the REST API has the newest first; --in-order begins with the oldest, and needs to know the times."""
    page = {"events": [{"event_type": f"task.{kind}", "event_date": f"2026-01-05T09:00:0{at}Z"} for kind, at in
                       (("completed", 2), ("updated", 1), ("created", 0))]}  # fmt: skip
    path = files / "page.json"
    path.write_text(json.dumps(page), encoding="utf-8")
    kinds = {}
    for options in ((), ("--in-order",)):
        code, out, _ = run(capsys, "events", "replay", str(path), *options)
        assert code == 0
        kinds[options] = [line.split()[1] for line in out.splitlines()]
    assert kinds[()] == ["task.completed", "task.updated", "task.created"]
    assert kinds[("--in-order",)] == kinds[()][::-1]
    code, out, err = run(capsys, "events", "replay", str(files / "lines.jsonl"), "--in-order")
    assert (code, out) == (2, "")
    assert "timestamp is not in the payload" in err


def test_an_interval_is_a_number_of_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """What time.sleep would not take is refused before anything is asked."""
    for value in ("nan", "inf", "0", "soon"):
        code, out, err = run(capsys, "events", "follow", "Center", "--interval", value, "--local")
        assert (code, out) == (2, "")
        assert "--interval" in err


def test_broken_lines_are_reported_at_once(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line that is no event is named, and nothing is given to a handler."""
    path = files / "broken.jsonl"
    path.write_text('{"EventType": "x"}\n7\n{"EventType":\n', encoding="utf-8")
    code, out, err = run(capsys, "events", "replay", str(path), "--to", f"{files / 'handlers.py'}:callbacks")
    hint = "  hint: one JSON object a line, or one JSON list\n"
    assert (code, out) == (2, "")
    assert err == (
        f"This is no JSON object. [not-an-event]\n  at {path}:2\n{hint}\n"
        f"This is no JSON object. [not-an-event]\n  at {path}:3\n{hint}"
    )


def test_follow_yields_each_event_once_and_in_order() -> None:
    """Answers overlap and come newest first; what was seen is not told again."""
    start = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)

    class Resource:
        def __init__(self, second: int) -> None:
            moment = start + timedelta(seconds=second)
            self.raw: dict[str, Any] = {
                "sid": f"EV{second}",
                "event_type": "task.updated",
                "event_date_ms": int(moment.timestamp() * 1000),
                "event_data": {},
            }

    answers = [[Resource(2), Resource(1), Resource(-5)], [Resource(3), Resource(2)], [Resource(90), Resource(3)]]
    asked: list[datetime] = []
    slept: list[float] = []

    def ask(since: datetime) -> list[Resource]:
        asked.append(since)
        return answers[len(asked) - 1]

    events = follow(ask, start, sleep=slept.append, interval=7)
    assert [next(events).fields["sid"] for _ in range(4)] == ["EV1", "EV2", "EV3", "EV90"]
    assert asked == [start - timedelta(minutes=1), start + timedelta(seconds=2 - 60), start + timedelta(seconds=3 - 60)]
    assert slept == [7, 7]


def test_follow_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    """The events of a real client are followed oldest first, and print as lines without attributes."""
    center = Workspace(
        "Center",
        activities=[Activity("On", available=True)],
        task_queues=[queue := TaskQueue("Everyone", every_worker())],
        workflows=[Workflow("All", filters=[], default=queue)],
    )
    with TaskRouter.local() as taskrouter:
        taskrouter.apply(center)
        live = taskrouter.workspace("Center")
        task = live.tasks.create({"caller": "secret"}, workflow="All")
        start = task.date_created - timedelta(minutes=5)
        followed = follow(lambda since: live.events.list(start_date=since), start, sleep=lambda _: None)
        kinds = []
        for event in followed:
            kinds.append(event.event_type)
            assert "secret" not in line_of(event)
            if event.event_type == "task.created":
                break
        live.tasks.update(task.sid, priority=5)
        assert next(event for event in followed if event.event_type == "task.updated").fields["task_sid"] == task.sid
    assert kinds.index("workflow.entered") < kinds.index("task.created")
    assert kinds.count("task.created") == 1


def center() -> Workspace:
    everyone = TaskQueue("Everyone", every_worker())
    workflows = [Workflow("All", filters=[], default=everyone)]
    return Workspace("Center", activities=[Activity("On", available=True)], task_queues=[everyone], workflows=workflows)


def test_follow_a_local_file_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A local TaskRouter has its own time: what it has since then is printed, and the command ends by itself."""
    path = tmp_path / "center.db"
    with TaskRouter.local(path) as taskrouter:
        taskrouter.apply(center())
        assert taskrouter.local_taskrouter is not None
        taskrouter.local_taskrouter.advance(3600)
        task = taskrouter.workspace("Center").tasks.create({"caller": "secret"}, workflow="All")
    code, out, err = run(capsys, "events", "follow", "Center", "--local", str(path), "--since", "10")
    assert code == 0
    kinds = [line.split()[1] for line in out.splitlines()]
    assert kinds[:3] == ["workflow.entered", "task-queue.entered", "task.created"]
    assert all(task.sid in line for line in out.splitlines())
    assert "secret" not in out
    assert err == "The time of a local TaskRouter stands still: these are all.\n"
    code, out, _ = run(capsys, "events", "follow", "Center", "--local", str(path), "--since", "90", "--json")
    assert {json.loads(line)["event_type"] for line in out.splitlines()} >= {"workspace.created", "task.created"}
    code, out, _ = run(capsys, "events", "follow", "Center", "--local", str(path), "--since", "90", "--limit", "2")
    assert (code, len(out.splitlines())) == (0, 2)


def test_follow_goes_on_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command asks again after each interval, prints each event once, and Ctrl-C ends it with 0."""
    emulator = Emulator()
    emulator.clock.move_to(int(time.time() * 1000))
    live = emulator.deploy(center())
    made: list[str] = []

    def sleep(seconds: float) -> None:
        assert seconds == 2.5
        if len(made) == 3:
            raise KeyboardInterrupt
        emulator.advance(seconds)
        made.append(live.tasks.create({}, workflow="All").sid)

    monkeypatch.setattr(commands, "connect", lambda local: nullcontext(emulator.taskrouter))
    monkeypatch.setattr("time.sleep", sleep)
    code, out, err = run(capsys, "events", "follow", "Center", "--interval", "2.5")
    assert (code, err) == (0, "Stopped.\n")
    created = [line.split()[2] for line in out.splitlines() if line.split()[1] == "task.created"]
    assert created == made


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["follow"], "Missing argument 'WORKSPACE'."),
        (["follow", "Center", "--since", "-1"], "-1 is not in the range 0<=x<=43200."),
        (["follow", "Center", "--since", "soon"], "'soon' is not a valid integer range."),
        (["follow", "Center", "--interval", "0"], "0 is not in the range x>=0.5."),
        (["follow", "Center", "--limit", "0"], "0 is not in the range x>=1."),
        (["follow", "Center"], "The environment does not set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."),
        (["follow", "Center", "--local"], "There is no workspace 'Center'. [unknown-workspace]"),
        (["follow", "WS" + "0" * 32, "--local"], "was not found (20404) [not-found]"),
        (["folow", "Center"], "No such command 'folow'."),
        (["replay"], "Missing argument 'FILE'."),
        (["replay", "nowhere.jsonl"], "File 'nowhere.jsonl' does not exist."),
        (["replay", "."], "File '.' is a directory."),
        (["replay", "lines.jsonl", "--to", "nowhere:callbacks"], "There is no module 'nowhere' here."),
        (["replay", "lines.jsonl", "--to", "handlers.py:every"], "is a function, not a Callbacks. [wrong-type]"),
        (["replay", "lines.jsonl", "--to", "handlers.py:callback"], "has no 'callback'. [no-such-object]"),
        (["replay", "lines.jsonl", "--to", "broken.py"], "does not import: ZeroDivisionError"),
    ],
)
def test_bad_input_gets_one_clear_error(
    files: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with the arguments is one error and exit code 2; nothing is printed as an event."""
    monkeypatch.chdir(files)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    (files / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    code, out, err = run(capsys, "events", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe{", "This is no UTF-8 text."),
        (b"[" * 100_000, "This is no JSON object."),
        (b'{"a": 1}', "This object has no event type."),
        (b"[1, 2]", "This is no JSON object."),
        (b"task.created", "This is no JSON object."),
        (b'{"EventType": "task.created"', "This is no JSON object."),
        (b'[{"EventType": "task.created"}, {}]', "This object has no event type."),
        (b'"{}"', "This is no JSON object."),
        (b"{" * 5_000 + b"}" * 5_000, "This is no JSON object."),
        (b"9" * 10_000, "This is no JSON object."),
        (b"\x00\x1b[2J", "This is no JSON object."),
    ],
)
def test_what_is_no_event_is_refused(
    files: Path, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that holds something else is refused whole, and its content is not printed."""
    path = files / "other"
    path.write_bytes(content)
    code, out, err = run(capsys, "events", "replay", str(path), "--to", f"{files / 'handlers.py'}:callbacks")
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert content.decode("latin-1")[:20] not in err


def test_an_empty_file_says_so(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No events are no failure, and no silence either."""
    (files / "empty").write_text("\n")
    assert run(capsys, "events", "replay", str(files / "empty")) == (0, "", "There are no events in it.\n")


@pytest.mark.parametrize(
    "line",
    [
        '{"EventType": "task.created", "TaskSid": "WT1"}',
        '2026-01-05T09:00:00Z INFO webhook {"EventType": "task.created", "TaskSid": "WT1"}',
        "EventType=task.created&TaskSid=WT1&TaskAttributes=%7B%7D",
        "10.0.0.1 - - POST EventType=task.created&TaskSid=WT1",
        "got {'EventType': 'task.created', 'TaskSid': 'WT1'}",
        '[{"event_type": "task.created", "event_data": {"task_sid": "WT1"}}]',
        '{"specversion": "1.0", "type": "com.twilio.taskrouter.task.created", "data": {"payload": {"tasksid": "WT1"}}}',
        '{"events": [{"event_type": "task.created", "event_data": {"task_sid": "WT1"}}], "meta": {}}',
    ],
)
def test_events_are_read_as_they_are_found(files: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON, forms, mappings as Python prints them, CloudEvents, pages of the REST API, and lines of a log."""
    path = files / "found"
    path.write_text(f"\ufeff{line}\n", encoding="utf-8")
    assert run(capsys, "events", "replay", str(path))[:2] == (0, "(no time)     task.created  WT1\n")
    path.write_text(f"{line}\n\n{line}\n", encoding="utf-8")
    if not line.startswith('{"events"'):
        assert run(capsys, "events", "replay", str(path))[1].count("task.created  WT1") == 2


def test_stdin_is_a_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A dash reads stdin; what would steer a terminal is not printed."""
    lines = '{"EventType": "task.created", "TimestampMs": "soon"}\n{"EventType": "\\u001b[2J", "TaskSid": 7}\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    code, out, _ = run(capsys, "events", "replay", "-")
    assert (code, out) == (0, "(no time)     task.created\n(no time)     (no type)\n")


def test_follow_outlives_a_service_that_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once it had an answer, an outage is told on stderr and asked through; before that it is the answer: 2."""
    emulator = Emulator()
    emulator.clock.move_to(int(time.time() * 1000))
    live = emulator.deploy(center())
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        emulator.advance(seconds)
        if len(slept) == 1:
            emulator.fault(FaultRule("503", "ListEvent", count=2))
            live.tasks.create({}, workflow="All")
        if len(slept) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(commands, "connect", lambda local: nullcontext(emulator.taskrouter))
    monkeypatch.setattr("time.sleep", sleep)
    code, out, err = run(capsys, "events", "follow", "Center")
    assert code == 0
    assert out.count("task.created") == 1
    assert err.count("Asking again.") == 2
    emulator.fault(FaultRule("503", "ListEvent"))
    code, out, err = run(capsys, "events", "follow", "Center")
    assert (code, out) == (2, "")
    assert "[service-unavailable]" in err
