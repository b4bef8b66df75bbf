"""Declared workflow <-> configuration document.

Writing is canonical: a fixed order of keys, absent fields left out, expressions in canonical text (or the author's,
when one was read back unchanged). Reading takes what is found in the wild: numbers as numeric strings, ``null`` for
absent, old key names, a ``timeout`` of 0; and reports every problem of the document at once, each at its JSON path.
"""

# Documented: workflows.md sections 1, 2

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TypeVar, cast

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json, decode_json
from taskrouter_kit.errors import InvalidDeclaration, TaskRouterKitError
from taskrouter_kit.expr._parser import parse
from taskrouter_kit.expr._paths import dotted
from taskrouter_kit.expr._render import render
from taskrouter_kit.models._declare_filters import Filter, Target
from taskrouter_kit.models._declare_parts import TaskQueue

T = TypeVar("T")

#: What the name of a filter is called: as it is written, and as it is found.
# Observed: workflows.md section 2.2
FILTER_NAMES = ("filter_friendly_name", "friendly_name", "friendlyName")
_FILTER_KEYS = {"expression", "targets"}
_TARGET_KEYS = {
    "queue",
    "expression",
    "priority",
    "timeout",
    "order_by",
    "skip_if",
    "known_worker_sid",
    "known_worker_friendly_name",
}
#: Longer numbers are refused: none of the service's has as many digits.
_MOST_DIGITS: Final = 18


def to_document(
    filters: Iterable[Filter],
    default: Target | None,
    extra: Mapping[str, Json],
    queue_sids: Mapping[str, str] | None,
) -> dict[str, Json]:
    """Return the configuration document of a workflow; queue names stand for SIDs where no mapping is given."""
    routing: dict[str, Json] = {"filters": [_filter(each, queue_sids) for each in filters]}
    if default is not None:
        routing["default_filter"] = _target(default, queue_sids)
    rest = dict(extra)
    inner = rest.pop("task_routing", None)
    if isinstance(inner, Mapping):
        routing.update(inner)
    return {"task_routing": routing, **rest}


def _filter(each: Filter, queue_sids: Mapping[str, str] | None) -> Json:
    document: dict[str, Json] = {}
    if each.friendly_name is not None:
        document["filter_friendly_name"] = each.friendly_name
    document["expression"] = render(each.expression, lossless=True)
    document["targets"] = [_target(target, queue_sids) for target in each.targets]
    return {**document, **each.extra}


def _target(target: Target, queue_sids: Mapping[str, str] | None) -> Json:
    fields: dict[str, Json] = {
        # Observed: workflows.md section 2.6 (twilio-java's order of keys)
        "queue": _queue(target.queue, queue_sids),
        "expression": None if target.expression is None else render(target.expression, lossless=True),
        "priority": target.priority,
        "timeout": target.timeout_seconds,
        "order_by": None if target.order_by is None else str(target.order_by),
        "skip_if": None if target.skip_if is None else render(target.skip_if, lossless=True),
        "known_worker_sid": _known(target.known_worker_sid),
        "known_worker_friendly_name": _known(target.known_worker_friendly_name),
    }
    return {**target.extra, **{key: value for key, value in fields.items() if value is not None}}


def _queue(queue: TaskQueue | None, sids: Mapping[str, str] | None) -> str | None:
    if queue is None:
        return None
    return queue.friendly_name if sids is None else sids[queue.friendly_name]


def _known(column: Any) -> str | None:
    return None if column is None else dotted(column.path)


