"""What a configuration may hold, and what it means: workflows.md sections 2, 10, 11 and 12."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.centre import Centre, configuration, to, when
from taskrouter_kit.simulator import _commands as commands


def refused(centre: Centre, document: dict[str, Any]) -> str:
    """Return the message with which a workflow of *document* is refused."""
    status, code, message = centre.refusal(
        commands.CreateWorkflow, friendly_name="F", configuration=json.dumps(document)
    )
    assert (status, code) == (400, 20001)
    return message


def test_only_a_default_filter() -> None:
    """A workflow of nothing but a default filter is legal, and routes everything."""
    # Documented: workflows.md section 2.1; filters may be absent or []
    for filters in ({}, {"filters": []}, {"filters": None}):
        centre = Centre()
        queue = centre.queue("All")
        document = {"task_routing": {**filters, "default_filter": {"queue": queue.sid}}}
        centre.do(commands.CreateWorkflow, friendly_name="F", configuration=json.dumps(document))
        assert centre.where(centre.task(anything=1)) == "All"


def test_the_document_has_one_key() -> None:
    """A document without task_routing is refused."""
    # Documented: workflows.md section 2.1; task_routing is required
    message = refused(Centre(), {"filters": []})
    assert message == "Configuration is not valid: $.task_routing: an object is required"


@pytest.mark.parametrize("key", ["filter_friendly_name", "friendly_name", "friendlyName"])
def test_names_of_a_filter(key: str) -> None:
    """A filter's name is in the events of its target, under whichever key it was written."""
    # Documented: workflows.md section 2.2; event fields WorkflowFilterName
    # Observed: workflows.md section 2.2; friendly_name and friendlyName are accepted
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All")), **{key: "Everybody"}))
    task = centre.task()
    (matched,) = [each for each in centre.events(task) if each.event_type == "workflow.target-matched"]
    assert matched.data["WorkflowFilterName"] == "Everybody"


def test_a_filter_reads_the_task_without_a_prefix() -> None:
    """A filter's names are task attributes."""
    # Documented: workflows.md section 2.2; over Task attributes, unprefixed
    centre = Centre()
    spanish, rest = centre.queue("Spanish"), centre.queue("Rest")
    centre.workflow(when('language == "es"', to(spanish)), default=rest)
    assert [centre.where(centre.task(language=each)) for each in ("es", "en")] == ["Spanish", "Rest"]


def test_targets_are_ordered_and_keep_the_queue() -> None:
    """A target without a queue stays in the queue of the one before; an empty target is legal."""
    # Documented: workflows.md section 2.3; later targets without queue stay in the same queue, {} is legal
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("1==1", to(first, timeout=10), to(timeout=10), to(second, timeout=10), {}))
    task, seen = centre.task(), []
    for _ in range(4):
        seen.append(centre.where(task))
        centre.wait(10)
    assert seen == ["First", "First", "Second", "Second"]
    assert (centre.count("task-queue.entered", task), centre.count("task-queue.moved", task)) == (1, 1)
    centre.wait(3600)
    assert task.assignment_status == "pending"


def test_the_first_target_needs_a_queue() -> None:
    """There is no queue to stay in for the first target of a filter."""
    # Documented: workflows.md section 11; required
    document = {"task_routing": {"filters": [when("1==1", to(timeout=5))]}}
    message = "Configuration is not valid: $.task_routing.filters[0].targets[0].queue: the first target needs a queue"
    assert refused(Centre(), document) == message


def test_a_target_sets_the_priority() -> None:
    """The priority of a target is the task's from then on, also over its own."""
    # Documented: workflows.md section 2.3; overrides the Task's own, and is kept by targets that state none
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, timeout=10), to(priority=7, timeout=10), to(timeout=10), to(priority=9)))
    task, seen = centre.task(priority=3), []
    for _ in range(4):
        seen.append(task.priority)
        centre.wait(10)
    assert seen == [3, 7, 7, 9]


def test_nothing_else_is_inherited() -> None:
    """expression, timeout, order_by, skip_if and known_* act only in the target that states them."""
    # Documented: workflows.md section 2.3; nothing is inherited except queue and priority
    centre = Centre()
    queue = centre.queue("All")
    target = to(queue, timeout=10, expression="worker.level > 5", order_by="worker.level DESC", skip_if="1==2")
    centre.workflow(when("1==1", target, {}))
    centre.worker("Ann", level=1)
    centre.worker("Bob", level=2)
    task = centre.task()
    assert centre.offered(task) == []
    centre.wait(10)
    assert centre.offered(task) == ["Ann"], "neither the expression nor the order of the first target"
    other = centre.task()
    centre.accept(task)
    centre.wait(1_000)
    assert other.assignment_status != "canceled", "nor its timeout"


