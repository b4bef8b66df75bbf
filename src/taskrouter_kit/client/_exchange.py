"""One exchange with the service, described but not performed; and what a procedure of several is made of.

An :class:`Exchange` says method, path, fields and how to read the answer. A :data:`Flow` is a generator that yields
exchanges and is sent replies; it does not know who waits. ``_drive`` performs flows, sync or async.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from attrs import field, frozen

from taskrouter_kit._wire import Json

T = TypeVar("T")

Method: TypeAlias = Literal["GET", "POST", "DELETE"]

#: A form or query field: its name on the wire, and its value or values (a list repeats the name).
Field: TypeAlias = "str | Sequence[str]"


@frozen
class Reply:
    """What came back: status, headers (looked up without case) and the body as text."""

    status: int
    body: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)

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
    query: Mapping[str, Field] = field(factory=dict, repr=False)
    form: Mapping[str, Field] | None = field(default=None, repr=False)
    json: Json = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    group: str | None = None

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does. A create is not; an update of one thing is."""
        return self.method != "POST" or not self.operation.startswith("Create")

    def __iter__(self) -> Flow[T]:
        reply = yield self
        return self.decode(reply)


#: A procedure of several exchanges. ``Any``: each exchange decodes to a type of its own.
Flow: TypeAlias = Generator[Exchange[Any], Reply, T]


def path(*segments: str) -> str:
    """Return the path of a resource; every segment is escaped, so that a SID cannot lead elsewhere."""
    return "/v1/" + "/".join(quote(segment, safe="") for segment in segments)
