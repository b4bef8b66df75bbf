"""The kinds of options that instructions have: how each is checked, and how it is spelled in JSON and in a form.

An option is a field of an instruction that carries an :class:`Option` in its metadata. ``_instructions`` declares them;
nothing else knows how an instruction is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol, TypeAlias, cast

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._declare_problems import Problems, is_absolute_url, seconds


class NamedActivity(Protocol):
    """A declared activity, or a returned one (which has a ``sid`` too)."""

    @property
    def friendly_name(self) -> str:
        """The activity's name."""
        ...


#: An activity: the declared or returned one, its SID, or its name.
ActivityAddress: TypeAlias = str | NamedActivity

#: Where the SID of an activity's name is found: a mapping, or a function that raises ``LookupError`` or returns None.
ActivitySids: TypeAlias = Mapping[str, str] | Callable[[str], str | None]


@frozen
class Option:
    """How one option is checked (``check(problems, name, value)``) and spelled."""

    #: Its key in the JSON of a callback's answer.
    key: str
    #: Its parameter in the REST form.
    parameter: str
    check: Callable[[Problems, str, Any], None]
    #: The Twilio error that a wrong value would cause, shown in messages.
    code: int | None = None
    #: Whether it is a list in Python, comma separated in JSON and repeated in a form.
    events: bool = False
    activity: bool = False


def required(
    key: str, parameter: str, check: Callable[[Problems, str, Any], None], *, code: int | None = None
) -> dict[str, Option]:
    """Return the metadata of an option that must be given (its ``field()`` has no default, for checkers to see)."""
    return {"option": Option(key, parameter, check, code)}


def option(  # Any: stands for a value of the annotated type, like attrs' own field()
    key: str,
    parameter: str,
    check: Callable[[Problems, str, Any], None],
    *,
    code: int | None = None,
    events: bool = False,
    activity: bool = False,
) -> Any:
    """Declare an option that is None unless given, and then not sent. Whom to call is not printed."""
    metadata = {"option": Option(key, parameter, check, code, events, activity)}
    converter = _as_tuple if events else (seconds if check is whole_seconds else None)
    declare: Any = field  # attrs types the result by the converter, which differs here
    return declare(default=None, metadata=metadata, converter=converter, repr=check is not dialable)


def _as_tuple(value: object) -> Any:  # Any: what is no list of texts is kept, and reported with the rest
    return tuple(cast("list[object]", value)) if isinstance(value, list | tuple | set | frozenset) else value


def text(problems: Problems, name: str, value: object) -> None:
    """Text that is not blank, on one line."""
    if not isinstance(value, str) or not value.strip() or any(ord(letter) < 32 for letter in value):
        problems.add("invalid-option", "Expected a text that is not blank, on one line.", field=name)


_DIALABLE = re.compile(r"(\+?[0-9]{3,15}|client:\S+|sips?:\S+)\Z")


def dialable(problems: Problems, name: str, value: object) -> None:
    """Whom to call: a phone number, ``client:…`` or ``sip:…``."""
    if not isinstance(value, str) or not _DIALABLE.match(value):
        problems.add(
            "invalid-contact",
            "Expected a phone number, client:… or sip:….",
            hint="write numbers in E.164: +15555550100",
            field=name,
        )


def url(problems: Problems, name: str, value: object) -> None:
    """An absolute http(s) URL."""
    if not is_absolute_url(value) or cast(str, value).strip() != value:
        problems.add(
            "invalid-url",
            f"Expected an absolute URL (https://…); got {value!r}.",
            hint="Twilio calls it from outside: give the public address",
            field=name,
        )


def whole_seconds(problems: Problems, name: str, value: object) -> None:
    """1 to 999 seconds."""
    # Documented: callbacks.md section 2.3 (timeout: 60 s, max 999)
    if isinstance(value, timedelta):
        value = value.total_seconds()
    problems.integer(value, field=name, low=1, high=999, unit="seconds")


