"""One call of an operation: what a handler is given, and what nearly every handler does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

from taskrouter_kit.emulator._accounts import Account
from taskrouter_kit.emulator._faults import invalid, not_found, stale_version
from taskrouter_kit.emulator._headers import etag
from taskrouter_kit.emulator._json_text import encode
from taskrouter_kit.emulator._messages import Reply, Request
from taskrouter_kit.emulator._paging import PAGING, PageQuestion, TokenMemory, page_of
from taskrouter_kit.emulator._parameters import Parameters

if TYPE_CHECKING:
    from attrs import frozen

    from taskrouter_kit.simulator import EngineOptions, Outcome, WorkspaceState
    from taskrouter_kit.simulator._commands import Command
else:
    from attrs import define as frozen  # as in _messages.py

T = TypeVar("T")


@frozen(eq=False)
class Call:
    """A request on its way through a handler. ``values`` are the placeholders of the path, outermost first."""

    account: Account
    request: Request
    values: tuple[str, ...]
    now_ms: int
    memory: TokenMemory
    as_posted: bool
    perform: Callable[[Account, Command, int], Outcome]

    @property
    def form(self) -> Parameters:
        """The parameters of the body."""
        return Parameters(self.request.form)

    @property
    def query(self) -> Parameters:
        """The parameters of the URL that say something."""
        # Inferred: resources.md section 4; an empty filter lets everything through: a program that exports workers
        # says so of TargetWorkersExpression
        return Parameters([pair for pair in self.request.query if pair[1] or pair[0] in PAGING])

    @property
    def options(self) -> EngineOptions:
        """The readings of the service that the account's engine follows."""
        return self.account.engine.options

    @property
    def base(self) -> str:
        """The address of the workspace that the path names, with the request's own origin."""
        # Decided: every URL of an answer has the request's own origin, so that clients stay on this machine
        return f"{self.request.origin}/v1/Workspaces/{self.values[0]}"

    def workspace(self) -> WorkspaceState:
        """Return the workspace that the path names."""
        found = self.account.engine.world.workspaces.get(self.values[0])
        if found is None:
            raise not_found(self.request.path)
        return found

    def found(self, item: T | None) -> T:
        """Return *item*, which the path names; 404 when it is None."""
        if item is None:
            raise not_found(self.request.path)
        return item

    def execute(self, command: Command) -> Outcome:
        """Let the engine carry *command* out, at the moment of the request: what was found is still there."""
        return self.perform(self.account, command, self.now_ms)

    def check_version(self, version: int) -> None:
        """Refuse the call when ``If-Match`` names another version than *version*; without it nothing is checked."""
        # Documented: resources.md section 1.2; a bare number and a quoted one both work
        expected = self.request.headers.get("if-match")
        if expected is None or expected.strip() == "*":
            return
        if expected.strip().removeprefix("W/").strip('"') != str(version):
            raise stale_version(expected, version)

    def listed(self, shape: dict[str, object]) -> dict[str, object]:
        """Return the body of a task or worker as it stands in a list."""
        # Observed: resources.md section 9; attributes are present in lists, the documents say null
        return shape if self.options.attributes_in_lists else {**shape, "attributes": None}

    def page(
        self,
        items: Sequence[T],
        *,
        key: str,
        shape: Callable[[T], dict[str, object]],
        sid_of: Callable[[T], str],
        tagged: bool = False,
    ) -> Reply:
        """Return the page of *items* that the query asks for; *tagged* with an ``ETag``."""
        url = self.request.origin + self.request.path
        shown, meta = page_of(
            items,
            PageQuestion.read(self.query),
            sid_of=sid_of,
            key=key,
            url=url,
            query=self.request.query,
            memory=self.memory,
        )
        content = encode({"meta": meta, key: [shape(item) for item in shown]})
        # Documented: resources.md section 1; ETag on lists of Tasks, Workers and Reservations
        # Decided: a checksum of the page; what the service puts there is not recorded
        return Reply(200, content, etag(crc32(content)) if tagged else ())


def body(value: dict[str, object], status: int = 200) -> Reply:
    """Return *value* as the answer."""
    return Reply(status, encode(value))


def versioned(value: dict[str, object], version: int, status: int = 200) -> Reply:
    """Return *value* as the answer, with its version as ``ETag``."""
    return Reply(status, encode(value), etag(version))


def deleted() -> Reply:
    """Return the answer to a deletion: 204 without a body."""
    return Reply(204)


def ordered(
    items: Iterable[T], ordering: str | None, keys: dict[str, Callable[[T], object]], *, default: str
) -> list[T]:
    """Return *items* in the order that an ``Ordering`` parameter asks for: ``Name:asc``, comma pairs for several."""
    # Documented: resources.md section 9; Ordering
    found = list(items)
    for part in reversed((ordering or default).split(",")):
        name, _, direction = part.strip().partition(":")
        if name not in keys or direction not in ("", "asc", "desc"):
            raise invalid(f"Ordering {part.strip()!r} must be one of {', '.join(keys)} with :asc or :desc")
        found.sort(key=keys[name], reverse=direction == "desc")  # type: ignore[arg-type]  # keys of one kind
    return found
