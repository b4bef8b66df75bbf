"""Declared filters and their targets: which tasks, and the queues they go through.

A task takes the first filter whose expression is true, then that filter's targets from top to bottom; it leaves a
target only by its ``timeout`` or its ``skip_if``. References are objects.
"""

# Documented: workflows.md sections 2 and 3

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias, cast

from attrs import field, frozen

from taskrouter_kit._wire import Json
from taskrouter_kit.expr._columns import Text
from taskrouter_kit.expr._condition import Condition, QueueScope, TaskScope, WorkerScope
from taskrouter_kit.expr._nodes import Scope
from taskrouter_kit.expr._order import KnownWorkerPath, OrderBy, OrderKey
from taskrouter_kit.models._declare_parts import TaskQueue
from taskrouter_kit.models._declare_problems import PRIORITY_LIMIT, Problems, seconds

#: What ``order_by`` takes: one key, several by significance, or parsed keys.
Ordering: TypeAlias = OrderKey | Sequence[OrderKey] | OrderBy

#: Column of the task that names a worker (``known_worker_*``).
TaskText: TypeAlias = "Text[str, TaskScope] | Text[str | None, TaskScope] | KnownWorkerPath"


def no_keys() -> Mapping[str, Json]:
    return {}


@frozen
class Target:
    """One step of a filter: a queue, and who of it, for how long, in which order.

    ``queue`` may be left out after the first target (the task stays where it is). ``timeout`` is in seconds (or a
    ``timedelta``), counted on the task's age from the moment its filter was entered, and cumulative over the targets;
    without one the task waits here. ``skip_if`` is looked at once, when nobody could be reserved at once.
    ``priority`` replaces the task's. ``known_worker_sid`` / ``known_worker_friendly_name`` name a task attribute.
    """

    queue: TaskQueue | None = None
    expression: Condition[TaskScope | WorkerScope] | None = None
    timeout: int | timedelta | None = field(default=None, kw_only=True)
    priority: int | None = field(default=None, kw_only=True)
    order_by: Ordering | None = field(default=None, kw_only=True)
    skip_if: Condition[QueueScope] | None = field(default=None, kw_only=True)
    known_worker_sid: TaskText | None = field(default=None, kw_only=True)
    known_worker_friendly_name: TaskText | None = field(default=None, kw_only=True)
    #: Keys of a configuration that was read back and that this library does not know; written out again.
    extra: Mapping[str, Json] = field(factory=no_keys, kw_only=True)

    def __attrs_post_init__(self) -> None:
        name = getattr(self.queue, "friendly_name", None)
        problems = Problems(f"Target({name!r})" if name else "Target")
        if self.queue is not None:
            problems.instance(self.queue, TaskQueue, field="queue", hint="pass the declared queue, not its name")
        if self.expression is not None:
            problems.condition(self.expression, "target", field="expression")
        if self.skip_if is not None:
            problems.condition(self.skip_if, "skip_if", field="skip_if")
        timeout = seconds(self.timeout)
        if timeout is not None:
            problems.integer(timeout, field="timeout", low=1, high=None, unit="seconds")
        if self.priority is not None:
            problems.integer(self.priority, field="priority", low=0, high=PRIORITY_LIMIT)
        # Documented: workflows.md section 2.3
        if self.known_worker_sid is not None and self.known_worker_friendly_name is not None:
            problems.add(
                "known-worker-twice",
                "known_worker_sid and known_worker_friendly_name exclude each other.",
                hint="keep the one your tasks carry",
            )
        for known in ("known_worker_sid", "known_worker_friendly_name"):
            _check_known(problems, getattr(self, known), known)
        order = _ordering(self.order_by, problems)
        problems.raise_any()
        object.__setattr__(self, "timeout", timeout)
        object.__setattr__(self, "order_by", order)
        if self.expression is not None:
            object.__setattr__(self, "expression", self.expression.placed("target"))
        if self.skip_if is not None:
            object.__setattr__(self, "skip_if", self.skip_if.placed("skip_if"))

    @property
    def timeout_seconds(self) -> int | None:
        """The timeout in whole seconds, or None when the task may wait here."""
        return seconds(self.timeout)  # type: ignore[no-any-return]  # validated when built


def _check_known(problems: Problems, column: object, name: str) -> None:
    if column is None:
        return
    if isinstance(column, KnownWorkerPath) and column.source is not None:
        return  # somebody's text, which the service stores; what is wrong with it is for the checker to say
    if not isinstance(column, Text | KnownWorkerPath):
        problems.add(
            "not-a-column",
            f"Expected a text column of the task; got {column!r}.",
            hint='for example Call.agent_sid, or task.text("agent_sid")',
            field=name,
        )
    elif column.path.scope is not Scope.TASK:
        problems.add("wrong-scope", "A known worker is named by an attribute of the task.", field=name)


def _ordering(order: object, problems: Problems) -> OrderBy | None:
    if order is None or isinstance(order, OrderBy):
        return order
    keys: tuple[object, ...] = (order,)
    if isinstance(order, Iterable):
        keys = tuple(cast("Iterable[object]", order))
    wrong = [key for key in keys if not isinstance(key, OrderKey)]
    if wrong or not keys:
        problems.add(
            "not-an-order",
            f"Expected sort keys of worker attributes; got {wrong[0] if wrong else order!r}.",
            hint="for example Agent.experience.desc()",
            field="order_by",
        )
        return None
    return OrderBy(tuple(key for key in keys if isinstance(key, OrderKey)))


@frozen
class Filter:
    """One case of a workflow: which tasks, and the targets they go through."""

    friendly_name: str | None
    expression: Condition[TaskScope]
    targets: Sequence[Target]
    extra: Mapping[str, Json] = field(factory=no_keys, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"Filter {self.friendly_name!r}")
        if self.friendly_name is not None:
            problems.name(self.friendly_name, limit=None)
        problems.condition(self.expression, "filter", field="expression")
        targets = problems.listed(self.targets, field="targets")
        for index, target in enumerate(targets):
            problems.instance(target, Target, field=f"targets[{index}]", hint="wrap the queue: Target(queue)")
        if not targets:
            problems.add("no-target", "A filter needs at least one target.", field="targets")
        elif isinstance(targets[0], Target) and targets[0].queue is None:
            problems.add("no-queue", "The first target of a filter names its queue.", field="targets[0].queue")
        problems.raise_any()
        object.__setattr__(self, "targets", targets)
        object.__setattr__(self, "expression", self.expression.placed("filter"))
