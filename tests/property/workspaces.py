"""Hypothesis strategies for declared workspaces: small, with names and attributes on which encodings disagree."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from taskrouter_kit import (
    Activity,
    Condition,
    Filter,
    Target,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
    Workspace,
    every_worker,
    no_worker,
    parse,
    task,
    worker,
    workers,
)

NAMES = (
    "Offline",
    "Billing",
    "billing",
    "A & B",
    'say "hi"',
    "it's",
    "Ünï",
    "a/b",
    "100 %",
    "x+y",
    "WQ1",
    "null",
    "日本",
)
URLS = (None, "https://example.com/a?b=c&d=%20e", "http://example.com")
ATTRIBUTES: tuple[Any, ...] = (1, 1.0, True, 0, False, None, "", "1", "ü", [], [1, "a"], {"b": {"c": []}}, 10**15, 0.1)

CHOOSING: tuple[Condition[Any], ...] = (
    every_worker(),
    no_worker(),
    worker.array("skills").has("billing") & (worker.number("level") > 3),
    worker.text("name").in_(["a", 'it"s', "it's"]),
    parse("skills has 'x' and (a = 1 or worker.b != 2)", place="target_workers"),
)
TAKING: tuple[Condition[Any], ...] = (
    task.text("kind") == "billing",
    task.text("kind").is_null() | (task.number("n") <= -2.5),
    parse("kind in ['a', \"b\"]\nand n >- 1", place="filter"),
)
SERVING: tuple[Condition[Any], ...] = (
    task.text("lang").in_(worker.array("langs")),
    worker.number("level") >= 2,
    parse("worker.lang = task.lang", place="target"),
)

names = st.sampled_from(NAMES)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def workspaces(draw: st.DrawFn, friendly_name: str = "Center") -> Workspace:
    """A workspace of that name in which everything refers to what is declared."""
    activities = [
        Activity(name, available=draw(st.booleans()))
        for name in draw(st.lists(names, unique_by=str.casefold, max_size=3))
    ]
    some_activity = _maybe(st.sampled_from(activities)) if activities else st.none()
    channels = [TaskChannel(name) for name in draw(st.lists(st.sampled_from(["fax", "post", "voice"]), unique=True))]
    queues = draw(st.lists(_queue(some_activity), unique_by=lambda queue: queue.friendly_name.casefold(), max_size=3))
    flows = st.lists(_workflow(queues), unique_by=lambda each: each.friendly_name.casefold(), max_size=2)
    people = st.lists(
        _worker(some_activity, [channel.unique_name for channel in channels]),
        unique_by=lambda each: each.friendly_name.casefold(),
        max_size=3,
    )
    return Workspace(
        friendly_name,
        activities=activities,
        task_channels=channels,
        task_queues=queues,
        workflows=draw(flows) if queues else (),
        workers=draw(people),
        default_activity=draw(some_activity),
        timeout_activity=draw(some_activity),
        event_callback_url=draw(st.sampled_from(URLS)),
        events_filter=draw(st.lists(st.sampled_from(["task.created", "worker.created"]), unique=True)),
        prioritize_queue_order=draw(st.sampled_from(["FIFO", "LIFO"])),
    )


@st.composite
def _queue(draw: st.DrawFn, activities: st.SearchStrategy[Activity | None]) -> TaskQueue:
    return TaskQueue(
        draw(names),
        draw(st.sampled_from(CHOOSING)),
        max_reserved_workers=draw(st.integers(1, 50)),
        task_order=draw(st.sampled_from(["FIFO", "LIFO"])),
        reservation_activity=draw(activities),
        assignment_activity=draw(activities),
    )


@st.composite
def _target(draw: st.DrawFn, queues: list[TaskQueue]) -> Target:
    return Target(
        draw(st.sampled_from(queues)),
        draw(_maybe(st.sampled_from(SERVING))),
        timeout=draw(_maybe(st.integers(1, 10**6))),
        priority=draw(_maybe(st.integers(0, 2**31 - 1))),
        order_by=draw(_maybe(st.sampled_from([worker.integer("level").desc(), worker.integer("a").asc()]))),
        skip_if=draw(_maybe(st.just(workers.available == 0))),
        known_worker_sid=draw(_maybe(st.just(task.text("agent_sid")))),
    )


@st.composite
def _workflow(draw: st.DrawFn, queues: list[TaskQueue]) -> Workflow:
    filters = st.builds(
        Filter, _maybe(names), st.sampled_from(TAKING), st.lists(_target(queues), min_size=1, max_size=2)
    )
    return Workflow(
        draw(names),
        draw(st.lists(filters, max_size=2)),
        draw(_maybe(st.sampled_from(queues))),
        assignment_callback_url=draw(st.sampled_from(URLS)),
        fallback_assignment_callback_url=draw(st.sampled_from(URLS)),
        task_reservation_timeout=draw(st.integers(1, 86_400)),
    )


@st.composite
def _worker(draw: st.DrawFn, activities: st.SearchStrategy[Activity | None], channels: list[str]) -> Worker:
    return Worker(
        draw(names),
        draw(st.dictionaries(st.sampled_from(["a", "b", "ü"]), st.sampled_from(ATTRIBUTES), max_size=3)),
        activity=draw(activities),
        capacity=draw(st.dictionaries(st.sampled_from([*channels, "chat"]), st.integers(0, 10), max_size=2)),
    )
