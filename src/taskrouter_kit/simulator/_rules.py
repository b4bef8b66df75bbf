"""Expressions and configurations, compiled once when they are written: queue rules and workflow rules.

Everything that a configuration may hold in the wild is read (numeric strings, null for absent, old names of keys);
what the service refuses at write time is refused here, all problems of the document in one message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from typing import Any, Final, TypeAlias, cast

from attrs import Factory, field, frozen

from taskrouter_kit.errors import TaskRouterKitError
from taskrouter_kit.expr._compile import compile_condition
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._facts import NO_FACTS, WORKER_FIELDS, Facts, clock_facts
from taskrouter_kit.expr._nodes import Scope
from taskrouter_kit.expr._order import OrderBy
from taskrouter_kit.expr._parser import parse, read_order_by
from taskrouter_kit.expr._semantics import DEFAULT, Semantics
from taskrouter_kit.expr._walk import paths
from taskrouter_kit.simulator._attributes import read_attributes
from taskrouter_kit.simulator._filter_memo import FilterMemo, Reads
from taskrouter_kit.simulator._json_kinds import is_array, is_object
from taskrouter_kit.simulator._refusals import refused

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
        rule = None if index is None else self.filter_at(index)
        # A target that the task leaves after a time, or that does not take everybody, is looked at every time.
        plain = rule is not None and rule.targets[0].takes_all and rule.targets[0].timeout is None
        if len(self.remembered) >= _MOST_REMEMBERED:
            self.remembered.clear()
        found = self.remembered[text] = (attributes, index, rule.targets[0] if rule is not None and plain else None)
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


def compile_target_workers(text: str, semantics: Semantics = DEFAULT) -> QueueRule | None:
    """Return the compiled expression of a queue; an empty one accepts nobody."""
    # Documented: resources.md section 7; the empty string is accepted, Tasks just wait
    if not text.strip():
        return None
    try:
        return compile_condition(parse(text, place="target_workers"), semantics)
    except TaskRouterKitError as failure:
        # Observed: resources.md section 7; a syntax error is 400 with code 20001
        raise refused(f"TargetWorkers is not a valid expression: {reason(failure)}") from failure


#: Fields of a worker that change with what it does.
_PASSING: Final = frozenset({"activity_sid", "activity_name", "available", "channel"})


def fields_read(text: str) -> frozenset[str]:
    """Return the fields of a worker, other than attributes, that the expression of a queue reads."""
    read = paths(parse(text, place="target_workers").node) if text.strip() else ()
    first = (path.segments[0] for path in read if path.scope is Scope.WORKER)
    return WORKER_FIELDS.intersection(each for each in first if isinstance(each, str))


def compile_configuration(text: str, queues: Collection[str], semantics: Semantics = DEFAULT) -> WorkflowRules:
    """Return the compiled configuration; *queues* are the SIDs that it may mention."""
    try:
        document: object = json.loads(text)
    except json.JSONDecodeError as failure:
        # Inferred: workflows.md section 11; not JSON
        raise refused(f"Configuration is not valid JSON from character {failure.pos} on") from failure
    except RecursionError:
        raise refused("Configuration is nested too deeply") from None
    reader = _Reader(queues, semantics)
    rules = reader.workflow(document)
    if reader.problems:
        # Inferred: workflows.md section 11; what is wrong with a configuration is 400 with code 20001
        raise refused("Configuration is not valid: " + "; ".join(reader.problems))
    return rules


def reason(failure: TaskRouterKitError) -> str:
    """Return why an expression was refused, in our words; the service's own follow where they are recorded."""
    if not failure.diagnostics:
        return str(failure)
    finding = failure.diagnostics[0]
    if finding.rule != "hyphenated-name" or finding.where.text is None or finding.where.span is None:
        return finding.message
    # Observed: limits-errors-gotchas.md section 3.1; the words, from one recording: `skill-level`
    rest = re.match(r"[A-Za-z]([A-Za-z0-9_$]+)", finding.where.text[finding.where.span[1] :])
    return finding.message if rest is None else f"{finding.message} (extraneous input {rest[1]!r} expecting OPERATOR)"


