"""Declarations: what each builder refuses, all at once, in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.declaring import OTHER, QUEUE, refused
from taskrouter_kit import (
    Activity,
    Filter,
    Target,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
    Workspace,
    parse,
    task,
    worker,
    workers,
)


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (
            lambda: Activity("x" * 65, available="yes"),  # type: ignore[arg-type]
            "A name has at most 64 characters; this one has 65. [invalid-friendly-name]\n"
            f"  at Activity '{'x' * 65}'.friendly_name\n"
            "  hint: shorten 'xxxxxxxxxxxxxxxxxxxx'…\n"
            "\n"
            "Expected a bool; got 'yes'. [wrong-type]\n"
            f"  at Activity '{'x' * 65}'.available",
        ),
        (
            lambda: TaskChannel("my-channel"),
            "A unique name has letters, digits, _ and $, and no digit first; got 'my-channel'. [invalid-name]\n"
            "  at TaskChannel 'my-channel'.unique_name\n"
            "  hint: call it 'my_channel'",
        ),
        (
            lambda: TaskQueue("q", "1==1", max_reserved_workers=51),  # type: ignore[arg-type]
            "Expected a condition; got '1==1'. [not-a-condition]\n"
            "  at TaskQueue 'q'.target_workers\n"
            "  hint: an existing text becomes a condition with parse(text, place=…)\n"
            "\n"
            "Expected a whole number from 1 to 50; got 51. [invalid-number]\n"
            "  at TaskQueue 'q'.max_reserved_workers",
        ),
        (
            lambda: TaskQueue("q", task.text("a") == "x"),  # type: ignore[arg-type]
            "A target_workers expression cannot read the task. [wrong-scope]\n"
            "  at TaskQueue 'q'.target_workers\n"
            "  hint: it reads workers only",
        ),
        (
            lambda: Target(QUEUE, timeout="30", known_worker_sid="task.x"),  # type: ignore[arg-type]
            "Expected a whole number of at least 1 seconds; got '30'. [invalid-number]\n"
            "  at Target('Billing').timeout\n"
            "  hint: write 30 without quotes\n"
            "\n"
            "Expected a text column of the task; got 'task.x'. [not-a-column]\n"
            "  at Target('Billing').known_worker_sid\n"
            '  hint: for example Call.agent_sid, or task.text("agent_sid")',
        ),
        (
            lambda: Target(QUEUE, timeout=timedelta(seconds=1.5)),
            "Expected a whole number of at least 1 seconds; got 1.5. [invalid-number]\n  at Target('Billing').timeout",
        ),
        (
            lambda: Target(QUEUE, known_worker_sid=task.text("a"), known_worker_friendly_name=task.text("b")),
            "known_worker_sid and known_worker_friendly_name exclude each other. [known-worker-twice]\n"
            "  at Target('Billing')\n"
            "  hint: keep the one your tasks carry",
        ),
        (
            lambda: Filter("f", task.flag("a") == True, []),  # noqa: E712
            "A filter needs at least one target. [no-target]\n  at Filter 'f'.targets",
        ),
        (
            lambda: Filter("f", task.flag("a") == True, [Target()]),  # noqa: E712
            "The first target of a filter names its queue. [no-queue]\n  at Filter 'f'.targets[0].queue",
        ),
        (
            lambda: Workflow("w", [], QUEUE, assignment_callback_url="/assign", task_reservation_timeout=0),
            "A callback URL is absolute (https://…); got '/assign'. [invalid-url]\n"
            "  at Workflow 'w'.assignment_callback_url\n"
            "  hint: TaskRouter calls it from outside: give the public address\n"
            "\n"
            "Expected a whole number from 1 to 86400 seconds; got 0. [invalid-number]\n"
            "  at Workflow 'w'.task_reservation_timeout",
        ),
        (
            lambda: Worker("Al", [], capacity={"voice": -1}),  # type: ignore[arg-type]
            "Attributes are a JSON object; got a list. [not-an-object]\n"
            "  at Worker 'Al'.attributes $\n"
            "\n"
            "Expected a whole number of at least 0; got -1. [invalid-number]\n"
            "  at Worker 'Al'.capacity['voice']",
        ),
        (
            lambda: Workspace(
                "c",
                task_queues=[QUEUE],
                workflows=[Workflow("w", [], OTHER)],
                workers=[Worker("Alice"), Worker("alice", capacity={"fax": 1}, activity=Activity("A", available=True))],
            ),
            "Workers 'Alice' and 'alice' differ only in case, which TaskRouter ignores. [duplicate-name]\n"
            "  at Workspace 'c'.workers\n"
            "  hint: rename one of them\n"
            "\n"
            "The workspace does not declare the queue 'Other'. [undeclared-queue]\n"
            "  at Workspace 'c'.workflows['w']\n"
            "  hint: add it to task_queues=\n"
            "\n"
            "The workspace does not declare the activity 'A'. [undeclared-activity]\n"
            "  at Workspace 'c'.workers['alice'].activity\n"
            "  hint: add it to activities=\n"
            "\n"
            "Nobody declared a task channel 'fax'. [undeclared-channel]\n"
            "  at Workspace 'c'.workers['alice'].capacity\n"
            "  hint: declare TaskChannel('fax') in task_channels=, or use one of: chat, default, sms, video, voice",
        ),
    ],
)
def test_what_a_builder_refuses(build: Any, text: str) -> None:
    """Every problem of the declaration in one error: what, where, hint."""
    assert refused(build) == text


def test_what_is_built_reads_only_what_is_there() -> None:
    """A condition that was put together, or parsed for another place, is refused where it cannot be read."""
    for build in (
        lambda: Target(QUEUE, skip_if=task.text("a") == "x"),  # type: ignore[arg-type]
        lambda: Target(QUEUE, skip_if=parse("task.a == 'x'", place="target")),  # type: ignore[arg-type]
        lambda: Target(QUEUE, skip_if=parse("task.a == 'x'", place="skip_if") & (workers.available == 0)),
        lambda: Target(QUEUE, workers.available == 0),  # type: ignore[arg-type]
        lambda: Target(QUEUE, known_worker_sid=worker.text("agent")),  # type: ignore[arg-type]
    ):
        assert "[wrong-scope]" in refused(build)
