"""One exchange with the service, described but not performed; and what a procedure of several is made of.

An :class:`Exchange` says method, path, fields and how to read the answer. A :data:`Flow` is a generator that yields
exchanges and is sent replies; it does not know who waits. ``_drive`` performs flows, sync or async.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import quote, urlsplit

from attrs import field, frozen

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit._wire import Json
from taskrouter_kit.errors import InvalidDeclaration, UnexpectedAnswer

T = TypeVar("T")

Method: TypeAlias = Literal["GET", "POST", "DELETE"]

#: A form or query field: its name on the wire, and its value or values (a list repeats the name).
Field: TypeAlias = "str | Sequence[str]"


@frozen
class Reply:
    """What came back: status, headers (looked up without case) and the body as text."""

    status: int
    body: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)

    def header(self, name: str) -> str | None:
        """Return a header, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)


@frozen
class Exchange(Generic[T]):
    """One exchange: ``yield from exchange`` performs it and is the decoded answer.

    ``path`` is below the service's base, or a whole URL (a next page). ``group`` names the limiter that paces it.
    ``repeatable``: whether doing it twice is the same as doing it once.
    """

    operation: str
    method: Method
    path: str
    decode: Callable[[Reply], T] = field(repr=False)
    query: Mapping[str, Field] = field(factory=dict[str, "Field"], repr=False)
    form: Mapping[str, Field] | None = field(default=None, repr=False)
    json: Json = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    group: str | None = None

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does.

        A create is not; nor a reservation's update (it may make a call), nor a write under ``If-Match`` (the second
        would find its own first one). An update of one thing, a read and a deletion are.
        """
        if self.method != "POST" or self.operation == "CreateTaskQueueBulkRealTimeStatistics":
            return True
        acts = self.operation.startswith("Create") or self.operation.endswith("Reservation")
        return not acts and "If-Match" not in self.headers

    def __iter__(self) -> Flow[T]:
        reply = yield self
        return self.decode(reply)


#: A procedure of several exchanges. ``Any``: each exchange decodes to a type of its own.
Flow: TypeAlias = Generator[Exchange[Any], Reply, T]


@lru_cache(1024)
def path(*segments: str) -> str:
    """Return the path of a resource; every segment is escaped, so that a SID cannot lead elsewhere."""
    # Observed: sdk.md section 1 (the SDK puts SIDs into the path as they are)
    for segment in segments:
        if segment in {"", ".", ".."}:
            message = f"A SID or name cannot be {segment!r}: it would address another resource."
            raise InvalidDeclaration(Diagnostic("unusable-name", message, where=Where(path="/".join(segments))))
    return "/v1/" + "/".join(quote(segment, safe="") for segment in segments)


def url_of(base: str, exchange: Exchange[Any]) -> str:
    """Return the URL to ask. A whole URL (a next page) must be of *base*'s origin: it gets the credentials."""
    if exchange.path.startswith("/"):
        return base + exchange.path
    wanted, given = urlsplit(base), urlsplit(exchange.path)
    if (wanted.scheme, wanted.netloc) == (given.scheme, given.netloc):
        return exchange.path
    if _is_twilio(wanted.scheme, wanted.hostname) and _is_twilio(given.scheme, given.hostname):
        return base + given.path + (f"?{given.query}" if given.query else "")  # of another region or edge
    raise UnexpectedAnswer(
        Diagnostic(
            "foreign-next-page",
            f"The next page is on {given.netloc or 'no host'}, not on {wanted.netloc}; it was not asked for.",
            where=Where(path=exchange.operation),
            hint="following it would send the account's credentials to another host",
        )
    )


def _is_twilio(scheme: str, host: str | None) -> bool:
    return scheme == "https" and host is not None and host.startswith("taskrouter.") and host.endswith(".twilio.com")
