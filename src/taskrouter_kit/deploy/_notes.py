"""What people should know before they carry out a plan, though it stops nothing: pure, from two values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.deploy._actual import BORN, NAMES, Actual, Kind, key_of
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._nodes import ALWAYS
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.expr.checks import check
from taskrouter_kit.models._declare_parts import BUILT_IN_CHANNELS
from taskrouter_kit.models._declare_workflow import Workflow
from taskrouter_kit.models._declare_workspace import Workspace

#: Activities that come with a workspace, today's and those of older ones: nobody has to declare them.
# Documented: resources.md section 2.1; the older ones
# Observed: resources.md section 2.1; those of Flex
_BORN_ACTIVITIES = frozenset({*BORN, "Idle", "Busy", "Reserved", "Break"})
_OF_THE_SERVICE: dict[Kind, frozenset[str]] = {
    "Activity": _BORN_ACTIVITIES,
    "TaskChannel": frozenset(BUILT_IN_CHANNELS),
}
_NAMED_AT_MOST = 5


def notes(desired: Workspace, actual: Actual | None) -> Iterable[Diagnostic]:
    """Yield what a deployment of *desired* over *actual* should make people think about."""
    yield from _timeout_activity(desired, actual)
    yield from _multi_tasking(desired, actual)
    for channel in desired.task_channels:
        if channel.unique_name in BUILT_IN_CHANNELS:
            message = f"Task channel {channel.unique_name!r} exists in every workspace; it is adopted, not created."
            yield _info("built-in-channel", message, f"TaskChannel {channel.unique_name!r}")
    yield from _expressions(desired)
    for workflow in desired.workflows:
        yield from _lost_tasks(workflow)
    if actual is not None:
        yield from _left_alone(desired, actual)


def _timeout_activity(desired: Workspace, actual: Actual | None) -> Iterable[Diagnostic]:
    # Observed: limits-errors-gotchas.md section 4 (gotcha 3)
    now = actual.find("WorkspaceActivities", desired.friendly_name) if actual is not None else None
    name = now.fields["timeout_activity"] if now is not None else "Offline"
    if desired.timeout_activity is None and name == "Offline":
        yield _info(
            "timeout-activity-unset",
            "A worker who lets a reservation time out goes to the workspace's timeout activity, 'Offline' by default, "
            "and stays there.",
            f"Workspace {desired.friendly_name!r}.timeout_activity",
            hint="name an activity of its own for it, so that such workers are seen",
        )


def _multi_tasking(desired: Workspace, actual: Actual | None) -> Iterable[Diagnostic]:
    now = actual.find("Workspace", desired.friendly_name) if actual is not None else None
    if now is not None and desired.multi_task_enabled and not now.fields["multi_task_enabled"]:
        # Documented: limits-errors-gotchas.md section 4 (gotcha 5)
        yield _info(
            "multi-tasking-for-good",
            "Multi-tasking is switched on, and can never be switched off again.",
            f"Workspace {desired.friendly_name!r}.multi_task_enabled",
            hint="leave multi_task_enabled= out to keep what the workspace has",
        )


def _expressions(desired: Workspace) -> Iterable[Diagnostic]:
    """Yield what the checker calls an error; by the schema of the declared workers, where all of them have one."""
    classes = {type(each.attributes) for each in desired.workers}
    schemas = [each for each in classes if issubclass(each, WorkerAttributes)]
    schema = schemas[0] if len(schemas) == len(classes) == 1 else None
    for path, condition in _conditions(desired):
        for finding in check(condition, worker=schema):
            if finding.severity == "error":
                yield evolve(finding.at(path), severity="warning")


def _conditions(desired: Workspace) -> Iterable[tuple[str, Condition[Any]]]:  # Any: of every place
    for queue in desired.task_queues:
        yield f"TaskQueue {queue.friendly_name!r}.target_workers", queue.target_workers
    for workflow in desired.workflows:
        for each in workflow.filters:
            path = f"Workflow {workflow.friendly_name!r}.filters[{each.friendly_name!r}]"
            yield f"{path}.expression", each.expression
            for number, target in enumerate(each.targets):
                if target.expression is not None:
                    yield f"{path}.targets[{number}].expression", target.expression
                if target.skip_if is not None:
                    yield f"{path}.targets[{number}].skip_if", target.skip_if


def _lost_tasks(workflow: Workflow) -> Iterable[Diagnostic]:
    """Yield where a task of *workflow* can be canceled by the service without anybody's doing."""
    for each in workflow.filters:
        last = each.targets[-1]
        if last.timeout_seconds is not None:
            # Documented: workflows.md section 5; the timeout of the last target cancels, the default is not used
            yield _info(
                "last-target-timeout",
                f"A task that waits longer than {last.timeout_seconds} s in the last target is canceled; "
                "the default takes only what no filter took.",
                f"Workflow {workflow.friendly_name!r}.filters[{each.friendly_name!r}]",
                hint="end the filter with a target that has no timeout",
            )
    if workflow.default_target is None and not any(each.expression.node == ALWAYS for each in workflow.filters):
        # Documented: workflows.md section 6; without a default such a task is canceled
        yield _info(
            "no-default",
            "A task that no filter takes is canceled: there is no default.",
            f"Workflow {workflow.friendly_name!r}.default",
            hint="give a queue that takes the rest",
        )


def _left_alone(desired: Workspace, actual: Actual) -> Iterable[Diagnostic]:
    declared: dict[Kind, list[str]] = {
        "Activity": [each.friendly_name for each in desired.activities],
        "TaskChannel": [each.unique_name for each in desired.task_channels],
        "TaskQueue": [each.friendly_name for each in desired.task_queues],
        "Workflow": [each.friendly_name for each in desired.workflows],
        "Worker": [each.friendly_name for each in desired.workers],
    }
    for kind, names in declared.items():
        keys = {key_of(kind, name) for name in names} | _OF_THE_SERVICE.get(kind, frozenset())
        others = sorted(thing.name for key, thing in actual.things.get(kind, {}).items() if key not in keys)
        if others:
            shown = ", ".join(map(repr, others[:_NAMED_AT_MOST]))
            more = f" and {len(others) - _NAMED_AT_MOST} more" if len(others) > _NAMED_AT_MOST else ""
            yield _info(
                "not-declared",
                f"Nobody declares these {NAMES[kind][1]}, and they are left as they are: {shown}{more}.",
                f"Workspace {desired.friendly_name!r}",
                hint="a new name in the declaration is a new thing; delete the old one when nothing uses it any more",
            )


def _info(rule: str, message: str, path: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(rule, message, severity="info", where=Where(path=path), hint=hint)
