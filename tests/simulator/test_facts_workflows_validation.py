"""What is refused when a workflow, a queue or attributes are written: workflows.md section 11."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.centre import Centre, to, when
from taskrouter_kit.simulator import _commands as commands

UNKNOWN = "WQ" + "0" * 32


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "Configuration is not valid JSON from character 1 on",
        ),
        ("[]", "Configuration is not valid: $.task_routing: an object is required"),
        ("null", "Configuration is not valid: $.task_routing: an object is required"),
        ('{"task_routing": []}', "Configuration is not valid: $.task_routing: an object is required"),
        ('{"task_routing": {"filters": {}}}', "Configuration is not valid: $.task_routing.filters: must be an array"),
        (
            '{"task_routing": {"filters": [1]}}',
            "Configuration is not valid: $.task_routing.filters[0]: must be an object",
        ),
    ],
)
def test_what_is_no_configuration(text: str, message: str) -> None:
    """Text that is not JSON, and JSON that is no configuration, is refused; an existing workflow stays as it is."""
    # Inferred: workflows.md section 11; 400 with code 20001
    centre = Centre()
    assert centre.refusal(commands.CreateWorkflow, friendly_name="F", configuration=text) == (400, 20001, message)
    workflow = centre.workflow(default=centre.queue("All"))
    before = workflow.configuration
    fields = {"workflow_sid": workflow.sid, "configuration": text, "friendly_name": "New"}
    assert centre.refusal(commands.UpdateWorkflow, **fields) == (400, 20001, message)
    assert (workflow.configuration, workflow.friendly_name) == (before, "Main")


@pytest.mark.parametrize("value", [True, 1.5, "x", "1.5", -1, [1], "-1"])
@pytest.mark.parametrize(("key", "span"), [("priority", "between 0 and 2147483647"), ("timeout", "of at least 1")])
def test_numbers_of_a_target(key: str, span: str, value: object) -> None:
    """Priority and timeout are whole numbers, or texts that spell one; anything else is refused with its place."""
    # Documented: workflows.md section 5; positive integer
    centre = Centre()
    text = json.dumps({"task_routing": {"filters": [when("1==1", to(centre.queue("All"), **{key: value}))]}})
    problem = f"$.task_routing.filters[0].targets[0].{key}: must be a whole number {span}"
    refusal = (400, 20001, f"Configuration is not valid: {problem}")
    assert centre.refusal(commands.CreateWorkflow, friendly_name="F", configuration=text) == refusal


def test_the_largest_priority_of_a_target() -> None:
    """A target may set the priorities that a task may have, and no larger one."""
    # Documented: workflows.md section 8; range 0 to 2^31 - 1
    centre = Centre()
    queue = centre.queue("All")
    centre.workflow(when("1==1", to(queue, priority=2**31 - 1)))
    assert centre.task().priority == 2**31 - 1
    text = json.dumps({"task_routing": {"filters": [when("1==1", to(queue, priority=2**31))]}})
    assert centre.refusal(commands.CreateWorkflow, friendly_name="F", configuration=text)[:2] == (400, 20001)


def test_every_problem_at_once() -> None:
    """A configuration is refused with all that is wrong with it, each with its place."""
    # Inferred: workflows.md section 11; syntax errors, unknown queues and missing parts are 400 with code 20001
    centre = Centre()
    document: dict[str, Any] = {
        "task_routing": {
            "filters": [
                {"expression": "a-level > 1", "targets": [{"queue": UNKNOWN, "order_by": 5}]},
                {"targets": []},
                when("1==1", {"priority": "high"}),
            ],
            "default_filter": {"queue": UNKNOWN},
        }
    }
    status, code, message = centre.refusal(
        commands.CreateWorkflow, friendly_name="F", configuration=json.dumps(document)
    )
    assert (status, code) == (400, 20001)
    problems = message.removeprefix("Configuration is not valid: ").split("; $")
    places = [each.partition(": ")[0].removeprefix("$").removeprefix(".task_routing") for each in problems]
    assert places == [
        ".filters[0].expression",
        ".filters[0].targets[0].queue",
        ".filters[0].targets[0].order_by",
        ".filters[1].expression",
        ".filters[1].targets",
        ".filters[2].targets[0].queue",
        ".filters[2].targets[0].priority",
        ".default_filter.queue",
    ]


@pytest.mark.parametrize("text", ["[1]", "null", "1", "x", ""])
def test_attributes_are_an_object(text: str) -> None:
    """Attributes that are no JSON object are refused, for workers and tasks; those that were there stay."""
    # Documented: resources.md section 4; JSON object as string
    # Documented: resources.md section 9; JSON object string
    centre = Centre()
    centre.workflow(when("1==1", to(centre.queue("All"))))
    ann, task = centre.worker("Ann", a=1), centre.task(a=1)
    refusal = (400, 20001, "Attributes must be a JSON object")
    assert centre.refusal(commands.CreateWorker, friendly_name="Bob", attributes=text) == refusal
    assert centre.refusal(commands.CreateTask, attributes=text) == refusal
    assert centre.refusal(commands.UpdateWorker, worker_sid=ann.sid, attributes=text, friendly_name="X") == refusal
    assert centre.refusal(commands.UpdateTask, task_sid=task.sid, attributes=text, priority=5) == refusal
    assert (ann.attributes, task.attributes, ann.friendly_name, task.priority) == ({"a": 1}, {"a": 1}, "Ann", 0)