class _Reader:
    """Reads one document, noting problems instead of stopping at the first."""

    def __init__(self, queues: Mapping[str, TaskQueue]) -> None:
        self.queues = queues
        self.found: list[Diagnostic] = []

    def add(self, rule: str, message: str, path: str, hint: str | None = None) -> None:
        self.found.append(Diagnostic(rule, message, where=Where(path=path), hint=hint))

    def build(self, make: Callable[[], T], path: str) -> T | None:
        """Return what *make* builds, or note its problems at *path*."""
        try:
            return make()
        except TaskRouterKitError as error:
            self.found.extend(diagnostic.at(path) for diagnostic in error.diagnostics)
            return None

    def mapping(self, value: Json, path: str) -> dict[str, Json] | None:
        if isinstance(value, dict):
            return value
        self.add("wrong-type", f"Expected an object; got {_kind(value)}.", path)
        return None

    def text(self, value: Json, path: str) -> str | None:
        if value is None or isinstance(value, str):
            return value
        self.add("wrong-type", f"Expected a text; got {_kind(value)}.", path)
        return None

    def number(self, value: Json, path: str) -> int | None:
        if isinstance(value, str):
            spelled = spelled_number(value)
            if spelled is not None or not value.strip():
                return spelled
        elif isinstance(value, float):
            if value.is_integer():
                return int(value)
        elif value is None or not isinstance(value, bool | list | Mapping):
            return value
        self.add("wrong-type", f"Expected a whole number; got {_kind(value)}.", path)
        return None

    def filter(self, value: Json, path: str) -> Filter | None:
        document = self.mapping(value, path)
        if document is None:
            return None
        named = next((key for key in FILTER_NAMES if document.get(key)), None)
        name = None if named is None else self.text(document[named], f"{path}.{named}")
        text = self.text(document.get("expression"), f"{path}.expression")
        if text is None:
            self.add("no-expression", "A filter needs an expression.", f"{path}.expression", "1==1 takes every task")
            return None
        condition = self.build(lambda: parse(text, place="filter"), f"{path}.expression")
        listed = document.get("targets")
        if not isinstance(listed, list):
            self.add("no-target", "A filter needs a list of targets.", f"{path}.targets")
            return None
        targets = [self.target(each, f"{path}.targets[{index}]") for index, each in enumerate(listed)]
        if condition is None or any(target is None for target in targets):
            return None
        whole = [target for target in targets if target is not None]
        read = {*_FILTER_KEYS, named, *(key for key in FILTER_NAMES if not document.get(key))}
        extra = {key: value for key, value in document.items() if key not in read}
        return self.build(lambda: Filter(name, condition, whole, extra=extra), path)

    def target(self, value: Json, path: str) -> Target | None:
        document = self.mapping(value, path)
        if document is None:
            return None
        before = len(self.found)
        reading = {key: f"{path}.{key}" for key in _TARGET_KEYS}
        texts = {
            key: self.text(document.get(key), reading[key]) or None
            for key in ("queue", "expression", "order_by", "skip_if", "known_worker_sid", "known_worker_friendly_name")
        }
        queue = None
        if texts["queue"] is not None:
            queue = self.queues.get(texts["queue"])
            if queue is None:
                known = ", ".join(sorted(self.queues)) or "none"
                self.add("unknown-queue", f"No queue {texts['queue']!r}.", reading["queue"], f"known queues: {known}")
        fields: dict[str, Any] = {
            "timeout": self.number(document.get("timeout"), reading["timeout"]),
            "priority": self.number(document.get("priority"), reading["priority"]),
            "extra": {key: value for key, value in document.items() if key not in _TARGET_KEYS},
        }
        for key, place in (("expression", "target"), ("order_by", "order_by"), ("skip_if", "skip_if")):
            fields[key] = self.parsed(texts[key], place, reading[key])
        for key in ("known_worker_sid", "known_worker_friendly_name"):
            fields[key] = self.parsed(texts[key], key, reading[key])
        if len(self.found) > before:
            return None
        if fields["timeout"] == 0:
            # Decided: workflows.md section 5; a timeout is positive there, yet others wrote 0: it is kept as it was
            # found, and no time is made of it
            fields["timeout"] = None
            fields["extra"]["timeout"] = document["timeout"]
        return self.build(lambda: Target(queue, **fields), path)

    def routing(self, root: Mapping[str, Json]) -> dict[str, Json]:
        """Return what stands below ``task_routing``."""
        inner, path = root.get("task_routing"), "$.task_routing"
        if inner is not None or not ({"filters", "default_filter"} & set(root)):
            return self.mapping(inner, path) or {}
        # Documented: workflows.md section 2.1; a snippet without the outermost object is no second format
        self.add("no-task-routing", "The filters stand in no task_routing.", path, 'wrap them: {"task_routing": {…}}')
        return {}

    def default(self, value: Json) -> Target | None:
        path = "$.task_routing.default_filter"
        found = self.target(value, path)
        if found is not None and found.queue is None:
            hint = None
            if "targets" in found.extra:
                hint = 'default_filter is a target itself: {"queue": …}'
            elif (other := next((key for key in found.extra if "queue" in key.lower()), None)) is not None:
                hint = f"the key is 'queue', not {other!r}"
            self.add("no-queue", "The default names its queue.", f"{path}.queue", hint)
        return found

    def parsed(self, text: str | None, place: Any, path: str) -> Any:
        if text is None:
            return None
        read: Callable[[], Any] = partial(parse, text, place=place)
        return self.build(read, path)


def spelled_number(text: str) -> int | None:
    """Return the whole number that *text* spells; None for other texts, and for more digits than the service has."""
    # Observed: workflows.md section 2.5; numeric strings mean numbers
    digits = text.strip()
    plain = len(digits) <= _MOST_DIGITS and digits.isascii() and digits.removeprefix("-").isdigit()
    return int(digits) if plain else None


def from_document(
    configuration: str | Mapping[str, Json], queues: Iterable[TaskQueue] | Mapping[str, TaskQueue]
) -> tuple[list[Filter], Target | None, dict[str, Json]]:
    """Return filters, default and unknown keys of *configuration*; raise with every problem of it."""
    by_key: dict[str, TaskQueue]
    if isinstance(queues, Mapping):
        by_key = {**cast("Mapping[str, TaskQueue]", queues)}
    else:
        by_key = {queue.friendly_name: queue for queue in queues}
    reader = _Reader(by_key)
    root = reader.mapping(_loaded(configuration), "$") or {}
    routing = reader.routing(root)
    listed = routing.get("filters")
    if listed is not None and not isinstance(listed, list):
        reader.add("wrong-type", f"Expected a list of filters; got {_kind(listed)}.", "$.task_routing.filters")
    cases = listed if isinstance(listed, list) else []
    filters = [reader.filter(each, f"$.task_routing.filters[{index}]") for index, each in enumerate(cases)]
    default = None if routing.get("default_filter") is None else reader.default(routing["default_filter"])
    if reader.found:
        raise InvalidDeclaration(reader.found)
    extra = {key: value for key, value in root.items() if key != "task_routing"}
    inner = {key: value for key, value in routing.items() if key not in {"filters", "default_filter"}}
    if inner:
        extra["task_routing"] = inner
    return [each for each in filters if each is not None], default, extra


def _loaded(configuration: str | Mapping[str, Json]) -> Json:
    if not isinstance(configuration, str):
        return dict(configuration)
    try:
        return decode_json(configuration, exact=True)
    except ValueError as error:
        where = Where(path="$")
        raise InvalidDeclaration(
            Diagnostic("not-json", f"The configuration is not JSON: {error}.", where=where)
        ) from error


def _kind(value: Json) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "a flag"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
