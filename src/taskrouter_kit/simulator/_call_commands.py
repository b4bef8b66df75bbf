"""Commands about telephone calls, which only imitate a telephone network: they have no request of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen, validators

from taskrouter_kit.simulator._unset import UNSET, Unset

#: What becomes of a call.
CallOutcome: TypeAlias = Literal["answered", "busy", "no-answer", "failed"]
CALL_OUTCOMES: tuple[CallOutcome, ...] = ("answered", "busy", "no-answer", "failed")


@frozen(kw_only=True, eq=False)
class PlanCall:
    """Say what becomes of the next calls of the workspace, or of one worker: ``after_ms`` until it is known."""

    workspace_sid: str
    outcome: str = field(validator=validators.in_(CALL_OUTCOMES))
    after_ms: int | Unset = UNSET
    worker_sid: str | Unset = UNSET
    times: int = field(default=1, validator=validators.ge(1))


@frozen(kw_only=True, eq=False)
class HangUp:
    """The call of a task ends: the caller hangs up while it waits, or either side while they talk."""

    workspace_sid: str
    task_sid: str


@frozen(kw_only=True, eq=False)
class Enqueue:
    """A caller is put into a queue: ``<Enqueue workflowSid>``. ``attributes`` is the JSON text inside ``<Task>``.

    ``parameters`` are those of the call, in snake_case (``from``, ``to``, ``from_country`` …).
    """

    workspace_sid: str
    workflow_sid: str
    attributes: str = field(default="{}", repr=False)
    priority: int | Unset = UNSET
    timeout: int | Unset = UNSET
    parameters: Mapping[str, str] = field(factory=dict[str, str], repr=False)
