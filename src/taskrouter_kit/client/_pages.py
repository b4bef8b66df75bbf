"""Pages: one page is a value; pagers walk them by token.

A walk asks for the next page only when it is needed, refuses one of another origin (it would get the credentials), and
ends with a clear error when a token repeats. There is no way to ask for a page by number: the service refuses that.
"""

# Documented: limits-errors-gotchas.md section 1; # Observed: sdk.md section 1 (Paging)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.client._exchange import Exchange, Field
from taskrouter_kit.errors import UnexpectedAnswer

T = TypeVar("T")

#: Items per page of a full walk, the most that the service gives.
LARGEST_PAGE = 1000


@frozen
class Page(Generic[T]):
    """One page. ``next_token`` resumes the walk behind it (``after=``); None at the end."""

    items: tuple[T, ...]
    next_token: str | None
    next_url: str | None = field(default=None, repr=False)


def read_page(payload: Json, key: str, read: Callable[[Json], T], operation: str) -> Page[T]:
    """Return the page in *payload*, whose items stand under *key*; raises :class:`UnexpectedAnswer`."""
    meta = payload.get("meta") if isinstance(payload, Mapping) else None
    if not isinstance(payload, Mapping) or not isinstance(meta, Mapping):
        raise _no_page(operation, "it has no meta")
    found = payload.get(cast(str, meta.get("key")) if isinstance(meta.get("key"), str) else key)
    if not isinstance(found, list):
        raise _no_page(operation, f"it has no list {key!r}")
    url = meta.get("next_page_url")
    if url is not None and not isinstance(url, str):
        raise _no_page(operation, "its next_page_url is no text")
    token = _token(url, operation) if url else None
    return Page(tuple(read(item) for item in found), token, url or None)


def _token(url: str, operation: str) -> str:
    tokens = parse_qs(urlsplit(url).query).get("PageToken")
    if not tokens:
        raise _no_page(operation, "its next page has no PageToken")
    return tokens[0]


def _no_page(operation: str, why: str) -> UnexpectedAnswer:
    message = f"The answer is no page: {why}."
    return UnexpectedAnswer(Diagnostic("unexpected-answer", message, where=Where(path=operation)))


@frozen
class Walk(Generic[T]):
    """What a pager needs to know: how to ask for the first page (or the one behind a token), and the next."""

    first: Callable[[Mapping[str, Field]], Exchange[Page[T]]]
    operation: str

    def opening(self, page_size: int, after: str | None) -> Exchange[Page[T]]:
        """Return the exchange that starts the walk."""
        # Page is client state and selects nothing, but a token alone is only seen together with it
        extra: dict[str, Field] = {"PageSize": str(page_size)}
        if after is not None:
            extra |= {"Page": "1", "PageToken": after}
        return self.first(extra)

    def next(self, page: Page[T], seen: set[str]) -> Exchange[Page[T]] | None:
        """Return the exchange for the page behind *page*, or None at the end; a repeated token ends the walk."""
        if page.next_token is None or page.next_url is None:
            return None
        if page.next_token in seen:
            message = f"The service gave the same page token twice ({page.next_token}); the walk would never end."
            raise UnexpectedAnswer(Diagnostic("repeated-page-token", message, where=Where(path=self.operation)))
        seen.add(page.next_token)
        opening = self.first({})
        return Exchange(
            operation=opening.operation,
            method="GET",
            path=page.next_url,
            decode=opening.decode,
            group=opening.group,
        )


class Pager(Generic[T]):
    """Walks a collection: ``for item in pager``, ``pager.pages()``, ``pager.first()``. Nothing is asked before that.

    ``walk`` is found out at the first use (a workspace's name may have to be looked up).
    ``limit`` ends the walk after so many items (0: none); ``page_size`` is 1 … 1000; ``after`` resumes behind a token.
    """

    def __init__(
        self,
        perform: Callable[[Exchange[Page[T]]], Page[T]],
        walk: Callable[[], Walk[T]],
        *,
        limit: int | None = None,
        page_size: int | None = None,
        after: str | None = None,
    ) -> None:
        self._perform = perform
        self._walk = walk
        self._limit = limit
        self._page_size = checked_page_size(page_size, limit)
        self._after = after

    def __iter__(self) -> Iterator[T]:
        left = self._limit
        if left == 0:
            return
        for page in self.pages():
            for item in page.items:
                yield item
                if left is not None:
                    left -= 1
                    if left == 0:
                        return

    def pages(self) -> Iterator[Page[T]]:
        """Walk page by page, whatever the limit."""
        seen: set[str] = set() if self._after is None else {self._after}
        walk = self._walk()
        exchange: Exchange[Page[T]] | None = walk.opening(self._page_size, self._after)
        while exchange is not None:
            page = self._perform(exchange)
            yield page
            exchange = walk.next(page, seen)

    def first(self) -> T | None:
        """Return the first item, or None when there is none."""
        return next(iter(Pager(self._perform, self._walk, limit=1, page_size=1, after=self._after)), None)


def checked_page_size(page_size: int | None, limit: int | None) -> int:
    """Return the page size to ask for; raises ``ValueError`` for what no page or limit can be."""
    if limit is not None and limit < 0:
        raise ValueError(f"A limit is 0 or more; got {limit}.")
    if page_size is None:
        return LARGEST_PAGE if limit is None else max(1, min(limit, LARGEST_PAGE))
    if not 1 <= page_size <= LARGEST_PAGE:
        raise ValueError(f"A page has 1 to {LARGEST_PAGE} items; got {page_size}.")
    return page_size