class _Reader:
    """Reads one document and collects what is wrong with it, each problem with its JSON path."""

    def __init__(self, queues: Collection[str], semantics: Semantics) -> None:
        self.queues = queues
        self.semantics = semantics
        self.problems: list[str] = []
        #: What the filters read.
        self.reads: dict[tuple[str | int, ...], None] = {}
        self.reads_clock = False
        #: The same of the target that is being read; None where more than attributes is read.
        self.target_reads: Reads | None = None

    def wrong(self, path: str, what: str) -> None:
        self.problems.append(f"{path}: {what}")

    def workflow(self, document: Any) -> WorkflowRules:  # Any: JSON
        routing = document.get("task_routing") if is_object(document) else None
        if not is_object(routing):
            # Documented: workflows.md section 2.1
            self.wrong("$.task_routing", "an object is required")
            return WorkflowRules()
        filters = routing.get("filters")
        default = routing.get("default_filter")
        if filters is not None and not is_array(filters):
            self.wrong("$.task_routing.filters", "must be an array")
            filters = None
        made = tuple(self.filter(each, f"$.task_routing.filters[{index}]") for index, each in enumerate(filters or ()))
        path = "$.task_routing.default_filter"
        if default is not None and not is_object(default):
            self.wrong(path, "must be an object")
            default = None
        memo = FilterMemo.of(tuple(self.reads), len(made), reads_clock=self.reads_clock)
        if default is None:
            return WorkflowRules(made, None, self.reads_clock, memo)
        # Documented: workflows.md section 2.4; a target without timeout
        target = self.target({**default, "timeout": None}, None, path)
        return WorkflowRules(made, FilterRule("", "", _always, (target,)), self.reads_clock, memo)

    def filter(self, document: Any, path: str) -> FilterRule:  # Any: JSON
        if not is_object(document):
            self.wrong(path, "must be an object")
            return FilterRule("", "", _always, ())
        # Observed: workflows.md section 2.2; friendly_name and friendlyName are old names
        name = next(
            (document[key] for key in ("filter_friendly_name", "friendly_name", "friendlyName") if document.get(key)),
            "",
        )
        expression = document.get("expression")
        matches = self.condition(expression, "filter", f"{path}.expression", required=True)
        targets = document.get("targets")
        if not is_array(targets) or not targets:
            # Inferred: workflows.md section 2.2; at least one target
            self.wrong(f"{path}.targets", "at least one target is required")
            targets = []
        made: list[TargetRule] = []
        for index, each in enumerate(targets):
            before = made[-1].queue_sid if made else None
            made.append(self.target(each, before, f"{path}.targets[{index}]"))
        return FilterRule(str(name), str(expression), matches or _always, tuple(made))

    def target(self, document: Any, queue_before: str | None, path: str) -> TargetRule:  # Any: JSON
        if not is_object(document):
            self.wrong(path, "must be an object")
            return TargetRule("")
        # Documented: workflows.md section 2.3; later targets without a queue stay in the same one
        queue = document.get("queue") or queue_before
        if not isinstance(queue, str):
            self.wrong(f"{path}.queue", "the first target needs a queue")
            queue = ""
        elif queue not in self.queues:
            self.wrong(f"{path}.queue", f"queue {queue} was not found in the workspace")
        known_sid, known_name = document.get("known_worker_sid"), document.get("known_worker_friendly_name")
        if known_sid and known_name:
            # Documented: workflows.md section 11
            self.wrong(path, "known_worker_sid and known_worker_friendly_name may not both be set")
        expression, skip_if = document.get("expression"), document.get("skip_if")
        self.target_reads = None
        return TargetRule(
            queue_sid=queue,
            # Documented: workflows.md section 8; range 0 to 2^31 - 1
            priority=self.number(document.get("priority"), f"{path}.priority", least=0, most=2**31 - 1),
            timeout=self.number(document.get("timeout"), f"{path}.timeout", least=1),
            matches=self.condition(expression, "target", f"{path}.expression"),
            expression=expression,
            order_by=self.order_by(document.get("order_by"), f"{path}.order_by"),
            order_text=document.get("order_by") or None,
            skip_if=self.condition(skip_if, "skip_if", f"{path}.skip_if"),
            skip_text=skip_if,
            known_sid=self.known(known_sid, "known_worker_sid", path),
            known_name=self.known(known_name, "known_worker_friendly_name", path),
            reads_channels=isinstance(expression, str) and "channel" in expression,
            reads=self.target_reads,
            known_text=known_sid or known_name or None,
        )

    def condition(self, text: Any, place: str, path: str, *, required: bool = False) -> QueueRule | None:  # Any: JSON
        if text is None or text == "":
            if required:
                self.wrong(path, "an expression is required")
            return None
        if not isinstance(text, str):
            self.wrong(path, "must be a string")
            return None
        try:
            # Any: whatever stands in that place
            condition = cast("Condition[Any]", parse(text, place=place))  # type: ignore[call-overload]  # by name
            if place == "filter":
                read = list(paths(condition.node))
                self.reads_clock |= any(path.scope is Scope.CLOCK for path in read)
                self.reads.update((path.segments, None) for path in read if path.scope is Scope.TASK)
            if place == "target":
                self.target_reads = _attributes_read(condition)
            return compile_condition(condition, self.semantics)
        except TaskRouterKitError as failure:
            self.wrong(path, reason(failure))
            return None

    def order_by(self, text: Any, path: str) -> OrderBy | None:  # Any: JSON
        if text is None or text == "":
            return None
        if not isinstance(text, str):
            self.wrong(path, "must be a string")
            return None
        try:
            # Inferred: expressions.md section 8; a key without direction sorts by ASC
            return read_order_by(text, bare_keys=True)
        except TaskRouterKitError as failure:
            self.wrong(path, reason(failure))
            return None

    def known(self, text: Any, place: str, path: str) -> tuple[str | int, ...] | None:  # Any: JSON
        if text is None or text == "":
            return None
        if not isinstance(text, str):
            self.wrong(f"{path}.{place}", "must be a string")
            return None
        try:
            return tuple(parse(text, place=place).segments)  # type: ignore[call-overload]  # by name
        except TaskRouterKitError as failure:
            self.wrong(f"{path}.{place}", reason(failure))
            return None

    def number(self, value: Any, path: str, *, least: int, most: int | None = None) -> int | None:  # Any: JSON
        # Documented: workflows.md section 2.5; numbers or numeric strings
        if value is None or value == "":
            return None
        try:
            found = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
        except ValueError:
            found = None
        if isinstance(value, float) and value.is_integer():
            found = int(value)
        if found is None or found < least or (most is not None and found > most):
            # Inferred: workflows.md section 5; 0 or a negative timeout is refused
            span = f"of at least {least}" if most is None else f"between {least} and {most}"
            self.wrong(path, f"must be a whole number {span}")
            return None
        return found


def _attributes_read(condition: Condition[Any]) -> Reads | None:  # Any: whatever stands in that place
    """Return the paths of the task that *condition* reads; None where it reads the clock or what a worker is doing."""
    read: dict[tuple[str | int, ...], None] = {}
    for path in paths(condition.node):
        if path.scope is Scope.TASK:
            read[path.segments] = None
        elif path.scope is not Scope.WORKER or path.segments[0] in _PASSING:
            return None
    return tuple(read)


def _always(*documents: Mapping[str, object]) -> bool:
    return True
