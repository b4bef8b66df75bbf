"""One request and one reply, as values; the backend knows no HTTP library.

A :class:`Request` holds what a face (in process, ASGI) has parsed; a :class:`Reply` what it must send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import field

if TYPE_CHECKING:
    from attrs import frozen
else:
    # Type checkers see to it that nobody changes a message; classes that see to it themselves are made half as fast.
    from attrs import define as frozen

#: The content type of every answer of the service.
# Observed: sdk.md section 4; with this charset in that recording, on deletions too
JSON: Final = "application/json; charset=utf-8"
#: Parameters in the order in which they were sent; names may repeat.
Pairs: TypeAlias = "Sequence[tuple[str, str]]"


@frozen
class Request:
    """What a client asks for.

    ``path`` is the URL's path, percent-decoded. ``headers`` have lower-case names. ``origin`` is scheme and host as
    the client wrote them (``http://127.0.0.1:8080``): every URL of the answer starts with it.
    """

    method: str
    path: str
    query: Pairs = ()
    form: Pairs = ()
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    origin: str = "https://taskrouter.twilio.com"


@frozen
class Reply:
    """What the client gets: status, headers beside the common ones, and the JSON body as bytes (empty for 204)."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    def header(self, name: str) -> str | None:
        """Return the value of header *name* (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
