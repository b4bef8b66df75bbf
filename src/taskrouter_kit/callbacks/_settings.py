"""What :class:`Callbacks` is told, checked at the start and all at once: nothing that is wrong waits for a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.callbacks._signature import Signatures
from taskrouter_kit.errors import InvalidDeclaration
from taskrouter_kit.models._declare_problems import Problems
from taskrouter_kit.models._instruction_base import Instruction
from taskrouter_kit.models._instruction_options import ActivitySids

V = TypeVar("V")

# Documented: callbacks.md sections 1 (5 seconds) and 4 (15 seconds)
_ASSIGNMENT_LIMIT = 5.0
_EVENT_LIMIT = 15.0


@frozen
class Settings:
    """What was told, in one spelling. Without ``signatures`` nothing is checked."""

    tokens: tuple[str, ...] = field(repr=False)
    signatures: Signatures | None
    deadline: float
    event_deadline: float


def checked(  # the parameters of Callbacks, which documents them
    auth_token: str | Sequence[str],
    *,
    public_url: str | None,
    unsigned: bool,
    deadline: float | timedelta,
    event_deadline: float | timedelta,
    workers: int | None,
    misfit: str,
    answers: Mapping[str, object],
    activities: ActivitySids | None,
    workspace: object,
    on_error: object,
) -> Settings:
    """Return the settings, or raise :class:`InvalidDeclaration` with everything that is wrong with them."""
    problems = Problems("Callbacks")
    tokens = _tokens(auth_token)
    if unsigned and (any(tokens) or public_url is not None):
        message = "unsigned=True checks no signature, so an auth token or a public URL would mean nothing."
        hint = "with a token, leave unsigned out; without one, Callbacks(unsigned=True) is for development"
        problems.found.append(Diagnostic("contradicting-options", message, hint=hint))
    _check_activities(problems, activities, workspace)
    signatures = None if unsigned else _made(problems, lambda: Signatures(tokens, public_url=public_url))
    seconds = _made(problems, lambda: _seconds_below(deadline, _ASSIGNMENT_LIMIT, "deadline"))
    event_seconds = _made(problems, lambda: _seconds_below(event_deadline, _EVENT_LIMIT, "event_deadline"))
    if workers is not None:
        problems.integer(workers, field="workers", low=1, high=None)
    if on_error is not None and not callable(on_error):
        message = f"Expected a function that takes an exception; got a {type(on_error).__name__}."
        problems.add("wrong-type", message, field="on_error")
    problems.one_of(misfit, ("handler", "fallback"), field="misfit")
    for name, instruction in answers.items():
        if instruction is not None and not isinstance(instruction, Instruction):
            message = f"Expected an instruction that answers a callback; got {type(instruction).__name__}."
            problems.add("wrong-type", message, hint="for example Reject(); None is an empty answer", field=name)
    problems.raise_any()
    return Settings(() if unsigned else tokens, signatures, cast(float, seconds), cast(float, event_seconds))


def _check_activities(problems: Problems, activities: ActivitySids | None, workspace: object) -> None:
    if activities is not None and workspace is not None:
        message = "activities= states the SIDs of activities, workspace= reads them: one of the two would be ignored."
        problems.found.append(Diagnostic("contradicting-options", message, hint="leave activities out"))
    if isinstance(activities, Mapping):
        for name, sid in cast("Mapping[object, object]", activities).items():
            if not isinstance(sid, str) or not looks_like_sid(sid, "WA"):
                message = f"Expected the SID of activity {name!r} (WA and 32 hex digits)."
                problems.add("wrong-sid", message, field="activities")
    elif activities is not None and not callable(cast(object, activities)):
        message = f"Expected the SIDs of activities by name; got a {type(activities).__name__}."
        problems.add("wrong-type", message, hint='{"Available": "WA…"}', field="activities")


def _tokens(auth_token: object) -> tuple[str, ...]:
    """Return the tokens that were given; None, as an environment without one says, is none."""
    if auth_token is None:
        return ()
    if isinstance(auth_token, str) or not isinstance(auth_token, Sequence):
        return (cast(str, auth_token),)
    return tuple(cast("Sequence[str]", auth_token))


def _made(problems: Problems, make: Callable[[], V]) -> V | None:
    try:
        return make()
    except InvalidDeclaration as error:
        problems.found.extend(error.diagnostics)
        return None


def _seconds_below(value: Any, limit: float, name: str) -> float:  # Any: whatever was told
    """Return *value* in seconds; raises :class:`InvalidDeclaration` unless it is between 0 and *limit*."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 < seconds < limit:
        got = f"{seconds:g}" if is_number else repr(value)
        message = f"{name} is more than 0 and less than {limit:g} seconds, when the service gives up; got {got}."
        raise InvalidDeclaration(Diagnostic("invalid-deadline", message))
    return float(seconds)
