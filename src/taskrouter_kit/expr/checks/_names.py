"""Rules about names: prefixes, what the schema has, what TaskRouter itself knows, what the language can refer to."""

# Documented: expressions.md sections 1, 7
# Observed: expressions.md section 1 (an unprefixed name in a target is never true)

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.expr._facts import CHANNEL_FIELDS, CLOCK_NAMES, WORKER_FIELDS
from taskrouter_kit.expr._names import is_name, proposed
from taskrouter_kit.expr._nodes import Path, Scope
from taskrouter_kit.expr._operators import KEYWORDS
from taskrouter_kit.expr._paths import dotted
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._schema_fields import schema_fields
from taskrouter_kit.expr.checks import _near as near
from taskrouter_kit.expr.checks._context import Subject

#: Attributes that look as if the service kept them.
# Observed: expressions.md section 7.2, "worker.assigned_tasks"; a vendor's help article believes in it
# Inferred: expressions.md section 7, "task.sid, task.priority, task.age"; nothing of a task is built in
_NOT_BUILT_IN = {Scope.WORKER: {"assigned_tasks"}, Scope.TASK: {"sid", "priority", "age"}}
_PREFIXES = {"task", "worker", "workers", "taskrouter"}


def check_names(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    """Yield what is wrong with the name *path*."""
    prefix = list(_prefix(subject, path))
    yield from prefix
    yield from _segments(subject, path)
    if any(each.rule == "wrong-prefix" for each in prefix):
        return  # what is below a prefix of another place is no attribute of this one
    match path.scope:
        case Scope.CLOCK:
            yield from _clock(subject, path)
        case Scope.QUEUE:
            yield from _counter(subject, path)
        case Scope.WORKER | Scope.TASK:
            yield from _attribute(subject, path)
        case Scope.NONE:
            return


def _prefix(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    if subject.place is None:
        return
    row = PLACES[subject.place]
    first = str(path.segments[0])
    if path.scope is Scope.NONE:
        written = ".".join(map(str, path.segments))
        yield subject.finding(
            "missing-prefix",
            f"{written!r} has no prefix, so it reads nothing here.",
            span=path.span,
            hint=near.prefixed(path, subject.place),
        )
    elif path.scope not in row.scopes:
        message = f"{dotted(path)} cannot be read in {_shown(subject.place)}."
        yield subject.finding("wrong-scope", message, span=path.span, hint=_readable(subject.place, path))
    elif path.explicit and path.scope is row.bare:
        yield subject.finding(
            "redundant-prefix",
            f"Names stand without a prefix in {_shown(subject.place)}; that one is read with it is not documented.",
            span=path.span,
            hint=f"write {dotted(path).partition('.')[2]}",
        )
    elif (
        path.scope is row.bare
        and first.lower() in _PREFIXES
        and len(path.segments) > 1
        and not _declared(subject, path, first)
    ):
        yield subject.finding(
            "wrong-prefix",
            f"'{first}.' is no prefix here: this reads an attribute called {first!r}.",
            span=path.span,
            hint=_cure(subject.place, first.lower()),
        )


def _cure(place: Place, prefix: str) -> str:
    row = PLACES[place]
    if prefix == row.bare.value:
        return "names stand without a prefix here"
    if row.prefixes.get(prefix) in row.scopes:
        return f"write {prefix}. in lower case"
    return f"{_shown(place)} reads {row.bare.value} attributes only"


#: What the scopes are called in hints.
_SCOPES: Final = {
    Scope.WORKER: "worker attributes",
    Scope.TASK: "task attributes",
    Scope.QUEUE: "the counters of workers.",
    Scope.CLOCK: "the clock (taskrouter.)",
}


def _readable(place: Place, path: Path) -> str:
    """Return the hint for *path*, which cannot be read in *place*."""
    scopes = PLACES[place].scopes
    if Scope.QUEUE in scopes and path.segments[0] in _COUNTERS:
        return f"did you mean workers.{path.segments[0]}?"
    *others, last = [words for scope, words in _SCOPES.items() if scope in scopes]
    return f"{_shown(place)} reads {', '.join(others)}{' and ' if others else ''}{last} only"


_COUNTERS: Final = ("available", "unavailable")


def _declared(subject: Subject, path: Path, name: str) -> bool:
    schema = subject.schema(path.scope)
    return schema is not None and name in schema_fields(schema)


def _segments(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    for segment in path.segments:
        if isinstance(segment, int) or is_name(segment):
            continue
        # Observed: expressions.md section 3; a digit may come first in an order_by
        if subject.place == "order_by" and segment[:1].isdigit() and is_name(f"_{segment}"):
            continue
        if segment.lower() in KEYWORDS:
            yield subject.finding(
                "keyword-segment",
                f"{segment!r} is a keyword of the language; as a name it is unsafe.",
                span=path.span,
                hint=f"call the attribute {proposed(segment)!r}",
            )
        else:
            yield subject.finding(
                "unusable-name",
                f"TaskRouter's expressions cannot refer to {segment!r}.",
                span=path.span,
                hint=f"call the attribute {proposed(segment)!r}",
            )


def _clock(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    if len(path.segments) == 1 and path.segments[0] in CLOCK_NAMES:
        return
    name = ".".join(map(str, path.segments))
    yield subject.finding(
        "unknown-clock-name",
        f"TaskRouter's clock has no {name!r}.",
        span=path.span,
        hint=near.clock_name(name),
    )


def _counter(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    name = str(path.segments[0])
    if len(path.segments) == 1 and (name in _COUNTERS or name.startswith("WA")):
        return
    yield subject.finding(
        "unknown-built-in",
        f"A queue has no counter {name!r}.",
        span=path.span,
        hint="there are workers.available, workers.unavailable and workers.WA…",
    )


def _attribute(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    first = path.segments[0]
    schema = subject.schema(path.scope)
    if schema is not None and subject.field(path) is not None:
        return
    worker = path.scope is Scope.WORKER
    if worker and first == "channel" and not _declared(subject, path, "channel"):
        yield from _channel(subject, path)
        yield from _field_in_queue(subject, path)
        return
    if worker and len(path.segments) == 1 and first in WORKER_FIELDS:
        yield from _field_in_queue(subject, path)
        return
    if schema is None:
        meant = near.built_in(path, subject.place)
        if len(path.segments) == 1 and (first in _NOT_BUILT_IN[path.scope] or meant is not None):
            yield _not_built_in(subject, path, meant)
        return
    name = ".".join(map(str, path.segments))
    yield subject.finding(
        "unknown-attribute",
        f"{schema.__name__} has no attribute {name!r}.",
        span=path.span,
        hint=near.below_schema(subject, path),
    )


def _field_in_queue(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    # Inferred: expressions.md section 7, "Use in TargetWorkers: documented only for attributes"
    if subject.place == "target_workers":
        yield subject.finding(
            "worker-field-in-queue",
            f"{'.'.join(map(str, path.segments))!r} is no attribute; that a queue reads such fields is not documented.",
            span=path.span,
            hint="compare it in the expression of a target, where a change of activity moves nobody between queues",
        )


def _not_built_in(subject: Subject, path: Path, meant: str | None) -> Diagnostic:
    channel = "; a channel's is worker.channel.<name>.assigned_tasks" if path.scope is Scope.WORKER else ""
    return subject.finding(
        "looks-built-in",
        f"TaskRouter itself knows no {path.scope.value}.{path.segments[0]}: this reads an attribute of that name.",
        span=path.span,
        hint=f"did you mean {meant}?" if meant else f"make sure that the {path.scope.value} has it{channel}",
    )


def _channel(subject: Subject, path: Path) -> Iterable[Diagnostic]:
    if len(path.segments) == 3 and path.segments[2] in CHANNEL_FIELDS:
        return
    name = str(path.segments[-1])
    yield subject.finding(
        "unknown-built-in",
        f"TaskRouter knows nothing called {dotted(path)!r}.",
        span=path.span,
        hint=near.did_you_mean(name, sorted(CHANNEL_FIELDS)),
    )


def _shown(place: Place) -> str:
    """Return *place* as it stands in a sentence."""
    of_condition = PLACES[place].condition and not place.endswith("_expression")
    return f"{'an' if place[0] in 'aeiou' else 'a'} {place}{' expression' if of_condition else ''}"
