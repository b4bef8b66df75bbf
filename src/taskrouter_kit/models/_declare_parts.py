"""The parts of a contact centre that a user declares: activities, channels, queues, workers.

Each is a frozen value, validated when it is built; all problems of one are reported at once. They refer to each
other as objects (a queue's reservation activity *is* an :class:`Activity`); SIDs exist only after deployment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from taskrouter_kit._wire import encode_attributes
from taskrouter_kit.errors import InvalidAttributes
from taskrouter_kit.expr._condition import Condition, WorkerScope
from taskrouter_kit.expr._schema import WorkerAttributes
from taskrouter_kit.models._declare_problems import Problems

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")

#: Channels that every workspace has. A capacity may name them without declaring them.
# Observed: resources.md section 2.1
BUILT_IN_CHANNELS = ("default", "voice", "chat", "sms", "video")


@frozen
class Activity:
    """What a worker can be doing. ``available`` says whether tasks are offered then; it can never be changed later.

    ``friendly_name`` has at most 64 characters and is unique in its workspace.
    """

    # Documented: resources.md section 3; available is fixed for life

    friendly_name: str
    available: bool = field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"Activity {self.friendly_name!r}")
        problems.name(self.friendly_name)
        problems.instance(self.available, bool, field="available")
        problems.raise_any()


@frozen
class TaskChannel:
    """A kind of work with its own capacity. ``unique_name`` is its identity and can never be changed.

    Built-in channels (default, voice, chat, sms, video) exist in every workspace and need no declaration.
    """

    unique_name: str
    friendly_name: str | None = None
    channel_optimized_routing: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"TaskChannel {self.unique_name!r}")
        problems.name(self.unique_name, field="unique_name")
        # Documented: resources.md section 6; a hyphen makes worker.channel.<name> unusable in expressions
        if isinstance(self.unique_name, str) and self.unique_name and not _IDENTIFIER.match(self.unique_name):
            problems.add(
                "invalid-name",
                f"A unique name has letters, digits, _ and $, and no digit first; got {self.unique_name!r}.",
                hint=f"call it {_identifier(self.unique_name)!r}",
                field="unique_name",
            )
        if self.friendly_name is not None:
            problems.name(self.friendly_name)
        problems.raise_any()


@frozen
class TaskQueue:
    """A queue: where tasks wait, and (``target_workers``) which workers may serve it.

    ``max_reserved_workers``: how many workers are offered one task at the same time (1 … 50).
    ``task_order``: ``"FIFO"`` or ``"LIFO"``. The two activities matter in single-tasking workspaces only.
    """

    friendly_name: str
    target_workers: Condition[WorkerScope]
    max_reserved_workers: int = field(default=1, kw_only=True)
    task_order: Literal["FIFO", "LIFO"] = field(default="FIFO", kw_only=True)
    reservation_activity: Activity | None = field(default=None, kw_only=True)
    assignment_activity: Activity | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"TaskQueue {self.friendly_name!r}")
        # Decided: queue names have no documented length; TaskRouter's other names have 64, so only blank is refused
        problems.name(self.friendly_name, limit=None)
        problems.condition(self.target_workers, "target_workers", field="target_workers")
        # Documented: resources.md section 7
        problems.integer(self.max_reserved_workers, field="max_reserved_workers", low=1, high=50)
        problems.one_of(self.task_order, ("FIFO", "LIFO"), field="task_order")
        for name in ("reservation_activity", "assignment_activity"):
            if getattr(self, name) is not None:
                problems.instance(getattr(self, name), Activity, field=name)
        problems.raise_any()
        object.__setattr__(self, "target_workers", self.target_workers.placed("target_workers"))


@frozen
class Worker:
    """A worker with its attributes, the activity it starts in, and its capacity per channel.

    ``attributes`` is an instance of a :class:`WorkerAttributes` schema or a JSON mapping; as JSON it has at most
    4,096 characters. ``activity`` is where the worker is put when it is created (default: the workspace's
    ``default_activity``); later it is the worker's own business and no plan changes it. ``capacity`` maps a channel's
    unique name to how many tasks of it the worker takes at once (0: none; not named: left as it is).
    """

    friendly_name: str
    # Any: a schema of the user's, whatever its fields; or plain JSON
    attributes: WorkerAttributes | Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    activity: Activity | None = field(default=None, kw_only=True)
    capacity: Mapping[str, int] = field(factory=dict[str, int], kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = Problems(f"Worker {self.friendly_name!r}")
        problems.name(self.friendly_name)
        try:
            encode_attributes(self.attributes)
        except InvalidAttributes as error:
            problems.found.extend(finding.at(f"{problems.owner}.attributes") for finding in error.diagnostics)
        if self.activity is not None:
            problems.instance(self.activity, Activity, field="activity")
        if problems.instance(self.capacity, Mapping, field="capacity", hint='for example {"voice": 1}'):
            for channel, size in self.capacity.items():
                problems.integer(size, field=f"capacity[{channel!r}]", low=0, high=None)
        problems.raise_any()

    @property
    def attributes_json(self) -> str:
        """The attributes as the JSON text that is sent."""
        return encode_attributes(self.attributes)


def _identifier(text: str) -> str:
    """Return *text* as a name that expressions can refer to."""
    name = re.sub(r"[^A-Za-z0-9_$]+", "_", text).strip("_") or "channel"
    return f"_{name}" if name[0].isdigit() else name
