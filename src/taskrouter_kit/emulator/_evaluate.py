"""Expressions in queries: which workers and tasks an expression of a list filter lets through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from taskrouter_kit.emulator._faults import invalid
from taskrouter_kit.emulator._json_text import decode
from taskrouter_kit.errors import TaskRouterKitError
from taskrouter_kit.expr._compile import Matcher, compile_condition
from taskrouter_kit.expr._facts import Facts
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._semantics import Semantics
from taskrouter_kit.simulator import TaskQueueState, TaskState, WorkerState, WorkspaceState
from taskrouter_kit.simulator._configuration import reason
from taskrouter_kit.simulator._matching import worker_facts


def _compiled(
    text: str,
    place: Literal["target_workers_expression", "evaluate_task_attributes"],
    parameter: str,
    semantics: Semantics,
) -> Matcher:
    try:
        if place == "target_workers_expression":
            return compile_condition(parse(text, place="target_workers_expression"), semantics)
        return compile_condition(parse(text, place="evaluate_task_attributes"), semantics)
    except TaskRouterKitError as failure:
        # Inferred: expressions.md section 9; a syntax error in a query is 400 with code 20001
        raise invalid(f"{parameter} is not a valid expression: {reason(failure)}") from failure


def matching_workers(
    workspace: WorkspaceState, text: str, workers: Sequence[WorkerState], semantics: Semantics
) -> list[WorkerState]:
    """Return those of *workers* for which the expression *text* is true."""
    matches = _compiled(text, "target_workers_expression", "TargetWorkersExpression", semantics)
    return [each for each in workers if matches(each.attributes, {}, Facts(worker=worker_facts(each, workspace)))]


def matching_tasks(text: str, tasks: Sequence[TaskState], semantics: Semantics) -> list[TaskState]:
    """Return those of *tasks* for whose attributes the expression *text* is true."""
    matches = _compiled(text, "evaluate_task_attributes", "EvaluateTaskAttributes", semantics)
    return [each for each in tasks if matches({}, each.attributes)]


def queue_accepts_attributes(queue: TaskQueueState, attributes: str) -> bool:
    """Return whether *queue* would accept a worker with *attributes* (JSON text)."""
    return queue.rule is not None and queue.rule(decode(attributes), {}, Facts())
