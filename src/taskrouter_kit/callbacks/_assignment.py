"""The request of an assignment callback, typed: who may get which task."""

# Documented: callbacks.md section 1

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, cast

from typing_extensions import TypeVar

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._sids import (
    AccountSid,
    ActivitySid,
    ReservationSid,
    TaskChannelSid,
    TaskQueueSid,
    TaskSid,
    WorkerSid,
    WorkflowSid,
    WorkspaceSid,
)
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidAttributes
from taskrouter_kit.expr._schema import Attributes
from taskrouter_kit.models._event_fields import (
    MaybeSent,
    Sent,
    as_sid,
    document,
    duration,
    moment,
    normalised,
    shown,
    text,
    whole,
)
from taskrouter_kit.models._event_groups import decoded

# Any: without schemas, attributes are JSON mappings
W = TypeVar("W", covariant=True, default=Any)
T = TypeVar("T", covariant=True, default=Any)


class Assignment(Generic[W, T]):
    """A reservation was made, and the service asks what to do with it.

    ``worker`` and ``task`` are the attributes as the handler's schemas; ``problems`` says what does not fit, and then
    ``worker_attributes`` and ``task_attributes`` (JSON) are what there is. A repr shows SIDs only.
    """

    account_sid: Sent[AccountSid] = Sent(as_sid)
    workspace_sid: Sent[WorkspaceSid] = Sent(as_sid)
    workflow_sid: Sent[WorkflowSid] = Sent(as_sid)
    task_queue_sid: Sent[TaskQueueSid] = Sent(as_sid)
    worker_sid: Sent[WorkerSid] = Sent(as_sid)
    task_sid: Sent[TaskSid] = Sent(as_sid)
    reservation_sid: Sent[ReservationSid] = Sent(as_sid)
    worker_attributes = Sent(document)
    task_attributes = Sent(document)
    task_age = Sent(duration)
    task_priority = Sent(whole)
    timestamp = MaybeSent(moment)
    # Inferred: callbacks.md section 1; not documented for this callback
    worker_name = MaybeSent(text)
    worker_activity_sid: MaybeSent[ActivitySid] = MaybeSent(as_sid)
    worker_activity_name = MaybeSent(text)
    workflow_name = MaybeSent(text)
    task_queue_name = MaybeSent(text)
    task_queue_target_expression = MaybeSent(text)
    task_assignment_status = MaybeSent(text)
    task_date_created = MaybeSent(moment)
    task_channel_sid: MaybeSent[TaskChannelSid] = MaybeSent(as_sid)
    task_channel_unique_name = MaybeSent(text)

    def __init__(
        self,
        payload: Mapping[str, Json],
        *,
        worker: type[Attributes[Any]] | None = None,
        task: type[Attributes[Any]] | None = None,
    ) -> None:
        self.payload = payload
        self.fields: Mapping[str, Json] = normalised(payload)
        self.worker_schema = worker
        self.task_schema = task
        self._worker = _decoded(self.fields.get("worker_attributes"), worker)
        self._task = _decoded(self.fields.get("task_attributes"), task)
        self.problems: tuple[Diagnostic, ...] = tuple(
            each.at(f"{which}_attributes")
            for which, value in (("worker", self._worker), ("task", self._task))
            if isinstance(value, InvalidAttributes)
            for each in value.diagnostics
        )

    @property
    def worker(self) -> W:
        """The worker's attributes. Raises :class:`InvalidAttributes` where they do not fit the schema."""
        if isinstance(self._worker, InvalidAttributes):
            raise InvalidAttributes(self._worker.diagnostics)
        return cast(W, self._worker)

    @property
    def task(self) -> T:
        """The task's attributes. Raises :class:`InvalidAttributes` where they do not fit the schema."""
        if isinstance(self._task, InvalidAttributes):
            raise InvalidAttributes(self._task.diagnostics)
        return cast(T, self._task)

    @property
    def extra(self) -> dict[str, Json]:
        """What came and this version does not know."""
        return {name: value for name, value in self.fields.items() if not hasattr(type(self), name)}

    def __repr__(self) -> str:
        return f"Assignment({shown(self.fields, ('reservation_sid', 'task_sid', 'worker_sid', 'workflow_sid'))})"


def _decoded(value: Json, schema: type[Attributes[Any]] | None) -> object:
    """Return attributes as *schema* (a JSON mapping without one), or the error that reading them raises."""
    try:
        return decoded(value, schema)
    except InvalidAttributes as error:
        return error
