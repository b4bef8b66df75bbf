"""Pages: one page is a value; pagers walk them by token.

A walk asks for the next page only when it is needed, refuses one of another origin (it would get the credentials), and
ends with a clear error when a token repeats. There is no way to ask for a page by number: the service refuses that.
"""

# Documented: limits-errors-gotchas.md section 1; # Observed: sdk.md section 1 (Paging)

from __future__ import annotations

import time
from asyncio import ensure_future, sleep, wait
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from queue import SimpleQueue
from threading import Semaphore
from typing import Generic, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from attrs import evolve, field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.client._drive import AsyncPerform, Perform
from taskrouter_kit.client._exchange import Exchange, Field, Flow, Reply
from taskrouter_kit.errors import InvalidDeclaration, UnexpectedAnswer
from taskrouter_kit.models._base import Meta

T = TypeVar("T")

#: Items per page of a full walk, the most that the service gives.
LARGEST_PAGE = 1000

#: Seconds that a walk in threads leaves to the request for the next page before it goes on with this one. On its way
#: out that request gives up the interpreter's lock several times, and each time waits up to ``sys.getswitchinterval()``
#: (5 ms) to have it back from a consumer that computes; while the consumer sleeps it need not wait.
_HEAD_START = 0.0008

#: After so many items an asynchronous walk that reads ahead gives the loop a turn.
_TURN = 20


@frozen
class Page(Generic[T]):
    """One page. ``next_token`` resumes the walk behind it (``after=``); None at the end.

    ``meta`` is what came with the answer: status, headers, request id.
    """

    items: tuple[T, ...]
    next_token: str | None
    next_url: str | None = field(default=None, repr=False)
    meta: Meta | None = field(default=None, repr=False, eq=False)


def read_page(payload: Json, key: str, read: Callable[[list[Json]], list[T]], operation: str, reply: Reply) -> Page[T]:
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
    return Page(tuple(read(found)), token, url or None, Meta(reply.status, reply.headers))


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

    def items(self) -> Flow[list[T]]:
        """Return all items, page after page: for flows that need them all."""
        found: list[T] = []
        seen: set[str] = set()
        exchange: Exchange[Page[T]] | None = self.opening(LARGEST_PAGE, None)
        while exchange is not None:
            page = yield from exchange
            found += page.items
            exchange = self.next(page, seen)
        return found


@frozen
class Wanted(Generic[T]):
    """How a pager walks: where from, how far, what it keeps, and whether it asks one page ahead."""

    limit: int | None = None
    page_size: int = LARGEST_PAGE
    after: str | None = None
    ahead: bool = False
    keep: Callable[[T], bool] | None = None

    @classmethod
    def of(
        cls, limit: int | None, page_size: int | None, after: str | None, ahead: bool, keep: Callable[[T], bool] | None
    ) -> Wanted[T]:
        """Return checked wishes; raises :class:`InvalidDeclaration` for what no page, limit or cursor can be."""
        size = checked_page_size(page_size, limit if keep is None else None)
        checked_page_size(None, limit)
        if after == "":
            raise InvalidDeclaration(
                Diagnostic(
                    "invalid-cursor",
                    "An empty text is no cursor.",
                    where=Where(path="after"),
                    hint="page.next_token resumes behind a page, and is None behind the last one",
                )
            )
        return cls(limit, size, after, ahead, keep)

    def kept(self, page: Page[T]) -> Page[T]:
        """Return *page* with the items that are kept."""
        keep = self.keep
        return page if keep is None else evolve(page, items=tuple(item for item in page.items if keep(item)))


