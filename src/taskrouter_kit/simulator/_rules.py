"""What queues and workflows go by: a configuration as it is asked about every task, once it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Final, TypeAlias

from attrs import Factory, field, frozen

from taskrouter_kit.expr._facts import NO_FACTS, Facts, clock_facts
from taskrouter_kit.expr._order import OrderBy
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._filter_memo import FilterMemo, Reads

#: A compiled condition: worker attributes, task attributes, facts.
QueueRule = Callable[..., bool]
#: How a task begins: its attributes, the index of its filter, and the target that it waits in until somebody whom the
#: queue accepts has room; None where that depends on more than the attributes.
Beginning: TypeAlias = "tuple[Mapping[str, Any], int | None, TargetRule | None]"  # Any: JSON
#: Attributes are often those of the call itself, and never come again.
_MOST_REMEMBERED: Final = 1024


def _takes_all(rule: TargetRule) -> bool:
    return rule.matches is None and rule.order_by is None and rule.known_sid is None and rule.known_name is None


@frozen
class TargetRule:
    """One target. ``timeout`` is in seconds; ``known`` is the path of ``known_worker_*`` in the task."""

    queue_sid: str
    priority: int | None = None
    timeout: int | None = None
    matches: QueueRule | None = field(default=None, repr=False)
    expression: str | None = None
    order_by: OrderBy | None = field(default=None, repr=False)
    order_text: str | None = None
    skip_if: QueueRule | None = field(default=None, repr=False)
    skip_text: str | None = None
    known_sid: tuple[str | int, ...] | None = None
    known_name: tuple[str | int, ...] | None = None
    known_text: str | None = None
    #: Whether the expression may read the worker's channels, which are dear to tell.
    reads_channels: bool = False
    #: What the expression reads of the task, if it reads nothing else that changes but attributes of the worker.
    reads: Reads | None = None
    #: By channel, what is told of tasks that wait here (``_arrival_told.py``).
    entrances: dict[str, Any] = field(factory=dict[str, Any], init=False, eq=False, repr=False)  # Any: that alone knows
    #: Whether everybody whom the queue accepts may be asked, longest idle first.
    takes_all: bool = field(default=Factory(_takes_all, takes_self=True), init=False, repr=False)


@frozen
class FilterRule:
    """One filter; the default filter has no expression and one target."""

    name: str
    expression: str
    matches: QueueRule = field(repr=False)
    targets: tuple[TargetRule, ...]


def _mentioned(rules: WorkflowRules) -> frozenset[str]:
    everything = (*rules.filters, *(() if rules.default is None else (rules.default,)))
    return frozenset(target.queue_sid for each in everything for target in each.targets)


def _plain_targets(rules: WorkflowRules) -> tuple[TargetRule | None, ...]:
    # A target that a task leaves after a time, or that does not take everybody, is looked at every time.
    firsts = [next(iter(each.targets), None) if each is not None else None for each in (*rules.filters, rules.default)]
    return tuple(each if each is not None and each.takes_all and each.timeout is None else None for each in firsts)


@frozen
class WorkflowRules:
    """A configuration: the filters in order, and the target of the default filter."""

    filters: tuple[FilterRule, ...] = ()
    default: FilterRule | None = None
    #: Whether some filter asks what time it is.
    reads_clock: bool = False
    memo: FilterMemo = field(factory=FilterMemo, eq=False, repr=False)
    #: The queues that the configuration mentions.
    queue_sids: frozenset[str] = field(default=Factory(_mentioned, takes_self=True), init=False, repr=False)
    #: The first target of each filter, the default filter last (index -1), where all tasks wait alike; None elsewhere.
    plain_targets: tuple[TargetRule | None, ...] = field(
        default=Factory(_plain_targets, takes_self=True), init=False, eq=False, repr=False
    )
    #: JSON text of attributes -> what :meth:`beginning` says of it.
    remembered: dict[str, Beginning] = field(factory=dict[str, "Beginning"], init=False, eq=False, repr=False)

    def first(self, attributes: Mapping[str, Any], facts: Facts) -> int | None:  # Any: JSON
        """Return the index of the filter that takes a task: the first that is true, else -1, the default filter."""
        if not self.filters:
            return None if self.default is None else -1
        memo = self.memo
        key = memo.key(attributes) if memo.usable else None
        if key is not None:
            try:
                return memo.recall(key)
            except KeyError:
                pass
        index = next(
            (index for index, each in enumerate(self.filters) if each.matches({}, attributes, facts)),
            None if self.default is None else -1,
        )
        if key is not None:
            memo.remember(key, index)
        return index

    def beginning(self, text: str) -> Beginning:
        """Return how a task begins whose attributes are *text*, and remember it."""
        attributes = read_attributes(text)
        index = None if self.reads_clock else self.first(attributes, NO_FACTS)
        if len(self.remembered) >= _MOST_REMEMBERED:
            self.remembered.clear()
        found = self.remembered[text] = (attributes, index, None if index is None else self.plain_targets[index])
        return found

    def filter_at(self, index: int) -> FilterRule | None:
        """Return a filter by its index; -1 is the default filter."""
        if index < 0:
            return self.default
        return self.filters[index] if index < len(self.filters) else None

    def take(self, attributes: Mapping[str, Any], now: int) -> bool:  # Any: JSON
        """Return whether some filter, or the default filter, takes a task of these attributes at *now*."""
        facts = Facts(clock=clock_at(now)) if self.filters else None
        return self.default is not None or any(each.matches({}, attributes, facts) for each in self.filters)


def clock_at(now: int) -> Mapping[str, str | int]:
    """Return the clock identifiers of expressions at *now*."""
    return clock_facts(datetime.fromtimestamp(now / 1000, timezone.utc))