def test_known_worker_is_not_inherited() -> None:
    """After the target of a known worker everybody may take the task."""
    # Documented: workflows.md section 2.3; known_* act only in their target
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), known_worker_sid="task.agent", timeout=10), {}))
    centre.worker("Ann")
    task = centre.task(agent=None)
    assert centre.offered(task) == []
    centre.wait(10)
    assert centre.offered(task) == ["Ann"]


def test_the_default_filter_is_a_target() -> None:
    """The default filter may narrow, prioritise and order; a timeout means nothing in it."""
    # Documented: workflows.md section 2.4; it is a target, timeout has no meaning
    centre = Centre()
    queue = centre.queue("All")
    default = to(queue, expression="worker.level > 1", order_by="worker.level DESC", priority=4, timeout=10)
    centre.workflow(default=default)
    for level in (1, 2, 3):
        centre.worker(f"L{level}", level=level)
    tasks = [centre.task() for _ in range(3)]
    assert [centre.offered(task) for task in tasks] == [["L3"], ["L2"], []]
    assert tasks[2].priority == 4
    centre.wait(60)
    assert tasks[2].assignment_status == "pending"


def test_numbers_may_be_text() -> None:
    """Priority and timeout may be written as numeric strings."""
    # Documented: workflows.md section 2.5; JSON numbers or numeric strings
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    centre.workflow(when("1==1", to(first, priority="10", timeout="30"), to(second)))
    task = centre.task()
    assert task.priority == 10
    centre.wait(29)
    assert centre.where(task) == "First"
    centre.wait(1)
    assert centre.where(task) == "Second"


def test_null_is_absent() -> None:
    """Keys with null are as if they were not there."""
    # Observed: workflows.md section 2.5; both appear in generated configurations
    centre = Centre()
    keys = ("priority", "timeout", "expression", "order_by", "skip_if", "known_worker_sid")
    centre.workflow(when("1==1", to(centre.queue("All"), **dict.fromkeys(keys))))
    centre.worker("Ann")
    task = centre.task(priority=2)
    assert (task.priority, centre.offered(task)) == (2, ["Ann"])


def test_one_equals_one_as_last_filter() -> None:
    """A last filter that is always true does what a default filter does."""
    # Documented: workflows.md section 2.5; 1 == 1 as explicit last filter
    centre = Centre()
    first, rest = centre.queue("First"), centre.queue("Rest")
    centre.workflow(when("kind == 1", to(first)), when("1 == 1", to(rest)))
    assert [centre.where(centre.task(kind=each)) for each in (1, 2)] == ["First", "Rest"]


def test_reservation_timeout_is_two_minutes_unless_said() -> None:
    """A workflow that states no TaskReservationTimeout has 120 seconds; one second is the least that occurs."""
    # Documented: workflows.md section 10; default 120
    # Observed: workflows.md section 10; minimum 1
    for seconds, fields in ((120, {}), (1, {"task_reservation_timeout": 1})):
        centre = Centre()
        text = configuration(default=centre.queue("All"))
        centre.do(commands.CreateWorkflow, friendly_name="F", configuration=text, **fields)
        centre.worker("Ann")
        task = centre.task()
        centre.wait(seconds - 0.001)
        assert centre.outcomes(task) == [("Ann", "pending")]
        centre.wait(0.001)
        assert centre.outcomes(task) == [("Ann", "timeout")]


def test_without_a_callback_nothing_is_called() -> None:
    """A workflow without an assignment callback sends nothing: the worker decides elsewhere."""
    # Documented: workflows.md section 10; blank is fine
    centre = Centre()
    centre.workflow(default=centre.queue("All"))
    centre.worker("Ann")
    task = centre.task()
    assert (centre.offered(task), list(centre.engine.outbox)) == (["Ann"], [])


def test_unknown_keys_are_accepted() -> None:
    """Keys that nobody knows do no harm."""
    # Observed: workflows.md section 11; friendlyName in filters
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), colour="red"), size=3))
    assert centre.where(centre.task()) == "All"


