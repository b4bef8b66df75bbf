"""Declared workflows: filters, the default, and who is asked about each reservation."""

# Documented: workflows.md sections 2 and 3

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from attrs import field, frozen

from taskrouter_kit._wire import Json, encode_json
from taskrouter_kit.models._declare_filters import Filter, Target, no_keys
from taskrouter_kit.models._declare_parts import TaskQueue
from taskrouter_kit.models._declare_problems import Problems, seconds
from taskrouter_kit.models._workflow_document import from_document, to_document


@frozen
class Workflow:
    """Which tasks go to which queue, in which order, and who is asked about each reservation.

    ``default`` takes the tasks that no filter took (not those whose targets timed out). ``task_reservation_timeout``
    is how long a worker has to answer, 1 … 86,400 seconds or a ``timedelta``.
    """

    friendly_name: str
    filters: Sequence[Filter] = ()
    default: TaskQueue | Target | None = None
    assignment_callback_url: str | None = field(default=None, kw_only=True)
    fallback_assignment_callback_url: str | None = field(default=None, kw_only=True)
    task_reservation_timeout: int | timedelta = field(default=120, kw_only=True)
    extra: Mapping[str, Json] = field(factory=no_keys, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"Workflow {self.friendly_name!r}")
        problems.name(self.friendly_name, limit=None)
        filters = problems.listed(self.filters, field="filters")
        for index, each in enumerate(filters):
            problems.instance(each, Filter, field=f"filters[{index}]")
        default = Target(self.default) if isinstance(self.default, TaskQueue) else self.default
        if default is not None and problems.instance(default, Target, field="default") and default.queue is None:
            problems.add("no-queue", "The default names its queue.", field="default.queue")
        problems.url(self.assignment_callback_url, field="assignment_callback_url")
        problems.url(self.fallback_assignment_callback_url, field="fallback_assignment_callback_url")
        timeout = seconds(self.task_reservation_timeout)
        # Documented: limits-errors-gotchas.md section 2
        problems.integer(timeout, field="task_reservation_timeout", low=1, high=86_400, unit="seconds")
        problems.raise_any()
        object.__setattr__(self, "filters", filters)
        object.__setattr__(self, "default", default)
        object.__setattr__(self, "task_reservation_timeout", timeout)

    @property
    def default_target(self) -> Target | None:
        """The default as a target."""
        return self.default if isinstance(self.default, Target) else None

    @property
    def reservation_seconds(self) -> int:
        """How long a worker has to answer, in seconds."""
        return int(seconds(self.task_reservation_timeout))

    def queues(self) -> tuple[TaskQueue, ...]:
        """Every queue that a target or the default names, in order of appearance, each once."""
        targets = [target for each in self.filters for target in each.targets]
        targets += [self.default_target] if self.default_target else []
        return tuple(dict.fromkeys(target.queue for target in targets if target.queue is not None))

    def document(self, queue_sids: Mapping[str, str] | None = None) -> dict[str, Json]:
        """Return the configuration as a JSON document, in canonical key order.

        *queue_sids* maps queue names to SIDs; without it queues are written by their names, as they are declared.
        """
        return to_document(self.filters, self.default_target, self.extra, queue_sids)

    def configuration(self, queue_sids: Mapping[str, str] | None = None) -> str:
        """Return the configuration as the JSON text that TaskRouter stores (see :meth:`document`)."""
        return encode_json(self.document(queue_sids))

    @classmethod
    def from_configuration(
        cls,
        configuration: str | Mapping[str, Json],
        *,
        queues: Iterable[TaskQueue] | Mapping[str, TaskQueue],
        friendly_name: str = "Workflow",
        assignment_callback_url: str | None = None,
        fallback_assignment_callback_url: str | None = None,
        task_reservation_timeout: int | timedelta = 120,
    ) -> Workflow:
        """Read a configuration (JSON text or document) back into a declaration, keeping keys it does not know.

        *queues* holds the queues it may name: by friendly name, or a mapping from what stands in the document (a
        queue's SID) to the queue. Raises :class:`InvalidDeclaration` with every problem of the document, each at its
        JSON path.
        """
        filters, default, extra = from_document(configuration, queues)
        return cls(
            friendly_name,
            filters,
            default,
            assignment_callback_url=assignment_callback_url,
            fallback_assignment_callback_url=fallback_assignment_callback_url,
            task_reservation_timeout=task_reservation_timeout,
            extra=extra,
        )
