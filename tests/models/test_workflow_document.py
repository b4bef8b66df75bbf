"""The configuration of a workflow: written in one spelling, read in any that is found, and refused with the paths."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaring import OTHER, QUEUE, refused
from shared_material import shared
from taskrouter_kit import Filter, Target, TaskQueue, Workflow, check, every_worker, parse, task, worker, workers
from taskrouter_kit.errors import InvalidDeclaration


def test_the_configuration_is_canonical() -> None:
    """Keys in their order, absent ones left out, queues by name until SIDs are given."""
    target = Target(
        QUEUE,
        worker.integer("level") >= task.integer("level"),
        skip_if=workers.available == 0,
        order_by=worker.integer("level").desc(),
        timeout=timedelta(minutes=1),
        priority=5,
        known_worker_sid=task.text("agent.sid"),
    )
    workflow = Workflow("w", [Filter("f", task.text("a") == "x", [target, Target()])], OTHER)
    written: Any = workflow.document()
    assert list(written["task_routing"]["filters"][0]["targets"][0]) == [
        "queue",
        "expression",
        "priority",
        "timeout",
        "order_by",
        "skip_if",
        "known_worker_sid",
    ]
    document = json.loads(workflow.configuration({"Billing": "WQ1", "Other": "WQ2"}))
    assert document["task_routing"] == {
        "filters": [
            {
                "filter_friendly_name": "f",
                "expression": 'a == "x"',
                "targets": [
                    {
                        "queue": "WQ1",
                        "expression": "worker.level >= task.level",
                        "priority": 5,
                        "timeout": 60,
                        "order_by": "worker.level DESC",
                        "skip_if": "workers.available == 0",
                        "known_worker_sid": "task.agent.sid",
                    },
                    {},
                ],
            }
        ],
        "default_filter": {"queue": "WQ2"},
    }


def test_reading_back_keeps_what_it_does_not_know() -> None:
    """Unknown keys, the author's texts, numeric strings as numbers, null as absent, old names of a filter's name."""
    document: dict[str, Any] = {
        "task_routing": {
            "filters": [
                {
                    "friendly_name": "f",
                    "expression": "a=='x'",
                    "note": 1,
                    "targets": [{"queue": "WQ1", "timeout": "30", "priority": None, "team": "t"}],
                }
            ],
            "default_filter": {"queue": "WQ1"},
            "version": 2,
        },
        "by": "me",
    }
    workflow = Workflow.from_configuration(document, queues={"WQ1": QUEUE})
    assert workflow.document({"Billing": "WQ1"}) == {
        "task_routing": {
            "filters": [
                {
                    "filter_friendly_name": "f",
                    "expression": "a=='x'",
                    "targets": [{"queue": "WQ1", "timeout": 30, "team": "t"}],
                    "note": 1,
                }
            ],
            "default_filter": {"queue": "WQ1"},
            "version": 2,
        },
        "by": "me",
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [("30", 30), (" 30 ", 30), (30.0, 30), ("", None), (None, None), (2**31 - 1, 2**31 - 1)],
    ids=repr,
)
def test_numbers_are_read_as_they_are_found(written: Any, read: int | None) -> None:
    """A whole number may be a text, a decimal without a fraction, an empty text or null."""
    document: dict[str, Any] = {
        "task_routing": {"filters": [{"expression": "a == 1", "targets": [{"queue": "WQ1", "timeout": written}]}]}
    }
    workflow = Workflow.from_configuration(document, queues={"WQ1": QUEUE})
    assert workflow.filters[0].targets[0].timeout == read


@pytest.mark.parametrize("written", ["²", "٣", "9" * 5000, "1e3", "0x10", "- 5", 2.5, True, [30], {}], ids=repr)
def test_what_is_no_whole_number_is_refused(written: Any) -> None:
    """What other readers might take for a number is a finding at its path, never another error."""
    document: dict[str, Any] = {
        "task_routing": {"filters": [{"expression": "a == 1", "targets": [{"queue": "WQ1", "priority": written}]}]}
    }
    text = refused(lambda: Workflow.from_configuration(document, queues={"WQ1": QUEUE}))
    assert text.startswith("Expected a whole number; got a")
    assert "$.task_routing.filters[0].targets[0].priority" in text


@pytest.mark.parametrize("written", [0, "0", 0.0])
def test_a_timeout_of_zero_is_kept_and_gives_no_time(written: Any) -> None:
    """Others wrote it although a timeout is positive: read back it is no timeout, and it is written out as found."""
    target = {"queue": "WQ1", "timeout": written}
    document: dict[str, Any] = {"task_routing": {"filters": [{"expression": "a == 1", "targets": [target]}]}}
    workflow = Workflow.from_configuration(document, queues={"WQ1": QUEUE})
    assert workflow.filters[0].targets[0].timeout is None
    assert workflow.document({"Billing": "WQ1"}) == document
    mended = attrs.evolve(workflow.filters[0].targets[0], timeout=20)
    again = Workflow("w", [attrs.evolve(workflow.filters[0], targets=[mended])])
    written_again: Any = again.document({"Billing": "WQ1"})
    assert written_again["task_routing"]["filters"][0]["targets"] == [{"queue": "WQ1", "timeout": 20}]


def test_a_filter_with_two_names_keeps_both() -> None:
    """The documented key names it; another old key is written out as it was found, an empty one is not."""
    case = {"expression": "a == 1", "targets": [{"queue": "WQ1"}]}
    names = {"friendly_name": "", "filter_friendly_name": "new", "friendlyName": "old"}
    document: dict[str, Any] = {"task_routing": {"filters": [{**case, **names}]}}
    workflow = Workflow.from_configuration(document, queues={"WQ1": QUEUE})
    assert workflow.filters[0].friendly_name == "new"
    kept = {"filter_friendly_name": "new", "friendlyName": "old"}
    assert workflow.document({"Billing": "WQ1"}) == {"task_routing": {"filters": [{**case, **kept}]}}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            {"filters": [], "default_filter": {"queue": "WQ1"}},
            "The filters stand in no task_routing. [no-task-routing]\n"
            "  at $.task_routing\n"
            '  hint: wrap them: {"task_routing": {…}}',
        ),
        (
            {"task_routing": {"default_filter": {"task_queue": "WQ1"}}},
            "The default names its queue. [no-queue]\n"
            "  at $.task_routing.default_filter.queue\n"
            "  hint: the key is 'queue', not 'task_queue'",
        ),
        (
            {"task_routing": {"default_filter": {"targets": [{"queue": "WQ1"}]}}},
            "The default names its queue. [no-queue]\n"
            "  at $.task_routing.default_filter.queue\n"
            '  hint: default_filter is a target itself: {"queue": …}',
        ),
        (
            {"task_routing": []},
            "Expected an object; got a list. [wrong-type]\n  at $.task_routing",
        ),
    ],
    ids=["unwrapped", "another key", "a filter", "a list"],
)
def test_a_document_of_another_shape_says_what_belongs_there(document: Any, text: str) -> None:
    """What people write instead of the documented shape is refused with the shape."""
    assert refused(lambda: Workflow.from_configuration(document, queues={"WQ1": QUEUE})) == text


@pytest.mark.parametrize(
    "text", ["{", '{"a": NaN}', "[" * 100_000, "\ud800", ""], ids=["cut", "nan", "deep", "half", "empty"]
)
def test_a_configuration_that_is_no_json_is_refused(text: str) -> None:
    """Whatever is wrong with the text, it is the library's error that says so."""
    assert "The configuration is not JSON" in refused(lambda: Workflow.from_configuration(text, queues=[]))


