"""Addressing: wherever a SID is taken, a name or the declared (or returned) object will do.

A name is looked up once and remembered. A text that looks like a SID is one; what a declared object is called is a
name, whatever it looks like.
"""

from __future__ import annotations

import threading
from difflib import get_close_matches
from typing import Any, TypeAlias

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._sids import PREFIXES, looks_like_sid
from taskrouter_kit.client._endpoints import Endpoint
from taskrouter_kit.client._exchange import Field, Flow
from taskrouter_kit.errors import CannotTell, InvalidDeclaration, NotFound

#: A SID, a name, a declared object or a returned one. ``object``: any declared or returned thing with a name or SID.
Address: TypeAlias = str | object


#: Kinds of which none has a name.
_NAMELESS = frozenset({"Task", "Reservation", "Event"})


class Names:
    """What names of one workspace were looked up so far: (kind, name) -> SID. Safe across threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def remember(self, noun: str, name: str, sid: str) -> None:
        """Keep that the *noun* called *name* is *sid*."""
        with self._lock:
            self._known[_key(noun, name)] = sid

    def forget(self, noun: str, gone: str) -> None:
        """Drop what leads to *gone*, a SID or a name."""
        name = _key(noun, gone)
        with self._lock:
            for key, sid in list(self._known.items()):
                if key == name or (key[0] == noun and sid == gone):
                    del self._known[key]

    def find(self, noun: str, name: str) -> str | None:
        """Return the SID remembered for *name*."""
        return self._known.get(_key(noun, name))


def _key(noun: str, name: str) -> tuple[str, str]:
    return noun, as_compared(noun, name)


def as_compared(noun: str, name: str) -> str:
    """Return *name* as the service compares names of this kind: those of workers ignore case."""
    # Observed: limits-errors-gotchas.md section 4 (gotcha 8: worker names are case-insensitive)
    return name.casefold() if noun == "Worker" else name


def resolve(endpoint: Endpoint[Any], names: Names, address: Address, *, fresh: bool = False) -> Flow[str]:
    """Return the SID that *address* stands for.

    Raises :class:`NotFound`, with names that come close, and :class:`CannotTell` for the name of several things.
    """
    sid = sid_in(endpoint.noun, address)
    if sid is not None:
        return sid
    name = name_of(endpoint.noun, address)
    if endpoint.noun in _NAMELESS:
        raise _wrong_sid(endpoint.noun, name)
    known = None if fresh else names.find(endpoint.noun, name)
    if known is None:
        known = yield from look_up(endpoint, name)
        names.remember(endpoint.noun, name, known)
    return known


def sid_in(noun: str, address: Address) -> str | None:
    """Return the SID that *address* is or holds; None where it is a name. Raises for the SID of another kind."""
    text = address if isinstance(address, str) else getattr(address, "sid", None)
    if not isinstance(text, str) or not looks_like_sid(text):
        return None
    if not text.startswith(PREFIXES[noun]):
        raise _wrong_sid(noun, text)
    return text


def name_of(noun: str, address: Address) -> str:
    """Return the SID or name in *address*."""
    if isinstance(address, str):
        return str(address)
    for attribute in ("sid", "unique_name", "friendly_name"):
        found: object = getattr(address, attribute, None)
        if isinstance(found, str):
            return found
    raise InvalidDeclaration(
        Diagnostic("wrong-type", f"Expected {_a(noun)}: a SID, a name or the thing; got {_a(type(address).__name__)}.")
    )


def below(endpoint: Endpoint[Any], address: Address) -> str:
    """Return what addresses a thing that belongs to another: a reservation's SID, or what a channel is called."""
    if endpoint.noun == "WorkerChannel":
        return channel_name(address)
    sid = sid_in("Reservation", address)
    if sid is None:
        raise _wrong_sid("Reservation", name_of("Reservation", address))
    return sid


def channel_name(channel: Address) -> str:
    """Return what the service takes for a worker's channel: its SID, or the unique name of the task channel."""
    unique: object = getattr(channel, "unique_name", None)  # a task channel: its own SID is another one
    if isinstance(unique, str):
        return unique
    return sid_in("WorkerChannel", channel) or name_of("WorkerChannel", channel)


def _wrong_sid(noun: str, text: str) -> InvalidDeclaration:
    message = f"{text} is no {noun} SID: those begin with {PREFIXES[noun]}."
    return InvalidDeclaration(Diagnostic("wrong-sid", message, where=Where(path=noun)))


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOUaeiou' else 'a'} {noun}"


def look_up(endpoint: Endpoint[Any], name: str) -> Flow[str]:
    """Return the SID of the item called *name*, by the service's own filter where it has one.

    Raises :class:`NotFound` where there is none, and :class:`CannotTell` where there are several.
    """
    filters: dict[str, Field] = {} if endpoint.noun == "TaskChannel" else {"FriendlyName": name}
    found, others = list[str](), list[str]()
    for item in (yield from endpoint.walk(filters).items()):
        spelled = item.unique_name if endpoint.noun == "TaskChannel" else item.friendly_name
        same = as_compared(endpoint.noun, spelled) == as_compared(endpoint.noun, name)
        (found if same else others).append(item.sid if same else spelled)
    if len(found) == 1:
        return found[0]
    if found:
        raise _several(endpoint.noun, name, found)
    if filters:
        others = yield from _all_names(endpoint)
    raise _no_such(endpoint, name, others)


def _several(noun: str, name: str, sids: list[str]) -> CannotTell:
    # Inferred: resources.md sections 2, 3, 7 and 8 (which names are unique is not documented)
    message = f"There are {len(sids)} called {name!r}: {', '.join(sids)}."
    hint = "address the one that is meant by its SID, or rename the others"
    return CannotTell(Diagnostic("ambiguous-name", message, where=Where(path=f"{noun} {name!r}"), hint=hint))


def _all_names(endpoint: Endpoint[Any]) -> Flow[list[str]]:
    """Return the names on the first page, to propose one."""
    page = yield from endpoint.walk().opening(100, None)
    return [item.friendly_name for item in page.items]


def _no_such(endpoint: Endpoint[Any], name: str, others: list[str]) -> NotFound:
    close = get_close_matches(name, others, n=1)
    if close:
        hint = f"did you mean {close[0]!r}?"
    else:
        hint = f"it has: {', '.join(sorted(others)[:10])}" if others else "there are none yet"
    noun = endpoint.noun[0].lower() + endpoint.noun[1:]
    diagnostic = Diagnostic(f"unknown-{_kebab(noun)}", f"There is no {_words(noun)} {name!r}.", hint=hint)
    return NotFound(diagnostic, status=404)


def _words(noun: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in noun)


def _kebab(noun: str) -> str:
    return _words(noun).replace(" ", "-")
