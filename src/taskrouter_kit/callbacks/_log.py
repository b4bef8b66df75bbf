"""What may be said in a log: types, places, rules and SIDs; no values, for those may be known of people."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from pathlib import Path
from traceback import walk_tb

from taskrouter_kit._sids import looks_like_sid
from taskrouter_kit.callbacks._deadline import Stopped
from taskrouter_kit.errors import TaskRouterKitError

log = logging.getLogger("taskrouter_kit.callbacks")

#: Where code is that only passes on what a handler does.
_MACHINERY = (
    str(Path(__file__).parents[1]),
    str(Path(asyncio.__file__).parent),
    str(Path(concurrent.futures.__file__).parent),
    "<",  # generated
)
#: Rules whose sentence names nothing but what the application declares.
_SPEAKABLE = frozenset({"unknown-activity-sid"})


def shown_sid(value: object) -> str:
    """Return a SID for the log, and nothing that is none."""
    return value if isinstance(value, str) and looks_like_sid(value) else "(no SID)"


def described(error: BaseException) -> str:
    """Return type, numbers, rules and place of *error*, never its text: that may hold what is known of people.

    The place is the last one outside this package: where a handler asked for what failed.
    """
    if isinstance(error, Stopped) and error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}{_status(error)}{_rules(error)}{_place(error)}"


def _status(error: BaseException) -> str:
    """Return the HTTP status and Twilio's code in *error*, where it was an answer of the service."""
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if not isinstance(status, int) or not 100 <= status <= 599:
        return ""
    return f" ({status}, {code})" if isinstance(code, int) else f" ({status})"


def _place(error: BaseException) -> str:
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    outside = [place for place in places if not place[0].startswith(_MACHINERY)]
    return " at {}:{}".format(*outside[-1]) if outside else ""


def _rules(error: BaseException) -> str:
    if not isinstance(error, TaskRouterKitError):
        return ""
    said = dict.fromkeys(
        f" {each.message} [{each.rule}]" if each.rule in _SPEAKABLE else f" [{each.rule}]" for each in error.diagnostics
    )
    return "".join(said)
