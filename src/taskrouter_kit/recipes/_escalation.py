"""An AI agent hands a conversation to a human: a task with the context, once per conversation, never too long."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from taskrouter_kit._wire import ATTRIBUTES_LIMIT, UNSET, Unset, encode_json
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._sync._service import LiveWorkspace
from taskrouter_kit.expr._schema import Attr, TaskAttributes, attribute, evolve
from taskrouter_kit.models._resources import TaskResource, TaskStatus

if TYPE_CHECKING:
    from taskrouter_kit.client._async._service import AsyncLiveWorkspace

E = TypeVar("E", bound="Escalation")

_CUT = "…"
_WITH_A_HUMAN = (TaskStatus.PENDING, TaskStatus.RESERVED, TaskStatus.ASSIGNED)


class Escalation(TaskAttributes):
    """What a human needs to take over. Subclass it to add what your filters route on."""

    conversation_id: Attr[str]
    reason: Attr[str]
    summary: Attr[str]
    profile_id: Attr[str | None] = attribute(default=None)


@overload
def escalate(
    live: LiveWorkspace, escalation: E, *, workflow: Address, priority: int | Unset = UNSET, **more: Any
) -> TaskResource[E]: ...
@overload
def escalate(
    live: AsyncLiveWorkspace, escalation: E, *, workflow: Address, priority: int | Unset = UNSET, **more: Any
) -> Awaitable[TaskResource[E]]: ...
def escalate(
    live: LiveWorkspace | AsyncLiveWorkspace,
    escalation: E,
    *,
    workflow: Address,
    priority: int | Unset = UNSET,
    **more: Any,
) -> TaskResource[E] | Awaitable[TaskResource[E]]:
    """Return the task that hands *escalation* to a human; with an async workspace, await it. *more*: ``tasks.create``.

    A conversation that waits for a human, or has one, keeps its task as it is: an agent that escalates twice makes
    nobody answer twice. Only two that escalate at the same instant may not see each other. Where the answer to the
    creation is lost, the task is looked for before it is created again. A summary that does not fit into 4,096
    characters of attributes is cut. ``priority`` belongs here: inside the attributes it has no effect.
    """
    # Documented: limits-errors-gotchas.md section 4 (gotcha 13)
    options: dict[str, Any] = {"workflow": workflow, "priority": priority, "dedupe": "conversation_id", **more}
    if isinstance(live, LiveWorkspace):
        there = live.tasks.list(type(escalation), **_of_the_same(escalation)).first()
        return there if there is not None else live.tasks.create(_fitting(escalation), **options)
    return _aescalate(live, escalation, options)


async def _aescalate(live: AsyncLiveWorkspace, escalation: E, options: dict[str, Any]) -> TaskResource[E]:
    there = await live.tasks.list(type(escalation), **_of_the_same(escalation)).first()
    return there if there is not None else await live.tasks.create(_fitting(escalation), **options)


def _of_the_same(escalation: Escalation) -> dict[str, Any]:
    """Return how to list the tasks with which the conversation waits for a human, or has one."""
    return {"where": type(escalation).conversation_id == escalation.conversation_id, "assignment_status": _WITH_A_HUMAN}


def _fitting(escalation: E) -> E:
    """Return *escalation*, its summary cut to the longest beginning with which all of it fits."""
    if _fits(escalation):
        return escalation
    summary = escalation.summary
    longest = bisect_left(range(len(summary)), True, key=lambda length: not _fits(_cut(escalation, length + 1)))
    return _cut(escalation, longest)


def _cut(escalation: E, length: int) -> E:
    return evolve(escalation, summary=escalation.summary[:length] + _CUT)


def _fits(escalation: Escalation) -> bool:
    return len(encode_json(escalation.to_dict())) <= ATTRIBUTES_LIMIT