class Pager(Generic[T]):
    """Walks a collection: ``for item in pager``, ``pager.pages()``, ``pager.first()``. Nothing is asked before that.

    The walk is found out at its first use (a workspace's name may have to be looked up).
    ``limit`` ends the walk after so many items (0: none); ``page_size`` is 1 … 1000; ``after`` resumes behind a token;
    ``ahead`` asks for the next page, in a thread, while this one is used.
    """

    def __init__(self, perform: Perform, walk: Callable[[], Flow[Walk[T]]], wanted: Wanted[T]) -> None:
        self._perform = perform
        self._walk = walk
        self._wanted = wanted

    def __iter__(self) -> Iterator[T]:
        left = self._wanted.limit
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
        """Walk page by page, whatever the limit; ``page.next_token`` is where ``after=`` goes on, any day."""
        wanted = self._wanted
        seen: set[str] = set() if wanted.after is None else {wanted.after}
        walk = self._perform(self._walk())
        opening = walk.opening(wanted.page_size, wanted.after)
        if wanted.ahead:
            yield from map(wanted.kept, self._pages_ahead(walk, opening, seen))
            return
        exchange: Exchange[Page[T]] | None = opening
        while exchange is not None:
            page = self._perform(iter(exchange))
            yield wanted.kept(page)
            exchange = walk.next(page, seen)

    def _pages_ahead(self, walk: Walk[T], opening: Exchange[Page[T]], seen: set[str]) -> Iterator[Page[T]]:
        """Walk in a thread that asks for the next page as soon as somebody waits for this one.

        It goes on from the one to the other by itself, and has :data:`_HEAD_START` to send its request before the
        consumer goes on.
        """
        from concurrent.futures import ThreadPoolExecutor

        ready: SimpleQueue[Page[T] | BaseException | None] = SimpleQueue()
        wanted, left = Semaphore(0), False

        def ask() -> None:
            exchange: Exchange[Page[T]] | None = opening
            try:
                while exchange is not None and not left:
                    page = self._perform(iter(exchange))
                    ready.put(page)
                    exchange = walk.next(page, seen)
                    wanted.acquire()
                ready.put(None)
            except BaseException as error:  # noqa: BLE001  # it is raised where the page was asked for
                ready.put(error)

        with ThreadPoolExecutor(1, "taskrouter-page-ahead") as pool:
            pool.submit(ask)
            try:
                while True:
                    wanted.release()
                    found = ready.get()
                    if isinstance(found, BaseException):
                        raise found
                    if found is None:
                        return
                    if found.next_token is not None:
                        time.sleep(_HEAD_START)
                    yield found
            finally:
                left = True
                wanted.release()

    def first(self) -> T | None:
        """Return the first item, or None when there is none."""
        return next(iter(Pager(self._perform, self._walk, first_only(self._wanted))), None)


class AsyncPager(Generic[T]):
    """The asynchronous twin of :class:`Pager`: ``async for item in pager``, ``await pager.first()``."""

    def __init__(self, perform: AsyncPerform, walk: Callable[[], Flow[Walk[T]]], wanted: Wanted[T]) -> None:
        self._perform = perform
        self._walk = walk
        self._wanted = wanted

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        left = self._wanted.limit
        if left == 0:
            return
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for number, item in enumerate(page.items):
                    if self._wanted.ahead and number % _TURN == 0:
                        await sleep(0)  # for a consumer that never waits: the next page is asked for, and arrives
                    yield item
                    if left is not None:
                        left -= 1
                        if left == 0:
                            return

    async def pages(self) -> AsyncGenerator[Page[T], None]:
        """Walk page by page, whatever the limit; ``page.next_token`` is where ``after=`` goes on, any day."""
        wanted = self._wanted
        seen: set[str] = set() if wanted.after is None else {wanted.after}
        walk = await self._perform(self._walk())
        coming = ensure_future(self._perform(iter(walk.opening(wanted.page_size, wanted.after))))
        try:
            while True:
                page, refused = await coming, None
                following: Exchange[Page[T]] | None = None
                try:
                    following = walk.next(page, seen)
                except UnexpectedAnswer as error:
                    refused = error  # this page is good all the same
                if following is not None and wanted.ahead:
                    coming = ensure_future(self._perform(iter(following)))
                yield wanted.kept(page)
                if refused is not None:
                    raise refused
                if following is None:
                    return
                if not wanted.ahead:
                    coming = ensure_future(self._perform(iter(following)))
        finally:
            coming.cancel()
            await wait((coming,))
            if not coming.cancelled():
                coming.exception()  # of a page that nobody wants any more

    async def first(self) -> T | None:
        """Return the first item, or None when there is none."""
        async with aclosing(aiter(AsyncPager(self._perform, self._walk, first_only(self._wanted)))) as items:
            return await anext(items, None)


def first_only(wanted: Wanted[T]) -> Wanted[T]:
    """Return the wish for the first item alone."""
    limit = 1 if wanted.limit is None else min(1, wanted.limit)
    return evolve(wanted, limit=limit, page_size=1 if wanted.keep is None else wanted.page_size, ahead=False)


def checked_page_size(page_size: int | None, limit: int | None) -> int:
    """Return the page size to ask for; raises :class:`InvalidDeclaration` for what no page or limit can be."""
    if limit is not None and limit < 0:
        raise _no_number(f"A limit is 0 or more; got {limit}.", "limit")
    if page_size is None:
        return LARGEST_PAGE if limit is None else max(1, min(limit, LARGEST_PAGE))
    if not 1 <= page_size <= LARGEST_PAGE:
        raise _no_number(f"A page has 1 to {LARGEST_PAGE} items; got {page_size}.", "page_size")
    return page_size


def _no_number(message: str, argument: str) -> InvalidDeclaration:
    return InvalidDeclaration(Diagnostic("invalid-number", message, where=Where(path=argument)))
