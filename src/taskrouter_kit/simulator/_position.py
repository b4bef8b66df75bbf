"""Where a task stands: the rules that it goes by, and the filter and target that it is in."""

from __future__ import annotations

from taskrouter_kit.simulator._rules import FilterRule, TargetRule, WorkflowRules
from taskrouter_kit.simulator._state import WorkspaceState
from taskrouter_kit.simulator._task_state import TaskState


def rules_of(workspace: WorkspaceState, task: TaskState) -> WorkflowRules | None:
    """Return the rules that *task* goes by: those of its workflow when it entered it."""
    if task.old_rules is not None:
        # Documented: workflows.md section 7; Tasks already in the Workflow keep going with what they had
        return task.old_rules
    workflow = workspace.workflows.get(task.workflow_sid or "")
    return None if workflow is None else workflow.rules


def target_of(workspace: WorkspaceState, task: TaskState) -> tuple[FilterRule, TargetRule] | None:
    """Return the filter and the target that *task* is in, or None when it is in no workflow."""
    if task.filter_index is None:
        return None
    target = task.routing_target
    if target is not None and target.startswith(("WK", "WQ")) and task.task_queue_sid is not None:
        direct = TargetRule(task.task_queue_sid)
        return FilterRule("", "", bool, (direct,)), direct
    rules = rules_of(workspace, task)
    rule = None if rules is None else rules.filter_at(task.filter_index)
    if rule is None or task.target_index >= len(rule.targets):
        return None
    return rule, rule.targets[task.target_index]