def participants(problems: Problems, name: str, value: object) -> None:
    """2 to 250 participants."""
    # Documented: callbacks.md section 3 (MaxParticipants)
    problems.integer(value, field=name, low=2, high=250)


def flag(problems: Problems, name: str, value: object) -> None:
    """True or False."""
    if not isinstance(value, bool):
        problems.add("invalid-option", f"Expected True or False; got {value!r}.", field=name)


def choice(*allowed: str | bool) -> Callable[[Problems, str, Any], None]:
    """One of *allowed*; a flag is not its text (``True`` is no ``"true"``)."""

    def check(problems: Problems, name: str, value: object) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            hint = f"write {str(value).lower()!r}" if isinstance(value, bool) else None
            listed = ", ".join(repr(each) for each in allowed)
            problems.add("invalid-choice", f"Expected one of {listed}; got {value!r}.", hint=hint, field=name)

    return check


def call_events(*allowed: str) -> Callable[[Problems, str, Any], None]:
    """A list of *allowed*, each at most once, not empty."""

    def check(problems: Problems, name: str, value: object) -> None:
        items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
        if not items or any(item not in allowed or items.count(item) > 1 for item in items):
            problems.add(
                "invalid-choice",
                f"Expected a list of {', '.join(allowed)}, each at most once.",
                hint=f"write [{value!r}]" if isinstance(value, str) and value in allowed else None,
                field=name,
            )

    return check


def sid(prefix: str, what: str) -> Callable[[Problems, str, Any], None]:
    """A SID of one kind."""

    def check(problems: Problems, name: str, value: object) -> None:
        if not isinstance(value, str) or not looks_like_sid(value, prefix):
            problems.add("wrong-sid", f"Expected the SID of a {what} ({prefix} and 32 hex digits).", field=name)

    return check


def activity(problems: Problems, name: str, value: object) -> None:
    """An activity, its SID or its name; never a SID of something else."""
    named = getattr(value, "friendly_name", value)
    if not isinstance(named, str) or not named.strip():
        problems.add("wrong-type", "Expected an activity: the declared or returned one, its SID or name.", field=name)
    elif looks_like_sid(named) and not named.startswith("WA"):
        problems.add("wrong-sid", f"Expected an activity; {named} is the SID of something else.", field=name)


def has_sid(address: ActivityAddress) -> bool:
    """Return whether *address* is a SID, or has one."""
    return isinstance(getattr(address, "sid", None), str) or looks_like_sid(str(address), "WA")


def name_of(address: ActivityAddress) -> str:
    """Return the name of an activity that is given as a declared one, or as its name."""
    return address if isinstance(address, str) else address.friendly_name


def activity_sid(address: ActivityAddress, sids: ActivitySids | None, owner: str) -> str:
    """Return the SID of *address*: its own, or what *sids* knows for its name."""
    known: object = getattr(address, "sid", None)
    if isinstance(known, str):
        return known
    name = name_of(address)
    if looks_like_sid(name, "WA"):
        return str(name)
    found: str | None = None
    if sids is not None:
        try:
            found = sids(name) if callable(sids) else sids[name]
        except LookupError:
            found = None
    if found is None or not looks_like_sid(found, "WA"):
        raise InvalidDeclaration(
            Diagnostic(
                "unknown-activity-sid",
                f"The SID of activity {name!r} is not known here.",
                where=Where(path=owner),
                hint="give the SID, or the returned ActivityResource; or Callbacks(workspace=…, or activities={…})",
            )
        )
    return str(found)


def spelled(value: object) -> Json:
    """Return an option's value as the JSON of a callback's answer has it."""
    return ",".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else cast(Json, value)


def form_value(value: object) -> str | list[str]:
    """Return an option's value as a REST form has it; a list repeats the name."""
    if isinstance(value, tuple):
        return list(cast("tuple[str, ...]", value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
