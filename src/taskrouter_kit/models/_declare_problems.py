"""What every declaration checks when it is built: one function per kind of fact, all problems reported at once.

A :class:`Problems` collects findings while a declaration looks at its own fields, and raises them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.expr._condition import Condition
from taskrouter_kit.expr._nodes import Scope
from taskrouter_kit.expr._places import PLACES, Place
from taskrouter_kit.expr._walk import paths

# Documented: limits-errors-gotchas.md section 2; friendly names of workspaces, activities, workers and channels
NAME_LIMIT = 64
# Documented: workflows.md section 8; priorities are 0 … 2^31 - 1
PRIORITY_LIMIT = 2**31 - 1


def is_absolute_url(value: object) -> bool:
    """Return whether *value* is an http(s) URL with a host."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class Problems:
    """The findings about one declaration, called *owner* in every message (``TaskQueue 'Billing'``)."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.found: list[Diagnostic] = []

    def add(self, rule: str, message: str, *, hint: str | None = None, field: str | None = None) -> None:
        """Note one problem, at *field* of the declaration when one is given."""
        place = self.owner if field is None else f"{self.owner}.{field}"
        self.found.append(Diagnostic(rule, message, where=Where(path=place), hint=hint))

    def raise_any(self) -> None:
        """Raise :class:`InvalidDeclaration` with everything noted, if anything was."""
        if self.found:
            raise InvalidDeclaration(self.found)

    def name(self, value: object, *, field: str = "friendly_name", limit: int | None = NAME_LIMIT) -> None:
        """A name is text, not blank, and at most *limit* characters."""
        if not isinstance(value, str) or not value.strip():
            self.add("invalid-friendly-name", f"A name is text that is not blank; got {value!r}.", field=field)
        elif limit is not None and len(value) > limit:
            self.add(
                "invalid-friendly-name",
                f"A name has at most {limit} characters; this one has {len(value)}.",
                hint=f"shorten {value[:20]!r}…",
                field=field,
            )

    def integer(self, value: object, *, field: str, low: int, high: int | None, unit: str = "") -> None:
        """*value* is an ``int`` from *low* to *high* (no ``bool``, no text)."""
        unit = f" {unit}" if unit else ""
        span = f"from {low} to {high}{unit}" if high is not None else f"of at least {low}{unit}"
        if not isinstance(value, int) or isinstance(value, bool):
            hint = f"write {value} without quotes" if isinstance(value, str) and value.isdigit() else None
            self.add("invalid-number", f"Expected a whole number {span}; got {value!r}.", hint=hint, field=field)
        elif value < low or (high is not None and value > high):
            hint = "leave it out to wait without a limit" if field == "timeout" and value == 0 else None
            self.add("invalid-number", f"Expected a whole number {span}; got {value}.", hint=hint, field=field)

    def one_of(self, value: object, choices: tuple[str, ...], *, field: str) -> None:
        """*value* is one of *choices*."""
        if value not in choices:
            self.add("invalid-choice", f"Expected one of {', '.join(choices)}; got {value!r}.", field=field)

    def url(self, value: str | None, *, field: str) -> None:
        """A callback URL is absolute and http(s); None and ``""`` mean that there is none."""
        if value and not is_absolute_url(value):
            self.add(
                "invalid-url",
                f"A callback URL is absolute (https://…); got {value!r}.",
                hint="TaskRouter calls it from outside: give the public address",
                field=field,
            )

    def condition(self, value: object, place: Place, *, field: str) -> None:
        """*value* is a condition that reads only what *place* has, or somebody's text that was parsed for it."""
        if not isinstance(value, Condition):
            hint = "an existing text becomes a condition with parse(text, place=…)" if isinstance(value, str) else None
            self.add("not-a-condition", f"Expected a condition; got {_shown(value)}.", hint=hint, field=field)
            return
        if value.source is not None and value.place == place:
            return  # the service stores such a text; what it cannot read there is for the checker to say
        allowed = PLACES[place].scopes
        foreign = sorted({path.scope.value for path in paths(value.node) if path.scope not in allowed | {Scope.NONE}})
        if foreign:
            self.add(
                "wrong-scope",
                f"A {place} expression cannot read {_scopes(foreign)}.",
                hint=f"it reads {_scopes(sorted(scope.value for scope in allowed))} only",
                field=field,
            )

    def instance(self, value: object, expected: type, *, field: str, hint: str | None = None) -> bool:
        """*value* is an *expected*; say so when it is not."""
        if isinstance(value, expected):
            return True
        self.add("wrong-type", f"Expected a {expected.__name__}; got {_shown(value)}.", hint=hint, field=field)
        return False

    def listed(self, value: object, *, field: str) -> tuple[Any, ...]:  # Any: each is checked on its own
        """Return the things in *value*, a list; say so when it is one thing, or a text."""
        if isinstance(value, Iterable) and not isinstance(value, str):
            return tuple(cast("Iterable[object]", value))
        self.add("wrong-type", f"Expected a list; got {_shown(value)}.", hint="put it into [ ]", field=field)
        return (value,)

    def unique(self, names: Iterable[str], *, what: str, field: str, ignoring_case: bool) -> None:
        """No two of *names* are the same (for the service)."""
        first: dict[str, str] = {}
        for name in names:
            key = name.casefold() if ignoring_case else name
            if key in first:
                other = first[key]
                message = f"Two {what}s are called {name!r}."
                if other != name:
                    message = (
                        f"{what.capitalize()}s {other!r} and {name!r} differ only in case, which TaskRouter ignores."
                    )
                self.add("duplicate-name", message, hint="rename one of them", field=field)
            first.setdefault(key, name)


def _scopes(names: list[str]) -> str:
    known = {"worker": "workers", "task": "the task", "workers": "the queue's counters", "taskrouter": "the clock"}
    return " and ".join(known.get(name, name) for name in names)


def _shown(value: object) -> str:
    """Name *value* in an error without printing what may be people's data."""
    if isinstance(value, bool | int | str):
        return repr(value)
    return f"a {type(value).__name__}"


def seconds(value: int | timedelta | None) -> Any:  # Any: what is no duration is kept, and reported with the rest
    """Return a duration as whole seconds; anything else unchanged, for validation to report."""
    if isinstance(value, timedelta):
        total = value.total_seconds()
        return int(total) if total == int(total) else total
    return value
