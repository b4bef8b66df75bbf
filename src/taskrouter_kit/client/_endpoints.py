"""The collections of the REST API as data, and the exchanges that each of them takes.

An :class:`Endpoint` knows its path, the key of its lists and the class of its items; ``create``, ``fetch``, ``update``,
``delete`` and ``page`` describe one exchange each. Which parameters they take is typed where users meet them.
"""

# Documented: resources.md section 1.3 (URL map)

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast

from attrs import evolve, field, frozen

from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.client._exchange import Exchange, Field, Reply, path
from taskrouter_kit.client._failures import unexpected
from taskrouter_kit.client._pages import Page, Walk, read_page
from taskrouter_kit.errors import OutcomeUnknown, UnexpectedAnswer
from taskrouter_kit.models import _resources as resources
from taskrouter_kit.models._base import Meta, Resource
from taskrouter_kit.models._reading import decode, decode_all

T = TypeVar("T")
R = TypeVar("R", bound=Resource)

#: What to do about what must not be done twice, when the answer that confirmed it cannot be read.
UNREAD = "it was answered as done, by what cannot be read: look before you do it again"


@frozen
class Endpoint(Generic[R]):
    """One collection. ``where`` are the path segments above it: workspace, and what it belongs to."""

    noun: str
    segment: str
    key: str
    cls: type[R]
    where: tuple[str, ...] = ()
    #: What decoding needs beside the payload (the schema of attributes).
    more: Mapping[str, object] = field(factory=dict[str, object])

    def at(self, *where: str) -> Endpoint[R]:
        """Return the collection below *where*."""
        return Endpoint(self.noun, self.segment, self.key, self.cls, where, self.more)

    def reading(self, **more: object) -> Endpoint[R]:
        """Return the collection whose items are decoded with *more*."""
        return Endpoint(self.noun, self.segment, self.key, self.cls, self.where, {**self.more, **more})

    def create(self, form: Mapping[str, Field], *, group: str | None = None) -> Exchange[R]:
        """Describe the creation of an item."""
        return self._exchange(f"Create{self.noun}", "POST", self._path(), form=form, group=group)

    def fetch(self, sid: str) -> Exchange[R]:
        """Describe the reading of one item."""
        return self._exchange(f"Fetch{self.noun}", "GET", self._path(sid))

    def update(
        self, sid: str, form: Mapping[str, Field], *, if_match: str | None = None, group: str | None = None
    ) -> Exchange[R]:
        """Describe an update; only if the item still has version *if_match*, where one is given."""
        headers = _only_if(if_match)
        return self._exchange(f"Update{self.noun}", "POST", self._path(sid), form=form, headers=headers, group=group)

    def delete(self, sid: str, *, if_match: str | None = None) -> Exchange[None]:
        """Describe a deletion; only if the item still has version *if_match*, where one is given."""
        headers = _only_if(if_match)
        exchange: Exchange[None] = Exchange(
            f"Delete{self.noun}",
            "DELETE",
            self._path(sid),
            decode=lambda reply: _deleted(exchange, reply),
            headers=headers,
        )
        return exchange

    def walk(self, query: Mapping[str, Field] | None = None, *, group: str | None = None) -> Walk[R]:
        """Describe the walk over the items that *query* selects."""
        operation = f"List{self.noun}"

        def first(extra: Mapping[str, Field]) -> Exchange[Page[R]]:
            return Exchange(
                operation, "GET", self._path(), decode=self._page, query={**(query or {}), **extra}, group=group
            )

        return Walk(first, operation)

    def _path(self, *sid: str) -> str:
        return path(*self.where, self.segment, *sid)

    def _exchange(self, operation: str, method: Any, where: str, **more: Any) -> Exchange[R]:
        exchange: Exchange[R] = Exchange(
            operation, method, where, decode=lambda reply: self._item(exchange, reply), **more
        )
        return exchange

    def _item(self, exchange: Exchange[R], reply: Reply) -> R:
        try:
            payload = read_json(exchange, reply)
            return decode(self.cls, payload, Meta(reply.status, reply.headers), **self.more)
        except UnexpectedAnswer as unread:
            if exchange.repeatable:
                raise
            found = [evolve(each, rule="outcome-unknown", hint=UNREAD) for each in unread.diagnostics]
            raise OutcomeUnknown(found, status=reply.status, request=unread.request, headers=reply.headers) from unread

    def _page(self, reply: Reply) -> Page[R]:
        exchange: Exchange[R] = Exchange(f"List{self.noun}", "GET", self._path(), decode=lambda _: cast(R, None))
        read: Callable[[list[Json]], list[R]] = lambda items: decode_all(self.cls, items, **self.more)  # noqa: E731
        return read_page(read_json(exchange, reply), self.key, read, f"List{self.noun}", reply)


def _deleted(exchange: Exchange[None], reply: Reply) -> None:
    """Accept the confirmation of a deletion: nothing, or JSON. A page of some proxy confirms nothing."""
    # Observed: sdk.md section 4 (DELETE answers 204, without a body); section 1 (or 202 with one)
    if reply.body.strip():
        read_json(exchange, reply)


def read_json(exchange: Exchange[Any], reply: Reply) -> Json:
    """Return the JSON of *reply*; raises :class:`UnexpectedAnswer` for anything else (HTML, nothing, cut off)."""
    try:
        return decode_json(reply.body)
    except ValueError as error:
        what = "it is empty" if not reply.body.strip() else "it is no JSON"
        raise unexpected(exchange, reply, f"The answer cannot be read: {what}.") from error


def _only_if(version: str | None) -> dict[str, str]:
    """Return the header that makes a change depend on *version*; anything but its text raises ``TypeError``."""
    if version is None:
        return {}
    if not isinstance(version, str):
        raise TypeError(f"if_match is the text of an ETag (resource.meta.etag), not a {type(version).__name__}")
    return {"If-Match": version}


WORKSPACES = Endpoint("Workspace", "Workspaces", "workspaces", resources.WorkspaceResource)
ACTIVITIES = Endpoint("Activity", "Activities", "activities", resources.ActivityResource)
TASK_CHANNELS = Endpoint("TaskChannel", "TaskChannels", "channels", resources.TaskChannelResource)
TASK_QUEUES = Endpoint("TaskQueue", "TaskQueues", "task_queues", resources.TaskQueueResource)
WORKFLOWS = Endpoint("Workflow", "Workflows", "workflows", resources.WorkflowResource)
WORKERS: Endpoint[resources.WorkerResource[Any]] = Endpoint("Worker", "Workers", "workers", resources.WorkerResource)
WORKER_CHANNELS = Endpoint("WorkerChannel", "Channels", "channels", resources.WorkerChannelResource)
TASKS: Endpoint[resources.TaskResource[Any]] = Endpoint("Task", "Tasks", "tasks", resources.TaskResource)
TASK_RESERVATIONS = Endpoint("TaskReservation", "Reservations", "reservations", resources.ReservationResource)
WORKER_RESERVATIONS = Endpoint("WorkerReservation", "Reservations", "reservations", resources.ReservationResource)

#: Limiter groups: what the service paces more tightly than the rest.
# Observed: resources.md section 7 (queue and workflow POSTs); # Documented: limits-errors-gotchas.md section 2
ROUTING_WRITES = "routing-writes"
EXPRESSION_LISTS = "expression-lists"
