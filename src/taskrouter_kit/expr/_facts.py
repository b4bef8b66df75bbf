"""What an expression may read besides attributes: fields of the Worker, counters of the queue, the clock.

Nothing here looks at a wall clock: a moment comes in as an aware ``datetime`` (:func:`clock_facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.errors import InvalidDeclaration

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_NO_COUNTERS: Final[Mapping[str, int]] = MappingProxyType({})
_NO_CLOCK: Final[Mapping[str, str | int]] = MappingProxyType({})

#: Fields of a Worker that expressions can read; each is a single name.
# Documented: expressions.md section 7
# Observed: expressions.md section 7.2, "worker.available"; two projects require an available Activity with it
WORKER_FIELDS: Final = frozenset({"sid", "friendly_name", "activity_sid", "activity_name", "available"})

#: What can be read below ``worker.channel.<name>``.
# Documented: expressions.md section 7
CHANNEL_FIELDS: Final = frozenset({"configured_capacity", "assigned_tasks", "available_capacity_percentage"})

#: What can be read below ``taskrouter``.
# Documented: expressions.md section 7.1
CLOCK_NAMES: Final = ("currentTime", "currentHour", "currentMin", "dayOfWeek")

#: The days as ``taskrouter.dayOfWeek`` spells them, Monday first.
# Documented: expressions.md section 7.1
Day: TypeAlias = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
DAYS: Final[tuple[str, ...]] = get_args(Day)


@frozen
class Facts:
    """What is known besides the attributes of worker and task; what is not given reads as NULL.

    ``worker`` holds the Worker's own fields (``sid``, ``friendly_name``, ``activity_sid``, ``activity_name``,
    ``available``, and ``channel``: name -> ``configured_capacity``, ``assigned_tasks``,
    ``available_capacity_percentage``). ``queue`` holds the counters of ``skip_if`` (``available``, ``unavailable`` and
    one per Activity SID; write the zeros too). ``clock`` comes from :func:`clock_facts`.
    """

    worker: Mapping[str, object] = field(default=_NOTHING, repr=False)
    queue: Mapping[str, int] = _NO_COUNTERS
    clock: Mapping[str, str | int] = _NO_CLOCK

    def __reduce__(self) -> tuple[type[Facts], tuple[dict[str, object], dict[str, int], dict[str, str | int]]]:
        # Read-only views, the defaults among them, do not pickle.
        return Facts, (dict(self.worker), dict(self.queue), dict(self.clock))


#: Nothing known besides attributes.
NO_FACTS: Final = Facts()


def clock_facts(moment: datetime) -> Mapping[str, str | int]:
    """Return the clock identifiers at *moment*: ``currentTime``, ``currentHour``, ``currentMin``, ``dayOfWeek``.

    The service's clock is UTC, so *moment* must know its zone; :class:`~taskrouter_kit.errors.InvalidDeclaration`
    otherwise.
    """
    # Documented: expressions.md section 7.1; all are UTC, currentTime is an integer, currentHour a text
    # Inferred: expressions.md section 7.1; currentMin has no stated type and is a text like currentHour
    if moment.utcoffset() is None:
        raise InvalidDeclaration(
            Diagnostic(
                "naive-datetime",
                f"The clock of expressions is UTC, and {moment.isoformat()} does not say its time zone.",
                hint="pass an aware datetime, such as datetime(…, tzinfo=timezone.utc).",
            )
        )
    utc = moment.astimezone(timezone.utc)
    return {
        "currentTime": utc.hour * 100 + utc.minute,
        "currentHour": f"{utc.hour:02}",
        "currentMin": f"{utc.minute:02}",
        "dayOfWeek": DAYS[utc.weekday()],
    }


def is_built_in(segments: tuple[str | int, ...]) -> bool:
    """Tell whether ``worker.<segments>`` names a field of the Worker: ``sid``, ``channel.voice.assigned_tasks``."""
    if len(segments) == 1:
        return segments[0] in WORKER_FIELDS
    return len(segments) == 3 and segments[0] == "channel" and segments[2] in CHANNEL_FIELDS
