"""Last-agent routing with null done right: back to the worker who knows the caller, and no wait for who has none.

A target with a known worker holds a task until its timeout even when the task names nobody. So tasks that name a
worker and tasks that do not get a filter each.
"""

# Documented: workflows.md section 9; a task stays in the target even if the value is null or unknown

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from taskrouter_kit.expr._columns import Text
from taskrouter_kit.expr._condition import Condition, TaskScope
from taskrouter_kit.models._declare_filters import Filter, Target
from taskrouter_kit.models._declare_parts import TaskQueue


def last_agent_first(
    friendly_name: str,
    expression: Condition[TaskScope],
    known: Text[str, TaskScope] | Text[str | None, TaskScope],
    queue: TaskQueue,
    targets: Sequence[Target],
    *,
    timeout: int | timedelta = 30,
) -> list[Filter]:
    """Return two filters: tasks whose attribute *known* holds a worker's SID wait *timeout* for that worker first.

    ``timeout`` is seconds or a ``timedelta``. *targets* serve everybody else, and those whose worker did not come.
    *queue* must have the worker as a member. Write the attribute as JSON null (a schema's ``None``) where there is no
    last agent: the texts ``""`` and ``"null"`` count as a name of nobody and wait in vain.
    """
    first = Target(queue, known_worker_sid=known, timeout=timeout)
    return [
        Filter(f"{friendly_name} (last agent)", expression & known.is_not_null(), [first, *targets]),
        Filter(friendly_name, expression, targets),
    ]
