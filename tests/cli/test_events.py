"""``events``: recorded events into handlers, and live ones by asking."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import Activity, TaskQueue, Workflow, Workspace, every_worker
from taskrouter_kit._taskrouter import TaskRouter
from taskrouter_kit.callbacks import follow
from taskrouter_kit.cli.__main__ import main
from taskrouter_kit.cli._events import line_of

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
    assert asked == [start] * 3
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
