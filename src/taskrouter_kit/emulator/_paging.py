"""PageToken paging: a page is a slice that starts after (or ends before) the item that the token names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from attrs import frozen

from taskrouter_kit.emulator._faults import absolute_paging, invalid
from taskrouter_kit.emulator._messages import Pairs
from taskrouter_kit.emulator._parameters import Parameters

T = TypeVar("T")

PAGING = ("PageSize", "Page", "PageToken")
#: Names the item that a list begins behind.
# Observed: resources.md sections 4 and 7; the JS SDK sends it for workers and task queues
AFTER = "AfterSid"

# Documented: limits-errors-gotchas.md section 1; PageSize
_DEFAULT_SIZE, _LARGEST_SIZE = 50, 1000

#: Tokens remembered with the position of their item, so that paging goes on when the item is gone.
_REMEMBERED = 4096


class TokenMemory:
    """Where the items of issued tokens stood, for the case that one is deleted between two pages."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[str, ...]] = {}

    def remember(self, sid: str, before: tuple[str, ...]) -> None:
        """Note that the item *sid* came after the items *before* (nearest last)."""
        self._places.pop(sid, None)
        self._places[sid] = before
        if len(self._places) > _REMEMBERED:
            del self._places[next(iter(self._places))]

    def before(self, sid: str) -> tuple[str, ...] | None:
        """Return the items that stood before *sid*, nearest last, or None when no token named it."""
        return self._places.get(sid)


@frozen
class PageQuestion:
    """Which page is asked for, as read from the query."""

    size: int
    page: int
    token: str | None

    @classmethod
    def read(cls, query: Parameters) -> PageQuestion:
        """Return the question; absolute paging is refused."""
        # Inferred: limits-errors-gotchas.md section 2; a page size above the maximum is cut to it
        size = min(query.integer("PageSize", least=1) or _DEFAULT_SIZE, _LARGEST_SIZE)
        page = query.integer("Page", least=0) or 0
        token = query.text("PageToken") or None
        if page > 0 and token is None:
            raise absolute_paging()
        return cls(size, page, token)


def page_of(
    items: Sequence[T],
    question: PageQuestion,
    *,
    sid_of: Callable[[T], str],
    key: str,
    url: str,
    query: Pairs,
    memory: TokenMemory,
) -> tuple[Sequence[T], dict[str, object]]:
    """Return the items of the page that *question* asks for, and its ``meta``.

    ``url`` is the address of the list with the request's own origin; ``query`` is echoed into every URL.
    """
    start, stop = _bounds(items, question, sid_of, memory)
    shown = items[start:stop]
    # Observed: sdk.md section 4; the filters as they were sent, a space as "+", then PageSize and Page
    filters = urlencode([(name, value) for name, value in query if name not in PAGING], errors="replace")
    base = f"{url}?{filters}{'&' if filters else ''}PageSize={question.size}&Page="
    here = f"&PageToken={question.token}" if question.token else ""
    following = previous = None
    if shown and stop < len(items):
        # Observed: limits-errors-gotchas.md section 1; PA + SID of the last item of the page
        last = sid_of(shown[-1])
        memory.remember(last, _nearest_before(items, start, stop, sid_of))
        following = f"{base}{question.page + 1}&PageToken=PA{last}"
    if shown and start > 0:
        # Inferred: limits-errors-gotchas.md section 1; PB + SID of the first item
        previous = f"{base}{max(question.page - 1, 0)}&PageToken=PB{sid_of(shown[0])}"
    # Documented: limits-errors-gotchas.md section 1; the keys of the envelope
    return shown, {
        "page": question.page,
        "page_size": question.size,
        "first_page_url": f"{base}0",
        "previous_page_url": previous,
        "url": f"{base}{question.page}{here}",
        "next_page_url": following,
        "key": key,
    }


def items_after(items: Mapping[str, T], query: Parameters, prefix: str) -> list[T]:
    """Return *items*, by SID and in their order, from behind the one that ``AfterSid`` names; all without it."""
    sid = query.sid(AFTER, prefix)
    if not sid:
        return list(items.values())
    if sid not in items:
        # Observed: resources.md section 4; an unknown SID is 400
        raise invalid(f"{AFTER} {sid} was not found")
    return list(items.values())[list(items).index(sid) + 1 :]


def _nearest_before(items: Sequence[T], start: int, stop: int, sid_of: Callable[[T], str]) -> tuple[str, ...]:
    """Return the items before the last one of the page: those of the page, and the one before it."""
    return tuple(sid_of(item) for item in items[max(start - 1, 0) : stop - 1])


def _bounds(
    items: Sequence[T], question: PageQuestion, sid_of: Callable[[T], str], memory: TokenMemory
) -> tuple[int, int]:
    """Return where the page starts and stops in *items*."""
    token = question.token
    if token is None:
        return 0, min(question.size, len(items))
    direction, sid = token[:2], token[2:]
    if direction not in ("PA", "PB"):
        raise invalid(f"PageToken {token!r} is not valid")
    place = _place_after(items, sid, sid_of, memory)
    if place is None:
        raise invalid(f"PageToken {token!r} is not valid")
    if direction == "PA":
        return place, min(place + question.size, len(items))
    stop = place - 1 if place and sid_of(items[place - 1]) == sid else place
    return max(stop - question.size, 0), stop


def _place_after(items: Sequence[T], sid: str, sid_of: Callable[[T], str], memory: TokenMemory) -> int | None:
    """Return the index after the item *sid*, or after the nearest item before it that is still there."""
    # Inferred: limits-errors-gotchas.md section 1; a token whose item is gone continues at its old position
    places = {sid_of(item): index for index, item in enumerate(items)}
    wanted, seen = [sid], set[str]()
    while wanted:
        candidate = wanted.pop()
        if candidate in places:
            return places[candidate] + 1
        if candidate in seen:
            continue
        seen.add(candidate)
        before = memory.before(candidate)
        if before is None and candidate == sid:
            return None
        wanted.extend(before or ())
    return 0
