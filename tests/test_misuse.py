"""What a checker would have refused, said to those who have none: one error that tells what is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import taskrouter_kit as kit
from taskrouter_kit.callbacks import Callbacks, in_order, parse_event, read_events, timelines
from taskrouter_kit.errors import InvalidDeclaration, LoadError

untyped: Any = kit  # Any: as a program sees it that asks no checker
queue = kit.TaskQueue("Everyone", kit.every_worker())
condition = kit.worker.text("team") == "support"
payload: Any = {"EventType": "task.created", "TimestampMs": "1767603600000"}
callbacks: Any = Callbacks("token")

MISUSES: list[tuple[str, Callable[[], object], str]] = [
    ("evolve", lambda: untyped.evolve(kit.Target(queue), timeout=3), "attrs.evolve()"),
    ("rename_attribute", lambda: untyped.rename_attribute(condition, "team", "group", of="worker"), "str(condition)"),
    ("replace_constant", lambda: untyped.replace_constant(condition, "support", "help"), "str(condition)"),
    ("parse_event", lambda: untyped_parse_event([payload]), "a mapping; got a list"),
    ("dispatch", lambda: callbacks.dispatch("task.created"), "a mapping; got a str"),
    ("replay", lambda: callbacks.replay([1]), "a mapping; got a int"),
    ("in_order", lambda: list(in_order([payload])), "parse_event(payload)"),
    ("timelines", lambda: timelines([payload]), "parse_event(payload)"),
    ("on_error", lambda: untyped_callbacks("token", on_error=3), "a function that takes an exception"),
    ("activities", lambda: untyped_callbacks("token", activities="Lunch"), '{"Available": "WA…"}'),
    ("public_url", lambda: untyped_callbacks("token", public_url=443), "public_url is where"),
    ("workspace", lambda: untyped_callbacks("token", workspace="Center"), 'workspace("its name")'),
    ("bind", lambda: callbacks.bind(kit.Workspace("Center")), 'workspace("its name")'),
    ("check", lambda: untyped.check("team == 'support'"), "parse(text, place=…)"),
    ("evaluate", lambda: untyped.evaluate("team == 'support'"), "parse(text, place=…)"),
    ("explain", lambda: untyped.explain("team == 'support'"), "parse(text, place=…)"),
    ("render", lambda: untyped.render("team == 'support'"), "parse(text, place=…)"),
    ("compile_condition", lambda: untyped.compile_condition("team == 'support'"), "parse(text, place=…)"),
    ("satisfiable", lambda: untyped.satisfiable("team == 'support'"), "parse(text, place=…)"),
    ("one target", lambda: untyped.Filter("All", kit.task.text("a") == "b", kit.Target(queue)), "put it into [ ]"),
    ("one filter", lambda: untyped.Workflow("Main", queue), "put it into [ ]"),
    ("one queue", lambda: untyped.Workspace("Center", task_queues=queue), "put it into [ ]"),
    ("one event type", lambda: kit.Workspace("Center", events_filter="task.created"), "put it into [ ]"),
    ("capacity", lambda: untyped.Worker("Alice", {}, capacity=3), '{"voice": 1}'),
]
untyped_parse_event: Any = parse_event
untyped_callbacks: Any = Callbacks


@pytest.mark.parametrize(("misuse", "said"), [row[1:] for row in MISUSES], ids=[row[0] for row in MISUSES])
def test_the_wrong_kind_of_thing_is_one_clear_error(misuse: Callable[[], object], said: str) -> None:
    """It is an error of this library that says what is wanted, not an AttributeError out of its middle."""
    with pytest.raises(InvalidDeclaration) as caught:
        misuse()
    assert said in str(caught.value)


def test_one_event_type_is_not_taken_letter_by_letter() -> None:
    """A text is a sequence of texts to a checker, and such a filter would have kept every event back."""
    with pytest.raises(InvalidDeclaration) as caught:
        kit.Workspace("Center", events_filter="task.created")
    assert [finding.rule for finding in caught.value.diagnostics] == ["wrong-type"]


def test_the_text_of_events_is_no_path() -> None:
    """It is refused without being shown: an event tells of people."""
    text = json.dumps({**payload, "TaskAttributes": {"caller": "+15555550100"}})
    with pytest.raises(LoadError) as caught:
        read_events(text)
    assert "splitlines()" in str(caught.value)
    assert "5555550100" not in str(caught.value)
    assert read_events(text.splitlines()) == [json.loads(text)]