@pytest.mark.parametrize(
    ("key", "text", "finding"),
    [
        ("skip_if", "workers.available == 0 OR worker.sid IN task.asked", "wrong-scope"),
        ("skip_if", "taskrouter.currentHour > 17", "wrong-scope"),
        ("expression", "workers.available > 0 AND worker.level > 2", "wrong-scope"),
        ("expression", "level > 2", "missing-prefix"),
        ("known_worker_sid", "agent_sid", "missing-prefix"),
        ("known_worker_friendly_name", "worker.friendly_name", "wrong-scope"),
    ],
)
def test_a_text_that_reads_what_is_not_there_is_kept_for_the_checker(key: Any, text: str, finding: str) -> None:
    """The service stores such a text, so it reads back and is written out; the checker calls it an error."""
    document: dict[str, Any] = {
        "task_routing": {"filters": [{"expression": "a == 1", "targets": [{"queue": "WQ1", key: text}]}]}
    }
    workflow = Workflow.from_configuration(document, queues={"WQ1": QUEUE})
    assert workflow.document({"Billing": "WQ1"}) == document
    found = getattr(workflow.filters[0].targets[0], key)
    assert {(each.rule, each.severity) for each in check(found) if each.severity == "error"} == {(finding, "error")}


def test_every_problem_of_a_document_has_its_path() -> None:
    """A document with five problems reports five."""
    document: dict[str, Any] = {
        "task_routing": {
            "filters": [
                {"expression": "a && b", "targets": [{"queue": "WQ9"}]},
                {"targets": [{"queue": "WQ1"}]},
                {"expression": "a == 1", "targets": [{"queue": "WQ1", "timeout": "soon", "skip_if": "x"}]},
            ],
        }
    }
    with pytest.raises(InvalidDeclaration) as caught:
        Workflow.from_configuration(document, queues={"WQ1": QUEUE})
    found = [(each.rule, each.where.path) for each in caught.value.diagnostics]
    base = "$.task_routing.filters"
    assert [path for _, path in found] == [
        f"{base}[0].expression",
        f"{base}[0].targets[0].queue",
        f"{base}[1].expression",
        f"{base}[2].targets[0].timeout",
        f"{base}[2].targets[0].skip_if",
    ]