def test_both_known_workers_are_refused() -> None:
    """A target names its known worker by SID or by name, not both."""
    # Documented: workflows.md section 11; may not both be set
    centre = Centre()
    target = to(centre.queue("All"), known_worker_sid="task.a", known_worker_friendly_name="task.b")
    message = refused(centre, {"task_routing": {"filters": [when("1==1", target)]}})
    assert message == (
        "Configuration is not valid: $.task_routing.filters[0].targets[0]: "
        "known_worker_sid and known_worker_friendly_name may not both be set"
    )
    target["known_worker_friendly_name"] = ""
    centre.workflow(when("1==1", target))
    assert centre.where(centre.task()) == "All", "an empty one is none"


def test_unprefixed_names_in_a_target_are_never_true() -> None:
    """A target's expression without prefixes is accepted and lets nobody through."""
    # Observed: workflows.md section 11; accepted, never true
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), expression="level == 3")))
    centre.worker("Ann", level=3)
    assert centre.offered(centre.task(level=3)) == []


def test_a_queue_in_use_stays() -> None:
    """A queue that a workflow mentions cannot be deleted; one that none mentions can."""
    # Observed: workflows.md section 11; 400 with code 20001
    centre = Centre()
    used, unused = centre.queue("Used"), centre.queue("Unused")
    centre.workflow(default=used)
    status, code, _ = centre.refusal(commands.DeleteTaskQueue, task_queue_sid=used.sid)
    assert (status, code) == (400, 20001)
    centre.do(commands.DeleteTaskQueue, task_queue_sid=unused.sid)
    assert list(centre.workspace.task_queues) == [used.sid]


# Patterns of production


def test_delay_then_route() -> None:
    """A first target that nobody meets holds a task back for its timeout."""
    # Observed: workflows.md section 12; expression 1==0 with a timeout, then the queue
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, expression="1==0", timeout=600), {}))
    centre.worker("Ann")
    task = centre.task()
    centre.wait(599)
    assert centre.offered(task) == []
    centre.wait(1)
    assert centre.offered(task) == ["Ann"]


@pytest.mark.parametrize("rule", ["1==0", "1==2"])
def test_dead_queue(rule: str) -> None:
    """A queue whose expression is never true parks tasks."""
    # Observed: workflows.md section 12; queue with 1==0 or 1==2
    centre = Centre()
    queue = centre.queue("Parked", rule)
    centre.workflow(default=queue)
    centre.worker("Ann")
    task = centre.task()
    centre.wait(3600)
    assert (centre.members(queue), task.assignment_status) == ([], "pending")


def test_skill_level_descending() -> None:
    """The best level is asked first."""
    # Observed: workflows.md section 12; order_by a nested level, descending
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), order_by="worker.routing.levels.es DESC")))
    for name, level in (("Ann", 1), ("Bob", 3), ("Cid", 2)):
        centre.worker(name, routing={"levels": {"es": level}})
    assert [centre.offered(centre.task()) for _ in range(3)] == [["Bob"], ["Cid"], ["Ann"]]


def test_widening_rings() -> None:
    """Thresholds fall and priorities rise from target to target."""
    # Documented: workflows.md section 12; widening rings
    centre = Centre()
    rings = [to(centre.queue("All"), expression="worker.level >= 3", priority=1, timeout=10)]
    rings += [to(expression="worker.level >= 2", priority=2, timeout=10), to(priority=3)]
    centre.workflow(when("1==1", *rings))
    centre.worker("Ann", level=2)
    task = centre.task()
    assert (centre.offered(task), task.priority) == ([], 1)
    centre.wait(10)
    assert (centre.offered(task), task.priority) == (["Ann"], 2)


def test_direct_to_an_agent() -> None:
    """A filter for tasks that name their agent sends them to that agent only."""
    # Observed: workflows.md section 12; task.targetWorker == worker.contact_uri, priority 1000
    centre = Centre()
    queue = centre.queue("All")
    target = to(queue, expression="task.targetWorker == worker.contact_uri", priority=1000)
    centre.workflow(when("targetWorker != null AND callToQueue == null", target), default=queue)
    centre.worker("Ann", contact_uri="client:ann")
    centre.worker("Bob", contact_uri="client:bob")
    task = centre.task(targetWorker="client:bob")
    assert (centre.offered(task), task.priority) == (["Bob"], 1000)
    assert centre.offered(centre.task()) == ["Ann"]


def test_exclude_the_previous_agent() -> None:
    """A task can name the worker that it is not for."""
    # Observed: workflows.md section 12; worker.sid != task.ignoreAgent
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"), expression="worker.sid != task.ignoreAgent")))
    ann, _ = centre.worker("Ann"), centre.worker("Bob")
    assert centre.offered(centre.task(ignoreAgent=ann.sid)) == ["Bob"]
