"""An AI agent hands a conversation to a human: a task with the context, once per conversation, never too long."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable
from typing import Any, TypeVar, overload

from taskrouter_kit._wire import ATTRIBUTES_LIMIT, UNSET, Unset, encode_json
from taskrouter_kit.client._async._service import AsyncLiveWorkspace
from taskrouter_kit.client._names import Address
from taskrouter_kit.client._sync._service import LiveWorkspace
from taskrouter_kit.expr._schema import Attr, TaskAttributes, attribute, evolve
from taskrouter_kit.models._resources import TaskResource

E = TypeVar("E", bound="Escalation")

_CUT = "…"


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
    """Create the task for *escalation* and return it; with an async workspace, await it. *more*: as ``tasks.create``.

    A summary that does not fit into 4,096 characters of attributes is cut. Where the answer to the creation is lost,
    the client looks for a task of the same ``conversation_id`` before it tries again, so that a conversation waits
    for one human only. ``priority`` belongs here: inside the attributes it has no effect.
    """
    # Documented: limits-errors-gotchas.md section 4 (gotcha 13)
    fitting = _fitting(escalation)
    return live.tasks.create(fitting, workflow=workflow, priority=priority, dedupe="conversation_id", **more)


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