targets = st.builds(
    Target,
    st.sampled_from([QUEUE, OTHER]),
    st.sampled_from([None, parse("task.a IN worker.b", place="target")]),
    timeout=st.one_of(st.none(), st.integers(1, 10_000)),
    priority=st.one_of(st.none(), st.integers(0, 2**31 - 1)),
    skip_if=st.sampled_from([None, workers.available == 0]),
    order_by=st.sampled_from([None, worker.integer("level").desc()]),
)
filters = st.builds(
    Filter,
    st.one_of(st.none(), st.text(min_size=1).filter(str.strip)),
    st.sampled_from([task.text("a") == "x", task.array("b").has("y") | (task.integer("c") > 1)]),
    st.lists(targets, min_size=1, max_size=3),
)
workflows = st.builds(Workflow, st.just("w"), st.lists(filters, max_size=3), st.sampled_from([None, QUEUE, OTHER]))


@given(workflows)
def test_what_is_written_reads_back_the_same(workflow: Workflow) -> None:
    """from_configuration(configuration()) writes the same configuration."""
    again = Workflow.from_configuration(workflow.configuration(), queues=[QUEUE, OTHER])
    assert again.configuration() == workflow.configuration()


def test_configurations_found_in_the_wild_read_back() -> None:
    """Most configurations of the corpus read; what does not says where."""
    rows = [json.loads(line) for line in shared("corpus/workflows.jsonl").read_text(encoding="utf-8").splitlines()]
    read, misplaced = 0, list[Any]()
    for row in rows:
        config = row["config"]
        names = set(_queues(config))
        queues = {name: TaskQueue(f"queue {index}", every_worker()) for index, name in enumerate(sorted(names))}
        back = {queue.friendly_name: name for name, queue in queues.items()}
        try:
            workflow = Workflow.from_configuration(config, queues=queues)
        except InvalidDeclaration as error:
            misplaced += [each for each in error.diagnostics if not (each.where.path or "").startswith("$")]
            continue
        read += 1
        once = workflow.document(back)
        assert Workflow.from_configuration(once, queues=queues).document(back) == once
    print(f"{read} of {len(rows)} configurations read back")  # noqa: T201
    assert misplaced == []
    assert read >= 0.9 * len(rows)


def _queues(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _queues(item)]
    if isinstance(value, dict):
        own = [value["queue"]] if isinstance(value.get("queue"), str) else []
        return own + [name for item in value.values() for name in _queues(item)]
    return []
