"""Writing task queues and workflows, at the pace that the service allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from taskrouter_kit._wire import UNSET, decode_object, encode_attributes
from taskrouter_kit.client._endpoints import ACTIVITIES, ROUTING_WRITES, TASK_QUEUES, WORKFLOWS
from taskrouter_kit.client._exchange import Flow
from taskrouter_kit.client._fields import fields
from taskrouter_kit.client._flows import update_one
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._scope import Scope
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._resources import TaskQueueResource, WorkflowResource


def save_task_queue(scope: Scope, address: Address | None, **more: object) -> Flow[TaskQueueResource]:
    """Create (*address* None) or update a queue; activities may be given by name."""
    for name in ("reservation_activity", "assignment_activity"):
        activity = more.pop(name, UNSET)
        if activity is None:
            more[f"{name}_sid"] = None
        elif activity is not UNSET:
            more[f"{name}_sid"] = yield from scope.sid(ACTIVITIES, activity)
    target = more.get("target_workers")
    if isinstance(target, Condition):
        more["target_workers"] = str(_as_target(target))  # pyright: ignore[reportUnknownArgumentType]  (any scope)
    form = fields(**more)
    if address is None:
        return (yield from scope.create(TASK_QUEUES, form, group=ROUTING_WRITES))
    return (yield from update_one(scope, TASK_QUEUES, address, form, group=ROUTING_WRITES))


def _as_target(condition: Condition[Any]) -> Condition[Any]:
    return condition.placed("target_workers")


def save_workflow(scope: Scope, address: Address | None, **more: object) -> Flow[WorkflowResource]:
    """Create (*address* None) or update a workflow."""
    form = fields(**more)
    if address is None:
        return (yield from scope.create(WORKFLOWS, form, group=ROUTING_WRITES))
    return (yield from update_one(scope, WORKFLOWS, address, form, group=ROUTING_WRITES))


def queue_accepts(attributes: WorkerAttributes | Mapping[str, Any]) -> Callable[[TaskQueueResource], bool]:
    """Return the test whether a returned queue takes a worker with *attributes*; one without an expression does not.

    What the service knows of a worker besides (its name, its activity) reads as NULL.
    """
    from taskrouter_kit.expr._compile import compile_condition
    from taskrouter_kit.expr._parser import parse

    document = decode_object(encode_attributes(attributes))

    def accepts(queue: TaskQueueResource) -> bool:
        text = queue.target_workers
        return text is not None and bool(compile_condition(parse(text, place="target_workers"))(document, {}))

    return accepts
