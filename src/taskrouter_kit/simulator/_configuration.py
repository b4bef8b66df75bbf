"""Expressions and configurations, compiled once when they are written: queue rules and workflow rules.

Everything that a configuration may hold in the wild is read (numeric strings, null for absent, old names of keys);
what the service refuses at write time is refused here, all problems of the document in one message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final, cast

from taskrouter_kit.errors import TaskRouterKitError
from taskrouter_kit.expr._compile import compile_condition
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._facts import WORKER_FIELDS
from taskrouter_kit.expr._nodes import Scope
from taskrouter_kit.expr._order import OrderBy
from taskrouter_kit.expr._parser import parse, read_order_by
from taskrouter_kit.expr._semantics import DEFAULT, Semantics
from taskrouter_kit.expr._walk import paths
from taskrouter_kit.simulator._filter_memo import FilterMemo, Reads
from taskrouter_kit.simulator._json_kinds import is_array, is_object
from taskrouter_kit.simulator._refusals import refused
from taskrouter_kit.simulator._rules import FilterRule, QueueRule, TargetRule, WorkflowRules


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
