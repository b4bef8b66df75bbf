"""Where columns begin without a schema: ``worker``, ``task``, ``workers`` and everybody / nobody.

``worker.array("routing.skills").has("billing")`` is the same condition as a schema's, with the name and its kind
checked when it is built instead of by the type checker.
"""

from __future__ import annotations

from typing import Final, Generic

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import ActivitySid, looks_like_sid
from taskrouter_kit.errors import InvalidName
from taskrouter_kit.expr._columns import Flag, Integer, IntegerMap, Number, Text, TextMap, Texts
from taskrouter_kit.expr._columns import Numbers as NumbersColumn
from taskrouter_kit.expr._condition import Condition, QueueScope, S, TaskScope, WorkerScope
from taskrouter_kit.expr._names import problem_with, segments_of
from taskrouter_kit.expr._nodes import ALWAYS, NEVER, Path, Scope


class _Root(Generic[S]):
    """Attributes by path: ``routing.skills``, ``phones[0]``. A name that the language lacks raises ``InvalidName``."""

    _scope: Scope

    def _path(self, path: str) -> Path:
        return Path(self._scope, segments_of(path))

    def text(self, path: str) -> Text[str, S]:
        """Return the text attribute at *path*."""
        return Text(self._path(path))

    def number(self, path: str) -> Number[S]:
        """Return the number attribute at *path*."""
        return Number(self._path(path))

    def integer(self, path: str) -> Integer[S]:
        """Return the whole-number attribute at *path*; it can order workers."""
        return Integer(self._path(path))

    def flag(self, path: str) -> Flag[S]:
        """Return the true/false attribute at *path*."""
        return Flag(self._path(path))

    def array(self, path: str) -> Texts[str, S]:
        """Return the list-of-texts attribute at *path*."""
        return Texts(self._path(path))

    def numbers(self, path: str) -> NumbersColumn[S]:
        """Return the list-of-numbers attribute at *path*."""
        return NumbersColumn(self._path(path))

    def map(self, path: str) -> IntegerMap[S]:
        """Return the attribute at *path* that maps names to whole numbers."""
        return IntegerMap(self._path(path))

    def text_map(self, path: str) -> TextMap[S]:
        """Return the attribute at *path* that maps names to texts."""
        return TextMap(self._path(path))


class WorkerChannelColumns:
    """What TaskRouter knows of a worker's load on one channel."""

    # Documented: expressions.md section 7

    def __init__(self, unique_name: str) -> None:
        problem = problem_with(unique_name, owner=f"worker.channel({unique_name!r})")
        if problem is not None:
            raise InvalidName(problem)
        self._name = unique_name

    def _column(self, name: str) -> Integer[WorkerScope]:
        return Integer(Path(Scope.WORKER, ("channel", self._name, name)))

    @property
    def configured_capacity(self) -> Integer[WorkerScope]:
        """How many tasks of the channel the worker takes at once."""
        return self._column("configured_capacity")

    @property
    def assigned_tasks(self) -> Integer[WorkerScope]:
        """How many reservations of the channel the worker has accepted (pending and wrapping ones not counted)."""
        return self._column("assigned_tasks")

    @property
    def available_capacity_percentage(self) -> Integer[WorkerScope]:
        """How much of the capacity is free, in whole percent, rounded down."""
        return self._column("available_capacity_percentage")


class WorkerRoot(_Root[WorkerScope]):
    """Worker attributes by path, and what TaskRouter itself knows of a worker."""

    _scope = Scope.WORKER

    @property
    def sid(self) -> Text[str, WorkerScope]:
        """The worker's SID."""
        return Text(Path(Scope.WORKER, ("sid",)))

    @property
    def friendly_name(self) -> Text[str, WorkerScope]:
        """The worker's name."""
        return Text(Path(Scope.WORKER, ("friendly_name",)))

    @property
    def activity_sid(self) -> Text[str, WorkerScope]:
        """The SID of the worker's activity."""
        return Text(Path(Scope.WORKER, ("activity_sid",)))

    @property
    def activity_name(self) -> Text[str, WorkerScope]:
        """The name of the worker's activity."""
        return Text(Path(Scope.WORKER, ("activity_name",)))

    def channel(self, unique_name: str) -> WorkerChannelColumns:
        """Return the worker's load on the channel called *unique_name*."""
        return WorkerChannelColumns(unique_name)


class TaskRoot(_Root[TaskScope]):
    """Task attributes by path."""

    _scope = Scope.TASK


class WorkersRoot:
    """The counters of the target's queue, for ``skip_if``. They ignore the target's expression and capacity."""

    # Documented: expressions.md section 8

    @property
    def available(self) -> Integer[QueueScope]:
        """How many workers of the queue are in an available activity (busy ones too)."""
        return Integer(Path(Scope.QUEUE, ("available",)))

    @property
    def unavailable(self) -> Integer[QueueScope]:
        """How many workers of the queue are in an activity that is not available."""
        return Integer(Path(Scope.QUEUE, ("unavailable",)))

    def activity(self, sid: ActivitySid | str) -> Integer[QueueScope]:
        """How many workers of the queue are in the activity with that SID (``WA…``)."""
        if not looks_like_sid(sid, "WA"):
            message = f"The counters of a queue know activities by SID (WA and 32 hexadecimal digits); got {sid!r}."
            raise InvalidName(Diagnostic("invalid-sid", message, where=Where(path="workers.activity")))
        return Integer(Path(Scope.QUEUE, (sid,)))


worker: Final = WorkerRoot()
task: Final = TaskRoot()
workers: Final = WorkersRoot()


def every_worker() -> Condition[WorkerScope]:
    """Return ``1==1``: everybody."""
    return Condition(ALWAYS)


def no_worker() -> Condition[WorkerScope]:
    """Return ``1==0``: nobody. With a ``timeout`` it delays a task before its next target."""
    # Observed: expressions.md section 6
    return Condition(NEVER)
